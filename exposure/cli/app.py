"""The command line: opens, calls, prints.

stdout is data, stderr is talk. Only typer and the standard library are imported before a command is known, so that help
and the stored watchlist come at once. Annotations are not postponed here: typer would compile each of them from text.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from enum import IntEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, NoReturn

import typer

from exposure.errors import ExposureError, RejectedData

if TYPE_CHECKING:
    import polars as pl

Format = Literal["table", "csv", "json", "parquet"]
TreeFormat = Literal["tree", "json", "csv"]
Encoding = Literal["utf-8", "utf-8-sig"]

DEFAULT_PROFILE = "balanced"
DEFAULT_GRADES = "AB"
DEFAULT_DRAWS = 10_000

#: the most that can be asked for, as the library has it
MOST_DRAWS, MOST_SEED = 10_000_000, 2**63 - 1
#: how wide a table is that goes to no terminal
PAGE_COLUMNS = 120
#: draws from which on a progress bar is shown
LONG_RUN = 50_000
#: what is said before the system's own word for why stdout takes nothing
NOT_WRITTEN = "The answer cannot be written:"
#: file of the portfolio manager's folder -> what it is
FOLDER = {
    "watchlist.csv": "the companies ranked, one row each, with all columns",
    "unranked.csv": "the listed companies that are not ranked, why, and what is missing",
    "exposures.csv": "each company's exposure, one row a programme",
    "facts.csv": "the facts behind these numbers, with their documents",
    "findings.csv": "what checks of the data found, and why it is let stand",
    "manifest.json": "when and from what all this was made, with a digest of each file",
}


class ExitCode(IntEnum):
    """What the exit code of a command says."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    DATABASE = 3
    INTERRUPTED = 130


class Place(NamedTuple):
    """Where the data is: `--db` and `--seeds`, or None for the engine's defaults."""

    db: Path | None
    seeds: Path | None


class Answer(NamedTuple):
    """Columns and rows for printing, how to lay them out for a reader, and the frame if there is one."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    frame: "pl.DataFrame | None" = None
    #: the name of the layout of a table for people
    layout: str = "plain"
    #: grades that are ranked together; the others have blocks with a heading
    leading: str = ""


class Commands(typer.core.TyperGroup):
    """The frame around every command: its options may stand anywhere, and an error of the user's ends in a sentence."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Take the options that are common to all commands from wherever they stand."""
        with _ended_in_words():
            return super().parse_args(ctx, _common_first(args))

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        """Run the command and turn an error that is meant for the user into a sentence."""
        with _ended_in_words():
            return super().invoke(ctx)


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    app(prog_name="exposure")
    raise AssertionError("typer always exits")


def _common_first(words: Sequence[str]) -> list[str]:
    """Move `--db`, `--seeds`, `--verbose` and `--version` before the command, where typer looks for them."""
    common: list[str] = []
    rest: list[str] = []
    ahead = iter(words)
    for word in ahead:
        if word == "--":
            rest += [word, *ahead]
        elif word in ("--db", "--seeds"):
            common += [word, *islice(ahead, 1)]
        elif word.startswith(("--db=", "--seeds=")) or word in ("-v", "--verbose", "--version"):
            common.append(word)
        else:
            rest.append(word)
    return common + rest


# --- options ------------------------------------------------------------------------------


def _day(text: str) -> date | None:
    from exposure import engine

    try:
        return engine.day_of(text)
    except ExposureError as error:
        raise typer.BadParameter(str(error)) from error


def _version(*, wanted: bool) -> None:
    if wanted:
        import exposure

        typer.echo(f"exposure {exposure.__version__}")
        raise typer.Exit


