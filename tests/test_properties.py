"""What holds whatever the rows say: scaling, order, sums, row order, threads; and what holds of the shipped seeds."""

from __future__ import annotations

import csv
import math
import random
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from exposure.db import build as warehouse
from exposure.db.session import Reader
from exposure.seeds import resources
from exposure.seeds.models import TABLES, Fact
from tests.support.random_claims import random_claims
from tests.support.seed_folders import FACTS, Claim, world
from tests.support.view_cases import SQL, Answer, Asked, built, crowd

#: asks nearly every view of the shipped or of random worlds: run with `-m slow`
pytestmark = pytest.mark.slow

FLOORS = ("core", "mart", "research", "audit")
VIEWS = sorted(f"{file.parent.name}.{file.stem}" for floor in FLOORS for file in (SQL / floor).glob("*.sql"))
#: the watchlist is stored by the engine, which reads the views
VIEWS.remove("mart.watchlist")
THEN = "2025-12-31"


# --- scaling --------------------------------------------------------------------------------


def money(answers: Asked) -> dict[tuple[object, ...], float]:
    """Give each company's programme revenue by year, programme and product."""
    return {
        tuple(
            row[name] for name in ("company_id", "via_company_id", "programme_id", "product_id", "year", "method")
        ): row["programme_revenue_usd"]
        for row in answers.rows("core.programme_revenue")
    }


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    folder = tmp_path_factory.mktemp("plain")
    return built(world(folder / "seeds"), folder, "core.programme_revenue")


def test_scaling_units_scales_revenue(plain: Asked, tmp_path: Path) -> None:
    scaled = [_times(claim, 3.7) if claim.table == "shipment_forecasts" else claim for claim in FACTS]
    more = money(built(world(tmp_path / "seeds", *scaled), tmp_path, "core.programme_revenue"))
    assert more == pytest.approx({key: value * 3.7 for key, value in money(plain).items()})
    assert money(plain)


def test_scaling_company_revenue_leaves_programme_money_unchanged(plain: Asked, tmp_path: Path) -> None:
    scaled = [_times(claim, 3.7) if claim.table == "company_revenues" else claim for claim in FACTS]
    assert money(built(world(tmp_path / "seeds", *scaled), tmp_path, "core.programme_revenue")) == money(plain)


def _times(claim: Claim, factor: float) -> Claim:
    numbers = {
        name: claim.cells[name] * factor for name in ("low", "base", "high") if claim.cells.get(name) is not None
    }
    return claim.but(**numbers)


# --- a crowd of random claims ---------------------------------------------------------------


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    folder = tmp_path_factory.mktemp("drawn")
    return built(crowd(folder / "seeds", [*random_claims()]), folder, "core.programme_revenue", "core.generation_mix")


@pytest.mark.parametrize("view", ["core.pooled", "core.family_units", "core.programme_units", "core.share_vector",
                                  "core.supply_share", "core.content", "core.bottom_up", "core.disclosed"])  # fmt: skip
def test_low_base_and_high_stay_in_order_whatever_is_said(drawn: Asked, view: str) -> None:
    rows = drawn.rows(view)
    assert len(rows) > 5
    assert list(_out_of_order(rows)) == []


def test_a_pooled_base_lies_within_what_was_said(drawn: Asked) -> None:
    claims: dict[tuple[object, ...], list[float]] = {}
    for claim in drawn.rows("core.yearly_claim"):
        if claim["is_pooled"]:
            claims.setdefault(_subject(claim), []).append(claim["base"])
    pooled = {_subject(row): row["base"] for row in drawn.rows("core.pooled") if row["base"] is not None}
    assert pooled.keys() == claims.keys()
    for claim in drawn.rows("core.yearly_claim", is_firm=True):  # a bound that binds is said, too
        claims[_subject(claim)] += [end for end in (claim["low"], claim["high"]) if end is not None]
    assert all(min(stated) <= pooled[key] <= max(stated) for key, stated in claims.items())


def _subject(row: Answer) -> tuple[object, ...]:
    names = ("period_role", "kind", "measure", "scope_id", "product_id", "company_id", "counterpart_id")
    return tuple(row[name] for name in names)


def test_generations_never_exceed_their_family_and_fill_it_where_its_total_is_stated(drawn: Asked) -> None:
    parts: dict[tuple[str, str], float] = {}
    for row in drawn.rows("core.programme_units"):
        place = row["period_role"], row["family_id"]
        parts[place] = parts.get(place, 0) + row["units"]
    families = drawn.rows("core.family_units")
    assert len(families) > 40
    for row in families:
        assert parts[row["period_role"], row["family_id"]] == pytest.approx(row["units"], rel=1e-9), row


