"""Trees as text: one node a line, a repeated part once."""

from __future__ import annotations

from typing import Any

from exposure.lineage.tree import Node, add, write_lines

LEAF = Node("leaf", "given", 2.0, "USD")


def lines(*trees: Node) -> list[str]:
    written: set[Node] = set()
    return [line for tree in trees for line in write_lines(tree, {}, written)]


def test_a_repeated_part_is_written_once() -> None:
    part = add("part", [LEAF, LEAF], "USD")
    assert lines(add("all", [part, part.but(weight=0.5, basis="carried")], "USD")) == [
        "all  USD 8  = sum of",
        "├─ part  USD 4  = sum of",
        "│  ├─ leaf  USD 2",
        "│  └─ leaf  USD 2",
        "└─ part  USD 4  weight 0.5  carried  as above",
    ]


def test_parts_of_one_name_and_different_children_are_both_written() -> None:
    parts = add("part", [LEAF, LEAF], "USD"), add("part", [LEAF.but(value=4.0)], "USD")
    assert [line for line in lines(add("all", parts, "USD")) if "as above" in line] == []


def test_a_part_of_an_earlier_tree_is_not_repeated() -> None:
    part = add("part", [LEAF, LEAF], "USD")
    assert lines(part, add("all", [part], "USD"))[-1] == "└─ part  USD 4  as above"


def test_a_document_without_a_date_is_known_since_it_was_read() -> None:
    fact: dict[str, Any] = {
        "fact_id": "X1", "tier": "rumour", "origin_id": "press", "known_on": "2026-01-31", "rests_on": [],
        "source_title": "A page", "publisher": "Web",
    }  # fmt: skip
    leaf = Node("leaf", "fact", 1.0, fact_ids=("X1",))
    dated, undated = (
        [*write_lines(leaf, {"X1": fact | {"is_undated": is_undated}}, set())] for is_undated in (False, True)
    )
    assert dated[1].strip() == "X1 rumour, press, known 2026-01-31: A page (Web)"
    assert undated[1].strip() == "X1 rumour, press, date unknown, read 2026-01-31: A page (Web)"
