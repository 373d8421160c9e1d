"""A directed acyclic graph of numbers: facts and inputs, and what is computed from them.

An op turns the children x with their coefficients c into a node: a sum is constant + sum(c x), a mean is
sum(c x) / sum(c), a product the product of x, a quotient the first x over the second and 0 over nothing, a max the
greatest x. No node is below its floor or above its ceiling.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from exposure.model.distributions import Floats, Index

if TYPE_CHECKING:
    from exposure.db.session import Reader

#: what a node is computed by; facts and inputs are what they are
OPS = ("fact", "input", "sum", "mean", "product", "quotient", "max")
#: nodes and edges, numbered in the order of their ids
_NODES = """
select node_id, op, constant, floor, ceiling, value, low, high, variate,
    array_to_string(fact_ids, ' ') as fact_ids
from "core.node" order by node_id
"""
_EDGES = """
with numbered as (select node_id, row_number() over (order by node_id) - 1 as number from "core.node")
select n.number as node, c.number as child, e.coefficient
from "core.edge" as e
inner join numbered as n on n.node_id = e.node_id
inner join numbered as c on c.node_id = e.child_id
order by n.number, e.position
"""


@dataclass(frozen=True)
class Graph:
    """Nodes by number, and edges in the order of node and position; NaN where a node has no such number."""

    ids: list[str]
    #: number of the op in `OPS`
    op: Index
    value: Floats
    low: Floats
    high: Floats
    constant: Floats
    floor: Floats
    ceiling: Floats
    variate: list[str | None]
    #: the facts that a node is itself
    fact_ids: list[tuple[str, ...]]
    #: edge -> node, child and coefficient
    node: Index
    child: Index
    coefficient: Floats

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def number(self) -> dict[str, int]:
        """Return the number of each id."""
        return {name: number for number, name in enumerate(self.ids)}

    def numbers(self, ids: Iterable[str]) -> Index:
        """Return the numbers of some ids, -1 for one that is no node."""
        return np.array([self.number.get(name, -1) for name in ids], np.intp)

    @cached_property
    def starts(self) -> Index:
        """Return the first edge of each node, and the number of edges."""
        return np.concatenate([[0], np.cumsum(np.bincount(self.node, minlength=len(self)))]).astype(np.intp)

    @cached_property
    def level(self) -> Index:
        """Return each node's longest way down to a leaf; raise ValueError on a cycle."""
        level = np.zeros(len(self), np.intp)
        for _ in range(len(self) + 1):
            higher = level.copy()
            np.maximum.at(higher, self.node, level[self.child] + 1)
            if (higher == level).all():
                return level
            level = higher
        raise ValueError("The graph has a cycle.")

    def above(self, nodes: Index) -> Any:
        """Return a mask of the nodes that depend on any of these, with these."""
        return self._reached(nodes, self.child, self.node)

    def below(self, nodes: Index) -> Any:
        """Return a mask of the nodes that these are computed from, with these."""
        return self._reached(nodes, self.node, self.child)

    def _reached(self, nodes: Index, source: Index, target: Index) -> Any:
        mask = np.zeros(len(self), bool)
        mask[nodes] = True
        count = -1
        while count != (count := int(mask.sum())):
            mask[target[mask[source]]] = True
        return mask


def read_graph(reader: Reader) -> Graph:
    """Return the graph at the reader's date, horizon and choice of programmes."""
    reader.compute("core.node", "core.edge")
    nodes, edges = reader.columns(_NODES), reader.columns(_EDGES)
    code = {op: number for number, op in enumerate(OPS)}
    numbers = {name: _floats(nodes[name]) for name in ("value", "low", "high", "constant", "floor", "ceiling")}
    return Graph(
        ids=list(nodes["node_id"]),
        op=np.array([code[op] for op in nodes["op"]], np.intp),
        variate=_texts(nodes["variate"]),
        fact_ids=[tuple(ids.split()) if ids else () for ids in _texts(nodes["fact_ids"])],
        node=np.asarray(edges["node"], np.intp),
        child=np.asarray(edges["child"], np.intp),
        coefficient=_floats(edges["coefficient"]),
        **numbers,
    )


def _floats(column: Any) -> Floats:
    return np.asarray(np.ma.filled(np.ma.asarray(column).astype(float), np.nan))


def _texts(column: Any) -> list[str | None]:
    masked = np.ma.getmaskarray(column).tolist()
    return [None if absent else text for text, absent in zip(np.ma.getdata(column).tolist(), masked, strict=True)]
