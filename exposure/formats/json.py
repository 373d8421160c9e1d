"""JSON: arrays of rows and nested documents, with unknown as null and numbers at 12 significant digits."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from decimal import Decimal

from exposure.formats.numbers import format_exact


def encode_json(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """Return rows as an array of objects, one a line."""
    objects = (dump_json(dict(zip(columns, row, strict=True))) for row in rows)
    return ("[\n" + ",\n".join(objects) + "\n]\n").replace("[\n\n]", "[]").encode()


def encode_document(document: Mapping[str, object]) -> bytes:
    """Return one nested document, indented."""
    return (dump_json(document, indent=2) + "\n").encode()


def dump_json(value: object, *, indent: int | None = None) -> str:
    """Return any value as JSON text; NaN and infinity, which JSON lacks, by their names."""
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, indent=indent)


def _plain(value: object) -> object:
    """Return a value in the types of JSON."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float | Decimal):
        text = format_exact(float(value))
        return float(text) if math.isfinite(float(text)) else text
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value.hex() if isinstance(value, bytes) else str(value)
