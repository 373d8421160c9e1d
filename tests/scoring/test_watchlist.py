"""Rank scored companies: grades, ties, order, bounded and unranked companies, notes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, cast

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from exposure.errors import ExposureError
from exposure.question import Result
from exposure.scoring import watchlist
from exposure.scoring.normalise import Rules
from exposure.scoring.ranking import check_grade, keep_grades
from exposure.scoring.watchlist import Watchlist
from exposure.seeds.profiles import Factor, Profile

RULES = Rules(
    neutral_score=25, minimum_coverage=1 / 3, minimum_companies=5, winsor_sd=3, spread_floor=1e-9, bounded_part=0.5
)
AS_OF = date(2026, 3, 31)
#: columns of mart.factors that the watchlist does not work out itself
GIVEN = {name: kind for name, kind in watchlist.COLUMNS.items() if name not in {"rank", "score", "coverage", "profile"}}
UNQUANTIFIED = {"company_id": "idle", "ticker": "IDLE", "name": "Idle", "reason": "no link", "missing": "supply link"}
Row = dict[str, Any]


def profile(*requires: Factor, normalisation: Any = "percentile", **weights: float) -> Profile:
    """Make a profile; by percentiles of the exposure alone, unless named otherwise."""
    given_weights = weights or {"exposure": 1.0}
    return Profile("own", "Own", normalisation, cast("dict[Factor, float]", given_weights), requires)


def company(name: str, exposure: float = 0.1, grade: str = "A", **factors: float | None) -> Row:
    """Make a row of mart.factors."""
    row: Row = dict.fromkeys(GIVEN)
    row |= {"company_id": name, "ticker": name.upper(), "name": name.title(), "mic": "XNAS", "as_of": AS_OF}
    row |= {"grade": grade, "exposure_weight": exposure}
    return row | {"horizon": 2026, "programmes": 1, "facts": 3, "known_part": 1.0, "open_usd_high": 0.0} | factors


def frame(rows: Iterable[Row]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=GIVEN)


def ranked(
    rows: Iterable[Row], by: Profile | None = None, asked: Iterable[Row] | None = None, *, by_grade: bool = False
) -> Watchlist:
    universe = frame(rows)
    out = pl.DataFrame([UNQUANTIFIED])
    chosen = universe if asked is None else frame(asked)
    return watchlist.rank(universe, chosen, out, by or profile(), RULES, by_grade=by_grade)


def order(made: Watchlist) -> list[str]:
    return made.ranked["company_id"].to_list()


FIVE = [company(name, exposure / 10) for exposure, name in enumerate("abcde", 1)]


# --- grades -------------------------------------------------------------------------------

GRADED = [
    company("a", 0.1, "C"),
    company("b", 0.2, "A"),
    company("c", 0.3, "B"),
    company("d", 0.4, "C"),
    company("e", 0.5),
]


def test_the_list_is_one_by_score_whatever_the_grades() -> None:
    made = ranked(GRADED)
    assert order(made) == ["e", "d", "c", "b", "a"]
    assert made.ranked["rank"].to_list() == [1, 2, 3, 4, 5]


def test_by_grade_c_follows_a_and_b_in_a_block_of_its_own() -> None:
    made = ranked(GRADED, by_grade=True)
    assert order(made) == ["e", "c", "b", "d", "a"]
    assert made.ranked["rank"].to_list() == [1, 2, 3, 4, 5]
    assert made.ranked["score"].to_list() == [90, 50, 30, 70, 10]


@pytest.mark.parametrize(
    ("by_grade", "rows"), [(False, [("e", 1), ("c", 3), ("b", 4)]), (True, [("e", 1), ("c", 2), ("b", 3)])]
)
def test_grades_that_are_asked_for_keep_the_ranks_of_the_whole_list(by_grade: bool, rows: list[Any]) -> None:
    whole = Result(ranked(GRADED, by_grade=by_grade).ranked, ["A note."])
    kept = keep_grades(whole, "AB")
    assert kept.frame.select("company_id", "rank").rows() == rows
    assert kept.notes == ["A note.", "2 of 5 companies, of other grades than AB, are not shown."]


def test_without_others_or_without_a_choice_of_grades_the_answer_stays() -> None:
    whole = Result(ranked(FIVE).ranked, ["A note."])
    assert keep_grades(whole, "ABC") is whole
    kept = keep_grades(whole, "A")
    assert kept.frame.equals(whole.frame)
    assert kept.notes == whole.notes


def test_a_company_of_two_grades_is_kept_by_either() -> None:
    both = pl.DataFrame({"company_id": ["x", "y"], "base_grade": ["A", "C"], "scenario_grade": ["C", None]})
    assert keep_grades(Result(both), "A", "base_grade", "scenario_grade").rows == [("x", "A", "C")]


def test_a_company_of_another_grade_is_refused_in_a_sentence() -> None:
    made = ranked(GRADED).ranked
    check_grade(made, "b", "AB")
    check_grade(made, "nobody", "A")
    with pytest.raises(ExposureError, match=r"^'d' has grade C, and only A and B are asked for\.$"):
        check_grade(made, "d", "AB")


def test_a_grade_weighs_nothing_in_the_score() -> None:
    again = [row | {"grade": "A"} for row in GRADED]
    made, blocks = (ranked(rows, by_grade=True).ranked.sort("company_id")["score"] for rows in (again, GRADED))
    assert made.equals(blocks)


# --- order and ties -----------------------------------------------------------------------


def test_equal_scores_share_a_rank_and_the_next_one_counts_them() -> None:
    made = ranked([*FIVE, company("twin", 0.5)])
    assert list(zip(order(made), made.ranked["rank"], strict=True)) == [
        ("e", 1), ("twin", 1), ("d", 3), ("c", 4), ("b", 5), ("a", 6),
    ]  # fmt: skip


def test_equal_scores_are_in_the_order_of_exposure_and_then_of_the_id() -> None:
    alike = [company(name, exposure, barrier=3) for name, exposure in (("b", 0.2), ("z", 0.4), ("a", 0.2))]
    others = [company(name, 0.9, barrier=barrier) for name, barrier in (("low", 1), ("high", 5), ("higher", 6))]
    assert order(ranked([*alike, *others], profile(barrier=1)))[2:5] == ["z", "a", "b"]


@pytest.mark.parametrize(("by_grade", "rank"), [(False, 1), (True, 6)])
def test_a_rank_is_shared_inside_a_block_only(by_grade: bool, rank: int) -> None:
    made = ranked([*FIVE, company("guess", 0.5, "C")], by_grade=by_grade)
    assert ("guess", rank) in made.ranked.select("company_id", "rank").rows()


@pytest.mark.parametrize("normalisation", ["percentile", "zscore"])
def test_what_sums_of_floats_leave_behind_splits_no_twins(normalisation: str) -> None:
    exposure = 0.1 + 0.2  # 0.30000000000000004
    made = ranked(
        [*FIVE[:2], *FIVE[3:], company("x", exposure), company("y", 0.3)], profile(normalisation=normalisation)
    )
    twins = made.ranked.filter(pl.col("company_id").is_in(["x", "y"]))
    assert twins["score"].n_unique() == twins["rank"].n_unique() == twins["exposure_weight"].n_unique() == 1


def test_the_thirteenth_digit_does_not_count_and_the_twelfth_does() -> None:
    digits = [0.123456789012, 0.1234567890121, 0.123456789013, 0.2, 0.3]
    made = ranked([company(f"c{place}", value) for place, value in enumerate(digits)])
    assert made.ranked["rank"].to_list() == [1, 2, 3, 4, 4]
    assert order(made) == ["c4", "c3", "c2", "c0", "c1"]


rows = st.lists(
    st.tuples(
        st.sampled_from([0.1, 0.2, 0.3, 0.123456789, 1.5]), st.sampled_from("ABC"), st.sampled_from([None, 1.0, 2.0])
    ),
    min_size=1,
    max_size=12,
).map(lambda drawn: [company(f"c{i:02d}", x, grade, barrier=b) for i, (x, grade, b) in enumerate(drawn)])


@settings(max_examples=40)
@given(rows.flatmap(lambda drawn: st.tuples(st.just(drawn), st.permutations(drawn))), st.booleans())
def test_the_order_of_rows_changes_nothing(both: tuple[list[Row], list[Row]], by_grade: bool) -> None:
    by = profile(normalisation="zscore", exposure=2, barrier=1)
    made, again = (ranked(rows, by, by_grade=by_grade) for rows in both)
    assert_frame_equal(made.ranked, again.ranked, check_exact=True)
    assert made.notes == again.notes
    keys = made.ranked.select("rank", -pl.col("exposure_weight"), "company_id").rows()
    assert keys == sorted(keys)
    assert sorted(order(made)) == sorted(row["company_id"] for row in both[0])


# --- the point of the range that is scored ------------------------------------------------


def scored(point: float, exposure: float, low: float | None) -> float:
    """Return the exposure that a profile with this point scores."""
    rows = [*FIVE[:4], company("x", exposure, exposure_low=low)]
    made = ranked(rows, replace(profile(), exposure_point=point))
    return float(made.contributions.filter(company_id="x")["raw"].item())


@pytest.mark.parametrize(
    ("point", "low", "raw"),
    [
        (0.5, 0.1, 0.4),  # the base
        (0.05, 0.1, 0.1),  # the low end
        (0.25, 0.1, 0.226557),  # 0.4 x (0.1 / 0.4)^(0.67449 / 1.64485) = 0.4 x 0.25^0.410062
        (0.25, 0.4, 0.4),  # nothing below the base
        (0.25, 0.0, 0.235975),  # 0.4 - 0.4 x 0.410062
        (0.25, None, 0.4),  # no range
    ],
)
def test_exposure_is_scored_at_the_point_of_its_range(point: float, low: float | None, raw: float) -> None:
    assert scored(point, 0.4, low) == pytest.approx(raw, rel=1e-5)


def test_of_equal_bases_the_narrower_range_leads_and_at_the_median_a_wide_guess_does() -> None:
    rows = [company("wide", 0.5, "C", exposure_low=0.05), company("narrow", 0.4, exposure_low=0.35), *FIVE[:3]]
    # 0.5 x 0.1^0.41 = 0.19 and 0.4 x 0.875^0.41 = 0.38; the others have no range, and so 0.3, 0.2 and 0.1
    assert order(ranked(rows, replace(profile(), exposure_point=0.25))) == ["narrow", "c", "b", "wide", "a"]
    assert order(ranked(rows)) == ["wide", "narrow", "c", "b", "a"]


def test_the_watchlist_shows_the_exposure_itself_and_the_contribution_tells_its_point() -> None:
    rows = [row | {"exposure_low": row["exposure_weight"] / 2, "barrier": 1.0} for row in FIVE[:4]]
    rows.append(company("e", 0.5, exposure_low=0.2, barrier=2.0))
    made = ranked(rows, replace(profile(exposure=1, barrier=1), exposure_point=0.25))
    assert made.ranked.sort("company_id")["exposure_weight"].to_list() == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert set(made.contributions.select("factor", "point").rows()) == {("exposure", 0.25), ("barrier", None)}
    assert ranked(rows).contributions["point"].to_list() == [None] * 5


# --- a selection against the universe -----------------------------------------------------


def test_a_selection_is_scored_against_the_whole_universe() -> None:
    made = ranked(FIVE, asked=[company("a", 0.05), company("e", 0.3)])
    # 0.3 lies where c lies among all five, and 0.05 below everybody
    assert made.ranked.select("company_id", "score", "exposure_weight").rows() == [("e", 50, 0.3), ("a", 0, 0.05)]


def test_factors_drop_out_by_the_universe_and_not_by_the_selection() -> None:
    made = ranked(FIVE, asked=FIVE[:1])
    assert made.notes == []
    assert made.ranked["score"].to_list() == [10]


# --- who is left out ----------------------------------------------------------------------


def test_a_company_without_a_required_factor_is_unranked_with_the_reason() -> None:
    rows = [row | {"expectation_gap": gap} for row, gap in zip(FIVE, [0.1, None, 0.3, 0.4, 0.5], strict=True)]
    more = company("f", 0.9, expectation_gap=0.6)
    made = ranked([*rows, more], profile("expectation_gap", expectation_gap=1))
    assert order(made) == ["f", "e", "d", "c", "a"]
    assert made.unranked.rows() == [
        ("b", "B", "B", "the profile own requires what is not known", "expectation_gap"),
        ("idle", "IDLE", "Idle", "no link", "supply link"),
    ]


def test_every_required_factor_that_lacks_is_named() -> None:
    made = ranked(FIVE, profile("growth", "expectation_gap"))
    assert set(made.unranked["missing"]) == {"growth; expectation_gap", "supply link"}
    assert made.ranked.is_empty()


def test_the_universe_is_of_those_that_have_what_is_required() -> None:
    rows = [*FIVE, company("f", 9, barrier=None), company("g", 8, barrier=None)]
    having = [row | {"barrier": 1.0} for row in rows[:5]]
    assert ranked([*having, *rows[5:]], profile("barrier")).ranked["score"].to_list() == [90, 70, 50, 30, 10]


# --- what the reader gets -----------------------------------------------------------------


def test_the_columns_are_those_of_the_contract() -> None:
    made = ranked(FIVE)
    assert made.ranked.schema == pl.Schema(watchlist.COLUMNS)
    assert tuple(made.unranked.columns) == watchlist.UNRANKED
    assert set(made.ranked["profile"]) == {"own"}


def test_nobody_is_a_watchlist_too() -> None:
    made = ranked([])
    assert made.ranked.schema == pl.Schema(watchlist.COLUMNS)
    assert made.ranked.is_empty()
    assert made.unranked["company_id"].to_list() == ["idle"]
    assert made.notes == []


def test_coverage_is_the_part_of_the_weight_that_is_known() -> None:
    rows = [row | {"barrier": barrier} for row, barrier in zip(FIVE, [None, 1, 2, 3, 4], strict=True)]
    made = ranked(rows, profile(exposure=0.5, barrier=0.3, concentration=-0.2))
    assert made.ranked.sort("company_id")["coverage"].to_list() == [0.5, 0.8, 0.8, 0.8, 0.8]


def test_an_unknown_factor_stays_empty() -> None:
    assert ranked(FIVE).ranked["growth"].to_list() == [None] * 5


def test_a_factor_that_takes_no_part_is_told_with_the_reason() -> None:
    made = ranked([row | {"barrier": 3.0} for row in FIVE], profile(exposure=1, barrier=1, growth=1))
    assert made.notes == [
        "barrier is not scored: the same for all companies.",
        "growth is not scored: known for 0 of 5 companies.",
    ]


def test_a_block_that_follows_is_told() -> None:
    (note,) = ranked(GRADED, by_grade=True).notes
    assert note.startswith("2 companies of grade C follow in a block of their own: ")
    assert ranked(GRADED).notes == []


def test_where_all_are_guesses_no_block_follows() -> None:
    assert ranked([row | {"grade": "C"} for row in FIVE], by_grade=True).notes == []


def test_the_contributions_add_up_to_the_score() -> None:
    rows = [row | {"barrier": barrier} for row, barrier in zip(FIVE, [None, 1, 2, 5, 4], strict=True)]
    made = ranked(rows, profile(normalisation="zscore", exposure=0.7, barrier=-0.3))
    added = made.contributions.group_by("company_id").agg(
        score=(pl.col("normalised") * pl.col("weight")).sum() / pl.col("weight").sum()
    )
    both = made.ranked.join(added, on="company_id")
    assert both["score_right"].to_list() == pytest.approx(both["score"].to_list(), rel=1e-11)
