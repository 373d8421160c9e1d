"""Run commands of the command line: in this process, in another one, in a terminal."""

from __future__ import annotations

import csv
import io
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner, Result

from exposure.cli import app as cli
from tests.support import seed_folders as worlds

#: columns of the watchlist in the interface
WATCHLIST = (
    "rank,company_id,ticker,mic,name,name_local,score,grade,exposure_weight,exposure_low,exposure_high,exposure_base,"
    "programme_revenue_usd,company_revenue_usd,denominator,method,growth,revision,elasticity,expectation_gap,visibility,"
    "barrier,concentration,confidence,assumed_part,coverage,programmes,facts,as_of,horizon,profile,"
    "rank_low,rank_high,rank_tier,p_top5,p_top10,p_top20,score_median,score_p05,score_p95,exposure_median,exposure_p05,"
    "exposure_p95,expectation_gap_p05,expectation_gap_p95,p_beats_consensus,draws,seed,"
    "known_part,open_usd_high,part_filing,part_research,part_rumour,part_assumption,newest_known_on,oldest_known_on,exposure_limit,"
    "gross_profit_exposure,gross_profit_low,gross_profit_high,gross_margin,margin_basis,booking,consolidated_in"
)
COMMAND = [sys.executable, "-m", "exposure"]


def write_world(folder: Path, *claims: worlds.Claim, **tables: list[worlds.Cells]) -> Path:
    """Write a small world with the shipped profiles and return its folder."""
    shutil.copytree(worlds.SHIPPED / "profiles", folder / "profiles")
    return worlds.world(folder, *claims, **tables)


def run(*arguments: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(cli.app, list(arguments), prog_name="exposure")


def read_csv(printed: Result | Path) -> list[dict[str, str]]:
    """Return the rows of a command's CSV, or of a file."""
    text = printed.read_text("utf-8") if isinstance(printed, Path) else printed.stdout
    return list(csv.DictReader(io.StringIO(text)))


def run_in_terminal(*arguments: str, **environment: str) -> str:
    """Run a command whose stdout is a terminal of 120 columns; return what it shows."""
    terminal, stdout = pty.openpty()
    # The test decides on a terminal's own variables, not the environment of the tests.
    inherited = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM", "COLUMNS")}
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=inherited | {"COLUMNS": "120", "TERM": "xterm"} | environment,
    )
    os.close(stdout)
    shown = b""
    while part := _read_terminal(terminal):
        shown += part
    os.close(terminal)
    process.communicate(timeout=30)
    assert process.returncode == 0
    return shown.decode().replace("\r\n", "\n")


def _read_terminal(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux reports so that the other side has closed
        return b""
