"""Commands that query the views: sql, duckdb_shell."""

from typing import Annotated

import typer

from exposure.cli.options import AsOf, Horizon, Output, OutputFormat, Profile, open_engine
from exposure.cli.output import emit, print_note
from exposure.question import DEFAULT_PROFILE, Question


def sql(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="One SELECT, such as 'from mart.watchlist'")],
    as_of: AsOf = None,
    horizon: Horizon = None,
    profile: Profile = DEFAULT_PROFILE,
    output_format: OutputFormat = None,
    output: Output = None,
) -> None:
    """Query the views in SQL, read-only."""
    question = Question.parse(as_of=as_of, horizon=horizon, profile=profile)
    emit(open_engine(ctx).sql(query, question), output_format, output)


def shell(ctx: typer.Context, as_of: AsOf = None, horizon: Horizon = None, profile: Profile = DEFAULT_PROFILE) -> None:
    """Open the DuckDB shell, read-only.

    Requires the extra: pip install 'supply-chain-exposure[shell]'
    """
    from exposure.cli import shell as duckdb_shell

    program = duckdb_shell.found()
    engine = open_engine(ctx)
    answered = engine.prepare_shell(Question.parse(as_of=as_of, horizon=horizon, profile=profile))
    # options that are not given stay unset, so that the year follows the date when the reader changes it
    words = duckdb_shell.command(program, engine.workspace.db, as_of=as_of, horizon=horizon)
    print_note(duckdb_shell.greeting(engine.workspace.db, as_of=answered.as_of, horizon=answered.horizon))
    duckdb_shell.become(words)
