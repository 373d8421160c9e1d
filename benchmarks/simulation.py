"""Time simulations against the floor: NumPy drawing as many float32 standard normals on as many cores.

    python benchmarks/simulation.py            10,000 draws of 5,000 companies, 500 programmes and 200,000 links
    python benchmarks/simulation.py --shipped  10,000 draws of the shipped data, and a draw beside a run of the pipeline

Pairs of floor and simulation alternate in one process; the median of the ratios counts. Each link has a share of its
own that holds for two years, each product of a programme a content of its own, each programme and year units of its
own, each company sales of its own.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from exposure.model.distributions import Floats, Index
from exposure.model.graph import OPS, Graph
from exposure.uncertainty.rank_summary import summarise_draws
from exposure.uncertainty.scorer import Scorer
from exposure.uncertainty.simulation import simulate
from exposure.uncertainty.world import VARIED, World

DRAWS = 10_000
TARGET = 2.5


class Arrays:
    """A graph in the making: many nodes of one kind at a time."""

    def __init__(self) -> None:
        self._size = 0
        self._nodes: list[dict[str, Any]] = []
        self._edges: list[tuple[Index, Index, Floats]] = []

    def add_inputs(self, value: Floats, down: Floats | float = 1.0, up: Floats | float = 1.0) -> Index:
        """Add inputs, each of which moves by itself from value / down to value x up."""
        return self._add(len(value), "input", value=value, low=value / down, high=value * up)

    def add(self, count: int, op: str, *children: Index, ceiling: float = np.nan) -> Index:
        """Add nodes, each computed from one of each of the children."""
        nodes = self._add(count, op, ceiling=ceiling)
        for child in children:
            self.join(nodes, child)
        return nodes

    def join(self, nodes: Index, child: Index, coefficient: Floats | float = 1.0) -> None:
        """Make each child the next one of its node."""
        self._edges.append((nodes, child, np.broadcast_to(coefficient, len(child))))

    def graph(self) -> Graph:
        """Return the graph, with ids in order as those of a graph that is read."""
        node, child, coefficient = (np.concatenate(part) for part in zip(*self._edges, strict=True))
        order = np.argsort(node, kind="stable")
        names = [f"{number:08}" for number in range(self._size)]
        low, high = self._column("low", np.nan), self._column("high", np.nan)
        return Graph(
            ids=names,
            op=self._column("op", 0),
            variate=[name if move else None for name, move in zip(names, (low < high).tolist(), strict=True)],
            fact_ids=[()] * self._size,
            node=node[order],
            child=child[order],
            coefficient=coefficient[order],
            **{name: self._column(name, np.nan) for name in ("value", "low", "high", "constant", "floor", "ceiling")},
        )

    def _add(self, count: int, op: str, **columns: Any) -> Index:
        self._nodes.append({"count": count, "op": OPS.index(op), **columns})
        self._size += count
        return np.arange(self._size - count, self._size)

    def _column(self, name: str, without: float) -> Any:
        return np.concatenate([np.broadcast_to(kind.get(name, without), kind["count"]) for kind in self._nodes])


def synthetic(companies: int, programmes: int, links: int, products: int = 100) -> tuple[World, Scorer]:
    """Return a world of two years: shares and contents hold for both, units are each year's own."""
    random = np.random.default_rng(1)
    count = products * programmes
    group, company = np.sort(random.integers(0, count, links)), random.integers(0, companies, links)
    fraction = random.uniform(0.2, 0.9, links) / np.bincount(group, minlength=count)[group]
    revision = random.uniform(0, 0.1, count)
    arrays = Arrays()
    at_horizon = random.uniform(1e4, 1e6, programmes)
    units = [arrays.add_inputs(base, 1.3, 1.4) for base in (at_horizon, 0.6 * at_horizon)]
    sales = arrays.add_inputs(random.uniform(1e9, 1e10, companies), 1.3, 1.4)
    widths = random.uniform(1.05, 1.6, count + links)
    content = arrays.add_inputs(random.uniform(100, 1000, count), widths[:count], widths[:count] ** 1.2)
    said = arrays.add_inputs(fraction, widths[count:], widths[count:] ** 1.2)
    room, share_sum = arrays.add_inputs(np.ones(count)), arrays.add(count, "sum")
    arrays.join(share_sum[group], said)
    fit = arrays.add(count, "quotient", room, share_sum, ceiling=1)
    share = arrays.add(links, "product", said, fit[group])
    revenue, revised = [], arrays.add(companies, "sum")
    for each in units:
        worth = arrays.add(count, "product", np.tile(each, products), content)
        term = arrays.add(links, "product", worth[group], share)
        revenue.append(arrays.add(companies, "sum"))
        arrays.join(revenue[-1][company], term)
        if each is units[0]:
            arrays.join(revised[company], term, revision[group])
    horizon, before = revenue
    added, whole = arrays.add(companies, "sum", horizon), arrays.add(companies, "sum", sales, horizon)
    for node in (added, whole):
        arrays.join(node, before, -1.0)
    exposure = arrays.add(companies, "quotient", horizon, whole, ceiling=1)
    mean_revision = arrays.add(companies, "quotient", revised, horizon)
    roots = {
        "exposure": exposure,
        "growth": arrays.add(companies, "quotient", added, sales),
        "revision": arrays.add(companies, "product", exposure, mean_revision),
    }
    names = tuple(f"company-{number}" for number in range(companies))
    world = World(arrays.graph(), [], names, {name: roots.get(name, np.full(companies, -1)) for name in VARIED}, ())
    fixed = {"barrier": random.uniform(1, 5, companies), "confidence": random.uniform(0, 1, companies)}
    weights = {"exposure": 0.4, "growth": 0.2, "revision": 0.1, "barrier": 0.2, "confidence": 0.1}
    known = dict.fromkeys(weights, np.ones(companies, bool))
    return world, Scorer(weights, fixed, known, "zscore", 25, 3, np.zeros(companies, np.intp))


