"""Findings: each kind in a world that has it, with numbers worked by hand, and none in a world that does not."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from exposure.db import build as warehouse
from exposure.db import raw_tables, view_files
from exposure.seeds.models import TABLES
from exposure.seeds.models.method import FINDINGS
from exposure.seeds.reader import read_seeds
from tests.support import seed_folders as worlds
from tests.support.seed_folders import (
    COMPANIES,
    FACTS,
    PRODUCTS,
    Claim,
    content,
    disclosed,
    forecast,
    owned,
    revenue,
    share,
    signal,
    world,
)

SQL = worlds.SHIPPED.parent / "sql"
#: views of the audit that hold no findings
HELPERS = {"entry_kind", "waiver", "wrong_entry"}
STORED = {"mart.stored_watchlist", "mart.stored_note"}
COLUMNS = [
    "severity", "finding_key", "company_id", "scope_id", "product_id", "year", "value", "limit_value", "message",
    "fact_ids",
]  # fmt: skip
#: a row of a view by the names of its columns
Row = dict[str, Any]
#: a view, and the claims and tables of a world -> the view's rows in that world
Ask = Callable[..., list[Row]]


# --- a world in one database after another ------------------------------------------------


@cache
def _views() -> dict[str, view_files.View]:
    tables = {"raw.build", *(f"raw.{table}" for table in TABLES), *STORED}
    return {view.full_name: view for view in view_files.read_views(SQL, tables)}


def _closure(names: Iterable[str]) -> list[str]:
    """Return views and all that they read, lower ones first."""
    waiting, needed = list(names), set()
    while waiting:
        name = waiting.pop()
        if name in _views() and name not in needed:
            needed.add(name)
            waiting += _views()[name].reads
    return [name for name in _views() if name in needed]


class Findings:
    """A database of all findings, whose tables take one world after another: making its views takes far longer."""

    def __init__(self, folder: Path) -> None:
        names = _closure(["audit.finding"])
        for view in map(_views().__getitem__, names):
            (folder / "sql" / view.file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(SQL / view.file, folder / "sql" / view.file)
        shutil.copyfile(SQL / view_files.DICTIONARY, folder / "sql" / view_files.DICTIONARY)
        db = folder / "findings.duckdb"
        warehouse.build(read_seeds(world(folder / "seeds")), db, sql=folder / "sql")
        self._kept = {name: _views()[name].body for name in names if _views()[name].kept}
        self.connection = duckdb.connect(str(db))
        # in worlds this small, optimising a query takes longer than the query
        self.connection.execute("pragma disable_optimizer")

    def fill(self, folder: Path) -> None:
        """Load the seeds of a folder into the tables."""
        known = []
        for name, table in raw_tables.read(read_seeds(folder)):
            self._replace(name, table)
            known += [row.known_on for row in table.rows if hasattr(row, "known_on")]
        self.connection.execute("update raw.build set latest_known_on = ?", [max(known)])
        for name, statement in self._kept.items():
            self.connection.execute(f"delete from {name}; insert into {name} {statement}")

    def _replace(self, name: str, table: raw_tables.RawTable) -> None:
        self.connection.execute(f"delete from {name}")
        if cells := [list(column) for column in zip(*table.cells(), strict=True)]:
            lists = ", ".join(f"unnest(?::{kind}[])" for _, kind in table.columns)
            self.connection.execute(f"insert into {name} select {lists}", cells)

    def rows(self, view: str) -> list[Row]:
        """Return the rows of a view, ordered by its grain."""
        relation = self.connection.sql(f"from {view} order by {', '.join(_views()[view].grain)}")
        return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Findings]:
    database = Findings(tmp_path_factory.mktemp("findings"))
    yield database
    database.connection.close()


@pytest.fixture
def ask(findings: Findings, tmp_path: Path) -> Iterator[Ask]:
    """Return a function that loads a world into the database and reads a view."""

    def rows(
        view: str, *claims: Claim, as_of: date | None = None, horizon: int | None = None, **tables: Any
    ) -> list[Row]:
        findings.connection.execute("set variable as_of = (select ?::date)", [as_of])
        findings.connection.execute("set variable horizon = (select ?::integer)", [horizon])
        findings.fill(world(tmp_path / "seeds", *claims, **tables))
        return findings.rows(view if "." in view else f"audit.{view}")

    findings.connection.execute("begin")
    yield rows
    findings.connection.execute("rollback; reset variable as_of; reset variable horizon")


def numbers(rows: list[Row]) -> dict[str, tuple[Any, Any]]:
    """Return value and limit by key."""
    return {row["finding_key"]: (pytest.approx(row["value"]), pytest.approx(row["limit_value"])) for row in rows}


def keys(rows: list[Row]) -> list[str]:
    return [row["finding_key"] for row in rows]


# --- what all kinds share -----------------------------------------------------------------

#: the default world, with alpha's sales of 2026 expected near what its programmes imply: USD 240m, and 220m implied
QUIET = tuple(
    claim.but(base=7200) if claim.table == "company_revenues" and claim.cells["period"] == "2026" else claim
    for claim in FACTS
)


def test_a_world_without_contradictions_has_no_findings(ask: Ask) -> None:
    assert ask("finding", *QUIET) == []


@pytest.mark.parametrize("kind", FINDINGS)
def test_all_kinds_of_findings_have_the_same_columns(kind: str, findings: Findings) -> None:
    assert findings.connection.sql(f"from audit.{kind}").columns == COLUMNS


def test_waivers_accept_every_kind_of_finding_and_no_other() -> None:
    kinds = [name.removeprefix("audit.") for name in _views()["audit.finding"].reads if name.startswith("audit.")]
    assert list(FINDINGS) == [kind for kind in kinds if kind not in HELPERS]


def test_a_kind_of_finding_is_the_name_of_its_view() -> None:
    named = re.findall(r"select '(\w+)' as finding, k\.\* from audit\.(\w+) as k", _views()["audit.finding"].body)
    assert sorted(named) == [(kind, kind) for kind in FINDINGS]


def test_every_audit_is_read_for_the_findings() -> None:
    audits = {f"audit.{file.stem}" for file in (SQL / "audit").glob("*.sql")}
    assert audits == {name for name in _closure(["audit.finding"]) if name.startswith("audit.")}


def test_a_finding_is_open_until_a_waiver_names_it(ask: Ask) -> None:
    (row,) = ask("finding", *FACTS)
    assert (row["finding"], row["finding_key"], row["state"], row["reason"]) == (
        "revenue_gap",
        "alpha|2026",
        "open",
        None,
    )
    usual = {"finding": "revenue_gap", "waived_on": "2026-01-20", "expires_on": "2026-12-31"}
    other = usual | {"finding_key": "beta|2026", "claim": "no_later_document:beta", "reason": "Another"}
    accepted = usual | {"finding_key": "alpha|2026", "claim": "no_later_document:alpha", "reason": "Seen"}
    (row,) = ask("finding", *FACTS, waivers=[other, accepted])
    assert (row["state"], row["reason"], row["waived_on"]) == ("waived", "Seen", date(2026, 1, 20))


def test_a_note_is_no_open_finding(ask: Ask) -> None:
    rows = ask("finding", *QUIET, forecast("fam", "2026", 4e6))
    assert [(row["finding"], row["severity"], row["state"]) for row in rows] == [("unallocated_rest", "note", "note")]


def test_a_finding_is_of_what_was_known_at_the_date(ask: Ask) -> None:
    floor = forecast("fam-1", "2026", low=3e6, origin_id="broker-b", known_on="2026-01-20")
    assert keys(ask("base_outside_bound", *QUIET, floor)) == ["units|units|fam-1|2026"]
    assert ask("base_outside_bound", *QUIET, floor, as_of=date(2026, 1, 19)) == []


# --- shares, content, units ---------------------------------------------------------------


def test_shares_of_more_than_all_are_found(ask: Ask) -> None:
    rows = ask("share_above_one", share("alpha", base=0.7), share("beta", base=0.6))
    assert numbers(rows) == {"board|fam-1|2025": (1.3, 1), "board|fam-1|2026": (1.3, 1)}
    assert rows[0]["message"] == "The shares of board on fam-1 in 2025 add up to 1.300: alpha 0.700, beta 0.600."
    assert rows[0]["fact_ids"] == ["SS-0001", "SS-0002"]


def test_shares_of_all_are_no_finding(ask: Ask) -> None:
    assert ask("share_above_one", share("alpha", base=0.7), share("beta", base=0.3)) == []


def test_shares_of_a_programme_without_units_are_no_finding(ask: Ask) -> None:
    unmade = [share("alpha", "board", "fam-2", base=0.7), share("beta", "board", "fam-2", base=0.6)]
    assert ask("share_above_one", *unmade) == []


def test_the_share_of_a_consolidated_child_is_inside_its_parents(ask: Ask) -> None:
    assert ask("share_above_one", share("alpha", base=0.7), share("beta", base=0.8), owned("beta", "alpha")) == []


def test_parts_worth_more_than_the_whole_are_found(ask: Ask) -> None:
    layer = {"product_id": "layer", "name": "Layer", "parent_id": "board-main"}
    parts = [content("board-main", base=30), content("board-side", base=25), content("layer", base=10)]
    rows = ask("content_above_parent", content("board", base=50), *parts, products=[*PRODUCTS, layer])
    # the layer is inside the main board, which has a value of its own: 30 + 25
    assert numbers(rows) == {"board|fam-1|2025": (55, 50), "board|fam-1|2026": (55, 50)}
    assert rows[0]["fact_ids"] == ["CV-0001", "CV-0002", "CV-0003"]


def test_parts_worth_the_whole_are_no_finding(ask: Ask) -> None:
    parts = [content("board-main", base=30), content("board-side", base=20)]
    assert ask("content_above_parent", content("board", base=50), *parts) == []


def test_a_programme_without_units_has_no_parts_to_compare(ask: Ask) -> None:
    dear = [content("board", "fam-2", 50), content("board-main", "fam-2", 60)]
    assert ask("content_above_parent", content("board", base=50), *dear) == []


def test_more_pieces_than_the_market_has_are_found(ask: Ask) -> None:
    attach = content("cable", base=3, measure="attach", currency=None)
    units = [forecast("fam-1", "2025", 1e6), forecast("fam-1", "2026", 2e6)]

    def market(base: float) -> Claim:
        return forecast("market", "2026", base, product_id="cable", unit_basis="module")

    rows = ask("attach_above_market", *units, attach, market(5e6))
    assert numbers(rows) == {"cable|market|2026": (6e6, 5e6)}
    assert rows[0]["fact_ids"] == ["CV-0001", "SF-0002", "SF-0003"]
    assert ask("attach_above_market", *units, attach, market(6e6)) == []


def test_a_value_below_a_stated_floor_is_found(ask: Ask) -> None:
    rows = ask("base_outside_bound", *QUIET, forecast("fam-1", "2026", low=3e6, origin_id="broker-b"))
    assert numbers(rows) == {"units|units|fam-1|2026": (2e6, 3e6)}
    assert rows[0]["fact_ids"] == ["SF-0002", "SF-0003"]
    assert ask("base_outside_bound", *QUIET, forecast("fam-1", "2026", low=2e6, origin_id="broker-b")) == []


def test_a_floor_above_a_ceiling_is_found(ask: Ask) -> None:
    bounds = [forecast("fam-2", "2026", low=5e6), forecast("fam-2", "2026", high=1e6, origin_id="broker-b")]
    assert numbers(ask("base_outside_bound", *QUIET, *bounds)) == {"units|units|fam-2|2026": (5e6, 1e6)}


def test_a_share_above_a_joint_one_is_found(ask: Ask) -> None:
    joint = share("alpha", base=0.3, joint_ids="beta", origin_id="broker-b")
    rows = ask("base_outside_bound", share("alpha", base=0.4), share("beta", base=0.1), joint)
    # an estimate of 0.3 reaches to 0.3 x 1.15, for 2026 widened to 0.3 x 1.15 x 1.15
    limits = {"share|share|alpha|board|fam-1|2025": (0.4, 0.345), "share|share|alpha|board|fam-1|2026": (0.4, 0.39675)}
    assert numbers(rows) == limits


def test_one_origins_chips_and_racks_that_disagree_are_found(ask: Ask) -> None:
    rows = ask("unit_mismatch", forecast(base=2e6), forecast(base=180_000, unit_basis="rack"))
    assert numbers(rows) == {"SF-0001|SF-0002": (2e6 / 1.8e6 - 1, 0.1)}
    assert "2000000 chips and as 180000 racks, which are 2000000 and 1800000 chips" in rows[0]["message"]


def test_floors_in_chips_and_racks_are_compared_too(ask: Ask) -> None:
    rows = ask("unit_mismatch", forecast(low=2e6), forecast(low=300_000, unit_basis="rack"))
    assert numbers(rows) == {"SF-0001|SF-0002": (0.5, 0.1)}


@pytest.mark.parametrize(
    "racks",
    [
        forecast(base=190_000, unit_basis="rack"),
        forecast(base=100_000, unit_basis="rack", origin_id="broker-b"),
        forecast(base=100_000, unit_basis="rack", known_on="2026-01-10"),
        forecast(low=300_000, unit_basis="rack"),
    ],
    ids=["rounded differently", "of another origin", "of another day", "of another side"],
)
def test_chips_and_racks_are_one_claim_only_of_one_origin_day_and_side(ask: Ask, racks: Claim) -> None:
    assert ask("unit_mismatch", forecast(base=2e6), racks) == []


def test_a_group_counted_apart_from_its_members_is_found(ask: Ask) -> None:
    members = [forecast("fam-1", "2026", 2e6), forecast("fam-2", "2026", 1e6)]
    rows = ask("scope_conflict", *members, forecast("fam-1-2", "2026", 10e6))
    assert numbers(rows) == {"fam-1-2|2026": (10e6, 3e6)}
    # 15% about each: 2.72m to 3.68m meets 2.55m to 3.45m
    assert ask("scope_conflict", *members, forecast("fam-1-2", "2026", 3.2e6)) == []


def test_what_is_not_counted_may_be_the_rest_of_a_group(ask: Ask) -> None:
    known = forecast("fam-1", "2026", 2e6)
    assert ask("scope_conflict", known, forecast("fam-1-2", "2026", 10e6)) == []
    assert ask("scope_conflict", known, forecast("fam", "2026", 12e6), forecast("fam-1-2", "2026", 10e6)) == []
    assert keys(ask("scope_conflict", known, forecast("fam-1-2", "2026", 1e6))) == ["fam-1-2|2026"]


def test_generations_of_more_than_the_family_are_found(ask: Ask) -> None:
    whole = forecast("fam", "2026", 3e6)
    rows = ask("mix_above_one", whole, forecast("fam-1", "2026", 2e6), forecast("fam-2", "2026", 2e6))
    assert numbers(rows) == {"fam|2026": (4 / 3, 1)}
    assert ask("mix_above_one", whole, forecast("fam-1", "2026", 2e6), forecast("fam-2", "2026", 1e6)) == []


def test_units_of_no_named_generation_are_noted(ask: Ask) -> None:
    rows = ask("unallocated_rest", forecast("fam", "2026", 4e6), forecast("fam-1", "2026", 1e6))
    assert numbers(rows) == {"fam|2026": (0.75, 0)}
    assert rows[0]["message"] == "No generation is named for 3000000 of the 4000000 chips of fam in 2026 (75.0%)."


def test_origins_that_lie_far_apart_are_noted(ask: Ask) -> None:
    def pair(one: float, other: float) -> list[Claim]:
        return [forecast(base=one), forecast(base=other, origin_id="broker-b")]

    rows = ask("disagreement", *pair(1e6, 2e6))
    assert numbers(rows) == {"fam-1|2026": (1 / 1.5, 0.5)}
    assert rows[0]["severity"] == "note"
    assert ask("disagreement", *pair(1.2e6, 1.8e6)) == []


# --- programme revenue against the company's own figures ----------------------------------

_LISTED = {"mic": "XNAS", "country": "US", "currency": "USD", "fiscal_year_end": "12-31"}
FOUR = [
    *COMPANIES,
    {"company_id": "gamma", "name": "Gamma", "ticker": "GAM"} | _LISTED,
    {"company_id": "delta", "name": "Delta", "ticker": "DEL"} | _LISTED,
]
#: 2026: 2m x $50 = $100m of boards, so $40m, $30m, $10m and $10m; half of it in 2025
SHARES = [share("alpha", base=0.4), share("beta", base=0.3), share("gamma", base=0.1), share("delta", base=0.1)]


def _expected(company_id: str, base: float) -> Claim:
    return revenue(company_id, "2026", base, kind="forecast", origin_id="broker-a", tier="estimate")


def test_programmes_that_bring_more_of_a_product_than_a_company_states_are_found(ask: Ask) -> None:
    """$40m of boards in 2026 are 40% of $100m; the company states 20% to 30%."""
    sales = [_expected("alpha", 100), share("alpha", base=0.4)]
    stated = disclosed("alpha", "2026", 0.25, low=0.2, high=0.3, product_id="board")
    assert numbers(ask("above_stated_part", *sales, stated)) == {"alpha|board|2026": (0.4, 0.3)}
    enough = disclosed("alpha", "2026", 0.4, low=0.35, high=0.45, product_id="board")
    assert ask("above_stated_part", *sales, enough) == []


def test_programmes_of_nearly_all_or_more_than_all_sales_are_found(ask: Ask, findings: Findings) -> None:
    sales = [_expected("alpha", 32), _expected("beta", 30), _expected("gamma", 12), _expected("delta", 12.6)]
    assert numbers(ask("weight_above_one", *SHARES, *sales, companies=FOUR)) == {"alpha|2026": (1.25, 1)}
    nearly = {"beta|2026": (1, 0.8), "gamma|2026": (10 / 12, 0.8)}
    assert numbers(findings.rows("audit.implausible_weight")) == nearly


#: three years; gamma's share in 2024 is unknown, for no share is carried backward
PAST = (
    forecast("fam-1", "2024", 400_000),
    forecast("fam-1", "2025", 1_000_000),
    forecast("fam-1", "2026", 2_000_000),
    share("alpha", "board", "fam-1", "2024", 0.4),
    share("beta", "board", "fam-1", "2024", 0.3),
    share("gamma", "board", "fam-1", "2025", 0.1),
    revenue("alpha", "2024", 5700, currency="TWD"),
    revenue("alpha", "2025", 6000, currency="TWD"),
    revenue("beta", "2024", 6),
    revenue("beta", "2025", 15),
    revenue("gamma", "2024", 5),
    revenue("gamma", "2025", 4),
)


def test_a_past_year_is_set_against_reported_sales(ask: Ask) -> None:
    report = {row["company_id"]: row for row in ask("research.backcast", *PAST, companies=FOUR)}
    alpha, gamma = report["alpha"], report["gamma"]
    # 2025: 1m x 50 x 0.4 of TWD 6000m; 2024: 0.4m x 50 x 0.4 of TWD 5700m, both at 30 a dollar
    assert (alpha["programme_revenue_base_usd"], alpha["base_revenue_usd"]) == pytest.approx((20e6, 200e6))
    assert (alpha["programme_revenue_prior_usd"], alpha["prior_revenue_usd"]) == pytest.approx((8e6, 190e6))
    assert (alpha["exposure_base"], alpha["exposure_prior"]) == pytest.approx((0.1, 8 / 190))
    assert (alpha["programme_change_usd"], alpha["revenue_change_usd"]) == pytest.approx((12e6, 10e6))
    assert (alpha["programme_growth"], alpha["revenue_growth"]) == pytest.approx((1.5, 10 / 190))
    assert (gamma["exposure_base"], gamma["revenue_change_usd"]) == pytest.approx((1.25, -1e6))
    assert (gamma["programme_revenue_prior_usd"], gamma["programme_change_usd"], gamma["exposure_prior"]) == (None,) * 3


def test_programmes_that_a_past_years_sales_do_not_hold_are_found(ask: Ask) -> None:
    rows = ask("backcast", *PAST, companies=FOUR)
    # alpha's programmes added more than its sales did, gamma's exceed them; beta sold nothing else in either year
    assert numbers(rows) == {"alpha|change|2025": (12e6, 10e6), "gamma|sales|2025": (5e6, 4e6)}


def test_implied_and_forecast_sales_far_apart_are_found(ask: Ask) -> None:
    known = [revenue("alpha", "2025", 200), revenue("beta", "2025", 100)]
    rows = ask("revenue_gap", *known, _expected("alpha", 300), _expected("beta", 150))
    # 200 + 40 - 20 against 300 is 27% less, 100 + 30 - 15 against 150 is 23% less
    assert numbers(rows) == {"alpha|2026": (220 / 300 - 1, 0.25)}


def test_content_solved_back_from_sales_is_found(ask: Ask) -> None:
    cable = [content("board", base=50), content("cable", base=10, circular=True), share("gamma", "cable", base=0.5)]
    rows = ask("circular_input", *SHARES, *cable, companies=FOUR)
    # 2m x 10 x 0.5 = USD 10m beside 10m of boards
    assert numbers(rows) == {"gamma|cable|fam": (0.5, 0)}
    assert rows[0]["message"].startswith("USD 10.0m of gamma from cable on fam in 2026, 50.0% of its programme revenue")
    assert rows[0]["fact_ids"] == ["CV-0002"]


def test_sales_that_ended_too_long_ago_are_found(ask: Ask) -> None:
    known = [revenue("alpha", "2024", 100), revenue("beta", "2025", 100)]
    fiscal = [revenue("gamma", "FY2025-03", 100), revenue("delta", "FY2025-05", 100)]
    rows = ask("stale_denominator", *SHARES, *known, *fiscal, companies=FOUR)
    # to 2026-01-15; a fiscal year is as old as its own end: delta's is of 229 days
    assert numbers(rows) == {"alpha|2024": (380, 274), "gamma|FY2025-03": (290, 274)}


def test_programmes_of_more_than_their_owner_buys_are_found(ask: Ask) -> None:
    owner = {"customer_id": "owner"}
    bought = [
        disclosed("alpha", "2025", 0.05, **owner),
        disclosed("beta", "2025", 0.2, **owner),
        disclosed("gamma", "2025", 4, **owner, measure="revenue", currency="USD"),
        disclosed("delta", "2025", low=0.01, **owner),
    ]
    sales = [revenue("alpha", "2025", 200), revenue("beta", "2025", 100), revenue("delta", "2025", 100)]
    rows = ask("customer_cap", *SHARES, *bought, *sales, companies=FOUR)
    # a disclosed number reaches 2% beyond itself: 20m and 200m x 0.051, 5m and 4.08m;
    # 15m fits into 20.4m, and a floor caps nothing
    limits = {"alpha|owner|customer_share|2025": (20e6, 10.2e6), "gamma|owner|customer_revenue|2025": (5e6, 4.08e6)}
    assert numbers(rows) == limits


def test_methods_far_apart_are_noted(ask: Ask) -> None:
    stated = [disclosed("alpha", "2025", 0.25, scope_id="fam"), disclosed("beta", "2025", 0.2, scope_id="fam")]
    rows = ask("method_gap", *stated)
    # alpha: 0.25 x USD 200m and 20m, beta: 0.2 x 100m and 15m; all double with the units to 2026
    assert numbers(rows) == {"alpha|fam|2025": (1.5, 0.5), "alpha|fam|2026": (1.5, 0.5)}
    assert {row["severity"] for row in rows} == {"note"}


def test_a_term_without_a_content_is_noted_and_in_no_figure(ask: Ask) -> None:
    shares = [share("alpha", base=0.4), share("alpha", "cable", base=0.2)]
    (row,) = ask("unknown_leaf", *shares)
    assert row["finding_key"] == "alpha|content of cable on fam-1|2026"
    assert (row["severity"], row["company_id"]) == ("note", "alpha")
    assert ask("unknown_leaf", *shares, content("board", "fam-1", 50), content("cable", "fam-1", 7)) == []


# --- factors ------------------------------------------------------------------------------


def _crowd(number: int) -> dict[str, Any]:
    """Make companies that differ in their share alone, and in a barrier that falls as the share rises."""
    names = [f"maker-{i}" for i in range(1, number + 1)]
    return {
        "companies": [*COMPANIES, *({"company_id": n, "name": n, "ticker": n[-1] + "X"} | _LISTED for n in names)],
        "supply_shares": [share(name, base=i / 50) for i, name in enumerate(names, start=1)],
        "company_revenues": [revenue(name, "2025", 100) for name in names],
        "company_signals": [signal(name, "barrier", 6 - i) for i, name in enumerate(names, start=1)],
    }


def test_factors_that_rank_alike_or_in_reverse_are_found(ask: Ask) -> None:
    rows = ask("factor_twins", **_crowd(5))
    assert numbers(rows) == {"barrier|exposure": (-1, 0.98), "barrier|growth": (-1, 0.98), "exposure|growth": (1, 0.98)}


def test_too_few_companies_say_nothing_of_factors(ask: Ask) -> None:
    assert ask("factor_twins", **_crowd(4)) == []


# --- the shipped data ---------------------------------------------------------------------


def test_every_waiver_names_a_finding_of_the_shipped_data(findings: Findings) -> None:
    findings.connection.execute("begin")
    findings.fill(worlds.SHIPPED)
    waived = {
        (row["finding"], row["finding_key"]) for row in findings.rows("audit.finding") if row["state"] == "waived"
    }
    named = set(findings.connection.sql("select finding, finding_key from raw.waivers").fetchall())
    findings.connection.execute("rollback")
    assert named - waived == set()
