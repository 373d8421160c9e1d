"""Nodes and edges state the arithmetic of the views: each node's op over its parts gives the view's own number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from exposure import build
from exposure.db import session
from exposure.db.session import Reader
from exposure.model.evaluate import evaluate_centre
from exposure.model.graph import OPS, Graph, read_graph
from tests.support.random_claims import random_claims
from tests.support.seed_folders import FACTS, owned, world
from tests.support.view_cases import built, crowd

#: what the worlds of the tests are built with
VIEWS = ("core.node", "core.edge", "mart.factors")
DAYS = (date(2025, 9, 1), date(2025, 12, 31), date(2026, 1, 31), date(2026, 6, 30), date(2026, 11, 22))
HORIZONS = (2025, 2026, 2027)
FACTORS = {
    "exposure": "exposure_weight", "growth": "growth", "revision": "revision", "elasticity": "elasticity",
    "expectation_gap": "expectation_gap",
}  # fmt: skip


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    db = tmp_path_factory.mktemp("shipped") / "x.duckdb"
    build(db=db)
    return db


@pytest.fixture(scope="module")
def random_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("random")
    built(crowd(folder / "seeds", [*random_claims()]), folder, *VIEWS)
    return folder / "asked.duckdb"


@contextmanager
def asked(db: Path, as_of: date | None, horizon: int, programmes: list[str] | None = None) -> Iterator[Reader]:
    with session.reading(db, as_of=as_of, horizon=horizon, programmes=programmes) as reader:
        yield reader


def assert_states_the_views(reader: Reader) -> Graph:
    """Check that ids are unique, children exist, and every node is what its op makes of its parts."""
    graph = read_graph(reader)
    assert len(graph.number) == len(graph)
    rows = reader.rows(
        'select n.node_id, p.child_id from "core.node" as n cross join unnest(n.children) as p (child_id) '
        'left join "core.node" as c on c.node_id = p.child_id where c.node_id is null'
    )
    assert rows == []
    computed = evaluate_centre(graph)
    known = np.flatnonzero((graph.op > OPS.index("input")) & ~np.isnan(graph.value))
    off = [
        (graph.ids[node], graph.value[node], computed[node])
        for node in known
        if computed[node] != pytest.approx(graph.value[node], rel=1e-9, abs=1e-11)
    ]
    assert off == []
    # draws put what lies above its range at the end, and cut it off from its parts
    above = [graph.ids[node] for node in np.flatnonzero(graph.value > graph.high)]
    assert [name for name in above if not name.startswith("share_room/")] == []
    return graph


def assert_gives_the_factors(reader: Reader, graph: Graph, prefix: str = "") -> int:
    """Check the factors of every company, and return how many there are."""
    reader.compute("mart.factors")
    computed, count = evaluate_centre(graph), 0
    for row in reader.records('select * from "mart.factors"'):
        for factor, column in FACTORS.items():
            whole = prefix if factor != "expectation_gap" else ""
            node = graph.number.get(f"{whole}{factor}/{row['company_id']}")
            assert (node is None) == (row[column] is None), (factor, row["company_id"])
            if node is not None:
                assert computed[node] == pytest.approx(row[column], abs=1e-10), (factor, row["company_id"])
                count += 1
    return count


@pytest.mark.parametrize(("day", "horizon"), [(None, 2026), (date(2025, 12, 31), 2026), (date(2026, 1, 31), 2027)])
def test_every_node_is_what_its_op_makes_of_its_parts(shipped: Path, day: date | None, horizon: int) -> None:
    with asked(shipped, day, horizon) as reader:
        graph = assert_states_the_views(reader)
        assert assert_gives_the_factors(reader, graph) > 20


@pytest.mark.slow
@pytest.mark.parametrize(("day", "horizon"), [*product(DAYS, HORIZONS)])
def test_that_holds_at_every_date_and_horizon(shipped: Path, day: date, horizon: int) -> None:
    with asked(shipped, day, horizon) as reader:
        assert_gives_the_factors(reader, assert_states_the_views(reader))


@pytest.mark.parametrize("horizon", HORIZONS)
def test_every_node_of_a_random_world_is_what_its_op_makes_of_its_parts(random_world: Path, horizon: int) -> None:
    with asked(random_world, None, horizon) as reader:
        assert_gives_the_factors(reader, assert_states_the_views(reader))


def test_chosen_programmes_have_nodes_of_their_own_beside_those_of_all(shipped: Path) -> None:
    with asked(shipped, None, 2026, ["tpu-v7", "tpu-v8", "tpu-unallocated"]) as reader:
        graph = assert_states_the_views(reader)
        assert assert_gives_the_factors(reader, graph, "asked/") > 10
        assert "exposure/innolight" in graph.number


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Return the graph of 2m chips x $50 x 0.4 = $40m for alpha in 2026, which its parent consolidates."""
    folder = tmp_path_factory.mktemp("plain")
    built(world(folder / "seeds", *FACTS, owned("beta", "alpha")), folder, *VIEWS)
    with session.reading(folder / "asked.duckdb", horizon=2026) as reader:
        return read_graph(reader)


def test_a_term_is_worth_times_share_and_worth_is_units_times_content(plain: Graph) -> None:
    assert plain.value[plain.number["worth/board/fam-1/-/2026"]] == 2_000_000 * 50
    assert plain.value[plain.number["term/alpha/board/fam-1/2026"]] == 2_000_000 * 50 * 0.4


def test_a_parent_counts_the_node_of_its_childs_term(plain: Graph) -> None:
    whole = plain.number["programme_revenue/beta/fam/2026"]
    parts = plain.child[plain.starts[whole] : plain.starts[whole + 1]]
    assert {plain.ids[part] for part in parts} == {"term/alpha/board/fam-1/2026", "term/beta/board/fam-1/2026"}


def test_an_exchange_rate_moves_every_claim_in_its_currency_by_one_variate(plain: Graph) -> None:
    rates = [node for name, node in plain.number.items() if name.startswith("fx/TWD/")]
    assert {plain.value[node] for node in rates} == {1 / 30}
    assert {plain.variate[node] for node in rates} == {"fx/TWD"}