AsOf = Annotated[
    date | None,
    typer.Option(
        "--as-of", metavar="DATE", parser=_day, help="Use only what was known on this day [default: the latest]"
    ),
]
Horizon = Annotated[
    int | None,
    typer.Option(
        "--horizon", metavar="YEAR", min=1990, max=2100, help="The year looked at [default: the year of the as-of date]"
    ),
]
Profile = Annotated[
    str, typer.Option("--profile", metavar="NAME|FILE", help="What the score is made of: a shipped profile or a file")
]
Grades = Annotated[
    str, typer.Option("--grades", metavar="GRADES", help="Evidence grades ranked together; the others come below")
]
Draws = Annotated[
    int,
    typer.Option(
        "--draws", metavar="N", min=0, max=MOST_DRAWS, help="Draws behind the intervals; 0 leaves their columns empty"
    ),
]
Seed = Annotated[
    int, typer.Option("--seed", metavar="N", min=0, max=MOST_SEED, help="The same number gives the same bytes")
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", dir_okay=False, help="Write to a file, in place at once"),
]
OutputFormat = Annotated[
    Format | None,
    typer.Option("--format", "-f", help="[default: table on a terminal, by its ending for a file, else csv]"),
]


@app.callback()
def _exposure(
    ctx: typer.Context,
    db: Annotated[
        Path | None,
        typer.Option(
            "--db", metavar="FILE", envvar="EXPOSURE_DB", help="The database [default: exposure.duckdb in this folder]"
        ),
    ] = None,
    seeds: Annotated[
        Path | None,
        typer.Option(
            "--seeds", metavar="DIR", envvar="EXPOSURE_SEEDS", help="The seed tables [default: those shipped]"
        ),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say on stderr what is being done")] = False,
    version: Annotated[  # noqa: ARG001
        bool,
        typer.Option(
            "--version", is_eager=True, callback=lambda wanted: _version(wanted=wanted), help="Show the version"
        ),
    ] = False,
) -> None:
    """Rank listed companies by their exposure to the Trainium, TPU and GB programmes, with the evidence behind it.

    The options below may stand after the command, too. Data goes to stdout, everything else to stderr. Exit codes: 0
    done, 1 findings or rejected data, 2 wrong usage or a missing thing, 3 the database is locked or damaged.
    """
    _log_to_stderr(verbose=verbose)
    ctx.obj = Place(db, seeds)


# --- commands -----------------------------------------------------------------------------


@app.command()
def build(ctx: typer.Context, output: Output = None, format: OutputFormat = None) -> None:  # noqa: A002
    """Build the database from the seeds.

    The seeds are checked first; the new file is built beside the old one and put in its place when it is whole.
    Prints the rows of each table and the findings that no waiver covers.
    """
    from exposure import engine

    report = engine.build(**_place(ctx))
    counts = [("table", name, count) for name, count in report.rows.items()]
    counts += [("finding", name, count) for name, count in report.findings.items()]
    counts += [("company", "ranked", report.ranked), ("company", "unranked", report.unranked)]
    _emit(Answer(("kind", "name", "rows"), counts), format, output)
    _say(f"Built {report.db}: known as of {report.as_of}, for {report.horizon}.")


@app.command()
def rank(
    ctx: typer.Context,
    programmes: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PROGRAMME|FAMILY]...", help="Only these programmes or families [default: all]"),
    ] = None,
    horizon: Horizon = None,
    as_of: AsOf = None,
    profile: Profile = DEFAULT_PROFILE,
    grades: Grades = DEFAULT_GRADES,
    top: Annotated[int | None, typer.Option("--top", metavar="N", min=1, help="Only the first N rows")] = None,
    draws: Draws = DEFAULT_DRAWS,
    format: OutputFormat = None,  # noqa: A002
    output: Output = None,
) -> None:
    """Print the ranked watchlist.

    Which companies are exposed, how much money that is, how sure we are. Without a database, or with one of other
    seeds, builds it first. The answer with default options is the one that the build stored.
    """
    from exposure import engine

    place = _place(ctx)
    asked = (as_of, horizon, profile, grades, draws)
    as_stored = not programmes and asked == (None, None, DEFAULT_PROFILE, DEFAULT_GRADES, DEFAULT_DRAWS)
    if as_stored and _format(format, output) != "parquet":
        stored = engine.default_watchlist(**place)
        answer = Answer(stored.columns, stored.rows[:top], layout="watchlist", leading=DEFAULT_GRADES)
        notes = stored.notes
    else:
        ranking = engine.ranking(
            programmes, as_of=as_of, horizon=horizon, profile=profile, grades=grades, top=top, draws=draws, **place
        )
        answer = _of_frame(ranking.watchlist, "watchlist", grades)
        notes = ranking.notes
    _emit(answer, format, output)
    if answer.rows and _format(format, output) == "table":
        first = dict(zip(answer.columns, answer.rows[0], strict=True))
        _say(f"Known as of {first['as_of']}, for {first['horizon']}, profile {first['profile']}.")
        _say(f"Where a number comes from: exposure explain {first['ticker']}")
    for note in notes:
        _say(note)


