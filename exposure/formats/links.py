"""Where a path leads, with every link on it followed."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def followed(path: Path) -> Path:
    """Follow links to the place that is meant; raise OSError when they lead in a circle.

    Python's own `resolve` raises a RuntimeError of a circle, or stops in the middle of it, as its version goes.
    """
    with suppress(FileNotFoundError, NotADirectoryError):
        path.stat()
    return path.resolve()
