"""Commands on the evidence: check, audit, sources, ingest, revisions."""

from pathlib import Path
from typing import Annotated

import typer

from exposure.cli.exit_codes import ExitCode
from exposure.cli.options import DEFAULT_PROFILE, AsOf, Horizon, Output, OutputFormat, Profile
from exposure.cli.output import Answer, emit, print_note


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
    from exposure import engine

    counts = engine.check(folder or ctx.obj["seeds"])
    emit(Answer(("table", "rows"), list(counts.items())), output_format, output)
    print_note("No faults.")


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
    from exposure import engine

    if claims:
        told = engine.audit_claims(as_of=as_of, horizon=horizon, profile=profile, **ctx.obj)
        emit(Answer.of_frame(told, "claims"), output_format, output)
        return
    frame = engine.audit(as_of=as_of, horizon=horizon, profile=profile, **ctx.obj)
    emit(Answer.of_frame(frame, "findings"), output_format, output)
    count = frame["state"].to_list().count("open")
    if count:
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
    from exposure import engine

    frame = engine.sources(wanted, as_of=as_of, horizon=horizon, profile=profile, **ctx.obj)
    emit(Answer.of_frame(frame, "documents" if wanted is None else "evidence"), output_format, output)


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
    from exposure.history import revisions as vintages

    frame = vintages.revisions(programme, as_of=as_of, horizon=horizon, profile=profile, **ctx.obj)
    emit(Answer.of_frame(frame, "revisions"), output_format, output)


def ingest(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The digest, text or Markdown, Chinese or English")],
    output_format: OutputFormat = None,
    output: Output = None,
) -> None:
    """Propose claims from a pasted research digest.

    One row for each quantity, with its place in the text, for a person to accept or refuse. The seeds are left alone.
    """
    from exposure.extraction.proposals import COLUMNS, proposals

    found = proposals(file, ctx.obj["seeds"])
    rows = [[getattr(proposal, column) for column in COLUMNS] for proposal in found]
    emit(Answer(COLUMNS, rows, layout="proposals"), output_format, output)
    documents = len({proposal.document for proposal in found})
    print_note(f"{len(found)} proposals from {documents} document{'' if documents == 1 else 's'}.")
