from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from typer.testing import CliRunner

from exposure import engine
from exposure.cli import app as cli
from exposure.cli import options
from exposure.db import build as warehouse
from exposure.errors import ExposureError
from exposure.model import inputs
from exposure.model.distributions import Ranges, Shapes, dependence
from exposure.model.network import Block, Network, Rooms, Units, summing
from exposure.names import resolve as lookup
from exposure.scoring import watchlist
from exposure.seeds import resources
from exposure.uncertainty import intervals, simulation, whatif
from exposure.uncertainty import sensitivity as hinges
from exposure.uncertainty.simulation import Drawer, quantiles, ranks, simulate, summary, tiers
from tests.support.networks import added, around, by_exposure, exactly, joined, network
from tests.support.seed_folders import FACTS, forecast, revenue, share, world

DRAWS = 20_000


def drawn(ranges: Ranges, seed: int = 1, draws: int = DRAWS) -> Any:
    """Draw each quantity by itself."""
    normals = np.random.default_rng(seed).standard_normal((len(ranges), draws), np.float32)
    return Shapes(ranges).values(normals)


# --- quantities ---------------------------------------------------------------------------


@given(
    base=st.floats(1e-3, 1e9),
    down=st.floats(0, 1),
    up=st.floats(1, 50),
    ceiling=st.sampled_from([1.0, np.inf]),
)
@settings(max_examples=60)
def test_no_draw_is_negative_above_its_ceiling_or_no_number(
    base: float, down: float, up: float, ceiling: float
) -> None:
    base = min(base, ceiling)
    values = drawn(Ranges.of([base * down], [base], [base * up], [ceiling]), draws=2000)
    assert np.isfinite(values).all()
    assert (values >= 0).all()
    assert (values <= ceiling).all()


def test_low_base_and_high_are_the_5th_50th_and_95th_percentile() -> None:
    low, base, high = np.quantile(drawn(Ranges.of([50.0], [100.0], [400.0]), draws=200_000), [0.05, 0.5, 0.95])
    assert low == pytest.approx(50, rel=0.02)
    assert base == pytest.approx(100, rel=0.02)
    assert high == pytest.approx(400, rel=0.03)


def test_a_range_down_to_zero_reaches_zero_in_one_draw_of_twenty() -> None:
    values = drawn(Ranges.of([0.0], [5.0], [15.0]), draws=200_000)
    assert (values == 0).mean() == pytest.approx(0.05, abs=0.003)
    assert np.quantile(values, [0.5, 0.95]) == pytest.approx([5, 15], rel=0.02)


def test_a_degenerate_range_is_exact_in_every_draw() -> None:
    assert (drawn(exactly([0.375, 12.5, 0.0])) == np.array([[0.375], [12.5], [0.0]], np.float32)).all()


def test_what_is_said_to_be_zero_is_zero_in_every_draw_whatever_its_upper_bound() -> None:
    assert (drawn(Ranges.of([0.0], [0.0], [1e6])) == 0).all()


@pytest.mark.parametrize(
    ("low", "base", "high"),
    [(2.0, 1.0, 3.0), (1.0, 4.0, 3.0), (-1.0, 1.0, 2.0), (0.0, np.nan, 1.0), (0.0, 1.0, np.inf)],
)
def test_a_range_that_is_none_is_refused(low: float, base: float, high: float) -> None:
    with pytest.raises(ExposureError):
        Ranges.of([low], [base], [high])


def test_quantities_move_together_as_the_correlation_says() -> None:
    wanted = np.array([[1, 0.5, 0], [0.5, 1, -0.3], [0, -0.3, 1]])
    normals = dependence(wanted) @ np.random.default_rng(1).standard_normal((3, 200_000))
    assert np.corrcoef(normals) == pytest.approx(wanted, abs=0.01)


def test_correlations_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ExposureError, match="contradict"):
        dependence(np.array([[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]]))


