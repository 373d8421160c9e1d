"""Scenarios: files and what is wrong with them, and base, scenario and change side by side."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner, Result

import exposure
from exposure.cli import app as cli
from exposure.engine import Engine
from exposure.errors import ExposureError, RejectedData
from exposure.names.vocabulary import Vocabulary
from exposure.question import Question
from exposure.scenarios import rules as scenarios
from exposure.scenarios.compare import COMPARED
from exposure.scenarios.rules import Rule
from exposure.seeds import resources
from exposure.seeds.named_files import list_names
from exposure.seeds.reader import read_seeds
from tests.support.seed_folders import FACTS, SHIPPED, content, disclosed, share, world

#: worlds of their own for nearly every test: run with `-m slow`
pytestmark = pytest.mark.slow

HEAD = 'title = "T"\nreasoning = "R"\nassumption = "A"\n'  # three lines
CUT = HEAD + '[[rules]]\nwhat = "units"\nprogrammes = ["fam"]\nperiods = ["2026"]\nmultiply = 0.8\n'


def write(folder: Path, text: str | bytes, name: str = "own") -> str:
    file = folder / f"{name}.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(file)


# --- files ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    """Give the names of the small world."""
    return Vocabulary.from_seeds(read_seeds(world(tmp_path_factory.mktemp("words"))))


@pytest.fixture
def faults(tmp_path: Path, words: Vocabulary) -> Any:
    """Give the function that reads files and gives their faults."""

    def found(*texts: str | bytes) -> list[str]:
        files = [write(tmp_path, text, name) for text, name in zip(texts, "abcdef", strict=False)]
        with pytest.raises(RejectedData) as caught:
            scenarios.read(files, tmp_path, words)
        return [str(fault) for fault in caught.value.faults]

    return found


def rule(text: str) -> str:
    """Write a scenario whose only rule begins on line 4."""
    return f"{HEAD}[[rules]]\n{text}\n"


def test_a_file_is_a_scenario_by_the_name_of_the_file(tmp_path: Path, words: Vocabulary) -> None:
    (found,) = scenarios.read([write(tmp_path, CUT, "cut")], tmp_path, words)
    assert (found.name, found.title, found.reasoning, found.assumption) == ("cut", "T", "R", "A")
    (only,) = found.rules
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
            "6 products: does not tell units apart; programmes, periods do",
        ),
        ('what = "share"\nreplace = 1.01', "6 replace: a share is a part of a whole, at most 1"),
        ('what = "share"\nadd = -2', "6 add: a share is a part of a whole, at most 1"),
        ('what = "fx"\nmultiply = 0', "6 multiply: a rate of exchange is above zero"),
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
            "7 periods: '2026Q3' is not made of whole calendar years, which is what inputs are kept by; write 2026",
        ),
        (
            'what = "share"\nmultiply = 1\ncompanies = [\n  "beta",\n  "alpa",\n]',
            "9 companies: there is no company 'alpa'. Similar names: alpha, Alfa.",
        ),
    ],
)  # fmt: skip
def test_a_fault_of_a_rule_is_told_by_its_line_and_key(faults: Any, text: str, fault: str) -> None:
    assert faults(rule(text)) == [f"a.toml:{fault}"]


def test_a_period_that_is_none_shows_the_grammar(faults: Any) -> None:
    (found,) = faults(rule('what = "units"\nmultiply = 1\nperiods = ["soon"]'))
    assert found.startswith("a.toml:7 periods: 'soon' is not a period; write 2026, ")


def test_an_unknown_programme_lists_the_nearest_names(faults: Any) -> None:
    (found,) = faults(rule('what = "units"\nmultiply = 1\nprogrammes = ["fam-3"]'))
    assert found.startswith("a.toml:7 programmes: there is no programme or family 'fam-3'. Similar names: ")
    assert "fam-1" in found


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
def test_a_fault_of_a_file_is_told_by_its_line(faults: Any, text: str | bytes, fault: str) -> None:
    assert faults(text) == [f"a.toml:{fault}"]


def test_a_key_inside_a_text_of_several_lines_is_no_key(faults: Any) -> None:
    text = (
        'title = """\nmultiply = 3\n"""\nreasoning = "R"\nassumption = "A"\n[[rules]]\nwhat = "units"\nmultiply = -3\n'
    )
    assert faults(text) == ["a.toml:8 multiply: Input should be greater than or equal to 0"]


def test_every_fault_of_every_file_is_told_at_once(faults: Any) -> None:
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


def test_an_unknown_scenario_is_refused_with_the_near_ones(words: Vocabulary) -> None:
    with pytest.raises(
        ExposureError, match=r"There is no scenario 'capex'; there are capex-cut, or name a \.toml file\."
    ):
        scenarios.read(["capex"], SHIPPED, words)
    with pytest.raises(ExposureError, match=r"There is no scenario file none\.toml\."):
        scenarios.read(["none.toml"], SHIPPED, words)


def test_checking_seeds_checks_their_scenarios(tmp_path: Path) -> None:
    folder = world(tmp_path / "seeds")
    (folder / "scenarios").mkdir()
    write(folder / "scenarios", CUT.replace("fam", "fan"), "wrong")
    with pytest.raises(RejectedData, match=r"^wrong\.toml:6 programmes: there is no programme or family 'fan'\."):
        exposure.check(folder)
    write(folder / "scenarios", CUT, "wrong")
    assert dict(exposure.check(folder).rows())["programmes"] == 3


def test_a_database_stays_current_when_a_scenario_is_written(place: dict[str, Path]) -> None:
    before = resources.fingerprint(place["seeds"])
    (place["seeds"] / "scenarios").mkdir()
    write(place["seeds"] / "scenarios", CUT, "mine")
    assert resources.fingerprint(place["seeds"]) == before
    found = exposure.scenario("mine", db=place["db"], seeds=place["seeds"])
    assert set(found["scenario"]) == {"mine"}


def test_a_rule_made_in_python_is_held_to_the_same() -> None:
    with pytest.raises(ValueError, match="delay: a rule does one thing, and this one has multiply already"):
        Rule(what="units", multiply=2, delay=1)


# --- the shipped ones -----------------------------------------------------------------------

SIX = [
    "capex-cut",
    "china-domestic",
    "gb300-quick-disconnects",
    "liquid-cooled-asics",
    "tpu-external",
    "trainium3-slip",
]


def test_six_scenarios_are_shipped_and_right() -> None:
    assert list_names("scenario", SHIPPED) == SIX
    assert scenarios.faults(SHIPPED, Vocabulary.from_seeds(read_seeds(SHIPPED))) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", SIX)
def test_a_shipped_scenario_matches_something_by_each_of_its_rules(name: str, shipped_db: Path) -> None:
    question = Question.parse(as_of="2026-03-31", horizon=2026)
    found = Engine.at(shipped_db, SHIPPED).scenario([name], question)
    assert [note for note in found.notes if "matches nothing:" in note or "stay" in note.split(": ")[0]] == []
    moved = found.frame.filter(pl.col("programme_revenue_usd_change") != 0)
    assert moved.is_empty() == (name == "china-domestic")


ONCE = "".join(f'[[rules]]\nwhat = "{what}"\nmultiply = 1\n' for what in ("units", "content", "share"))
NOTHING_MOVES = "No figure on the list moves: nothing that is known of a ranked company rests on what the rules change."


@pytest.mark.slow
def test_a_factor_of_one_changes_no_figure_of_the_shipped_watchlist(shipped_db: Path, tmp_path: Path) -> None:
    result = Engine.at(shipped_db, SHIPPED).scenario([write(tmp_path, HEAD + ONCE, "once")])
    assert result.notes == [NOTHING_MOVES]


# --- side by side ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build the small world: $40m of $300m for alpha, $30m of $115m for beta; of `other` an unquantified part is whole.

    The company `beta` also has cable on Fam 2, of which nobody counts the units.
    """
    folder = tmp_path_factory.mktemp("place")
    found = world(folder / "seeds", *FACTS, content("cable", "fam-2", 10))
    shutil.copytree(SHIPPED / "profiles", found / "profiles")
    exposure.build(db=folder / "world.duckdb", seeds=found)
    return {"seeds": found, "db": folder / "world.duckdb"}


