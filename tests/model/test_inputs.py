"""What of the seeds is drawn, and what moves together: read from small worlds and drawn."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import exposure
from exposure.db import build as warehouse
from exposure.engine import Engine
from exposure.model import inputs
from exposure.model.network import Rooms, ratio
from exposure.question import DEFAULT_QUESTION
from exposure.uncertainty import intervals, simulation
from tests.support.seed_folders import (
    DAY,
    FACTS,
    SHIPPED,
    Claim,
    content,
    disclosed,
    forecast,
    rate,
    revenue,
    share,
    shipped,
    world,
    write,
)
from tests.support.view_cases import built, crowd

#: worlds of their own for nearly every test: run with `-m slow`
pytestmark = pytest.mark.slow

Kind = Callable[[Claim], Claim]

# --- what is drawn as nothing -------------------------------------------------------------


def _drawn(folder: Path, *claims: Claim) -> simulation.Draws:
    """Build a world with the shipped profiles and draw it 2000 times."""
    seeds = world(folder / "seeds", *claims)
    shutil.copytree(SHIPPED / "profiles", seeds / "profiles")
    exposure.build(db=folder / "world.duckdb", seeds=seeds)
    with Engine.at(folder / "world.duckdb", seeds).opened(DEFAULT_QUESTION) as (reader, profile):
        ready = intervals.prepare_ranking(reader, DEFAULT_QUESTION, profile)
        network = ready.world.network.possible()
        return simulation.simulate(network, ready.scorer, 2000, 1, gap=True)


def _assert_numbers(found: simulation.Draws) -> None:
    assert found.gap is not None
    assert all(np.isfinite(values).all() for values in (found.score, found.exposure, found.gap))
    assert ((found.score >= 0) & (found.score <= 100)).all()
    assert (found.rank.min(axis=0) == 1).all()


UNITS_FROM_NOTHING = (
    forecast("fam-1", "2025", 1_000_000, low=0, high=1_500_000),
    forecast("fam-1", "2026", 2_000_000),
)
SALES_FROM_NEXT_TO_NOTHING = (
    revenue("alpha", "2025", 6000, low=1e-6, high=7000, currency="TWD"),
    revenue("alpha", "2026", 9000, currency="TWD", kind="forecast", origin_id="broker-a", tier="estimate"),
    revenue("beta", "2025", 100, low=1e-6, high=150),
    revenue("beta", "2026", 140, kind="forecast", origin_id="broker-a", tier="estimate"),
)


def test_stated_sales_rolled_forward_from_nothing_leave_numbers(tmp_path: Path) -> None:
    rolled = [claim for claim in FACTS if claim.table != "supply_shares" or claim.cells["company_id"] != "beta"]
    kept = [claim for claim in rolled if claim.table != "shipment_forecasts"]
    found = _drawn(tmp_path, *kept, *UNITS_FROM_NOTHING, disclosed("beta", "2025", 0.2, scope_id="fam-1"))
    _assert_numbers(found)
    assert np.ptp(found.exposure[1]) > 0


def test_sales_of_the_base_year_drawn_as_next_to_nothing_leave_numbers(tmp_path: Path) -> None:
    _assert_numbers(_drawn(tmp_path, *SALES_FROM_NEXT_TO_NOTHING))


def test_a_ratio_to_nothing_is_large_and_a_number_and_nothing_to_nothing_is_nothing() -> None:
    above, below = np.array([[6, -6, 0, 6, 3e38], [0, 0, 0, 3, 1e-38]], np.float32)
    assert np.allclose(ratio(above, below), [1e6, -1e6, 0, 2, 1e6], rtol=1e-6)


# --- what is drawn, and what moves together -----------------------------------------------


def _exactly(claim: Claim) -> Claim:
    return claim.but(low=claim.cells["base"], high=claim.cells["base"])


def _within_twice(claim: Claim) -> Claim:
    return claim.but(low=claim.cells["base"] / 2, high=claim.cells["base"] * 2)


def _supplier(family: str, *, units: Kind = _exactly, value: Kind = _exactly) -> list[Claim]:
    """State a company's half of a product of one programme, exactly but for what is said."""
    return [
        *(units(forecast(f"{family}-1", year, count)) for year, count in (("2025", 1e6), ("2026", 3e6))),
        value(content("cable", f"{family}-1", 20)),
        _exactly(share(family, "cable", f"{family}-1", "2025..2026", 0.5)),
        _exactly(revenue(family, "2025", 1000)),
        _exactly(revenue(family, "2026", 2000, kind="forecast", tier="estimate", origin_id="broker-a")),
    ]


