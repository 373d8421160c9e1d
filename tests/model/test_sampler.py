"""Draws of graphs: each uncertain node in its range, nodes of one variate together, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from exposure.errors import ExposureError
from exposure.model.distributions import Z_END
from exposure.model.sampler import Correlations, Sampler, Uncertain
from tests.support.graphs import Node, computed, given, make_graph

DRAWS = 50_000


def sample(nodes: Mapping[str, Node], *roots: str, correlations: Correlations = ()) -> Sampler:
    graph = make_graph(nodes)
    return Sampler(graph, graph.numbers(roots), correlations)


def draw(nodes: Mapping[str, Node], *roots: str, correlations: Correlations = ()) -> Any:
    """Return many draws of the roots."""
    return sample(nodes, *roots, correlations=correlations).draw(np.random.SeedSequence(1), DRAWS)


def between(base: float, low: float, high: float, variate: str | None) -> Node:
    return given(base, low=low, high=high, variate=variate)


def twice(variate: str, base: float = 1.0) -> Node:
    """Return a leaf that may be half or twice as much."""
    return between(base, base / 2, base * 2, variate)


def correlation_of(one: Any, other: Any) -> float:
    return float(np.corrcoef(np.log(one), np.log(other))[0, 1])


TERM = {
    "units": between(1000, 500, 3000, "units"),
    "content": between(50, 40, 60, "content"),
    "share": given(0.4),
    "term": computed("product", "units", "content", "share"),
    "part": computed("quotient", "term", "sales"),
    "sales": given(100_000),
}

# --- each node in its range ---------------------------------------------------------------


def test_central_normals_give_the_centre() -> None:
    sampler = sample(TERM, "term", "part", "units")
    assert sampler.normals == 2
    roots = sampler.evaluate(np.zeros((2, 3), np.float32))
    assert roots == pytest.approx(np.repeat([[20_000], [0.2], [1000]], 3, axis=1), rel=1e-6)


def test_normals_at_the_ends_give_low_and_high() -> None:
    """Variates are numbered in the order of their names: the content, then the units."""
    ends = np.array([[0, 0, Z_END], [-Z_END, Z_END, -Z_END]], np.float32)
    assert sample(TERM, "units").evaluate(ends[1:])[0] == pytest.approx([500, 3000, 500], rel=1e-5)
    assert sample(TERM, "term").evaluate(ends)[0] == pytest.approx([10_000, 60_000, 12_000], rel=1e-5)


def test_low_and_high_are_the_5th_and_the_95th_percentile() -> None:
    units, content = draw(TERM, "units", "content")
    assert np.quantile(units, [0.05, 0.5, 0.95]) == pytest.approx([500, 1000, 3000], rel=0.03)
    assert np.quantile(content, [0.05, 0.5, 0.95]) == pytest.approx([40, 50, 60], rel=0.01)


def test_an_inner_node_is_drawn_around_what_its_parts_make_of_it() -> None:
    """Its variate comes on top of those of its parts: spreads add up as squares."""
    nodes = {
        "rate": twice("rate"),
        "said": given(3.0),
        "sales": computed("product", "said", "rate", low=1.5, high=6.0, variate="sales"),
    }
    (sales,) = draw(nodes, "sales")
    assert np.median(sales) == pytest.approx(3, rel=0.02)
    assert np.log(sales).std() == pytest.approx(np.sqrt(2) * np.log(2) / Z_END, rel=0.02)


def test_no_draw_leaves_the_ends_that_a_node_has() -> None:
    nodes = {"part": given(0.8, low=0.6, high=0.99, variate="part", ceiling=1.0)}
    assert draw(nodes, "part").max() == 1
    capped = {"said": given(0.8), "part": computed("sum", "said", low=0.4, high=1.6, variate="part", ceiling=1.0)}
    assert draw(capped, "part").max() == 1


def test_only_a_positive_figure_with_a_range_and_a_variate_below_a_root_is_uncertain() -> None:
    nodes = {
        "moving": twice("moving"),
        "exact": between(1, 1, 1, "exact"),
        "zero": between(0, 0, 5, "zero"),
        "open": given(1, variate="open"),
        "still": between(1, 0.5, 2, None),
        "elsewhere": twice("elsewhere"),
        "root": computed("sum", "moving", "exact", "zero", "open", "still"),
    }
    graph = make_graph(nodes)
    uncertain = Uncertain(graph, graph.numbers(["root", "nothing"]), [])
    assert [graph.ids[node] for node in uncertain.nodes] == ["moving"]
    assert uncertain.variates == ["moving"]


def test_an_end_on_the_wrong_side_of_the_value_is_the_value() -> None:
    graph = make_graph({"above": between(1, 1.5, 2, "above"), "below": between(1, 0.5, 0.8, "below")})
    low, high = Uncertain(graph, graph.numbers(["above", "below"]), []).relative()
    assert low.tolist() == [1, 0.5]
    assert high.tolist() == [2, 1]


def test_a_value_above_its_range_without_a_variate_is_put_at_the_end() -> None:
    """Room for shares of 1.25 together, which in draws is 1."""
    nodes = {
        "room": Node("input", value=1.25, low=1.0, high=1.0),
        "kept": Node("input", value=1.0, low=1.0, high=1.0),
        "share": twice("share"),
        "fit": computed("product", "room", "share"),
        "all": computed("product", "kept", "share"),
    }
    fitted, whole = draw(nodes, "fit", "all")
    assert (fitted == whole).all()
    assert make_graph(nodes).value[3] == 1.25


def test_without_anything_uncertain_every_draw_is_the_centre() -> None:
    assert (draw({"a": given(2), "b": computed("product", "a", "a")}, "b", "a") == [[4], [2]]).all()


def test_a_root_that_is_no_node_is_zero_in_every_draw() -> None:
    nothing, term = draw(TERM, "nothing", "term")
    assert term.min() > 0
    assert (nothing == 0).all()


# --- what moves together ------------------------------------------------------------------


def test_nodes_of_one_variate_move_together_each_in_its_own_range() -> None:
    nodes = {"small": twice("both", 3), "large": twice("both", 5), "wide": between(1, 0.25, 4, "both")}
    small, large, wide = draw(nodes, "small", "large", "wide")
    assert small / 3 == pytest.approx(large / 5, rel=1e-6)
    assert wide == pytest.approx((small / 3) ** 2, rel=1e-4)
    assert sample(nodes, "small", "wide").normals == 1


def test_nodes_of_different_variates_do_not() -> None:
    one, other = draw({"a": twice("a"), "b": twice("b")}, "a", "b")
    assert correlation_of(one, other) == pytest.approx(0, abs=0.02)


def test_correlations_of_pairs_come_out() -> None:
    """A pair of which one does not occur changes nothing."""
    nodes = {name: twice(name) for name in "abcd"}
    pairs = [("b", "d", 0.6), ("a", "d", -0.3), ("a", "elsewhere", 0.9)]
    a, b, c, d = draw(nodes, *"abcd", correlations=pairs)
    assert correlation_of(b, d) == pytest.approx(0.6, abs=0.02)
    assert correlation_of(a, d) == pytest.approx(-0.3, abs=0.02)
    for one, other in ((a, b), (a, c), (c, d)):
        assert correlation_of(one, other) == pytest.approx(0, abs=0.02)
    assert np.quantile(d, [0.05, 0.95]) == pytest.approx([0.5, 2], rel=0.03)


def test_correlated_variates_have_the_first_normals() -> None:
    uncertain = sample({name: twice(name) for name in "abcd"}, *"abcd", correlations=[("d", "b", 0.6)]).uncertain
    assert uncertain.variates == ["b", "d", "a", "c"]
    assert uncertain.correlated == 2
    assert uncertain.normal.tolist() == [2, 0, 3, 1]
    assert uncertain.correlation.tolist() == [[1, 0.6], [0.6, 1]]


def test_contradicting_correlations_are_refused() -> None:
    pairs = [("a", "b", 0.9), ("a", "c", 0.9), ("b", "c", -0.9)]
    with pytest.raises(ExposureError, match="contradict"):
        sample({name: twice(name) for name in "abc"}, *"abc", correlations=pairs)


# --- the same draws -----------------------------------------------------------------------


def test_a_child_of_the_seed_gives_the_same_bytes_and_another_child_others() -> None:
    sampler, (one, other) = sample(TERM, "term", "part"), np.random.SeedSequence(5).spawn(2)
    first, second = sampler.draw(one, 64), sampler.draw(other, 32)
    assert sampler.draw(one, 64).tobytes() == sample(TERM, "term", "part").draw(one, 64).tobytes() == first.tobytes()
    assert second.tobytes() != first[:, :32].tobytes()


def test_the_normals_that_are_kept_give_the_draw_again() -> None:
    nodes = {name: twice(name) for name in "abc"} | {"sum": computed("sum", *"abc")}
    sampler = sample(nodes, "sum", correlations=[("a", "c", 0.8)])
    kept = np.empty((3, 1000), np.float32)
    drawn = sampler.draw(np.random.SeedSequence(2), 1000, kept)
    assert sampler.evaluate(kept).tobytes() == drawn.tobytes()
    assert np.asarray(np.corrcoef(kept))[0, 1] == pytest.approx(0.8, abs=0.05)


def test_a_draw_in_single_precision_agrees_with_double_precision() -> None:
    units, content, term = draw(TERM, "units", "content", "term").astype(float)
    assert term == pytest.approx(units * content * 0.4, rel=1e-6)


def test_a_chunk_is_a_power_of_two_and_smaller_for_a_larger_graph() -> None:
    small, large = (
        sample({f"n{n}": twice(f"n{n}") for n in range(count)}, *(f"n{n}" for n in range(count))).chunk
        for count in (2, 20_000)
    )
    assert small == 1024
    assert large == 128  # the power of two below 4,194,304 / 20,000
