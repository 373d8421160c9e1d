"""Numbers and how they come about: nodes of sums, products, quotients and weighted means, down to facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum, prod
from typing import Any, Literal

from exposure.formats.numbers import human

Op = Literal["sum", "product", "quotient", "weighted_mean", "fact", "given"]
Row = Mapping[str, Any]

_SAID = {"sum": "sum of", "product": "product of", "quotient": "first over second", "weighted_mean": "weighted mean of"}


@dataclass(frozen=True)
class Node:
    """A number and how it comes about. A node with children is their sum, product, quotient or weighted mean."""

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
        """Give the same node with some fields changed."""
        return replace(self, **fields)


def total(label: str, parts: Sequence[Node], unit: str, basis: str | None = None) -> Node:
    """Add nodes up."""
    return Node(label, "sum", fsum(part.value for part in parts), unit, tuple(parts), basis=basis)


def product(label: str, parts: Sequence[Node], unit: str, basis: str | None = None) -> Node:
    """Multiply nodes."""
    return Node(label, "product", prod(part.value for part in parts), unit, tuple(parts), basis=basis)


def quotient(label: str, first: Node, second: Node, unit: str, basis: str | None = None) -> Node:
    """Divide one node by another."""
    return Node(label, "quotient", first.value / second.value, unit, (first, second), basis=basis)


def mean(label: str, parts: Sequence[Node], unit: str) -> Node:
    """Weigh nodes by their weights."""
    weights = [part.weight or 0 for part in parts]
    value = fsum(weight * part.value for weight, part in zip(weights, parts, strict=True)) / fsum(weights)
    return Node(label, "weighted_mean", value, unit, tuple(parts))


def less(part: Node) -> Node:
    """Take a node away in a sum."""
    return product(f"less {part.label}", (Node("less", "given", -1.0), part), part.unit)


def walk(node: Node, depth: int = 0) -> Iterator[tuple[int, Node]]:
    """Give a node and all below it, depth first, each with its depth."""
    yield depth, node
    for child in node.children:
        yield from walk(child, depth + 1)


def lines(node: Node, facts: Mapping[str, Row], told: set[Node], lead: str = "", follow: str = "") -> Iterator[str]:
    """Write a tree, one node a line and below a leaf its facts. A part that was told before is not told again."""
    bare = node.but(weight=None, basis=None, tier=None)
    words = [node.label, human(node.value, node.unit)]
    if node.weight is not None:
        words.append(f"weight {human(node.weight, '')}")
    if node.basis:
        words.append(node.basis)
    if bare in told:
        yield lead + "  ".join([*words, "as above"])
        return
    if node.children:
        told.add(bare)
        words.append(f"= {_SAID[node.op]}")
    yield lead + "  ".join(words)
    for fact_id in () if node.children else node.fact_ids:
        yield f"{follow}    {_document(facts[fact_id])}"
    for position, child in enumerate(node.children, 1):
        last = position == len(node.children)
        yield from lines(child, facts, told, follow + ("└─ " if last else "├─ "), follow + ("   " if last else "│  "))


def _document(fact: Row) -> str:
    grounds = f", rests on {', '.join(fact['rests_on'])}" if fact["rests_on"] else ""
    since = f"date unknown, read {fact['known_on']}" if fact["is_undated"] else f"known {fact['known_on']}"
    said = f"{fact['fact_id']} {fact['tier']}, {fact['origin_id']}, {since}"
    return f"{said}: {fact['source_title']} ({fact['publisher']}){grounds}"
