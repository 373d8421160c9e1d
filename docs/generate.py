"""Write the reference pages from the code they describe, and the output that the README shows from what is printed.

`python docs/generate.py` writes them; with `--check` it writes nothing and exits with 1 when a page is out of date.
"""

from __future__ import annotations

import inspect
import os
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import get_args

from typer.testing import CliRunner

import exposure
from exposure import api, errors, question
from exposure.cli import app as cli
from exposure.db import build as warehouse
from exposure.db import view_files
from exposure.lineage import portfolio_folder
from exposure.scoring.watchlist import COLUMNS as WATCHLIST
from exposure.seeds import models, periods, resources

HERE = Path(__file__).resolve().parent
COMMAND = "python docs/generate.py"
PIPE = r"\|"  # inside a cell
#: pages that quote what commands print
QUOTING = ("../README.md", "analysis.md")

OUTPUT = re.compile(r"(?P<mark><!-- output of: (?P<command>[^\n]*) -->\n)```text\n.*?```", re.DOTALL)

#: the types of `exposure.seeds.models.cells` as a person who fills in a file needs them
TYPES = {
    "Number": "number",
    "Day": "date",
    "Flag": "true or false",
    "Id": "id",
    "Code": "code",
    "Codes": "list, `a; b`",
    "Period": "period",
    "Text": "text",
    "Currency": "currency",
    "MonthDay": "day of the year, MM-DD",
    "Pattern": "regular expression",
    "KnownDay": "date",
    **dict.fromkeys(("SourceId", "Mic", "SignalName", "MetricName"), "code"),
    **dict.fromkeys(("OriginId", "CompanyId", "FamilyId", "ProgrammeId", "GroupId", "ScopeId", "ProductId"), "id"),
    "CorrelatedId": "id",
    "CompanyIds": "list, `a; b`",
}
FILES = {
    "watchlist": "The ranked companies.",
    "unranked": "The companies that cannot be ranked, and what is missing.",
    "exposures": "What each company has from each programme.",
    "facts": "The facts that the ranking rests on.",
    "findings": "What the audit found.",
}


VIEWS = "select schema_name, view_name, comment from duckdb_views() where not internal order by all"
COLUMNS = """
    select concat(schema_name, '.', table_name), column_name, data_type, comment from duckdb_columns()
    where not internal order by schema_name, table_name, column_index
"""

#: schema -> its views with their comments; view -> its columns with type and meaning
Comments = dict[str, list[tuple[str, str]]]
Described = dict[str, list[tuple[str, str, str]]]


def pages() -> dict[str, str]:
    """Give every generated page by its file name."""
    return {
        "reference/api.md": _page("Python API", _functions()),
        "reference/cli.md": _page("Commands", _commands()),
        "reference/views.md": _page("Views", _views()),
        "reference/files.md": _page("Exported files", _files()),
        "reference/seeds.md": _page("Seed tables", _seed_tables()),
    }


def shown() -> dict[str, str]:
    """Give the pages that quote commands, each block after `<!-- output of: COMMAND -->` as the command prints it.

    `2>&1` after a command adds what it prints on stderr, and `| head -N` keeps the first N lines.
    """
    with tempfile.TemporaryDirectory() as folder:
        exposure.build(db=Path(folder) / "exposure.duckdb", seeds=resources.seeds_dir())
        texts = {name: (HERE / name).read_text(encoding="utf-8") for name in QUOTING}
        return {
            name: OUTPUT.sub(lambda block: f"{block['mark']}```text\n{_printed(block['command'], folder)}\n```", text)
            for name, text in texts.items()
        }


