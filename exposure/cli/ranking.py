"""Commands that build and rank: build, rank, explain, export."""

from typing import Annotated

import typer

from exposure.cli.options import (
    DEFAULT_DRAWS,
    DEFAULT_GRADES,
    DEFAULT_PROFILE,
    AsOf,
    Company,
    Draws,
    Encoding,
    Grades,
    Horizon,
    Output,
    OutputFormat,
    Profile,
    Top,
    TreeFormat,
)
from exposure.cli.output import Answer, choose_format, choose_tree_format, emit, print_note, put

#: file of the portfolio manager's folder -> what it is
FOLDER = {
    "watchlist.csv": "the companies ranked, one row each, with all columns",
    "unranked.csv": "the listed companies that are not ranked, why, and what is missing",
    "exposures.csv": "each company's exposure, one row a programme",
    "facts.csv": "the facts behind these numbers, with their documents",
    "findings.csv": "what checks of the data found, and why it is let stand",
    "manifest.json": "when and from what all this was made, with a digest of each file",
}


def build(ctx: typer.Context, output: Output = None, output_format: OutputFormat = None) -> None:
    """Build the database from the seeds.

    The seeds are checked first; the new file is built beside the old one and put in its place when it is whole.
    Prints the rows of each table and the findings that no waiver covers.
    """
    from exposure import engine

    report = engine.build(**ctx.obj)
    counts = [("table", name, count) for name, count in report.rows.items()]
    counts += [("finding", name, count) for name, count in report.findings.items()]
    counts += [("company", "ranked", report.ranked), ("company", "unranked", report.unranked)]
    emit(Answer(("kind", "name", "rows"), counts), output_format, output)
    print_note(f"Built {report.db}: known as of {report.as_of}, for {report.horizon}.")


def rank(
    ctx: typer.Context,
    programmes: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PROGRAMME|FAMILY]...", help="Only these programmes or families [default: all]"),
    ] = None,
    horizon: Horizon = None,
    as_of: AsOf = None,
    profile: Profile = DEFAULT_PROFILE,
    grades: Grades = DEFAULT_GRADES,
    top: Top = None,
    draws: Draws = DEFAULT_DRAWS,
    output_format: OutputFormat = None,
    output: Output = None,
) -> None:
    """Print the ranked watchlist.

    Which companies are exposed, how much money that is, how sure we are. Without a database, or with one of other
    seeds, builds it first. The answer with default options is the one that the build stored.
    """
    from exposure import engine

    question = (as_of, horizon, profile, grades, draws)
    as_stored = not programmes and question == (None, None, DEFAULT_PROFILE, DEFAULT_GRADES, DEFAULT_DRAWS)
    if as_stored and choose_format(output_format, output) != "parquet":
        stored = engine.default_watchlist(**ctx.obj)
        answer = Answer(stored.columns, stored.rows[:top], layout="watchlist", leading=DEFAULT_GRADES)
        notes = stored.notes
    else:
        ranking = engine.ranking(
            programmes, as_of=as_of, horizon=horizon, profile=profile, grades=grades, top=top, draws=draws, **ctx.obj
        )
        answer = Answer.of_frame(ranking.watchlist, "watchlist", grades)
        notes = ranking.notes
    if answer.rows and choose_format(output_format, output) == "table":
        first = dict(zip(answer.columns, answer.rows[0], strict=True))
        reading = (
            f"Known as of {first['as_of']}, for {first['horizon']}, profile {first['profile']}.",
            f"Where a number comes from: exposure explain {first['ticker']}",
        )
        notes = [*reading, *notes]
    emit(answer, output_format, output, notes)


def explain(
    ctx: typer.Context,
    company: Company,
    programme: Annotated[
        str | None, typer.Argument(metavar="[PROGRAMME]", help="Only what this programme or family contributes")
    ] = None,
    as_of: AsOf = None,
    horizon: Horizon = None,
    profile: Profile = DEFAULT_PROFILE,
    output_format: Annotated[
        TreeFormat | None,
        typer.Option("--format", "-f", help="[default: tree on a terminal and for .txt, by its ending, else csv]"),
    ] = None,
    output: Output = None,
) -> None:
    """Trace a number down to its sources.

    Prints the tree from a company's rank down to facts and documents. Evaluating the tree (products, sums, weighted
    means) gives the printed number.
    """
    from exposure import engine
    from exposure.formats import exports

    tree = engine.explanation(company, programme, as_of=as_of, horizon=horizon, profile=profile, **ctx.obj)
    match choose_tree_format(output_format, output):
        case "tree":
            put((tree.text() + "\n").encode(), output)
        case "json":
            put(exports.document_bytes(tree.nested()), output)
        case chosen:
            emit(Answer.of_frame(tree.frame()), chosen, output)


def export(
    ctx: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The folder, made if it is missing")],
    encoding: Annotated[Encoding, typer.Option("--encoding", help="utf-8-sig for Excel")] = "utf-8",
    as_of: AsOf = None,
    horizon: Horizon = None,
    profile: Profile = DEFAULT_PROFILE,
    grades: Grades = DEFAULT_GRADES,
    draws: Draws = DEFAULT_DRAWS,
) -> None:
    """Write the portfolio manager's folder.

    Watchlist, unranked companies, exposures, facts used and findings as CSV, and a manifest. The manifest is written
    last: a folder without one is not finished.
    """
    from exposure import engine

    files = engine.export(
        folder, encoding=encoding, as_of=as_of, horizon=horizon, profile=profile, grades=grades, draws=draws,
        **ctx.obj,
    )  # fmt: skip
    put("".join(f"{file}\n" for file in files).encode(), None)
    for file in files:
        print_note(f"{file.name}: {FOLDER[file.name]}.")
