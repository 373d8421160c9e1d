"""Where the SQL views and the seeds are, in a checkout and in an installed wheel, and digests of their files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from exposure.errors import ExposureError

#: folders beside the seed tables that no database is built from
_NOT_BUILT_FROM = ("scenarios",)
_PACKAGE = Path(__file__).resolve().parents[1]


def sql_dir() -> Path:
    """Return the folder of the SQL views."""
    return _find_shipped("sql")


def seeds_dir() -> Path:
    """Return the folder of the seeds that come with the package."""
    return _find_shipped("seeds")


def fingerprint(folder: Path) -> str:
    """Return a digest of the files of a folder, without parsing them.

    Row order in CSV files does not change it. Notes (`.md`), hidden files and scenarios are left out, since no database
    is built from them.
    """
    digest = hashlib.sha256()
    try:
        for name, file in sorted(_list_files(folder)):
            lines = _read_lines(file)
            digest.update(f"{name}\n{len(lines)}\n".encode())
            digest.update(b"\n".join(lines) + b"\n")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ExposureError(f"There is no folder {folder}.") from error
    return digest.hexdigest()


def _find_shipped(name: str) -> Path:
    """Look in the wheel's data first, then in the checkout around the package."""
    packaged = _PACKAGE / "_data" / name
    if packaged.is_dir():
        return packaged
    checkout = _PACKAGE.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    raise ExposureError(f"The package's own {name} folder is missing; install exposure again.")


def _list_files(folder: Path | str, prefix: str = "") -> Iterator[tuple[str, str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name.endswith(".md") or entry.name in _NOT_BUILT_FROM:
                continue
            if entry.is_dir():
                yield from _list_files(entry.path, f"{prefix}{entry.name}/")
            elif entry.is_file():
                yield prefix + entry.name, entry.path


def _read_lines(file: str) -> list[bytes]:
    lines = Path(file).read_bytes().splitlines()
    return lines[:1] + sorted(lines[1:]) if file.endswith(".csv") else lines
