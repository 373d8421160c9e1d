"""Layouts of the commands' tables: the columns that fit a terminal, and where blocks begin.

Every other format has all columns.
"""

from __future__ import annotations

from functools import partial

from exposure.cli import cells
from exposure.cli.cells import show, show_facts, show_joined, show_points, show_quantities, show_quantity, show_span
from exposure.cli.terminal import Column, Layout, Row, format_cell
from exposure.formats.numbers import (
    format_change,
    format_money,
    format_month,
    format_percent,
    format_quantity,
    format_rounded,
)
from exposure.question import GRADES, LEADING_GRADES

_REVENUE_THEN = show_span("programme_revenue_usd", "programme_revenue_usd_then", format_money)
#: layouts of rankings -> the column whose grade begins a block
_GRADE_COLUMNS = {"watchlist": "grade", "simulation": "grade", "scenario": "scenario_grade"}


def find_layout(name: str, *, by_grade: bool = False) -> Layout:
    """Return a layout; that of a ranking by grade has a heading where a block of grades that do not lead begins."""
    layout = LAYOUTS[name]
    if not by_grade or name not in _GRADE_COLUMNS:
        return layout
    return layout._replace(heading=partial(_grade_heading, column=_GRADE_COLUMNS[name]))


def _grade_heading(row: Row, *, column: str) -> str:
    if row.get("rank", 1) is None and row.get("known_part") is not None:
        return "bounded: less than half of the programme revenue is known"
    grade = row[column]
    return "" if grade is None or grade in LEADING_GRADES else f"grade {grade}: {GRADES[grade]}"


