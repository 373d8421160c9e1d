"""Output of the commands: the answer to stdout or a file, notes to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from exposure.cli.options import Format, TreeFormat
from exposure.errors import ExposureError
from exposure.question import Result

#: width of a table that goes to no terminal
PAGE_COLUMNS = 120
#: draws from which on a progress bar is shown
LONG_RUN = 50_000
#: precedes the system's reason why stdout takes nothing
NOT_WRITTEN = "The output cannot be written:"


def emit_result(
    result: Result,
    output_format: Format | None,
    output: Path | None,
    layout: str = "",
    *,
    by_grade: bool = False,
    reading: str = "",
) -> None:
    """Write a table in the given format, or in the one that suits its destination, then its notes to stderr.

    A table for people has the named layout, or all columns without one. A ranking `by_grade` has headings. `reading`
    says first how to read the table, on one line with the note on columns left out.
    """
    chosen = choose_format(output_format, output)
    cut = ""
    if chosen == "table":
        table, cut = _table(result, output, layout, by_grade=by_grade)
        write_output(table, output)
    elif chosen == "parquet":
        write_output(_parquet(result, output), output)
    else:
        write_output(_text(chosen, result), output)
    for note in filter(None, (" ".join(filter(None, (reading, cut))), *result.notes)):
        print_note(note)


def write_output(content: bytes, output: Path | None) -> None:
    """Write bytes to a file, or to stdout without one."""
    if output is not None:
        from exposure.formats.files import write_file

        write_file(output, content)
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


@contextmanager
def show_worlds() -> Iterator[Callable[[int, int], None] | None]:
    """Count on a terminal the mixed worlds that a difference computes; yield its update function, or None elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    yield lambda done, worlds: typer.echo(f"\rComputing world {done} of {worlds}", err=True, nl=done == worlds)


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
        raise ExposureError(
            f"No format has the ending {ending}: use .csv, .json or .parquet, or choose one with --format."
        )
    return endings[ending]


def _text(chosen: Format, result: Result) -> bytes:
    if chosen == "json":
        from exposure.formats.json import encode_json

        return encode_json(result.columns, result.rows)
    from exposure.formats.csv import encode_csv

    return encode_csv(result.columns, result.rows)


def _table(result: Result, output: Path | None, layout: str, *, by_grade: bool) -> tuple[bytes, str]:
    """Lay a table out for the terminal or a page of usual width, and note columns left out.

    Lines of a file have any length.
    """
    import shutil

    from exposure.cli.layouts import find_layout
    from exposure.cli.terminal import format_table

    to_terminal = output is None and sys.stdout.isatty()
    table = format_table(
        result.columns,
        result.rows,
        layout=find_layout(layout, by_grade=by_grade) if layout else None,
        max_width=shutil.get_terminal_size((PAGE_COLUMNS, 24)).columns if output is None else None,
        colour=to_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb",
    )
    cut = f"Some columns are left out: --format csv has all {len(result.columns)}." if table.is_cut else ""
    return table.text.encode(), cut


def _parquet(result: Result, output: Path | None) -> bytes:
    from exposure.formats.parquet import encode_parquet

    if output is None and sys.stdout.isatty():
        raise ExposureError("Parquet is binary: name a file with --output, or write to a pipe.")
    return encode_parquet(result.frame)
