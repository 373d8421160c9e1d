"""Options that several commands share."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from exposure.errors import ExposureError

Format = Literal["table", "csv", "json", "parquet"]
TreeFormat = Literal["tree", "json", "csv"]
Encoding = Literal["utf-8", "utf-8-sig"]

DEFAULT_PROFILE = "balanced"
DEFAULT_GRADES = "AB"
DEFAULT_DRAWS = 10_000

#: limits of the library
MAX_DRAWS, MAX_SEED = 10_000_000, 2**63 - 1


def parse_day(text: str) -> date | None:
    """Return the date of an option; raise BadParameter when it is none."""
    from exposure import engine

    try:
        return engine.day_of(text)
    except ExposureError as error:
        raise typer.BadParameter(str(error)) from error


AsOf = Annotated[
    date | None,
    typer.Option(
        "--as-of", metavar="DATE", parser=parse_day, help="Use only what was known on this day [default: the latest]"
    ),
]
Horizon = Annotated[
    int | None,
    typer.Option(
        "--horizon", metavar="YEAR", min=1990, max=2100, help="The year looked at [default: the year of the as-of date]"
    ),
]
Profile = Annotated[
    str, typer.Option("--profile", metavar="NAME|FILE", help="What the score is made of: a shipped profile or a file")
]
Grades = Annotated[
    str, typer.Option("--grades", metavar="GRADES", help="Evidence grades ranked together; the others come below")
]
Draws = Annotated[
    int,
    typer.Option(
        "--draws", metavar="N", min=0, max=MAX_DRAWS, help="Draws behind the intervals; 0 leaves their columns empty"
    ),
]
Seed = Annotated[
    int, typer.Option("--seed", metavar="N", min=0, max=MAX_SEED, help="The same number gives the same bytes")
]
Top = Annotated[int | None, typer.Option("--top", metavar="N", min=1, help="Only the first N rows")]
Company = Annotated[str, typer.Argument(metavar="COMPANY", help="Id, ticker, name or alias, in any language")]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", dir_okay=False, help="Write to a file, in place at once"),
]
OutputFormat = Annotated[
    Format | None,
    typer.Option("--format", "-f", help="[default: table on a terminal, by its ending for a file, else csv]"),
]
