"""Fill the pages that quote the shipped data: tables from SQL, answers to queries, and a session in the shell.

`python docs/refresh.py` writes the pages; with `--check` it writes nothing and exits with 1 when one is out of date.
The answer to `docs/tables/NAME.sql` goes between `<!-- filled: NAME -->` and `<!-- end of NAME -->`. On systems.md an
answer follows each `sql` block. On shell.md the `sql` blocks run in the real DuckDB shell, all in one session, and the
`text` block after each holds the output.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import exposure
from exposure.cli import shell
from exposure.db import session
from exposure.question import DEFAULT_PROFILE, Table
from exposure.scoring import ranking, watchlist
from exposure.seeds import resources
from exposure.seeds.profiles import CENTRE, read_profile

if TYPE_CHECKING:
    from exposure.db.session import Reader

HERE = Path(__file__).resolve().parent
COMMAND = "python docs/refresh.py"
FILLED = ("methodology.md", "worked_example.md", "evidence.md", "limits.md")
QUERIES = "systems.md"
SESSION = "shell.md"
#: the worked example's company, day and year, as its page says
WORKED = ("gold-circuit", date(2026, 3, 31), 2026)
#: companies in the table of other orders
_FIRST = 15

_BLOCK = re.compile(r"(<!-- filled: ([a-z-]+) -->\n)(.*?)(<!-- end of \2 -->)", re.DOTALL)
_QUERY = re.compile(r"(```sql\n(.*?)```\n\n)((?:\|[^\n]*\n)*)", re.DOTALL)
_STEP = re.compile(r"(```sql\n(.*?)```\n\n```text\n)(.*?)(```)", re.DOTALL)
_BETWEEN = "-- next step --"
_VIEW = re.compile(r"\b(core|mart|research|audit)\.(\w+)")


def pages(db: Path) -> dict[str, str]:
    """Return every page by name, filled from a built database of the shipped seeds."""
    tables = {"score": _score(db), "order": _order(db)}
    with session.reading(db) as reader:
        for file in sorted((HERE / "tables").glob("*.sql")):
            tables[file.stem] = _table(ask(reader, file.read_text(encoding="utf-8")))
        queries = _QUERY.sub(lambda block: block[1] + _table(ask(reader, block[2])), _read(QUERIES))
    filled = {name: _BLOCK.sub(lambda block: block[1] + tables[block[2]] + block[4], _read(name)) for name in FILLED}
    return filled | {QUERIES: queries, SESSION: _session(_read(SESSION), db)}


def ask(reader: Reader, query: str) -> Table:
    """Return the answer to a query; each view, and each below, is computed once for all queries."""
    reader.compute(*(f"{schema}.{name}" for schema, name in sorted(set(_VIEW.findall(query)))))
    return reader.table(_VIEW.sub(r'"\1.\2"', query))


def outdated(wanted: dict[str, str]) -> list[str]:
    """Return the names of the pages that differ from what they should be."""
    return [name for name, text in wanted.items() if _read(name) != text]


def main(arguments: list[str]) -> int:
    """Write the pages, or only compare them."""
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "exposure.duckdb"
        exposure.build(db=db, seeds=resources.seeds_dir())
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


def _table(answer: Table) -> str:
    lines: list[Iterable[object]] = [answer.columns, ["---"] * len(answer.columns), *answer.rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            value = round(value, 9)
            return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
        case list():
            return "; ".join(map(str, value))
    return str(value).replace("|", r"\|")


def _score(db: Path) -> str:
    """Return the last step of the worked example, which changes with the universe."""
    company, day, horizon = WORKED
    root, *others = exposure.explain(company, as_of=day, horizon=horizon, db=db).iter_rows(named=True)
    parts = [(row["weight"], row["value"]) for row in others if row["op"] == "given" and row["depth"] == 1]
    total = sum(weight for weight, _ in parts)
    weighed = "\n    + ".join(f"{weight:.2f} x {value:.2f}" for weight, value in parts)
    return f"```worked\nscore = ({weighed})\n    / {total:.2f} = {root['value']:.1f}\n```\n"


def _order(db: Path) -> str:
    """Return the first companies of the list, each with its ranks by other choices of the method."""
    profile = read_profile(DEFAULT_PROFILE, resources.seeds_dir())
    with session.reading(db) as reader:
        universe, unquantified = ranking.read_universe(reader), ranking.read_unquantified(reader)
        rules = ranking.read_rules(reader)
    listed = watchlist.rank(universe, universe, unquantified, profile, rules).ranked.head(_FIRST)
    others = {
        "exposure at 50%": (replace(profile, exposure_point=CENTRE), rules, False),
        "unknown at 50": (profile, replace(rules, neutral_score=50), False),
        "by grade": (profile, rules, True),
    }
    columns = [listed["name"], listed["grade"], listed["rank"]]
    for by, parameters, by_grade in others.values():
        ranked = watchlist.rank(universe, universe, unquantified, by, parameters, by_grade=by_grade).ranked
        columns.append(listed.join(ranked, on="company_id", maintain_order="left")["rank_right"])
    return _table(Table(["company", "grade", "rank", *others], [*zip(*columns, strict=True)]))


# --- the shell's page ---------------------------------------------------------------------


def _session(page: str, db: Path) -> str:
    outputs = iter(_run_steps([step[2] for step in _STEP.finditer(page)], db))
    return _STEP.sub(lambda step: step[1] + next(outputs) + step[4], page)


def _run_steps(steps: Sequence[str], db: Path) -> list[str]:
    """Run the steps in one session of the real shell; return the output of each."""
    script = f"\n.print {_BETWEEN}\n".join(steps)
    command = [str(shell.find_shell()), "-init", "/dev/null", "-readonly", str(db)]
    run = subprocess.run(command, input=script, text=True, capture_output=True, check=True, encoding="utf-8")  # noqa: S603
    if run.stderr:
        raise RuntimeError(f"the shell fails: {run.stderr}")
    return run.stdout.split(f"{_BETWEEN}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
