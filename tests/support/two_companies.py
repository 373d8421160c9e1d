"""A built world of two companies, one with a role and a family whose units are forecast as a whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import exposure
from tests.support.seed_folders import FACTS, SHIPPED, content, forecast, revenue, share, world


def build(folder: Path) -> tuple[Path, Path]:
    """Build the world in a folder; return its database and its seeds."""
    seeds = world(
        folder / "seeds", *FACTS, share("beta", "cable", base=None, sourcing_mode="main"), content("cable", "fam-2", 1),
        forecast("fam", "2026", 2_500_000, low=2_000_000, high=3_500_000),
        revenue("beta", "2026", 140, kind="forecast", origin_id="broker-a", tier="estimate"),
    )  # fmt: skip
    shutil.copytree(SHIPPED / "profiles", seeds / "profiles")
    exposure.build(db=folder / "exposure.duckdb", seeds=seeds)
    return folder / "exposure.duckdb", seeds
