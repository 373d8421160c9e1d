"""The Python API: one function a command, with the command's name and options. Each returns a polars frame.

All functions accept the options of `exposure.question.Options`, and those that rank also those of `RankOptions`: they
ask at a date, for a year, by a profile, of a database. A missing or stale database is built first. A bad call raises
`ExposureError`, and bad data `RejectedData`, its child, with every fault. The notes that a command prints on stderr are
those of the methods of `exposure.engine.Engine`, which return them with the frame.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from exposure.engine import Engine
from exposure.question import DEFAULT_DRAWS, DEFAULT_SEED, Day, Options, Place, Question, RankOptions
from exposure.seeds import resources

if TYPE_CHECKING:
    import polars as pl

    from exposure.formats import Encoding

__all__ = [
    "audit", "build", "check", "diff", "explain", "export", "ingest", "packaged_seeds", "rank", "revisions", "scenario",
    "sensitivity", "simulate", "solve", "sources", "sql",
]  # fmt: skip


def _ask(options: Any) -> tuple[Engine, Question]:
    """Split options into an engine on the workspace and the question for it."""
    engine = Engine.at(options.pop("db", None), options.pop("seeds", None))
    return engine, Question.parse(**options)


# --- data ---------------------------------------------------------------------------------


def packaged_seeds() -> Path:
    """Return the folder of the seed tables that come with the package: a start for a folder of your own."""
    return resources.seeds_dir()


def check(seeds: Place = None) -> pl.DataFrame:
    """Check a folder of seed tables; raise RejectedData with every fault.

    | table | rows |
    """
    return Engine.at(seeds=seeds).check().frame


def build(*, db: Place = None, seeds: Place = None) -> pl.DataFrame:
    """Check the seeds and build the database, which replaces an older one when it is whole.

    | kind (table, finding or company) | name | rows |
    """
    return Engine.at(db, seeds).build().frame


def ingest(file: Path | str, *, seeds: Place = None) -> pl.DataFrame:
    """Propose claims from a pasted research digest, in Chinese or English, for a person to accept or refuse.

    | document | title | ... | span | low | base | high | unit | ... | companies | programmes | period | ... |

    One row a quantity, by the names of the seeds. Nothing is written.
    """
    return Engine.at(seeds=seeds).ingest(file).frame


# --- the ranking --------------------------------------------------------------------------


def rank(
    programmes: Sequence[str] | str | None = None,
    *,
    top: int | None = None,
    draws: int = DEFAULT_DRAWS,
    **options: Unpack[RankOptions],
) -> pl.DataFrame:
    """Rank companies by their exposure to programmes or families (default: all), as known at a date.

    | rank | company_id | ticker | ... | score (0 to 100) | exposure_weight (fraction) | programme_revenue_usd | ... |
    rank_low | rank_high | rank_tier | ... | score_p05 | score_p95 | ... |

    The columns from `rank_low` on come from `draws` draws of all inputs, and are empty without draws.
    """
    engine, question = _ask({"programmes": programmes, **options})
    return engine.rank(question, draws=draws, top=top).frame


def explain(company: str, programme: str | None = None, **options: Unpack[RankOptions]) -> pl.DataFrame:
    """Trace a company's exposure, or one programme's part in it, down to facts and sources.

    | company_id | depth | label | op | value | weight | unit | basis | tier | fact_ids | source_ids |

    One row a node of the tree, depth first: depth 0 is a root, and a node's children follow it one deeper.
    """
    engine, question = _ask(options)
    return engine.explain(company, programme, question).frame


def export(
    folder: Path | str,
    *,
    encoding: Encoding = "utf-8",
    draws: int = DEFAULT_DRAWS,
    **options: Unpack[RankOptions],
) -> pl.DataFrame:
    """Write the portfolio manager's folder: watchlist, unranked, exposures, facts used, findings, manifest.

    | path |
    """
    engine, question = _ask(options)
    return engine.export(folder, question, draws=draws, encoding=encoding).frame


# --- the evidence -------------------------------------------------------------------------


def audit(*, claims: bool = False, **options: Unpack[Options]) -> pl.DataFrame:
    """List the findings in the built data, the open ones first.

    | finding | finding_key | severity | ... | message | fact_ids | state | reason | waived_on | as_of |

    With `claims`: what sources state beside what follows from their own figures, and claims that cannot both hold,
    | audited (check or pair) | id | verdict | kind | subject | ... |, what does not hold first.
    """
    engine, question = _ask(options)
    return engine.audit(question, claims=claims).frame


def sources(name: str | None = None, **options: Unpack[Options]) -> pl.DataFrame:
    """List the documents, with how much rests on each.

    | source_id | title | publisher | ... | facts_known | facts_used | companies_resting | url |

    With the id of a document or a fact, or with a company: the facts of it, as in mart.evidence.
    """
    engine, question = _ask(options)
    return engine.sources(name, question).frame


def sql(query: str, **options: Unpack[Options]) -> pl.DataFrame:
    """Answer one read-only query over the views, limited in time, memory and rows."""
    engine, question = _ask(options)
    return engine.sql(query, question).frame


def revisions(programme: str | None = None, **options: Unpack[Options]) -> pl.DataFrame:
    """List how units of a programme or family (default: of all) were revised, origin by origin and pooled.

    | series (origin or pooled) | family_id | scope_id | period | ... | known_on | low | value | high | change | ... |
    """
    engine, question = _ask(options)
    return engine.revisions(programme, question).frame


# --- questions about the ranking ----------------------------------------------------------


def simulate(
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    *,
    threads: int | None = None,
    top: int | None = None,
    done: Callable[[int], None] | None = None,
    **options: Unpack[RankOptions],
) -> pl.DataFrame:
    """Draw all inputs many times and estimate intervals of rank, score and exposure.

    | rank | company_id | ... | rank_tier | rank_low | rank_high | p_top5 | ... | score_p05 | score_p95 | ... | seed |

    The intervals hold 90% of the draws. The same seed gives the same bytes for any number of threads. `done` is called
    with the number of draws of each finished chunk.
    """
    engine, question = _ask(options)
    return engine.simulate(question, draws=draws, seed=seed, threads=threads, top=top, done=done).frame


def sensitivity(
    company: str | None = None,
    *,
    top: int | None = None,
    draws: int | None = None,
    seed: int = DEFAULT_SEED,
    threads: int | None = None,
    **options: Unpack[RankOptions],
) -> pl.DataFrame:
    """List which inputs drive a company's score and exposure, or which facts would decide the first `top` places.

    Of a company: | company_id | ... | input | score_base | score_at_low | score_at_high | ... | score_total | ... |
    Of the first `top`: | place | unknown | low | base | high | unit | tier | settled_part | ... | publishers | ... |
    """
    engine, question = _ask(options)
    return engine.sensitivity(company, question, top=top, draws=draws, seed=seed, threads=threads).frame


def scenario(*files: str, top: int | None = None, **options: Unpack[RankOptions]) -> pl.DataFrame:
    """Rank under scenarios, applied together in their order, beside the base.

    | company_id | ... | base_rank | scenario_rank | rank_change | ... | exposure_change (fraction) | ... | unreached |

    A scenario is the name of a shipped one or the path of a TOML file.
    """
    engine, question = _ask(options)
    return engine.scenario(files, question, top=top).frame


def solve(company: str, reach: str, by: str, **options: Unpack[RankOptions]) -> pl.DataFrame:
    """Find the multiplier of units, share or content with which a company reaches a target.

    | company_id | ... | reach | by | verdict | multiplier | quantity | unit | present | needed | rank | rank_then | ...

    `reach` is "rank 5", "exposure 0.30" or "revenue 2.0bn"; `by` is units, share or content, or one of them with the
    name of a programme or product, such as "units:trainium2".
    """
    engine, question = _ask(options)
    return engine.solve(company, reach, by, question).frame


def diff(
    from_as_of: Day = None,
    to_as_of: Day = None,
    *,
    from_horizon: int | None = None,
    to_horizon: int | None = None,
    from_profile: Path | str | None = None,
    to_profile: Path | str | None = None,
    from_seeds: Place = None,
    to_seeds: Place = None,
    parts: bool = False,
    **options: Unpack[RankOptions],
) -> pl.DataFrame:
    """Compare two rankings, and split each change of exposure and score exactly over the inputs.

    | company_id | ticker | name | standing | rank_from | rank_to | ... | score_change | exposure_change | ... |
    With `parts`: | company_id | ticker | name | input | exposure_part | score_part | label | ..._fact_ids |

    What a side does not name is what `as_of`, `horizon`, `profile` and `seeds` say for both. Without a horizon, both
    are of the year of the later date.
    """
    engine, both = _ask(options)
    first = both.but(as_of=from_as_of, horizon=from_horizon, profile=from_profile)
    second = both.but(as_of=to_as_of, horizon=to_horizon, profile=to_profile)
    return engine.diff(first, second, first_seeds=from_seeds, second_seeds=to_seeds, parts=parts).frame
