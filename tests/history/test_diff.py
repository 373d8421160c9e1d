"""What moved between two rankings and why, in a world in which each day changes one thing."""

from __future__ import annotations

import random
import re
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import exposure
from exposure.db import build as warehouse
from exposure.db import counterfactual as mixing
from exposure.engine import Engine
from exposure.errors import ExposureError
from exposure.history import diff as changes
from exposure.question import Question, parse_date
from exposure.seeds import resources
from tests.support.seed_folders import (
    COMPANIES,
    FACTS,
    Claim,
    chips,
    content,
    fact,
    forecast,
    rate,
    revenue,
    share,
    signal,
    world,
)

MAKERS = [f"maker-{number}" for number in range(1, 8)]
LISTED = [
    {"company_id": maker, "name": maker, "ticker": maker.upper(), "mic": "XNAS", "country": "US", "currency": "USD"}
    for maker in MAKERS
]
#: input -> the day on which one claim of it alone became known, and the company that the claim is about
NEWS: dict[str, tuple[str, str | None, Claim]] = {
    "units": ("2026-02-01", None, forecast("fam-1", "2026", 2_400_000, fact_id="NEW-UNITS")),
    "content": ("2026-03-01", None, content("board", "fam-1", 55, fact_id="NEW-CONTENT")),
    "share": ("2026-04-01", "maker-1", share("maker-1", base=0.09, fact_id="NEW-SHARE")),
    "revenue": ("2026-05-01", "maker-2", revenue("maker-2", "2025", 260, fact_id="NEW-REVENUE")),
    "fx": ("2026-06-01", "maker-3", rate("TWD", "2025", 33, fact_id="NEW-FX")),
    "signal": ("2026-07-01", "maker-4", signal("maker-4", base=5, fact_id="NEW-SIGNAL")),
}
#: a day on which the seventh maker is first heard of, and one on which nothing is
ARRIVAL, LAST = "2026-08-01", "2026-09-01"
DAYS = ["2026-01-20", *(day for day, *_ in NEWS.values()), ARRIVAL, LAST]
STATED = (
    *(claim for claim in FACTS if claim.table in ("unit_conversions", "shipment_forecasts", "content_values")),
    *(share(maker, base=0.02 * number) for number, maker in enumerate(MAKERS[:6], 1)),
    *(revenue(maker, "2025", 100 + 40 * number) for number, maker in enumerate(MAKERS[:6], 1) if number != 3),
    revenue("maker-3", "2025", 7000, currency="TWD"),
    *(signal(maker, base=number % 5 + 1) for number, maker in enumerate(MAKERS[:6], 1)),
    *(
        fact("company_signals", company_id=maker, metric="visibility_until", until=f"2027-0{number}-28")
        for number, maker in enumerate(MAKERS[:6], 1)
    ),
    rate("TWD", "2025"),
    *(claim.but(known_on=day) for day, _, claim in NEWS.values()),
    share("maker-7", base=0.05, known_on=ARRIVAL),
    revenue("maker-7", "2025", 150, known_on=ARRIVAL),
    content("cable", "fam-2", 1, known_on=LAST),
)

#: each of them builds two databases and works dozens of mixed worlds out
pytestmark = pytest.mark.slow


def _folder(folder: Path, *claims: Claim) -> Path:
    return world(folder, *claims, companies=[*LISTED, COMPANIES[-1]], company_aliases=[])


