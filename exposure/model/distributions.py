"""Two-piece lognormal distributions of uncertain quantities, and the dependence between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from exposure.errors import ExposureError

Floats = npt.NDArray[np.floating[Any]]
Index = npt.NDArray[np.intp]

#: standard normal quantile of the ends of a range: low and high are the 5th and the 95th percentile
Z_END = 1.6448536269514722
#: widest logarithm, a factor of a hundred million: a wider one leaves single precision in the tails
_WIDEST = 11.0


@dataclass(frozen=True)
class Ranges:
    """Ranges of quantities, one entry each: 0 <= low <= base <= high."""

    low: Floats
    base: Floats
    high: Floats

    @classmethod
    def of(
        cls, low: Sequence[float] | Floats, base: Sequence[float] | Floats, high: Sequence[float] | Floats
    ) -> Ranges:
        """Return checked ranges; raise ExposureError on one that is out of order."""
        low, base, high = (np.asarray(side, np.float64) for side in (low, base, high))
        if not (np.isfinite(low) & np.isfinite(base) & np.isfinite(high)).all():
            raise ExposureError("A range needs a finite low, base and high.")
        if not ((low >= 0) & (low <= base) & (base <= high)).all():
            raise ExposureError("A range is 0 <= low <= base <= high.")
        return cls(low, base, high)

    def __len__(self) -> int:
        return len(self.base)

    def select(self, rows: Index) -> Ranges:
        """Return the ranges of some rows."""
        return Ranges(self.low[rows], self.base[rows], self.high[rows])


class TwoPieceLognormal:
    """Quantities base x exp(width x z), with a width for each side of the median.

    A range that reaches down to zero has no logarithm: it is drawn on the straight scale and cut at zero.
    A base of zero is zero in every draw.
    """

    def __init__(self, ranges: Ranges, dtype: npt.DTypeLike = np.float32) -> None:
        positive = (ranges.base > 0) & (ranges.low > 0)
        base = np.where(ranges.base > 0, ranges.base, 1.0)
        low = np.where(positive, ranges.low, base)
        down = np.minimum((np.log(base) - np.log(low)) / Z_END, _WIDEST)
        up = np.minimum((np.log(np.maximum(ranges.high, base)) - np.log(base)) / Z_END, _WIDEST)
        up = np.where(positive, up, 0.0)
        self.base = ranges.base.astype(dtype)[:, None]
        self._middle = ((up + down) / 2).astype(dtype)[:, None]
        self._skew = ((up - down) / 2).astype(dtype)[:, None]
        self._straight: Index = np.flatnonzero(~positive & (ranges.base > 0))
        straight = ranges.select(self._straight)
        self._fall = ((straight.base - straight.low) / Z_END).astype(dtype)[:, None]
        self._rise = ((straight.high - straight.base) / Z_END).astype(dtype)[:, None]

    def transform(self, normals: Floats, buffer: Floats | None = None) -> Floats:
        """Turn standard normals, (quantities, draws), into values in place; `buffer` has the same shape."""
        buffer = np.empty_like(normals) if buffer is None else buffer
        straight = self._straight_values(normals) if len(self._straight) else None
        np.abs(normals, out=buffer)
        np.multiply(buffer, self._skew, out=buffer)
        np.multiply(normals, self._middle, out=normals)
        np.add(normals, buffer, out=normals)
        np.exp(normals, out=normals)
        np.multiply(normals, self.base, out=normals)
        if straight is not None:
            normals[self._straight] = straight
        return normals

    def _straight_values(self, normals: Floats) -> Floats:
        z = normals[self._straight]
        change = np.where(z > 0, self._rise, self._fall) * z
        return np.maximum(self.base[self._straight] + change, 0)


def correlation_root(correlation: Floats) -> Floats:
    """Return the symmetric root of a correlation matrix; raise ExposureError on an impossible correlation.

    The root turns independent normals into correlated ones. Unlike eigenvectors, whose signs and order among equal
    eigenvalues differ between processors, it is unique.
    """
    values, vectors = np.linalg.eigh(np.asarray(correlation, np.float64))
    if len(values) and values[0] < -1e-9:
        raise ExposureError("These correlations contradict each other: no quantities can move together like that.")
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    return np.asarray(np.round(root, 12))  # what is left of zeros is rounding
