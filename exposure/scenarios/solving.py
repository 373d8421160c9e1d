"""Find by how much something must be multiplied for a company to reach a target. Arrays in, arrays out.

Everything else stays at the centre. Shares are moved as scenarios move them: what is asked for stands, shares that
sources state give way as far as they have to, and roles weigh what is then left over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from exposure.model.distributions import Floats, Index
from exposure.model.network import TINY, Block, Network, Rooms, summing
from exposure.uncertainty.simulation import Scorer, ranks

#: how far from the present value is looked, in times and in parts
FARTHEST = 100.0
_GRID, _ZOOM, _ZOOMS = 401, 101, 5
_DIGITS = 7


@dataclass(frozen=True)
class Lever:
    """What is multiplied: rows of units with the families that they are part of, and links and contents by block."""

    units: Index = field(default_factory=lambda: np.zeros(0, np.intp))
    families: Index = field(default_factory=lambda: np.zeros(0, np.intp))
    links: Mapping[int, Index] = field(default_factory=dict)
    contents: Mapping[int, Index] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What a company has with each multiplier, and the units and shares that go with it: (rows, multipliers)."""

    exposure: Floats
    revenue: Floats
    score: Floats
    rank: npt.NDArray[np.int32]
    units: Floats
    shares: Mapping[int, Floats]

    def of(self, what: str) -> npt.NDArray[Any]:
        """Give one of exposure, revenue, score and rank."""
        return np.asarray(getattr(self, what))


@dataclass(frozen=True)
class Target:
    """What is to be reached: a rank, an exposure or a revenue."""

    what: str
    value: float

    def is_reached(self, found: npt.NDArray[Any], present: float) -> npt.NDArray[np.bool_]:
        """Say where the target is reached by one who comes from the present value."""
        return np.asarray(found >= self.value if present < self.value else found <= self.value)


@dataclass(frozen=True)
class Solution:
    """The multiplier nearest to one that reaches the target, or else the one that comes nearest to the target."""

    multiplier: float
    is_reached: bool


def solve(network: Network, scorer: Scorer, company: int, lever: Lever, target: Target, present: float) -> Solution:
    """Look outward from the present value, both ways, for the first multiplier that reaches the target.

    `present` is what the company has of what the target is about.
    """

    def outcome(multipliers: Floats) -> npt.NDArray[Any]:
        return moved(network, scorer, company, lever, multipliers).of(target.what)

    if present == target.value:
        return Solution(1.0, is_reached=True)
    least, most = ends(network, lever)
    up = np.geomspace(1, most, _GRID)
    down = np.geomspace(1, least, _GRID)
    ways = (_first(outcome, lambda found: target.is_reached(found, present), way) for way in (up, down))
    found = [multiplier for multiplier in ways if multiplier is not None]
    if found:
        return Solution(min(found, key=distance), is_reached=True)
    both = np.concatenate([up, down])
    off = np.abs(outcome(both) - target.value)
    return Solution(min(both[off == off.min()].tolist(), key=distance), is_reached=False)


def distance(multiplier: float) -> float:
    """Say how far a multiplier is from one."""
    return abs(float(np.log(multiplier)))


def ends(network: Network, lever: Lever) -> tuple[float, float]:
    """Say from what to what is looked: a share as far as the whole, anything else as far as makes sense."""
    if not lever.links:
        return 1 / FARTHEST, FARTHEST
    shares = moved_shares(network, lever, np.ones(1))
    least = min(float(shares[number][links].min()) for number, links in lever.links.items())
    return 1 / FARTHEST, max(1 / max(least, 1 / FARTHEST**2), 1.0)


def _first(
    outcome: Callable[[Floats], npt.NDArray[Any]], reached: Callable[[Any], npt.NDArray[np.bool_]], way: Floats
) -> float | None:
    """Give the first multiplier on the way out that reaches the target, looked at ever more closely."""
    for _ in range(_ZOOMS):
        hits = np.flatnonzero(reached(outcome(way)))
        if not len(hits):
            return None
        end = hits[0]
        if end == 0:
            return float(way[0])
        way = np.geomspace(way[end - 1], way[end], _ZOOM)
    return _outward(float(way[-1]), outcome, reached)


