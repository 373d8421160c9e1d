"""Hand over to the real DuckDB shell, read-only and at the date that was asked for."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import NoReturn

from exposure.errors import ExposureError

INSTALL_LINE = "pip install 'exposure[shell]'"


def command(shell: Path, db: Path, *, as_of: date, horizon: int, profile: str | None = None) -> list[str]:
    """Give the shell's command line: the file read-only, the run's variables set before the first prompt."""
    variables: dict[str, date | int | str | None] = {"as_of": as_of, "horizon": horizon, "profile": profile}
    statements = [f"SET VARIABLE {name} = {_literal(value)};" for name, value in variables.items() if value is not None]
    return [
        str(shell),
        "-readonly",
        *(word for statement in statements for word in ("-cmd", statement)),
        str(db.resolve()),
    ]


def greeting(db: Path, *, as_of: date, horizon: int) -> str:
    """Say where the reader is and how to move in time."""
    return (
        f"{db}, read-only. Views: mart.*, audit.*; what they mean: from mart.data_dictionary;\n"
        f"Known as of {as_of.isoformat()}, for {horizon}. To move every view in time: "
        "SET VARIABLE as_of = DATE '2025-09-01'; to another year: SET VARIABLE horizon = 2026;"
    )


def found() -> Path:
    """Find the shell of the extra, or one on the path; raise when there is neither."""
    extra = importlib.util.find_spec("duckdb_cli")
    # The extra's own `duckdb` is a Python script that starts the shell as a child; the child is what is wanted here.
    inside = [str(Path(place)) for place in (extra.submodule_search_locations or [])] if extra else []
    shell = shutil.which("duckdb", path=os.pathsep.join([*inside, os.environ.get("PATH", "")]))
    if shell is None:
        raise ExposureError(f"The DuckDB shell is not installed. Install it with: {INSTALL_LINE}")
    return Path(shell)


def become(words: list[str]) -> NoReturn:
    """Turn this process into the shell, so that keys, signals and its exit code are its own."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(words[0], words)


def _literal(value: date | int | str) -> str:
    """Write a value that is known to be harmless: a date, a year, the name of a profile."""
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, int):
        return str(value)
    if not re.fullmatch(r"[A-Za-z0-9_-]+", value):
        raise ExposureError(f"The shell takes a profile by name only, not {value!r}.")
    return f"'{value}'"
