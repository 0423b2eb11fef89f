"""Units that feed units: the roll-up of sub-units, exact contributions, inequality inside a unit."""
