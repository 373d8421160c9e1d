"""Comparable factors, a weighted score, a ranked watchlist."""
