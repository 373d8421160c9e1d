"""Bytes out of frames: CSV, JSON, Parquet, and numbers as people read them."""

from typing import Literal

#: of CSV files; `utf-8-sig` is what Excel recognises
Encoding = Literal["utf-8", "utf-8-sig"]
