"""Scenarios: rules that multiply, add to, replace or delay inputs, and the small files that hold them."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from exposure.errors import ExposureError, Fault, RejectedData
from exposure.names.resolve import hint
from exposure.names.vocabulary import Vocabulary
from exposure.seeds import periods
from exposure.seeds.models import UnitBasis

FOLDER = "scenarios"
Target = Literal["units", "content", "share", "fx"]
#: what a rule does; each rule does one of them
OPERATIONS = ("multiply", "add", "replace", "delay")
#: years that are named by what they are for the question
ROLES = ("horizon", "base")
#: what may narrow a rule of each target
FILTERS: dict[str, tuple[str, ...]] = {
    "units": ("programmes", "periods"),
    "content": ("programmes", "products", "companies", "periods"),
    "share": ("programmes", "products", "companies", "periods"),
    "fx": ("currencies", "periods"),
}
#: what has to be named where a rule has an amount of its own
_NAMED = {"units": ("programmes",), "fx": ("currencies",)}
#: a factor is nothing, or lies between these; beyond them figures are no figures
_LEAST_TIMES, _MOST_TIMES = 1e-6, 1e6
#: no amount is larger: of units, of dollars in one, of a currency for one dollar
_MOST = {"units": 1e12, "content": 1e12, "fx": 1e6}
#: filters that hold names of the seeds
NAMES = ("programmes", "products", "companies", "currencies")


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("is no number to calculate with")
    return value


def _years(period: str) -> str:
    if period not in ROLES:
        years_of(period)
    return period


def years_of(period: str) -> range:
    """Give the calendar years of a period; raise ValueError when it is none, or not made of whole years."""
    start, end = periods.bounds(period)
    if (start.month, start.day, end.month, end.day) != (1, 1, 12, 31):
        raise ValueError(
            f"{period!r} is not made of whole calendar years, which is what inputs are kept by; write 2026"
        )
    return range(start.year, end.year + 1)


Word = Annotated[str, Field(strict=True, min_length=1)]
Words = tuple[Word, ...]
Number = Annotated[float, Field(strict=True), AfterValidator(_finite)]
NotNegative = Annotated[float, Field(strict=True, ge=0), AfterValidator(_finite)]


class Rule(BaseModel):
    """One change of one kind of input, for the rows that all its filters name; a filter left out names all.

    `multiply` is a factor. `add` and `replace` are units counted in `unit`, dollars in one `unit`, a share between 0
    and 1, or units of a currency for one dollar. `delay` is a number of quarters.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    what: Target
    programmes: Words = ()
    products: Words = ()
    companies: Words = ()
    currencies: Words = ()
    periods: tuple[Annotated[str, Field(strict=True), AfterValidator(_years)], ...] = ()
    multiply: NotNegative | None = None
    add: Number | None = None
    replace: NotNegative | None = None
    delay: Annotated[int, Field(strict=True, ge=1, le=4)] | None = None
    unit: UnitBasis | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Rule:
        for key, message in inconsistencies(self.model_dump(exclude_none=True, exclude_defaults=True)):
            raise ValueError(f"{key}: {message}")
        return self

    @property
    def operation(self) -> str:
        """Name what the rule does."""
        return next(name for name in OPERATIONS if getattr(self, name) is not None)

    @property
    def amount(self) -> float:
        """Give the number that it does it with."""
        return float(getattr(self, self.operation))

    @property
    def words(self) -> str:
        """Say what the rule does, and to what."""
        named = [f"{key} {', '.join(getattr(self, key))}" for key in FILTERS[self.what] if getattr(self, key)]
        return ", ".join([f"{self.operation} {self.what}", *named])


class Scenario(BaseModel):
    """Rules that belong together, why they are worth asking, and the documents that their figures come from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Word
    title: Word
    reasoning: Word
    sources: Words = ()
    #: why the figures are assumed, where no document has them
    assumption: Word | None = None
    rules: tuple[Rule, ...] = Field(min_length=1)


def inconsistencies(rule: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Find what does not go together in a rule, each with the key that shows it."""
    done = [name for name in OPERATIONS if name in rule]
    if not done:
        yield "", f"does nothing; it has one of {', '.join(OPERATIONS)}"
    for second in done[1:]:
        yield second, f"a rule does one thing, and this one has {done[0]} already"
    what = rule.get("what")
    if not isinstance(what, str) or what not in FILTERS:
        return
    for name in NAMES:
        if name in rule and name not in FILTERS[what]:
            yield name, f"does not tell {what} apart; {', '.join(FILTERS[what])} do"
    yield from _amount_faults(what, rule, own_amount=bool({"add", "replace"} & set(done)))


