"""Fill the tables of the page on systems: under each query stands what the shipped data answer.

`python docs/systems.py` writes the page; with `--check` it writes nothing and exits with 1 when it is out of date.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import exposure
from exposure.db import build as warehouse
from exposure.seeds import resources

if TYPE_CHECKING:
    from exposure.db.session import Reader
    from exposure.question import Table

PAGE = Path(__file__).resolve().parent / "systems.md"
COMMAND = "python docs/systems.py"


def filled(text: str, reader: Reader) -> str:
    """Give the page with the answer of each of its queries under it."""
    first, *pieces = re.split(r"(```sql\n.*?```\n\n)", text, flags=re.DOTALL)
    out = [first]
    for query, rest in zip(pieces[::2], pieces[1::2], strict=True):
        answer = reader.table(query.removeprefix("```sql\n").rstrip().removesuffix("```"))
        after = re.sub(r"\A(\|.*\n)*\n*", "", rest)
        out += [query, *(f"{line}\n" for line in _lines(answer)), *(["\n", after] if after else [])]
    return "".join(out)


def main(arguments: list[str]) -> int:
    """Write the page, or only compare it."""
    written = PAGE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "exposure.duckdb"
        exposure.build(db=db, seeds=resources.seeds_dir())
        with warehouse.reading(db) as reader:
            wanted = filled(written, reader)
    if "--check" not in arguments:
        PAGE.write_text(wanted, encoding="utf-8", newline="\n")
        return 0
    if wanted != written:
        print(f"docs/{PAGE.name} is out of date; run: {COMMAND}", file=sys.stderr)
    return int(wanted != written)


def _lines(answer: Table) -> Iterator[str]:
    yield f"| {' | '.join(answer.columns)} |"
    yield f"| {' | '.join('---' for _ in answer.columns)} |"
    for row in answer.rows:
        yield f"| {' | '.join(_cell(value) for value in row)} |"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        value = round(value, 9)
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    if isinstance(value, date):
        return value.isoformat()
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value).replace("|", r"\|")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