def _printed(command: str, folder: str) -> str:
    command, _, kept = command.partition(" | head -")
    program, *arguments = shlex.split(command.removesuffix(" 2>&1"))
    beside = str(Path(sys.executable).with_name(program))
    environment = os.environ | {"COLUMNS": "140", "PYTHONPATH": str(HERE.parent)}
    start = [sys.executable, "-m", "exposure"] if program == "exposure" else [beside]
    told = subprocess.STDOUT if command.endswith(" 2>&1") else subprocess.PIPE
    words, caught = [*start, *arguments], subprocess.PIPE
    done = subprocess.run(words, cwd=folder, env=environment, stdout=caught, stderr=told, text=True, check=True)
    return "\n".join(done.stdout.rstrip().splitlines()[: int(kept) if kept else None])


def outdated(folder: Path, wanted: dict[str, str]) -> list[str]:
    """Name the pages in a folder that are missing or say something else."""
    return [name for name, text in wanted.items() if not _says(folder / name, text)]


def main(arguments: list[str]) -> int:
    """Write the pages, or only compare them."""
    wanted = pages() | shown()
    if "--check" in arguments:
        names = outdated(HERE, wanted)
        for name in names:
            print(f"docs/{name} is out of date; run: {COMMAND}", file=sys.stderr)
        return 1 if names else 0
    for name, text in wanted.items():
        (HERE / name).write_text(text, encoding="utf-8", newline="\n")
    return 0


def _says(page: Path, text: str) -> bool:
    return page.is_file() and page.read_text(encoding="utf-8") == text


def _page(title: str, lines: Iterable[str]) -> str:
    head = [f"# {title}", "", f"<!-- written by `{COMMAND}`; change what it reads, not this page -->", ""]
    return "\n".join([*head, *lines]).rstrip() + "\n"


def _prose(text: str) -> Iterator[str]:
    yield from (*textwrap.wrap(text, 120), "")


