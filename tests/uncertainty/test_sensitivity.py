from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

import exposure
from exposure.cli import app as cli
from exposure.engine import Engine
from exposure.errors import ExposureError
from exposure.question import DEFAULT_QUESTION, Result
from exposure.uncertainty import intervals, sensitivity
from tests.scenarios.test_goal_seek import Question as Place
from tests.scenarios.test_goal_seek import placed
from tests.support.seed_folders import FACTS

#: worlds of their own for nearly every test: run with `-m slow`
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ready(shipped_db: Path) -> Iterator[tuple[Any, Any]]:
    with Engine.at(shipped_db).opened(DEFAULT_QUESTION) as (reader, profile):
        yield intervals.prepare_ranking(reader, DEFAULT_QUESTION, profile), reader


@pytest.fixture(scope="module")
def quanta(shipped_db: Path) -> pl.DataFrame:
    return exposure.sensitivity("2382", draws=300, db=shipped_db)


@pytest.fixture(scope="module")
def settling(shipped_db: Path) -> Result:
    return Engine.at(shipped_db).sensitivity(draws=4000)


@pytest.fixture(scope="module", params=[0, 1, 2])
def nearly_certain(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Place]:
    """Build a world in which everything is known exactly but so many figures."""
    count: int = request.param
    facts = [one.but(currency="USD") if "currency" in one.cells else one for one in FACTS if one.table != "fx_rates"]
    facts += [one.but(period="2026") for one in facts if one.table == "supply_shares"]  # what is carried is uncertain
    exact = [claim.but(low=claim.cells["base"], high=claim.cells["base"]) for claim in facts]
    places = [n for n, one in enumerate(facts) if one.table in ("content_values", "shipment_forecasts")][-count:]
    for place in places if count else []:
        base = exact[place].cells["base"]
        exact[place] = exact[place].but(low=base / 2, high=base * 2)
    return count, placed(tmp_path_factory.mktemp("certain"), *exact, fx_rates=[])


# --- one company --------------------------------------------------------------------------


def test_a_company_is_told_what_it_hangs_on_however_few_inputs_are_uncertain(
    nearly_certain: tuple[int, Place],
) -> None:
    count, place = nearly_certain
    found = exposure.sensitivity("alpha", draws=256, **place)
    assert found.columns == list(sensitivity.DRIVERS)
    assert found.height == count
    assert found["exposure_total"].to_list() == pytest.approx([1 / max(count, 1)] * count, abs=0.3)


def test_the_table_of_a_company_is_whole_and_begins_with_the_widest_swing(quanta: pl.DataFrame) -> None:
    assert quanta.columns == list(sensitivity.DRIVERS)
    assert quanta.null_count().sum_horizontal().item() == 0
    assert quanta["score_swing"].to_list() == sorted(quanta["score_swing"], reverse=True)
    assert quanta["input"].n_unique() == quanta.height
    assert set(quanta["company_id"]) == {"quanta"}


def test_the_centre_of_a_swing_is_the_published_figure(quanta: pl.DataFrame, shipped_db: Path) -> None:
    published = exposure.rank(db=shipped_db).filter(pl.col("company_id") == "quanta")
    assert quanta["score_base"].unique().to_list() == pytest.approx(published["score"].to_list(), rel=1e-5)
    assert quanta["exposure_base"].unique().to_list() == pytest.approx(published["exposure_weight"].to_list(), rel=1e-5)


def test_a_companys_own_sales_lower_its_exposure_and_a_rivals_share_does_not_touch_it(quanta: pl.DataFrame) -> None:
    sales = quanta.row(by_predicate=pl.col("input") == "sales of Quanta Computer, 2026", named=True)
    assert sales["exposure_at_high"] < sales["exposure_base"] < sales["exposure_at_low"]
    assert sales["exposure_elasticity"] < 0
    cooling = quanta.row(by_predicate=pl.col("input") == "shares of others in Liquid cooling (all)", named=True)
    assert cooling["exposure_swing"] == cooling["exposure_total"] == 0 < cooling["score_swing"]


