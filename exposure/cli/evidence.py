"""Commands on the evidence: check, audit, sources, ingest, revisions."""

from pathlib import Path
from typing import Annotated

import typer

from exposure.cli import options
from exposure.cli.options import open_engine
from exposure.cli.output import emit_result, print_note
from exposure.errors import ExitCode
from exposure.question import DEFAULT_PROFILE, Question


def check(
    ctx: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Folder of seed tables [default: that of --seeds]")
    ] = None,
    output_format: options.OutputFormat = None,
    output: options.Output = None,
) -> None:
    """Check seed files against their contracts.

    Builds nothing. Lists every fault of every file as file:line column: message.
    """
    ctx.obj["seeds"] = folder or ctx.obj["seeds"]
    emit_result(open_engine(ctx).check(), output_format, output)


def audit(
    ctx: typer.Context,
    claims: Annotated[
        bool, typer.Option("--claims", help="List arithmetic errors and contradictions of the sources instead")
    ] = False,
    as_of: options.AsOf = None,
    horizon: options.Horizon = None,
    profile: options.Profile = DEFAULT_PROFILE,
    output_format: options.OutputFormat = None,
    output: options.Output = None,
) -> None:
    """List the findings in the built data.

    Exits with 1 if a waiver is missing for one of them. With --claims, recomputes what sources state from their own
    figures and lists claims that contradict each other; errors of sources are not findings, so this exits with 0.
    """
    question = Question.parse(as_of=as_of, horizon=horizon, profile=profile)
    result = open_engine(ctx).audit(question, claims=claims)
    emit_result(result, output_format, output, "claims" if claims else "findings")
    if not claims and (count := sum(state in ("open", "expired") for state in result.frame["state"])):
        print_note(f"{count} open findings.")
        raise typer.Exit(ExitCode.FINDINGS)


def sources(
    ctx: typer.Context,
    wanted: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID|COMPANY]", help="Id of a document or a fact, or a company by id, ticker, name or alias"
        ),
    ] = None,
    as_of: options.AsOf = None,
    horizon: options.Horizon = None,
    profile: options.Profile = DEFAULT_PROFILE,
    output_format: options.OutputFormat = None,
    output: options.Output = None,
) -> None:
    """List the documents behind the numbers.

    Shows how much rests on each document. For a document, lists the facts taken from it; for a fact, that fact with its
    document; for a company, the facts behind its exposure, by document.
    """
    question = Question.parse(as_of=as_of, horizon=horizon, profile=profile)
    result = open_engine(ctx).sources(wanted, question)
    emit_result(result, output_format, output, "documents" if wanted is None else "evidence")


def revisions(
    ctx: typer.Context,
    programme: Annotated[
        str | None, typer.Argument(metavar="[PROGRAMME|FAMILY]", help="Only this programme or family [default: all]")
    ] = None,
    as_of: options.AsOf = None,
    horizon: options.Horizon = None,
    profile: options.Profile = DEFAULT_PROFILE,
    output_format: options.OutputFormat = None,
    output: options.Output = None,
) -> None:
    """Show how forecasts of units were revised.

    Lists the successive forecasts of each origin, and the pooled estimate after each of them.
    """
    question = Question.parse(as_of=as_of, horizon=horizon, profile=profile)
    emit_result(open_engine(ctx).revisions(programme, question), output_format, output, "revisions")


def ingest(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Digest as text or Markdown, in Chinese or English")],
    output_format: options.OutputFormat = None,
    output: options.Output = None,
) -> None:
    """Propose claims from a pasted research digest.

    Prints one row per quantity, with its place in the text, for a person to accept or reject. Leaves the seeds alone.
    """
    emit_result(open_engine(ctx).ingest(file), output_format, output, "proposals")
