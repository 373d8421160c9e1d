"""Profiles and scenarios are named by their names in the seeds or by a path, and are TOML."""

from __future__ import annotations

from pathlib import Path

import pytest

from exposure.errors import ExposureError, RejectedData
from exposure.seeds.named_files import Kind, find_file, list_names, read_toml
from tests.support.seed_folders import SHIPPED


@pytest.mark.parametrize(("kind", "name"), [("profile", "balanced"), ("scenario", "capex-cut")])
def test_a_file_of_the_seeds_is_found_by_its_name(kind: Kind, name: str) -> None:
    assert name in list_names(kind, SHIPPED)
    assert find_file(kind, name, SHIPPED) == SHIPPED / f"{kind}s" / f"{name}.toml"


def test_any_other_file_is_found_by_its_path() -> None:
    assert find_file("profile", "mine/own.toml", SHIPPED) == Path("mine/own.toml")


@pytest.mark.parametrize(
    ("kind", "name", "message"),
    [
        ("profile", "balance", "There is no profile 'balance'; there are balanced, or name a .toml file."),
        (
            "profile",
            "xyz",
            (
                "There is no profile 'xyz'; there are balanced, barrier, elasticity, expectation-gap, visibility, "
                "or name a .toml file."
            ),
        ),
        ("scenario", "capex", "There is no scenario 'capex'; there are capex-cut, or name a .toml file."),
    ],
)
def test_an_unknown_name_is_refused_with_similar_names_or_all(kind: Kind, name: str, message: str) -> None:
    with pytest.raises(ExposureError) as caught:
        find_file(kind, name, SHIPPED)
    assert str(caught.value) == message


def test_seeds_without_profiles_say_that_there_are_none(tmp_path: Path) -> None:
    with pytest.raises(ExposureError, match=r"There is no profile 'balanced'; there are none in .*profiles, or name a"):
        find_file("profile", "balanced", tmp_path)


@pytest.mark.parametrize("name", ["../profiles/balanced", "", "Balanced"])
def test_a_name_is_not_a_path(name: str) -> None:
    with pytest.raises(ExposureError, match="There is no profile"):
        find_file("profile", name, SHIPPED)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExposureError, match=r"^There is no scenario file nowhere/mine\.toml\.$"):
        read_toml("scenario", Path("nowhere/mine.toml"))


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(ExposureError, match=r"folder\.toml cannot be read: Is a directory\.$"):
        read_toml("profile", tmp_path / "folder.toml")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"a = 1\nweights", "own.toml:2: is not TOML: "),
        (b"a = 1\na = 2\n", "own.toml:2: is not TOML: Cannot overwrite a value"),
        (b"# one\n# \xff\xfe", "own.toml:2: the byte 0xff is not UTF-8"),
    ],
)
def test_a_file_that_is_not_toml_is_a_fault_at_its_line(tmp_path: Path, content: bytes, fault: str) -> None:
    file = tmp_path / "own.toml"
    file.write_bytes(content)
    with pytest.raises(RejectedData) as caught:
        read_toml("profile", file)
    assert str(caught.value).startswith(fault)


def test_a_byte_order_mark_is_tolerated(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_bytes(b"\xef\xbb\xbfa = 1\n")
    assert read_toml("profile", file) == ("a = 1\n", {"a": 1})