def _outward(
    multiplier: float, outcome: Callable[[Floats], npt.NDArray[Any]], reached: Callable[[Any], npt.NDArray[np.bool_]]
) -> float:
    """Round to few digits, away from the present value where rounding to the nearest falls short."""
    step = 10.0 ** (np.floor(np.log10(multiplier)) + 1 - _DIGITS)
    near = np.round(multiplier / step) * step
    tried = np.array([near, near + step, near - step, multiplier])
    return float(tried[np.flatnonzero(reached(outcome(tried)))[0]])


# --- what follows from a multiplier -------------------------------------------------------


def moved(network: Network, scorer: Scorer, company: int, lever: Lever, multipliers: Floats) -> Outcome:
    """Work out what the company has when the lever is multiplied."""
    common, blocks = network.centre()
    network.conversion.apply(common, common)
    units = network.units.with_growth(_moved_units(network.units.counted(common), lever, multipliers))
    shares = moved_shares(network, lever, multipliers)
    accounts = np.zeros((3 * len(network.companies) + 2 * len(network.uplifts.company), len(multipliers)))
    network.stated.add(common, units, accounts)
    for number, (block, values) in enumerate(zip(network.blocks, blocks, strict=True)):
        wide = np.repeat(values, len(multipliers), axis=1)
        if number in lever.contents:
            wide[lever.contents[number]] *= multipliers
        block.post(wide, shares[number], units, accounts, Rooms())
    factors = network.factors(common, units, accounts)
    scores = scorer.scores(factors.values)
    return Outcome(
        factors.values["exposure"][company], factors.programme_revenue[company], scores[company],
        ranks(scores, scorer.block)[company], units, shares,
    )  # fmt: skip


def _moved_units(counted: Floats, lever: Lever, multipliers: Floats) -> Floats:
    """Multiply units of programmes, and move those of their families by as much."""
    found = np.repeat(counted, len(multipliers), axis=1)
    more = found[lever.units] * (multipliers - 1)
    found[lever.units] += more
    found += summing(lever.families, len(found)) @ more
    return np.maximum(found, 0)


def moved_shares(network: Network, lever: Lever, multipliers: Floats) -> dict[int, Floats]:
    """Give each block's shares, (links, multipliers); they follow from the centre, whatever is done to units."""
    common, blocks = network.centre()
    units = network.units.rows(common)
    found = {}
    for number, (block, values) in enumerate(zip(network.blocks, blocks, strict=True)):
        links = lever.links.get(number)
        roles = _role_parts(block, values)
        shares = block.shares(values, units, Rooms()).copy()
        wide = np.repeat(shares, len(multipliers), axis=1)
        found[number] = wide if links is None else _fitted(block, wide, links, roles, multipliers)
    return found


def _role_parts(block: Block, values: Floats) -> Floats:
    """Give which part of what is left over each role takes; zero for stated shares."""
    weights = np.zeros(len(block.group))
    weights[block.is_role] = values[block.is_role, 0]
    return weights / np.maximum(np.bincount(block.group, weights, len(block.room)), 1)[block.group]


def _fitted(block: Block, shares: Floats, own: Index, roles: Floats, multipliers: Floats) -> Floats:
    """Multiply own shares, each up to the whole, and let the others of the product give way."""

    def summed(rows: Index) -> Floats:
        return np.asarray(summing(block.group[rows], len(block.room)) @ shares[rows])

    everyone = np.arange(len(block.group))
    touched = np.isin(block.group, block.group[own])
    limit = np.maximum(summed(everyone), 1)
    is_own, is_role = np.isin(everyone, own), np.isin(everyone, block.is_role)
    stated, weighed = np.flatnonzero(touched & ~is_own & ~is_role), np.flatnonzero(touched & ~is_own & is_role)
    shares[own] = np.minimum(shares[own] * multipliers, 1)
    shares[own] *= np.minimum(1, limit / np.maximum(summed(own), TINY))[block.group[own]]
    room = limit - summed(own)
    shares[stated] *= np.minimum(1, room / np.maximum(summed(stated), TINY))[block.group[stated]]
    said = summed(stated) + summed(np.flatnonzero(is_own & ~is_role))
    shares[weighed] = (roles[:, None] * np.maximum(1 - said, 0)[block.group])[weighed]
    room -= summed(stated)
    shares[weighed] *= np.minimum(1, room / np.maximum(summed(weighed), TINY))[block.group[weighed]]
    return shares
