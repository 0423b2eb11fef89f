"""From answers to scores: what they are, what they rest on, and how far they can be trusted."""
