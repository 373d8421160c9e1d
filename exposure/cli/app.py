"""The command line: global options, the commands in the order of the help, errors to exit codes.

Only typer and the standard library are imported before a command is known, so that help and the stored watchlist come
at once. Modules with commands do not postpone annotations: typer would compile each of them from text.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from exposure.cli import analysis, evidence, help_texts, queries, ranking
from exposure.cli.output import NOT_WRITTEN, print_note
from exposure.errors import ExitCode, ExposureError, RejectedData

#: in the order of the help
COMMANDS = (
    ranking.build, ranking.rank, ranking.explain, ranking.export, evidence.check, evidence.audit, evidence.sources,
    queries.sql, analysis.simulate, analysis.sensitivity, analysis.scenario, analysis.solve, evidence.ingest,
    evidence.revisions, analysis.diff, queries.shell,
)  # fmt: skip


class Commands(typer.core.TyperGroup):
    """The group of all commands: accepts the global options anywhere and ends user errors in a sentence."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Parse the arguments with the global options moved to the front."""
        with _exit_on_errors():
            return super().parse_args(ctx, _move_global_options(args))

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        """Run the command."""
        with _exit_on_errors():
            return super().invoke(ctx)


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _command in COMMANDS:
    app.command(help=help_texts.COMMANDS[_command.__name__])(_command)


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    app(prog_name="exposure")
    raise AssertionError("typer always exits")


# --- global options -----------------------------------------------------------------------


def _print_version(*, wanted: bool) -> None:
    if wanted:
        import exposure

        typer.echo(f"exposure {exposure.__version__}")
        raise typer.Exit


@app.callback(help=help_texts.GENERAL)
def _set_global_options(
    ctx: typer.Context,
    db: Annotated[
        Path | None,
        typer.Option(
            "--db", metavar="FILE", envvar="EXPOSURE_DB", help="Database file [default: exposure.duckdb in this folder]"
        ),
    ] = None,
    seeds: Annotated[
        Path | None,
        typer.Option(
            "--seeds", metavar="DIR", envvar="EXPOSURE_SEEDS", help="Folder of seed tables [default: the packaged ones]"
        ),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every step to stderr")] = False,
    version: Annotated[  # noqa: ARG001
        bool,
        typer.Option(
            "--version", is_eager=True, callback=lambda wanted: _print_version(wanted=wanted), help="Show the version"
        ),
    ] = False,
) -> None:
    """Rank listed companies by their exposure to the Trainium, TPU and GB programmes, with the evidence behind it."""
    _log_to_stderr(verbose=verbose)
    ctx.obj = {"db": db, "seeds": seeds}


def _move_global_options(arguments: Sequence[str]) -> list[str]:
    """Move `--db`, `--seeds`, `--verbose` and `--version` before the command, where typer looks for them."""
    moved: list[str] = []
    rest: list[str] = []
    remaining = iter(arguments)
    for argument in remaining:
        if argument == "--":
            rest += [argument, *remaining]
        elif argument in ("--db", "--seeds"):
            moved += [argument, *islice(remaining, 1)]
        elif argument.startswith(("--db=", "--seeds=")) or argument in ("-v", "--verbose", "--version"):
            moved.append(argument)
        else:
            rest.append(argument)
    return moved + rest


def _log_to_stderr(*, verbose: bool) -> None:
    """Print the engine's warnings as plain sentences; with `--verbose`, every step and its time."""
    import logging

    handler = logging.StreamHandler()
    handler.setFormatter(
        logging.Formatter("%(relativeCreated)d ms %(name)s: %(message)s" if verbose else "%(message)s")
    )
    logger = logging.getLogger("exposure")
    logger.handlers = [handler]
    logger.setLevel(logging.DEBUG if verbose else logging.WARNING)
    logger.debug("exposure %s", " ".join(sys.argv[1:]))


# --- errors -------------------------------------------------------------------------------


@contextmanager
def _exit_on_errors() -> Iterator[None]:
    """Turn an error meant for the user into a sentence and an exit code."""
    try:
        yield
    except BrokenPipeError:
        _exit_quietly()
    except ExposureError as error:
        print_note(str(error))
        if isinstance(error, RejectedData):
            print_note(f"{len(error.faults)} faults; nothing was done.")
        raise typer.Exit(error.exit_code) from error
    except OSError as error:
        if not _comes_from_printing(error):
            raise
        with suppress(OSError):  # when stderr itself takes nothing
            print_note(f"{NOT_WRITTEN} {error.strerror}.")
        raise typer.Exit(ExitCode.USAGE) from error


def _comes_from_printing(error: OSError) -> bool:
    """Return whether an error comes from printing, such as a page of help; any other one is a bug."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return at is not None and at.tb_frame.f_code is typer.echo.__code__


def _exit_quietly() -> NoReturn:
    """Exit without a word when the reader has gone; what Python still flushes at its end goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise typer.Exit(ExitCode.DONE)
