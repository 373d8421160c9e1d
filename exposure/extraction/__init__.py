"""Proposals of claims from pasted research notes."""
