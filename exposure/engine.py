"""The engine: a thin handle on a workspace, with one method a verb. It prints nothing and keeps no connection open.

A method opens the database, built first if missing or stale, and hands it on. It imports slow modules when called.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from exposure.question import (
    DEFAULT_DRAWS,
    DEFAULT_QUESTION,
    DEFAULT_SEED,
    Place,
    Question,
    Result,
    Table,
    Workspace,
    check_draws,
    parse_top,
)
from exposure.scoring import ranking, stored
from exposure.seeds import resources

if TYPE_CHECKING:
    from exposure.db.build import Writer
    from exposure.db.session import Reader
    from exposure.formats import Encoding
    from exposure.lineage.explanation import Explained
    from exposure.scoring.ranking import Ranking
    from exposure.scoring.watchlist import Watchlist
    from exposure.seeds.profiles import Profile


class Engine:
    """Answers questions about one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    @classmethod
    def at(cls, db: Place = None, seeds: Place = None) -> Engine:
        """Return an engine on these paths, else on those of EXPOSURE_DB and EXPOSURE_SEEDS, else on the defaults."""
        file = db or os.environ.get("EXPOSURE_DB") or "exposure.duckdb"
        folder = seeds or os.environ.get("EXPOSURE_SEEDS") or resources.seeds_dir()
        return cls(Workspace(Path(file), Path(folder)))

    @contextmanager
    def opened(self, question: Question) -> Iterator[tuple[Reader, Profile]]:
        """Open a current database at the question's date and horizon, with the question's profile."""
        from exposure.db import session
        from exposure.seeds.profiles import read_profile

        profile = read_profile(question.profile, self.workspace.seeds)  # refused before anything is built
        with session.open_current(self.workspace, question, self.build) as reader:
            yield reader, profile

    def check(self) -> Result:
        """Check the seed files and count their rows; raise RejectedData with every fault."""
        from exposure.scenarios.checked_seeds import read_checked_seeds

        tables = read_checked_seeds(self.workspace.seeds).tables
        return Result(Table(["table", "rows"], [(name, len(rows)) for name, rows in tables.items()]), ["No faults."])

    def build(self) -> Result:
        """Build the database beside the old one and put it in place, with the answer to the default question."""
        from exposure.db import build
        from exposure.lineage import audit
        from exposure.scenarios.checked_seeds import read_checked_seeds
        from exposure.seeds.profiles import read_profile

        fingerprint = resources.fingerprint(self.workspace.seeds)  # before the files are read
        seeds = read_checked_seeds(self.workspace.seeds)
        counts: list[tuple[str, str, int]] = [("table", name, len(rows)) for name, rows in seeds.tables.items()]

        def store_answers(writer: Writer) -> None:
            profile = read_profile(DEFAULT_QUESTION.profile, self.workspace.seeds)
            watchlist = _rank(writer, DEFAULT_QUESTION, profile, DEFAULT_DRAWS)
            stored.write_watchlist(writer, watchlist, ranking.list_notes(writer, watchlist))
            counts.extend(("finding", name, count) for name, count in audit.count_open_findings(writer).items())
            sides = ("ranked", "unranked")
            counts.extend(("company", side, getattr(watchlist, side).height) for side in sides)

        db, empty = self.workspace.db, stored.table_columns()
        done = build.build(seeds, db, seeds_fingerprint=fingerprint, tables=empty, after_views=store_answers)
        note = f"Built {db}: known as of {done.latest_known_on}, for {done.default_horizon}."
        return Result(Table(["kind", "name", "rows"], counts), [note])

    def read_stored_watchlist(self) -> Result:
        """Return the answer to the default question, which the build stored, without importing polars."""
        from exposure.db import session

        with session.open_current(self.workspace, DEFAULT_QUESTION, self.build) as reader:
            return stored.read_watchlist(reader)

    def rank(
        self, question: Question = DEFAULT_QUESTION, *, draws: int = DEFAULT_DRAWS, top: int | None = None
    ) -> Ranking:
        """Rank companies by their exposure to the programmes of the question."""
        check_draws(draws)
        parse_top(top)
        ranking.import_meanwhile("exposure.uncertainty.intervals" if draws else "exposure.scoring.watchlist")
        with self.opened(question) as (reader, profile):
            watchlist = _rank(reader, question, profile, draws)
            return ranking.present(reader, watchlist, question).head(top)

    def explain(self, company: str, programme: str | None = None, question: Question = DEFAULT_QUESTION) -> Explained:
        """Trace a company's exposure, or one programme's part in it, down to facts and sources."""
        from exposure.lineage import explanation

        with self.opened(question) as (reader, profile):
            listed = _rank(reader, question.on(programme), profile)
            return explanation.explain_company(reader, company, programme, listed, question.grades)

    def export(
        self, folder: Path | str, question: Question = DEFAULT_QUESTION, *, draws: int = DEFAULT_DRAWS,
        encoding: Encoding = "utf-8",
    ) -> Result:  # fmt: skip
        """Write the portfolio manager's folder; return the path of each file."""
        from exposure.formats import exports
        from exposure.lineage import portfolio_folder

        check_draws(draws)
        target = exports.parse_folder(folder)
        with self.opened(question) as (reader, profile):
            watchlist = _rank(reader, question, profile, draws)
            shown = ranking.present(reader, watchlist, question)
            tables = portfolio_folder.collect_tables(reader, watchlist) | {"watchlist": shown.frame}
            manifest = portfolio_folder.describe_run(reader, question, profile, draws, shown.notes)
        files = exports.write_folder(target, tables, manifest, encoding=encoding)
        return Result(Table(["path"], [(str(file),) for file in files]))

    # --- evidence and SQL -----------------------------------------------------------------

    def audit(self, question: Question = DEFAULT_QUESTION, *, claims: bool = False) -> Result:
        """List the findings in the built data, or with `claims` the arithmetic of the sources and claims at odds."""
        from exposure.lineage import audit

        with self.opened(question) as (reader, _):
            return Result(audit.list_claims(reader) if claims else audit.list_findings(reader))

    def sources(self, name: str | None = None, question: Question = DEFAULT_QUESTION) -> Result:
        """List documents, or the facts of one document, of one id or behind one company."""
        from exposure.lineage import sources

        with self.opened(question) as (reader, profile):
            return Result(sources.list_sources(reader, question, profile, name))

    def revisions(self, programme: str | None = None, question: Question = DEFAULT_QUESTION) -> Result:
        """List how forecasts of units were revised."""
        from exposure.history import revisions

        with self.opened(question) as (reader, _):
            return Result(revisions.list_revisions(reader, programme))

    def ingest(self, file: Path | str) -> Result:
        """Propose claims from a research digest, one row a quantity; nothing is written."""
        from exposure.extraction import proposals

        rows, columns = proposals.propose_claims(Path(file), self.workspace.seeds), [*proposals.COLUMNS]
        documents = len({row.document for row in rows})
        table = Table(columns, [tuple(getattr(row, name) for name in columns) for row in rows])
        return Result(table, [f"{len(rows)} proposals from {documents} document{'' if documents == 1 else 's'}."])

    def sql(self, query: str, question: Question = DEFAULT_QUESTION) -> Result:
        """Answer one read-only query, limited in time, memory and rows."""
        from exposure.db import session

        stored.check_profile(question, self.workspace)
        session.make_current(self.workspace, self.build)
        return Result(session.ask(self.workspace.db, query, as_of=question.as_of, horizon=question.horizon))

    def prepare_shell(self, question: Question = DEFAULT_QUESTION) -> Question:
        """Make the database current, and return the question with the date and year that it is answered for."""
        with self.opened(question) as (reader, _):
            ((as_of, horizon),) = reader.rows("select as_of, horizon from core.question")
        stored.check_profile(question, self.workspace)
        return replace(question, as_of=as_of, horizon=horizon)

    # --- uncertainty, scenarios, history --------------------------------------------------

    def simulate(
        self, question: Question = DEFAULT_QUESTION, *, draws: int = DEFAULT_DRAWS, seed: int = DEFAULT_SEED,
        threads: int | None = None, top: int | None = None, done: Callable[[int], None] | None = None,
    ) -> Result:  # fmt: skip
        """Estimate intervals of rank, score and exposure; `done` is called with the draws of each finished chunk."""
        from exposure.uncertainty import intervals

        check_draws(draws, seed)
        parse_top(top)
        with self.opened(question) as (reader, profile):
            prepared = intervals.prepare_ranking(reader, question, profile, with_bounded=True)
        return intervals.simulate(prepared, draws, seed, question.grades, threads=threads, done=done).head(top)

    def sensitivity(
        self, company: str | None = None, question: Question = DEFAULT_QUESTION, *, top: int | None = None,
        draws: int | None = None, seed: int = DEFAULT_SEED, threads: int | None = None,
    ) -> Result:  # fmt: skip
        """List the inputs that drive a company's score, or the facts that would decide who is among the first."""
        from exposure.uncertainty import sensitivity

        analysis = sensitivity.Analysis(company, parse_top(top), draws, seed, threads)
        with self.opened(question) as (reader, profile):
            return sensitivity.analyse(reader, question, profile, analysis)

    def scenario(
        self, files: Sequence[str], question: Question = DEFAULT_QUESTION, *, top: int | None = None
    ) -> Result:
        """Rank under scenarios, applied together in their order, beside the base."""
        from exposure.scenarios import compare

        compare.check_names(files)
        parse_top(top)
        with self.opened(question) as (reader, profile):
            return compare.compare_scenario(reader, question, profile, files, self.workspace.seeds).head(top)

    def solve(self, company: str, reach: str, by: str, question: Question = DEFAULT_QUESTION) -> Result:
        """Find the multiplier of units, share or content that reaches a target rank, exposure or revenue."""
        from exposure.scenarios import goal_seek, goals

        goal = goals.parse_goal(reach, by)
        with self.opened(question) as (reader, profile):
            return goal_seek.seek_goal(reader, question, profile, company, goal)

    def diff(
        self, first: Question, second: Question, *, first_seeds: Place = None, second_seeds: Place = None,
        parts: bool = False, progress: Callable[[int, int], None] | None = None,
    ) -> Result:  # fmt: skip
        """Compare two rankings by company, or with `parts` by company and input, and count worlds to `progress`."""
        from exposure.history import diff

        with ExitStack() as stack:
            sides = [diff.open_side(self.workspace, seeds, self.build) for seeds in (first_seeds, second_seeds)]
            difference = diff.diff_rankings([*map(stack.enter_context, sides)], (first, second), progress)
        return Result(difference.parts if parts else difference.companies, difference.notes)


def _rank(reader: Reader, question: Question, profile: Profile, draws: int = DEFAULT_DRAWS) -> Watchlist:
    """Rank companies, with intervals from `draws` draws."""
    watchlist = ranking.rank_companies(reader, question, profile)
    if draws and not watchlist.ranked.is_empty():
        from exposure.uncertainty import intervals

        return intervals.draw_intervals(reader, watchlist, question, profile, draws, DEFAULT_SEED)
    return watchlist