LAYOUTS = {
    "watchlist": Layout(
        (
            Column("rank", show("rank"), right=True),
            Column("rank range", show_span("rank_low", "rank_high", format_cell), right=True, drop=3),
            Column("ticker", show("ticker")),
            Column("company", cells.show_company, min_width=18),
            Column("score", show("score", format_rounded), right=True),
            Column("grade", show("grade")),
            Column("exposure", cells.show_exposure, right=True),
            Column("range", show_span("exposure_low", "exposure_high"), right=True, drop=1),
            Column("programme USD", cells.show_known_money, right=True),
            Column("base year", show("exposure_base", format_percent), right=True, drop=4),
            Column("evidence", cells.show_evidence, right=True, drop=2),
            Column("newest", show("newest_known_on", format_month), drop=5),
        ),
        is_dimmed=lambda row: row["grade"] == "C",
    ),
    "scenario": Layout(
        (
            Column("rank", show("scenario_rank"), right=True),
            Column("base", show("base_rank"), right=True),
            Column("ticker", show("ticker")),
            Column("company", show("name"), min_width=18),
            Column("exposure", show("scenario_exposure", format_percent), right=True),
            Column("base", show("base_exposure", format_percent), right=True, drop=1),
            Column("points", show_points("exposure_change"), right=True),
            Column("programme USD", show("scenario_programme_revenue_usd", format_money), right=True),
            Column("base", show("base_programme_revenue_usd", format_money), right=True, drop=2),
            Column("change", cells.show_scenario_change, right=True),
            Column("not reached", show("unreached"), min_width=20, drop=3),
        ),
        is_dimmed=lambda row: row["programme_revenue_usd_change"] == 0,
    ),
    "simulation": Layout(
        (
            Column("rank", show("rank"), right=True),
            Column("rank range", show_span("rank_low", "rank_high", format_cell), right=True),
            Column("ticker", show("ticker")),
            Column("company", show("name"), min_width=22),
            Column("grade", show("grade"), drop=4),
            Column("score range", show_span("score_p05", "score_p95", format_rounded), right=True, drop=3),
            Column("exposure", show("exposure_weight", format_percent), right=True),
            Column("range", show_span("exposure_p05", "exposure_p95"), right=True),
            Column("top 5", show("p_top5", format_percent), right=True, drop=1),
            Column("top 10", show("p_top10", format_percent), right=True),
            Column("top 20", show("p_top20", format_percent), right=True, drop=2),
        ),
        is_dimmed=lambda row: row["grade"] == "C",
    ),
    "sensitivity of the top": Layout(
        (
            Column("place", show("place"), right=True),
            Column("unknown", show("unknown"), min_width=34, wraps=True),
            Column("base", show_quantity("base"), right=True),
            Column("range", show_quantities("low", "high"), right=True),
            Column("unit", show("unit"), drop=2),
            Column("tier", show("tier"), drop=1),
            Column("settles", show("settled_part", format_percent), right=True),
            Column("most for", show("settles"), min_width=22, wraps=True),
            Column("facts", show_facts("fact_ids"), min_width=16, drop=3, wraps=True),
        )
    ),
    "sensitivity of a company": Layout(
        (
            Column("input", show("input"), min_width=34, wraps=True),
            Column("score at ends", show_span("score_at_low", "score_at_high", format_rounded), right=True),
            Column("swing", show("score_swing", format_rounded), right=True),
            Column("of its variance", show("score_first", format_percent), right=True),
            Column("with others", show("score_total", format_percent), right=True, drop=2),
            Column("exposure at ends", show_span("exposure_at_low", "exposure_at_high"), right=True),
            Column("of its variance", show("exposure_first", format_percent), right=True, drop=1),
        )
    ),
    "goal seek": Layout(
        (
            Column("quantity", show("quantity"), min_width=34, wraps=True),
            Column("times", show("multiplier", lambda value: format_rounded(value, ".3g")), right=True),
            Column("from what to what", show_quantities("present", "needed"), right=True),
            Column("unit", show("unit"), drop=2),
            Column("rank", show_span("rank", "rank_then", format_cell), right=True),
            Column("exposure", show_span("exposure_weight", "exposure_weight_then", format_percent), right=True),
            Column("programme USD", _REVENUE_THEN, right=True, drop=1),
            Column("verdict", show("verdict")),
        )
    ),
    "diff": Layout(
        (
            Column("rank", show_span("rank_from", "rank_to", format_cell), right=True),
            Column("ticker", show("ticker")),
            Column("company", show("name"), min_width=22),
            Column("", lambda row: "" if row["standing"] == "stayed" else row["standing"], drop=2),
            Column("score", show("score_to", format_rounded), right=True),
            Column("change", cells.show_of_stayed(show("score_change", format_change)), right=True),
            Column("exposure", show("exposure_to", format_percent), right=True),
            Column("points", cells.show_of_stayed(show_points("exposure_change")), right=True),
            Column(
                "by input, in points of score",
                cells.show_of_stayed(cells.show_score_parts),
                min_width=30,
                drop=1,
                wraps=True,
            ),
        )
    ),
    "diff parts": Layout(
        (
            Column("ticker", show("ticker")),
            Column("company", show("name"), min_width=22, drop=1),
            Column("input", show("input")),
            Column("score points", show("score_part", format_change), right=True),
            Column("exposure points", show_points("exposure_part"), right=True),
            Column("kind", show("label")),
            Column("changed", show_facts("changed_fact_ids"), drop=2),
            Column("new", show_facts("new_fact_ids")),
            Column("withdrawn", show_facts("withdrawn_fact_ids"), drop=3),
        )
    ),
    "revisions": Layout(
        (
            Column("of", show("scope_id")),
            Column("period", show("period")),
            Column("who", lambda row: row["origin_id"] or row["series"]),
            Column("known on", show("known_on")),
            Column("units", lambda row: format_quantity(row["value"], row["unit"]), right=True),
            Column("range", show_quantities("low", "high"), right=True, drop=2),
            Column("before", show_quantity("value_before"), right=True, drop=3),
            Column("change", show("change", lambda value: format_change(value, "+.1%")), right=True),
            Column("", lambda row: "" if row["is_current"] else "replaced", drop=1),
            Column("facts", show_facts("fact_ids"), drop=4),
        ),
        is_dimmed=lambda row: not row["is_current"],
    ),
    "findings": Layout(
        (
            Column("state", show("state")),
            Column("finding", show("finding"), min_width=18),
            Column("message", cells.show_finding, min_width=40, wraps=True),
            Column("facts", show_facts("fact_ids"), min_width=16, drop=1, wraps=True),
        )
    ),
    "claims": Layout(
        (
            Column("verdict", show("verdict"), min_width=16),
            Column("id", show("id"), min_width=13, drop=1),
            Column("claim", show_joined("subject", "metric", "object", "period"), min_width=18, wraps=True),
            Column("stated", cells.show_stated, min_width=14, wraps=True),
            Column("recomputed, or the other", cells.show_recomputed, min_width=14, wraps=True),
            Column("why", lambda row: format_cell(row["reason"]) or format_cell(row["note"]), min_width=22, wraps=True),
        )
    ),
    "documents": Layout(
        (
            Column("id", show("source_id"), min_width=21),
            Column("published", show("published_on")),
            Column("tier", show("tier"), drop=1),
            Column("companies", show("companies_resting"), right=True),
            Column("used", show("facts_used"), right=True),
            Column("facts", show("facts_known"), right=True, drop=2),
            Column("title", show("title"), min_width=30),
            Column("publisher", show("publisher"), drop=3),
        )
    ),
    "evidence": Layout(
        (
            Column("fact", show("fact_id")),
            Column("kind", cells.show_fact_kind),
            Column("company", show("company_id"), min_width=10),
            Column("of", show_joined("product_id", "scope_id", "counterpart_id"), min_width=24, wraps=True),
            Column("period", show("period")),
            Column("states", cells.show_fact_value, right=True),
            Column("tier", show("tier"), drop=1),
            Column("known on", show("known_on"), drop=2),
            Column("rests on", show_facts("rests_on"), drop=3),
        ),
        heading=cells.show_source,
        is_dimmed=lambda row: not row["is_current"],
    ),
    "proposals": Layout(
        (
            Column("value", cells.show_estimate, right=True),
            Column("unit", lambda row: format_cell(row["currency"] or row["unit"]), min_width=8),
            Column("companies", show("companies"), wraps=True),
            Column("programmes", show("programmes"), wraps=True),
            Column("period", show("period"), min_width=8),
            Column("sure", show("confidence", format_percent), right=True, drop=1),
            Column("context", show("context"), min_width=36, wraps=True),
        ),
        heading=cells.show_digest,
    ),
}
