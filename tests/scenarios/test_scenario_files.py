"""Scenario files: what they hold, and every fault by its line and key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import exposure
from exposure.errors import ExposureError, RejectedData
from exposure.names.vocabulary import Vocabulary
from exposure.scenarios.scenario_files import find_faults, read_scenarios
from exposure.seeds import resources
from exposure.seeds.named_files import list_names
from exposure.seeds.reader import read_seeds
from tests.support import two_companies
from tests.support.scenario_files import CUT, HEAD, write
from tests.support.seed_folders import SHIPPED, world

PACKAGED = ["capex-cut", "gb300-quick-disconnects", "liquid-cooled-asics", "tpu-external", "trainium3-slip"]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    """Return the names of a small world."""
    return Vocabulary.from_seeds(read_seeds(world(tmp_path_factory.mktemp("words"))))


@pytest.fixture
def faults(tmp_path: Path, words: Vocabulary) -> Any:
    """Return the function that reads files and returns their faults."""

    def read(*texts: str | bytes) -> list[str]:
        files = [write(tmp_path, text, name) for text, name in zip(texts, "abcdef", strict=False)]
        with pytest.raises(RejectedData) as caught:
            read_scenarios(files, tmp_path, words)
        return [str(fault) for fault in caught.value.faults]

    return read


def rule(text: str) -> str:
    """Return a scenario whose only rule begins on line 4."""
    return f"{HEAD}[[rules]]\n{text}\n"


def test_a_scenario_has_the_name_of_its_file(tmp_path: Path, words: Vocabulary) -> None:
    (scenario,) = read_scenarios([write(tmp_path, CUT, "cut")], tmp_path, words)
    assert (scenario.name, scenario.title, scenario.reasoning, scenario.assumption) == ("cut", "T", "R", "A")
    (only,) = scenario.rules
    assert (only.what, only.programmes, only.periods, only.operation, only.amount) == (
        "units", ("fam",), ("2026",), "multiply", 0.8,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('what = "units"', "4 rules: does nothing; it has one of multiply, add, replace, delay"),
        ('what = "share"\nadd = 0.2\ndelay = 1', "7 delay: a rule does one thing, and this one has add already"),
        ('what = "units"\nmultiply = -1', "6 multiply: Input should be greater than or equal to 0"),
        ('what = "units"\nmultiply = nan', "6 multiply: Input should be greater than or equal to 0"),
        ('what = "units"\nmultiply = inf', "6 multiply: is no number to calculate with"),
        ('what = "units"\nmultiply = true', "6 multiply: Input should be a valid number"),
        ('what = "units"\ndelay = 1.5', "6 delay: Input should be a valid integer"),
        ('what = "units"\ndelay = 5', "6 delay: Input should be less than or equal to 4"),
        ('what = "units"\nadd = 3\nunit = "chip"', "6 add: needs programmes: whose units it is"),
        ('what = "units"\nadd = 3\nprogrammes = ["fam"]', "6 add: needs a unit, such as chip or rack"),
        ('what = "units"\nmultiply = 3\nunit = "chip"', "7 unit: belongs to an amount of units or content only"),
        (
            'what = "units"\nproducts = ["board"]\nmultiply = 1',
            "6 products: is no filter of units, unlike programmes, periods",
        ),
        ('what = "share"\nreplace = 1.01', "6 replace: a share is a part of a whole, at most 1"),
        ('what = "share"\nadd = -2', "6 add: a share is a part of a whole, at most 1"),
        ('what = "fx"\nmultiply = 0', "6 multiply: an exchange rate is above zero"),
        ('what = "units"\nmultiply = 1e300', "6 multiply: a factor is 0 or from 1e-06 to 1,000,000"),
        ('what = "content"\nmultiply = 1e-7', "6 multiply: a factor is 0 or from 1e-06 to 1,000,000"),
        ('what = "share"\nmultiply = 1000001', "6 multiply: a factor is 0 or from 1e-06 to 1,000,000"),
        ('what = "fx"\nmultiply = 1e-300', "6 multiply: a factor is 0 or from 1e-06 to 1,000,000"),
        (
            'what = "units"\nadd = -1e13\nprogrammes = ["fam"]\nunit = "chip"',
            "6 add: an amount of units is at most 1,000,000,000,000",
        ),
        (
            'what = "content"\nreplace = 1e300\nunit = "chip"',
            "6 replace: an amount of content is at most 1,000,000,000,000",
        ),
        ('what = "fx"\ncurrencies = ["TWD"]\nreplace = 2e6', "7 replace: an amount of fx is at most 1,000,000"),
        ('what = "fx"\nreplace = 30', "6 replace: needs currencies: whose fx it is"),
        (
            'what = "fx"\ncurrencies = ["TWF"]\nmultiply = 2',
            "6 currencies: there is no currency with a rate 'TWF'. Similar names: TWD.",
        ),
        ('what = "price"\nmultiply = 1', "5 what: Input should be 'units', 'content', 'share' or 'fx'"),
        ("multiply = 1", "4 what: is missing"),
        (
            'what = "units"\nmultiply = 1\nprogramme = "fam"',
            "7 programme: is no key of a rule. Similar names: programmes.",
        ),
        ('what = "units"\nmultiply = 1\nprogrammes = "fam"', "7 programmes: Input should be a valid list"),
        (
            'what = "units"\nmultiply = 1\nperiods = ["2026Q3"]',
            "7 periods: '2026Q3' is not made of whole calendar years, by which inputs are kept; write 2026",
        ),
        (
            'what = "share"\nmultiply = 1\ncompanies = [\n  "beta",\n  "alpa",\n]',
            "9 companies: there is no company 'alpa'. Similar names: alpha, Alfa.",
        ),
    ],
)  # fmt: skip
def test_a_fault_of_a_rule_names_its_line_and_key(faults: Any, text: str, fault: str) -> None:
    assert faults(rule(text)) == [f"a.toml:{fault}"]


def test_an_unknown_period_is_refused_with_the_grammar(faults: Any) -> None:
    (fault,) = faults(rule('what = "units"\nmultiply = 1\nperiods = ["soon"]'))
    assert fault.startswith("a.toml:7 periods: 'soon' is not a period; write 2026, ")


def test_an_unknown_programme_is_refused_with_similar_names(faults: Any) -> None:
    (fault,) = faults(rule('what = "units"\nmultiply = 1\nprogrammes = ["fam-3"]'))
    assert fault.startswith("a.toml:7 programmes: there is no programme or family 'fam-3'. Similar names: ")
    assert "fam-1" in fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "1: the file is empty"),
        ("# nothing yet\n", "1: the file is empty"),
        ('title = "a\n', "1: is not TOML: Illegal character '\\n'"),
        ('title = "a"\ntitle = "b"\n', "2: is not TOML: Cannot overwrite a value"),
        (b'title = "a"\nreasoning = "\xff"\n', "2: the byte 0xff is not UTF-8"),
        (HEAD, "1 rules: is missing"),
        (HEAD + "rules = []\n", "4 rules: has no rule"),
        (HEAD + "rules = 3\n", "4 rules: Input should be a valid list"),
        (f'name = "x"\n{CUT}', "1 name: is the name of the file"),
        (CUT.replace('title = "T"', 'title = ""'), "1 title: String should have at least 1 character"),
        (
            CUT.replace('assumption = "A"\n', ""),
            "1: names neither sources of its figures nor an assumption with its reason",
        ),
        (
            CUT.replace('assumption = "A"', 'sources = ["DOK"]'),
            "3 sources: there is no source 'DOK'. Similar names: DOC.",
        ),
        (CUT + "multiply = 2\n", "9: is not TOML: Cannot overwrite a value"),
    ],
)
def test_a_fault_of_a_file_names_its_line(faults: Any, text: str | bytes, fault: str) -> None:
    assert faults(text) == [f"a.toml:{fault}"]


def test_a_key_inside_a_long_text_is_no_key(faults: Any) -> None:
    text = (
        'title = """\nmultiply = 3\n"""\nreasoning = "R"\nassumption = "A"\n[[rules]]\nwhat = "units"\nmultiply = -3\n'
    )
    assert faults(text) == ["a.toml:8 multiply: Input should be greater than or equal to 0"]


def test_every_fault_of_every_file_is_reported_at_once(faults: Any) -> None:
    wrong = rule('what = "share"\nproducts = ["bord"]\nreplace = 2\nunit = "rack"\nwhen = "now"')
    assert faults(wrong, CUT, "", wrong) == [
        *(f"a.toml:{fault}" for fault in WRONG), "c.toml:1: the file is empty", *(f"d.toml:{fault}" for fault in WRONG),
    ]  # fmt: skip


WRONG = [
    "6 products: there is no product 'bord'. Similar names: board.",
    "7 replace: a share is a part of a whole, at most 1",
    "8 unit: belongs to an amount of units or content only",
    "9 when: is no key of a rule.",
]


# --- folders ------------------------------------------------------------------------------


def test_an_unknown_scenario_is_refused_with_similar_names(words: Vocabulary) -> None:
    with pytest.raises(
        ExposureError, match=r"There is no scenario 'capex'; there are capex-cut, or name a \.toml file\."
    ):
        read_scenarios(["capex"], SHIPPED, words)
    with pytest.raises(ExposureError, match=r"There is no scenario file none\.toml\."):
        read_scenarios(["none.toml"], SHIPPED, words)


def test_the_packaged_scenarios_have_no_faults() -> None:
    assert list_names("scenario", SHIPPED) == PACKAGED
    assert find_faults(SHIPPED, Vocabulary.from_seeds(read_seeds(SHIPPED))) == []


def test_checking_seeds_checks_their_scenarios(tmp_path: Path) -> None:
    folder = world(tmp_path / "seeds")
    (folder / "scenarios").mkdir()
    write(folder / "scenarios", CUT.replace("fam", "fan"), "wrong")
    with pytest.raises(RejectedData, match=r"^wrong\.toml:6 programmes: there is no programme or family 'fan'\."):
        exposure.check(folder)
    write(folder / "scenarios", CUT, "wrong")
    assert dict(exposure.check(folder).rows())["programmes"] == 3


def test_a_database_stays_current_when_a_scenario_is_added(tmp_path: Path) -> None:
    db, folder = two_companies.build(tmp_path)
    before = resources.fingerprint(folder)
    (folder / "scenarios").mkdir()
    write(folder / "scenarios", CUT, "mine")
    assert resources.fingerprint(folder) == before
    assert set(exposure.scenario("mine", db=db, seeds=folder)["scenario"]) == {"mine"}
