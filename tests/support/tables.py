"""Rows with every type of value that a file or a table shows."""

from __future__ import annotations

from datetime import date
from typing import Any

COLUMNS = ["rank", "name_local", "weight", "revenue_usd", "as_of", "known", "facts"]

ROWS: list[tuple[Any, ...]] = [
    (1, "中际旭创", 1 / 3, 69_100_000_000.0, date(2026, 3, 31), True, ["SF-0001", "CV-0002"]),
    (2, 'says "no", twice\nover', -0.0, None, None, False, []),
    (3, "=1+1", 1.5e-7, 1.25e15, date(2025, 12, 31), None, None),
]
