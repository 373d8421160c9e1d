"""Output of the commands: the answer to stdout or a file, notes to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from exposure.cli.options import Format, TreeFormat
from exposure.errors import ExposureError

if TYPE_CHECKING:
    import polars as pl

#: width of a table that goes to no terminal
PAGE_COLUMNS = 120
#: draws from which on a progress bar is shown
LONG_RUN = 50_000
#: precedes the system's reason why stdout takes nothing
NOT_WRITTEN = "The answer cannot be written:"


class Answer(NamedTuple):
    """Columns and rows to print, their layout in a table, and the frame if there is one."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    frame: pl.DataFrame | None = None
    #: name of the layout of the table
    layout: str = "plain"
    #: grades that are ranked together; the others have blocks with a heading
    leading: str = ""

    @classmethod
    def of_frame(cls, frame: pl.DataFrame, layout: str = "plain", leading: str = "") -> Answer:
        """Return a frame's columns and rows as an answer."""
        return cls(frame.columns, frame.rows(), frame, layout, leading.upper())


def emit(answer: Answer, output_format: Format | None, output: Path | None, notes: Iterable[str] = ()) -> None:
    """Write an answer in the given format, or in the one that suits its destination, then its notes to stderr."""
    chosen = choose_format(output_format, output)
    if chosen == "table":
        put(_table(answer, output), output)
    elif chosen == "parquet":
        put(_parquet(answer, output), output)
    else:
        from exposure.formats import exports

        put(exports.TEXT_FORMATS[chosen](answer.columns, answer.rows), output)
    for note in notes:
        print_note(note)


def put(content: bytes, output: Path | None) -> None:
    """Write bytes to a file, or to stdout without one."""
    if output is not None:
        from exposure.formats import exports

        exports.write_atomically(output, content)
        return
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ExposureError(f"{NOT_WRITTEN} {error.strerror}.") from error


def print_note(note: str) -> None:
    """Print a sentence on stderr."""
    typer.echo(note, err=True)


@contextmanager
def show_progress(draws: int) -> Iterator[Callable[[int], None] | None]:
    """Show a progress bar for a long run on a terminal; yield its update function, or None without a bar."""
    if draws < LONG_RUN or not sys.stderr.isatty():
        yield None
        return
    with typer.progressbar(length=draws, label="Drawing", file=sys.stderr) as bar:
        yield bar.update


def choose_format(output_format: Format | None, output: Path | None) -> Format:
    """Return the given format, else table on a terminal, the one of the file's ending, or CSV."""
    if output_format is not None:
        return output_format
    if output is None:
        return "table" if sys.stdout.isatty() else "csv"
    return _format_of_ending(output)


def choose_tree_format(output_format: TreeFormat | None, output: Path | None) -> TreeFormat | Format:
    """Return the given format, else tree on a terminal and for .txt, the one of the file's ending, or CSV."""
    if output_format is not None:
        return output_format
    for_people = sys.stdout.isatty() if output is None else output.suffix.lower() == ".txt"
    return "tree" if for_people else _format_of_ending(output)


def _format_of_ending(output: Path | None) -> Format:
    endings: dict[str, Format] = {"": "csv", ".csv": "csv", ".txt": "csv", ".json": "json", ".parquet": "parquet"}
    ending = "" if output is None else output.suffix.lower()
    if ending not in endings:
        raise ExposureError(f"No format ends in {ending}: write .csv, .json or .parquet, or name one with --format.")
    return endings[ending]


def _table(answer: Answer, output: Path | None) -> bytes:
    """Lay an answer out for the terminal or a page of usual width; lines of a file have any length."""
    import shutil

    from exposure.cli import layouts
    from exposure.cli import terminal as tables

    to_terminal = output is None and sys.stdout.isatty()
    table = tables.aligned(
        answer.columns,
        answer.rows,
        layout=layouts.of(answer.layout, answer.leading),
        room=shutil.get_terminal_size((PAGE_COLUMNS, 24)).columns if output is None else None,
        colour=to_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb",
    )
    if table.left_out:
        print_note(f"Some columns are left out here: --format csv has all {len(answer.columns)}.")
    return table.text.encode()


def _parquet(answer: Answer, output: Path | None) -> bytes:
    from exposure.formats import exports

    if output is None and sys.stdout.isatty():
        raise ExposureError("Parquet is not for reading: name a file with --output, or send it to a pipe.")
    return exports.parquet_bytes(exports.framed(answer.columns, answer.rows) if answer.frame is None else answer.frame)
