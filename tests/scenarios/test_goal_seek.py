from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

import exposure
from exposure.cli import app as cli
from exposure.engine import Engine
from exposure.errors import ExposureError
from exposure.names.vocabulary import Vocabulary
from exposure.question import DEFAULT_QUESTION
from exposure.question import Question as Query
from exposure.scenarios.apply import apply_rules
from exposure.scenarios.goal_seek import SOLVED, Trials, seek_goal
from exposure.scenarios.goals import parse_goal, parse_target
from exposure.scenarios.rules import Rule
from exposure.scenarios.solving import Target
from exposure.scoring.ranking import rank_companies
from tests.support.seed_folders import (
    COMPANIES,
    FACTS,
    SHIPPED,
    Claim,
    assumed,
    content,
    disclosed,
    forecast,
    revenue,
    share,
    world,
)

#: worlds of their own for nearly every test: run with `-m slow`
pytestmark = pytest.mark.slow

Question = dict[str, Any]


def placed(folder: Path, *claims: Claim, **tables: Any) -> Question:
    """Build a world with the shipped profiles, and give where it is."""
    seeds = world(folder / "seeds", *claims, **tables)
    shutil.copytree(SHIPPED / "profiles", seeds / "profiles")
    exposure.build(db=folder / "world.duckdb", seeds=seeds)
    return {"seeds": seeds, "db": folder / "world.duckdb"}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Question:
    """2026: 2m chips x $50 x 0.4 = $40m of $300m expected for alpha; x 0.3 = $30m of $115m implied for beta."""
    return placed(tmp_path_factory.mktemp("targets"))


def only(plain: Question, company: str, reach: str, by: str) -> dict[str, Any]:
    """Give the single row of an answer."""
    (row,) = exposure.solve(company, reach, by, **plain).to_dicts()
    return row


# --- answers worked by hand ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "quantity", "unit", "present", "needed"),
    [
        ("units:fam-1", "units of Fam 1, 2026", "chip", 2_000_000, 3_000_000),
        ("share:board", "share of Alpha Boards in Boards (all) of Fam 1, 2026", "fraction", 0.4, 0.6),
        ("content:board", "value of Boards (all) in Fam 1", "USD a chip", 50, 75),
    ],
)
def test_sixty_of_three_hundred_takes_half_as_much_again(
    by: str, quantity: str, unit: str, present: float, needed: float, plain: Question
) -> None:
    row = only(plain, "alpha", "exposure 0.20", by)
    assert row["verdict"] == "reached"
    assert row["multiplier"] == pytest.approx(1.5)
    assert (row["quantity"].removesuffix(", 2026"), row["unit"]) == (quantity.removesuffix(", 2026"), unit)
    assert (row["present"], row["needed"]) == pytest.approx((present, needed))
    assert row["exposure_weight"] == pytest.approx(40 / 300)
    assert row["exposure_weight_then"] == pytest.approx(0.2)
    assert row["programme_revenue_usd_then"] == pytest.approx(60e6)


def test_an_implied_denominator_grows_along(plain: Question) -> None:
    """100 a year before, of which 15 from programmes: x of 85 + x is 0.3 where x is 36.43."""
    row = only(plain, "beta", "exposure 30%", "content")
    assert row["multiplier"] == pytest.approx(0.3 * 85 / 0.7 / 30)
    assert row["programme_revenue_usd_then"] == pytest.approx(0.3 * 85e6 / 0.7)


def test_a_share_that_would_exceed_the_whole_is_not_reachable_and_the_best_is_told(plain: Question) -> None:
    row = only(plain, "alpha", "revenue 0.2bn", "share")
    assert row["verdict"] == "not reachable"
    assert (row["needed"], row["multiplier"]) == pytest.approx((1, 2.5))
    assert row["programme_revenue_usd_then"] == pytest.approx(100e6)


def test_a_family_moves_with_all_its_programmes(tmp_path: Path) -> None:
    facts = [*FACTS, forecast("fam-2", "2026", 1_000_000), forecast("fam-2", "2025", 500_000)]
    row = only(placed(tmp_path, *facts), "alpha", "revenue 80m", "units")
    assert row["quantity"] == "units of Fam, 2026"
    assert (row["present"], row["needed"]) == pytest.approx((3e6, 6e6))


#: column of a scenario -> the same in an answer
COLUMNS = {
    "rank": "rank_then", "score": "score_then", "exposure": "exposure_weight_then",
    "programme_revenue_usd": "programme_revenue_usd_then",
}  # fmt: skip