def test_a_factor_of_one_changes_no_figure(place: dict[str, Path], tmp_path: Path) -> None:
    rules = ONCE + '[[rules]]\nwhat = "fx"\nmultiply = 1\n'
    rules += '[[rules]]\nwhat = "units"\nadd = 0\nunit = "chip"\nprogrammes = ["fam"]\n'
    result = Engine.at(**place).scenario([write(tmp_path, HEAD + rules, "once")])
    assert result.frame.height == 2
    assert NOTHING_MOVES in result.notes


def test_base_scenario_and_change_stand_side_by_side(place: dict[str, Path], tmp_path: Path) -> None:
    found = exposure.scenario(write(tmp_path, CUT, "cut"), db=place["db"], seeds=place["seeds"])
    assert found.columns == list(COMPARED)
    alpha, beta = found.sort("company_id").to_dicts()
    assert (alpha["base_exposure"], alpha["scenario_exposure"]) == (pytest.approx(40 / 300), pytest.approx(32 / 300))
    assert alpha["exposure_change"] == pytest.approx(-8 / 300)
    assert alpha["programme_revenue_usd_change"] == pytest.approx(-8e6)
    assert (alpha["scenario_denominator"], alpha["company_revenue_usd_change"]) == ("consensus", 0)
    assert (beta["scenario_denominator"], beta["company_revenue_usd_change"]) == ("implied", pytest.approx(-6e6))
    assert beta["scenario_exposure"] == pytest.approx(24 / (100 - 15 + 24))
    assert (alpha["scenario"], alpha["horizon"], alpha["profile"]) == ("cut", 2026, "balanced")


