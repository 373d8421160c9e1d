"""The SQL files, one view each, and the dictionary of columns: parse them and order them."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from exposure.db.connection import SCHEMAS
from exposure.errors import ExposureError, Fault, RejectedData

#: column name -> description
DICTIONARY = "columns.csv"

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, order=True)
class Reference:
    """A relation that a view reads, and the byte position of its name."""

    position: int
    relation: str
    aliased: bool


@dataclass(frozen=True)
class View:
    """One SQL file: `sql/mart/factors.sql` is the view `mart.factors`."""

    schema: str
    name: str
    says: str
    grain: tuple[str, ...]
    body: str
    references: tuple[Reference, ...]
    #: stored as a table by the build, since it depends on no session variable
    kept: bool = False

    @property
    def full_name(self) -> str:
        """Return the name with the schema."""
        return f"{self.schema}.{self.name}"

    @property
    def reads(self) -> list[str]:
        """Return the names of the relations that it reads."""
        return sorted({reference.relation for reference in self.references})

    @property
    def file(self) -> str:
        """Return the path inside the SQL folder."""
        return f"{self.schema}/{self.name}.sql"

    @property
    def comment(self) -> str:
        """Return what the view holds and what its grain is."""
        return f"{self.says} One row per {', '.join(self.grain)}."


class _Unreadable(Exception):
    """A fault in a file, with its line."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        self.message = message


def read_views(folder: Path, tables: Collection[str]) -> list[View]:
    """Return the views of a folder in an order of creation over `tables`; raise RejectedData with all faults."""
    views, faults = _parse_files(folder)
    known = {view.full_name for view in views} | set(tables)
    faults += [fault for view in views for fault in _find_relation_faults(view, known)]
    faults += [
        Fault(view.file, 1, "", f"{view.full_name} is already a table") for view in views if view.full_name in tables
    ]
    if faults:
        raise RejectedData(faults)
    return _sort(views)


def read_descriptions(folder: Path) -> dict[str, str]:
    """Return the description of each column name."""
    try:
        text = (folder / DICTIONARY).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ExposureError(f"There is no dictionary of columns {folder / DICTIONARY}.") from error
    described: dict[str, str] = {}
    faults = []
    rows = csv.reader(text.splitlines())
    if next(rows, None) != ["column_name", "description"]:
        raise RejectedData([Fault(DICTIONARY, 1, "", "the header is not column_name,description")])
    for row in rows:
        match row:
            case [name, description] if name and description and name not in described:
                described[name] = description
            case _:
                message = "a row is a new column name and its description"
                faults.append(Fault(DICTIONARY, rows.line_num, "", message))
    if faults:
        raise RejectedData(faults)
    return described


def _parse_files(folder: Path) -> tuple[list[View], list[Fault]]:
    views, faults = [], []
    with duckdb.connect(":memory:") as connection:
        for file in sorted(folder.rglob("*.sql")):
            try:
                views.append(_parse_file(file.relative_to(folder), file.read_text(encoding="utf-8"), connection))
            except _Unreadable as error:
                faults.append(Fault(file.relative_to(folder).as_posix(), error.line, "", error.message))
    return views, faults


def _parse_file(place: Path, text: str, connection: duckdb.DuckDBPyConnection) -> View:
    schema = place.parent.as_posix()
    if schema not in SCHEMAS[1:]:
        raise _Unreadable(1, f"lies in none of the folders {', '.join(SCHEMAS[1:])}")
    if not _NAME.fullmatch(place.stem):
        raise _Unreadable(1, f"{place.stem!r} is not a name of lower-case letters, digits and '_'")
    says, grain = _parse_header(text)
    references = sorted(find_references(text, connection))
    for reference in references:
        if not text.encode().startswith(reference.relation.encode(), reference.position):
            raise _Unreadable(1, f"writes {reference.relation} with quotes or spaces, not simply as schema.name")
    body = text.rstrip().rstrip(";").rstrip()
    return View(schema, place.stem, says, grain, body, tuple(references), kept="\n-- kept: " in text)


def _parse_header(text: str) -> tuple[str, tuple[str, ...]]:
    """Read the first two lines, `-- is: ...` and `-- grain: a, b`."""
    first, second, *_ = [*text.splitlines(), "", ""]
    if not re.match(r"-- is: \S", first):
        raise _Unreadable(1, "the first line is not `-- is: ...`")
    if not re.match(r"-- grain: \S", second):
        raise _Unreadable(2, "the second line is not `-- grain: ...`")
    grain = tuple(column.strip() for column in second.removeprefix("-- grain: ").split(","))
    return first.removeprefix("-- is: ").strip(), grain


def _parse_select(text: str, connection: duckdb.DuckDBPyConnection) -> Any:
    """Return the syntax tree of one SELECT, which is not bound to any table."""
    (answer,) = connection.sql(
        "select json_serialize_sql(?::varchar, skip_null := true, skip_empty := true, skip_default := true)",
        params=[text],
    ).fetchall()[0]
    parsed = json.loads(answer)
    if parsed["error"]:
        line = text.count("\n", 0, int(parsed.get("position") or 0)) + 1
        raise _Unreadable(line, parsed["error_message"])
    if len(parsed["statements"]) != 1:
        raise _Unreadable(1, f"holds {len(parsed['statements'])} statements instead of one SELECT")
    return parsed["statements"][0]["node"]


def find_references(text: str, connection: duckdb.DuckDBPyConnection) -> Iterator[Reference]:
    """Yield the relations that a SELECT reads, except its own CTEs."""
    nodes = list(_nodes(_parse_select(text, connection)))
    ctes = {entry["key"].lower() for node in nodes for entry in node.get("cte_map", {}).get("map", ())}
    for node in nodes:
        if node.get("type") == "BASE_TABLE":
            names = [node.get(part, "") for part in ("catalog_name", "schema_name", "table_name")]
            if any(names[:2]) or names[2].lower() not in ctes:
                relation = ".".join(name for name in names if name)
                yield Reference(node.get("query_location", 0), relation, aliased="alias" in node)


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


def _find_relation_faults(view: View, known: set[str]) -> Iterator[Fault]:
    floor = SCHEMAS.index(view.schema)
    for relation in view.reads:
        schema, dot, _ = relation.partition(".")
        if not dot:
            yield Fault(view.file, 1, "", f"reads {relation}, which is neither a CTE nor written schema.name")
        elif relation not in known:
            yield Fault(view.file, 1, "", f"reads {relation}, which is neither a table nor a view")
        elif SCHEMAS.index(schema) > floor:
            yield Fault(view.file, 1, "", f"reads {relation} on a higher floor ({' < '.join(SCHEMAS)})")


def _sort(views: Iterable[View]) -> list[View]:
    by_name = {view.full_name: view for view in views}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for name, view in by_name.items():
        sorter.add(name, *(relation for relation in view.reads if relation in by_name))
    try:
        return [by_name[name] for name in sorter.static_order()]
    except CycleError as error:
        cycle = [by_name[name].file for name in error.args[1]]
        message = f"views read each other in a cycle: {' <- '.join(cycle)}"
        raise RejectedData([Fault(cycle[0], 1, "", message)]) from error
