"""Sparse sums of terms into accounts, in memory that is used again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from exposure.model.distributions import Floats, Index

#: fewest terms that are worth a sparse product of their own
_BATCH = 1 << 13


def incidence_matrix(rows: Index, columns: Index, weights: Floats, shape: tuple[int, int]) -> Any:
    """Return the matrix that adds weighted entries into rows."""
    return csr_array((np.asarray(weights, np.float64), (rows, columns)), shape=shape)


def sum_matrix(rows: Index, height: int) -> Any:
    """Return the matrix that adds entries into rows: entry i goes to row `rows[i]`."""
    return incidence_matrix(rows, np.arange(len(rows)), np.ones(len(rows)), (height, len(rows))).astype(np.float32)


class BufferPool:
    """Numbered arrays that are used again for every block, since fresh memory is slow; one pool for each thread.

    Callers fill 0 with normals, 1 with repeated normals, 5 with values, and 7 and 6 with the same of the common inputs;
    2 to 4 are used inside blocks, 8 holds terms.
    """

    def __init__(self) -> None:
        self._arrays: dict[tuple[int, Any], Floats] = {}

    def array(self, number: int, shape: tuple[int, int], dtype: Any) -> Floats:
        """Return an array of a shape, with whatever was left in it."""
        size, key = shape[0] * shape[1], (number, np.dtype(dtype))
        if key not in self._arrays or len(self._arrays[key]) < size:
            self._arrays[key] = np.empty(size, dtype)
        return self._arrays[key][:size].reshape(shape)

    def take(self, number: int, source: Floats, rows: Index) -> Floats:
        """Return rows of an array, copied into a buffer."""
        buffer = self.array(number, (len(rows), source.shape[1]), source.dtype)
        return np.take(source, rows, axis=0, out=buffer, mode="clip")


@dataclass(frozen=True)
class Incidence:
    """Which terms of a source are added to which accounts, and with what weight."""

    terms: int
    term: Index
    account: Index
    weight: Floats


class Accounts:
    """Accounts of sources of terms, one source after another.

    A sparse product makes a new array of all accounts, which for the terms of one source would take longer than adding
    them up. So sources share a product, about four times as many terms as accounts.
    """

    def __init__(self, sources: Sequence[Incidence], height: int) -> None:
        batch = np.cumsum([source.terms for source in sources]) // max(4 * height, _BATCH)
        self._batches = [
            [source for source, of in zip(sources, batch, strict=True) if of == number] for number in np.unique(batch)
        ]
        self._matrices = [_account_matrix(members, height) for members in self._batches]

    def total(self, fill: Callable[[int, Floats], None], draws: int, dtype: Any, pool: BufferPool) -> Floats:
        """Return the accounts, (accounts, draws); `fill` writes the terms of a source into an array."""
        number, totals = 0, []
        for sources, matrices in zip(self._batches, self._matrices, strict=True):
            matrix, end = matrices[np.dtype(dtype)], 0
            terms = pool.array(8, (matrix.shape[1], draws), dtype)
            for source in sources:
                start, end = end, end + source.terms
                fill(number, terms[start:end])
                number += 1
            totals.append(np.asarray(matrix @ terms))
        for more in totals[1:]:
            totals[0] += more
        return totals[0]


def _account_matrix(sources: Sequence[Incidence], height: int) -> dict[Any, Any]:
    """Return the matrix from terms to accounts in single and in double precision."""
    starts = np.cumsum([0, *(source.terms for source in sources)])
    rows = np.concatenate([source.account for source in sources])
    columns = np.concatenate([source.term + start for source, start in zip(sources, starts[:-1], strict=True)])
    weights = np.concatenate([source.weight for source in sources])
    matrix = incidence_matrix(rows, columns, weights, (height, int(starts[-1])))
    return {np.dtype(kind): matrix.astype(kind) for kind in (np.float32, np.float64)}
