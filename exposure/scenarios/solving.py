"""The multiplier nearest to one at which an outcome reaches a target, searched outward on ever finer grids."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from exposure.model.distributions import Floats

_GRID, _ZOOM, _ZOOMS = 401, 101, 5
_DIGITS = 7

#: multipliers -> the outcome at each
Outcome = Callable[[Floats], npt.NDArray[Any]]


@dataclass(frozen=True)
class Target:
    """A rank, an exposure or a revenue to be reached."""

    what: str
    value: float

    def is_reached(self, values: npt.NDArray[Any], present: float) -> npt.NDArray[np.bool_]:
        """Return where values reach the target, from the side of the present value."""
        return np.asarray(values >= self.value if present < self.value else values <= self.value)


def distance(multiplier: float) -> float:
    """Return how far a multiplier is from one."""
    return abs(float(np.log(multiplier)))


def find_multiplier(outcome: Outcome, target: Target, present: float, ends: Iterable[float]) -> float | None:
    """Search outward from 1 to each end for the multiplier nearest to 1 that reaches the target; None if none does."""
    found = [search_between(outcome, target, present, 1.0, end) for end in ends]
    return min((multiplier for multiplier in found if multiplier is not None), key=distance, default=None)


def find_nearest(outcome: Outcome, target: Target, ends: Iterable[float]) -> float:
    """Return the multiplier whose outcome comes nearest to the target."""
    every = np.concatenate([np.geomspace(1, end, _GRID) for end in ends])
    off = np.abs(outcome(every) - target.value)
    return float(min(every[off == off.min()].tolist(), key=distance))


def search_between(outcome: Outcome, target: Target, present: float, near: float, far: float) -> float | None:
    """Return the first multiplier on the way from `near` to `far` that reaches the target."""
    way = np.geomspace(near, far, _GRID)
    for _ in range(_ZOOMS):
        hits = np.flatnonzero(target.is_reached(outcome(way), present))
        if not len(hits):
            return None
        if hits[0] == 0:
            return float(way[0])
        way = np.geomspace(way[hits[0] - 1], way[hits[0]], _ZOOM)
    return _round_outward(float(way[-1]), outcome, target, present)


def _round_outward(multiplier: float, outcome: Outcome, target: Target, present: float) -> float:
    """Round to few digits, away from one where rounding to the nearest falls short."""
    step = 10.0 ** (np.floor(np.log10(multiplier)) + 1 - _DIGITS)
    near = np.round(multiplier / step) * step
    tried = np.array([near, near + step, near - step, multiplier])
    return float(tried[np.flatnonzero(target.is_reached(outcome(tried), present))[0]])
