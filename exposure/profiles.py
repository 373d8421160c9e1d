"""Profiles: which factors a ranking weighs, in which direction, and how they are made comparable."""

from __future__ import annotations

import math
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

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
FACTORS: tuple[str, ...] = get_args(Factor)


def _weight(value: float) -> float:
    if not math.isfinite(value) or value == 0:
        raise ValueError("a weight is a number other than 0; negative for a penalty")
    return value


class Profile(BaseModel):
    """A named choice of factor weights. A negative weight is a penalty: less of the factor scores more."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    description: str
    normalisation: Literal["zscore", "percentile"]
    requires: tuple[Factor, ...] = ()
    weights: dict[Factor, Annotated[float, AfterValidator(_weight)]]


def read(profile: str, seeds: Path) -> Profile:
    """Read a profile of the seeds by its name, or any TOML file by its path; raise RejectedData with every fault."""
    file = Path(profile) if profile.endswith(".toml") else seeds / "profiles" / f"{profile}.toml"
    if not profile.endswith(".toml") and profile not in names(seeds):
        near = get_close_matches(profile, names(seeds)) or names(seeds)
        raise ExposureError(f"There is no profile {profile!r}; there are {', '.join(near)}, or name a .toml file.")
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ExposureError(f"There is no profile file {file}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RejectedData([Fault(file.name, 1, "", f"is not TOML: {error}")]) from error
    try:
        found = Profile.model_validate({"name": file.stem, **content})
    except ValidationError as error:
        raise RejectedData([_fault(file.name, place, message) for place, message in _problems(error)]) from error
    if not found.weights:
        raise RejectedData([Fault(file.name, 1, "weights", "names no factor")])
    return found


def names(seeds: Path) -> list[str]:
    """Name the profiles that come with the seeds."""
    return sorted(file.stem for file in (seeds / "profiles").glob("*.toml"))


def _problems(error: ValidationError) -> list[tuple[str, str]]:
    return [(".".join(map(str, problem["loc"])), problem["msg"]) for problem in error.errors()]


def _fault(file: str, place: str, message: str) -> Fault:
    return Fault(file, 1, place, message.removeprefix("Value error, "))