def test_several_files_are_applied_together_in_their_order(place: dict[str, Path], tmp_path: Path) -> None:
    cut = write(tmp_path, CUT, "cut")
    more = write(tmp_path, CUT.replace("multiply = 0.8", 'add = 1000000\nunit = "chip"'), "more")
    asked: dict[str, Any] = {"db": place["db"], "seeds": place["seeds"]}
    for files, units in (((cut, more), 2 * 0.8 + 1), ((more, cut), (2 + 1) * 0.8)):
        found = exposure.scenario(*files, **asked)
        alpha = found.row(by_predicate=pl.col("company_id") == "alpha", named=True)
        assert alpha["scenario_programme_revenue_usd"] == pytest.approx(units * 50e6 * 0.4)
        assert alpha["scenario"] == "; ".join(Path(file).stem for file in files)


def test_what_matches_nothing_is_told(place: dict[str, Path], tmp_path: Path) -> None:
    idle = CUT.replace("2026", "2031") + '[[rules]]\nwhat = "content"\nproducts = ["board", "rack"]\nmultiply = 1\n'
    found = Engine.at(**place).scenario([write(tmp_path, idle, "idle")])
    assert found.notes[:3] == [
        "idle, rule 1 matches nothing: multiply units, programmes fam, periods 2031.",
        "idle, rule 2 matches nothing of rack.",
        NOTHING_MOVES,
    ]


def test_who_comes_and_goes_is_told(place: dict[str, Path], tmp_path: Path) -> None:
    without = CUT + '[[rules]]\nwhat = "share"\ncompanies = ["beta"]\nreplace = 0\n'
    found = Engine.at(**place).scenario([write(tmp_path, without, "without")])
    assert "Without any exposure in the scenario, and so without a rank: beta." in found.notes
    assert found.frame["company_id"].to_list() == ["alpha", "beta"]
    assert found.frame["scenario_rank"].to_list() == [1, None]


def test_whom_no_rule_reaches_is_told_and_stands_in_the_table(tmp_path: Path) -> None:
    folder = world(tmp_path / "seeds", *FACTS, disclosed("alpha", "2026", 0.25, scope_id="fam"))
    shutil.copytree(SHIPPED / "profiles", folder / "profiles")
    found = Engine.at(tmp_path / "world.duckdb", folder).scenario([write(tmp_path, CUT, "cut")])
    alpha = found.frame.row(by_predicate=pl.col("company_id") == "alpha", named=True)
    assert (alpha["exposure_change"], alpha["unreached"]) == (0, "fam: stated as a whole")
    assert "Not reached, because stated as a whole: alpha (fam)." in found.notes


