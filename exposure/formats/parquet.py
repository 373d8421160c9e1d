"""Parquet: frames with their types, for other programs."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def encode_parquet(frame: pl.DataFrame) -> bytes:
    """Return a frame as a parquet file."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()
