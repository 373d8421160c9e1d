"""What of the seeds is drawn, and what moves together: read from small worlds and drawn."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from exposure import engine, simulation, whatif
from exposure.network import ratio
from tests.worlds import FACTS, SHIPPED, Claim, disclosed, forecast, revenue, world

# --- what is drawn as nothing -------------------------------------------------------------


def _drawn(folder: Path, *claims: Claim) -> simulation.Draws:
    """Build a world with the shipped profiles and draw it 2000 times."""
    seeds = world(folder / "seeds", *claims)
    shutil.copytree(SHIPPED / "profiles", seeds / "profiles")
    engine.build(seeds, folder / "world.duckdb")
    with whatif.prepared(seeds=seeds, db=folder / "world.duckdb") as (ready, _):
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
SALES_FROM_NOTHING = (
    revenue("alpha", "2025", 6000, low=0, high=7000, currency="TWD"),
    revenue("alpha", "2026", 9000, currency="TWD", kind="forecast", origin_id="broker-a", tier="estimate"),
    revenue("beta", "2025", 100, low=0, high=150),
    revenue("beta", "2026", 140, kind="forecast", origin_id="broker-a", tier="estimate"),
)


def test_stated_sales_rolled_forward_from_nothing_leave_numbers(tmp_path: Path) -> None:
    rolled = [claim for claim in FACTS if claim.table != "supply_shares" or claim.cells["company_id"] != "beta"]
    kept = [claim for claim in rolled if claim.table != "shipment_forecasts"]
    found = _drawn(tmp_path, *kept, *UNITS_FROM_NOTHING, disclosed("beta", "2025", 0.2, scope_id="fam-1"))
    _assert_numbers(found)
    assert np.ptp(found.exposure[1]) > 0


def test_sales_of_the_base_year_drawn_as_nothing_leave_numbers(tmp_path: Path) -> None:
    _assert_numbers(_drawn(tmp_path, *SALES_FROM_NOTHING))


def test_a_ratio_to_nothing_is_large_and_a_number_and_nothing_to_nothing_is_nothing() -> None:
    above, below = np.array([[6, -6, 0, 6, 3e38], [0, 0, 0, 3, 1e-38]], np.float32)
    assert np.allclose(ratio(above, below), [1e6, -1e6, 0, 2, 1e6], rtol=1e-6)
