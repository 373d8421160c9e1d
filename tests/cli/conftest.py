"""The small world that the tests of the command line ask."""

from __future__ import annotations

from pathlib import Path

import pytest

import exposure
from tests.support.commands import write_world


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Build the small world once; return its database and its seeds."""
    folder = tmp_path_factory.mktemp("cli")
    seeds = write_world(folder / "seeds")
    exposure.build(db=folder / "exposure.duckdb", seeds=seeds)
    return folder / "exposure.duckdb", seeds


@pytest.fixture
def folder(built: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Change into an empty folder, with the environment pointing at the small world, and return it."""
    db, seeds = built
    monkeypatch.setenv("EXPOSURE_DB", str(db))
    monkeypatch.setenv("EXPOSURE_SEEDS", str(seeds))
    monkeypatch.setenv("PYTHONPATH", str(Path(exposure.__file__).parents[1]))
    monkeypatch.chdir(tmp_path)
    return tmp_path
