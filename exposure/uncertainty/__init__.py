"""Intervals of a ranking by Monte Carlo, and the inputs that drive it."""
