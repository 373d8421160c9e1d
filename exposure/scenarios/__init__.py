"""Rankings under what-if rules, and the multiplier that reaches a target."""
