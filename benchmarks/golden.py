"""Compare what the product answers with what it answered before the packages were moved, byte for byte.

    python benchmarks/golden.py store      ask every question and store the answers in golden.json.gz
    python benchmarks/golden.py compare    ask them again and list what differs; `--only rank` asks some

Columns of prose (`message` of findings, `reason` and `missing` of unranked companies) are left out: rows are compared
by their other columns. `manifest.json` holds digests of the code's own files and is not compared.

This is scaffolding for changes of structure: it goes when a change of method is meant to move the numbers.
"""

from __future__ import annotations

import argparse
import csv
import difflib
import gzip
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

STORED = Path(__file__).with_suffix(".json.gz")
DATES = ("2025-09-01", "2026-01-31", "2026-06-30", "2026-11-22")
PROFILES = ("balanced", "barrier", "elasticity", "expectation-gap", "visibility")
SCENARIOS = (
    "capex-cut", "china-domestic", "gb300-quick-disconnects", "liquid-cooled-asics", "tpu-external",
    "trainium3-slip",
)  # fmt: skip
TARGETS = (("wiwynn", "rank 5", "units:trainium"), ("envicool", "exposure 0.5", "share"))
COMPANIES = (
    "accton", "alchip", "astera-labs", "auras", "avc", "broadcom", "celestica", "delta", "emc", "envicool",
    "eoptolink", "fii", "gold-circuit", "hon-hai", "innolight", "inventec", "king-slide", "marvell", "mediatek",
    "nan-ya-pcb", "quanta", "semco", "shengyi-electronics", "shengyi-tech", "shennan", "tuc", "unimicron",
    "victory-giant", "wistron", "wiwynn", "wus",
)  # fmt: skip
#: file of an export -> its columns of prose
PROSE = {"findings.csv": {"message"}, "unranked.csv": {"reason", "missing"}}


def questions() -> Iterator[tuple[str, ...]]:
    """Yield the arguments of every command that is compared."""
    for day in DATES:
        for profile in PROFILES:
            at = ("--as-of", day, "--profile", profile)
            yield ("rank", "--draws", "0", *at)
            yield ("export", "FOLDER", "--draws", "0", *at)
            for company, reach, by in TARGETS:
                yield ("solve", company, "--reach", reach, "--by", by, *at)
            for scenario in SCENARIOS if profile == "balanced" else SCENARIOS[-1:]:
                yield ("scenario", scenario, *at)
            for company in COMPANIES if profile == "balanced" else ("wiwynn", "king-slide"):
                yield ("explain", company, "--format", "json", *at)
    for start, end in pairwise(DATES):
        yield ("diff", "--from", start, "--to", end)
    for profile in PROFILES[1:]:
        yield ("diff", "--from", DATES[0], "--to", DATES[1], "--profile", profile)
    yield ("diff", "--from", DATES[1], "--to", DATES[2], "--parts")


def ask(question: tuple[str, ...], home: Path, number: int) -> dict[str, str]:
    """Run one command on the database of `home` and return its answers by name."""
    folder = home / f"export-{number}"
    words = [str(folder) if word == "FOLDER" else word for word in question]
    name = " ".join(question)
    done = subprocess.run(
        [sys.executable, "-m", "exposure", "--db", str(home / "golden.db"), *words],
        cwd=home, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    if folder.is_dir():
        files = sorted(file for file in folder.iterdir() if file.name != "manifest.json")
        return {f"{name} {file.name}": file.read_text(encoding="utf-8") for file in files}
    return {name: done.stdout if done.returncode == 0 else f"exit {done.returncode}"}


def answers(only: str) -> dict[str, str]:
    """Ask all questions whose command is named `only` (all where it is empty)."""
    found: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        home = Path(folder)
        ask(("build",), home, -1)
        chosen = [question for question in questions() if only in ("", question[0])]
        for answer in pool.map(lambda item: ask(item[1], home, item[0]), enumerate(chosen)):
            found |= answer
    return found


def without_prose(name: str, text: str) -> str:
    """Return a CSV without its columns of prose, and any other text as it is."""
    left_out = next((columns for file, columns in PROSE.items() if name.endswith(file)), None)
    if left_out is None:
        return text
    rows = csv.DictReader(io.StringIO(text))
    return "\n".join(repr({k: v for k, v in row.items() if k not in left_out}) for row in rows)


def main() -> int:
    """Store or compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=("store", "compare"))
    parser.add_argument("--only", default="", help="the questions of one command")
    given = parser.parse_args()
    found = answers(given.only)
    if given.verb == "store":
        STORED.write_bytes(gzip.compress(json.dumps(found, ensure_ascii=False, indent=0).encode(), mtime=0))
        print(f"{len(found)} answers stored")
        return 0
    stored: dict[str, str] = json.loads(gzip.decompress(STORED.read_bytes()))
    different = [name for name, text in found.items() if without_prose(name, text) != without_prose(name, stored[name])]
    for name in different:
        old, new = without_prose(name, stored[name]).splitlines(), without_prose(name, found[name]).splitlines()
        print(f"== {name}")
        for line in list(difflib.unified_diff(old, new, "stored", "now", lineterm="", n=0))[:8]:
            print(line[:300])
    print(f"{len(found)} answers compared, {len(different)} differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
