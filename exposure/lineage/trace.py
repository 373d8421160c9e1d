"""The tree of a number of the graph, as a reader wants it: without what changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from exposure.lineage.tree import Node, add, average, divide, multiply, negate
from exposure.model.evaluate import evaluate_centre
from exposure.model.graph import OPS, Graph, read_graph

if TYPE_CHECKING:
    from exposure.db.session import Reader

_WORDS = 'select node_id, label, unit, basis, tier from "core.node"'
#: unit of a factor that fits a part into a whole or to the units, and mostly is 1
_FIT = "fit"
#: relative difference beyond rounding: of what a node's parts give and what it is, where an end cuts it
_CUT = 1e-9


class Trace:
    """The graph of a question with the words of its nodes."""

    def __init__(self, reader: Reader) -> None:
        self._graph: Graph = read_graph(reader)
        self._values = evaluate_centre(self._graph).tolist()
        rows = reader.rows(_WORDS)
        self._words: dict[str, tuple[str, str, str | None, str | None]] = {node: words for node, *words in rows}  # type: ignore[misc]
        self._facts: dict[int, tuple[str, ...]] = {}

    def explain(self, node_id: str, labels: Mapping[str, str]) -> Node:
        """Return the tree of a node; `labels` replace those of some nodes."""
        return self._tree(self._graph.number[node_id], labels)

    def _tree(self, node: int, labels: Mapping[str, str]) -> Node:
        graph, value = self._graph, self._values[node]
        label, unit, basis, tier = self._words[graph.ids[node]]
        label, unit = labels.get(graph.ids[node], label), "ratio" if unit == _FIT else unit or ""
        children, coefficients = self._parts(node)
        op = OPS[graph.op[node]]
        if not children:
            named = graph.fact_ids[node]
            kind = "fact" if op == "fact" else "given"
            return Node(label, kind, value, unit, basis=basis, tier=tier, fact_ids=named)  # type: ignore[arg-type]
        if op in ("product", "max") and len(children) == 1:
            only = self._tree(children[0], labels)
            if abs(only.value - value) > _CUT * abs(value):
                return Node(label, "given", value, unit, basis=basis, tier=tier, fact_ids=self._facts_of_cut(node))
            return only.but(label=label, unit=unit, basis=basis or only.basis, tier=tier or only.tier)
        parts = [self._tree(child, labels) for child in children]
        match op:
            case "product":
                tree = multiply(label, parts, unit)
            case "quotient":
                tree = self._quotient(label, parts, unit)
            case "mean":
                weighed = [part.but(weight=weight) for part, weight in zip(parts, coefficients, strict=True)]
                tree = average(label, weighed, unit)
            case _:
                tree = self._sum(node, label, parts, coefficients, unit)
        if abs(tree.value - value) > _CUT * abs(value):
            return Node(label, "given", value, unit, basis=basis, tier=tier, fact_ids=self._facts_of_cut(node))
        return tree.but(basis=basis, tier=tier)

    def _parts(self, node: int) -> tuple[list[int], list[float]]:
        """Return the children that matter, with their coefficients: no factor that fits already, one of a maximum."""
        graph, edges = self._graph, slice(self._graph.starts[node], self._graph.starts[node + 1])
        children, coefficients = graph.child[edges].tolist(), graph.coefficient[edges].tolist()
        op = OPS[graph.op[node]]
        if op == "max":
            children = [max(children, key=lambda child: self._values[child])] if children else []
        elif op == "product":
            unfit = [c for c in children if self._words[graph.ids[c]][1] != _FIT or abs(self._values[c] - 1) > _CUT]
            children = unfit or children[:1]
        return children, coefficients[: len(children)]

    @staticmethod
    def _quotient(label: str, parts: Sequence[Node], unit: str) -> Node:
        first, second = parts
        if first.label == second.label:  # two claims of one origin
            first, second = first.but(label="part"), second.but(label="whole")
        return divide(label, first, second, unit) if second.value else Node(label, "given", 0.0, unit)

    def _sum(self, node: int, label: str, parts: Sequence[Node], coefficients: Sequence[float], unit: str) -> Node:
        terms: list[Node] = []
        constant = self._graph.constant[node]
        is_plain = constant != constant and all(coefficient == 1 for coefficient in coefficients)
        if constant == constant:  # not NaN
            terms.append(Node("all of it" if unit == "fraction" else "one", "given", constant, unit))
        for part, coefficient in sorted(zip(parts, coefficients, strict=True), key=lambda pair: -abs(pair[0].value)):
            if part.op == "given" and not part.value and not part.fact_ids:
                continue  # a sum of nothing
            if is_plain and part.op == "sum":
                terms += part.children  # the parts of the parts are parts
            elif coefficient == -1 and part.op == "sum":
                terms += map(negate, part.children)
            elif coefficient == 1:
                terms.append(part)
            elif coefficient == -1:
                terms.append(negate(part))
            else:
                taken = Node("part taken where nothing is stated", "given", abs(coefficient), "fraction")
                scaled = multiply(part.label, (taken, part), part.unit, basis="unknown: between nothing and this")
                terms.append(scaled if coefficient > 0 else negate(scaled))
        return add(label, sorted(terms, key=lambda term: -abs(term.value)) if is_plain else terms, unit)

    def _facts_of_cut(self, node: int) -> tuple[str, ...]:
        """Return the facts behind a node that is cut at one of its ends, or is over nothing.

        A part that is no more than the whole rests on the part; a sum that is at least something rests on nothing.
        """
        graph = self._graph
        if OPS[graph.op[node]] == "sum" and self._values[node] > 0:
            return ()
        first = graph.child[graph.starts[node]]
        waiting = [int(first) if OPS[graph.op[node]] == "quotient" else node]
        seen = set(waiting)
        while waiting:
            last = waiting.pop()
            fresh = set(graph.child[graph.starts[last] : graph.starts[last + 1]].tolist()) - seen
            seen |= fresh
            waiting += fresh
        return tuple(sorted({fact for each in seen for fact in graph.fact_ids[each]}))


def label_terms(company_terms: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the labels of the terms that a company has through others."""
    return {
        term["node_id"]: f"{term['product_id'] or 'sales'} on {term['programme_id']} through {term['via_company_id']}"
        for term in company_terms
        if term["via_company_id"]
    }
