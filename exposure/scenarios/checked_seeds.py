"""Check the seed tables together with the profiles and scenarios that lie beside them."""

from __future__ import annotations

from pathlib import Path

from exposure.errors import RejectedData
from exposure.names.vocabulary import Vocabulary
from exposure.scenarios import scenario_files
from exposure.seeds.profiles import find_profile_faults
from exposure.seeds.reader import Seeds, read_seeds


def read_checked_seeds(folder: Path) -> Seeds:
    """Return the rows of the seed tables; raise RejectedData with the faults of all files."""
    faults = find_profile_faults(folder)
    try:
        seeds = read_seeds(folder)
    except RejectedData as rejected:
        raise RejectedData([*rejected.faults, *faults, *scenario_files.find_faults(folder, None)]) from rejected
    if faults := [*faults, *scenario_files.find_faults(folder, Vocabulary.from_seeds(seeds))]:
        raise RejectedData(faults)
    return seeds