def _with_profiles(folder: Path) -> Path:
    (folder / "profiles").mkdir()
    weights = {"balanced": "exposure = 0.6\nbarrier = 0.2\nvisibility = 0.2\n", "barrier": "barrier = 1.0\n"}
    for name, lines in weights.items():
        text = f'description = "For tests"\nnormalisation = "zscore"\n\n[weights]\n{lines}'
        (folder / "profiles" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


class Line:
    """A built world, of which differences are asked; each is worked out once."""

    def __init__(self, folder: Path) -> None:
        self.seeds = _with_profiles(_folder(folder / "seeds", *STATED))
        self.db = folder / "line.duckdb"
        exposure.build(db=self.db, seeds=self.seeds)
        self._asked: dict[tuple[object, ...], changes.Difference] = {}

    def __call__(self, first: str | None = None, second: str | None = None, **more: object) -> changes.Difference:
        question = (first, second, *sorted(more.items()))
        if question not in self._asked:
            self._asked[question] = self._compare(first, second, **{"horizon": 2026, "grades": "ABC"} | more)
        return self._asked[question]

    def _compare(self, first: str | None, second: str | None, **options: Any) -> changes.Difference:
        names = ("horizon", "profile", "seeds")
        own = [{name: options.pop(f"{side}_{name}", None) for name in names} for side in ("from", "to")]
        engine, both = Engine.at(self.db, self.seeds), Question.parse(**options)
        with ExitStack() as stack:
            sides = [changes.open_side(engine.workspace, each.pop("seeds"), engine.build) for each in own]
            questions = [both.but(as_of=day, **each) for day, each in zip((first, second), own, strict=True)]
            return changes.diff_rankings([stack.enter_context(side) for side in sides], questions)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    return Line(tmp_path_factory.mktemp("line"))


def _eve(name: str) -> tuple[str, str]:
    """Give the days between which the news of one input became known, and nothing else."""
    day = NEWS[name][0]
    return DAYS[DAYS.index(day) - 1], day


def _sums(found: changes.Difference) -> pl.DataFrame:
    parts = found.parts.group_by("company_id").agg(pl.col("exposure_part").sum(), pl.col("score_part").sum())
    return found.companies.join(parts, on="company_id", how="left").with_columns(
        pl.col("exposure_part", "score_part").fill_null(pl.lit(0.0))
    )


def _off(found: changes.Difference) -> float:
    """Give by how much the parts of some company miss its change at most."""
    sums = _sums(found)
    sides = ("score_own", "score_peers", "score_method", "score_membership")
    stayed = sums.filter(pl.col("standing") == "stayed")
    gaps = [
        *(sums["exposure_change"] - sums["exposure_part"]),
        *(sums["score_change"] - sums["score_part"]),
        *(stayed["score_change"] - stayed.select(pl.sum_horizontal(sides)).to_series()),
    ]
    return float(max(map(abs, gaps)))


def _parts(found: changes.Difference, company_id: str) -> dict[str, dict[str, object]]:
    rows = found.parts.filter(pl.col("company_id") == company_id).iter_rows(named=True)
    return {row["input"]: row for row in rows}


# --- one input at a time ------------------------------------------------------------------


@pytest.mark.parametrize("name", NEWS)
def test_when_one_input_changes_no_other_has_a_part_in_any_exposure(line: Line, name: str) -> None:
    moved = line(*_eve(name)).parts.filter(pl.col("exposure_part") != 0)
    assert set(moved["input"]) == ({name} if name != "signal" else set())
    company = NEWS[name][1]
    assert name == "signal" or set(moved["company_id"]) == ({company} if company else set(MAKERS[:6]))


@pytest.mark.parametrize("name", ["share", "revenue", "fx", "signal"])
def test_others_move_by_their_peer_alone(line: Line, name: str) -> None:
    by_company = {row["company_id"]: row for row in line(*_eve(name)).companies.iter_rows(named=True)}
    mine = by_company.pop(NEWS[name][1])
    assert mine["score_own"] != 0
    # what passes between two days is left to the inputs that time wears: here, quarters of orders ahead
    assert any(abs(row["score_peers"]) > 1e-6 for row in by_company.values())


def test_a_company_of_which_nothing_is_said_moves_only_by_peers(line: Line) -> None:
    found = line("2026-03-31", "2026-04-01", profile=_profile(line, "exposure = 1.0"))
    for row in found.companies.iter_rows(named=True):
        mine = row["company_id"] == "maker-1"
        assert (row["score_own"] != 0) == mine
        assert (row["score_peers"] != 0) == (not mine)
    labels = dict(found.parts.filter(pl.col("input") == "share").select("company_id", "label").rows())
    assert labels == {maker: "changed" if maker == "maker-1" else "peers" for maker in MAKERS[:6]}


def _profile(line: Line, weights: str) -> str:
    file = line.db.parent / f"{re.sub('[^a-z]', '', weights)}.toml"
    file.write_text(f'description = "x"\nnormalisation = "zscore"\n\n[weights]\n{weights}\n', encoding="utf-8")
    return str(file)


@pytest.mark.parametrize("name", NEWS)
def test_a_part_names_the_claim_that_made_it(line: Line, name: str) -> None:
    row = _parts(line(*_eve(name)), NEWS[name][1] or "maker-1")[name]
    assert row["label"] == "changed"
    assert f"NEW-{name.upper()}" in str(row["changed_fact_ids"]).split("; ")
    assert (row["new_fact_ids"], row["withdrawn_fact_ids"]) == ("", "")


def test_what_is_said_for_the_first_time_is_new_on_the_way_there_and_withdrawn_on_the_way_back(line: Line) -> None:
    (there,) = _parts(line(LAST, DAYS[-3]), "maker-7").values()
    (back,) = _parts(line(DAYS[-3], LAST), "maker-7").values()
    assert there["withdrawn_fact_ids"] == back["new_fact_ids"] != ""
    assert there["new_fact_ids"] == back["withdrawn_fact_ids"] == ""


def test_time_that_passes_in_silence_is_an_input_of_its_own(line: Line) -> None:
    found = line("2026-01-20", "2026-01-25")
    assert set(found.parts["input"]) == {"time"}
    assert found.parts["exposure_part"].to_list() == [0] * found.parts.height
    assert set(found.parts["label"]) == {"aged"}


# --- who is compared ----------------------------------------------------------------------


def test_who_comes_is_membership_in_full_and_shifts_the_others_by_membership(line: Line) -> None:
    found = line(DAYS[-3], ARRIVAL)
    rows = {row["company_id"]: row for row in found.companies.iter_rows(named=True)}
    came = rows.pop("maker-7")
    assert (came["standing"], came["rank_from"], came["score_change"]) == ("came", None, came["score_to"])
    ((name, part),) = _parts(found, "maker-7").items()
    assert (name, part["exposure_part"], part["score_part"]) == ("membership", came["exposure_to"], came["score_to"])
    assert part["label"] == "came"
    assert all(row["standing"] == "stayed" and row["score_membership"] != 0 for row in rows.values())
    assert all(_parts(found, company)["membership"]["exposure_part"] == 0 for company in rows)


def test_without_coming_and_going_membership_is_nothing(line: Line) -> None:
    found = line(*_eve("units"))
    assert set(found.companies["score_membership"]) == {0.0}
    assert "membership" not in set(found.parts["input"])


# --- exactness ----------------------------------------------------------------------------


@pytest.mark.parametrize("pair", random.Random(7).sample([*pairwise(DAYS), (DAYS[0], DAYS[3])], 3))
def test_parts_of_worlds_at_random_sum_to_the_change(line: Line, pair: tuple[str, str]) -> None:
    assert _off(line(*pair)) <= 1e-9


def test_parts_sum_when_every_input_changes_and_companies_come_and_go(line: Line) -> None:
    found = line(DAYS[0], LAST)
    assert set(NEWS) | {"membership"} == set(found.parts["input"])
    assert _off(found) <= 1e-9


@pytest.mark.parametrize("pair", [(DAYS[1], DAYS[5]), (DAYS[5], ARRIVAL)])
def test_the_way_back_is_the_negative_of_the_way_there(line: Line, pair: tuple[str, str]) -> None:
    key, values = ["company_id", "input"], ["exposure_part", "score_part"]
    there = line(*pair).parts.select(key + values).sort(key)
    back = line(*reversed(pair)).parts.select(key + values).sort(key)
    assert there.select(key).equals(back.select(key))
    for name in values:
        assert there[name].to_list() == pytest.approx([-part for part in back[name]], abs=1e-9)


def test_the_ends_are_the_rankings_themselves(line: Line) -> None:
    found = line(*_eve("units"))
    for day, end in zip(_eve("units"), ("from", "to"), strict=True):
        ranked = exposure.rank(as_of=day, horizon=2026, grades="ABC", db=line.db, seeds=line.seeds)
        own = found.companies.select("company_id", f"rank_{end}", f"score_{end}", f"exposure_{end}").sort("company_id")
        asked = ranked.select("company_id", "rank", "score", "exposure_weight").sort("company_id")
        assert own.rows() == asked.rows()


# --- profiles, horizons, seeds --------------------------------------------------------------


def test_between_two_profiles_no_exposure_moves_and_the_profile_has_all_of_the_score(line: Line) -> None:
    found = line(to_profile="barrier", as_of=LAST)
    assert set(found.parts["input"]) == {"profile"}
    assert set(found.companies["exposure_change"]) == {0.0}
    assert found.companies["score_method"].to_list() == pytest.approx(found.companies["score_change"].to_list())
    assert _off(found) <= 1e-9


def test_between_two_horizons_the_horizon_has_all_of_the_exposure(line: Line) -> None:
    found = line(from_horizon=2025, to_horizon=2026, as_of=LAST)
    assert set(found.parts["input"]) <= {"horizon", "membership"}
    assert _off(found) <= 1e-9


def test_two_seed_folders_are_compared_table_by_table(line: Line, tmp_path: Path) -> None:
    dearer = [c.but(base=60) if c.cells.get("fact_id") == "NEW-CONTENT" else c for c in STATED]
    other = [
        c.but(base=0.07) if c.cells.get("company_id") == "maker-1" and c.table == "supply_shares" else c for c in dearer
    ]
    folder = _with_profiles(_folder(tmp_path / "other", *other))
    found = line(to_seeds=folder)
    assert set(found.parts["input"]) == {"content", "share"}
    assert _off(found) <= 1e-9
    row = _parts(found, "maker-2")["content"]
    assert (row["label"], row["changed_fact_ids"]) == ("changed", "NEW-CONTENT")
    assert row["exposure_part"] == pytest.approx(_change(found, "maker-2", "exposure_change"), abs=1e-12)


def _change(found: changes.Difference, company_id: str, column: str) -> float:
    return float(found.companies.row(by_predicate=pl.col("company_id") == company_id, named=True)[column])


def test_the_same_question_twice_is_refused(line: Line) -> None:
    with pytest.raises(ExposureError, match="same question"):
        line(LAST, LAST)


# --- mixed worlds -------------------------------------------------------------------------


def _factors(reader: warehouse.Reader, *but: str) -> pl.DataFrame:
    reader.compute("mart.factors")
    return reader.frame('select * from "mart.factors" order by company_id').drop("as_of", *but)


def test_a_mixed_world_of_one_world_alone_is_that_world(line: Line) -> None:
    first, second = (mixing.Side(line.db, parse_date(day), 2026) for day in (DAYS[0], LAST))  # type: ignore[arg-type]
    everything = {*mixing.TABLES, "horizon"}
    with mixing.mixing(first, second) as mixer:
        for side, taken in ((first, set[str]()), (second, everything)):
            mixer.take(taken)
            with warehouse.reading(line.db, as_of=side.as_of, horizon=2026) as reader:
                assert _factors(mixer).equals(_factors(reader))


def test_signals_reach_no_factor_but_those_that_are_exchanged_without_asking_again(line: Line) -> None:
    first, second = (mixing.Side(line.db, parse_date(day), 2026) for day in (DAYS[0], LAST))  # type: ignore[arg-type]
    with mixing.mixing(first, second) as mixer:
        for others in (set[str](), {"units", "revenue"}):
            mixer.take(others)
            without = _factors(mixer)
            mixer.take({*others, "signal"})
            assert _factors(mixer, "visibility", "barrier").equals(without.drop("visibility", "barrier"))
            assert not _factors(mixer).equals(without)


def test_every_table_that_the_factors_rest_on_belongs_to_an_input(line: Line) -> None:
    known = {table for tables in mixing.TABLES.values() for table in tables}
    with warehouse.reading(line.db) as reader:
        steps = {
            name: (below, step) for name, below, step in reader.rows("select view_name, below, step from raw.views")
        }
    needed = {"mart.factors", *steps["mart.factors"][0]}
    texts = [steps[name][1] for name in needed if name in steps]
    kept = ("core/fact", "core/product_ancestor", "core/scope_programme")
    texts += [(resources.sql_dir() / f"{name}.sql").read_text(encoding="utf-8") for name in kept]
    read = {table for text in texts for table in re.findall(r"\braw\.(\w+)", text)}
    assert read - {"build"} <= known


def test_every_kind_of_claim_is_known_by_the_date_of_its_input(line: Line) -> None:
    first, second = (mixing.Side(line.db, parse_date(day), 2026) for day in (DAYS[0], LAST))  # type: ignore[arg-type]
    query = """select kind from "core.knowledge_date" where known_by = ?"""
    with mixing.mixing(first, second) as mixer:
        for name in mixing.DATED:
            mixer.take({name})
            mixer.compute("core.knowledge_date")
            later = {kind for (kind,) in mixer.rows(query, [second.as_of])}
            assert later == {kind for kind, own in mixing.INPUT_OF_KIND.items() if own == name}


# --- revisions ----------------------------------------------------------------------------


def test_revisions_give_the_chain_of_an_origin_and_the_pooled_series(line: Line) -> None:
    found = exposure.revisions("fam-1", db=line.db, seeds=line.seeds)
    chain = found.filter((pl.col("series") == "origin") & (pl.col("period") == "2026"))
    assert chain["value"].to_list() == [2_000_000, 2_400_000]
    assert chain["change"].to_list()[1] == pytest.approx(0.2)
    assert chain["is_current"].to_list() == [False, True]
    pooled = found.filter((pl.col("series") == "pooled") & (pl.col("period") == "2026"))
    assert pooled["value"].to_list() == pytest.approx([2_000_000, 2_400_000])
    assert pooled["days_since"].to_list()[1] == (parse_date(LAST) - parse_date("2026-02-01")).days  # type: ignore[operator]


def test_revisions_know_nothing_of_what_came_later(line: Line) -> None:
    found = exposure.revisions("fam-1", as_of="2026-01-31", db=line.db, seeds=line.seeds)
    assert found["known_on"].max() == parse_date("2026-01-15")
    assert set(found["value"]) == {1_000_000, 2_000_000}


def test_revisions_of_an_unknown_programme_are_refused(line: Line) -> None:
    with pytest.raises(ExposureError, match="There is no programme"):
        exposure.revisions("nothing", db=line.db, seeds=line.seeds)


def _revised(folder: Path, *claims: Claim) -> pl.DataFrame:
    seeds = _with_profiles(world(folder / "seeds", *claims))
    exposure.build(db=folder / "small.duckdb", seeds=seeds)
    return exposure.revisions("fam-1", horizon=2026, db=folder / "small.duckdb", seeds=seeds)


def test_revisions_tell_a_part_from_the_whole(tmp_path: Path) -> None:
    whole = forecast("fam-1", base=900)
    part = forecast("fam-1", base=200, supplier_id="alpha", product_id="board")
    found = _revised(tmp_path, whole, part, part.but(base=400, known_on="2026-02-01"))
    rows = found.filter(pl.col("series") == "origin").select("value", "company_id", "product_id").rows()
    assert rows == [(200, "alpha", "board"), (400, "alpha", "board"), (900, None, None)]


def test_a_new_count_of_chips_in_a_rack_revises_the_pooled_value(tmp_path: Path) -> None:
    racks = forecast("fam-1", base=100, unit_basis="rack")
    counts = (chips(base=10, fact_id="TEN"), chips(base=12, fact_id="TWELVE", known_on="2026-03-01"))
    pooled = _revised(tmp_path, racks, *counts).filter((pl.col("series") == "pooled") & (pl.col("scope_id") == "fam-1"))
    assert pooled["value"].to_list() == [1000, 1200]
    assert pooled["is_current"].to_list() == [False, True]
    assert "TWELVE" in pooled["fact_ids"][1]


def test_a_pooled_chain_ends_where_the_only_forecast_is_withdrawn(tmp_path: Path) -> None:
    only = forecast("fam-1", base=100)
    found = _revised(tmp_path, only, only.but(base=None, withdrawn=True, known_on="2026-03-01"))
    pooled = found.filter(pl.col("series") == "pooled")
    assert pooled["value"].to_list() == [100]
    assert pooled["is_current"].to_list() == [False]