# --- sums come from draws -----------------------------------------------------------------


def _total(ranges: Ranges, correlation: float) -> tuple[float, float]:
    count = len(ranges)
    tied = dependence(np.full((count, count), correlation) + (1 - correlation) * np.eye(count))
    normals = (tied @ np.random.default_rng(2).standard_normal((count, 200_000))).astype(np.float32)
    low, _, high = quantiles(Shapes(ranges).values(normals).sum(axis=0, keepdims=True))
    return float(low[0]), float(high[0])


PARTS = Ranges.of([80.0, 30.0, 200.0], [100.0, 50.0, 300.0], [150.0, 80.0, 500.0])


def test_dependence_is_the_one_symmetric_root_whatever_the_processor() -> None:
    # five families alike: equal eigenvalues, whose eigenvectors are anybody's choice
    wanted = np.kron(np.eye(5), np.full((3, 3), 0.5)) + 0.5 * np.eye(15)
    root = dependence(wanted)
    np.testing.assert_allclose(root, root.T, rtol=0, atol=0)
    np.testing.assert_allclose(root @ root, wanted, atol=1e-9)
    order = np.random.default_rng(1).permutation(15)
    turned = dependence(wanted[np.ix_(order, order)])
    np.testing.assert_array_equal(turned, root[np.ix_(order, order)])
    assert np.count_nonzero(root) == 5 * 3 * 3


def test_under_independence_a_total_lies_strictly_inside_the_summed_bounds() -> None:
    low, high = _total(PARTS, 0)
    assert PARTS.low.sum() * 1.05 < low
    assert high < PARTS.high.sum() * 0.95


def test_at_correlation_one_a_total_spans_the_summed_bounds() -> None:
    assert _total(PARTS, 1) == pytest.approx((PARTS.low.sum(), PARTS.high.sum()), rel=0.01)


# --- shares within one --------------------------------------------------------------------


def _shares(net: Network, seed: int = 3, draws: int = 5000) -> Any:
    block = net.blocks[0]
    normals = np.random.default_rng(seed).standard_normal((block.variates, draws), np.float32)
    values = Shapes(block.ranges).values(normals)
    return block.shares(values, net.units.rows(net.common.base[:, None].astype(np.float32)), Rooms())


def test_shares_of_one_product_stay_within_one_in_every_draw() -> None:
    net = network(around([0.5, 0.3, 0.15], [1.5, 2, 3]), rivals=True)
    shares = _shares(net)
    assert (shares >= 0).all()
    assert shares.sum(axis=0).max() <= 1 + 1e-6
    assert shares.sum(axis=0).min() < 0.9


def test_roles_take_of_what_the_stated_shares_leave_over() -> None:
    net = network(around([0.6, 0.8, 0.9], [1.4, 1.1, 1.1]), rivals=True, roles=[1, 2])
    shares = _shares(net)
    assert shares.sum(axis=0) == pytest.approx(np.ones(shares.shape[1]), abs=1e-6)
    assert (shares[1:, shares[0] == 1] == 0).all()
    assert (shares[0] == 1).any()


def test_contradicting_shares_keep_their_room_at_the_centre_and_lose_it_in_draws() -> None:
    net = network(exactly([0.8, 0.4]), rivals=True, room=1.2)
    assert _shares(net).sum(axis=0).max() == pytest.approx(1.2)
    assert _shares(net.possible()).sum(axis=0).max() == pytest.approx(1.0)


# --- ranks --------------------------------------------------------------------------------


@pytest.mark.parametrize("companies", [7, 200])
def test_equal_scores_share_a_rank_and_blocks_follow_each_other(companies: int) -> None:
    random = np.random.default_rng(5)
    scores = random.integers(0, 6, (companies, 40)).astype(np.float32)
    block = random.integers(0, 2, companies)
    found = ranks(scores, block)
    for draw in range(scores.shape[1]):
        key = [(block[i], -scores[i, draw]) for i in range(companies)]
        assert found[:, draw].tolist() == [1 + sum(other < one for other in key) for one in key]