def _table(headers: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    columns = list(headers)
    yield f"| {' | '.join(columns)} |"
    yield f"| {' | '.join('---' for _ in columns)} |"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', PIPE) for cell in row)} |"
    yield ""


# --- functions ----------------------------------------------------------------------------


def _functions() -> Iterator[str]:
    yield from (inspect.getdoc(api) or "", "")
    for name in api.__all__:
        function = getattr(api, name)
        yield from (f"## exposure.{name}", "", "```python", _signature(name, function), "```", "")
        yield from (inspect.getdoc(function) or "", "")
    for options in (question.Options, question.RankOptions):
        yield from (f"## {options.__name__}", "", inspect.getdoc(options) or "", "")
    yield from ("## Errors", "")
    for error in (errors.ExposureError, errors.RejectedData, errors.DatabaseError):
        yield f"- `exposure.{error.__name__}`: {inspect.getdoc(error)}"


def _signature(name: str, function: Callable[..., object]) -> str:
    signature = f"{name}{inspect.signature(function)}".replace("'", "")
    if len(signature) <= 100:
        return signature
    parameters = ",\n    ".join(str(part).replace("'", "") for part in _parameters(function))
    return f"{name}(\n    {parameters},\n)"


def _parameters(function: Callable[..., object]) -> Iterator[object]:
    """Yield the parameters as they are written, with the mark before those by name only."""
    is_marked = False
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not is_marked:
            is_marked = True
            yield "*"
        yield parameter


# --- commands -----------------------------------------------------------------------------


def _commands() -> Iterator[str]:
    yield from _help()
    for command in cli.app.registered_commands:
        name = str(command.name or getattr(command.callback, "__name__", None))
        yield from (f"## exposure {name}", "")
        yield from _help(name)


def _help(*command: str) -> Iterator[str]:
    # the same page whatever terminal it is written in
    shown = CliRunner().invoke(cli.app, [*command, "--help"], prog_name="exposure", env={"COLUMNS": "80"})
    if shown.exit_code != 0:
        raise RuntimeError(f"exposure {' '.join(command)} --help failed: {shown.output}")
    yield from ("```text", shown.stdout.rstrip(), "```", "")


# --- views and files ----------------------------------------------------------------------


def _views() -> Iterator[str]:
    yield from _prose(
        "Every view of the database by its schema. `mart`, `research` and `audit` are meant for reading; `staging` and "
        "`core` are the steps to them and can be asked as well. All of them honour "
        "`SET VARIABLE as_of = DATE '2025-09-01'`."
    )
    comments, columns = _catalogue()
    for schema in ("mart", "research", "audit"):
        yield from (f"## {schema}", "")
        for name, comment in comments.get(schema, []):
            yield from (f"### {schema}.{name}", "", comment, "")
            rows = ((f"`{column}`", kind, meaning) for column, kind, meaning in columns[f"{schema}.{name}"])
            yield from _table(("column", "type", "meaning"), rows)
    for schema in ("core", "staging"):
        yield from (f"## {schema}", "")
        yield from _table(("view", "what it is"), ((f"`{schema}.{n}`", text) for n, text in comments.get(schema, [])))


def _catalogue() -> tuple[Comments, Described]:
    """Build the shipped seeds, and read what the database says of its views."""
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "exposure.duckdb"
        exposure.build(db=db, seeds=resources.seeds_dir())
        with warehouse.reading(db) as reader:
            views_found, columns_found = reader.rows(VIEWS), reader.rows(COLUMNS)
    comments: Comments = {}
    for schema, view, comment in views_found:
        comments.setdefault(schema, []).append((view, comment))
    columns: Described = {}
    for view, *column in columns_found:
        columns.setdefault(view, []).append((column[0], column[1].lower(), column[2] or ""))
    return comments, columns


def _files() -> Iterator[str]:
    yield from _prose(
        "`exposure export DIR` writes these files. Their columns are a contract: new ones are added at the end, none "
        "is renamed or moved. Empty means unknown; numbers have 12 significant digits; money is US dollars; parts, "
        "weights and growth are fractions. `manifest.json` says what the run used, with each file's rows and hash; it "
        "is written last."
    )
    described = view_files.read_descriptions(resources.sql_dir())
    for name, columns in ({"watchlist": tuple(WATCHLIST)} | portfolio_folder.COLUMNS).items():
        yield from (f"## {name}.csv", "", FILES[name], "")
        yield from _table(("column", "meaning"), ((f"`{column}`", described[column]) for column in columns))


# --- seed tables --------------------------------------------------------------------------


def _seed_tables() -> Iterator[str]:
    yield from _prose(
        "One CSV file a table: UTF-8, a header row with these columns in this order, an empty cell for what nobody "
        "stated. An id is lower-case letters, digits, `-` and `.`; a code has capitals and `_` too; a currency is its "
        f"three letters; a date is written YYYY-MM-DD; a period {periods.GRAMMAR}."
    )
    for name, model in models.TABLES.items():
        yield from (f"## {name}.csv", "", *_paragraphs(model.__doc__ or ""), "")
        yield from (f"Key: {', '.join(f'`{column}`' for column in model.key)}.", "")
        yield from _table(("column", "holds", "refers to"), (_seed_column(model, column) for column in model.columns()))


def _paragraphs(docstring: str) -> list[str]:
    return [line.strip() for line in docstring.strip().splitlines()]


def _seed_column(model: type[models.Row], column: str) -> tuple[str, str, str]:
    written = next(
        kind.__annotations__[column] for kind in model.__mro__ if column in vars(kind).get("__annotations__", {})
    )
    text, optional = re.subn(r" \| None$", "", str(written))
    kind = " or ".join(_kind(part) for part in text.split(" | "))
    targets = ", ".join(f"`{target}`" for target in model.references().get(column, ()))
    return f"`{column}`", kind + (", or empty" if optional else ""), targets


def _kind(written: str) -> str:
    if written in TYPES:
        return TYPES[written]
    if written.startswith("Literal["):
        values = re.findall(r"['\"]([^'\"]+)['\"]", written)
    else:
        values = list(get_args(getattr(models.cells, written, None) or getattr(models.ledger, written)))
    if not values:
        raise LookupError(f"no words for the type {written}")
    return "one of " + ", ".join(f"`{value}`" for value in values)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
