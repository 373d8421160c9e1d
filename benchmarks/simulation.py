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

import numpy as np

from exposure.model.accounts import Incidence, sum_matrix
from exposure.model.distributions import Ranges
from exposure.model.network import VARIED, Block, Companies, Conversion, Network, Stated, Units, Uplifts
from exposure.uncertainty.rank_summary import summarise_draws
from exposure.uncertainty.scorer import Scorer
from exposure.uncertainty.simulation import Sampler, simulate

DRAWS = 10_000
TARGET = 2.5
EMPTY = np.zeros(0, np.intp)


def synthetic(companies: int, programmes: int, links: int, products: int = 100) -> tuple[Network, Scorer]:
    """Return a network of two years: shares and contents hold for both, units are each year's own."""
    random = np.random.default_rng(1)
    blocks = [_block(random, companies, programmes, links // products) for _ in range(products)]
    units = random.uniform(1e4, 1e6, programmes) * np.array([[1.0], [0.6]])
    sales = random.uniform(1e9, 1e10, companies)
    base = np.concatenate([units.ravel(), sales])
    rows, all_companies = np.arange(2 * programmes), np.ones(companies, bool)
    network = Network(
        Ranges.of(base / 1.3, base, base * 1.4), None, len(base), np.eye(programmes),
        Conversion(EMPTY, EMPTY, np.zeros(0)),
        Units(
            rows, np.zeros(len(rows), np.intp), EMPTY, EMPTY, np.zeros(0), sum_matrix(EMPTY, len(base)).T, EMPTY, EMPTY
        ),
        blocks, Stated(EMPTY, EMPTY, EMPTY, Incidence(0, EMPTY, EMPTY, np.zeros(0))), Uplifts(EMPTY, EMPTY, EMPTY),
        Companies(
            np.full(companies, -1), len(rows) + np.arange(companies), np.full(companies, -1), np.ones(companies),
            {name: all_companies & (name in ("exposure", "growth", "revision")) for name in VARIED},
            np.ones(companies),
        ),
    )  # fmt: skip
    fixed = {"barrier": random.uniform(1, 5, companies), "confidence": random.uniform(0, 1, companies)}
    weights = {"exposure": 0.4, "growth": 0.2, "revision": 0.1, "barrier": 0.2, "confidence": 0.1}
    known = dict.fromkeys(weights, all_companies)
    return network, Scorer(weights, fixed, known, "zscore", 50, 3, np.zeros(companies, np.intp))


def _block(random: np.random.Generator, companies: int, programmes: int, links: int) -> Block:
    group = np.sort(random.integers(0, programmes, links))
    company = random.integers(0, companies, links)
    share = random.uniform(0.2, 0.9, links) / np.bincount(group, minlength=programmes)[group]
    base = np.concatenate([share, random.uniform(100, 1000, programmes)])
    width = random.uniform(1.05, 1.6, len(base))
    content = np.arange(links, links + programmes)
    term = np.arange(links)
    incidence = Incidence(
        2 * links,
        np.concatenate([term, links + term, term]),
        np.concatenate([company, companies + company, 2 * companies + company]),
        np.concatenate([np.ones(2 * links), random.uniform(0, 0.1, programmes)[group]]),
    )
    return Block(
        Ranges.of(base / width, base, base * width**1.2), None, len(base),
        Conversion(EMPTY, EMPTY, np.zeros(0)), group, np.ones(programmes), EMPTY, EMPTY, EMPTY,
        np.tile(content, 2), np.arange(1, 1 + 2 * programmes), np.tile(term, 2),
        np.concatenate([group, programmes + group]), incidence,
    )  # fmt: skip


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


def run(network: Network, scorer: Scorer, draws: int, threads: int) -> None:
    """Simulate and summarise."""
    outcomes = simulate(network, scorer, draws, 1, threads=threads)
    summarise_draws(outcomes, np.argsort(np.argsort(-outcomes.score[:, 0])))


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return wall and processor seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def compare(network: Network, scorer: Scorer, draws: int, threads: int, pairs: int) -> float:
    """Print and return the median ratio of simulation to floor."""
    normals = Sampler(network).normals()
    print(f"{normals:,} normals a draw, {draws:,} draws, {threads} thread(s)")
    ratios = []
    for _ in range(pairs):
        below, below_cpu = timed(lambda: floor(normals, draws, threads))
        took, took_cpu = timed(lambda: run(network, scorer, draws, threads))
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
            network, scorer = ready.world.network.feasible(), ready.scorer
        pipeline, pipeline_cpu = timed(engine.rank)
    run(network, scorer, DRAWS, 1)
    compare(network, scorer, DRAWS, 1, pairs)
    took, took_cpu = timed(lambda: run(network, scorer, DRAWS, 1))
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
    network, scorer = synthetic(5_000, 500, 200_000)
    run(network, scorer, 256, options.threads)
    compare(network, scorer, options.draws, options.threads, options.pairs or 3)
    print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


if __name__ == "__main__":
    main()
