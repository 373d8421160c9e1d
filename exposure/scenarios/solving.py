"""The multiplier of some inputs at which a company reaches a target. Arrays in, arrays out.

All other inputs stay at the centre. Shares are rebalanced as in scenarios: the multiplied ones are kept, stated ones
shrink as far as necessary, and roles share what is then left over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from exposure.model.accounts import BufferPool, sum_matrix
from exposure.model.distributions import Floats, Index
from exposure.model.network import TINY, Block, Network
from exposure.uncertainty.scorer import Scorer, rank_scores

#: largest multiplier, and the largest divisor
FARTHEST = 100.0
_GRID, _ZOOM, _ZOOMS = 401, 101, 5
_DIGITS = 7


@dataclass(frozen=True)
class Lever:
    """What is multiplied: rows of units with the families that contain them, and links and contents by block."""

    units: Index = field(default_factory=lambda: np.zeros(0, np.intp))
    families: Index = field(default_factory=lambda: np.zeros(0, np.intp))
    links: Mapping[int, Index] = field(default_factory=dict)
    contents: Mapping[int, Index] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """A company's figures at each multiplier, and the units and shares there: (rows, multipliers)."""

    exposure: Floats
    revenue: Floats
    score: Floats
    rank: npt.NDArray[np.int32]
    units: Floats
    shares: Mapping[int, Floats]

    def of(self, what: str) -> npt.NDArray[Any]:
        """Return one of exposure, revenue, score and rank."""
        return np.asarray(getattr(self, what))


@dataclass(frozen=True)
class Target:
    """A rank, an exposure or a revenue to be reached."""

    what: str
    value: float

    def is_reached(self, values: npt.NDArray[Any], present: float) -> npt.NDArray[np.bool_]:
        """Return where values reach the target, from the side of the present value."""
        return np.asarray(values >= self.value if present < self.value else values <= self.value)


@dataclass(frozen=True)
class Solution:
    """The multiplier nearest to one that reaches the target, or else the one that comes nearest to the target."""

    multiplier: float
    is_reached: bool


def find_multiplier(
    network: Network, scorer: Scorer, company: int, lever: Lever, target: Target, present: float
) -> Solution:
    """Search outward from 1, both ways, for the first multiplier that reaches the target from the `present` value."""

    def outcome(multipliers: Floats) -> npt.NDArray[Any]:
        return evaluate_lever(network, scorer, company, lever, multipliers).of(target.what)

    if present == target.value:
        return Solution(1.0, is_reached=True)
    least, most = search_ends(network, lever)
    up = np.geomspace(1, most, _GRID)
    down = np.geomspace(1, least, _GRID)
    ways = (_first(outcome, lambda values: target.is_reached(values, present), way) for way in (up, down))
    reaching = [multiplier for multiplier in ways if multiplier is not None]
    if reaching:
        return Solution(min(reaching, key=distance), is_reached=True)
    both = np.concatenate([up, down])
    off = np.abs(outcome(both) - target.value)
    return Solution(min(both[off == off.min()].tolist(), key=distance), is_reached=False)


def distance(multiplier: float) -> float:
    """Return how far a multiplier is from one."""
    return abs(float(np.log(multiplier)))


def search_ends(network: Network, lever: Lever) -> tuple[float, float]:
    """Return the ends of the search: a share goes up to the whole."""
    if not lever.links:
        return 1 / FARTHEST, FARTHEST
    shares = rebalance_shares(network, lever, np.ones(1))
    least = min(float(shares[number][links].min()) for number, links in lever.links.items())
    return 1 / FARTHEST, max(1 / max(least, 1 / FARTHEST**2), 1.0)


def _first(
    outcome: Callable[[Floats], npt.NDArray[Any]], reached: Callable[[Any], npt.NDArray[np.bool_]], way: Floats
) -> float | None:
    """Return the first multiplier on the way out that reaches the target, on ever finer grids."""
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
    """Round to few digits, away from one where rounding to the nearest falls short."""
    step = 10.0 ** (np.floor(np.log10(multiplier)) + 1 - _DIGITS)
    near = np.round(multiplier / step) * step
    tried = np.array([near, near + step, near - step, multiplier])
    return float(tried[np.flatnonzero(reached(outcome(tried)))[0]])


