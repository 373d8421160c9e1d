"""Fill what the shipped data say into the pages that quote them: tables from SQL, and the shell session as it runs.

`python docs/refresh.py` writes the pages; with `--check` it writes nothing and exits with 1 when one is out of date.
Between `<!-- filled: NAME -->` and `<!-- end of NAME -->` stands the answer to `docs/tables/NAME.sql`, asked of the
default question. On the shell's page every `sql` block is run in the real DuckDB shell, all in one session, and the
`text` block after it holds what came out.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from exposure import engine
from exposure.cli import shell
from exposure.db import build as warehouse
from exposure.seeds import resources

HERE = Path(__file__).resolve().parent
COMMAND = "python docs/refresh.py"
FILLED = ("worked_example.md", "evidence.md", "limits.md")
SESSION = "shell.md"
#: the worked example's company, day and year, as its page says
WORKED = ("gold-circuit", date(2026, 3, 31), 2026)

_BLOCK = re.compile(r"(<!-- filled: ([a-z-]+) -->\n)(.*?)(<!-- end of \2 -->)", re.DOTALL)
_STEP = re.compile(r"(```sql\n(.*?)```\n\n```text\n)(.*?)(```)", re.DOTALL)
_BETWEEN = "-- next step --"
_VIEW = re.compile(r"\b(core|mart|research|audit)\.(\w+)")


def pages(db: Path) -> dict[str, str]:
    """Give every page as it should be, filled from a built database of the shipped seeds."""
    filled = {"score": _score(db)}
    with warehouse.reading(db) as reader:
        for file in sorted((HERE / "tables").glob("*.sql")):
            filled[file.stem] = _table(ask(reader, file.read_text(encoding="utf-8")))
    found = {name: _BLOCK.sub(lambda block: block[1] + filled[block[2]] + block[4], _read(name)) for name in FILLED}
    return found | {SESSION: _session(_read(SESSION), db)}


def ask(reader: warehouse.Reader, query: str) -> warehouse.Table:
    """Ask views in a fraction of the time: each of them, and each below, is worked out once for all queries."""
    reader.compute(*(f"{schema}.{name}" for schema, name in sorted(set(_VIEW.findall(query)))))
    return reader.table(_VIEW.sub(r'"\1.\2"', query))


def outdated(wanted: dict[str, str]) -> list[str]:
    """Name the pages that say something else."""
    return [name for name, text in wanted.items() if _read(name) != text]


def main(arguments: list[str]) -> int:
    """Write the pages, or only compare them."""
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "exposure.duckdb"
        engine.build(db=db, seeds=resources.seeds_dir())
        wanted = pages(db)
    names = outdated(wanted)
    if "--check" in arguments:
        for name in names:
            print(f"docs/{name} is out of date; run: {COMMAND}", file=sys.stderr)
        return int(bool(names))
    for name in names:
        (HERE / name).write_text(wanted[name], encoding="utf-8", newline="\n")
    return 0


def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _table(found: warehouse.Table) -> str:
    lines: list[Iterable[object]] = [found.columns, ["---"] * len(found.columns), *found.rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("|", r"\|")


def _score(db: Path) -> str:
    """Write the worked example's last step, which moves with the universe."""
    company, day, horizon = WORKED
    root, *others = engine.explain(company, as_of=day, horizon=horizon, db=db).iter_rows(named=True)
    parts = [(row["weight"], row["value"]) for row in others if row["op"] == "given" and row["depth"] == 1]
    total = sum(weight for weight, _ in parts)
    weighed = "\n    + ".join(f"{weight:.2f} x {value:.2f}" for weight, value in parts)
    return f"```worked\nscore = ({weighed})\n    / {total:.2f} = {root['value']:.1f}\n```\n"


# --- the shell's page ---------------------------------------------------------------------


def _session(page: str, db: Path) -> str:
    answers = iter(_answers([step[2] for step in _STEP.finditer(page)], db))
    return _STEP.sub(lambda step: step[1] + next(answers) + step[4], page)


def _answers(steps: Sequence[str], db: Path) -> list[str]:
    """Run the steps in one session of the real shell, and give what each printed."""
    script = f"\n.print {_BETWEEN}\n".join(steps)
    words = [str(shell.found()), "-init", "/dev/null", "-readonly", str(db)]
    done = subprocess.run(words, input=script, text=True, capture_output=True, check=True, encoding="utf-8")  # noqa: S603
    if done.stderr:
        raise RuntimeError(f"the shell says: {done.stderr}")
    return done.stdout.split(f"{_BETWEEN}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
