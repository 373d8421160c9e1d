"""The database of findings, for all modules that ask it."""

from tests.sql.test_audit import ask, findings

__all__ = ["ask", "findings"]
