"""Hand over to the real DuckDB shell, read-only and at the date that was asked for."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import NoReturn

from exposure.errors import ExposureError

INSTALL_LINE = "pip install 'supply-chain-exposure[shell]'"


def command(shell: Path, db: Path, *, as_of: date | None, horizon: int | None) -> list[str]:
    """Give the shell's command line: the file read-only, the variables that are given set before the first prompt."""
    variables: list[str] = []
    if as_of is not None:
        variables += ["-cmd", f"SET VARIABLE as_of = DATE '{as_of.isoformat()}';"]
    if horizon is not None:
        variables += ["-cmd", f"SET VARIABLE horizon = {int(horizon)};"]
    return [str(shell), "-readonly", *variables, str(db.resolve())]


def greeting(db: Path, *, as_of: date | None, horizon: int | None) -> str:
    """Say where the reader is and how to move in time."""
    now = f"Known as of {as_of.isoformat()}, for {horizon}." if as_of else "There are no facts in it."
    return (
        f"{db}, read-only. Views: mart.*, research.*, audit.*; what they hold: from mart.data_dictionary;\n"
        f"{now} To move every view in time: SET VARIABLE as_of = DATE '2025-09-01'; "
        "to another year: SET VARIABLE horizon = 2026;"
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
