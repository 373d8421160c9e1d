"""Ask worlds what the views say of them: CSV files, check, build and view, as the product goes.

A build makes only the views that are asked for, and those below them: a hundred views for one number take long. For the
same reason many tests share one world: each states its claims on a family and companies of its own.

    case = Cases("core.pooled")
    asked = case.fixture()

    @case(forecast("copy", base=10), forecast("copy", base=4, origin_id="broker-b"))
    def test_origins_weigh_alike(asked): ...

`copy` is then a family counted in chips, with the programmes `copy-1`, `copy-2`, `copy-3` and `copy-rest` (what is not
allocated), the scope `copy-12` of the first two, and `copy-all`, which is counted as the family's whole. A family whose
name begins with `rack` is counted in racks. Every company named is listed, except `owner`, who owns the families.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pytest

from exposure.db import build as warehouse
from exposure.seeds.models import TABLES, Fact
from exposure.seeds.reader import read_seeds
from tests.support.seed_folders import COMPANIES, DAY, Cells, Claim, world

SQL = Path(__file__).resolve().parents[2] / "sql"
FACT_TABLES = [name for name, model in TABLES.items() if issubclass(model, Fact)]
Answer = dict[str, Any]
Test = TypeVar("Test", bound=Callable[..., None])

_READS = re.compile(r"\b(?:from|join)\s+((?:staging|core|mart|research|audit)\.[a-z0-9_]+)")
_COMPANY_COLUMNS = ("company_id", "supplier_id", "customer_id", "parent_id", "child_id")


class Asked:
    """A built database, asked at a day. Answers are kept, so that many tests can ask one world."""

    def __init__(self, db: Path, as_of: str | None = None) -> None:
        self.db = db
        self.as_of = as_of
        self._answers: dict[object, list[Answer]] = {}

    def rows(
        self,
        view: str,
        *,
        as_of: str | None = None,
        horizon: int | None = None,
        programmes: Sequence[str] | None = None,
        **where: object,
    ) -> list[Answer]:
        """Give the rows of a view in which the columns named hold these values."""
        day = as_of or self.as_of
        question = (view, day, horizon, tuple(programmes) if programmes else None)
        if question not in self._answers:
            at = date.fromisoformat(day) if day else None
            with warehouse.reading(self.db, as_of=at, horizon=horizon, programmes=programmes) as reader:
                table = reader.table(f"select * from {view} order by all")
            self._answers[question] = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        return [row for row in self._answers[question] if all(row[name] == value for name, value in where.items())]

    def everything(self, *views: str, as_of: str, horizon: int) -> dict[str, list[Answer]]:
        """Work out several views together and give all their rows, in the order of their columns."""
        found = {}
        with warehouse.reading(self.db, as_of=date.fromisoformat(as_of), horizon=horizon) as reader:
            steps = {name for (name,) in reader.rows("select view_name from raw.views")}
            reader.compute(*(view for view in views if view in steps))
            for view in views:
                table = reader.table(f"""select * from {f'"{view}"' if view in steps else view} order by all""")
                found[view] = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        return found

    def row(self, view: str, **where: Any) -> Answer:
        """Give the only row for which this holds."""
        found = self.rows(view, **where)
        assert len(found) == 1, found
        return found[0]


class Cases:
    """The claims of a module's tests, in one world."""

    def __init__(self, *views: str) -> None:
        self._views = views
        self.claims: list[Claim] = []

    def __call__(self, *claims: Claim) -> Callable[[Test], Test]:
        """State the claims that a test is about."""
        self.claims += claims
        return lambda test: test

    def fixture(self) -> Callable[..., Asked]:
        """Make the fixture that builds the world once a module and asks it at the day of the claims."""

        @pytest.fixture(scope="module")
        def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
            folder = tmp_path_factory.mktemp("cases")
            return built(crowd(folder / "seeds", self.claims), folder, *self._views, as_of=DAY)

        return asked


def crowd(folder: Path, claims: Iterable[Claim]) -> Path:
    """Write a world of many families and companies, as the claims name them."""
    stated = list(claims)
    families = sorted({c.cells["scope_id"].split("-")[0] for c in stated if c.cells.get("scope_id")} - {"market"})
    families = sorted(
        {*families, *(c.cells["programme_id"].split("-")[0] for c in stated if "programme_id" in c.cells)}
    )
    numbers = ("1", "2", "3", "rest")
    tables: dict[str, Iterable[Claim | Cells]] = {
        table: [claim for claim in stated if claim.table == table] for table in FACT_TABLES
    }
    return world(
        folder,
        companies=[*_companies(stated), COMPANIES[-1]],
        company_aliases=[],
        families=[
            {"family_id": f, "name": f, "owner_id": "owner", "unit_basis": "rack" if f.startswith("rack") else "chip"}
            for f in families
        ],
        programmes=[
            {"programme_id": f"{f}-{n}", "name": f"{f} {n}", "family_id": f, "unallocated": n == "rest"}
            | ({} if n == "rest" else {"succession": int(n)})
            for f in families
            for n in numbers
        ],
        scopes=[
            {"scope_id": "market", "name": "The whole market", "total": False, "note": "All customers"},
            *({"scope_id": f"{f}-12", "name": f"{f} 1 and 2", "family_id": f, "total": False} for f in families),
            *({"scope_id": f"{f}-all", "name": f"All {f}", "family_id": f, "total": True} for f in families),
        ],
        scope_members=[
            *({"scope_id": f"{f}-12", "programme_id": f"{f}-{n}"} for f in families for n in numbers[:2]),
            *({"scope_id": f"{f}-all", "programme_id": f"{f}-{n}"} for f in families for n in numbers),
        ],
        **tables,
    )


def _companies(claims: Iterable[Claim]) -> list[Cells]:
    named: set[str | None] = {claim.cells.get(column) for claim in claims for column in _COMPANY_COLUMNS}
    named |= {company for claim in claims for company in claim.cells.get("joint_ids", ())}
    return [
        {"company_id": c, "name": c, "ticker": c.upper(), "mic": "XNAS", "country": "US", "currency": "USD"}
        for c in sorted(company for company in named if company and company != "owner")
    ]


def built(rows: Path, folder: Path, *views: str, as_of: str | None = None) -> Asked:
    """Build a folder of seeds with these views and those below them."""
    db = folder / "asked.duckdb"
    warehouse.build(read_seeds(rows), db, sql=_sql(folder / "sql", views))
    return Asked(db, as_of)


def _sql(folder: Path, views: Iterable[str]) -> Path:
    """Copy the files of some views, and of all that they read."""
    waiting = list(views)
    while waiting:
        schema, _, name = waiting.pop().partition(".")
        copy = folder / schema / f"{name}.sql"
        if not copy.exists():
            text = (SQL / schema / f"{name}.sql").read_text(encoding="utf-8")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(text, encoding="utf-8")
            waiting += _READS.findall(text)
    (folder / "columns.csv").write_bytes((SQL / "columns.csv").read_bytes())
    return folder
