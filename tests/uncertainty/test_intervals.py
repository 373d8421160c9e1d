"""The interval columns of a ranking, and the command that prints them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from typer.testing import CliRunner

import exposure
from exposure.cli import app as cli
from exposure.engine import Engine
from exposure.errors import ExposureError
from exposure.question import Question
from exposure.scoring import watchlist
from exposure.scoring.ranking import rank_companies
from exposure.uncertainty import intervals, rank_summary
from exposure.uncertainty.scorer import rank_scores
from tests.support import two_companies

PERCENTILES = 'description = "x"\nnormalisation = "percentile"\n[weights]\nexposure = 2\ngrowth = -1\nbarrier = 1\n'


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return two_companies.build(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def simulated(shipped_db: Path) -> pl.DataFrame:
    return exposure.simulate(2000, 1, db=shipped_db)


# --- the shipped evidence -----------------------------------------------------------------


@pytest.mark.parametrize("programmes", [None, ["trainium"], ["tpu", "gb"]])
@pytest.mark.parametrize("profile", ["balanced", "expectation-gap", "percentiles.toml"])
def test_the_central_draw_scores_and_ranks_as_the_watchlist(
    shipped_db: Path, tmp_path: Path, profile: str, programmes: list[str] | None
) -> None:
    if profile.endswith(".toml"):
        (tmp_path / profile).write_text(PERCENTILES, encoding="utf-8")
        profile = str(tmp_path / profile)
    question = Question.parse(programmes, profile=profile)
    with Engine.at(shipped_db).opened(question) as (reader, read_profile):
        ranking = rank_companies(reader, question, read_profile)
        prepared = intervals.prepare(reader, ranking, question, read_profile)
    factors = prepared.world.evaluate(np.zeros(0, np.intp), np.ones((0, 1)))
    scores = prepared.scorer.central_scores(factors)[:, 0]
    assert scores == pytest.approx(ranking.ranked["score"].to_numpy(), rel=1e-6)
    ranks = rank_scores(scores.round(9)[:, None], prepared.scorer.block)[:, 0]
    assert ranks.tolist() == ranking.ranked["rank"].to_list()


def test_a_choice_of_all_programmes_has_the_intervals_of_all(shipped_db: Path) -> None:
    whole = exposure.rank(db=shipped_db, draws=500)
    families = exposure.sql("select family_id from raw.families", db=shipped_db)["family_id"].to_list()
    chosen = exposure.rank(families, db=shipped_db, draws=500)
    assert_frame_equal(chosen.select(*watchlist.INTERVALS), whole.select(*watchlist.INTERVALS), rel_tol=1e-5)


def test_the_published_rank_lies_in_its_interval_for_nearly_every_company(simulated: pl.DataFrame) -> None:
    inside = simulated.filter(pl.col("rank").is_between("rank_low", "rank_high"))
    assert inside.height >= 0.95 * simulated.height
    assert simulated.height >= 20


def test_the_simulated_table_is_complete_and_ordered(simulated: pl.DataFrame) -> None:
    assert simulated.columns == list(intervals.SIMULATED)
    always = [
        name for name in simulated.columns if not name.startswith("expectation_gap") and name != "p_beats_consensus"
    ]
    assert simulated.select(pl.col(always).null_count()).sum_horizontal().item() == 0
    ordered = simulated.filter(
        (pl.col("score_p05") <= pl.col("score_median")) & (pl.col("score_median") <= pl.col("score_p95"))
        & (pl.col("exposure_p05") <= pl.col("exposure_p95")) & (pl.col("p_top5") <= pl.col("p_top10"))
        & (pl.col("p_top10") <= pl.col("p_top20")) & (pl.col("rank_low") <= pl.col("rank_high"))
    )  # fmt: skip
    assert ordered.height == simulated.height
    assert simulated["rank"].to_list() == sorted(simulated["rank"].to_list())
    assert rank_summary.COVERAGE == 0.90


def test_the_chance_to_beat_the_consensus_follows_the_gap_and_is_unknown_without_a_consensus(
    simulated: pl.DataFrame,
) -> None:
    known = simulated.filter(pl.col("expectation_gap").is_not_null())
    assert known.height >= 3
    assert known.filter(pl.col("expectation_gap_p05") <= pl.col("expectation_gap_p95")).height == known.height
    assert known.sort("expectation_gap")["p_beats_consensus"].item(0) < 0.5
    unknown = simulated.filter(pl.col("expectation_gap").is_null())
    assert unknown["p_beats_consensus"].null_count() == unknown.height


def test_grades_that_are_asked_for_keep_their_intervals_in_the_list_by_score(
    shipped_db: Path, simulated: pl.DataFrame
) -> None:
    kept = exposure.simulate(2000, 1, grades="C", db=shipped_db)
    assert 0 < kept.height < simulated.height
    assert kept.equals(simulated.filter(pl.col("grade") == "C"))


def test_by_grade_the_intervals_belong_to_the_blocks(shipped_db: Path, simulated: pl.DataFrame) -> None:
    blocks = exposure.simulate(2000, 1, by_grade=True, db=shipped_db)
    leading = blocks.filter(pl.col("grade") != "C")
    assert leading.equals(blocks.head(leading.height))
    assert leading["rank_high"].max() == leading.height
    assert blocks.filter(pl.col("grade") == "C")["rank_low"].min() == leading.height + 1
    assert simulated.filter(pl.col("grade") == "C")["rank_low"].min() == 1
    scores = ["company_id", "score", "score_p05", "score_p95", "exposure_p05"]
    # another order of rows rounds sums in single precision another way
    sorted_ = (table.select(scores).sort("company_id") for table in (blocks, simulated))
    assert_frame_equal(*sorted_, rel_tol=1e-5)


def test_a_simulation_names_its_seed_and_repeats_itself(shipped_db: Path, simulated: pl.DataFrame) -> None:
    assert simulated["seed"].unique().to_list() == [1]
    again = exposure.simulate(2000, 1, threads=1, db=shipped_db)
    assert again.equals(simulated)
    assert not exposure.simulate(2000, 2, db=shipped_db).equals(simulated)


def test_oversubscribed_shares_are_noted(shipped_db: Path) -> None:
    notes = Engine.at(shipped_db).simulate(Question.parse(as_of="2025-12-31"), draws=10).notes
    assert any("add up to more than one" in note for note in notes)


@pytest.mark.slow
def test_the_range_of_the_list_is_that_of_its_draws(shipped_db: Path) -> None:
    drawn = exposure.rank(db=shipped_db, draws=500).filter(pl.col("rank").is_not_null())
    assert drawn["exposure_low"].equals(drawn["exposure_p05"])
    known, opened = (drawn.filter(part) for part in (pl.col("known_part") == 1, pl.col("known_part") < 1))
    assert known["exposure_high"].equals(known["exposure_p95"])
    beyond = opened["exposure_p95"] + opened["open_usd_high"] / opened["company_revenue_usd"]
    limits = opened.select(pl.max_horizontal("exposure_weight", pl.col("exposure_limit").fill_null(1))).to_series()
    assert opened["exposure_high"].to_list() == pytest.approx([min(ends) for ends in zip(beyond, limits, strict=True)])


FITTED = "generations are fitted to their family in each draw, and the analytic range moves all of them one way"
PACED = "sales at their pace have a base year that moves with the horizon in each draw, and stays in the analytic range"
#: whose analytic range is further from the draws', and why
FURTHER = {
    "hon-hai": "shares of its racks that together exceed the whole are scaled down in each draw",
    "wistron": PACED, "innolight": PACED,
    "shennan": FITTED, "wus": FITTED, "celestica": FITTED,
    "unimicron": "products of one family are drawn apart, and the analytic range adds their ends",
    "envicool": "products of one family are drawn apart, and the analytic range adds their ends",
    "king-slide": "generations that hand over fill one family in each draw, and the analytic range adds their ends",
}  # fmt: skip


@pytest.mark.slow
def test_the_analytic_range_is_within_a_fifth_of_the_width_of_the_draws(shipped_db: Path) -> None:
    drawn = exposure.rank(db=shipped_db, draws=2000)
    analytic = exposure.rank(db=shipped_db, draws=0).select("company_id", low="exposure_low", high="exposure_high")
    width = pl.col("exposure_high") - pl.col("exposure_low")
    off = pl.max_horizontal(*((pl.col(end) - pl.col(f"exposure_{end}")).abs() for end in ("low", "high"))) / width
    apart = dict(drawn.join(analytic, on="company_id").select("company_id", off=off).rows())
    assert len(apart) == drawn.height >= 20
    assert {company for company, part in apart.items() if part > 0.2} <= set(FURTHER), apart
    assert max(apart.values()) < 0.5


# --- two companies ------------------------------------------------------------------------


def test_no_draws_give_the_ranking_without_intervals(small: tuple[Path, Path]) -> None:
    db, seeds = small
    table = exposure.simulate(0, db=db, seeds=seeds)
    assert table.height == 2
    assert table["score"].null_count() == 0
    assert table["rank_low"].null_count() == 2


def test_companies_that_no_factor_distinguishes_share_every_rank(small: tuple[Path, Path]) -> None:
    db, seeds = small
    table = exposure.simulate(200, db=db, seeds=seeds)
    assert table["rank_high"].to_list() == [1, 1]
    assert table["rank_tier"].to_list() == [1, 1]
    assert table.filter(pl.col("exposure_p05") < pl.col("exposure_p95")).height == 2


@pytest.mark.parametrize(("draws", "seed"), [(-1, 1), (10_000_001, 1), (10, -1), (10, 2**63)])
def test_draws_and_seeds_out_of_bounds_are_refused(draws: int, seed: int, small: tuple[Path, Path]) -> None:
    message = "^Draws are whole numbers from 0 to 10,000,000, and seeds from 0 to 9,223,372,036,854,775,807.$"
    db, seeds = small
    for verb in (exposure.simulate, exposure.sensitivity):
        with pytest.raises(ExposureError, match=message):
            verb(draws=draws, seed=seed, db=db, seeds=seeds)


@pytest.mark.parametrize("words", [["rank"], ["simulate"], ["sensitivity"], ["export", "there"]])
def test_the_commands_refuse_options_out_of_bounds(words: list[str], small: tuple[Path, Path]) -> None:
    place = ["--db", str(small[0]), "--seeds", str(small[1])]
    wrong = [["--draws", "100000000000"], *([["--seed", str(2**63)]] if words[0][0] == "s" else [])]
    for option in wrong:
        result = CliRunner().invoke(cli.app, [*place, *words, *option])
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"{option[1]} is not in the range" in result.stderr


def test_the_largest_seed_draws(small: tuple[Path, Path]) -> None:
    table = exposure.simulate(10, 2**63 - 1, db=small[0], seeds=small[1])
    assert table["seed"].unique().to_list() == [2**63 - 1]


def test_done_is_called_with_every_draw(small: tuple[Path, Path]) -> None:
    finished: list[int] = []
    exposure.simulate(3000, db=small[0], seeds=small[1], done=finished.append)
    assert sum(finished) == 3000


def test_the_command_prints_the_table_with_its_seed(small: tuple[Path, Path]) -> None:
    db, seeds = small
    words = ["--db", str(db), "--seeds", str(seeds), "simulate", "--draws", "500", "--seed", "9", "--top", "1"]
    result = CliRunner().invoke(cli.app, words)
    assert result.exit_code == 0
    header, row = result.stdout.splitlines()
    assert header.split(",") == list(intervals.SIMULATED)
    printed = dict(zip(header.split(","), row.split(","), strict=True))
    assert (printed["draws"], printed["seed"]) == ("500", "9")
