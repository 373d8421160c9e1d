"""Commands that query the views: sql, shell."""

from typing import Annotated

import typer

from exposure.cli import options
from exposure.cli.options import open_engine
from exposure.cli.output import emit_result, print_note
from exposure.question import DEFAULT_PROFILE, Question


def sql(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="One SELECT, such as 'from mart.watchlist'")],
    as_of: options.AsOf = None,
    horizon: options.Horizon = None,
    profile: options.Profile = DEFAULT_PROFILE,
    output_format: options.OutputFormat = None,
    output: options.Output = None,
) -> None:
    """Query the views in SQL, read-only."""
    question = Question.parse(as_of=as_of, horizon=horizon, profile=profile)
    emit_result(open_engine(ctx).sql(query, question), output_format, output)


def shell(
    ctx: typer.Context,
    as_of: options.AsOf = None,
    horizon: options.Horizon = None,
    profile: options.Profile = DEFAULT_PROFILE,
) -> None:
    """Open the DuckDB shell, read-only."""
    from exposure.cli import shell as duckdb_shell

    program = duckdb_shell.find_shell()
    engine = open_engine(ctx)
    db = engine.workspace.db
    answered = engine.prepare_shell(Question.parse(as_of=as_of, horizon=horizon, profile=profile))
    print_note(duckdb_shell.describe_session(db, as_of=answered.as_of, horizon=answered.horizon))
    # options that are not given stay unset, so that the year follows the date when the reader changes it
    duckdb_shell.replace_process(duckdb_shell.build_command(program, db, as_of=as_of, horizon=horizon))
