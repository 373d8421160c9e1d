"""How long a command takes from key to answer, beside the least that anybody could take.

Whole processes in pairs, one after the other, so that both meet the same machine; what counts is the median ratio.

    python benchmarks/startup.py            every pair
    python benchmarks/startup.py --check    and exit with 1 when a limit is passed

A first run compiles the package to bytecode; where Python may not write it (PYTHONDONTWRITEBYTECODE, a read-only
folder), every run compiles again and the figures are not those of an installed package.
"""

from __future__ import annotations

import compileall
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import exposure

RUNS = 15
PACKAGE = Path(exposure.__file__).parent

BARE = """
import sys, duckdb
rows = duckdb.connect(sys.argv[1], read_only=True).sql("from mart.stored_watchlist").fetchall()
print(len(rows))
"""


class Pair(NamedTuple):
    """A command, what it is measured against, and how many times as long it may take."""

    name: str
    command: Sequence[str]
    against: Sequence[str]
    limit: float


def pairs(db: Path) -> list[Pair]:
    """Give what is measured."""
    command = [sys.executable, "-m", "exposure", "--db", str(db)]
    bare = [sys.executable, "-c", BARE, str(db)]
    with_default_options = [*command, "rank"]
    computed = [*command, "rank", "--as-of", "2025-12-31", "--horizon", "2026"]
    return [
        Pair("exposure --help / python -c pass", [*command[:3], "--help"], [sys.executable, "-c", "pass"], 7.0),
        Pair("exposure rank / bare duckdb script", with_default_options, bare, 1.6),
        Pair("rank --as-of --draws 0 / bare duckdb script", [*computed, "--draws", "0"], bare, 3.5),
        Pair("rank --as-of, with intervals / bare script", computed, bare, 3.5),
    ]


def measured(pair: Pair, runs: int = RUNS) -> tuple[float, float, float]:
    """Give the medians of the command's seconds, of the other's, and of the ratios of pairs."""
    times = [(_seconds(pair.command), _seconds(pair.against)) for _ in range(runs)]
    return (
        statistics.median(ours for ours, _ in times),
        statistics.median(theirs for _, theirs in times),
        statistics.median(ours / theirs for ours, theirs in times),
    )


def _seconds(command: Sequence[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def main(arguments: Sequence[str]) -> int:
    """Measure and print; say with the exit code whether every limit holds when asked to check."""
    if not os.environ.get("PYTHONDONTWRITEBYTECODE"):
        compileall.compile_dir(PACKAGE, quiet=1)
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "exposure.duckdb"
        first = _seconds([sys.executable, "-m", "exposure", "--db", str(db), "rank"])
        print(f"{'first exposure rank, which builds':44} {first:7.3f} s{'':17}  limit 5.00 s")
        passed = first > 5
        for pair in pairs(db):
            ours, theirs, ratio = measured(pair)
            print(f"{pair.name:44} {ours:7.3f} s / {theirs:.3f} s = {ratio:5.2f}  limit {pair.limit:.2f}")
            passed = passed or ratio > pair.limit
    return int(passed and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
