"""Which columns each command's table has for people, how their cells read, and where blocks begin.

Every other format has all columns; these are the ones that fit a terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from exposure.cli.terminal import Column, Layout, Row, change, money, percent, rounded, shown, span
from exposure.formats.numbers import human

_GRADES = {
    "A": "no assumption",
    "B": "one assumption or rumour",
    "C": "two or more assumptions, circular or rumoured",
}
#: parts of a change of score, beside the inputs, as a reader names them
_MOVERS = {"peers": "peers", "membership": "who is ranked", "method": "method"}
#: parts of a change that are named at most
_MOST_PARTS = 2
_MOST_FACTS = 2
_DOLLARS = 1e6


def of(name: str, leading: Collection[str] = ()) -> Layout | None:
    """Give the layout of a name; a ranking's has a heading where a block of grades that do not lead begins."""
    if name == "plain":
        return None
    layout = LAYOUTS[name]
    column = _GRADE_COLUMNS.get(name)
    if column is None:
        return layout
    return layout._replace(block=partial(_grade_block, column=column, leading=frozenset(leading)))


def _grade_block(row: Row, *, column: str, leading: frozenset[str]) -> str:
    grade = row[column]
    return "" if grade is None or grade in leading else f"grade {grade}: {_GRADES[grade]}"


# --- cells --------------------------------------------------------------------------------


def _of(name: str, write: Callable[[Any], str] = shown) -> Callable[[Row], str]:
    return lambda row: write(row[name])


def _between(low: str, high: str, write: Callable[[Any], str] = percent) -> Callable[[Row], str]:
    return lambda row: span(write(row[low]), write(row[high]))


def _joined(*names: str) -> Callable[[Row], str]:
    return lambda row: " ".join(shown(row[name]) for name in names if row[name] is not None)


def _first(name: str) -> Callable[[Row], str]:
    """Name the first facts of many."""

    def write(row: Row) -> str:
        value = row[name] or ()
        facts = value.split("; ") if isinstance(value, str) else list(value)
        more = f" +{len(facts) - _MOST_FACTS}" if len(facts) > _MOST_FACTS else ""
        return "; ".join(facts[:_MOST_FACTS]) + more

    return write


def _points(name: str) -> Callable[[Row], str]:
    return lambda row: change(None if row[name] is None else row[name] * 100)


def _quantity(value: float | None, unit: str | None, currency: str | None = None) -> str:
    """Write a number without its unit; fractions in percent."""
    if value is None:
        return ""
    return human(value, "fraction" if unit == "fraction" and currency is None else "")


def _counted(name: str) -> Callable[[Row], str]:
    return lambda row: _quantity(row[name], row["unit"])


def _ends(row: Row) -> str:
    return span(_quantity(row["low"], row["unit"]), _quantity(row["high"], row["unit"]))


# --- rankings -----------------------------------------------------------------------------

_RANGES = {"rank range": _between("rank_low", "rank_high", shown), "range": _between("exposure_low", "exposure_high")}


def _scenario_part(row: Row) -> str:
    base, moved = row["base_programme_revenue_usd"], row["programme_revenue_usd_change"]
    return change(moved / base if isinstance(base, float) and isinstance(moved, float) and base else None, "+.1%")


_WATCHLIST = Layout(
    (
        Column("rank", _of("rank"), right=True),
        Column("rank range", _RANGES["rank range"], right=True, spare=3),
        Column("ticker", _of("ticker")),
        Column("company", _joined("name", "name_local"), least=18),
        Column("score", _of("score", rounded), right=True),
        Column("grade", _of("grade")),
        Column("exposure", _of("exposure_weight", percent), right=True),
        Column("range", _RANGES["range"], right=True, spare=1),
        Column("programme USD", _of("programme_revenue_usd", money), right=True),
        Column("base year", _of("exposure_base", percent), right=True, spare=4),
        Column("assumed", _of("assumed_part", percent), right=True, spare=2),
    ),
    faint=lambda row: row["grade"] == "C",
)
_SCENARIO = Layout(
    (
        Column("rank", _of("scenario_rank"), right=True),
        Column("base", _of("base_rank"), right=True),
        Column("ticker", _of("ticker")),
        Column("company", _of("name"), least=18),
        Column("exposure", _of("scenario_exposure", percent), right=True),
        Column("base", _of("base_exposure", percent), right=True, spare=1),
        Column("points", _points("exposure_change"), right=True),
        Column("programme USD", _of("scenario_programme_revenue_usd", money), right=True),
        Column("base", _of("base_programme_revenue_usd", money), right=True, spare=2),
        Column("change", _scenario_part, right=True),
        Column("not reached", _of("unreached"), least=20, spare=3),
    ),
    faint=lambda row: row["programme_revenue_usd_change"] == 0,
)
_SIMULATED = Layout(
    (
        Column("rank", _of("rank"), right=True),
        Column("rank range", _RANGES["rank range"], right=True),
        Column("ticker", _of("ticker")),
        Column("company", _of("name"), least=22),
        Column("grade", _of("grade"), spare=4),
        Column("score range", _between("score_p05", "score_p95", rounded), right=True, spare=3),
        Column("exposure", _of("exposure_weight", percent), right=True),
        Column("range", _between("exposure_p05", "exposure_p95"), right=True),
        Column("top 5", _of("p_top5", percent), right=True, spare=1),
        Column("top 10", _of("p_top10", percent), right=True),
        Column("top 20", _of("p_top20", percent), right=True, spare=2),
    ),
    faint=lambda row: row["grade"] == "C",
)


