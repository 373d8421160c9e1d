"""The shipped evidence as an analyst looks at it: who is there, with what, how sure, now and at the end of 2025."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest

import exposure
from exposure.db import build as warehouse
from exposure.db.session import Reader
from exposure.engine import Engine
from exposure.formats.csv import encode_csv
from exposure.lineage import explanation
from exposure.lineage.explanation import Explanation
from exposure.names.resolve import resolve_company, resolve_programmes
from exposure.question import Question
from exposure.scoring import watchlist
from exposure.seeds import resources
from tests.support import memory, trees

FAMILIES = ["trainium", "tpu", "gb"]
COOLING = {"cooling", "cold-plate", "cdu", "uqd", "manifold"}
OPTICS = {"optics", "optics-800g", "optics-1.6t"}
RACKS = {"rack-assembly"}
#: the day and the horizon of each look; None is the latest
NOW: tuple[str | None, int | None] = (None, None)
THEN: tuple[str | None, int | None] = ("2025-12-31", 2026)


@pytest.mark.slow
def test_the_order_of_rows_changes_nothing(shipped_db: Path, tmp_path: Path) -> None:
    order = random.Random(12)
    seeds, db = tmp_path / "seeds", tmp_path / "shuffled.duckdb"
    shutil.copytree(resources.seeds_dir(), seeds)
    for path in seeds.glob("*.csv"):
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        order.shuffle(rows)
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    exposure.build(db=db, seeds=seeds)
    # every table as it is stored, and the ranking of another year, which is computed
    assert warehouse.content_digest(db) == warehouse.content_digest(shipped_db)
    shuffled = exposure.rank(horizon=2027, draws=200, db=db, seeds=seeds)
    plain = exposure.rank(horizon=2027, draws=200, db=shipped_db)
    assert encode_csv(shuffled.columns, shuffled.rows()) == encode_csv(plain.columns, plain.rows())


class Look(NamedTuple):
    """What the shipped seeds give at a date."""

    ranked: pl.DataFrame
    bounded: pl.DataFrame
    unranked: pl.DataFrame
    explanations: dict[str, Explanation]
    #: company | family | product | method | dollars of the horizon
    terms: list[tuple[Any, ...]]
    #: the columns of mart.factors
    factors: pl.DataFrame


def look(db: Path, as_of: str | None, horizon: int | None) -> Look:
    day = date.fromisoformat(as_of) if as_of else None
    with warehouse.reading(db, as_of=day, horizon=horizon) as reader:
        ranking = memory.ranking(reader)
        explanations = explanation.explain_all(reader, ranking.listed["company_id"], None, ranking)
        terms = reader.rows(
            """
            select r.company_id, r.family_id, r.product_id, r.method, r.programme_revenue_usd
            from "core.programme_revenue" as r where r.chosen and r.period_role = 'horizon'
            """
        )
        factors = reader.frame('select * from "mart.factors"')
    return Look(ranking.ranked, ranking.bounded, ranking.unranked, explanations, terms, factors)


@pytest.fixture(scope="module")
def now(shipped_db: Path) -> Look:
    return look(shipped_db, *NOW)


@pytest.fixture(scope="module")
def then(shipped_db: Path) -> Look:
    return look(shipped_db, *THEN)


@pytest.fixture(params=["now", "then"])
def either(request: pytest.FixtureRequest) -> Look:
    look: Look = request.getfixturevalue(request.param)
    return look


def products(seen: Look, company: str, family: str) -> set[str]:
    """Name what a company is quantified with on a family."""
    return {product for who, where, product, _, usd in seen.terms if (who, where) == (company, family) and usd}


# --- who is there -------------------------------------------------------------------------


def test_companies_that_sources_only_speak_of_are_in_no_list(either: Look, shipped_db: Path) -> None:
    spoken_of = {"adobe", "disney", "duolingo", "figma", "netflix", "palantir", "roku", "servicenow", "spotify"}
    assert spoken_of.isdisjoint([*either.ranked["company_id"], *either.bounded["company_id"]])
    assert spoken_of.isdisjoint(either.unranked["company_id"])
    known = exposure.sql("select distinct company_id from mart.claim where metric = 'users'", db=shipped_db)
    assert "figma" in set(known["company_id"])


def test_at_least_twenty_companies_are_ranked_over_the_three_families(shipped_db: Path) -> None:
    assert exposure.rank(FAMILIES, db=shipped_db, seeds=resources.seeds_dir()).height >= 20


@pytest.mark.parametrize(
    ("company", "family", "among"),
    [
        ("wiwynn", "trainium", None),
        ("gold-circuit", "trainium", None),
        ("envicool", "gb", COOLING),
        ("envicool", "tpu", None),
        ("avc", "gb", COOLING),
        ("innolight", "tpu", OPTICS),
        ("innolight", "gb", OPTICS),
        ("hon-hai", "gb", RACKS),
        ("quanta", "gb", RACKS),
        ("wistron", "gb", RACKS),
    ],
)
def test_a_company_has_a_weight_where_everybody_expects_one(
    now: Look, company: str, family: str, among: set[str] | None
) -> None:
    assert company in now.explanations
    if among is None:
        assert sum(usd for who, where, *_, usd in now.terms if (who, where) == (company, family)) > 0
    else:
        assert products(now, company, family) & among


def test_the_designers_and_the_switch_maker_are_there(now: Look) -> None:
    assert {"broadcom", "mediatek", "alchip", "avc"} <= set(now.ranked["company_id"])
    # of Accton both the content and the share are guesses
    assert "accton" in set(now.bounded["company_id"])


def test_every_listed_company_is_ranked_or_said_to_be_left_out(either: Look, shipped_db: Path) -> None:
    with warehouse.reading(shipped_db) as reader:
        listed = {
            company for (company,) in reader.rows("select company_id from raw.companies where ticker is not null")
        }
    ranked = {*either.ranked["company_id"], *either.bounded["company_id"]}
    left_out = set(either.unranked["company_id"])
    assert ranked | left_out == listed
    assert not ranked & left_out


def test_who_is_left_out_has_a_reason_and_what_is_missing(either: Look) -> None:
    assert either.unranked["reason"].null_count() == 0
    nothing_missing = either.unranked.filter(pl.col("missing").is_null())
    assert set(nothing_missing["reason"]) <= {"owner of programmes", "supplies, but nothing at the horizon"}


# --- with what ----------------------------------------------------------------------------


def test_every_weight_is_a_part_of_the_whole_within_its_range(either: Look) -> None:
    for row in either.ranked.rows(named=True):
        assert 0 <= row["exposure_low"] <= row["exposure_weight"] <= row["exposure_high"] <= 1, row["company_id"]
        assert row["exposure_weight"] > 0, row["company_id"]


def test_no_weight_wants_an_explanation(either: Look) -> None:
    assert either.ranked["exposure_weight"].max() < 0.8  # type: ignore[operator]


def test_every_row_shows_its_range_its_grade_and_what_is_assumed(either: Look) -> None:
    shown = [
        "exposure_low",
        "exposure_high",
        "grade",
        "assumed_part",
        "confidence",
        "coverage",
        "denominator",
        "method",
    ]
    assert either.ranked.select(shown).null_count().row(0) == (0,) * len(shown)


def test_the_weight_is_the_money_over_the_sales(either: Look) -> None:
    ratio = either.ranked["programme_revenue_usd"] / either.ranked["company_revenue_usd"]
    assert ratio.to_list() == pytest.approx(either.ranked["exposure_weight"].to_list(), rel=1e-9)


def test_the_first_company_founded_on_sources_names_them(either: Look) -> None:
    first = either.ranked.filter(pl.col("grade") != "C").row(0, named=True)
    leaves = list(trees.leaves(trees.from_json(either.explanations[first["company_id"]])[1]))
    tiers = {fact["tier"] for leaf in leaves for fact in leaf.get("facts", ())}
    assert tiers - {"rumour", "assumption"}


def test_no_grade_above_c_rests_on_assumptions(either: Look) -> None:
    founded = either.factors.filter(pl.col("grade") != "C")
    assert not founded.is_empty()
    assert founded["part_assumption"].max() <= 0.35  # type: ignore[operator]
    assert (founded["part_filing"] + founded["part_research"]).min() >= 0.5  # type: ignore[operator]


@pytest.mark.parametrize(
    ("as_of", "horizon", "programmes"),
    [
        ("2025-09-30", 2026, None),
        ("2025-12-31", 2026, ["tpu-v7"]),
        ("2025-12-31", 2027, None),
        ("2026-04-30", 2026, None),
        ("2026-11-22", 2026, ["tpu-v7"]),
        ("2026-11-22", 2027, None),
    ],
)
def test_the_parts_of_the_money_add_to_one(
    as_of: str, horizon: int, programmes: list[str] | None, shipped_db: Path
) -> None:
    with warehouse.reading(shipped_db, as_of=date.fromisoformat(as_of), horizon=horizon) as reader:
        if programmes:
            reader.choose(programmes)
        reader.compute("mart.factors")
        rows = reader.rows(
            """
            select programme_revenue_usd, part_filing, part_research, part_rumour, part_assumption, assumed_part,
                oldest_known_on, newest_known_on
            from "mart.factors"
            """
        )
    assert rows
    for money, *parts, assumed, oldest, newest in rows:
        if not money:
            assert set(parts) == {None}
            continue
        assert min(parts) >= 0
        assert sum(parts) == pytest.approx(1, abs=1e-12)
        assert parts[-1] == assumed
        assert oldest <= newest <= date.fromisoformat(as_of)


# --- every number explained ---------------------------------------------------------------


def test_every_ranked_companys_tree_gives_its_numbers_back(either: Look) -> None:
    assert {
        company: breaches
        for company, explained in either.explanations.items()
        if (breaches := trees.breaches(explained))
    } == {}


def test_the_facts_of_every_tree_are_in_the_export(then: Look, shipped_db: Path, tmp_path: Path) -> None:
    as_of, horizon = THEN
    exposure.export(tmp_path / "out", as_of=as_of, horizon=horizon, db=shipped_db, seeds=resources.seeds_dir())
    exported = set(pl.read_csv(tmp_path / "out" / "facts.csv")["fact_id"])
    assert {fact for explained in then.explanations.values() for fact in explained.fact_ids} <= exported


def test_what_is_unknown_is_told_beside_what_is_known(then: Look) -> None:
    # at the end of 2025 nobody had published what a rack of Trainium3 is worth
    assert "content of rack-assembly on trainium3" in then.explanations["wistron"].missing


def test_a_cancelled_generation_makes_no_zero_of_its_family(then: Look) -> None:
    guessed = {company for company, explained in then.explanations.items() if "own guesses" in str(explained.bounds)}
    for company, family, *_, usd in then.terms:
        family_usd = sum(u for who, where, *_, u in then.terms if (who, where) == (company, family))
        assert usd is None or family_usd > 0 or company in guessed, (company, family)
    assert "alchip" in then.explanations


# --- the end of 2025 ----------------------------------------------------------------------


def test_the_end_of_2025_ranks_at_least_ten_companies_and_differently(now: Look, then: Look) -> None:
    assert then.ranked.height >= 10
    assert set(then.ranked["as_of"]) == {date(2025, 12, 31)}
    assert set(then.ranked["horizon"]) == {2026}
    both = now.ranked.join(then.ranked, on="company_id")
    assert both.filter(pl.col("exposure_weight") != pl.col("exposure_weight_right")).height >= 10
    assert then.ranked["company_id"].to_list() != now.ranked["company_id"].to_list()[: then.ranked.height]


def test_the_end_of_2025_uses_nothing_that_was_known_later(then: Look) -> None:
    known = {fact["known_on"] for explained in then.explanations.values() for fact in _facts(explained)}
    assert max(known) <= "2025-12-31"


def _facts(explained: Explanation) -> Iterator[dict[str, Any]]:
    for tree in trees.from_json(explained):
        yield from (fact for leaf in trees.leaves(tree) for fact in leaf.get("facts", ()))


def test_what_became_known_later_changes_no_byte_of_the_end_of_2025() -> None:
    with memory.opened(resources.seeds_dir()) as opened:
        query = "select fact_id from core.fact where known_on > date '2025-12-31'"
        later = [fact for (fact,) in opened.connection.sql(query).fetchall()]
        as_of, horizon = THEN
        with opened.asked(as_of=as_of, horizon=horizon) as reader:
            known = memory.ranking(reader)
        with opened.asked(as_of=as_of, horizon=horizon, without=later) as reader:
            alone = memory.ranking(reader)
    assert len(later) > 20
    assert known.ranked.rows() == alone.ranked.rows()
    assert known.unranked.rows() == alone.unranked.rows()


def test_too_early_a_date_ranks_nobody_and_says_what_is_missing(shipped_db: Path) -> None:
    ranking = Engine.at(shipped_db, resources.seeds_dir()).rank(Question.parse(as_of="2020-01-01"))
    assert ranking.frame.is_empty()
    assert ranking.frame.schema == pl.Schema(watchlist.COLUMNS)
    assert ranking.notes[:1] == [
        "Nobody can be ranked at this date and horizon: no source names a supplier of the programmes."
    ]
    assert set(ranking.unranked["missing"]) == {"supply link", None}


def test_too_early_a_date_explains_nobody(shipped_db: Path) -> None:
    explained = Engine.at(shipped_db, resources.seeds_dir()).explain(
        "wiwynn", question=Question.parse(as_of="2020-01-01")
    )
    assert explained.tree.text() == ("Wiwynn (6669.TW) is not ranked: no supply link known. Missing: supply link.")
    assert explained.frame["label"].to_list() == ["supply link"]


# --- names --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reader(shipped_db: Path) -> Iterator[Reader]:
    with warehouse.reading(shipped_db) as opened:
        yield opened


@pytest.mark.parametrize(
    ("word", "company_id"),
    [
        ("6669", "wiwynn"), ("6669.TW", "wiwynn"), ("6669 TT", "wiwynn"), ("緯穎", "wiwynn"), ("纬颖", "wiwynn"),
        ("WIWYNN", "wiwynn"), ("002837", "envicool"), ("002837.SZ", "envicool"), ("英维克", "envicool"),
        ("奇鋐", "avc"), ("奇鉉", "avc"), ("Achip", "alchip"), ("世芯", "alchip"), ("中际旭创", "innolight"),
        ("鴻海", "hon-hai"), ("Foxconn", "hon-hai"), ("工业富联", "fii"), ("NYPCB", "nan-ya-pcb"), ("mrvl", "marvell"),
    ],
)  # fmt: skip
def test_companies_are_found_as_the_sources_write_them(reader: Reader, word: str, company_id: str) -> None:
    assert resolve_company(reader, word) == company_id


@pytest.mark.parametrize(
    ("word", "member"),
    [
        ("Trainium", "trainium3"),
        ("TPU", "tpu-v7"),
        ("GB", "gb300-nvl72"),
        ("trainium3", "trainium3"),
        ("TPU v7 (Ironwood)", "tpu-v7"),
    ],
)
def test_programmes_are_found_as_the_sources_write_them(reader: Reader, word: str, member: str) -> None:
    assert member in resolve_programmes(reader, [word])
