from __future__ import annotations

import pytest

from exposure.extraction.proposals import NoteReader
from exposure.seeds import resources


@pytest.fixture(scope="package")
def reader() -> NoteReader:
    """Read notes by the names of the shipped seeds."""
    return NoteReader.from_seeds(resources.seeds_dir())
