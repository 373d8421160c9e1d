"""Hold profile files to their contract.

Apart from `profiles`: the build has checked the shipped ones, and a ranking by one of them need not wait for pydantic.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from exposure.errors import Fault, RejectedData
from exposure.seeds import profiles
from exposure.seeds.profiles import Factor, Profile


def _weight(value: float) -> float:
    if not math.isfinite(value) or value == 0:
        raise ValueError("a weight is a number other than 0; negative for a penalty")
    return value


Weight = Annotated[float, Field(strict=True), AfterValidator(_weight)]


class ProfileFile(BaseModel):
    """What a profile's file holds; its name is the file's."""

    model_config = ConfigDict(extra="forbid")

    description: str
    normalisation: Literal["zscore", "percentile"]
    requires: tuple[Factor, ...] = ()
    weights: dict[Factor, Weight] = Field(min_length=1)


def read(profile: Path | str, seeds: Path) -> Profile:
    """Read a profile of the seeds by its name, or any TOML file by its path; raise RejectedData with every fault."""
    file = profiles.file_of(profile, seeds)
    content = profiles.content(file)
    # the file's name is the profile's; a name inside would be a second one
    faults = [Fault(file.name, 1, "name", "is the name of the file")] if content.pop("name", None) is not None else []
    try:
        ProfileFile.model_validate(content)
    except ValidationError as error:
        faults += [Fault(file.name, 1, _place(problem["loc"]), _sentence(problem)) for problem in error.errors()]
    if faults:
        raise RejectedData(faults)
    return profiles.of_content(file.stem, content)


def faults(seeds: Path) -> list[Fault]:
    """Find what is wrong with the profiles that come with the seeds."""
    found = []
    for name in profiles.names(seeds):
        try:
            read(name, seeds)
        except RejectedData as rejected:
            found += rejected.faults
    return found


def _place(keys: tuple[int | str, ...]) -> str:
    return ".".join(str(key) for key in keys if key != "[key]")


def _sentence(problem: Any) -> str:
    if problem["loc"] == ("weights",) and problem["type"] == "too_short":
        return "names no factor"
    return str(problem["msg"]).removeprefix("Value error, ")
