"""Texts of scenario files for tests."""

from __future__ import annotations

from pathlib import Path

#: three lines
HEAD = 'title = "T"\nreasoning = "R"\nassumption = "A"\n'
CUT = HEAD + '[[rules]]\nwhat = "units"\nprogrammes = ["fam"]\nperiods = ["2026"]\nmultiply = 0.8\n'


def write(folder: Path, text: str | bytes, name: str = "own") -> str:
    """Write a scenario file and return its path."""
    file = folder / f"{name}.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(file)