BOARDS = '[[rules]]\nwhat = "content"\nproducts = ["board"]\nperiods = ["2026"]\nmultiply = 2\n'
CABLES = BOARDS.replace('"board"', '"cable"')
MORE = '[[rules]]\nwhat = "share"\ncompanies = ["beta"]\nperiods = ["2026"]\nmultiply = 0.5\n'
NONE, WHOLE = None, "fam: stated as a whole"
ROLLED = "fam: rolled forward from stated sales with the units alone"


@pytest.fixture(scope="module")
def stated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Let beta's part in Fam be rolled forward though its cables are in it, and of alpha's nobody say what it is.

    Cables have no value, so that what beta supplies is known and is not computed.
    """
    folder = tmp_path_factory.mktemp("stated")
    claims = [claim for claim in FACTS if claim.table != "supply_shares"]
    claims += [
        content("cable", "fam-2", 10), share("owner", "board", base=0.2), share("beta", "cable", base=0.3),
        disclosed("alpha", "2026", 0.25, scope_id="fam"), disclosed("beta", "2025", 0.3, scope_id="fam-1"),
    ]  # fmt: skip
    found = world(folder / "seeds", *claims)
    shutil.copytree(SHIPPED / "profiles", found / "profiles")
    return {"seeds": found, "db": folder / "world.duckdb"}


@pytest.mark.parametrize(
    ("rules", "alpha", "beta"),
    [
        (CUT.removeprefix(HEAD), WHOLE, NONE),
        (BOARDS, WHOLE, NONE),
        (MORE, NONE, ROLLED),
        (CABLES.replace("multiply", 'unit = "chip"\nprogrammes = ["fam-1"]\nreplace'), WHOLE, ROLLED),
    ],
)
def test_stated_and_rolled_sales_that_a_rule_of_contents_or_shares_misses_are_named(
    rules: str, alpha: str | None, beta: str | None, stated: dict[str, Any], tmp_path: Path
) -> None:
    found = exposure.scenario(write(tmp_path, HEAD + rules, "asked"), **stated).sort("company_id")
    unreached = dict(found.select("company_id", "unreached").rows())
    assert (unreached["alpha"], unreached["beta"]) == (alpha, beta)


def test_a_document_that_came_after_the_day_of_the_question_is_told(place: dict[str, Path], tmp_path: Path) -> None:
    file = write(tmp_path, CUT.replace('assumption = "A"', 'sources = ["DOC"]'), "cut")
    engine = Engine.at(**place)
    assert engine.scenario([file]).notes == []
    with pytest.raises(ExposureError, match="Nobody can be ranked at this date and horizon"):
        engine.scenario([file], Question.parse(as_of="2026-01-14"))


def run(place: dict[str, Path], *arguments: str) -> Result:
    common = ["--db", str(place["db"]), "--seeds", str(place["seeds"])]
    return CliRunner().invoke(cli.app, ["scenario", *arguments, *common], prog_name="exposure")


def test_the_command_prints_both_sides(place: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    file = write(tmp_path, CUT, "cut")
    done = run(place, file, "--top", "1")
    assert (done.exit_code, done.stderr) == (0, "")
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert list(row) == list(COMPARED)
    assert row["scenario"] == "cut"
    table = run(place, file, "--format", "table").stdout.splitlines()
    assert table[0].split() == [
        "rank", "base", "ticker", "company", "exposure", "base", "points", "programme", "USD", "base", "change", "not",
        "reached",
    ]  # fmt: skip
    (beta,) = (line for line in table if "Beta Circuits" in line)
    assert beta.split()[-6:] == ["22%", "26%", "-4.1", "24m", "30m", "-20.0%"]


def test_the_command_tells_faults_and_what_is_not_there_apart(place: dict[str, Path], tmp_path: Path) -> None:
    wrong = run(place, write(tmp_path, "", "wrong"))
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert wrong.stderr.splitlines()[0] == "wrong.toml:1: the file is empty"
    assert run(place, "nothing-like-it").exit_code == 2
