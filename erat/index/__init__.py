"""The small library: framework, panel and method; from a panel to an index, every step kept."""