class Worlds(NamedTuple):
    """A world of seeds, and what draws make of it: common inputs, units, and what companies get."""

    world: inputs.World
    common: Any
    units: Any
    revenue: Any

    def units_of(self, role: str, family: str) -> Any:
        return np.log(self.units[self.world.unit_rows[role, family]])

    def sales_of(self, role: str, company: str) -> Any:
        """Give drawn sales over the central ones."""
        (one,) = (
            i
            for i in self.world.inputs
            if (i.kind, i.period_role, i.company_id, i.block) == ("revenue", role, company, -1)
        )
        return self.common[one.row] / one.base


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    """Read a world of seeds and draw it: families `tied` and `other` move together, `alone` by itself."""
    folder = tmp_path_factory.mktemp("drawn")
    claims = [
        *(claim for family in ("tied", "other", "alone") for claim in _supplier(family, units=_within_twice)),
        *_supplier("price", value=_within_twice),
        *(one.but(currency="TWD") if one.table == "company_revenues" else one for one in _supplier("taipei")),
        rate("TWD", "2025"),
    ]  # fmt: skip
    rows = crowd(folder / "seeds", claims)
    tied = {"left_id": "other", "right_id": "tied", "correlation": 0.6, "reasoning": "One owner"}
    write(rows, "correlations", [tied])
    asked = built(rows, folder, *inputs._VIEWS, as_of=DAY)
    with warehouse.reading(asked.db, as_of=date.fromisoformat(DAY)) as reader:
        reader.compute("mart.factors")
        table = reader.table('select * from temp."mart.factors" order by company_id')
        factors = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        world_ = inputs.read(reader, {row["company_id"]: row for row in factors})
    drawer = simulation.Drawer(world_.network)
    normals = np.random.default_rng(1).standard_normal((drawer.normals(), 50_000), np.float32)
    drawer.tie(normals)
    revenue_ = drawer.factors_at(normals).programme_revenue
    common = drawer._common.values(normals[: world_.network.common_variates].copy(), Rooms(), 6)
    units, _ = world_.network.started(common)
    return Worlds(world_, common, units, revenue_)


def _together(one: Any, other: Any) -> float:
    return float(np.corrcoef(one, other)[0, 1])


def test_units_of_families_move_together_as_the_table_says(drawn: Worlds) -> None:
    tied, other, alone = (drawn.units_of("horizon", family) for family in ("tied", "other", "alone"))
    assert _together(tied, other) == pytest.approx(0.6, abs=0.02)
    assert _together(tied, alone) == pytest.approx(0, abs=0.02)


def test_what_two_families_share_moves_the_revenue_of_both_their_suppliers(drawn: Worlds) -> None:
    ids = drawn.world.company_ids
    tied, other = (np.log(drawn.revenue[ids.index(company)]) for company in ("tied", "other"))
    assert _together(tied, other) == pytest.approx(0.6, abs=0.02)


def test_the_years_of_a_family_move_together_as_the_parameter_says(drawn: Worlds) -> None:
    wanted = next(float(row["value"]) for row in shipped("parameters") if row["parameter"] == "year_correlation")
    assert wanted > 0.1
    assert _together(drawn.units_of("base", "tied"), drawn.units_of("horizon", "tied")) == pytest.approx(
        wanted, abs=0.02
    )
    assert _together(drawn.units_of("base", "tied"), drawn.units_of("horizon", "other")) == pytest.approx(
        wanted * 0.6, abs=0.02
    )


def test_what_a_product_is_worth_is_drawn(drawn: Worlds) -> None:
    revenue_ = drawn.revenue[drawn.world.company_ids.index("price")] / 30e6
    assert np.quantile(revenue_, [0.05, 0.5, 0.95]) == pytest.approx([0.5, 1, 2], rel=0.03)


def test_sales_in_foreign_money_are_as_sure_as_the_rate_and_less_so_where_it_is_carried(drawn: Worlds) -> None:
    """A stated rate may be 2% off, one carried over a year 7% more; sales in dollars do not move with either."""
    ends = [0.05, 0.5, 0.95]
    assert np.quantile(drawn.sales_of("base", "taipei"), ends) == pytest.approx([0.98, 1, 1.02], abs=0.003)
    assert np.quantile(drawn.sales_of("horizon", "taipei"), ends) == pytest.approx([0.91, 1, 1.09], abs=0.005)
    assert np.ptp(drawn.sales_of("horizon", "price")) == 0
