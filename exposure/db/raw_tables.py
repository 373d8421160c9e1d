"""Seed tables as database tables: columns with their types, and cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, get_args, get_origin

from exposure.db.connection import Columns
from exposure.seeds.models import TABLES, Row
from exposure.seeds.periods import parse_period
from exposure.seeds.reader import Seeds


@dataclass(frozen=True)
class RawTable:
    """A seed table as a database table."""

    columns: Columns
    rows: Sequence[Row]
    comment: str

    def cells(self) -> Iterator[tuple[object, ...]]:
        """Yield the rows, each period followed by its first and last day."""
        for row in self.rows:
            cells: list[object] = []
            for column in row.columns():
                value = getattr(row, column)
                cells.append(value)
                if column == "period":
                    cells += (None, None) if value is None else parse_period(value)
            yield tuple(cells)


def read(seeds: Seeds) -> Iterator[tuple[str, RawTable]]:
    """Yield every seed table with its name in the database."""
    for name, model in TABLES.items():
        columns = [column for own in model.columns() for column in _columns(own, model)]
        says = " ".join((model.__doc__ or "").split())
        yield f"raw.{name}", RawTable(columns, seeds.tables[name], f"{says} One row per {', '.join(model.key)}.")


def _columns(name: str, model: type[Row]) -> Iterator[tuple[str, str]]:
    yield name, _type(name, model)
    if name == "period":
        yield "period_start", "DATE"
        yield "period_end", "DATE"


def _type(column: str, model: type[Row]) -> str:
    """Return the DuckDB type of a model's field."""
    kinds = {leaf for leaf in _leaves(model.model_fields[column].annotation) if leaf is not type(None)}
    if tuple in kinds:
        return "VARCHAR[]"
    for python, duck in ((bool, "BOOLEAN"), (float, "DOUBLE"), (date, "DATE")):
        if kinds == {python}:
            return duck
    if kinds == {str}:
        return "VARCHAR"
    raise TypeError(f"{model.__name__}.{column} has no DuckDB type: {kinds}")


def _leaves(annotation: Any) -> Iterator[type]:
    """Yield the plain types in a union, Annotated or Literal."""
    origin = get_origin(annotation)
    if origin is None or origin is tuple:
        yield origin or annotation
    elif origin is Literal:
        yield from map(type, get_args(annotation))
    else:
        arguments = get_args(annotation)
        for argument in arguments[:1] if origin is Annotated else arguments:
            yield from _leaves(argument)
