"""What several modules of tests share: the database of the shipped seeds, which takes long to build."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from exposure.engine import Engine
from exposure.seeds import resources

# How long an example takes says how busy the machine is, and nothing of what is tested.
settings.register_profile("exposure", deadline=None)
settings.load_profile("exposure")


@pytest.fixture(scope="session")
def shipped_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the shipped seeds once for all tests that only read them."""
    db = tmp_path_factory.mktemp("shipped") / "exposure.duckdb"
    Engine.at(db, resources.seeds_dir()).build()
    return db
