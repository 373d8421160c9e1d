"""Build small SQL folders, and databases over them, for tests of the warehouse itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from exposure.db import build as warehouse
from exposure.seeds import resources
from exposure.seeds.reader import read_seeds
from tests.support.seed_folders import world

QUESTION = """-- is: What is asked.
-- grain: as_of
select
    coalesce(getvariable('as_of')::date, build.latest_known_on) as as_of,
    coalesce(getvariable('horizon')::integer, build.default_horizon) as horizon,
    getvariable('programmes')::varchar[] as programmes
from raw.build as build
"""
COMPANY = """-- is: Companies, whoever knew of them; that's all.
-- grain: company_id
select c.company_id, c.name
from raw.companies as c
"""
WATCHLIST = """-- is: The stored watchlist, at the date that it is of.
-- grain: company_id
select w.position, w.company_id, company.name, question.as_of
from mart.stored_watchlist as w
inner join core.question as question on question.as_of = w.as_of
inner join core.company as company on company.company_id = w.company_id
"""
#: file inside the SQL folder -> text
SMALL = {"core/question.sql": QUESTION, "core/company.sql": COMPANY, "mart/watchlist.sql": WATCHLIST}
STORED = {"mart.stored_watchlist": [("position", "INTEGER"), ("company_id", "VARCHAR"), ("as_of", "DATE")]}
DESCRIBED = ("as_of", "company_id", "horizon", "name", "position", "programmes")


def sql_folder(folder: Path, files: dict[str, str] | None = None, *, described: tuple[str, ...] = DESCRIBED) -> Path:
    """Write a SQL folder: the small views, or those given."""
    for place, text in (SMALL if files is None else files).items():
        file = folder / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    lines = ["column_name,description", *(f"{name},What is called {name}: it's text" for name in described)]
    folder.mkdir(exist_ok=True)
    (folder / "columns.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def view(body: str, *, grain: str = "company_id") -> str:
    """Write a view's file."""
    return f"-- is: A view of the tests.\n-- grain: {grain}\n{body}\n"


def fill(writer: warehouse.Writer) -> None:
    """Store a watchlist as the engine does: from what the views say."""
    (as_of,) = writer.rows("select as_of from core.question")[0]
    companies = writer.rows("select company_id from core.company order by company_id")
    writer.store("mart.stored_watchlist", [(i, company, as_of) for i, (company,) in enumerate(companies, start=1)])


def built(folder: Path, db: Path | None = None, **options: Any) -> Path:
    """Build the small views over a small world in `folder`, and give the database."""
    place = db or folder / "small.duckdb"
    rows, views = folder / "seeds", folder / "sql"
    if not rows.exists():
        world(rows)
    if not views.exists():
        sql_folder(views)
    usual: dict[str, Any] = {
        "sql": views,
        "seeds_fingerprint": resources.fingerprint(rows),
        "tables": STORED,
        "after_views": fill,
    }
    warehouse.build(read_seeds(rows), place, **usual | options)
    return place
