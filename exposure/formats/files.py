"""Files and folders that are put in place whole: a reader finds the old or the new, never a part."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from exposure.errors import ExposureError


def resolve_links(path: Path) -> Path:
    """Return the path that links lead to; raise OSError when they lead in a circle.

    Python's own `resolve` raises RuntimeError on a circle, or stops inside it, depending on the version.
    """
    with suppress(FileNotFoundError, NotADirectoryError):
        path.stat()
    return path.resolve()


def write_file(path: Path, content: bytes) -> None:
    """Write beside a file and move into its place; raise ExposureError when that fails."""
    try:
        path = resolve_links(path)  # a link stays a link
        if path.exists() and not path.is_file():
            _write_through(path, content)
        else:
            _replace(path, content)
    except OSError as error:
        raise ExposureError(f"{path} cannot be written: {error.strerror}") from error


def write_folder(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write files into a folder, complete with the last one, and return their paths.

    The last file comes last and goes first: a folder without it is being written, or was cut off.
    Files of other names are left alone.
    """
    try:
        _publish(folder, contents)
    except OSError as error:
        raise ExposureError(f"{folder} cannot be written: {error.strerror}") from error
    return [folder / name for name in contents]


def _publish(folder: Path, contents: Mapping[str, bytes]) -> None:
    folder = resolve_links(folder)
    beside = _beside(folder)
    beside.mkdir(parents=True)
    try:
        for name, content in contents.items():
            (beside / name).write_bytes(content)
        _move_into_place(beside, folder, list(contents))
    finally:
        _clear(beside, contents)


def _move_into_place(beside: Path, folder: Path, names: Sequence[str]) -> None:
    if not folder.exists():
        beside.rename(folder)
        return
    (folder / names[-1]).unlink(missing_ok=True)
    for name in names:
        (beside / name).replace(folder / name)


def _clear(beside: Path, names: Iterable[str]) -> None:
    if beside.exists():
        for name in names:
            (beside / name).unlink(missing_ok=True)
        beside.rmdir()


def _replace(path: Path, content: bytes) -> None:
    beside = _beside(path)
    try:
        with beside.open("xb") as file:
            file.write(content)
        if path.exists():
            beside.chmod(stat.S_IMODE(path.stat().st_mode))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _write_through(path: Path, content: bytes) -> None:
    """Write into a device or a pipe, which a moved file would replace."""
    with path.open("wb") as file:
        file.write(content)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}.part")
