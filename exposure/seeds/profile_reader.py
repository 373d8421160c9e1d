"""Read the profile of a question, and import pydantic only for a file of the user's own."""

from __future__ import annotations

from pathlib import Path

from exposure.seeds import profiles
from exposure.seeds.profiles import Profile


def read_own(profile: str, seeds: Path) -> Profile | None:
    """Read and check a TOML file of the user's own; return None for a profile of the seeds, which must be there."""
    profiles.file_of(profile, seeds)
    if not profiles.is_own(profile):
        return None
    from exposure.seeds import profile_files

    return profile_files.read(profile, seeds)


def read_shipped(profile: str, seeds: Path) -> Profile:
    """Read a profile of the seeds, which was checked when a database was built from them."""
    return profiles.of_content(profile, profiles.content(profiles.file_of(profile, seeds)))
