"""Commands on the evidence: check, audit, sources, ingest, revisions."""

from pathlib import Path
from typing import Annotated

import typer

from exposure.cli.exit_codes import ExitCode
from exposure.cli.options import AsOf, Horizon, Output, OutputFormat, Profile, open_engine
from exposure.cli.output import emit, print_note
from exposure.question import DEFAULT_PROFILE, Question


def check(
    ctx: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="The seed tables [default: those of --seeds]")
    ] = None,
    output_format: OutputFormat = None,
    output: Output = None,
) -> None:
    """Hold seed files to their contracts.

    Builds nothing. Every fault of every file is listed, as file:line column: message.
    """
    ctx.obj["seeds"] = folder or ctx.obj["seeds"]
    emit(open_engine(ctx).check(), output_format, output)


def audit(
    ctx: typer.Context,
    claims: Annotated[
        bool, typer.Option("--claims", help="Recompute the arithmetic of the sources instead, and show contradictions")
    ] = False,
    as_of: AsOf = None,
    horizon: Horizon = None,
    profile: Profile = DEFAULT_PROFILE,
    output_format: OutputFormat = None,
    output: Output = None,
) -> None:
    """List the findings in the built data.

    Exits with 1 when there is one that no waiver covers. With --claims: what sources state and what follows from their
    own figures, and the claims that cannot both hold; sources that err are no finding, so that exits with 0.
    """
    question = Question.parse(as_of=as_of, horizon=horizon, profile=profile)
    result = open_engine(ctx).audit(question, claims=claims)
    emit(result, output_format, output, "claims" if claims else "findings")
    if not claims and (count := result.frame["state"].to_list().count("open")):
        print_note(f"{count} open findings.")
        raise typer.Exit(ExitCode.FINDINGS)


def sources(
    ctx: typer.Context,
    wanted: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID|COMPANY]", help="A document or a fact by its id, or a company by id, ticker, name or alias"
        ),
    ] = None,
    as_of: AsOf = None,
    horizon: Horizon = None,
    profile: Profile = DEFAULT_PROFILE,
    output_format: OutputFormat = None,
    output: Output = None,
) -> None:
    """List the documents behind the numbers.

    With how much rests on each. With the id of a document, the facts taken from it; with the id of a fact, the document
    that it is from; with a company, the facts that its figure rests on, document by document.
    """
    question = Question.parse(as_of=as_of, horizon=horizon, profile=profile)
    result = open_engine(ctx).sources(wanted, question)
    emit(result, output_format, output, "documents" if wanted is None else "evidence")


def revisions(
    ctx: typer.Context,
    programme: Annotated[
        str | None, typer.Argument(metavar="[PROGRAMME|FAMILY]", help="Only units of this one [default: all]")
    ] = None,
    as_of: AsOf = None,
    horizon: Horizon = None,
    profile: Profile = DEFAULT_PROFILE,
    output_format: OutputFormat = None,
    output: Output = None,
) -> None:
    """Show how forecasts of units were revised.

    What each origin said in turn, and what the pooled figure was by then.
    """
    question = Question.parse(as_of=as_of, horizon=horizon, profile=profile)
    emit(open_engine(ctx).revisions(programme, question), output_format, output, "revisions")


def ingest(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The digest, text or Markdown, Chinese or English")],
    output_format: OutputFormat = None,
    output: Output = None,
) -> None:
    """Propose claims from a pasted research digest.

    One row for each quantity, with its place in the text, for a person to accept or refuse. The seeds are left alone.
    """
    emit(open_engine(ctx).ingest(file), output_format, output, "proposals")
