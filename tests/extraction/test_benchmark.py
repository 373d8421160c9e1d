"""How the benchmark of `exposure ingest` matches proposals with claims."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from exposure.extraction.proposals import NoteReader
from tests.support.notes import DIGEST

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    path = ROOT / "benchmarks" / "ingest.py"
    spec = importlib.util.spec_from_file_location("ingest_benchmark", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_benchmark_matches_money_in_any_scale_and_never_a_part_with_a_count(benchmark: ModuleType) -> None:
    claim = benchmark.make_entry("USD million", (None, 300.0, None), [], None)
    assert benchmark.make_entry("USD", (None, 3e8, None), [], None).matches(claim)
    assert not benchmark.make_entry("CNY million", (None, 300.0, None), [], None).matches(claim)
    assert not benchmark.make_entry("USD million", (300.0, None, 400.0), [], None).matches(claim)
    fraction = benchmark.make_entry("fraction", (None, 0.3, None), [], None)
    assert not benchmark.make_entry("multiple", (None, 0.3, None), [], None).matches(fraction)
    assert benchmark.make_entry("fraction", (None, -0.3, None), [], None).matches(fraction)


def test_the_benchmark_counts_a_repeated_document_once(
    benchmark: ModuleType, reader: NoteReader, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text(DIGEST, encoding="utf-8")
    (tmp_path / "b.txt").write_text(DIGEST + "Third\nHouse 2025-11-01\n5%\n", encoding="utf-8")
    notes = list(benchmark.read_notes(tmp_path, reader))
    assert [name for name, _ in notes] == ["N01", "N02", "N03"]
    assert [len(proposals) for _, proposals in notes][2] == 1