def _amount_faults(what: str, rule: Mapping[str, Any], *, own_amount: bool) -> Iterator[tuple[str, str]]:
    operation = "add" if "add" in rule else "replace"
    if what not in ("units", "content") or not own_amount:
        if "unit" in rule:
            yield "unit", "belongs to an amount of units or content only"
    elif "unit" not in rule:
        yield operation, "needs a unit, such as chip or rack"
    for name in _NAMED.get(what, ()) if own_amount else ():
        if not rule.get(name):
            yield operation, f"needs {name}: whose {what} it is"
    for name in ("multiply", "add", "replace"):
        value = rule.get(name)
        if isinstance(value, int | float):
            yield from ((name, message) for message in _beyond(what, name, value))


def _beyond(what: str, operation: str, value: float) -> Iterator[str]:
    if what == "share" and operation != "multiply" and abs(value) > 1:
        yield "a share is a part of a whole, at most 1"
    if what == "fx" and operation != "add" and value == 0:
        yield "a rate of exchange is above zero"
    if not math.isfinite(value) or (operation != "add" and value <= 0):
        return  # told by the key's own kind, or nothing at all
    if operation == "multiply" and not _LEAST_TIMES <= value <= _MOST_TIMES:
        yield f"a factor is 0 or from {_LEAST_TIMES:g} to {_MOST_TIMES:,.0f}"
    most = _MOST.get(what, math.inf)
    if operation != "multiply" and abs(value) > most:
        yield f"an amount of {what} is at most {most:,.0f}"


# --- files ---------------------------------------------------------------------------------


def names(seeds: Path) -> list[str]:
    """Name the scenarios that come with the seeds."""
    return sorted(file.stem for file in (seeds / FOLDER).glob("*.toml"))


def read(wanted: Sequence[str], seeds: Path, vocabulary: Vocabulary) -> list[Scenario]:
    """Read scenarios by their names in the seeds or by paths; raise RejectedData with every fault of every file."""
    files = [Path(name) if name.endswith(".toml") else _shipped(name, seeds) for name in wanted]
    found, faults = _read(files, vocabulary)
    if faults:
        raise RejectedData(faults)
    return found


def faults(seeds: Path, vocabulary: Vocabulary | None) -> list[Fault]:
    """Find what is wrong with the scenarios of the seeds; without a vocabulary, names are not held against it."""
    return _read([seeds / FOLDER / f"{name}.toml" for name in names(seeds)], vocabulary)[1]


def _shipped(name: str, seeds: Path) -> Path:
    known = names(seeds)
    if name not in known:
        near = get_close_matches(name, known) or known
        there = f"there are {', '.join(near)}" if near else f"there are none in {seeds / FOLDER}"
        raise ExposureError(f"There is no scenario {name!r}; {there}, or name a .toml file.")
    return seeds / FOLDER / f"{name}.toml"


def _read(files: Sequence[Path], vocabulary: Vocabulary | None) -> tuple[list[Scenario], list[Fault]]:
    found, faults = [], []
    for file in files:
        text = _Text(file)
        faults += text.faults
        if text.faults:
            continue
        wrong = list(_faults(text))
        wrong += _unknown(text, vocabulary) if vocabulary is not None else []
        faults += wrong
        if not wrong:
            found.append(Scenario.model_validate(text.content | {"name": file.stem}))
    return found, faults


def _faults(text: _Text) -> Iterator[Fault]:
    if "name" in text.content:
        yield text.fault(("name",), "is the name of the file")
    try:
        Scenario.model_validate(text.content | {"name": text.file.stem})
    except ValidationError as error:
        for problem in error.errors():
            if problem["loc"] != ("name",) and not _is_told_by_its_rules(problem, text.content):
                yield text.fault(problem["loc"], _sentence(problem))
    if not ({"sources", "assumption"} & set(text.content)):
        yield text.fault((), "names neither sources of its figures nor an assumption with its reason")
    for place, rule in text.rules():
        for key, message in inconsistencies(rule):
            yield text.fault((*place, key) if key else place, message)


def _is_told_by_its_rules(problem: Any, content: Mapping[str, Any]) -> bool:
    """Say whether a fault is told rule by rule: what does not go together, and that no rule is left of wrong ones."""
    wrong_together = len(problem["loc"]) == 2 and problem["type"] == "value_error"
    none_left = problem["loc"] == ("rules",) and problem["type"] == "too_short" and bool(content["rules"])
    return wrong_together or none_left


