"""Tables as the rules see them: the cells of each line as written, and the row when it passed its model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar, get_origin

from exposure.errors import Fault
from exposure.seeds.models import TABLES, Fact, Row

AnyRow = TypeVar("AnyRow", bound=Row)


@dataclass(frozen=True)
class Line:
    """A row of a file: its place, its cells as written, and the row itself when it passed."""

    file: str
    line: int
    cells: dict[str, str]
    row: Row | None

    def fault(self, column: str, message: str) -> Fault:
        """Return a fault of this line."""
        return Fault(self.file, self.line, column, message)

    @property
    def place(self) -> str:
        """Return the file and line, for a message about another line."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Table:
    """The lines of one file; `whole` is false when some cells are unreadable, `named` when some of its keys are."""

    name: str
    model: type[Row]
    lines: list[Line]
    whole: bool
    named: bool

    @property
    def file(self) -> str:
        """Return the file's name."""
        return f"{self.name}.csv"


FACT_TABLES = [name for name, model in TABLES.items() if issubclass(model, Fact)]
_NAMES = {model: name for name, model in TABLES.items()}


class Tables(dict[str, Table]):
    """All tables by name."""

    def list_rows(self, model: type[AnyRow]) -> list[tuple[Line, AnyRow]]:
        """Return the rows of a model's table that passed, with their lines."""
        return [(line, line.row) for line in self[_NAMES[model]].lines if isinstance(line.row, model)]

    def list_facts(self) -> list[tuple[Line, Fact]]:
        """Return the facts of all tables that passed, with their lines."""
        return [(line, line.row) for name in FACT_TABLES for line in self[name].lines if isinstance(line.row, Fact)]

    def index_cells(self, name: str, column: str) -> dict[str, Line]:
        """Return the values of a column as written, each with the first line that has it."""
        lines: dict[str, Line] = {}
        for line in self[name].lines:
            if cell := line.cells.get(column):
                lines.setdefault(cell, line)
        return lines

    def are_whole(self, names: Iterable[str]) -> bool:
        """Return whether every cell of these tables is readable."""
        return all(self[name].whole for name in names)

    def are_named(self, names: Iterable[str]) -> bool:
        """Return whether every key of these tables is readable, so that a missing id is really missing."""
        return all(self[name].named for name in names)


def find_unknown(table: Table, column: str, known: set[str]) -> Iterator[tuple[Line, str]]:
    """Yield the values of a column, or parts of its lists, that are not known."""
    is_list = get_origin(table.model.model_fields[column].annotation) is tuple
    for line in table.lines:
        cell = line.cells.get(column, "")
        for part in cell.split(";") if is_list else [cell]:
            if part.strip() and part.strip() not in known:
                yield line, part.strip()


def suggest(cell: str, known: Iterable[str]) -> str:
    """Return the end of a sentence that suggests what was meant, or nothing."""
    close = get_close_matches(cell, list(known), n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
