"""e-RAT, the Electronic Resilience Assessment Tool."""