@app.command()
def explain(
    ctx: typer.Context,
    company: Annotated[str, typer.Argument(metavar="COMPANY", help="Id, ticker, name or alias, in any language")],
    programme: Annotated[
        str | None, typer.Argument(metavar="[PROGRAMME]", help="Only what this programme or family contributes")
    ] = None,
    as_of: AsOf = None,
    horizon: Horizon = None,
    profile: Profile = DEFAULT_PROFILE,
    format: Annotated[  # noqa: A002
        TreeFormat | None,
        typer.Option("--format", "-f", help="[default: tree on a terminal and for .txt, by its ending, else csv]"),
    ] = None,
    output: Output = None,
) -> None:
    """Trace a number down to its sources.

    Prints the tree from a company's rank down to facts and documents. Evaluating the tree (products, sums, weighted
    means) gives the printed number.
    """
    from exposure import engine
    from exposure.formats import exports

    tree = engine.explanation(company, programme, as_of=as_of, horizon=horizon, profile=profile, **_place(ctx))
    match format or _tree_format(output):
        case "tree":
            _put((tree.text() + "\n").encode(), output)
        case "json":
            _put(exports.document_bytes(tree.nested()), output)
        case chosen:
            _emit(_of_frame(tree.frame()), chosen, output)


@app.command()
def export(
    ctx: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The folder, made if it is missing")],
    encoding: Annotated[Encoding, typer.Option("--encoding", help="utf-8-sig for Excel")] = "utf-8",
    as_of: AsOf = None,
    horizon: Horizon = None,
    profile: Profile = DEFAULT_PROFILE,
    grades: Grades = DEFAULT_GRADES,
    draws: Draws = DEFAULT_DRAWS,
) -> None:
    """Write the portfolio manager's folder.

    Watchlist, unranked companies, exposures, facts used and findings as CSV, and a manifest. The manifest is written
    last: a folder without one is not finished.
    """
    from exposure import engine

    files = engine.export(
        folder, encoding=encoding, as_of=as_of, horizon=horizon, profile=profile, grades=grades, draws=draws,
        **_place(ctx),
    )  # fmt: skip
    _put("".join(f"{file}\n" for file in files).encode(), None)
    for file in files:
        _say(f"{file.name}: {FOLDER[file.name]}.")


@app.command()
def check(
    ctx: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="The seed tables [default: those of --seeds]")
    ] = None,
    format: OutputFormat = None,  # noqa: A002
    output: Output = None,
) -> None:
    """Hold seed files to their contracts.

    Builds nothing. Every fault of every file is listed, as file:line column: message.
    """
    from exposure import engine

    counts = engine.check(folder or _place(ctx)["seeds"])
    _emit(Answer(("table", "rows"), list(counts.items())), format, output)
    _say("No faults.")


