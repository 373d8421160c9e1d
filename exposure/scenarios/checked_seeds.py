"""Check the seed tables together with the profiles and scenarios that lie beside them."""

from __future__ import annotations

from pathlib import Path

from exposure.errors import RejectedData
from exposure.names import vocabulary
from exposure.scenarios import scenario_files
from exposure.seeds import profile_files, reader
from exposure.seeds.reader import Seeds


def read_checked_seeds(folder: Path) -> Seeds:
    """Return the rows of the seed tables; raise RejectedData with the faults of all files."""
    faults = profile_files.faults(folder)
    try:
        seeds = reader.read(folder)
    except RejectedData as rejected:
        raise RejectedData([*rejected.faults, *faults, *scenario_files.find_faults(folder, None)]) from rejected
    if faults := [*faults, *scenario_files.find_faults(folder, vocabulary.of_seeds(seeds))]:
        raise RejectedData(faults)
    return seeds
