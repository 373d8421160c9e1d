"""The TOML files of scenarios, and their faults by line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from exposure.errors import ExposureError, Fault, RejectedData
from exposure.names.resolve import hint
from exposure.scenarios.rules import NAMES, Rule, Scenario, find_inconsistencies
from exposure.seeds import named_files

if TYPE_CHECKING:
    from exposure.names.vocabulary import Vocabulary

#: the way to a value in a file: keys of tables, and numbers in lists
Place = tuple[str | int, ...]

_KEY = re.compile(r"""\s*["']?(?P<key>[A-Za-z0-9_-]+)["']?\s*=""")
_LONG_TEXT = re.compile(r"""(\"{3}|'{3}).*?\1""", re.DOTALL)
_TABLE = re.compile(r"""\s*\[{1,2}\s*["']?(?P<table>[A-Za-z0-9_-]+)["']?\s*\]{1,2}""")


def read_scenarios(names: Sequence[str], seeds: Path, vocabulary: Vocabulary) -> list[Scenario]:
    """Read scenarios by their names in the seeds or by paths; raise RejectedData with every fault of every file."""
    scenarios, faults = _read([named_files.find_file("scenario", name, seeds) for name in names], vocabulary)
    if faults:
        raise RejectedData(faults)
    return scenarios


def find_faults(seeds: Path, vocabulary: Vocabulary | None) -> list[Fault]:
    """Return the faults of the scenarios of the seeds; without a vocabulary, names are not checked."""
    faults = []
    for name in named_files.list_names("scenario", seeds):
        file = named_files.find_file("scenario", name, seeds)
        try:
            faults += _read([file], vocabulary)[1]
        except ExposureError as error:
            faults.append(Fault(file.name, 1, "", str(error)))
    return faults


def _read(files: Sequence[Path], vocabulary: Vocabulary | None) -> tuple[list[Scenario], list[Fault]]:
    scenarios, faults = [], []
    for file in files:
        text = _Text(file)
        wrong = text.faults or [*_find_faults(text), *(_unknown_names(text, vocabulary) if vocabulary else ())]
        faults += wrong
        if not wrong:
            scenarios.append(Scenario.model_validate(text.content | {"name": file.stem}))
    return scenarios, faults


def _find_faults(text: _Text) -> Iterator[Fault]:
    if "name" in text.content:
        yield text.fault(("name",), "is the name of the file")
    try:
        Scenario.model_validate(text.content | {"name": text.file.stem})
    except ValidationError as error:
        for problem in error.errors():
            if problem["loc"] != ("name",) and not _is_fault_of_rules(problem, text.content):
                yield text.fault(problem["loc"], _sentence(problem))
    if not ({"sources", "assumption"} & set(text.content)):
        yield text.fault((), "names neither sources of its figures nor an assumption with its reason")
    for place, rule in text.rules():
        for key, message in find_inconsistencies(rule):
            yield text.fault((*place, key) if key else place, message)


def _is_fault_of_rules(problem: Any, content: Mapping[str, Any]) -> bool:
    """Return whether a fault is reported rule by rule: an inconsistent rule, or no rule left of wrong ones."""
    is_inconsistent = len(problem["loc"]) == 2 and problem["type"] == "value_error"
    none_left = problem["loc"] == ("rules",) and problem["type"] == "too_short" and bool(content["rules"])
    return is_inconsistent or none_left


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


def _unknown_names(text: _Text, vocabulary: Vocabulary) -> Iterator[Fault]:
    """Yield names that the seeds do not have, each with those near to it."""
    lists: list[Place] = [("sources",), *((*place, key) for place, _ in text.rules() for key in NAMES)]
    for place in lists:
        for inside, word in text.words(place):
            if message := vocabulary.find_fault(str(place[-1]), word):
                yield text.fault(inside, message)


class _Text:
    """A file as it was written: its content, and the line of each key."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.content: dict[str, Any] = {}
        self.faults: list[Fault] = []
        self._lines: list[str] = []
        self._line_of: dict[Place, int] = {}
        try:
            text, self.content = named_files.read_toml("scenario", file)
        except RejectedData as rejected:
            self.faults += rejected.faults
        else:
            self._lines = text.splitlines()
            self._line_of = dict(_locate_keys(text))
            if not self.content:
                self.faults.append(Fault(file.name, 1, "", "the file is empty"))

    def fault(self, place: Sequence[str | int], message: str) -> Fault:
        """Return a fault at a key, on its line or on that of the table that contains it."""
        keys = tuple(place)
        near = next((keys[:end] for end in range(len(keys), 0, -1) if keys[:end] in self._line_of), ())
        column = next((str(key) for key in reversed(keys) if isinstance(key, str)), "")
        line = self._line_of.get(near, 1)
        word = self._value(keys) if near != keys else None
        if isinstance(word, str):  # a word of a list that may go over several lines
            quoted = (f'"{word}"', f"'{word}'")
            lines = enumerate(self._lines[line - 1 :], start=line)
            line = next((number for number, text in lines if any(each in text for each in quoted)), line)
        return Fault(self.file.name, line, column, message)

    def rules(self) -> Iterator[tuple[Place, dict[str, Any]]]:
        """Yield the tables of the rules with their places."""
        for number, rule in enumerate(_as_list(self.content.get("rules"))):
            if isinstance(rule, dict):
                yield ("rules", number), rule

    def words(self, place: Place) -> Iterator[tuple[Place, str]]:
        """Yield the texts of a list with their places."""
        for number, word in enumerate(_as_list(self._value(place))):
            if isinstance(word, str) and word:
                yield (*place, number), word

    def _value(self, place: Place) -> Any:
        value: Any = self.content
        for key in place:
            value = value[int(key)] if isinstance(value, list) else value.get(key) if isinstance(value, dict) else None
        return value


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _locate_keys(text: str) -> Iterator[tuple[Place, int]]:
    """Yield each key with its line, leaving out texts of several lines."""
    table: Place = ()
    counts: dict[str, int] = {}
    for number, line in enumerate(_LONG_TEXT.sub(lambda long: "\n" * long[0].count("\n"), text).splitlines(), start=1):
        if head := _TABLE.match(line):
            name = head["table"]
            counts[name] = counts.get(name, -1) + 1
            table = (name, counts[name]) if line.lstrip().startswith("[[") else (name,)
            yield table, number
        elif key := _KEY.match(line):
            yield (*table, key["key"]), number