def floor(normals: int, draws: int, threads: int) -> None:
    """Draw as many float32 standard normals, in pieces that stay in the cache."""
    piece = np.empty((threads, 1 << 16), np.float32)
    times = int(np.ceil(normals * draws / threads / piece.shape[1]))

    def fill(thread: int) -> None:
        random = np.random.Generator(np.random.PCG64(thread))
        for _ in range(times):
            random.standard_normal(out=piece[thread], dtype=np.float32)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(fill, range(threads)))


def run(world: World, scorer: Scorer, draws: int, threads: int) -> None:
    """Simulate and summarise."""
    outcomes = simulate(world, scorer, draws, 1, threads=threads)
    summarise_draws(outcomes, np.argsort(np.argsort(-outcomes.score[:, 0])))


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return wall and processor seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def compare(world: World, scorer: Scorer, draws: int, threads: int, pairs: int) -> float:
    """Print and return the median ratio of simulation to floor."""
    normals = world.sampler.normals
    print(f"{normals:,} normals a draw, {draws:,} draws, {threads} thread(s)")
    ratios = []
    for _ in range(pairs):
        below, below_cpu = timed(lambda: floor(normals, draws, threads))
        took, took_cpu = timed(lambda: run(world, scorer, draws, threads))
        ratios.append(took / below)
        print(f"  floor {below:.3f} s ({below_cpu:.3f} processor), simulation {took:.3f} s ({took_cpu:.3f} processor)"
              f", ratio {took / below:.2f} ({took_cpu / below_cpu:.2f} processor)")  # fmt: skip
    ratio = statistics.median(ratios)
    print(f"  median ratio {ratio:.2f}, target {TARGET}")
    return ratio


def shipped(pairs: int) -> None:
    """Compare on the shipped data, and compare a draw with a run of the pipeline."""
    from exposure.engine import Engine
    from exposure.question import DEFAULT_QUESTION
    from exposure.uncertainty import intervals

    with tempfile.TemporaryDirectory() as folder:
        engine = Engine.at(Path(folder) / "exposure.duckdb")
        engine.build()
        with engine.opened(DEFAULT_QUESTION) as (reader, profile):
            ready = intervals.prepare_ranking(reader, DEFAULT_QUESTION, profile)
            world, scorer = ready.world, ready.scorer
        pipeline, pipeline_cpu = timed(engine.rank)
    run(world, scorer, DRAWS, 1)
    compare(world, scorer, DRAWS, 1, pairs)
    took, took_cpu = timed(lambda: run(world, scorer, DRAWS, 1))
    times, times_cpu = pipeline / took * DRAWS, pipeline_cpu / took_cpu * DRAWS
    print(f"  a draw is {times:,.0f}x as fast as the pipeline ({times_cpu:,.0f}x processor)")


def main() -> None:
    """Run one of the two comparisons."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shipped", action="store_true")
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--pairs", type=int, default=0, help="3, or 15 with --shipped")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    if options.shipped:
        shipped(options.pairs or 15)
        return
    world, scorer = synthetic(5_000, 500, 200_000)
    run(world, scorer, 256, options.threads)
    compare(world, scorer, options.draws, options.threads, options.pairs or 3)
    print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


if __name__ == "__main__":
    main()
