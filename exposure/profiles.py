"""Profiles: which factors a ranking weighs, in which direction, and how they are made comparable."""

from __future__ import annotations

import math
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

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


Weight = Annotated[float, Field(strict=True), AfterValidator(_weight)]


class Profile(BaseModel):
    """A named choice of factor weights. A negative weight is a penalty: less of the factor scores more."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    description: str
    normalisation: Literal["zscore", "percentile"]
    requires: tuple[Factor, ...] = ()
    weights: dict[Factor, Weight] = Field(min_length=1)


def read(profile: str, seeds: Path) -> Profile:
    """Read a profile of the seeds by its name, or any TOML file by its path; raise RejectedData with every fault."""
    file = Path(profile) if profile.endswith(".toml") else _shipped(profile, seeds)
    content = _content(file)
    # the file's name is the profile's; a name inside would be a second one
    faults = [Fault(file.name, 1, "name", "is the name of the file")] if "name" in content else []
    try:
        found = Profile.model_validate(content | {"name": file.stem})
    except ValidationError as error:
        faults += [Fault(file.name, 1, _place(problem["loc"]), _sentence(problem)) for problem in error.errors()]
    if faults:
        raise RejectedData(faults)
    return found


def _shipped(profile: str, seeds: Path) -> Path:
    known = names(seeds)
    if profile not in known:
        near = get_close_matches(profile, known) or known
        there = f"there are {', '.join(near)}" if near else f"there are none in {seeds / 'profiles'}"
        raise ExposureError(f"There is no profile {profile!r}; {there}, or name a .toml file.")
    return seeds / "profiles" / f"{profile}.toml"


def _content(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ExposureError(f"There is no profile file {file}.") from error
    except OSError as error:
        raise ExposureError(f"{file} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RejectedData([Fault(file.name, 1, "", f"is not TOML: {error}")]) from error


def faults(seeds: Path) -> list[Fault]:
    """Find what is wrong with the profiles that come with the seeds."""
    found = []
    for name in names(seeds):
        try:
            read(name, seeds)
        except RejectedData as rejected:
            found += rejected.faults
    return found


def names(seeds: Path) -> list[str]:
    """Name the profiles that come with the seeds."""
    return sorted(file.stem for file in (seeds / "profiles").glob("*.toml"))


def _place(keys: tuple[int | str, ...]) -> str:
    return ".".join(str(key) for key in keys if key != "[key]")


def _sentence(problem: Any) -> str:
    if problem["loc"] == ("weights",) and problem["type"] == "too_short":
        return "names no factor"
    return str(problem["msg"]).removeprefix("Value error, ")