@app.command()
def audit(
    ctx: typer.Context,
    claims: Annotated[
        bool, typer.Option("--claims", help="Recompute the arithmetic of the sources instead, and show contradictions")
    ] = False,
    as_of: AsOf = None,
    horizon: Horizon = None,
    profile: Profile = DEFAULT_PROFILE,
    format: OutputFormat = None,  # noqa: A002
    output: Output = None,
) -> None:
    """List the findings in the built data.

    Exits with 1 when there is one that no waiver covers. With --claims: what sources state and what follows from their
    own figures, and the claims that cannot both hold; sources that err are no finding, so that exits with 0.
    """
    from exposure import engine

    if claims:
        told = engine.audit_claims(as_of=as_of, horizon=horizon, profile=profile, **_place(ctx))
        _emit(_of_frame(told, "claims"), format, output)
        return
    frame = engine.audit(as_of=as_of, horizon=horizon, profile=profile, **_place(ctx))
    _emit(_of_frame(frame, "findings"), format, output)
    count = frame["state"].to_list().count("open")
    if count:
        _say(f"{count} open findings.")
        raise typer.Exit(ExitCode.FINDINGS)


@app.command()
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
    format: OutputFormat = None,  # noqa: A002
    output: Output = None,
) -> None:
    """List the documents behind the numbers.

    With how much rests on each. With the id of a document, the facts taken from it; with the id of a fact, the document
    that it is from; with a company, the facts that its figure rests on, document by document.
    """
    from exposure import engine

    frame = engine.sources(wanted, as_of=as_of, horizon=horizon, profile=profile, **_place(ctx))
    _emit(_of_frame(frame, "documents" if wanted is None else "evidence"), format, output)


@app.command()
def sql(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="One select, such as 'from mart.watchlist'")],
    as_of: AsOf = None,
    horizon: Horizon = None,
    profile: Profile = DEFAULT_PROFILE,
    format: OutputFormat = None,  # noqa: A002
    output: Output = None,
) -> None:
    """Ask the views in SQL, read-only."""
    from exposure import engine

    frame = engine.sql(query, as_of=as_of, horizon=horizon, profile=profile, **_place(ctx))
    _emit(_of_frame(frame), format, output)


@app.command()
def simulate(
    ctx: typer.Context,
    draws: Annotated[
        int, typer.Option("--draws", metavar="N", min=0, max=MOST_DRAWS, help="How many worlds to draw")
    ] = DEFAULT_DRAWS,
    seed: Seed = 1,
    threads: Annotated[
        int | None, typer.Option("--threads", metavar="N", min=1, help="[default: one a core; changes no byte]")
    ] = None,
    horizon: Horizon = None,
    as_of: AsOf = None,
    profile: Profile = DEFAULT_PROFILE,
    grades: Grades = DEFAULT_GRADES,
    top: Annotated[int | None, typer.Option("--top", metavar="N", min=1, help="Only the first N rows")] = None,
    format: OutputFormat = None,  # noqa: A002
    output: Output = None,
) -> None:
    """Say how sure each rank is.

    Draws every uncertain input many times and ranks each draw: the places, scores and exposures that hold 90% of the
    draws, the chances to be among the first, and tiers of companies that cannot be told apart.
    """
    from exposure.uncertainty import whatif

    with _progress(draws) as done:
        found = whatif.simulate(
            draws, seed, threads=threads, as_of=as_of, horizon=horizon, profile=profile, grades=grades, done=done,
            **_place(ctx),
        )  # fmt: skip
    table = found.table if top is None else found.table.head(top)
    _emit(_of_frame(table, "simulated", grades), format, output)
    for note in found.notes:
        _say(note)


@app.command()
def sensitivity(
    ctx: typer.Context,
    company: Annotated[
        str | None, typer.Argument(metavar="[COMPANY]", help="Id, ticker, name or alias, in any language")
    ] = None,
    top: Annotated[
        int | None, typer.Option("--top", metavar="N", min=1, help="What would settle the first N [default: 10]")
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(
            "--draws",
            metavar="N",
            min=0,
            max=MOST_DRAWS,
            help="[default: 10000, for a company 4096; taken to a power of 2]",
        ),
    ] = None,
    seed: Seed = 1,
    as_of: AsOf = None,
    horizon: Horizon = None,
    profile: Profile = DEFAULT_PROFILE,
    grades: Grades = DEFAULT_GRADES,
    format: OutputFormat = None,  # noqa: A002
    output: Output = None,
) -> None:
    """Say what a rank hangs on.

    For a company: what its score and exposure do when each group of inputs goes from its low to its high end, and what
    part of their variance is its work (Sobol indices). Otherwise: the unknowns whose knowledge would most settle who is
    among the first N, with their present ranges and sources.
    """
    from exposure.uncertainty import sensitivity as hinges

    found = hinges.hinges(
        company, top=top, draws=draws, seed=seed, as_of=as_of, horizon=horizon, profile=profile, grades=grades,
        **_place(ctx),
    )  # fmt: skip
    _emit(_of_frame(found.table, "settling" if company is None else "moved"), format, output)
    for note in found.notes:
        _say(note)


