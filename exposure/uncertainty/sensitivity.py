"""Find which inputs drive one company's score and exposure, and which facts would decide who is among the first."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from exposure.errors import ExposureError
from exposure.names import resolve
from exposure.question import DEFAULT_GRADES, DEFAULT_SEED, Question, Result, check_draws
from exposure.scoring import ranking
from exposure.uncertainty import intervals, uncertain_inputs
from exposure.uncertainty import sensitivity_measures as measures
from exposure.uncertainty.scorer import OPEN_TERMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from exposure.db.session import Reader
    from exposure.seeds.profiles import Profile
    from exposure.uncertainty.intervals import Prepared
    from exposure.uncertainty.sensitivity_measures import Columns

DEFAULT_TOP = 10
_MAKERS = 'select distinct maker_id from "core.supplied_product" where company_id = ?'
#: draws behind the facts that would decide the first places, and behind the indices of one company
DEFAULT_DECIDER_DRAWS, DEFAULT_INDEX_DRAWS = 10_000, 4096
#: fewer draws do not show what an input would decide
_FEWEST_DRAWS = 1000
_QUESTION: dict[str, pl.DataType] = {
    "draws": pl.Int64(), "seed": pl.Int64(), "as_of": pl.Date(), "horizon": pl.Int64(), "profile": pl.String(),
}  # fmt: skip
_MEASURES = ("base", "at_low", "at_high", "swing", "elasticity", *(
    f"{index}{end}" for index in ("first", "total") for end in ("", "_p05", "_p95")
))  # fmt: skip
#: the columns of `list_drivers`, in order
DRIVERS: dict[str, pl.DataType] = {
    "company_id": pl.String(), "ticker": pl.String(), "name": pl.String(), "input": pl.String(), "kind": pl.String(),
    "unknowns": pl.Int64(),
    **{f"{what}_{measure}": pl.Float64() for what in ("score", "exposure") for measure in _MEASURES},
    **_QUESTION,
}  # fmt: skip
#: the columns of `list_deciders`, in order
DECIDERS: dict[str, pl.DataType] = {
    "place": pl.Int64(), "unknown": pl.String(), "kind": pl.String(), "low": pl.Float64(), "base": pl.Float64(),
    "high": pl.Float64(), "unit": pl.String(), "tier": pl.String(), "settled_part": pl.Float64(),
    "noise_part": pl.Float64(), "settles": pl.String(), "fact_ids": pl.String(), "source_ids": pl.String(),
    "publishers": pl.String(), "unsettled": pl.Float64(), "top": pl.Int64(), **_QUESTION,
}  # fmt: skip


@dataclass(frozen=True)
class Analysis:
    """What is analysed: one company, or else the first `top` places; draws and threads have defaults."""

    company: str | None = None
    top: int | None = None
    draws: int | None = None
    seed: int = DEFAULT_SEED
    threads: int | None = None

    def __post_init__(self) -> None:
        if self.company is not None and self.top is not None:
            raise ExposureError("Ask for one company, or for the first N, not for both.")
        check_draws(self.draws or 0, self.seed)

    @property
    def cores(self) -> int:
        """Return the number of threads to use."""
        return self.threads or os.cpu_count() or 1


def analyse(reader: Reader, question: Question, profile: Profile, analysis: Analysis) -> Result:
    """Rank, and list what drives the company's score, or what would decide who is among the first."""
    prepared = intervals.prepare_ranking(reader, question, profile)
    if analysis.company is None:
        return list_deciders(prepared, reader, analysis, question.grades)
    company_id = resolve.resolve_company(reader, analysis.company)
    ranking.check_grade(prepared.watchlist, company_id, question.grades)
    return list_drivers(prepared, reader, company_id, analysis)


def list_drivers(prepared: Prepared, reader: Reader, company_id: str, analysis: Analysis) -> Result:
    """Return one row an input group: the company's score and exposure when it moves, the widest swing first.

    Indices take the largest power of two that is no more than `draws`; without draws they stay empty.
    """
    world = prepared.world
    if company_id not in world.company_ids:
        raise ExposureError(f"{company_id!r} is not ranked at this date and horizon, so nothing can move its rank.")
    company = world.company_ids.index(company_id)
    row = prepared.watchlist.filter(pl.col("company_id") == company_id)
    inputs = uncertain_inputs.read_uncertain_inputs(reader, world)
    reader.compute("core.supplied_product")
    makers = {maker for (maker,) in reader.rows(_MAKERS, [company_id])}
    questions = uncertain_inputs.group_inputs(inputs, world.sampler.uncertain, company_id, row["name"].item(), makers)
    groups = [question.group for question in questions]
    exposure, score = measures.measure_swings(world, prepared.scorer, company, groups)
    columns = _prefix("score", score) | _prefix("exposure", exposure)
    draws = DEFAULT_INDEX_DRAWS if analysis.draws is None else analysis.draws
    draws = 1 << draws.bit_length() - 1 if draws else 0
    if draws:
        indices = measures.estimate_indices(
            world, prepared.scorer, company, groups, draws, analysis.seed, threads=analysis.cores
        )
        columns |= _prefix("exposure", indices[0]) | _prefix("score", indices[1])
    table = pl.DataFrame({
        "input": [question.label for question in questions],
        "kind": [question.kind for question in questions],
        "unknowns": [len(group.normals) for group in groups],
        **columns,
    })  # fmt: skip
    table = table.join(row.select("company_id", "ticker", "name", "as_of", "horizon", "profile"), how="cross")
    effects = pl.max_horizontal("score_swing", "exposure_swing", *(c for c in ("score_total",) if c in table.columns))
    table = table.filter(effects > 0).with_columns(draws=pl.lit(draws), seed=pl.lit(analysis.seed))
    return Result(_shape(table.sort("score_swing", "input", descending=[True, False]), DRIVERS))


