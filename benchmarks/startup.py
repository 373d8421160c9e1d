"""Measure how long a command takes from key to answer, against the shortest program with that answer.

Whole processes run in pairs, one after the other, so that both meet the same machine; the median ratio counts.

    python benchmarks/startup.py            measure every pair
    python benchmarks/startup.py --check    and exit with 1 if a ratio exceeds its limit

A first run compiles the package to bytecode. Where Python cannot write it (PYTHONDONTWRITEBYTECODE, a read-only
folder), every run compiles again, and the figures are not those of an installed package.
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
    """A command, the one it is measured against, and the limit of their ratio."""

    name: str
    command: Sequence[str]
    against: Sequence[str]
    limit: float


def list_pairs(db: Path) -> list[Pair]:
    """Return the pairs to measure."""
    command = [sys.executable, "-m", "exposure", "--db", str(db)]
    bare = [sys.executable, "-c", BARE, str(db)]
    computed = [*command, "rank", "--as-of", "2025-12-31", "--horizon", "2026"]
    return [
        Pair("exposure --help / python -c pass", [*command[:3], "--help"], [sys.executable, "-c", "pass"], 6.5),
        Pair("exposure rank / bare duckdb script", [*command, "rank"], bare, 1.25),
        Pair("rank --as-of --draws 0 / bare duckdb script", [*computed, "--draws", "0"], bare, 4.5),
        Pair("rank --as-of, with intervals / bare script", computed, bare, 5.3),
    ]


def measure(pair: Pair, runs: int = RUNS) -> tuple[float, float, float]:
    """Return the medians of the command's seconds, of the other's, and of their ratios."""
    times = [(_time(pair.command), _time(pair.against)) for _ in range(runs)]
    return (
        statistics.median(seconds for seconds, _ in times),
        statistics.median(floor for _, floor in times),
        statistics.median(seconds / floor for seconds, floor in times),
    )


def _time(command: Sequence[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def main(arguments: Sequence[str]) -> int:
    """Print every ratio; with `--check`, return 1 if one exceeds its limit."""
    if not os.environ.get("PYTHONDONTWRITEBYTECODE"):
        compileall.compile_dir(PACKAGE, quiet=1)
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "exposure.duckdb"
        first = _time([sys.executable, "-m", "exposure", "--db", str(db), "rank"])
        print(f"{'first exposure rank, which builds':44} {first:7.3f} s{'':17}  limit 5.00 s")
        exceeded = first > 5
        for pair in list_pairs(db):
            seconds, floor, ratio = measure(pair)
            print(f"{pair.name:44} {seconds:7.3f} s / {floor:.3f} s = {ratio:5.2f}  limit {pair.limit:.2f}")
            exceeded = exceeded or ratio > pair.limit
    return int(exceeded and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