# --- the outcome of a multiplier ----------------------------------------------------------


def evaluate_lever(network: Network, scorer: Scorer, company: int, lever: Lever, multipliers: Floats) -> Outcome:
    """Return the company's outcome at each multiplier of the lever."""
    common, blocks = network.centre()
    network.conversion.apply(common, common)
    units = network.units.add_growth(_moved_units(network.units.count(common), lever, multipliers))
    shares = rebalance_shares(network, lever, multipliers)
    pool = BufferPool()

    def evaluate(number: int, terms: Floats) -> None:
        values = np.repeat(blocks[number], len(multipliers), axis=1)
        if number in lever.contents:
            values[lever.contents[number]] *= multipliers
        network.blocks[number].multiply(values, shares[number], units, terms, pool)

    factors = network.factors(common, units, network.accounts(common, units, evaluate, pool))
    scores = scorer.scores(factors.values)
    return Outcome(
        factors.values["exposure"][company], factors.programme_revenue[company], scores[company],
        rank_scores(scores, scorer.block)[company], units, shares,
    )  # fmt: skip


def _moved_units(counted: Floats, lever: Lever, multipliers: Floats) -> Floats:
    """Multiply units of programmes, and add the difference to their families."""
    units = np.repeat(counted, len(multipliers), axis=1)
    more = units[lever.units] * (multipliers - 1)
    units[lever.units] += more
    units += sum_matrix(lever.families, len(units)) @ more
    return np.maximum(units, 0)


def rebalance_shares(network: Network, lever: Lever, multipliers: Floats) -> dict[int, Floats]:
    """Return each block's shares, (links, multipliers), at central units."""
    common, blocks = network.centre()
    units, pool = network.units.rows(common), BufferPool()
    shares_by_block = {}
    for number, (block, values) in enumerate(zip(network.blocks, blocks, strict=True)):
        links = lever.links.get(number)
        roles = _role_parts(block, values)
        shares = np.repeat(block.shares(values, units, pool), len(multipliers), axis=1)
        if links is not None:
            shares = _rebalance_block(block, shares, links, roles, multipliers)
        shares_by_block[number] = shares
    return shares_by_block


def _role_parts(block: Block, values: Floats) -> Floats:
    """Return the part of what is left over that each role takes; zero for stated shares."""
    weights = np.zeros(len(block.group))
    weights[block.is_role] = values[block.is_role, 0]
    return weights / np.maximum(np.bincount(block.group, weights, len(block.room)), 1)[block.group]


def _rebalance_block(block: Block, shares: Floats, own: Index, roles: Floats, multipliers: Floats) -> Floats:
    """Multiply own shares, each up to the whole, and shrink the others of the product to fit."""

    def summed(rows: Index) -> Floats:
        return np.asarray(sum_matrix(block.group[rows], len(block.room)) @ shares[rows])

    everyone = np.arange(len(block.group))
    affected = np.isin(block.group, block.group[own])
    limit = np.maximum(summed(everyone), 1)
    is_own, is_role = np.isin(everyone, own), np.isin(everyone, block.is_role)
    stated, weighed = (np.flatnonzero(affected & ~is_own & kind) for kind in (~is_role, is_role))
    shares[own] = np.minimum(shares[own] * multipliers, 1)
    shares[own] *= np.minimum(1, limit / np.maximum(summed(own), TINY))[block.group[own]]
    room = limit - summed(own)
    shares[stated] *= np.minimum(1, room / np.maximum(summed(stated), TINY))[block.group[stated]]
    taken = summed(stated) + summed(np.flatnonzero(is_own & ~is_role))
    shares[weighed] = (roles[:, None] * np.maximum(1 - taken, 0)[block.group])[weighed]
    room -= summed(stated)
    shares[weighed] *= np.minimum(1, room / np.maximum(summed(weighed), TINY))[block.group[weighed]]
    return shares
