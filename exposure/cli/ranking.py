"""Commands that build and rank: build, rank, explain, export."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from exposure.cli import options
from exposure.cli.options import open_engine
from exposure.cli.output import choose_format, choose_tree_format, emit_result, print_note, write_output
from exposure.formats import Encoding
from exposure.question import (
    DEFAULT_DRAWS,
    DEFAULT_GRADES,
    DEFAULT_PROFILE,
    DEFAULT_QUESTION,
    Question,
    Result,
    parse_top,
)

#: file of the portfolio manager's folder -> what it is
FOLDER = {
    "watchlist.csv": "ranked companies, one row each, with all columns",
    "unranked.csv": "listed companies without a rank, the reason, and the missing inputs",
    "exposures.csv": "exposure of each company to each programme",
    "facts.csv": "facts behind these numbers, with their documents",
    "findings.csv": "findings in the data, with the reasons of waivers",
    "manifest.json": "date, options and inputs of the export, with a digest of each file",
}


def build(ctx: typer.Context, output: options.Output = None, output_format: options.OutputFormat = None) -> None:
    """Build the database from the seeds."""
    emit_result(open_engine(ctx).build(), output_format, output)


def rank(
    ctx: typer.Context,
    programmes: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PROGRAMME|FAMILY]...", help="Only these programmes or families [default: all]"),
    ] = None,
    horizon: options.Horizon = None,
    as_of: options.AsOf = None,
    profile: options.Profile = DEFAULT_PROFILE,
    grades: options.Grades = DEFAULT_GRADES,
    by_grade: options.ByGrade = False,
    top: options.Top = None,
    draws: options.Draws = DEFAULT_DRAWS,
    notes: Annotated[bool, typer.Option("--notes", help="Print every note [default: the first of them]")] = False,
    output_format: options.OutputFormat = None,
    output: options.Output = None,
) -> None:
    """Print the ranked watchlist."""
    question = Question.parse(
        programmes, as_of=as_of, horizon=horizon, profile=profile, grades=grades, by_grade=by_grade
    )
    chosen = choose_format(output_format, output)
    engine = open_engine(ctx)
    result: Result
    is_late = False
    if (question, draws) == (DEFAULT_QUESTION, DEFAULT_DRAWS) and chosen != "parquet":
        result = engine.read_stored_watchlist().head(parse_top(top))
    else:
        ranking = engine.rank(question, draws=draws, top=top)
        result, is_late = ranking, ranking.is_late
    reading = ""
    if result.rows and chosen == "table":
        row = dict(zip(result.columns, result.rows[0], strict=True))
        reading = f"Known as of {row['as_of']}, for {row['horizon']}, profile {row['profile']}."
        if notes:
            reading += f" To trace a number: exposure explain {row['ticker']}."
    if not notes:
        # Of the two lines, a day after the latest fact has one already.
        both = bool(reading and is_late)
        line = _shorten_notes(result.notes, shown=0 if both else 1)
        reading, rest = (f"{reading} {line}", []) if both else (reading, [line] if line else [])
        result = replace(result, notes=rest)
    emit_result(result, output_format, output, "watchlist", by_grade=by_grade, reading=reading)


def _shorten_notes(notes: Sequence[str], *, shown: int) -> str:
    """Return the first notes on one line, and how to see the others."""
    others = len(notes) - shown
    return " ".join([*notes[:shown], *([f"More notes with --notes: {others}."] if others > 0 else [])])


def explain(
    ctx: typer.Context,
    company: options.Company,
    programme: Annotated[
        str | None, typer.Argument(metavar="[PROGRAMME]", help="Only the contribution of this programme or family")
    ] = None,
    as_of: options.AsOf = None,
    horizon: options.Horizon = None,
    profile: options.Profile = DEFAULT_PROFILE,
    grades: options.Grades = DEFAULT_GRADES,
    by_grade: options.ByGrade = False,
    output_format: Annotated[
        options.TreeFormat | None, options.format_option("tree on a terminal and for .txt, by its ending, else csv")
    ] = None,
    output: options.Output = None,
) -> None:
    """Trace a number down to its sources."""
    from exposure.formats.json import encode_document

    question = Question.parse(as_of=as_of, horizon=horizon, profile=profile, grades=grades, by_grade=by_grade)
    explained = open_engine(ctx).explain(company, programme, question)
    match choose_tree_format(output_format, output):
        case "tree":
            write_output((explained.tree.text() + "\n").encode(), output)
        case "json":
            write_output(encode_document(explained.tree.nested()), output)
        case chosen:
            emit_result(explained, chosen, output)


def export(
    ctx: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="DIR", help="Folder, created if missing")],
    encoding: Annotated[Encoding, typer.Option("--encoding", help="Of the CSV files; utf-8-sig for Excel")] = "utf-8",
    as_of: options.AsOf = None,
    horizon: options.Horizon = None,
    profile: options.Profile = DEFAULT_PROFILE,
    grades: options.Grades = DEFAULT_GRADES,
    by_grade: options.ByGrade = False,
    draws: options.Draws = DEFAULT_DRAWS,
) -> None:
    """Write the portfolio manager's folder."""
    question = Question.parse(as_of=as_of, horizon=horizon, profile=profile, grades=grades, by_grade=by_grade)
    result = open_engine(ctx).export(folder, question, draws=draws, encoding=encoding)
    files = [Path(file) for (file,) in result.rows]
    write_output(b"".join(os.fsencode(file) + b"\n" for file in files), None)
    for file in files:
        print_note(f"{file.name}: {FOLDER[file.name]}.")