def test_scores_of_draws_are_those_of_the_scorer() -> None:
    values = np.random.default_rng(1).lognormal(size=(20, 3))
    by_draw = by_exposure(20).scores({"exposure": values})
    single = by_exposure(20).scores({"exposure": values.astype(np.float32)})
    assert by_draw == pytest.approx(np.asarray(single), abs=1e-3)
    assert by_exposure(20, normalisation="percentile").scores({"exposure": values}).mean() == pytest.approx(50)


def test_identical_companies_land_in_one_tier() -> None:
    count, twins = 12, 2
    base = np.repeat(np.linspace(0.02, 0.6, count), twins)
    net = network(around(base, 1.4))
    found = simulate(net, by_exposure(len(base)), 4000, 1)
    published = 1 + twins * np.repeat(np.arange(count)[::-1], twins)
    tier = tiers(found.rank, published)
    assert (tier[::2] == tier[1::2]).all()
    assert len(set(tier)) > 2


def test_companies_far_apart_are_in_tiers_of_their_own_and_equal_ones_in_one() -> None:
    apart = simulate(network(around([0.01, 0.1, 0.9], 1.05)), by_exposure(3), 1000, 1)
    assert tiers(apart.rank, np.array([3, 2, 1])).tolist() == [3, 2, 1]
    alike = simulate(network(around([0.3, 0.3, 0.3], 1.5)), by_exposure(3), 1000, 1)
    assert tiers(alike.rank, np.array([1, 1, 1])).tolist() == [1, 1, 1]


def test_a_tier_ends_behind_those_who_share_its_leaders_rank_though_one_of_them_is_told_apart() -> None:
    """The second shares the first's published rank and lies behind it in every draw, and so does the third."""
    rank = np.repeat(np.array([[1], [2], [3], [4]]), 10, axis=1)
    assert tiers(rank, np.array([1, 1, 3, 4])).tolist() == [1, 1, 2, 3]
    assert tiers(rank, np.array([1, 1, 3, 3])).tolist() == [1, 1, 2, 2]


def test_a_company_behind_in_nine_draws_of_ten_begins_a_tier_and_one_in_eight_does_not() -> None:
    for behind, tier in ((8, [1, 1]), (9, [1, 2])):
        first = np.array([1] * behind + [2] * (10 - behind))
        assert tiers(np.stack([first, 3 - first]), np.array([1, 2])).tolist() == tier


# --- what intervals promise ---------------------------------------------------------------


def _own_programmes(random: np.random.Generator) -> Network:
    return network(around(random.uniform(0.05, 0.5, 25), random.uniform(1.05, 2.5, 25)))


def _tied_programmes(random: np.random.Generator) -> Network:
    """Make companies whose programmes move together, and whose ranges are skewed and reach down to zero."""
    base = random.uniform(0.05, 0.5, 25)
    shares = Ranges.of(base * random.choice([0, 0.5, 0.9], 25), base, base * random.uniform(1.0, 2.0, 25))
    net = network(shares, units=around(random.uniform(500, 1500, 25), 1.5))
    return replace(net, dependence=dependence(np.full((25, 25), 0.6) + 0.4 * np.eye(25)))


def _rivals(random: np.random.Generator) -> Network:
    """Make rivals for one programme: what one has more the others have less, and roles weigh the rest."""
    shares = around(random.dirichlet(np.ones(25)), random.uniform(1.05, 2.5, 25))
    return network(shares, units=around([1000.0], 1.4), rivals=True, roles=[3, 9, 20])