# --- what a rank hangs on, what it takes, what moved ---------------------------------------

_SETTLING = Layout(
    (
        Column("place", _of("place"), right=True),
        Column("unknown", _of("unknown"), least=34, wraps=True),
        Column("base", _counted("base"), right=True),
        Column("range", _ends, right=True),
        Column("unit", _of("unit"), spare=2),
        Column("tier", _of("tier"), spare=1),
        Column("settles", _of("settled_part", percent), right=True),
        Column("most for", _of("settles"), least=22, wraps=True),
        Column("facts", _first("fact_ids"), least=16, spare=3, wraps=True),
    )
)
_MOVED = Layout(
    (
        Column("input", _of("input"), least=34, wraps=True),
        Column("score at ends", _between("score_at_low", "score_at_high", rounded), right=True),
        Column("swing", _of("score_swing", rounded), right=True),
        Column("of its variance", _of("score_first", percent), right=True),
        Column("with others", _of("score_total", percent), right=True, spare=2),
        Column("exposure at ends", _between("exposure_at_low", "exposure_at_high"), right=True),
        Column("of its variance", _of("exposure_first", percent), right=True, spare=1),
    )
)


def _then(name: str, write: Callable[[Any], str]) -> Callable[[Row], str]:
    return _between(name, f"{name}_then", write)


def _needed(row: Row) -> str:
    return span(_quantity(row["present"], row["unit"]), _quantity(row["needed"], row["unit"]))


_SOLVED = Layout(
    (
        Column("quantity", _of("quantity"), least=34, wraps=True),
        Column("times", _of("multiplier", lambda value: rounded(value, ".3g")), right=True),
        Column("from what to what", _needed, right=True),
        Column("unit", _of("unit"), spare=2),
        Column("rank", _then("rank", shown), right=True),
        Column("exposure", _then("exposure_weight", percent), right=True),
        Column("programme USD", _then("programme_revenue_usd", money), right=True, spare=1),
        Column("verdict", _of("verdict")),
    )
)


def _reasons(row: Row) -> str:
    """Name the largest parts of a change of score: by input, and what came from the other companies."""
    whole = {"score_from", "score_to", "score_change", "score_own"}
    parts = {name.removeprefix("score_"): row[name] for name in row if name.startswith("score_") and name not in whole}
    inputs = {name: part for name, part in parts.items() if name not in ("peers", "method")}
    told = sorted(inputs.items(), key=lambda part: -abs(part[1] or 0))[:_MOST_PARTS]
    return ", ".join(f"{_MOVERS.get(name, name)} {moved}" for name, part in told if (moved := change(part)))


_CHANGES = Layout(
    (
        Column("rank", _between("rank_from", "rank_to", shown), right=True),
        Column("ticker", _of("ticker")),
        Column("company", _of("name"), least=22),
        Column("", lambda row: "" if row["standing"] == "stayed" else row["standing"], spare=2),
        Column("score", _of("score_to", rounded), right=True),
        Column("change", _of("score_change", change), right=True),
        Column("exposure", _of("exposure_to", percent), right=True),
        Column("points", _points("exposure_change"), right=True),
        Column("by input, in points of score", _reasons, least=30, spare=1, wraps=True),
    )
)
_CHANGE_PARTS = Layout(
    (
        Column("ticker", _of("ticker")),
        Column("company", _of("name"), least=22, spare=1),
        Column("input", _of("input")),
        Column("score points", _of("score_part", change), right=True),
        Column("exposure points", _points("exposure_part"), right=True),
        Column("kind", _of("label")),
        Column("changed", _first("changed_fact_ids"), spare=2),
        Column("new", _first("new_fact_ids")),
        Column("withdrawn", _first("withdrawn_fact_ids"), spare=3),
    )
)
_REVISIONS = Layout(
    (
        Column("of", _of("scope_id")),
        Column("period", _of("period")),
        Column("who", lambda row: row["origin_id"] or row["series"]),
        Column("known on", _of("known_on")),
        Column("units", lambda row: human(row["value"], row["unit"]), right=True),
        Column("range", _ends, right=True, spare=2),
        Column("before", _counted("value_before"), right=True, spare=3),
        Column("change", _of("change", lambda value: change(value, "+.1%")), right=True),
        Column("", lambda row: "" if row["is_current"] else "replaced", spare=1),
        Column("facts", _first("fact_ids"), spare=4),
    ),
    faint=lambda row: not row["is_current"],
)


# --- findings and documents ---------------------------------------------------------------