@app.command()
def scenario(
    ctx: typer.Context,
    files: Annotated[
        list[str], typer.Argument(metavar="NAME|FILE...", help="Shipped scenarios or TOML files, applied in this order")
    ],
    horizon: Horizon = None,
    as_of: AsOf = None,
    profile: Profile = DEFAULT_PROFILE,
    grades: Grades = DEFAULT_GRADES,
    top: Annotated[int | None, typer.Option("--top", metavar="N", min=1, help="Only the first N rows")] = None,
    format: OutputFormat = None,  # noqa: A002
    output: Output = None,
) -> None:
    """Ask what if.

    Rules in small files multiply, add to, replace or delay units, contents, shares or exchange rates. Prints rank,
    exposure and revenue of base and scenario side by side, and says which rules match nothing and whom they do not
    reach. Several files are one scenario: all their rules, in order.
    """
    from exposure.scenarios import compare as comparison

    found = comparison.compare(
        files, as_of=as_of, horizon=horizon, profile=profile, grades=grades, top=top, **_place(ctx)
    )
    _emit(_of_frame(found.table, "scenario", grades), format, output)
    for note in found.notes:
        _say(note)


@app.command()
def solve(
    ctx: typer.Context,
    company: Annotated[str, typer.Argument(metavar="COMPANY", help="Id, ticker, name or alias, in any language")],
    reach: Annotated[str, typer.Option("--reach", metavar="TARGET", help="rank 5, exposure 0.30 or revenue 2.0bn")],
    by: Annotated[
        str, typer.Option("--by", metavar="WHAT[:NAME]", help="units, share or content; of a programme or a product")
    ],
    as_of: AsOf = None,
    horizon: Horizon = None,
    profile: Profile = DEFAULT_PROFILE,
    grades: Grades = DEFAULT_GRADES,
    format: OutputFormat = None,  # noqa: A002
    output: Output = None,
) -> None:
    """Say what it takes to reach a target.

    By how much units, the company's share or the value of its products must be multiplied, everything else at the
    centre, and what the company has when that is put back; or that it is not reachable, and what comes nearest.
    """
    from exposure.scenarios import goal_seek as targets

    found = targets.solved(
        company, reach, by, as_of=as_of, horizon=horizon, profile=profile, grades=grades, **_place(ctx)
    )
    _emit(_of_frame(found.table, "solved"), format, output)
    for note in found.notes:
        _say(note)


@app.command()
def ingest(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The digest, text or Markdown, Chinese or English")],
    format: OutputFormat = None,  # noqa: A002
    output: Output = None,
) -> None:
    """Propose claims from a pasted research digest.

    One row for each quantity, with its place in the text, for a person to accept or refuse. The seeds are left alone.
    """
    from exposure.extraction.proposals import COLUMNS, proposals

    found = proposals(file, _place(ctx)["seeds"])
    rows = [[getattr(proposal, column) for column in COLUMNS] for proposal in found]
    _emit(Answer(COLUMNS, rows, layout="proposals"), format, output)
    documents = len({proposal.document for proposal in found})
    _say(f"{len(found)} proposals from {documents} document{'' if documents == 1 else 's'}.")