@pytest.mark.parametrize("made", [_own_programmes, _tied_programmes, _rivals])
def test_the_rank_interval_covers_the_truth_of_synthetic_worlds(made: Callable[[np.random.Generator], Network]) -> None:
    covered = []
    for number in range(40):
        net = made(np.random.default_rng(number))
        told = summary(simulate(net, by_exposure(25), 1000, number), np.arange(1, 26))
        truth = simulate(net, by_exposure(25), 1, 10_000 + number).rank[:, 0]
        covered.append((told.rank_low <= truth) & (truth <= told.rank_high))
    assert np.mean(covered) >= 0.88


def _published(apart: float, wrong: float) -> float:
    """Say in what part of worlds the rank interval holds a truth that nothing of the simulation has drawn.

    True figures are lognormal, `apart` in their logarithm; the published ones are off by `wrong`, and say so by ranges
    that hold the truth in 90 of 100.
    """
    covered = []
    for number in range(40):
        random = np.random.default_rng(number)
        truth = 0.02 * np.exp(apart * random.standard_normal(25))
        published = truth * np.exp(wrong * random.standard_normal(25))
        net = network(around(published, np.exp(1.6449 * wrong)), sales=exactly(np.full(25, 1e7)))
        told = summary(simulate(net, by_exposure(25), 1000, number), np.arange(1, 26))
        rank = 1 + (truth > truth[:, None]).sum(axis=1)
        covered.append((told.rank_low <= rank) & (rank <= told.rank_high))
    return float(np.mean(covered))


def test_the_rank_interval_covers_a_truth_that_was_drawn_without_the_simulation() -> None:
    assert _published(apart=1.0, wrong=0.2) >= 0.88


