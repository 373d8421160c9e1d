"""Profiles: which factors a ranking weighs, in which direction, and how they become comparable.

Checked without pydantic, which a ranking by a profile of the seeds should not load.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from exposure.errors import ExposureError, Fault, RejectedData
from exposure.seeds import named_files

Factor = Literal[
    "exposure", "growth", "revision", "elasticity", "expectation_gap", "visibility", "barrier", "concentration",
    "confidence",
]  # fmt: skip
Normalisation = Literal["zscore", "percentile"]

_REQUIRED = ("description", "normalisation", "weights")
_OPTIONAL = ("requires", "exposure_point")
#: the point of a range that is its central value, and the lowest point of a range
CENTRE, _LOWEST = 0.5, 0.05


@dataclass(frozen=True)
class Profile:
    """Named factor weights. A negative weight is a penalty: less of the factor scores more."""

    name: str
    description: str
    normalisation: Normalisation
    weights: dict[Factor, float]
    requires: tuple[Factor, ...] = ()
    #: the part of the draws below the exposure that is scored
    exposure_point: float = CENTRE


def read_profile(profile: Path | str, seeds: Path) -> Profile:
    """Read a profile of the seeds by its name, or any TOML file by its path; raise RejectedData with every fault."""
    file = named_files.find_file("profile", profile, seeds)
    _, content = named_files.read_toml("profile", file)
    if faults := [Fault(file.name, 1, key, message) for key, message in _find_faults(content)]:
        raise RejectedData(faults)
    weights = {factor: float(weight) for factor, weight in content["weights"].items()}
    requires = tuple(content.get("requires", ()))
    point = float(content.get("exposure_point", CENTRE))
    return Profile(file.stem, content["description"], content["normalisation"], weights, requires, point)


def find_profile_faults(seeds: Path) -> list[Fault]:
    """Return the faults of the profiles that come with the seeds."""
    faults = []
    for name in named_files.list_names("profile", seeds):
        try:
            read_profile(name, seeds)
        except RejectedData as rejected:
            faults += rejected.faults
        except ExposureError:
            continue  # the digest of the seeds needs the file as well, and reports that it cannot be read
    return faults


def _find_faults(content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the keys at fault, each with a sentence."""
    yield from ((key, "is missing") for key in _REQUIRED if key not in content)
    for key in content.keys() - {*_REQUIRED, *_OPTIONAL}:
        # a name inside would be a second one
        yield key, "is the name of the file" if key == "name" else "is not a key of a profile"
    if not isinstance(content.get("description", ""), str):
        yield "description", "is not a text"
    if content.get("normalisation", "zscore") not in get_args(Normalisation):
        yield "normalisation", f"is not one of {', '.join(get_args(Normalisation))}"
    yield from _find_requires_faults(content.get("requires", []))
    point = content.get("exposure_point", CENTRE)
    if not (_is_number(point) and _LOWEST <= point <= CENTRE):
        yield "exposure_point", f"is not a number from {_LOWEST} to {CENTRE}"
    if "weights" in content:
        yield from _find_weight_faults(content["weights"])


def _find_requires_faults(requires: object) -> Iterator[tuple[str, str]]:
    if not isinstance(requires, list):
        yield "requires", "is not a list of factors"
        return
    for number, factor in enumerate(requires):
        if factor not in get_args(Factor):
            yield f"requires.{number}", f"is not one of {', '.join(get_args(Factor))}"


def _find_weight_faults(weights: object) -> Iterator[tuple[str, str]]:
    if not isinstance(weights, dict) or not weights:
        yield "weights", "is not a table with a weight for each factor"
        return
    for factor, weight in weights.items():
        if factor not in get_args(Factor):
            yield f"weights.{factor}", f"is not one of {', '.join(get_args(Factor))}"
        if not (_is_number(weight) and 0 < abs(weight) <= sys.float_info.max):
            yield f"weights.{factor}", "a weight is a number other than 0; negative for a penalty"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