def test_mixed_shares_never_add_up_to_more_than_one_unless_one_origin_says_so(drawn: Asked) -> None:
    def sums(view: str, *grain: str) -> dict[tuple[object, ...], float]:
        shares: dict[tuple[object, ...], float] = {}
        for row in drawn.rows(view):
            key = tuple(row[name] for name in grain)
            shares[key] = shares.get(key, 0) + row["share"]
        return shares

    key = ("period_role", "scope_id", "product_id")
    greatest: dict[tuple[object, ...], float] = {}
    for (*place, _), total in sums("core.share_origin", *key, "origin_id").items():
        greatest[tuple(place)] = max(1, total, greatest.get(tuple(place), 0))
    mixed = sums("core.share_vector", *key)
    assert len(mixed) > 40
    assert all(total <= greatest[place] + 1e-9 for place, total in mixed.items())


# --- the shipped seeds ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    return built(resources.seeds_dir(), tmp_path_factory.mktemp("shipped"), *VIEWS)


@pytest.fixture(scope="module")
def now(shipped: Asked) -> dict[str, list[Answer]]:
    question = shipped.row("core.question")
    return shipped.everything(*VIEWS, as_of=str(question["as_of"]), horizon=question["horizon"])


@pytest.fixture(scope="module")
def then(shipped: Asked) -> dict[str, list[Answer]]:
    return shipped.everything(*VIEWS, as_of=THEN, horizon=2026)


@pytest.fixture(scope="module", params=["now", "then"])
def answers(request: pytest.FixtureRequest) -> dict[str, list[Answer]]:
    """Give all rows of all views, at the latest fact and at the end of 2025."""
    answers: dict[str, list[Answer]] = request.getfixturevalue(request.param)
    return answers


def test_shipped_ranges_are_in_order(answers: dict[str, list[Answer]]) -> None:
    assert {view: faults for view in VIEWS if (faults := list(_out_of_order(answers[view])))} == {}


def test_no_shipped_number_is_infinite_or_none_at_all(answers: dict[str, list[Answer]]) -> None:
    numbers = [
        (view, name, value)
        for view in VIEWS
        for row in answers[view]
        for name, value in row.items()
        if isinstance(value, float) and not (view.startswith("research.") and name.startswith(_OPEN_ENDS))
    ]
    assert len(numbers) > 10_000
    assert [number for number in numbers if not math.isfinite(number[2])] == []


def _out_of_order(rows: list[Answer]) -> Iterator[Answer]:
    """Give the rows in which a low end lies above its middle or its high end."""
    if not rows:
        return
    ranges = [("low", "base", "high")] if {"low", "base", "high"} <= rows[0].keys() else []
    ranges += [
        (f"{name}_low", name if name in rows[0] else _MIDDLE.get(name, name), f"{name}_high")
        for name in (key.removesuffix("_low") for key in rows[0] if key.endswith("_low"))
        if f"{name}_high" in rows[0] and name != "bound"  # bounds may contradict each other
    ]
    for row in rows:
        for names in ranges:
            known = [row[name] for name in names if row.get(name) is not None]
            if known != sorted(known):
                yield {name: row.get(name) for name in (*names, *list(row)[:8])}


#: columns of the steps of claim checks that are without end where a source states one bound only
_OPEN_ENDS = ("least_", "most_")
#: the ledger, which holds every claim, and steps of checks, which name facts of any day
_OF_ANY_DAY = {"core.fact", "core.fact_class", "research.check_input", "research.check_result"}
#: waivers that name later facts are taken out with them
_OF_WAIVERS = {"audit.waiver", "audit.false_waiver", "audit.finding"}
#: the middle of a range whose name its ends do not share
_MIDDLE = {"exposure": "exposure_weight"}


def test_every_fact_that_a_view_names_exists(answers: dict[str, list[Answer]]) -> None:
    known = {fact for name in TABLES if issubclass(TABLES[name], Fact) for fact in _column(name, "fact_id")}
    named = {
        fact
        for rows in answers.values()
        for row in rows
        for name, value in row.items()
        if name.endswith("fact_ids") and value
        for fact in value
    }
    assert len(named) > 100
    assert named <= known


def test_every_view_has_one_row_for_what_its_header_says(answers: dict[str, list[Answer]]) -> None:
    for view, rows in answers.items():
        grain = _grain(view)
        keys = [tuple(row[name] for name in grain) for row in rows]
        assert len(set(keys)) == len(keys), view