# --- putting back -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("company", "reach", "by", "rule"),
    [
        ("quanta", "exposure 0.70", "share", 'what = "share"\ncompanies = ["quanta"]'),
        ("gold-circuit", "rank 9", "units:tpu-v7", 'what = "units"\nprogrammes = ["tpu-v7"]'),
        ("quanta", "rank 3", "units:gb", 'what = "units"\nprogrammes = ["gb"]'),
        ("auras", "revenue 500m", "content:cooling",
         'what = "content"\nproducts = ["cooling"]\nprogrammes = ["gb"]'),
        ("wiwynn", "exposure 0.65", "units:trainium", 'what = "units"\nprogrammes = ["trainium"]'),
        ("broadcom", "exposure 0.30", "units:tpu", 'what = "units"\nprogrammes = ["tpu"]'),
    ],
)  # fmt: skip
@pytest.mark.slow
def test_an_answer_put_back_through_a_scenario_reaches_the_target(
    company: str, reach: str, by: str, rule: str, shipped_db: Path, tmp_path: Path
) -> None:
    found = exposure.solve(company, reach, by, db=shipped_db).row(0, named=True)
    assert found["verdict"] == "reached"
    file = tmp_path / "multiplied.toml"
    rule = f'[[rules]]\n{rule}\nperiods = ["horizon"]\nmultiply = {float(found["multiplier"])!r}\n'
    file.write_text(f'title = "T"\nreasoning = "R"\nassumption = "A"\n{rule}', encoding="utf-8")
    ranked = exposure.scenario(str(file), db=shipped_db)
    row = ranked.row(by_predicate=pl.col("company_id") == company, named=True)
    for column, then in COLUMNS.items():
        assert row[f"scenario_{column}"] == pytest.approx(found[then], rel=1e-9)
    target = parse_target(reach)
    column = {"revenue": "programme_revenue_usd"}.get(target.what, target.what)
    assert row[f"scenario_{column}"] == pytest.approx(target.value, rel=1e-6)


@pytest.mark.slow
def test_a_rank_that_no_units_bring_is_told_with_the_nearest(shipped_db: Path) -> None:
    found = Engine.at(shipped_db).solve("hon-hai", "rank 1", "units")
    assert set(found.frame["verdict"]) == {"not reachable"}
    assert found.frame["rank_then"].item(0) < found.frame["rank"].item(0)
    (note,) = found.notes
    assert f"rank 1 is not reachable; from rank {found.frame['rank'].item(0)}, the nearest is rank" in note


def tried(target: Target, now: int, **rows: int) -> Trials:
    """Say which ranks were put back at which times the present value."""
    back = {float(times.removeprefix("x")): {"rank": rank} for times, rank in rows.items()}
    return Trials(target, {"rank": now}, {1.0: {"rank": now}} | back)


def test_nothing_is_nearest_that_is_further_from_the_target_than_what_stands() -> None:
    off = tried(Target("rank", 15), 13, x100=12)
    assert not off.is_reached
    assert off.nearest() == (1.0, {"rank": 13})
    assert tried(Target("rank", 15), 13, x100=12, x50=14).nearest() == (50.0, {"rank": 14})


def test_of_several_that_reach_a_worse_rank_the_nearest_to_one_is_told() -> None:
    off = tried(Target("rank", 15), 13, x100=15, x30=17, x20=14)
    assert off.is_reached
    assert off.nearest() == (30.0, {"rank": 17})


GAMMA: Question = {"company_id": "gamma", "name": "Gamma", "ticker": "GAM", "mic": "XNAS", "country": "US"}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Question:
    """Add gamma, whose content is assumed, and let beta's revenue be stated as a whole."""
    facts = [claim for claim in FACTS if claim.table != "supply_shares" or claim.cells["company_id"] != "beta"]
    guessed = [
        assumed(content("cable", "fam-1", 5), "SF-0001"), share("gamma", "cable", base=0.1),
        revenue("gamma", "2025", 100),
        disclosed("beta", "2026", 30, scope_id="fam-1", measure="revenue", currency="USD"),
    ]  # fmt: skip
    listed = [*COMPANIES, GAMMA | {"currency": "USD", "fiscal_year_end": "12-31"}]
    return placed(tmp_path_factory.mktemp("graded"), *facts, *guessed, companies=listed)


def test_stated_sales_halve_with_the_units(graded: Question) -> None:
    row = only(graded, "beta", "revenue 15m", "units")
    assert (row["verdict"], row["multiplier"]) == ("reached", pytest.approx(0.5))
    assert row["programme_revenue_usd_then"] == pytest.approx(15e6)


@pytest.mark.parametrize(
    ("company", "reach", "said"),
    [
        ("gamma", "rank 1", "a company of grade C is behind the 2 of grade A."),
        ("alpha", "rank 3", "a company of grade A is ahead of the 1 of grade C."),
        ("alpha", "rank 9", "3 companies are ranked."),
    ],
)
def test_a_rank_in_the_block_of_other_grades_is_told_to_be_out_of_reach(
    company: str, reach: str, said: str, graded: Question
) -> None:
    found = Engine.at(**graded).solve(company, reach, "units", Query(by_grade=True))
    assert set(found.frame["verdict"]) == {"not reachable"}
    (note,) = found.notes
    assert note.endswith(f"; {said}")


