"""JSON: bytes, unknown values, names of what is no number."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal

from exposure.formats.json import encode_json
from tests.support.tables import COLUMNS, ROWS

GOLDEN_JSON = """\
[
{"rank": 1, "name_local": "中际旭创", "weight": 0.333333333333, "revenue_usd": 69100000000.0, "as_of": "2026-03-31", \
"known": true, "facts": ["SF-0001", "CV-0002"]},
{"rank": 2, "name_local": "says \\"no\\", twice\\nover", "weight": 0.0, "revenue_usd": null, "as_of": null, \
"known": false, "facts": []},
{"rank": 3, "name_local": "=1+1", "weight": 1.5e-07, "revenue_usd": 1250000000000000.0, "as_of": "2025-12-31", \
"known": null, "facts": null}
]
"""


def test_json_has_these_bytes() -> None:
    assert encode_json(COLUMNS, ROWS) == GOLDEN_JSON.encode()


def test_no_rows_are_an_empty_array() -> None:
    assert encode_json(["a"], []) == b"[]\n"


def test_numbers_that_are_not_finite_are_named() -> None:
    assert json.loads(encode_json(["a"], [(float("nan"),), (None,)])) == [{"a": "nan"}, {"a": None}]


def test_values_of_other_types_are_written_plainly() -> None:
    row = (Decimal("10.500"), datetime(2026, 1, 2, 3, 4), b"\x01\xff", {"k": [1.0, None]}, [[1], [2]])  # noqa: DTZ001
    assert json.loads(encode_json("abcde", [row])) == [
        {"a": 10.5, "b": "2026-01-02T03:04:00", "c": "01ff", "d": {"k": [1.0, None]}, "e": [[1], [2]]}
    ]