def _sentence(problem: Any) -> str:
    match problem["type"]:
        case "missing":
            return "is missing"
        case "too_short" if problem["loc"] == ("rules",):
            return "has no rule"
        case "extra_forbidden":
            model = Rule if problem["loc"][0] == "rules" else Scenario
            known = [name for name in model.model_fields if name != "name"]
            return f"is no key of a {model.__name__.lower()}.{hint(str(problem['loc'][-1]), known)}"
        case _:
            return str(problem["msg"]).removeprefix("Value error, ").replace("tuple", "list")


def _unknown(text: _Text, vocabulary: Vocabulary) -> Iterator[Fault]:
    """Find names that nothing in the seeds has, each with those near to it."""
    for place, word in text.words("sources"):
        if message := vocabulary.trouble("sources", word):
            yield text.fault(place, message)
    for place, _ in text.rules():
        for key in NAMES:
            for inside, word in text.words(*place, key):
                if message := vocabulary.trouble(key, word):
                    yield text.fault(inside, message)


class _Text:
    """A file as somebody wrote it: what it says, and on which line each key stands."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.content: dict[str, Any] = {}
        self.faults: list[Fault] = []
        self._lines: dict[tuple[str | int, ...], int] = {}
        self._written: list[str] = []
        data = _bytes(file)
        try:
            text = data.decode("utf-8-sig")
            self.content = tomllib.loads(text)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self.faults.append(Fault(file.name, line, "", f"the byte 0x{data[error.start]:02x} is not UTF-8"))
            return
        except tomllib.TOMLDecodeError as error:
            self.faults.append(_syntax_fault(file.name, text, str(error)))
            return
        self._written = text.splitlines()
        self._lines = dict(_places(self._written))
        if not self.content:
            self.faults.append(Fault(file.name, 1, "", "the file is empty"))

    def fault(self, place: Sequence[str | int], message: str) -> Fault:
        """Tell a fault at a key, on the line of that key or of what it stands in."""
        keys = tuple(place)
        near = next((keys[:end] for end in range(len(keys), 0, -1) if keys[:end] in self._lines), ())
        column = next((str(key) for key in reversed(keys) if isinstance(key, str)), "")
        return Fault(self.file.name, self._line(near, keys[len(near) :]), column, message)

    def _line(self, near: tuple[str | int, ...], rest: tuple[str | int, ...]) -> int:
        """Give the line of a key, or, for a word of a list over several lines, the word's own."""
        line = self._lines.get(near, 1)
        found: Any = self.content
        for key in (*near, *rest):
            found = found[int(key)] if isinstance(found, list) else found.get(key)
            if found is None:
                return line
        if rest and isinstance(found, str):
            for number, written in enumerate(self._written[line - 1 :], start=line):
                if f'"{found}"' in written or f"'{found}'" in written:
                    return number
        return line

    def rules(self) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
        """Give the tables of the rules with their places."""
        rules = self.content.get("rules")
        for number, rule in enumerate(rules if isinstance(rules, list) else []):
            if isinstance(rule, dict):
                yield ("rules", number), rule

    def words(self, *place: str | int) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Give the texts of a list with their places."""
        found: Any = self.content
        for key in place:
            found = found.get(key) if isinstance(found, dict) else found[int(key)]
        for number, word in enumerate(found if isinstance(found, list) else []):
            if isinstance(word, str) and word:
                yield (*place, number), word


_KEY = re.compile(r"""\s*["']?(?P<key>[A-Za-z0-9_-]+)["']?\s*=""")
_TABLE = re.compile(r"""\s*\[{1,2}\s*["']?(?P<table>[A-Za-z0-9_-]+)["']?\s*\]{1,2}""")


def _places(lines: Sequence[str]) -> Iterator[tuple[tuple[str | int, ...], int]]:
    """Give each key with its line; what stands inside texts over several lines is no key."""
    inside: tuple[str | int, ...] = ()
    count: dict[str, int] = {}
    quoted = False
    for number, line in enumerate(lines, start=1):
        began_quoted = quoted
        quoted ^= (line.count('"""') + line.count("'''")) % 2 == 1
        if began_quoted:
            continue
        if table := _TABLE.match(line):
            name = table["table"]
            count[name] = count.get(name, -1) + 1
            inside = (name, count[name]) if line.lstrip().startswith("[[") else (name,)
            yield inside, number
        elif key := _KEY.match(line):
            yield (*inside, key["key"]), number


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise ExposureError(f"There is no scenario file {file}.") from error
    except OSError as error:
        raise ExposureError(f"{file} cannot be read: {error.strerror}.") from error


def _syntax_fault(name: str, text: str, message: str) -> Fault:
    at = re.search(r" \(at line (\d+), column \d+\)$", message)
    line = int(at[1]) if at else max(len(text.splitlines()), 1)
    return Fault(name, line, "", f"is not TOML: {message[: at.start()] if at else message}")
