"""Commands that query the views: sql, duckdb_shell."""

from typing import Annotated

import typer

from exposure.cli.options import DEFAULT_PROFILE, AsOf, Horizon, Output, OutputFormat, Profile
from exposure.cli.output import Answer, emit, print_note


def sql(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="One select, such as 'from mart.watchlist'")],
    as_of: AsOf = None,
    horizon: Horizon = None,
    profile: Profile = DEFAULT_PROFILE,
    output_format: OutputFormat = None,
    output: Output = None,
) -> None:
    """Ask the views in SQL, read-only."""
    from exposure import engine

    frame = engine.sql(query, as_of=as_of, horizon=horizon, profile=profile, **ctx.obj)
    emit(Answer.of_frame(frame), output_format, output)


def shell(ctx: typer.Context, as_of: AsOf = None, horizon: Horizon = None, profile: Profile = DEFAULT_PROFILE) -> None:
    """Open the DuckDB shell, read-only.

    Needs the extra: pip install 'supply-chain-exposure[shell]'
    """
    from exposure import engine
    from exposure.cli import shell as duckdb_shell

    program = duckdb_shell.found()
    session = engine.session(as_of=as_of, horizon=horizon, profile=profile, **ctx.obj)
    # what is not asked for stays unset, so that the year follows the date when the reader moves that
    words = duckdb_shell.command(program, session.db, as_of=as_of, horizon=horizon)
    print_note(duckdb_shell.greeting(session.db, as_of=session.as_of, horizon=session.horizon))
    duckdb_shell.become(words)
