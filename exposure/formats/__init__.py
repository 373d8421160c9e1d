"""Bytes out of frames: CSV, JSON, Parquet, and numbers as people read them."""
