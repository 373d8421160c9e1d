"""A graph of numbers: reading it, evaluating it, and drawing what is uncertain in it."""