@app.command()
def revisions(
    ctx: typer.Context,
    programme: Annotated[
        str | None, typer.Argument(metavar="[PROGRAMME|FAMILY]", help="Only units of this one [default: all]")
    ] = None,
    as_of: AsOf = None,
    horizon: Horizon = None,
    profile: Profile = DEFAULT_PROFILE,
    format: OutputFormat = None,  # noqa: A002
    output: Output = None,
) -> None:
    """Show how forecasts of units were revised.

    What each origin said in turn, and what the pooled figure was by then.
    """
    from exposure.history import revisions as vintages

    frame = vintages.revisions(programme, as_of=as_of, horizon=horizon, profile=profile, **_place(ctx))
    _emit(_of_frame(frame, "revisions"), format, output)


@app.command()
def diff(
    ctx: typer.Context,
    from_as_of: Annotated[
        date | None, typer.Option("--from", metavar="DATE", parser=_day, help="The earlier day [default: --as-of]")
    ] = None,
    to_as_of: Annotated[
        date | None, typer.Option("--to", metavar="DATE", parser=_day, help="The later day [default: --as-of]")
    ] = None,
    from_horizon: Annotated[int | None, typer.Option(metavar="YEAR", min=1990, max=2100, help="The one year")] = None,
    to_horizon: Annotated[int | None, typer.Option(metavar="YEAR", min=1990, max=2100, help="The other year")] = None,
    from_profile: Annotated[str | None, typer.Option(metavar="NAME|FILE", help="The one profile")] = None,
    to_profile: Annotated[str | None, typer.Option(metavar="NAME|FILE", help="The other profile")] = None,
    from_seeds: Annotated[Path | None, typer.Option(metavar="DIR", help="The one seed folder")] = None,
    to_seeds: Annotated[Path | None, typer.Option(metavar="DIR", help="The other seed folder")] = None,
    parts: Annotated[
        bool, typer.Option("--parts", help="One row a company and input, with the facts, in place of one a company")
    ] = False,
    as_of: AsOf = None,
    horizon: Horizon = None,
    profile: Profile = DEFAULT_PROFILE,
    grades: Grades = DEFAULT_GRADES,
    format: OutputFormat = None,  # noqa: A002
    output: Output = None,
) -> None:
    """Say what moved between two rankings, and why.

    Between two days, horizons, profiles or seed folders. Each change of exposure and score is split exactly over the
    inputs. Sides that name no horizon look at the year of the later day.
    """
    from exposure.history import diff as changes

    found = changes.difference(
        from_as_of, to_as_of, from_horizon=from_horizon, to_horizon=to_horizon, from_profile=from_profile,
        to_profile=to_profile, from_seeds=from_seeds, to_seeds=to_seeds, as_of=as_of, horizon=horizon,
        profile=profile, grades=grades, **_place(ctx),
    )  # fmt: skip
    answer = _of_frame(found.parts, "change parts") if parts else _of_frame(found.companies, "changes")
    _emit(answer, format, output)
    for note in found.notes:
        _say(note)


@app.command()
def shell(ctx: typer.Context, as_of: AsOf = None, horizon: Horizon = None, profile: Profile = DEFAULT_PROFILE) -> None:
    """Open the DuckDB shell, read-only.

    Needs the extra: pip install 'supply-chain-exposure[shell]'
    """
    from exposure import engine
    from exposure.cli import shell

    program = shell.found()
    session = engine.session(as_of=as_of, horizon=horizon, profile=profile, **_place(ctx))
    # what is not asked for stays unset, so that the year follows the date when the reader moves that
    words = shell.command(program, session.db, as_of=as_of, horizon=horizon)
    _say(shell.greeting(session.db, as_of=session.as_of, horizon=session.horizon))
    shell.become(words)


# --- the way in and the way out -----------------------------------------------------------


def _place(ctx: typer.Context) -> dict[str, Any]:
    place: Place = ctx.obj
    return place._asdict()


def _of_frame(frame: "pl.DataFrame", layout: str = "plain", leading: str = "") -> Answer:
    return Answer(frame.columns, frame.rows(), frame, layout, leading.upper())


def _format(asked: Format | None, output: Path | None) -> Format:
    if asked is not None:
        return asked
    if output is None:
        return "table" if sys.stdout.isatty() else "csv"
    return _by_ending(output)


