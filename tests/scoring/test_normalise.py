"""Scores from factors, against numbers worked by hand."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exposure.scoring import normalise as scoring
from exposure.scoring.normalise import Rules

RULES = Rules(
    neutral_score=50,
    minimum_coverage=0.3333333333,
    minimum_companies=5,
    winsor_sd=3,
    spread_floor=0.000000001,
    bounded_part=0.5,
)
#: the approximation of the normal curve is good to 7.5e-8, here times 100
CLOSE = 1e-5

#: 100 times the normal curve at -1.41421, -0.70711, 0, 0.70711 and 1.41421: 1 to 5 have mean 3, deviation sqrt(2)
BY_HAND = [7.86496035, 23.97500611, 50, 76.02499389, 92.13503965]

known = st.floats(-1e6, 1e6, allow_subnormal=False)


def frame(**factors: list[float | None]) -> pl.DataFrame:
    """Make a universe, one company a row."""
    return pl.DataFrame(factors, schema=dict.fromkeys(factors, pl.Float64))


def column(universe: pl.DataFrame, expression: pl.Expr) -> list[float | None]:
    """Work an expression out."""
    return universe.with_columns(value=expression)["value"].to_list()


def normalised(normalisation: str, values: list[float | None], universe: list[float | None]) -> list[float | None]:
    column, field = (pl.Series("x", numbers, pl.Float64) for numbers in (values, universe))
    return scoring.normalise_column(column, field, normalisation, RULES).to_list()


def zscores(*values: float | None) -> list[float | None]:
    return normalised("zscore", list(values), list(values))


def percentiles(*values: float | None) -> list[float | None]:
    return normalised("percentile", list(values), list(values))


def scored(universe: pl.DataFrame, weights: dict[str, float], rules: Rules = RULES) -> list[float | None]:
    """Score by percentiles, which are easy to work by hand."""
    dropped = scoring.drop_factors(universe, universe, weights, rules)
    columns = {
        factor: scoring.normalise_column(universe[factor], universe[factor], "percentile", rules).alias(
            f"{factor} of 100"
        )
        for factor in weights
        if factor not in dropped
    }
    kept = {factor: pl.col(scores.name) for factor, scores in columns.items()}
    return column(universe.with_columns(columns.values()), scoring.score(weights, kept, rules))


# --- z-scores -----------------------------------------------------------------------------


def test_a_z_score_goes_through_the_normal_curve() -> None:
    assert zscores(1, 2, 3, 4, 5) == pytest.approx(BY_HAND, abs=CLOSE)


def test_size_matters_and_not_place_alone() -> None:
    # mean 4, standard deviation sqrt(10): z = -0.94868, -0.63246, -0.31623, 0, 1.89737
    assert zscores(1, 2, 3, 4, 10) == pytest.approx([17.13908556, 26.35446284, 37.59148170, 50, 97.11102144], abs=CLOSE)


def test_an_unknown_value_has_no_z_score_and_moves_no_other() -> None:
    assert zscores(1, 2, None, 3, 4, 5) == pytest.approx([*BY_HAND[:2], None, *BY_HAND[2:]], abs=CLOSE)


def test_an_outlier_is_cut_at_three_standard_deviations() -> None:
    # one of twenty: z = sqrt(19) = 4.36, and the normal curve has 99.86501 of 100 below 3
    assert zscores(*[0.0] * 19, 100.0)[-1] == pytest.approx(99.86501, abs=CLOSE)
    assert zscores(*[0.0] * 19, -100.0)[-1] == pytest.approx(100 - 99.86501, abs=CLOSE)


def test_two_outliers_beyond_the_cut_score_alike() -> None:
    cut = zscores(*[0.0] * 98, 99.0, 100.0)
    assert cut[-1] == cut[-2] == pytest.approx(99.86501, abs=CLOSE)


def test_the_normal_curve_is_the_error_functions() -> None:
    z = [step / 10 for step in range(-40, 41)]
    close = scoring._normal_cdf(np.array(z))
    assert close == pytest.approx([50 + 50 * math.erf(value / math.sqrt(2)) for value in z], abs=7.5e-6)


def test_single_precision_gives_the_curve_to_six_digits() -> None:
    z = np.linspace(-3, 3, 61)
    assert scoring._normal_cdf(z.astype(np.float32)) == pytest.approx(scoring._normal_cdf(z), abs=1e-4)


def test_many_draws_are_normalised_as_each_alone() -> None:
    draws = np.random.default_rng(1).normal(size=(7, 5))
    for normalisation in ("zscore", "percentile"):
        together = scoring.normalise(draws, draws, normalisation, 3)
        alone = [normalised(normalisation, column.tolist(), column.tolist()) for column in draws.T]
        assert pytest.approx(np.array(alone)) == together.T


@settings(max_examples=50)
@given(st.lists(known, min_size=2, max_size=30).filter(lambda values: max(values) - min(values) > 1e-3))
def test_more_of_a_factor_never_scores_less(values: list[float]) -> None:
    for scores in (zscores(*values), percentiles(*values)):
        by_value = [score for _, score in sorted(zip(values, scores, strict=True))]
        assert all(0 <= (score or 0) <= 100 for score in by_value)
        # the approximated curve may step back by less than it is good for
        assert all((a or 0) <= (b or 0) + CLOSE for a, b in pairwise(by_value))


# --- percentiles --------------------------------------------------------------------------


def test_a_percentile_is_the_part_below_with_ties_counted_half() -> None:
    assert percentiles(1, 2, 2, 3) == [12.5, 50, 50, 87.5]


def test_a_percentile_of_an_unknown_value_is_unknown() -> None:
    assert percentiles(5, None, 1) == [75, None, 25]


def test_values_are_placed_in_a_universe_that_does_not_hold_them() -> None:
    assert normalised("percentile", [0.0, 2.0, 2.5, 9.0], [1.0, 2.0, 3.0, 4.0]) == [0, 37.5, 50, 100]


# --- what drops out -----------------------------------------------------------------------


def test_a_factor_known_for_fewer_than_a_third_drops_out() -> None:
    universe = frame(x=[1.0, 2, 3, 4, 5, *[None] * 11])
    assert scoring.drop_factors(universe, universe, {"x": 1}, RULES) == {"x": "known for 5 of 16 companies"}
    assert scoring.drop_factors(universe.head(15), universe.head(15), {"x": 1}, RULES) == {}


def test_a_factor_known_for_fewer_than_five_companies_drops_out() -> None:
    universe = frame(x=[1.0, 2, 3, 4])
    assert scoring.drop_factors(universe, universe, {"x": 1}, RULES) == {"x": "known for 4 of 4 companies"}


@pytest.mark.parametrize("values", [[7.0] * 5, [0.0] * 5, [1 + step * 1e-12 for step in range(5)]])
def test_a_factor_without_a_spread_worth_the_name_drops_out(values: list[float | None]) -> None:
    universe = frame(x=values)
    reasons = scoring.drop_factors(universe, universe, {"x": 1}, RULES)
    assert reasons == {"x": "the same for all companies"}


def test_a_small_spread_around_zero_is_a_spread() -> None:
    spread = frame(x=[-2e-9, -1e-9, 0, 1e-9, 2e-9])
    assert scoring.drop_factors(spread, spread, {"x": 1}, RULES) == {}


def test_what_dropped_out_has_no_weight() -> None:
    universe = frame(x=[1.0, 2, 3, 4, 5], y=[7.0] * 5)
    assert scored(universe, {"x": 1, "y": 9}) == [10, 30, 50, 70, 90]


def test_with_nothing_to_tell_them_apart_all_score_neutral() -> None:
    assert scored(frame(x=[7.0] * 5), {"x": 1}) == [50] * 5


# --- weights ------------------------------------------------------------------------------


def test_factors_are_weighed() -> None:
    universe = frame(x=[1.0, 2, 3, 4, 5], y=[5.0, 4, 3, 2, 1])
    # 0.75 x (10, 30, 50, 70, 90) + 0.25 x (90, 70, 50, 30, 10)
    assert scored(universe, {"x": 3, "y": 1}) == [30, 40, 50, 60, 70]


def test_weights_are_relative() -> None:
    universe = frame(x=[1.0, 2, 3, 4, 5], y=[5.0, 1, 4, 2, 3])
    tenth, ten = scored(universe, {"x": 0.3, "y": 0.1}), scored(universe, {"x": 30, "y": 10})
    assert tenth == pytest.approx(ten, rel=1e-14)


def test_an_unknown_factor_scores_neutral_and_is_not_weighed_away() -> None:
    universe = frame(x=[1.0, 2, 3, 4, 5], y=[1.0, 2, 3, 4, None])
    # y gives 12.5, 37.5, 62.5, 87.5 and the neutral 50: the last has 0.5 x 90 + 0.5 x 50
    assert scored(universe, {"x": 1, "y": 1}, Rules(50, 0, 0, 3, 1e-9, 0)) == [11.25, 33.75, 56.25, 78.75, 70]


def test_the_neutral_score_is_a_parameter() -> None:
    universe = frame(x=[1.0, 2, 3, 4, None])
    assert scored(universe, {"x": 1}, Rules(20, 0, 0, 3, 1e-9, 0)) == [12.5, 37.5, 62.5, 87.5, 20]


def test_a_negative_weight_turns_a_factor_round() -> None:
    universe = frame(x=[1.0, 2, 3, 4, 5])
    assert scored(universe, {"x": -2}) == [90, 70, 50, 30, 10]
    assert scored(frame(x=[1.0, 2, 3, 4, None]), {"x": -2}, Rules(50, 0, 0, 3, 1e-9, 0))[-1] == 50


def test_coverage_is_the_weight_of_what_is_known() -> None:
    universe = frame(x=[1.0, None, 1.0], y=[1.0, 1.0, None], z=[None, None, None])
    covered = column(universe, scoring.coverage({"x": 0.5, "y": -0.3, "z": 0.2}))
    assert covered == pytest.approx([0.8, 0.3, 0.5])


# --- reproducible -------------------------------------------------------------------------


@settings(max_examples=50)
@given(
    st.lists(known, min_size=5, max_size=40).flatmap(lambda values: st.tuples(st.just(values), st.permutations(values)))
)
def test_the_order_of_rows_changes_no_bit(both: tuple[list[float], list[float]]) -> None:
    def by_value(values: list[float]) -> list[tuple[float, float | None]]:
        return sorted(zip(values, zscores(*values), strict=True))

    values, shuffled = both
    if max(values) - min(values) > 1e-3:
        assert by_value(values) == by_value(shuffled)


def test_the_number_of_threads_changes_no_bit() -> None:
    program = """
import polars as pl
from exposure.scoring import normalise as scoring
rules = scoring.Rules(50, 1 / 3, 5, 3, 1e-9, 0)
universe = pl.DataFrame({"x": [(i * 7919 % 10007) / 7 for i in range(5000)], "y": [i**0.5 for i in range(5000)]})
columns = [scoring.normalise_column(universe[name], universe[name], "zscore", rules) for name in "xy"]
score = scoring.score({"x": 0.3, "y": 0.7}, {name: pl.col(name) for name in "xy"}, rules)
print(universe.with_columns(columns).select(score).hash_rows().sum(), pl.thread_pool_size())
"""
    printed = set()
    for threads in ("1", "4"):
        environment = os.environ | {"POLARS_MAX_THREADS": threads}
        run = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True,
            cwd=Path(scoring.__file__).parents[2],
        )  # fmt: skip
        digest, used = run.stdout.split()
        assert used == threads
        printed.add(digest)
    assert len(printed) == 1
