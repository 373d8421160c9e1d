"""Split a change exactly over what changed: the Shapley value of inputs. Knows no file, no table and no company.

The worth of a set of inputs is what comes out with those inputs taken from the second world and the others left as they
are in the first. An input's part is what it adds, averaged over all orders in which the inputs can be exchanged. So the
parts sum to the change, an input that never matters has no part, and the way back is the negative of the way there.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import combinations
from math import factorial, fsum
from typing import TypeVar

Input = TypeVar("Input", bound=Hashable)


def subsets(inputs: Sequence[Input]) -> Iterator[frozenset[Input]]:
    """Give every set of the inputs, from none of them to all of them."""
    for size in range(len(inputs) + 1):
        for chosen in combinations(inputs, size):
            yield frozenset(chosen)


def parts(inputs: Sequence[Input], worth: Callable[[frozenset[Input]], float]) -> dict[Input, float]:
    """Split `worth(all inputs) - worth(none)` over the inputs, by asking for the worth of every set."""
    known = {chosen: worth(chosen) for chosen in subsets(inputs)}
    return {one: _part(one, inputs, known) for one in inputs}


def _part(one: Input, inputs: Sequence[Input], worth: dict[frozenset[Input], float]) -> float:
    count = len(inputs)
    return fsum(
        factorial(len(others)) * factorial(count - len(others) - 1) / factorial(count)
        * (worth[others | {one}] - worth[others])
        for others in worth
        if one not in others
    )  # fmt: skip