@pytest.mark.parametrize(("apart", "wrong", "part"), [(0.3, 0.3, 0.86), (0.1, 0.4, 0.77)])
def test_where_companies_lie_closer_than_ranges_are_wide_the_interval_covers_as_little_as_the_page_says(
    apart: float, wrong: float, part: float
) -> None:
    assert _published(apart, wrong) == pytest.approx(part, abs=0.03)
    assert f"{part:.2f}" in (Path(__file__).parents[2] / "docs" / "analysis.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("company", [0, 3, 7, 14])
def test_widening_a_companys_own_inputs_never_narrows_its_rank_interval(company: int) -> None:
    base = np.linspace(0.1, 0.5, 15)
    widths = []
    for factor in (1.02, 1.2, 1.5, 2.0, 3.0):
        factors = np.full(15, 1.2)
        factors[company] = factor
        told = summary(simulate(network(around(base, factors)), by_exposure(15), 8000, 1), np.arange(1, 16))
        widths.append(told.rank_high[company] - told.rank_low[company])
    assert widths == sorted(widths)
    assert widths[-1] > widths[0]


@pytest.mark.parametrize("correlation", [0.0, 0.5, 1.0])
def test_a_companys_simulated_total_spans_its_summed_bounds_only_where_all_moves_as_one(correlation: float) -> None:
    units = Ranges.of([400.0, 700.0, 900.0], [1000.0, 1000.0, 1000.0], [1500.0, 2000.0, 1100.0])
    net = added(exactly([0.2, 0.3, 0.1]), units, correlation)
    low, _, high = quantiles(simulate(net, by_exposure(3), DRAWS, 1).exposure[:1])
    part = np.array([0.2, 0.3, 0.1]) * 100 / 1e6
    bounds = ((units.low * part).sum(), (units.high * part).sum())
    if correlation == 1:
        assert (low[0], high[0]) == pytest.approx(bounds, rel=0.02)
    else:
        assert bounds[0] * 1.03 < low[0] < high[0] < bounds[1] * 0.97


def test_where_nothing_is_uncertain_every_draw_is_the_centre() -> None:
    net = network(exactly([0.125, 0.5, 0.25, 0.0]), rivals=True, roles=[2])
    found = simulate(net, by_exposure(4), 3000, 1)
    common, blocks = net.centre()
    centre = net.factors(common, *net.sums(common, blocks)).values["exposure"]
    assert (found.exposure == found.exposure[:, :1]).all()
    assert found.exposure[:, :1] == pytest.approx(centre, rel=1e-6)
    assert (found.rank == np.array([[2], [1], [3], [4]])).all()  # a quarter of the 0.375 left over is less than 0.125


def test_one_draw_serves_every_company() -> None:
    net = network(exactly([0.2, 0.4]), rivals=True, content=around([100.0], 1.5))
    found = simulate(net, by_exposure(2), 1000, 1)
    assert found.exposure[1] == pytest.approx(2 * found.exposure[0], rel=1e-5)
    assert found.exposure[0].std() > 0


def test_the_seed_gives_the_same_bytes_for_any_number_of_threads() -> None:
    net = network(around(np.linspace(0.1, 0.5, 9), 1.5))
    one, three, other = (
        simulate(net, by_exposure(9), 5000, seed, threads=threads) for seed, threads in ((7, 1), (7, 3), (8, 1))
    )
    assert one.score.tobytes() == three.score.tobytes()
    assert one.rank.tobytes() == three.rank.tobytes()
    assert one.score.tobytes() != other.score.tobytes()


def test_one_company_and_one_programme_work() -> None:
    told = summary(simulate(network(around([0.3], 1.5)), by_exposure(1), 100, 1), np.array([1]))
    assert told.rank_low.tolist() == told.rank_high.tolist() == [1]
    assert told.tier.tolist() == [1]


def test_sales_are_never_less_than_what_programmes_bring() -> None:
    net = network(around([0.9], 3), sales=around([1e5], 3))
    found = simulate(net, by_exposure(1), 2000, 1)
    assert found.exposure.max() <= 1
    assert np.isfinite(found.score).all()


def test_inputs_of_one_variate_and_range_are_drawn_once_and_move_together() -> None:
    net = network(around([0.2, 0.2, 0.1], [1.5, 1.5, 2.0]))
    block = net.blocks[0]
    tied = replace(block, variate=np.array([0, 0, 0, 1, 2, 3]), variates=4)
    found = simulate(replace(net, blocks=[tied]), by_exposure(3), 500, 1)
    assert (found.exposure[0] == found.exposure[1]).all()
    assert np.corrcoef(np.log(found.exposure))[0, 2] == pytest.approx(1, abs=1e-4)
    assert Drawer(replace(net, blocks=[tied])).normals() == Drawer(net).normals() - 2


def test_mixes_of_a_family_add_up_to_it_and_leave_a_rest_where_there_is_one() -> None:
    ranges = joined(exactly([1000.0]), around([0.5, 0.3], [1.3, 1.3]))
    units = network(exactly([0.5])).units
    rest = replace(
        units, total=np.array([0, 0, 0]), fraction=np.array([1, 2, 3]), mixes=np.array([1, 2]),
        mix_group=np.array([0, 0]), whole=np.array([np.nan]), families=summing(np.array([0]), 1) @ np.ones((1, 3)),
    )  # fmt: skip
    common = drawn(ranges)
    programmes = rest.rows(common)[1:4]
    assert programmes.sum(axis=0) == pytest.approx(np.full(DRAWS, 1000.0), rel=1e-5)
    assert (programmes >= 0).all()
    full = replace(rest, total=np.array([0, 0]), fraction=np.array([1, 2]), whole=np.array([0.8]))
    assert full.rows(common)[1:3].sum(axis=0) == pytest.approx(np.full(DRAWS, 800.0), rel=1e-5)


# --- the network is the views' formula ----------------------------------------------------


def _factors(reader: warehouse.Reader) -> dict[str, dict[str, Any]]:
    reader.compute("mart.factors")
    table = reader.table('select * from temp."mart.factors" order by company_id')
    return {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}


def _world_of(
    db: Path, programmes: frozenset[str] | None = None, **question: Any
) -> tuple[inputs.World, list[dict[str, Any]]]:
    """Read a world, and the views' factors of its entries: all companies, then those of a choice."""
    with warehouse.reading(db, **question) as reader:
        factors = _factors(reader)
        if programmes is None:
            return inputs.read(reader, factors), list(factors.values())
        reader.choose(programmes)
        of_choice = _factors(reader)
        world_ = inputs.read(reader, factors, inputs.Choice(programmes, of_choice))
        return world_, [*factors.values(), *of_choice.values()]


COLUMNS = {
    "exposure": "exposure_weight",
    **{name: name for name in ("growth", "revision", "elasticity", "expectation_gap")},
}


def _assert_same(world_: inputs.World, factors: list[dict[str, Any]]) -> None:
    net = world_.network
    common, blocks = net.centre()
    units, accounts = net.sums(common, blocks)
    found = net.factors(common, units, accounts)
    for place, company in enumerate(world_.company_ids):
        told = factors[place]
        assert told["company_id"] == company
        assert found.programme_revenue[place, 0] == pytest.approx(told["programme_revenue_usd"], rel=1e-9)
        for name, column in COLUMNS.items():
            assert net.known()[name][place] == (told[column] is not None), (company, name)
            if told[column] is not None:
                assert found.values[name][place, 0] == pytest.approx(told[column], rel=1e-9, abs=1e-12), (company, name)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = world(
        tmp_path_factory.mktemp("small") / "seeds", *FACTS, share("beta", "cable", base=None, sourcing_mode="main"),
        forecast("fam", "2026", 2_500_000, low=2_000_000, high=3_500_000),
        revenue("beta", "2026", 140, kind="forecast", origin_id="broker-a", tier="estimate"),
    )  # fmt: skip
    (folder / "profiles").mkdir()
    for profile in (resources.seeds_dir() / "profiles").glob("*.toml"):
        (folder / "profiles" / profile.name).write_bytes(profile.read_bytes())
    db = folder.parent / "exposure.duckdb"
    engine.build(db=db, seeds=folder)
    return db, folder


def test_at_the_centre_the_network_gives_the_factors_of_the_views(shipped_db: Path, small: tuple[Path, Path]) -> None:
    _assert_same(*_world_of(shipped_db))
    _assert_same(*_world_of(small[0]))


def test_at_an_earlier_date_the_network_gives_the_factors_of_the_views(shipped_db: Path) -> None:
    from datetime import date

    _assert_same(*_world_of(shipped_db, as_of=date(2025, 12, 31), horizon=2026))


@pytest.mark.parametrize("programmes", [{"trainium2", "trainium3", "trainium-unallocated"}, {"gb300-nvl72"}])
def test_at_the_centre_a_choice_of_programmes_gives_the_factors_of_the_views(
    shipped_db: Path, programmes: set[str]
) -> None:
    world_, factors = _world_of(shipped_db, frozenset(programmes))
    assert len(factors) > len({told["company_id"] for told in factors}) > 20
    _assert_same(world_, factors)


PERCENTILES = 'description = "x"\nnormalisation = "percentile"\n[weights]\nexposure = 2\ngrowth = -1\nbarrier = 1\n'


@pytest.mark.parametrize("programmes", [None, ["trainium"], ["tpu", "gb"]])
@pytest.mark.parametrize("profile", ["balanced", "expectation-gap", "percentiles.toml"])
def test_the_draw_at_the_centre_scores_and_ranks_as_the_watchlist(
    shipped_db: Path, tmp_path: Path, profile: str, programmes: list[str] | None
) -> None:
    if profile.endswith(".toml"):
        (tmp_path / profile).write_text(PERCENTILES, encoding="utf-8")
        profile = str(tmp_path / profile)
    asked = engine.profile_of(profile, resources.seeds_dir())
    with engine.opened(shipped_db, None, None, None, profile) as reader:
        made = engine.ranked(reader, programmes, asked, "AB")
        chosen = lookup.programmes(reader, programmes) if programmes else None
        ready = intervals.prepare(reader, made, asked, engine.rules_of(reader), "AB", chosen)
    common, blocks = ready.world.network.centre()
    found = ready.world.network.factors(common, *ready.world.network.sums(common, blocks))
    scores = ready.scorer.scores(found.values)[:, 0]
    assert scores == pytest.approx(made.ranked["score"].to_numpy(), rel=1e-6)
    places = ranks(scores.round(9)[:, None], ready.scorer.block)[:, 0]
    assert places.tolist() == made.ranked["rank"].to_list()


def test_intervals_of_a_choice_are_those_of_all_when_it_is_all(shipped_db: Path) -> None:
    whole = engine.rank(db=shipped_db, draws=500)
    families = engine.sql("select distinct family_id from mart.exposure_weight", db=shipped_db)["family_id"].to_list()
    chosen = engine.rank(families, db=shipped_db, draws=500)
    assert_frame_equal(chosen.select(*watchlist.INTERVALS), whole.select(*watchlist.INTERVALS), rel_tol=1e-5)


@pytest.fixture(scope="module")
def simulated(shipped_db: Path) -> pl.DataFrame:
    return whatif.simulate(2000, 1, db=shipped_db).table


def test_no_draw_of_the_shipped_evidence_has_what_cannot_be(shipped_db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Watch units and shares while they are drawn; of what comes out, look at everything."""
    with whatif.prepared(db=shipped_db) as (ready, _):
        net = ready.world.network.possible()
    plain_shares, plain_rows, seen = Block.shares, Units.rows, []

    def shares(block: Block, values: Any, units: Any, rooms: Rooms) -> Any:
        found = plain_shares(block, values, units, rooms)
        assert (found >= 0).all()
        assert (summing(block.group, len(block.room)) @ found).max() <= 1 + 1e-5
        seen.append(found.shape)
        return found

    def rows(units: Units, common: Any) -> Any:
        found = plain_rows(units, common)
        assert np.isfinite(found).all()
        assert (found >= 0).all()
        return found

    monkeypatch.setattr(Block, "shares", shares)
    monkeypatch.setattr(Units, "rows", rows)
    found = simulate(net, ready.scorer, 10_000, 3, gap=True)
    assert sum(draws for _, draws in seen) == 10_000 * len(net.blocks)
    most = net.companies.most_exposure[:, None] * (1 + 1e-6)
    assert ((found.exposure >= 0) & (found.exposure <= most)).all()
    assert ((found.score >= 0) & (found.score <= 100)).all()
    assert found.gap is not None
    assert np.isfinite(found.gap).all()
    assert (np.sort(found.rank, axis=0)[0] == 1).all()


def test_the_published_rank_lies_in_its_interval_for_nearly_every_company(simulated: pl.DataFrame) -> None:
    inside = simulated.filter(pl.col("rank").is_between("rank_low", "rank_high"))
    assert inside.height >= 0.95 * simulated.height
    assert simulated.height >= 20


def test_the_simulated_table_is_whole_and_in_order(simulated: pl.DataFrame) -> None:
    assert simulated.columns == list(whatif.SIMULATED)
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


def test_the_chance_to_beat_the_consensus_goes_with_the_gap_and_is_unknown_without_one(simulated: pl.DataFrame) -> None:
    known = simulated.filter(pl.col("expectation_gap").is_not_null())
    assert known.height >= 3
    assert known.filter(pl.col("expectation_gap_p05") <= pl.col("expectation_gap_p95")).height == known.height
    assert known.sort("expectation_gap")["p_beats_consensus"].item(0) < 0.5
    unknown = simulated.filter(pl.col("expectation_gap").is_null())
    assert unknown["p_beats_consensus"].null_count() == unknown.height


def test_a_simulation_says_its_seed_and_repeats_itself(shipped_db: Path, simulated: pl.DataFrame) -> None:
    assert simulated["seed"].unique().to_list() == [1]
    again = whatif.simulate(2000, 1, threads=1, db=shipped_db).table
    assert again.equals(simulated)
    assert not whatif.simulate(2000, 2, db=shipped_db).table.equals(simulated)


def test_shares_that_contradict_each_other_are_told(shipped_db: Path) -> None:
    notes = whatif.simulate(10, db=shipped_db).notes
    assert any("add up to more than one" in note for note in notes)


def test_no_draws_give_the_ranking_without_intervals(small: tuple[Path, Path]) -> None:
    db, seeds = small
    found = whatif.simulate(0, db=db, seeds=seeds).table
    assert found.height == 2
    assert found["score"].null_count() == 0
    assert found["rank_low"].null_count() == 2


def test_two_companies_that_no_factor_tells_apart_share_every_rank(small: tuple[Path, Path]) -> None:
    db, seeds = small
    found = whatif.simulate(200, db=db, seeds=seeds).table
    assert found["rank_high"].to_list() == [1, 1]
    assert found["rank_tier"].to_list() == [1, 1]
    assert found.filter(pl.col("exposure_p05") < pl.col("exposure_p95")).height == 2


BEYOND = [(-1, 1), (10_000_001, 1), (10, -1), (10, 2**63)]


@pytest.mark.parametrize(("draws", "seed"), BEYOND)
def test_draws_and_seeds_beyond_what_can_be_are_refused_in_a_sentence(
    draws: int, seed: int, small: tuple[Path, Path]
) -> None:
    said = "^Draws are whole numbers from 0 to 10,000,000, and seeds from 0 to 9,223,372,036,854,775,807.$"
    db, seeds = small
    for asked in (whatif.simulate, hinges.hinges):
        with pytest.raises(ExposureError, match=said):
            asked(draws=draws, seed=seed, db=db, seeds=seeds)


@pytest.mark.parametrize("words", [["rank"], ["simulate"], ["sensitivity"], ["export", "there"]])
def test_the_commands_refuse_them_as_options(words: list[str], small: tuple[Path, Path]) -> None:
    place = ["--db", str(small[0]), "--seeds", str(small[1])]
    wrong = [["--draws", "100000000000"], *([["--seed", str(2**63)]] if words[0][0] == "s" else [])]
    for option in wrong:
        answered = CliRunner().invoke(cli.app, [*place, *words, *option])
        assert (answered.exit_code, answered.stdout) == (2, "")
        assert f"{option[1]} is not in the range" in answered.stderr
    assert (options.MAX_DRAWS, options.MAX_SEED) == (simulation.MOST_DRAWS, simulation.MOST_SEED)


def test_the_largest_seed_draws(small: tuple[Path, Path]) -> None:
    found = whatif.simulate(10, 2**63 - 1, db=small[0], seeds=small[1]).table
    assert found["seed"].unique().to_list() == [2**63 - 1]


def test_done_hears_of_every_draw(small: tuple[Path, Path]) -> None:
    heard: list[int] = []
    whatif.simulate(3000, db=small[0], seeds=small[1], done=heard.append)
    assert sum(heard) == 3000
    assert simulation.COVERAGE == 0.90


def test_the_command_prints_the_table_with_its_seed(small: tuple[Path, Path]) -> None:
    db, seeds = small
    asked = ["--db", str(db), "--seeds", str(seeds), "simulate", "--draws", "500", "--seed", "9", "--top", "1"]
    answered = CliRunner().invoke(cli.app, asked)
    assert answered.exit_code == 0
    header, row = answered.stdout.splitlines()
    assert header.split(",") == list(whatif.SIMULATED)
    printed = dict(zip(header.split(","), row.split(","), strict=True))
    assert (printed["draws"], printed["seed"]) == ("500", "9")
