"""Turn standard normals into uncertain quantities: two-piece lognormals that know their low, base and high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from exposure.errors import ExposureError

Floats = npt.NDArray[np.floating[Any]]
Index = npt.NDArray[np.intp]

#: standard normal quantile of the ends of a range: low and high are read as the 5th and the 95th percentile
Z_END = 1.6448536269514722
#: a wider logarithm would leave single precision in the tails; it stands for a factor of a hundred million
_WIDEST = 11.0


@dataclass(frozen=True)
class Ranges:
    """What is known of quantities, one entry each: low <= base <= high, none negative, none above its ceiling."""

    low: Floats
    base: Floats
    high: Floats
    ceiling: Floats

    @classmethod
    def of(
        cls,
        low: Sequence[float] | Floats,
        base: Sequence[float] | Floats,
        high: Sequence[float] | Floats,
        ceiling: Sequence[float] | Floats | None = None,
    ) -> Ranges:
        """Take ranges in; refuse those that are out of order, negative or no numbers."""
        low, base, high = (np.asarray(side, np.float64) for side in (low, base, high))
        top = np.full(base.shape, np.inf) if ceiling is None else np.asarray(ceiling, np.float64)
        if not (np.isfinite(low) & np.isfinite(base) & np.isfinite(high)).all():
            raise ExposureError("A range needs a finite low, base and high.")
        if not ((low >= 0) & (low <= base) & (base <= high) & (base <= top)).all():
            raise ExposureError("A range is 0 <= low <= base <= high, and its base within its ceiling.")
        return cls(low, base, high, top)

    def __len__(self) -> int:
        return len(self.base)

    def only(self, rows: Index) -> Ranges:
        """Give some of the ranges."""
        return Ranges(self.low[rows], self.base[rows], self.high[rows], self.ceiling[rows])

    def scaled(self, factor: Floats) -> Ranges:
        """Give the ranges with centre and ends multiplied, up to their ceilings."""
        low, base, high = (np.minimum(side * factor, self.ceiling) for side in (self.low, self.base, self.high))
        return Ranges(low, base, high, self.ceiling)


class Shapes:
    """Ranges made ready for drawing many times: value = base x exp(width x z), with a width for each side.

    A range that reaches down to zero has no logarithm: it is drawn on the straight scale and cut at zero.
    What is said to be zero is zero in every draw.
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
        self._capped = np.isfinite(ranges.ceiling).any()
        self._ceiling = ranges.ceiling.astype(dtype)[:, None]
        self._straight: Index = np.flatnonzero(~positive & (ranges.base > 0))
        some = self._straight
        self._fall = ((ranges.base - ranges.low)[some] / Z_END).astype(dtype)[:, None]
        self._rise = ((ranges.high - ranges.base)[some] / Z_END).astype(dtype)[:, None]
        self.uncertain = (ranges.low < ranges.high) & (ranges.base > 0)

    def __len__(self) -> int:
        return len(self.base)

    def values(self, normals: Floats, spare: Floats | None = None) -> Floats:
        """Turn normals into values in place: (quantities, draws); `spare` is room of the same shape."""
        spare = np.empty_like(normals) if spare is None else spare
        straight = self._straight_values(normals) if len(self._straight) else None
        np.abs(normals, out=spare)
        np.multiply(spare, self._skew, out=spare)
        np.multiply(normals, self._middle, out=normals)
        np.add(normals, spare, out=normals)
        np.exp(normals, out=normals)
        np.multiply(normals, self.base, out=normals)
        if straight is not None:
            normals[self._straight] = straight
        if self._capped:
            np.minimum(normals, self._ceiling, out=normals)
        return normals

    def _straight_values(self, normals: Floats) -> Floats:
        z = normals[self._straight]
        moved = np.where(z > 0, self._rise, self._fall) * z
        return np.maximum(self.base[self._straight] + moved, 0)


def dependence(correlation: Floats) -> Floats:
    """Give the matrix that turns independent normals into normals of this correlation; refuse an impossible one.

    It is the symmetric root of the correlation, of which there is one: eigenvectors themselves come out with other
    signs, and turned among equal eigenvalues, on another processor.
    """
    values, vectors = np.linalg.eigh(np.asarray(correlation, np.float64))
    if len(values) and values[0] < -1e-9:
        raise ExposureError("These correlations contradict each other: no quantities can move together like that.")
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    return np.asarray(np.round(root, 12))  # what is left of zeros is rounding