def test_indices_take_the_largest_power_of_two_of_the_draws(quanta: pl.DataFrame) -> None:
    assert quanta["draws"].unique().to_list() == [256]


def test_without_draws_a_company_has_its_swings_alone(shipped_db: Path) -> None:
    found = exposure.sensitivity("alchip", draws=0, db=shipped_db)
    assert (found["score_swing"] > 0).any()
    assert found["score_total"].null_count() == found.height


# --- the first places ---------------------------------------------------------------------


def test_the_table_of_unknowns_is_whole_and_begins_with_the_most_telling(settling: Result) -> None:
    table = settling.frame
    assert table.columns == list(sensitivity.DECIDERS)
    assert table.height > 10
    assert table.select(pl.exclude("settles").null_count()).sum_horizontal().item() == 0
    assert table["place"].to_list() == list(range(1, table.height + 1))
    assert table["settled_part"].to_list() == sorted(table["settled_part"], reverse=True)
    assert table.filter(pl.col("settled_part") > pl.col("noise_part"), pl.col("noise_part") > 0).height == table.height
    assert table.filter((pl.col("low") > pl.col("base")) | (pl.col("base") > pl.col("high"))).is_empty()


def test_an_unknown_names_its_facts_with_the_documents_that_they_are_from(
    settling: Result, ready: tuple[Any, Any]
) -> None:
    row = settling.frame.filter(pl.col("unknown") == "units of NVIDIA Grace Blackwell racks, 2026").row(0, named=True)
    query = """select source_id, publisher from "mart.evidence" where fact_id in (select unnest(?::varchar[]))"""
    ready[1].compute("mart.evidence")
    known = ready[1].rows(query, [row["fact_ids"].split("; ")])
    assert set(row["source_ids"].split("; ")) == {source for source, _ in known}
    assert set(row["publishers"].split("; ")) == {publisher for _, publisher in known}
    assert row["unit"] == "rack"


def test_a_note_says_what_is_unsettled_and_how_much_is_left_out(settling: Result) -> None:
    (note,) = settling.notes
    numbers = re.search(r"first 10: ([0-9.]+), .* there\. ([0-9]+) unknowns", note)
    assert numbers
    assert float(numbers[1]) == pytest.approx(settling.frame["unsettled"].item(0), abs=0.005)
    assert int(numbers[2]) > 0


# --- calls --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (["quanta", "--top", "5"], "not for both"),
        (["--draws", "10"], "at least 1000"),
        (["microsoft"], "not ranked"),
        (["quantum"], "There is no company 'quantum'"),
    ],
)
def test_a_bad_call_gives_one_sentence_and_2(asked: list[str], message: str, shipped_db: Path) -> None:
    answered = CliRunner().invoke(cli.app, ["--db", str(shipped_db), "sensitivity", *asked])
    assert answered.exit_code == 2
    assert answered.stdout == ""
    (sentence,) = answered.stderr.splitlines()
    assert message in sentence


def test_numbers_out_of_range_are_refused(shipped_db: Path) -> None:
    with pytest.raises(ExposureError, match="from 0"):
        exposure.sensitivity(seed=-1, db=shipped_db)


def test_the_command_prints_the_table_as_csv_and_what_a_reader_looks_at_as_table(shipped_db: Path) -> None:
    asked = ["--db", str(shipped_db), "sensitivity", "alchip", "--draws", "0", "--as-of", "2026-06-30"]
    answered = CliRunner().invoke(cli.app, asked)
    assert answered.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(answered.stdout)))
    assert list(rows[0]) == list(sensitivity.DRIVERS)
    assert {row["as_of"] for row in rows} == {"2026-06-30"}
    shown = CliRunner().invoke(cli.app, [*asked, "--format", "table"]).stdout.splitlines()
    assert shown[0].split()[:4] == ["input", "score", "at", "ends"]
    assert len(shown) >= len(rows) + 1
