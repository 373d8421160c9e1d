"""Evaluate explained trees without the engine: from the nested JSON, and from the rows of the CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

from exposure.formats.csv import encode_csv
from exposure.formats.json import encode_document
from exposure.lineage.explanation import Explanation

Tree = dict[str, Any]

TOLERANCE = 1e-9


def from_json(explanation: Explanation) -> tuple[Tree, Tree]:
    """Return the trees of score and exposure as another program reads them; a bounded company has the last alone."""
    roots = json.loads(encode_document(explanation.nested()))["trees"]
    return roots[0], roots[-1]


def from_csv(explanation: Explanation) -> tuple[Tree, Tree]:
    """Return the trees of score and exposure, rebuilt from the depths of the rows."""
    frame = explanation.frame()
    text = encode_csv(frame.columns, frame.rows()).decode()
    roots: list[Tree] = []
    path: list[Tree] = []
    for row in csv.DictReader(io.StringIO(text)):
        if row["op"] == "unknown":
            assert (row["depth"], row["value"]) == ("0", "")
            continue
        node: Tree = {"op": row["op"], "label": row["label"], "value": float(row["value"]), "children": []}
        node["weight"] = float(row["weight"]) if row["weight"] else None
        del path[int(row["depth"]) :]
        (path[-1]["children"] if path else roots).append(node)
        path.append(node)
    return roots[0], roots[-1]


def evaluate(tree: Tree) -> float:
    """Return the value of a tree by its leaves, whatever its inner nodes print."""
    values = [evaluate(child) for child in tree.get("children") or ()]
    match tree["op"]:
        case "sum":
            return sum(values)
        case "product":
            return math.prod(values)
        case "quotient":
            first, second = values
            return first / second
        case "weighted_mean":
            weights = [child["weight"] for child in tree["children"]]
            return float(sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights))
        case "fact" | "given":
            assert not values
            return float(tree["value"])
    raise ValueError(tree["op"])


def nodes(tree: Tree) -> Iterator[Tree]:
    """Yield a node and all below it."""
    yield tree
    for child in tree.get("children") or ():
        yield from nodes(child)


def leaves(tree: Tree) -> Iterator[Tree]:
    """Yield the nodes without children."""
    return (node for node in nodes(tree) if not node.get("children"))


def facts(tree: Tree) -> set[str]:
    """Return the ids of the facts that a tree names."""
    return {fact["fact_id"] for leaf in leaves(tree) for fact in leaf.get("facts", ())}


def misprints(tree: Tree) -> list[str]:
    """Return the labels of nodes whose printed value does not follow from the nodes below them."""
    return [node["label"] for node in nodes(tree) if not math.isclose(node["value"], evaluate(node), rel_tol=TOLERANCE)]


def breaches(explanation: Explanation) -> Sequence[str]:
    """Return where an explanation does not give its numbers back, or names no evidence."""
    messages = []
    for kind, (score, exposure) in (("json", from_json(explanation)), ("csv", from_csv(explanation))):
        weight = explanation.heading["exposure_weight"]
        printed = explanation.heading["score"] if explanation.heading["rank"] else weight, weight
        for tree, value in zip((score, exposure), printed, strict=True):
            if not math.isclose(evaluate(tree), value, rel_tol=TOLERANCE):
                messages.append(f"{kind}: {tree['label']} is {evaluate(tree)} and printed as {value}")
            messages += [f"{kind}: {label} is misprinted" for label in misprints(tree)]
    for leaf in leaves(from_json(explanation)[1]):
        named = leaf.get("facts", [])
        if leaf["op"] == "fact" and len(named) != 1:
            messages.append(f"{leaf['label']} is a fact without its evidence")
        messages += [f"{fact['fact_id']} has no source" for fact in named if not (fact["source_id"] and fact["title"])]
    return messages
