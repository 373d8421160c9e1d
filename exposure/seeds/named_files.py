"""TOML files that a call names: one of the seeds by its name, any other by its path."""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from exposure.errors import ExposureError, Fault, RejectedData

#: `seeds/profiles/` and `seeds/scenarios/` hold those of the seeds
Kind = Literal["profile", "scenario"]


def is_path(name: Path | str) -> bool:
    """Return whether a name is the path of a user's own file."""
    return str(name).endswith(".toml")


def list_names(kind: Kind, seeds: Path) -> list[str]:
    """Return the names of the files that come with the seeds."""
    return sorted(file.stem for file in list_files(kind, seeds))


def list_files(kind: Kind, seeds: Path) -> list[Path]:
    """Return the files that come with the seeds, without hidden ones, which belong to file managers and editors."""
    return [file for file in (seeds / f"{kind}s").glob("*.toml") if not file.name.startswith(".")]


def find_file(kind: Kind, name: Path | str, seeds: Path) -> Path:
    """Return the path of a file of the seeds by its name, or of any TOML file by its path; raise ExposureError."""
    if is_path(name):
        return Path(name)
    known = list_names(kind, seeds)
    if str(name) not in known:
        near = get_close_matches(str(name), known) or known
        choice = f"there are {', '.join(near)}" if near else f"there are none in {seeds / f'{kind}s'}"
        raise ExposureError(f"There is no {kind} {str(name)!r}; {choice}, or name a .toml file.")
    return seeds / f"{kind}s" / f"{name}.toml"


def read_toml(kind: Kind, file: Path) -> tuple[str, dict[str, Any]]:
    """Return the text and the content of a file; raise ExposureError without it, RejectedData when it is not TOML."""
    try:
        data = file.read_bytes()
    except FileNotFoundError as error:
        raise ExposureError(f"There is no {kind} file {file}.") from error
    except OSError as error:
        raise ExposureError(f"{file} cannot be read: {error.strerror}.") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RejectedData([Fault(file.name, line, "", f"the byte 0x{data[error.start]:02x} is not UTF-8")]) from error
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RejectedData([_syntax_fault(file.name, text, str(error))]) from error


def _syntax_fault(name: str, text: str, message: str) -> Fault:
    place = re.search(r" \(at line (\d+), column \d+\)$", message)
    line = int(place[1]) if place else max(len(text.splitlines()), 1)
    return Fault(name, line, "", f"is not TOML: {message[: place.start()] if place else message}")
