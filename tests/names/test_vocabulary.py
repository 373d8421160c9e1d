"""What the words of rules mean, by the names of seeds and of a database built from them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from exposure.names import vocabulary
from exposure.names.vocabulary import Scope, Vocabulary
from exposure.seeds.reader import read_seeds
from tests.support import memory
from tests.support.seed_folders import SHIPPED, world


@pytest.fixture(scope="module", params=["seeds", "database"])
def words(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vocabulary]:
    folder = world(tmp_path_factory.mktemp("words"))
    if request.param == "seeds":
        yield Vocabulary.from_seeds(read_seeds(folder))
    else:
        with memory.opened(folder) as database, database.asked() as reader:
            yield Vocabulary.from_database(reader)


@pytest.mark.parametrize(
    ("sort", "word", "identity"),
    [
        ("companies", "alpha boards", "alpha"),
        ("companies", "1001.TW", "alpha"),
        ("companies", "阿尔法", "alpha"),
        ("companies", "Alfa", "alpha"),
        ("products", "Main Board", "board-main"),
        ("currencies", "TWD", "TWD"),
        ("sources", "doc", "DOC"),
        ("programmes", "Fam 1", "fam-1"),
    ],
)
def test_a_word_means_one_thing_by_any_of_its_names(words: Vocabulary, sort: str, word: str, identity: str) -> None:
    assert words.find_fault(sort, word) is None
    assert words.resolve_id(sort, word) == identity


@pytest.mark.parametrize(
    ("word", "scope"),
    [
        ("fam-2", Scope("fam-2", ("fam-2",))),
        ("Fam", Scope("fam", ("fam-1", "fam-2", "fam-unallocated"))),
        ("Fam 1 and 2", Scope("fam-1-2", ("fam-1", "fam-2"))),
    ],
)
def test_a_programme_a_family_and_a_scope_mean_their_programmes(words: Vocabulary, word: str, scope: Scope) -> None:
    assert words.resolve_scope(word) == scope


def test_an_unknown_word_has_a_fault_with_similar_names(words: Vocabulary) -> None:
    assert words.find_fault("products", "bord") == "there is no product 'bord'. Similar names: board."
    assert words.find_fault("programmes", "market") == (
        "there is no programme or family 'market'. exposure sql 'from mart.name' lists all."
    )


def test_a_family_covers_each_of_its_programmes(words: Vocabulary) -> None:
    assert words.covers("programmes", "fam", ["fam-2", "other"])
    assert not words.covers("programmes", "fam-1", ["fam-2"])
    assert words.covers("products", "board", ["board"])


def test_families_know_their_unit_and_their_unallocated_programme(words: Vocabulary) -> None:
    assert words.unit_basis == {"fam": "chip"}
    assert words.unallocated == {"fam": "fam-unallocated"}
    assert words.family_of["fam-1"] == "fam"


def test_the_view_of_names_has_the_names_that_the_seeds_have(tmp_path: Path) -> None:
    in_seeds = set(vocabulary._list_names(dict(read_seeds(SHIPPED).tables)))
    with memory.opened(SHIPPED) as database, database.asked() as reader:
        reader.compute("mart.name")
        in_view = reader.rows('select kind, id, name from "mart.name"')
    assert len(in_view) == len(in_seeds)
    assert set(in_view) == in_seeds