def _grain(view: str) -> list[str]:
    header = (SQL / f"{view.replace('.', '/')}.sql").read_text(encoding="utf-8").splitlines()[1]
    return header.removeprefix("-- grain: ").split(", ")


def test_every_listed_company_is_quantified_or_told_why_not_exactly_once(answers: dict[str, list[Answer]]) -> None:
    companies = [row["company_id"] for view in ("mart.factors", "mart.unquantified") for row in answers[view]]
    assert sorted(companies) == sorted(row["company_id"] for row in answers["mart.company"] if row["is_listed"])


def test_at_the_end_of_2025_at_least_ten_companies_are_quantified_for_2026(then: dict[str, list[Answer]]) -> None:
    assert len(then["mart.factors"]) >= 10
    assert {row["as_of"] for row in then["mart.factors"]} == {date.fromisoformat(THEN)}


def test_nothing_published_later_is_used_at_the_end_of_2025(then: dict[str, list[Answer]]) -> None:
    known = {row["fact_id"] for row in then["mart.evidence"]}
    assert max(row["known_on"] for row in then["mart.evidence"]) <= date.fromisoformat(THEN)
    used = {fact for row in then["mart.exposure_weight"] for fact in row["fact_ids"]}
    assert used <= known


def test_shipped_facts_of_2026_leave_the_answers_of_2025_as_they_were(
    then: dict[str, list[Answer]], tmp_path: Path
) -> None:
    earlier = built(_known_until(tmp_path / "seeds"), tmp_path, *VIEWS)
    earlier_answers = earlier.everything(*VIEWS, as_of=THEN, horizon=2026)
    changed = {view for view in VIEWS if repr(earlier_answers[view]) != repr(then[view])}
    assert "core.fact" in changed
    assert changed <= _OF_ANY_DAY | _OF_WAIVERS


def _known_until(folder: Path) -> Path:
    """Write the shipped seeds without what became known later, and without rows that name it."""
    shutil.copytree(resources.seeds_dir(), folder)
    facts = [name for name, model in TABLES.items() if issubclass(model, Fact)]
    later = {row["fact_id"] for name in facts for row in _read(name) if row["known_on"] > THEN}
    for name in TABLES:
        between = "[ :=]" if name == "waivers" else "; "
        named = [{part for cell in row.values() for part in re.split(between, cell)} for row in _read(name)]
        kept = [row for row, parts in zip(_read(name), named, strict=True) if not later & parts]
        _write(folder, name, kept)
    return folder


def test_the_order_of_rows_in_the_seeds_changes_no_byte_of_the_database(tmp_path: Path) -> None:
    draw = random.Random(7)
    shutil.copytree(resources.seeds_dir(), tmp_path / "seeds")
    for name in TABLES:
        rows = _read(name)
        draw.shuffle(rows)
        _write(tmp_path / "seeds", name, rows)
    # the tables that are stored; the other views are text, the same for both
    stored = ("core.fact", "core.scope_programme", "core.product_ancestor")
    shuffled = built(tmp_path / "seeds", tmp_path, *stored)
    (tmp_path / "straight").mkdir()
    straight = built(resources.seeds_dir(), tmp_path / "straight", *stored)
    assert warehouse.content_digest(shuffled.db) == warehouse.content_digest(straight.db)


def test_the_number_of_threads_changes_no_row_at_the_digits_that_are_printed(shipped: Asked) -> None:
    def rows(threads: int) -> dict[str, str]:
        config: Any = {"threads": threads}
        with duckdb.connect(str(shipped.db), read_only=True, config=config) as connection:
            reader = Reader(connection, shipped.db)
            views = ["mart.factors", "mart.exposure_weight", "mart.programme_revenue", "mart.shipment_forecast"]
            reader.compute(*views)
            return {view: repr(_printed(reader.rows(f'select * from "{view}" order by all'))) for view in views}

    assert rows(1) == rows(2)


def _printed(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Keep twelve significant digits, as all output does: threads may add floats in another order."""
    return [tuple(float(f"{cell:.12g}") if isinstance(cell, float) else cell for cell in row) for row in rows]


def _read(name: str) -> list[dict[str, str]]:
    with (resources.seeds_dir() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _column(name: str, column: str) -> list[str]:
    return [row[column] for row in _read(name)]


def _write(folder: Path, name: str, rows: list[dict[str, str]]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, TABLES[name].columns(), lineterminator="\n")
        out.writeheader()
        out.writerows(rows)
