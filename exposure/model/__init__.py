"""Uncertain inputs and the arithmetic that leads from them to each company's factors, for many draws at once."""