def _prefix(what: str, columns: Columns) -> Columns:
    return {f"{what}_{name}": values for name, values in columns.items()}


def list_deciders(prepared: Prepared, reader: Reader, analysis: Analysis, grades: str = DEFAULT_GRADES) -> Result:
    """Return one row an unknown whose knowledge would decide who is among the first `top`, the most telling first.

    Only whether companies of the grades are there counts.
    Unknowns that decide no more than chance shows for inputs on which nothing depends are left out.
    """
    top, draws = analysis.top or DEFAULT_TOP, DEFAULT_DECIDER_DRAWS if analysis.draws is None else analysis.draws
    if draws < _FEWEST_DRAWS:
        raise ExposureError(f"What a fact would settle is read from draws: ask for at least {_FEWEST_DRAWS}.")
    world = prepared.world
    information = measures.estimate_information(
        world, prepared.scorer, draws, analysis.seed, top, threads=analysis.cores,
        asked=prepared.watchlist["grade"].is_in(list(grades)).to_numpy(),
    )  # fmt: skip
    settled = information.settled.sum(axis=1)
    inputs = uncertain_inputs.read_uncertain_inputs(reader, world).by_normal()
    telling = sorted(np.flatnonzero(settled > information.noise).tolist(), key=lambda n: (-settled[n], n))
    documents = uncertain_inputs.read_documents(reader)
    companies = prepared.watchlist.rows(named=True)
    names = [company["name"] for company in companies]
    undisclosed = [(what, companies[row]) for what, rows in prepared.scorer.unknown.items() for row in rows]
    rows = []
    for place, number in enumerate(telling, start=1):
        if number < world.sampler.normals:
            one = uncertain_inputs.widest_input(inputs[number])
            label = uncertain_inputs.label_inputs(inputs[number])
        else:
            one, label = _describe_unknown(*undisclosed[number - world.sampler.normals], prepared.scorer.neutral)
        sources, publishers = uncertain_inputs.join_documents(one["fact_ids"], documents)
        by_company = information.settled[number]
        helped = [company for company in (-by_company).argsort()[:3] if by_company[company] > information.noise]
        rows.append({
            "place": place, "unknown": label,
            **{name: one[name] for name in ("kind", "low", "base", "high", "unit", "tier")},
            "settled_part": settled[number] / information.unsettled,
            "noise_part": information.noise / information.unsettled,
            "settles": uncertain_inputs.join_ids(names[company] for company in helped),
            "fact_ids": uncertain_inputs.join_ids(one["fact_ids"]), "source_ids": sources, "publishers": publishers,
        })  # fmt: skip
    question = prepared.watchlist.head(1).select("as_of", "horizon", "profile")
    table = pl.DataFrame(rows, schema={name: DECIDERS[name] for name in list(DECIDERS)[:14]})
    table = table.join(question, how="cross").with_columns(
        unsettled=pl.lit(information.unsettled), top=pl.lit(top), draws=pl.lit(draws), seed=pl.lit(analysis.seed)
    )
    return Result(_shape(table, DECIDERS), [_unsettled_note(top, information.unsettled, len(settled) - len(telling))])


def _describe_unknown(what: str, company: Mapping[str, Any], neutral: float) -> tuple[uncertain_inputs.Row, str]:
    """Return an unknown factor of a company, or its open terms together, as an input, and its label."""
    unknown = {"tier": "unknown", "fact_ids": ()}
    if what == OPEN_TERMS:
        ends = {"low": 0.0, "base": 0.0, "high": company["open_usd_high"], "unit": "USD"}
        return {"kind": "open terms", **ends, **unknown}, f"open terms of {company['name']}"
    ends = {"low": 0.0, "base": neutral, "high": 100.0, "unit": "score"}
    return {"kind": "factor", **ends, **unknown}, f"{what.replace('_', ' ')} of {company['name']}, not known"


def _unsettled_note(top: int, unsettled: float, silent: int) -> str:
    if not unsettled:
        return f"The same companies are among the first {top} in every draw: there is nothing to settle."
    return (
        f"Unsettled among the first {top}: {unsettled:.2f}, the sum over companies of p (1 - p), p the chance to be "
        f"there. {silent} unknowns would settle no more of it than chance shows and are left out."
    )


def _shape(table: pl.DataFrame, columns: dict[str, pl.DataType]) -> pl.DataFrame:
    """Return the columns of a contract in order, those without values empty, at the digits that draws support."""
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in columns.items() if name not in table.columns]
    shaped = table.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in columns.items())
    return shaped.with_columns(pl.col(pl.Float64).round_sig_figs(6))
