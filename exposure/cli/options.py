"""Options that several commands share."""

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from exposure.errors import ExposureError
from exposure.question import FIRST_YEAR, LAST_YEAR, MOST_DRAWS, MOST_SEED, parse_date

if TYPE_CHECKING:
    from exposure.engine import Engine

Format = Literal["table", "csv", "json", "parquet"]
TreeFormat = Literal["tree", "json", "csv"]


def open_engine(ctx: typer.Context) -> "Engine":
    """Return the engine on the database and the seeds of the global options."""
    from exposure.engine import Engine

    return Engine.at(**ctx.obj)


def day_option(name: str, text: str) -> Any:
    """Return an option that takes a date."""
    return typer.Option(name, metavar="DATE", parser=_parse_day, help=text)


def _parse_day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ExposureError as error:
        raise typer.BadParameter(str(error)) from error


def year_option(name: str, text: str) -> Any:
    """Return an option that takes a calendar year."""
    return typer.Option(name, metavar="YEAR", min=FIRST_YEAR, max=LAST_YEAR, help=text)


def draws_option(text: str) -> Any:
    """Return the option for the number of draws."""
    return typer.Option("--draws", metavar="N", min=0, max=MOST_DRAWS, help=text)


def top_option(text: str) -> Any:
    """Return the option for the number of first rows or ranks."""
    return typer.Option("--top", metavar="N", min=1, help=text)


def _parse_output(text: str) -> Path | None:
    """Return the file to write, or None for stdout, which is called `-`."""
    if text == "-":
        return None
    if text.endswith(("/", os.sep)) or Path(text).is_dir():
        raise typer.BadParameter(f"{text!r} is a folder; name a file.")
    return Path(text)


def format_option(default: str) -> Any:
    """Return the option for the output format, which has a default by destination."""
    return typer.Option("--format", "-f", help=f"Output format [default: {default}]")


AsOf = Annotated[date | None, day_option("--as-of", "Use only what was known on this day [default: the latest]")]
Horizon = Annotated[int | None, year_option("--horizon", "Year to rank [default: the year of the as-of date]")]
Profile = Annotated[str, typer.Option("--profile", metavar="NAME|FILE", help="Scoring profile, packaged or a file")]
Grades = Annotated[str, typer.Option("--grades", metavar="GRADES", help="Only companies of these grades; ranks stay")]
ByGrade = Annotated[bool, typer.Option("--by-grade", help="Rank the grades A and B in a block before grade C")]
Draws = Annotated[int, draws_option("Number of draws for the intervals; 0 leaves them empty")]
Seed = Annotated[
    int, typer.Option("--seed", metavar="N", min=0, max=MOST_SEED, help="Random seed; the same gives the same bytes")
]
Top = Annotated[int | None, top_option("Only the first N rows")]
Company = Annotated[str, typer.Argument(metavar="COMPANY", help="Id, ticker, name or alias, in any language")]
OutputFormat = Annotated[Format | None, format_option("table on a terminal, for a file by its ending, else csv")]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        parser=_parse_output,
        help="Write a file as a whole; - is stdout",
    ),
]
