"""Parquet: frames keep their types."""

from __future__ import annotations

import io

import polars as pl

from exposure.formats.parquet import encode_parquet
from tests.support.tables import COLUMNS, ROWS


def test_parquet_gives_the_frame_back_with_its_types() -> None:
    frame = pl.DataFrame(ROWS, schema=COLUMNS, orient="row")
    assert pl.read_parquet(io.BytesIO(encode_parquet(frame))).equals(frame)
