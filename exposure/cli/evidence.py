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
    """Check seed files against their contracts."""
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
    """List the findings in the built data."""
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
    """List the documents behind the numbers."""
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
    """Show how forecasts of units were revised."""
    question = Question.parse(as_of=as_of, horizon=horizon, profile=profile)
    emit_result(open_engine(ctx).revisions(programme, question), output_format, output, "revisions")


def ingest(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Digest as text or Markdown, in Chinese or English")],
    output_format: options.OutputFormat = None,
    output: options.Output = None,
) -> None:
    """Propose claims from a pasted research digest."""
    emit_result(open_engine(ctx).ingest(file), output_format, output, "proposals")