def _tree_format(output: Path | None) -> TreeFormat | Format:
    """Show the tree where somebody reads it, and give its rows to everything else."""
    for_eyes = sys.stdout.isatty() if output is None else output.suffix.lower() == ".txt"
    return "tree" if for_eyes else _by_ending(output)


def _by_ending(output: Path | None) -> Format:
    endings: dict[str, Format] = {"": "csv", ".csv": "csv", ".txt": "csv", ".json": "json", ".parquet": "parquet"}
    ending = "" if output is None else output.suffix.lower()
    if ending not in endings:
        raise ExposureError(f"No format ends in {ending}: write .csv, .json or .parquet, or name one with --format.")
    return endings[ending]


def _emit(answer: Answer, asked: Format | None, output: Path | None) -> None:
    """Write an answer in the format asked for, or in the one that suits where it goes."""
    chosen = _format(asked, output)
    if chosen == "table":
        _put(_table(answer, output), output)
    elif chosen == "parquet":
        _put(_parquet(answer, output), output)
    else:
        from exposure.formats import exports

        _put(exports.TEXT_FORMATS[chosen](answer.columns, answer.rows), output)


def _table(answer: Answer, output: Path | None) -> bytes:
    """Lay an answer out for the terminal, or for a page of usual width; a file takes lines of any length."""
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
        _say(f"Some columns are left out here: --format csv has all {len(answer.columns)}.")
    return table.text.encode()


def _parquet(answer: Answer, output: Path | None) -> bytes:
    from exposure.formats import exports

    if output is None and sys.stdout.isatty():
        raise ExposureError("Parquet is not for reading: name a file with --output, or send it to a pipe.")
    return exports.parquet_bytes(exports.framed(answer.columns, answer.rows) if answer.frame is None else answer.frame)


def _put(content: bytes, output: Path | None) -> None:
    if output is None:
        try:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise ExposureError(f"{NOT_WRITTEN} {error.strerror}.") from error
        return
    from exposure.formats import exports

    exports.write_atomically(output, content)


@contextmanager
def _progress(draws: int) -> Iterator[Callable[[int], None] | None]:
    """Show on a terminal how far a long run is."""
    if draws < LONG_RUN or not sys.stderr.isatty():
        yield None
        return
    with typer.progressbar(length=draws, label="Drawing", file=sys.stderr) as bar:
        yield bar.update


def _say(sentence: str) -> None:
    typer.echo(sentence, err=True)


@contextmanager
def _ended_in_words() -> Iterator[None]:
    """Turn an error that is meant for the user into a sentence and an exit code."""
    try:
        yield
    except BrokenPipeError:
        _end_quietly()
    except ExposureError as error:
        _say(str(error))
        if isinstance(error, RejectedData):
            _say(f"{len(error.faults)} faults; nothing was done.")
        raise typer.Exit(error.exit_code) from error
    except OSError as error:
        if not _was_printing(error):
            raise
        with suppress(OSError):  # when it is stderr that takes nothing
            _say(f"{NOT_WRITTEN} {error.strerror}.")
        raise typer.Exit(ExitCode.USAGE) from error


def _was_printing(error: OSError) -> bool:
    """Say whether an error comes from printing something, such as a page of help; any other one is a bug."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return at is not None and at.tb_frame.f_code is typer.echo.__code__


def _end_quietly() -> NoReturn:
    """Leave without a word when the reader has gone; what Python still flushes at its end goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise typer.Exit(ExitCode.DONE)


def _log_to_stderr(*, verbose: bool) -> None:
    """Show what the engine has to say: warnings as plain sentences, with `--verbose` every step and when it was."""
    import logging

    handler = logging.StreamHandler()
    handler.setFormatter(
        logging.Formatter("%(relativeCreated)d ms %(name)s: %(message)s" if verbose else "%(message)s")
    )
    logger = logging.getLogger("exposure")
    logger.handlers = [handler]
    logger.setLevel(logging.DEBUG if verbose else logging.WARNING)
    logger.debug("exposure %s", " ".join(sys.argv[1:]))
