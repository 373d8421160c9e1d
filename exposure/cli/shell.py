"""The DuckDB shell, read-only and at the date of the question."""

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


def find_shell() -> Path:
    """Return the shell of the extra, or one on the path; raise ExposureError when there is neither."""
    extra = importlib.util.find_spec("duckdb_cli")
    # The extra's own `duckdb` on the path is a Python script that starts the real shell as a child.
    folders = [str(Path(folder)) for folder in (extra.submodule_search_locations or [])] if extra else []
    shell = shutil.which("duckdb", path=os.pathsep.join([*folders, os.environ.get("PATH", "")]))
    if shell is None:
        raise ExposureError(f"The DuckDB shell is not installed. Install it with: {INSTALL_LINE}")
    return Path(shell)


def build_command(shell: Path, db: Path, *, as_of: date | None, horizon: int | None) -> list[str]:
    """Return the shell's command line: the file read-only, the given variables set before the first prompt."""
    variables: list[str] = []
    if as_of is not None:
        variables += ["-cmd", f"SET VARIABLE as_of = DATE '{as_of.isoformat()}';"]
    if horizon is not None:
        variables += ["-cmd", f"SET VARIABLE horizon = {int(horizon)};"]
    return [str(shell), "-readonly", *variables, str(db.resolve())]


def describe_session(db: Path, *, as_of: date | None, horizon: int | None) -> str:
    """Return a greeting: what the database holds and how to move in time."""
    now = f"Known as of {as_of.isoformat()}, for {horizon}." if as_of else "It holds no facts."
    return (
        f"{db}, read-only. Views: mart.*, research.*, audit.*; what they hold: from mart.data_dictionary;\n"
        f"{now} To move every view in time: SET VARIABLE as_of = DATE '2025-09-01'; "
        "to another year: SET VARIABLE horizon = 2026;"
    )


def replace_process(command: list[str]) -> NoReturn:
    """Turn this process into the shell, so that keys, signals and its exit code are its own."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(command[0], command)
