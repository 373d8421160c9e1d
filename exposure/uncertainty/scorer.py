"""Scores and ranks of many draws at once: the normalisation of `scoring` in arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from exposure.model.distributions import Floats, Index

Ranks = npt.NDArray[np.signedinteger[Any]]

#: a deviation below this is none
_NOTHING = 1e-30
#: elements that are compared at a time; their arrays stay in the cache
_COMPARED = 1 << 20
#: fitted so that 50 + 50 tanh(odd polynomial of z) is the normal CDF in percent, the highest power first
_TANH = [np.float32(c) for c in (1.2813354833e-6, -3.448433460e-5, -9.748383908e-5, 3.640511567e-2, 0.7978662497)]
#: most companies that are ranked by comparing each with each; more are sorted
_FEW = 64


@dataclass(frozen=True)
class Scorer:
    """A profile with what is fixed in all draws: it turns the factors of each draw into scores within that draw."""

    weights: Mapping[str, float]
    #: factors that no draw changes: (companies,), NaN where unknown
    fixed: Mapping[str, Floats]
    known: Mapping[str, Any]
    normalisation: str
    neutral: float
    winsor_sd: float
    #: block of each ranked company; a lower number ranks first
    block: Index
    #: rows of factors that are compared with, and rows that are ranked; None: all of them
    field: Index | None = None
    ranked: Index | None = None

    def select_ranked(self, values: Any) -> Any:
        """Return the rows of the ranked companies."""
        return values if self.ranked is None else values[self.ranked]

    def scores(self, factors: Mapping[str, Floats]) -> Floats:
        """Return scores 0 to 100: (companies, draws)."""
        example = self.select_ranked(factors["exposure"])
        total = np.zeros_like(example)
        whole = sum(map(abs, self.weights.values()))
        for factor, weight in self.weights.items():
            part = self._part(factor, weight, factors)
            total += np.asarray(part * (abs(weight) / whole), example.dtype)
        return total if self.weights else np.full_like(example, self.neutral)

    def _part(self, factor: str, weight: float, factors: Mapping[str, Floats]) -> Floats:
        all_values = self.fixed[factor][:, None] if factor in self.fixed else factors[factor]
        values, known = self.select_ranked(all_values), self.select_ranked(self.known[factor])
        every = known.all()
        of_known = values if every else values[known]
        if self.field is None:
            scored = self._normalise(of_known, of_known)
        else:
            scored = self._normalise(of_known, all_values[self.field[self.known[factor][self.field]]])
        if weight < 0:
            scored = 100 - scored
        if every:
            return scored
        part = np.full(values.shape, self.neutral, scored.dtype)
        part[known] = scored
        return part

    def _normalise(self, values: Floats, field: Floats) -> Floats:
        """Return values relative to those of the field, in each draw; both may be the same array."""
        if self.normalisation == "percentile":
            return _percentiles(values, field)
        mean = field.mean(axis=0)
        z = field - mean
        deviation = np.sqrt(np.einsum("ij,ij->j", z, z) / len(field))
        if field is not values:
            z = values - mean
        z *= 1 / np.maximum(deviation, 1e-12 * np.abs(mean) + _NOTHING)
        np.clip(z, -self.winsor_sd, self.winsor_sd, out=z)
        return _quick_normal_cdf(z) if z.dtype == np.float32 else _normal_cdf(z)


def _percentiles(values: Floats, field: Floats) -> Floats:
    """Return the part of the field below each value in percent, ties counted half."""
    if field is values:
        below, above = _rank_columns(-values), _rank_columns(values)
        return 50 * (below - above + len(values)).astype(values.dtype) / len(values)
    counts = np.empty(values.shape, values.dtype)
    rows = max(1, _COMPARED // field.size)
    for start in range(0, len(values), rows):
        some = values[start : start + rows, None]
        counts[start : start + rows] = (field < some).sum(axis=1) + (field <= some).sum(axis=1)
    return 50 * counts / len(field)


# Two normal CDFs remain until one normalisation serves polars and numpy: this one repeats the approximation of
# `scoring.normalise`, so that central values score alike; ten thousand draws need the quick one.
def _normal_cdf(z: Floats) -> Floats:
    """Return 100 times the normal CDF by Abramowitz and Stegun 26.2.17."""
    size = np.abs(z)
    t = 1 / (1 + 0.2316419 * size)
    series = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
    tail = 100 * np.exp(-(size**2) / 2) / np.sqrt(2 * np.pi) * series
    return np.asarray(np.where(z >= 0, 100 - tail, tail), z.dtype)


def _quick_normal_cdf(z: Floats) -> Floats:
    """Return 100 times the normal CDF to 0.0002, in a third of the time: a tanh of a fitted odd polynomial."""
    square = z * z
    inner = square * _TANH[0]
    for coefficient in _TANH[1:-1]:
        inner += coefficient
        inner *= square
    inner += _TANH[-1]
    inner *= z
    np.tanh(inner, out=inner)
    inner *= 50
    inner += 50
    return inner


def rank_scores(scores: Floats, block: Index) -> npt.NDArray[np.int32]:
    """Rank each draw's scores from 1, block after block; equal scores share a rank."""
    rank = np.empty(scores.shape, np.int32)
    before = 0
    for number in np.unique(block):
        rows = np.flatnonzero(block == number)
        rank[rows] = _rank_columns(scores[rows]) + before
        before += len(rows)
    return rank


def _rank_columns(scores: Floats) -> npt.NDArray[np.int32]:
    """Return ranks from 1 down each column, the highest score first, equal ones alike."""
    if len(scores) <= _FEW:
        above = scores[None] > scores[:, None]
        return np.asarray(np.add.reduce(above.view(np.uint8), axis=1, dtype=np.uint8) + 1, np.int32)
    turned = np.ascontiguousarray(-scores.T)
    order = np.argsort(turned, axis=1)
    ordered = np.take_along_axis(turned, order, axis=1)
    place = np.broadcast_to(np.arange(1, len(scores) + 1, dtype=np.int32), order.shape)
    same = ordered[:, 1:] == ordered[:, :-1]
    if same.any():
        place = place.copy()
        place[:, 1:][same] = 0
        place = np.maximum.accumulate(place, axis=1)
    rank = np.empty(order.shape, np.int32)
    np.put_along_axis(rank, order, place, axis=1)
    return rank.T
