"""Profiles: which factors a ranking weighs, in which direction, and how they are made comparable."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from exposure.errors import ExposureError, Fault, RejectedData

Factor = Literal[
    "exposure",
    "growth",
    "revision",
    "elasticity",
    "expectation_gap",
    "visibility",
    "barrier",
    "concentration",
    "confidence",
]


@dataclass(frozen=True)
class Profile:
    """A named choice of factor weights. A negative weight is a penalty: less of the factor scores more."""

    name: str
    description: str
    normalisation: Literal["zscore", "percentile"]
    weights: dict[Factor, float]
    requires: tuple[Factor, ...] = ()


def of_content(name: str, content: dict[str, Any]) -> Profile:
    """Make a profile of a file's content that was checked: by `profile_files`, or when the database was built."""
    weights = {factor: float(weight) for factor, weight in content["weights"].items()}
    requires = tuple(content.get("requires", ()))
    return Profile(name, content["description"], content["normalisation"], weights, requires)


def is_own(profile: Path | str) -> bool:
    """Say whether a profile is named by the path of a file of the user's own."""
    return str(profile).endswith(".toml")


def file_of(profile: Path | str, seeds: Path) -> Path:
    """Say which file holds a profile: one of the seeds by its name, or any TOML file by its path."""
    if is_own(profile):
        return Path(profile)
    known, name = names(seeds), str(profile)
    if name not in known:
        near = get_close_matches(name, known) or known
        there = f"there are {', '.join(near)}" if near else f"there are none in {seeds / 'profiles'}"
        raise ExposureError(f"There is no profile {name!r}; {there}, or name a .toml file.")
    return seeds / "profiles" / f"{name}.toml"


def content(file: Path) -> dict[str, Any]:
    """Read a profile's file; raise RejectedData when it is no TOML."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ExposureError(f"There is no profile file {file}.") from error
    except OSError as error:
        raise ExposureError(f"{file} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RejectedData([Fault(file.name, 1, "", f"is not TOML: {error}")]) from error


def names(seeds: Path) -> list[str]:
    """Name the profiles that come with the seeds."""
    return sorted(file.stem for file in (seeds / "profiles").glob("*.toml"))