def test_in_one_list_no_grade_keeps_a_company_from_a_rank(graded: Question) -> None:
    (note,) = Engine.at(**graded).solve("gamma", "rank 1", "share").notes
    assert "grade" not in note


def test_a_company_of_a_grade_that_is_not_asked_for_is_refused(graded: Question) -> None:
    with pytest.raises(ExposureError, match=r"^'gamma' has grade C, and only A and B are asked for\.$"):
        exposure.solve("gamma", "rank 1", "share", grades="AB", **graded)


@pytest.mark.slow
def test_a_worse_rank_is_found_as_well_as_a_better_one(shipped_db: Path) -> None:
    found = exposure.solve("gold-circuit", "rank 12", "units", db=shipped_db).row(0, named=True)
    assert (found["rank_then"], found["verdict"]) == (12, "reached")
    assert found["rank"] < 12
    assert 0.1 < found["multiplier"] < 1


# --- calls --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("company", "reach", "by", "message"),
    [
        ("alpha", "rank 1", "price", "'price' is nothing that can be moved: write units, share or content"),
        ("alpha", "rank 1", "units:", "'units:' is nothing that can be moved"),
        ("alpha", "first", "units", "'first' is no target: write \"rank 5\""),
        ("alpha", "rank 1", "units:fam1", "There is no programme or family 'fam1'. Similar names: fam-1, Fam 1"),
        ("alpha", "rank 1", "share:boord", "There is no product 'boord'. Similar names: "),
        ("alpha", "rank 1", "share:cable", "Nothing of 'alpha' is computed from 'cable': its figure rests on board."),
        ("alpha", "rank 1", "units:fam-2", "No units of 'fam-2' are known at the horizon."),
        ("owner", "rank 1", "units", "'owner' is not ranked at this date and horizon"),
        ("nobody", "rank 1", "units", "There is no company 'nobody'"),
    ],
)
def test_a_bad_call_gives_one_sentence_and_2(company: str, reach: str, by: str, message: str, plain: Question) -> None:
    place = [word for name, path in plain.items() for word in (f"--{name}", str(path))]
    answered = CliRunner().invoke(cli.app, [*place, "solve", company, "--reach", reach, "--by", by])
    assert (answered.exit_code, answered.stdout) == (2, "")
    (sentence,) = answered.stderr.splitlines()
    assert message in sentence


def test_the_command_prints_one_row_a_quantity_and_says_the_answer(plain: Question) -> None:
    place = [word for name, path in plain.items() for word in (f"--{name}", str(path))]
    answered = CliRunner().invoke(cli.app, [*place, "solve", "alpha", "--reach", "revenue 60m", "--by", "share"])
    assert answered.exit_code == 0
    header, row = answered.stdout.splitlines()
    assert header.split(",") == list(SOLVED)
    assert "reached" in row
    said = "alpha: from revenue of USD 40m, revenue of USD 60m is reached at 1.5 times the present value."
    assert answered.stderr.splitlines()[-1] == said


def test_a_target_that_is_already_met_is_reported(plain: Question) -> None:
    found = Engine.at(**plain).solve("alpha", "revenue 40m", "units")
    assert found.notes == ["alpha: already has revenue of USD 40m."]
    assert set(found.frame["verdict"]) == {"reached"}


@pytest.mark.parametrize(("company", "programme"), [("alchip", "trainium"), ("envicool", "gb")])
def test_solve_reaches_every_rank_that_a_grid_of_scenarios_reaches(
    shipped_db: Path, company: str, programme: str
) -> None:
    """A rival's grade can change on the way, and with it the ranks of all others."""
    with Engine.at(shipped_db).opened(DEFAULT_QUESTION) as (reader, profile):
        vocabulary = Vocabulary.from_database(reader)

        def rank(multiplier: float) -> int:
            rule = Rule(what="units", programmes=(programme,), periods=("horizon",), multiply=multiplier)
            apply_rules(reader, [rule], vocabulary)
            ranked = rank_companies(reader, DEFAULT_QUESTION, profile).ranked
            return int(ranked.row(by_predicate=pl.col("company_id") == company, named=True)["rank"])

        ranks = {rank(multiplier) for multiplier in (0.1, 0.3, 0.6, 1.8, 3.5, 8.0)}
        for reached in ranks:
            apply_rules(reader, [], vocabulary)
            goal = parse_goal(f"rank {reached}", f"units:{programme}")
            assert seek_goal(reader, DEFAULT_QUESTION, profile, company, goal).frame["verdict"][0] == "reached"
