"""Trees of numbers: sums, products, quotients and weighted means, down to facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum, prod
from typing import Any, Literal

from exposure.formats.numbers import format_quantity

Op = Literal["sum", "product", "quotient", "weighted_mean", "fact", "given"]
Row = Mapping[str, Any]

_OP_WORDS = {
    "sum": "sum of", "product": "product of", "quotient": "first over second", "weighted_mean": "weighted mean of",
}  # fmt: skip


@dataclass(frozen=True)
class Node:
    """A number. With children it is their sum, product, quotient or weighted mean."""

    label: str
    op: Op
    value: float
    unit: str = ""
    children: tuple[Node, ...] = ()
    weight: float | None = None
    basis: str | None = None
    tier: str | None = None
    fact_ids: tuple[str, ...] = ()

    def but(self, **fields: Any) -> Node:
        """Return the node with some fields changed."""
        return replace(self, **fields)


def add(label: str, parts: Sequence[Node], unit: str, basis: str | None = None) -> Node:
    """Return the sum of nodes."""
    return Node(label, "sum", fsum(part.value for part in parts), unit, tuple(parts), basis=basis)


def multiply(label: str, parts: Sequence[Node], unit: str, basis: str | None = None) -> Node:
    """Return the product of nodes."""
    return Node(label, "product", prod(part.value for part in parts), unit, tuple(parts), basis=basis)


def divide(label: str, first: Node, second: Node, unit: str, basis: str | None = None) -> Node:
    """Return the quotient of two nodes."""
    return Node(label, "quotient", first.value / second.value, unit, (first, second), basis=basis)


def average(label: str, parts: Sequence[Node], unit: str) -> Node:
    """Return the mean of nodes by their weights."""
    weights = [part.weight or 0 for part in parts]
    value = fsum(weight * part.value for weight, part in zip(weights, parts, strict=True)) / fsum(weights)
    return Node(label, "weighted_mean", value, unit, tuple(parts))


def negate(part: Node) -> Node:
    """Return the node as one that a sum subtracts."""
    return multiply(f"less {part.label}", (Node("less", "given", -1.0), part), part.unit)


def walk(node: Node, depth: int = 0) -> Iterator[tuple[int, Node]]:
    """Yield a node and all below it, depth first, each with its depth."""
    yield depth, node
    for child in node.children:
        yield from walk(child, depth + 1)


def write_lines(
    node: Node, facts: Mapping[str, Row], written: set[Node], lead: str = "", follow: str = ""
) -> Iterator[str]:
    """Yield a tree as text, one node a line and below a leaf its facts.

    A part that is among those `written` is not repeated; new parts are added to them.
    """
    bare = node.but(weight=None, basis=None, tier=None)
    words = [node.label, format_quantity(node.value, node.unit)]
    if node.weight is not None:
        words.append(f"weight {format_quantity(node.weight, '')}")
    if node.basis:
        words.append(node.basis)
    if bare in written:
        yield lead + "  ".join([*words, "as above"])
        return
    if node.children:
        written.add(bare)
        words.append(f"= {_OP_WORDS[node.op]}")
    yield lead + "  ".join(words)
    for fact_id in () if node.children else node.fact_ids:
        yield f"{follow}    {_document(facts[fact_id])}"
    for position, child in enumerate(node.children, 1):
        ends = ("└─ ", "   ") if position == len(node.children) else ("├─ ", "│  ")
        yield from write_lines(child, facts, written, *(follow + end for end in ends))


def _document(fact: Row) -> str:
    grounds = f", rests on {', '.join(fact['rests_on'])}" if fact["rests_on"] else ""
    since = f"date unknown, read {fact['known_on']}" if fact["is_undated"] else f"known {fact['known_on']}"
    claim = f"{fact['fact_id']} {fact['tier']}, {fact['origin_id']}, {since}"
    return f"{claim}: {fact['source_title']} ({fact['publisher']}){grounds}"