def _finding(row: Row) -> str:
    waived = f" Waived: {row['reason']}." if row["reason"] else ""
    return shown(row["message"]) + waived.replace("..", ".")


_FINDINGS = Layout(
    (
        Column("state", _of("state")),
        Column("finding", _of("finding"), least=18),
        Column("message", _finding, least=40, wraps=True),
        Column("facts", _first("fact_ids"), least=16, spare=1, wraps=True),
    )
)


def _stated(row: Row) -> str:
    if row["audited"] == "pair":
        return shown(row["first_statement"])
    return (
        percent(row["stated"]) if row["unit"] == "fraction" else f"{shown(row['stated'])} {row['unit'] or ''}".strip()
    )


def _other(row: Row) -> str:
    if row["audited"] == "pair":
        return shown(row["second_statement"])
    write = percent if row["unit"] == "fraction" else shown
    return span(write(row["recomputed_low"]), write(row["recomputed_high"]))


_CLAIMS = Layout(
    (
        Column("verdict", _of("verdict"), least=16),
        Column("id", _of("id"), least=13, spare=1),
        Column("claim", _joined("subject", "metric", "object", "period"), least=18, wraps=True),
        Column("stated", _stated, least=14, wraps=True),
        Column("recomputed, or the other", _other, least=14, wraps=True),
        Column("why", lambda row: shown(row["reason"]) or shown(row["note"]), least=22, wraps=True),
    )
)
_DOCUMENTS = Layout(
    (
        Column("id", _of("source_id"), least=21),
        Column("published", _of("published_on")),
        Column("tier", _of("tier"), spare=1),
        Column("companies", _of("companies_resting"), right=True),
        Column("used", _of("facts_used"), right=True),
        Column("facts", _of("facts_known"), right=True, spare=2),
        Column("title", _of("title"), least=30),
        Column("publisher", _of("publisher"), spare=3),
    )
)


def _value(row: Row) -> str:
    """Write what a fact states, with its unit; a range where it states no figure."""
    unit, currency = row["unit"] or "", row["currency"]
    write = partial(_quantity, unit=unit, currency=currency)
    told = write(row["base"]) if row["base"] is not None else span(write(row["low"]), write(row["high"]))
    if not told or (unit == "fraction" and currency is None):
        return told
    return f"{currency} {told}" if currency else f"{told} {unit}".strip()


def _document(row: Row) -> str:
    """Head the facts of one document."""
    said = f"published {row['published_on']}" if row["published_on"] else "date unknown"
    return f"{row['source_id']}: {row['source_title']} ({row['publisher']}, {said})"


def _kind(row: Row) -> str:
    return row["kind"] if row["measure"] in (None, row["kind"]) else f"{row['kind']}, {row['measure']}"


_EVIDENCE = Layout(
    (
        Column("fact", _of("fact_id")),
        Column(
            "kind", lambda row: row["kind"] if row["measure"] == row["kind"] else f"{row['kind']}, {row['measure']}"
        ),
        Column("company", _of("company_id"), least=10),
        Column("of", _joined("product_id", "scope_id", "counterpart_id"), least=24, wraps=True),
        Column("period", _of("period")),
        Column("states", _value, right=True),
        Column("tier", _of("tier"), spare=1),
        Column("known on", _of("known_on"), spare=2),
        Column("rests on", _first("rests_on"), spare=3),
    ),
    block=_document,
    faint=lambda row: not row["is_current"],
)


def _proposed(row: Row) -> str:
    write = partial(_quantity, unit=row["unit"], currency=row["currency"])
    return write(row["base"]) if row["base"] is not None else span(write(row["low"]), write(row["high"]))


def _digest(row: Row) -> str:
    named = ", ".join(shown(row[name]) for name in ("title", "publisher", "published_on") if row[name])
    return f"document {row['document']}{': ' * bool(named)}{named}"


_PROPOSALS = Layout(
    (
        Column("value", _proposed, right=True),
        Column("unit", lambda row: shown(row["currency"] or row["unit"]), least=8),
        Column("companies", _of("companies"), wraps=True),
        Column("programmes", _of("programmes"), wraps=True),
        Column("period", _of("period"), least=8),
        Column("sure", _of("confidence", percent), right=True, spare=1),
        Column("context", _of("context"), least=36, wraps=True),
    ),
    block=_digest,
)

LAYOUTS: dict[str, Layout] = {
    "watchlist": _WATCHLIST,
    "scenario": _SCENARIO,
    "simulated": _SIMULATED,
    "settling": _SETTLING,
    "moved": _MOVED,
    "solved": _SOLVED,
    "changes": _CHANGES,
    "change parts": _CHANGE_PARTS,
    "revisions": _REVISIONS,
    "findings": _FINDINGS,
    "claims": _CLAIMS,
    "documents": _DOCUMENTS,
    "evidence": _EVIDENCE,
    "proposals": _PROPOSALS,
}
#: layouts of rankings -> the column whose grade decides on the block
_GRADE_COLUMNS = {"watchlist": "grade", "simulated": "grade", "scenario": "scenario_grade"}
