"""Options that several commands share."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from exposure.errors import ExposureError
from exposure.question import FIRST_YEAR, LAST_YEAR, MOST_DRAWS, MOST_SEED, parse_date

if TYPE_CHECKING:
    from exposure.engine import Engine

Format = Literal["table", "csv", "json", "parquet"]
TreeFormat = Literal["tree", "json", "csv"]
Encoding = Literal["utf-8", "utf-8-sig"]


def open_engine(ctx: typer.Context) -> "Engine":
    """Return the engine on the database and the seeds of the global options."""
    from exposure.engine import Engine

    return Engine.at(**ctx.obj)


def parse_day(text: str) -> date | None:
    """Return the date of an option; raise BadParameter when it is none."""
    try:
        return parse_date(text)
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
        "--horizon",
        metavar="YEAR",
        min=FIRST_YEAR,
        max=LAST_YEAR,
        help="Year to rank [default: the year of the as-of date]",
    ),
]
Profile = Annotated[
    str, typer.Option("--profile", metavar="NAME|FILE", help="Scoring profile: the name of a packaged one, or a file")
]
Grades = Annotated[
    str, typer.Option("--grades", metavar="GRADES", help="Evidence grades to rank together; the others follow")
]
Draws = Annotated[
    int,
    typer.Option(
        "--draws", metavar="N", min=0, max=MOST_DRAWS, help="Number of draws for the intervals; 0 leaves them empty"
    ),
]
Seed = Annotated[
    int,
    typer.Option("--seed", metavar="N", min=0, max=MOST_SEED, help="Random seed; the same seed gives the same bytes"),
]
Top = Annotated[int | None, typer.Option("--top", metavar="N", min=1, help="Only the first N rows")]
Company = Annotated[str, typer.Argument(metavar="COMPANY", help="Id, ticker, name or alias, in any language")]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", dir_okay=False, help="Write to a file, replaced as a whole"),
]
OutputFormat = Annotated[
    Format | None,
    typer.Option(
        "--format", "-f", help="Output format [default: table on a terminal, for a file by its ending, else csv]"
    ),
]
