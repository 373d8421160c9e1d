"""Goals: a target such as `rank 5`, and what may move to reach it, such as `units:trainium2`."""

from __future__ import annotations

import re
from typing import NamedTuple

from exposure.errors import ExposureError
from exposure.scenarios.solving import Target

#: kind of input that may move -> the kind of names that narrow it
NAMES = {"units": "programmes", "share": "products", "content": "products"}

_SCALES = {"": 1.0, "m": 1e6, "bn": 1e9, "tn": 1e12}
_REACH = re.compile(
    r"(?P<what>rank|exposure|revenue) +(?P<number>[0-9]+(?:\.[0-9]+)?) ?(?P<unit>%|m|bn|tn|)", re.IGNORECASE
)
_REACH_HELP = 'write "rank 5", "exposure 0.30" (or 30%) or "revenue 2.0bn" (dollars; m, bn, tn).'
_BY_HELP = "write units, share or content, alone or with a name: units:trainium2, share:cooling."


class Goal(NamedTuple):
    """A target and what may move to reach it, as written and as parsed."""

    reach: str
    by: str
    target: Target
    #: units, share or content
    kind: str
    #: the programme or product that it is of; None for all that the company has
    name: str | None


def parse_goal(reach: str, by: str) -> Goal:
    """Parse a target and what may move; raise ExposureError with what can be written."""
    kind, colon, name = (part.strip() for part in by.partition(":"))
    target = parse_target(reach)
    if kind.lower() not in NAMES or (colon and not name):
        raise ExposureError(f"{by!r} is nothing that can be moved: {_BY_HELP}")
    return Goal(reach, by, target, kind.lower(), name or None)


def parse_target(reach: str) -> Target:
    """Parse a target; raise ExposureError with what can be written."""
    match = _REACH.fullmatch(reach.strip())
    if match is None:
        raise ExposureError(f"{reach!r} is no target: {_REACH_HELP}")
    what, unit, value = match["what"].lower(), match["unit"].lower(), float(match["number"])
    if what == "rank" and (unit or value < 1 or value != int(value)):
        raise ExposureError(f"{reach!r} is no target: a rank is a whole number from 1.")
    if what == "exposure":
        value = value / 100 if unit == "%" else value
        if unit not in ("", "%") or not 0 < value <= 1:
            raise ExposureError(f"{reach!r} is no target: an exposure is a part of sales, above 0 and up to 1 or 100%.")
    if what == "revenue":
        if unit == "%":
            raise ExposureError(f"{reach!r} is no target: revenue is in dollars, such as 2.0bn.")
        value *= _SCALES[unit]
    return Target(what, value)
