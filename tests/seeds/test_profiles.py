"""Which profiles are read, and each fault by its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from exposure.errors import RejectedData
from exposure.seeds.named_files import list_names
from exposure.seeds.profiles import find_profile_faults, read_profile
from tests.support.seed_folders import SHIPPED

HEAD = 'description = "Own"\nnormalisation = "zscore"\n'
FACTORS = "exposure, growth, revision, elasticity, expectation_gap, visibility, barrier, concentration, confidence"
NOT_A_WEIGHT = "a weight is a number other than 0; negative for a penalty"
NOT_A_POINT = "is not a number from 0.05 to 0.5"
NO_WEIGHTS = "is not a table with a weight for each factor"


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    (tmp_path / "profiles").mkdir()
    return tmp_path


def write(seeds: Path, text: str | bytes, name: str = "own") -> Path:
    file = seeds / "profiles" / f"{name}.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def faults(seeds: Path, text: str | bytes) -> list[str]:
    """Write a profile and return its faults without the file's name."""
    write(seeds, text)
    with pytest.raises(RejectedData) as caught:
        read_profile("own", seeds)
    return [str(fault).removeprefix("own.toml:1").removeprefix(" ") for fault in caught.value.faults]


# --- what is read -------------------------------------------------------------------------


def test_the_shipped_profiles_are_those_of_the_method() -> None:
    assert list_names("profile", SHIPPED) == ["balanced", "barrier", "elasticity", "expectation-gap", "visibility"]
    assert find_profile_faults(SHIPPED) == []
    for name in list_names("profile", SHIPPED):
        profile = read_profile(name, SHIPPED)
        assert profile.name == name
        assert len(profile.description) > 20


def test_balanced_scores_no_confidence_and_exposure_at_a_low_point_of_its_range() -> None:
    points = {name: read_profile(name, SHIPPED).exposure_point for name in list_names("profile", SHIPPED)}
    assert points == dict.fromkeys(points, 0.5) | {"balanced": 0.25}
    assert read_profile("balanced", SHIPPED).weights == {
        "exposure": 0.3, "growth": 0.2, "revision": 0.1, "elasticity": 0.05, "visibility": 0.1, "concentration": -0.05,
    }  # fmt: skip


def test_only_the_expectation_gap_requires_what_it_weighs() -> None:
    required = {name: read_profile(name, SHIPPED).requires for name in list_names("profile", SHIPPED)}
    assert required == dict.fromkeys(required, ()) | {"expectation-gap": ("expectation_gap",)}


def test_concentration_is_a_penalty() -> None:
    assert read_profile("balanced", SHIPPED).weights["concentration"] < 0


def test_a_file_is_a_profile_by_the_name_of_the_file(seeds: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    own = HEAD + 'exposure_point = 0.1\nrequires = ["growth"]\n[weights]\nexposure = 2\nconcentration = -0.5\n'
    file.write_text(own, encoding="utf-8")
    profile = read_profile(str(file), seeds)
    assert (profile.name, profile.normalisation, profile.requires) == ("mine", "zscore", ("growth",))
    assert profile.weights == {"exposure": 2.0, "concentration": -0.5}
    assert profile.exposure_point == 0.1


# --- what is wrong ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('normalisation = "zscore"\n[weights]\nexposure = 1', "description: is missing"),
        ('description = "Own"\n[weights]\nexposure = 1', "normalisation: is missing"),
        (HEAD, "weights: is missing"),
        (HEAD + "[weights]", f"weights: {NO_WEIGHTS}"),
        (HEAD + "weights = 3", f"weights: {NO_WEIGHTS}"),
        (HEAD.replace("z", "") + "[weights]\nexposure = 1", "normalisation: is not one of zscore, percentile"),
        (HEAD + "[weights]\ngrowt = 1", f"weights.growt: is not one of {FACTORS}"),
        (HEAD + "[weights]\nexposure = 0", f"weights.exposure: {NOT_A_WEIGHT}"),
        (HEAD + "[weights]\nexposure = nan", f"weights.exposure: {NOT_A_WEIGHT}"),
        (HEAD + "[weights]\nexposure = -inf", f"weights.exposure: {NOT_A_WEIGHT}"),
        (HEAD + f"[weights]\nexposure = 1{'0' * 400}", f"weights.exposure: {NOT_A_WEIGHT}"),
        (HEAD + '[weights]\nexposure = "0.3"', f"weights.exposure: {NOT_A_WEIGHT}"),
        (HEAD + "[weights]\nexposure = true", f"weights.exposure: {NOT_A_WEIGHT}"),
        (HEAD + 'requires = ["growt"]\n[weights]\nexposure = 1', f"requires.0: is not one of {FACTORS}"),
        (HEAD + 'requires = "growth"\n[weights]\nexposure = 1', "requires: is not a list of factors"),
        (HEAD + "exposure_point = 0.04\n[weights]\nexposure = 1", f"exposure_point: {NOT_A_POINT}"),
        (HEAD + "exposure_point = 0.51\n[weights]\nexposure = 1", f"exposure_point: {NOT_A_POINT}"),
        (HEAD + "exposure_point = nan\n[weights]\nexposure = 1", f"exposure_point: {NOT_A_POINT}"),
        (HEAD + 'exposure_point = "low"\n[weights]\nexposure = 1', f"exposure_point: {NOT_A_POINT}"),
        (HEAD + "exposure_point = true\n[weights]\nexposure = 1", f"exposure_point: {NOT_A_POINT}"),
        (HEAD + "other = 1\n[weights]\nexposure = 1", "other: is not a key of a profile"),
        (HEAD + 'name = "x"\n[weights]\nexposure = 1', "name: is the name of the file"),
    ],
)  # fmt: skip
def test_a_fault_names_its_key(seeds: Path, text: str, fault: str) -> None:
    assert faults(seeds, text) == [fault]


def test_all_faults_are_reported_at_once(seeds: Path) -> None:
    messages = faults(seeds, 'name = "x"\nother = 1\n[weights]\nexposure = 0\nx = 1\n')
    assert [fault.split(":")[0] for fault in messages] == [
        "description", "name", "normalisation", "other", "weights.exposure", "weights.x",
    ]  # fmt: skip


def test_the_faults_of_all_profiles_are_reported(seeds: Path) -> None:
    write(seeds, HEAD, "one")
    write(seeds, HEAD + "[weights]\nexposure = 1", "sound")
    write(seeds, HEAD + "[weights]\nexposure = 0", "two")
    assert [str(fault) for fault in find_profile_faults(seeds)] == [
        "one.toml:1 weights: is missing",
        f"two.toml:1 weights.exposure: {NOT_A_WEIGHT}",
    ]
