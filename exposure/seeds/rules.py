"""What seed rows must be to each other: keys, references, chains of claims, scopes, units, completeness.

Whether something is *there* is judged on the cells as written, so that a row refused for another
reason does not make its neighbours look wrong; what rows *say* is judged on the rows that passed.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar, get_args, get_origin

from exposure.errors import Fault
from exposure.names.folding import fold
from exposure.seeds.models import (
    FINDINGS,
    PARAMETERS,
    TABLES,
    Claim,
    ClaimCheck,
    ClaimMetric,
    Company,
    CompanyAlias,
    CompanySignal,
    ContentValue,
    Contradiction,
    Correlation,
    Exchange,
    Fact,
    Family,
    Origin,
    Parameter,
    Product,
    Programme,
    Row,
    Scope,
    ScopeMember,
    ShipmentForecast,
    SignalMetric,
    SourcingMode,
    SourcingModeWeight,
    Tier,
    TierParameter,
    UnitBasis,
)

AnyRow = TypeVar("AnyRow", bound=Row)


@dataclass(frozen=True)
class Line:
    """A row of a file: where it stands, its cells as written, and the row itself when it passed."""

    file: str
    line: int
    cells: dict[str, str]
    row: Row | None

    def fault(self, column: str, message: str) -> Fault:
        """Say what is wrong here."""
        return Fault(self.file, self.line, column, message)

    @property
    def place(self) -> str:
        """Name the line for a message about another one."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Table:
    """The lines of one file; `whole` is false when some could not be read at all."""

    name: str
    model: type[Row]
    lines: list[Line]
    whole: bool

    @property
    def file(self) -> str:
        """Name the file."""
        return f"{self.name}.csv"


Tables = dict[str, Table]
_NAME = {model: name for name, model in TABLES.items()}
_FACTS = [name for name, model in TABLES.items() if issubclass(model, Fact)]
#: what rounding leaves of a variance
_ROUNDING = 1e-9
#: the last year that a date can have; views count years one by one
_LAST_YEAR = 9999
_PROGRAMME_IDS = (("families", "family_id"), ("scopes", "scope_id"), ("programmes", "programme_id"))


def faults(tables: Tables) -> Iterator[Fault]:
    """Yield whatever breaks a rule between rows."""
    for rule in RULES:
        yield from rule(tables)


def nearest(cell: str, known: Iterable[str]) -> str:
    """Suggest what may have been meant, as the end of a sentence."""
    close = get_close_matches(cell, list(known), n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(map(repr, close))}?" if close else ""


def _rows(tables: Tables, model: type[AnyRow]) -> list[tuple[Line, AnyRow]]:
    return [(line, line.row) for line in tables[_NAME[model]].lines if isinstance(line.row, model)]


def _facts(tables: Tables) -> list[tuple[Line, Fact]]:
    return [(line, line.row) for name in _FACTS for line in tables[name].lines if isinstance(line.row, Fact)]


def _written(tables: Tables, name: str, column: str) -> dict[str, Line]:
    """Give the values of a column as written, each with the first line that has it."""
    found: dict[str, Line] = {}
    for line in tables[name].lines:
        if cell := line.cells.get(column):
            found.setdefault(cell, line)
    return found


# --- keys and references -------------------------------------------------------------------


def _keys_are_unique(tables: Tables) -> Iterator[Fault]:
    for table in tables.values():
        if not issubclass(table.model, Fact):
            yield from _unique(table.model.key, table.lines)
    yield from _unique(Fact.key, [line for name in _FACTS for line in tables[name].lines])


def _unique(key: tuple[str, ...], lines: Iterable[Line]) -> Iterator[Fault]:
    first: dict[tuple[str, ...], Line] = {}
    for line in lines:
        cells = tuple(line.cells.get(column, "") for column in key)
        if not all(cells):
            continue
        if first.setdefault(cells, line) is not line:
            named = " with ".join(map(repr, cells))
            yield line.fault(key[0], f"{named} stands already in {first[cells].place}")


def _families_scopes_and_programmes_share_no_id(tables: Tables) -> Iterator[Fault]:
    first: dict[str, Line] = {}
    for name, column in _PROGRAMME_IDS:
        for cell, line in _written(tables, name, column).items():
            if first.setdefault(cell, line) is not line:
                other = first[cell].place
                yield line.fault(column, f"{cell!r} stands already in {other}; one id never means two of them")


def _references_are_known(tables: Tables) -> Iterator[Fault]:
    for table in tables.values():
        references = dict(table.model.references)
        if issubclass(table.model, Fact):
            references |= {"source_id": ("sources.source_id",), "origin_id": ("origins.origin_id",)}
        for column, targets in references.items():
            places = [target.split(".") for target in targets]
            if all(tables[name].whole for name, _ in places):
                known = {cell for name, key in places for cell in _written(tables, name, key)}
                where = " or ".join(f"{name}.csv" for name, _ in places)
                for line, cell in _unknown(table, column, known):
                    yield line.fault(column, f"{cell!r} is not in {where}{nearest(cell, known)}")


def _unknown(table: Table, column: str, known: set[str]) -> Iterator[tuple[Line, str]]:
    for line in table.lines:
        for cell in _parts(table.model, column, line.cells.get(column, "")):
            if cell not in known:
                yield line, cell


def _parts(model: type[Row], column: str, cell: str) -> list[str]:
    """Split a cell that lists ids; any other is its own single part, unless empty."""
    parts = cell.split(";") if get_origin(model.model_fields[column].annotation) is tuple else [cell]
    return [part.strip() for part in parts if part.strip()]


def _named_facts_are_known(tables: Tables) -> Iterator[Fault]:
    """Refuse unknown facts; ids that differ by a digit are no hint, so none is given."""
    if not all(tables[name].whole for name in _FACTS):
        return
    own = {name: set(_written(tables, name, "fact_id")) for name in _FACTS}
    for name in _FACTS:
        for line, cell in _unknown(tables[name], "rests_on", set().union(*own.values())):
            yield line.fault("rests_on", f"{cell!r} is not in any table of facts")
        for line, cell in _unknown(tables[name], "supersedes", own[name]):
            yield line.fault("supersedes", f"{cell!r} is not in {name}.csv")


# --- names ---------------------------------------------------------------------------------


def _names_mean_one_company(tables: Tables) -> Iterator[Fault]:
    """Let no alias, and no name or id of a company, read like one of another company."""
    owners: dict[str, tuple[str, str, Line]] = {}
    for line, column, name, company in _company_names(tables):
        known_name, owner, place = owners.setdefault(fold(name), (name, company, line))
        if owner != company:
            what = f"{name!r} reads like {known_name!r} of {owner!r} ({place.place})"
            yield line.fault(column, f"{what}; a name never means two companies")


def _company_names(tables: Tables) -> Iterator[tuple[Line, str, str, str]]:
    for line, company in _rows(tables, Company):
        for column in ("company_id", "name", "name_local"):
            if name := getattr(company, column):
                yield line, column, name, company.company_id
    for line, alias in _rows(tables, CompanyAlias):
        yield line, "alias", alias.alias, alias.company_id


def _aliases_differ_when_folded(tables: Tables) -> Iterator[Fault]:
    first: dict[tuple[str, str], tuple[Line, str]] = {}
    for line, alias in _rows(tables, CompanyAlias):
        place, name = first.setdefault((fold(alias.alias), alias.company_id), (line, alias.alias))
        if name != alias.alias:
            yield line.fault("alias", f"{alias.alias!r} reads the same as {name!r} in {place.place}")


def _aliases_are_no_foreign_tickers(tables: Tables) -> Iterator[Fault]:
    tickers = defaultdict(list)
    for line, company in _rows(tables, Company):
        for ticker in _tickers(tables, company):
            tickers[fold(ticker)].append((line, company.company_id))
    for line, alias in _rows(tables, CompanyAlias):
        holders = tickers[fold(alias.alias)]
        if holders and alias.company_id not in [company_id for _, company_id in holders]:
            place, company_id = holders[0]
            yield line.fault("alias", f"{alias.alias!r} is the ticker of {company_id!r} ({place.place})")


def _tickers(tables: Tables, company: Company) -> list[str]:
    """Spell a listing bare, with the suffix of data vendors, and with the terminal's exchange code."""
    if not company.ticker:
        return []
    exchanges = [exchange for _, exchange in _rows(tables, Exchange) if exchange.mic == company.mic]
    spelled = [f"{company.ticker}{e.suffix or ''}" for e in exchanges]
    return [company.ticker, *spelled, *(f"{company.ticker} {e.bloomberg}" for e in exchanges)]


def _listings_are_unique(tables: Tables) -> Iterator[Fault]:
    listed = [line for line in tables["companies"].lines if line.cells.get("ticker")]
    yield from _unique(("ticker", "mic"), listed)


# --- chains of claims ----------------------------------------------------------------------

Subject = tuple[object, ...]


def _subject(line: Line, row: Fact) -> Subject:
    """Name what a claim is about and who made it."""
    values = (getattr(row, column) for column in row.about)
    return (line.file, row.origin_id, *(tuple(sorted(v)) if isinstance(v, tuple) else v for v in values))


def _one_claim_is_made_once(tables: Tables) -> Iterator[Fault]:
    """Let the same subject, origin and day come twice only where one row names the other in `supersedes`."""
    claims: dict[Subject, list[tuple[Line, Fact]]] = defaultdict(list)
    for line, row in _facts(tables):
        claims[*_subject(line, row), row.known_on].append((line, row))
    for claim in claims.values():
        superseded = {row.supersedes for _, row in claim}
        standing = [(line, row) for line, row in claim if row.fact_id not in superseded]
        for line, row in standing[1:]:
            place, first = standing[0]
            subject = ", ".join(row.about)
            yield line.fault(
                "fact_id",
                f"{row.fact_id!r} repeats {first.fact_id!r} ({place.place}): same {subject}, origin_id and known_on; "
                "correct one by naming it in supersedes, or tell them apart",
            )


def _nothing_supersedes_what_came_later(tables: Tables) -> Iterator[Fault]:
    rows = {row.fact_id: row for _, row in _facts(tables)}
    for line, row in _facts(tables):
        older = rows.get(row.supersedes or "")
        if older and older.known_on > row.known_on:
            message = f"{older.fact_id!r} became known on {older.known_on}, after this row ({row.known_on})"
            yield line.fault("supersedes", message)


def _corrections_are_of_the_same_claim(tables: Tables) -> Iterator[Fault]:
    """Let a row retire only what the same origin said about the same subject."""
    rows = {row.fact_id: (line, row) for line, row in _facts(tables)}
    for line, row in _facts(tables):
        place, older = rows.get(row.supersedes or "", (line, row))
        # one of another table is unknown here, and told as such
        if place.file == line.file and _subject(line, row) != _subject(place, older):
            names = ("origin_id", *row.about)
            pairs = zip(names, _subject(line, row)[1:], _subject(place, older)[1:], strict=True)
            other = ", ".join(name for name, one, another in pairs if one != another)
            message = f"{older.fact_id!r} ({place.place}) is another claim: its {other} is not that of this row"
            yield line.fault("supersedes", f"{message}; a row corrects its own origin on the same subject")


def _withdrawals_withdraw_something(tables: Tables) -> Iterator[Fault]:
    days = defaultdict(list)
    for line, row in _facts(tables):
        if not row.withdrawn:
            days[_subject(line, row)].append(row.known_on)
    for line, row in _facts(tables):
        if row.withdrawn and not row.supersedes and not any(d <= row.known_on for d in days[_subject(line, row)]):
            message = f"no earlier row has the same {', '.join(row.about)} and origin_id, so nothing is withdrawn"
            yield line.fault("withdrawn", message)


def _conclusions_are_known_with_their_grounds(tables: Tables) -> Iterator[Fault]:
    """Date an assumption like the latest fact that it rests on, and no conclusion before its grounds."""
    known = {row.fact_id: row.known_on for _, row in _facts(tables)}
    for line, row in _facts(tables):
        if not row.rests_on or not all(fact_id in known for fact_id in row.rests_on):
            continue
        latest = max(row.rests_on, key=lambda fact_id: known[fact_id])
        since = f"the latest fact it rests on, {latest!r}, became known on {known[latest]}"
        if row.tier == "assumption" and row.known_on != known[latest]:
            yield line.fault("known_on", f"{row.known_on} is not the day of its grounds: {since}")
        elif row.known_on < known[latest]:
            yield line.fault("known_on", f"{row.known_on} is too early: {since}")


def _assumptions_are_our_own(tables: Tables) -> Iterator[Fault]:
    kinds = {origin.origin_id: origin.kind for _, origin in _rows(tables, Origin)}
    for line, row in _facts(tables):
        if row.tier == "assumption" and kinds.get(row.origin_id, "own") != "own":
            yield line.fault("origin_id", f"an assumption is our own, it is not said by {row.origin_id!r}")


def _nothing_goes_round_in_circles(tables: Tables) -> Iterator[Fault]:
    facts = _facts(tables)
    yield from _circles("rests_on", {row.fact_id: (line, row.rests_on) for line, row in facts})
    yield from _circles("supersedes", {r.fact_id: (line, (r.supersedes,) * bool(r.supersedes)) for line, r in facts})
    products = _rows(tables, Product)
    yield from _circles("parent_id", {p.product_id: (line, (p.parent_id,) * bool(p.parent_id)) for line, p in products})


def _circles(column: str, edges: dict[str, tuple[Line, tuple[str | None, ...]]]) -> Iterator[Fault]:
    graph = {node: {str(target) for target in targets if target in edges} for node, (_, targets) in edges.items()}
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle = error.args[1][::-1]
            start = min(range(len(circle) - 1), key=lambda i: (edges[circle[i]][0].file, edges[circle[i]][0].line))
            path = [*circle[start:-1], *circle[: start + 1]]
            yield edges[path[0]][0].fault(column, f"goes round in a circle: {' -> '.join(path)}")
            graph[path[0]].discard(path[1])
        else:
            return


# --- programmes, scopes, units, money ------------------------------------------------------


def _families_have_one_unallocated_programme(tables: Tables) -> Iterator[Fault]:
    if not tables["programmes"].whole:
        return
    rest = defaultdict(list)
    for line in tables["programmes"].lines:
        if line.cells.get("unallocated") == "true":
            rest[line.cells.get("family_id")].append(line.cells.get("programme_id", ""))
    for line, family in _rows(tables, Family):
        named = rest[family.family_id]
        if len(named) != 1:
            count = f"{len(named)} ({', '.join(named)})" if named else "none"
            yield line.fault(
                "family_id", f"{family.family_id!r} needs one programme marked unallocated and has {count}"
            )


def _scopes_have_members(tables: Tables) -> Iterator[Fault]:
    """Let a scope be without members only when its note says why, so that its claims are carried but not used."""
    if not tables["scope_members"].whole:
        return
    filled = _written(tables, "scope_members", "scope_id")
    for line, scope in _rows(tables, Scope):
        if scope.scope_id in filled:
            if scope.scope_id == "market":
                yield line.fault("scope_id", "the scope 'market' holds all programmes and has no members of its own")
        elif scope.total or not scope.note:
            message = f"{scope.scope_id!r} has no programme in scope_members.csv"
            yield line.fault("scope_id", f"{message}; a scope without any says in its note why, and is no total")


def _scopes_stay_in_their_family(tables: Tables) -> Iterator[Fault]:
    families = _written(tables, "families", "family_id")
    scopes = {scope.scope_id: scope.family_id for _, scope in _rows(tables, Scope)}
    programmes = {p.programme_id: p.family_id for _, p in _rows(tables, Programme)}
    for line, member in _rows(tables, ScopeMember):
        family, other = scopes.get(member.scope_id), programmes.get(member.programme_id)
        if family in families and other in families and family != other:
            message = f"{member.programme_id!r} is of the family {other!r}, its scope of {family!r}"
            yield line.fault("programme_id", message)


def _programmes_of_scopes(tables: Tables) -> dict[str, list[str]]:
    """Name the programmes of every family, scope and programme."""
    found = defaultdict(list)
    for line in tables["programmes"].lines:
        programme = line.cells.get("programme_id", "")
        found[programme].append(programme)
        found[line.cells.get("family_id", "")].append(programme)
    for line in tables["scope_members"].lines:
        found[line.cells.get("scope_id", "")].append(line.cells.get("programme_id", ""))
    return found


def _units_can_be_converted(tables: Tables) -> Iterator[Fault]:
    """Refuse units that cannot become the units in which the family is counted, for any programme of the scope.

    Modules and pieces of a product are the product's own and are not converted.
    """
    if not all(tables[name].whole for name in ("unit_conversions", "programmes", "scope_members", "families")):
        return
    home = {family.family_id: family.unit_basis for _, family in _rows(tables, Family)}
    own = {programme.programme_id: home.get(programme.family_id) for _, programme in _rows(tables, Programme)}
    counted = {(x.cells.get("programme_id"), x.cells.get("unit_basis")) for x in tables["unit_conversions"].lines}
    members = _programmes_of_scopes(tables)
    for line, scope_id, basis in _counted_facts(tables):
        programmes = [programme for programme in members[scope_id] if own.get(programme)]
        if programmes and not any(_converts(counted, p, basis, own[p]) for p in programmes):
            bases = " or ".join(sorted({str(own[p]) for p in programmes}))
            message = f"{scope_id!r} is counted in {bases}, this row in {basis}"
            way = f"unit_conversions.csv has no way from {basis} to {bases} for {' or '.join(programmes)}"
            yield line.fault("unit_basis", f"{message}; {way}")


def _counted_facts(tables: Tables) -> Iterator[tuple[Line, str, str]]:
    for line, shipment in _rows(tables, ShipmentForecast):
        own = shipment.product_id is not None and shipment.unit_basis in ("module", "piece")
        if not own and shipment.unit_basis != "fraction":
            yield line, shipment.scope_id, shipment.unit_basis
    for line, content in _rows(tables, ContentValue):
        if content.measure != "price":
            yield line, content.scope_id, content.unit_basis


def _converts(counted: set[tuple[str | None, str | None]], programme: str, basis: str, home: str | None) -> bool:
    """Say whether both bases are known in chips for the programme."""
    return basis == home or all(b == "chip" or (programme, b) in counted for b in (basis, home))


def _money_has_a_rate(tables: Tables) -> Iterator[Fault]:
    if not tables["fx_rates"].whole:
        return
    rated = {line.cells.get("currency") for line in tables["fx_rates"].lines if line.cells.get("withdrawn") != "true"}
    for name in ("content_values", "company_revenues", "disclosed_exposures"):
        spent: dict[str, Line] = {}
        for line in tables[name].lines:
            if line.row and (currency := line.cells["currency"]):
                spent.setdefault(currency, line)
        for currency, line in spent.items():
            if currency != "USD" and currency not in rated:
                yield line.fault("currency", f"there is money in {currency!r} but no rate for it in fx_rates.csv")


def _signals_fit_their_metric(tables: Tables) -> Iterator[Fault]:
    units = {metric.metric: metric.unit for _, metric in _rows(tables, SignalMetric)}
    for line, signal in _rows(tables, CompanySignal):
        unit = units.get(signal.metric)
        if unit is None or signal.withdrawn:
            continue
        if (unit == "day") != (signal.until is not None) or (unit == "day") == signal.has_number:
            what = "states a day in until and no number" if unit == "day" else "states a number and no day"
            yield line.fault("metric", f"{signal.metric!r} is a {unit}, so the row {what}")
        least, most = _limits(unit)
        for column, value in signal.stated():
            if not least <= value <= most:
                yield line.fault(column, f"{value:g} is outside {least:g} to {most:g}: {signal.metric!r} is a {unit}")


def _limits(unit: str) -> tuple[float, float]:
    """Give the least and the largest number of a metric's unit."""
    if level := re.fullmatch(r"level ([0-9]+) to ([0-9]+)", unit):
        return float(level[1]), float(level[2])
    return (-1.0, 1.0) if unit == "fraction" else (-math.inf, math.inf)


# --- the ledger of claims ------------------------------------------------------------------


def _claims_fit_their_metric(tables: Tables) -> Iterator[Fault]:
    units = {metric.metric: metric.unit for _, metric in _rows(tables, ClaimMetric)}
    units |= {metric.metric: metric.unit for _, metric in _rows(tables, SignalMetric)}
    for line, claim in _rows(tables, Claim):
        unit = units.get(claim.metric)
        if unit is None or claim.unit is None:
            continue
        fits = re.fullmatch(_unit_pattern(unit), claim.unit)
        if not fits:
            yield line.fault("unit", f"{claim.unit!r} is not {unit!r}, the unit of {claim.metric!r}")
        elif unit == "year" and any(abs(value) > _LAST_YEAR for _, value in claim.stated()):
            yield line.fault("unit", f"{claim.metric!r} is a year or a number of years, and none is above {_LAST_YEAR}")
        elif claim.currency != fits.groupdict().get("currency"):
            yield line.fault("currency", f"{claim.currency!r} is not the currency in the unit {claim.unit!r}")


def _unit_pattern(unit: str) -> str:
    """Read a metric's unit, in which `currency` and `counted unit` stand for any of them."""
    counted = "|".join(get_args(UnitBasis))
    return re.escape(unit).replace("currency", "(?P<currency>[A-Z]{3})", 1).replace(r"counted\ unit", f"({counted})")


def _metrics_have_one_name(tables: Tables) -> Iterator[Fault]:
    """Refuse a metric of both vocabularies, and two names with one meaning."""
    signals = _written(tables, "signal_metrics", "metric")
    meanings: dict[str, str] = {}
    for line, metric in _rows(tables, ClaimMetric):
        if metric.metric in signals:
            yield line.fault("metric", f"{metric.metric!r} is a signal already ({signals[metric.metric].place})")
        other = meanings.setdefault(fold(metric.definition), metric.metric)
        if other != metric.metric:
            yield line.fault("definition", f"{metric.metric!r} means the same as {other!r}; a metric has one name")


def _judged_facts_are_known(tables: Tables) -> Iterator[Fault]:
    """Let checks and contradictions name facts of any table, and checks only facts with numbers."""
    if not all(tables[name].whole for name in _FACTS):
        return
    written = {cell for name in _FACTS for cell in _written(tables, name, "fact_id")}
    for name, columns in (("claim_checks", ("inputs", "stated")), ("contradictions", ("left_fact", "right_fact"))):
        for column in columns:
            for line, cell in _unknown(tables[name], column, written):
                yield line.fault(column, f"{cell!r} is not in any table of facts")
    facts = {row.fact_id: row for _, row in _facts(tables)}
    for line, check in _rows(tables, ClaimCheck):
        for column, fact_id in (*(("inputs", fact_id) for fact_id in check.inputs), ("stated", check.stated)):
            if fact_id in facts and not facts[fact_id].has_number:
                yield line.fault(column, f"{fact_id!r} states no number, so nothing can be computed with it")


def _only_claims_are_set_aside(tables: Tables) -> Iterator[Fault]:
    """Leave what feeds the formula to its own ways: pooling, withdrawal, correction."""
    if not tables["claims"].whole:
        return
    own = set(_written(tables, "claims", "fact_id"))
    for line, cell in _unknown(tables["contradictions"], "set_aside", own):
        yield line.fault(
            "set_aside", f"{cell!r} is not in claims.csv; what feeds the formula is corrected or withdrawn"
        )


def _revisions_go_forward(tables: Tables) -> Iterator[Fault]:
    known = {row.fact_id: row.known_on for _, row in _facts(tables)}
    for line, pair in _rows(tables, Contradiction):
        left, right = known.get(pair.left_fact), known.get(pair.right_fact)
        if pair.kind == "revision" and left and right and left >= right:
            yield line.fault(
                "kind", f"{pair.right_fact!r} became known on {right}, not after {pair.left_fact!r} ({left})"
            )


# --- method --------------------------------------------------------------------------------


def _method_is_complete(tables: Tables) -> Iterator[Fault]:
    needed: list[tuple[type[Row], str, Iterable[str]]] = [
        (TierParameter, "tier", get_args(Tier)),
        (SourcingModeWeight, "sourcing_mode", get_args(SourcingMode)),
        (Parameter, "parameter", sorted(PARAMETERS)),
    ]
    for model, column, names in needed:
        table = tables[_NAME[model]]
        there = _written(tables, table.name, column)
        for name in names:
            if table.whole and name not in there:
                yield Fault(table.file, 1, column, f"there is no row for {name!r}, which the method needs")


def _tiers_stand_one_below_the_other(tables: Tables) -> Iterator[Fault]:
    """Refuse two tiers of one rank: what is best or weakest of several would be either of them."""
    first: dict[float, TierParameter] = {}
    for line, row in _rows(tables, TierParameter):
        if first.setdefault(row.rank, row).tier != row.tier:
            yield line.fault("rank", f"{row.rank:g} is the rank of {first[row.rank].tier!r} already")


def _parameters_are_of_the_method(tables: Tables) -> Iterator[Fault]:
    for name, line in _written(tables, "parameters", "parameter").items():
        if name not in PARAMETERS:
            message = f"{name!r} is no parameter of the method{nearest(name, PARAMETERS)}"
            yield line.fault("parameter", message)


def _waivers_are_of_findings(tables: Tables) -> Iterator[Fault]:
    """Refuse a waiver of a kind that no view of the audit finds, since it would accept nothing."""
    for line, kind in _unknown(tables["waivers"], "finding", set(FINDINGS)):
        yield line.fault("finding", f"{kind!r} is no kind of finding{nearest(kind, FINDINGS)}")


# --- correlations --------------------------------------------------------------------------


def _pairs_are_correlated_once(tables: Tables) -> Iterator[Fault]:
    first: dict[frozenset[str], Line] = {}
    for line, row in _rows(tables, Correlation):
        pair = frozenset((row.left_id, row.right_id))
        turned_round = first.setdefault(pair, line).cells["left_id"] != row.left_id
        if turned_round:
            yield line.fault("left_id", f"the pair stands already in {first[pair].place}")


def _correlations_can_hold_together(tables: Tables) -> Iterator[Fault]:
    """Refuse correlations that no quantities can have: two that follow a third closely follow each other."""
    rows = [row for _, row in _rows(tables, Correlation) if row.left_id != row.right_id]
    known = {frozenset((row.left_id, row.right_id)): row.correlation for row in rows}
    ids = sorted({name for row in rows for name in (row.left_id, row.right_id)})
    factor: list[list[float]] = []
    for one in ids:
        part: list[float] = []
        for other, done in zip(ids, factor, strict=False):
            left = known.get(frozenset((one, other)), 0.0) - _product(part, done)
            part.append(left / done[-1] if done[-1] > _ROUNDING else 0.0)
            if done[-1] <= _ROUNDING < abs(left):
                yield _impossible(tables, one)
                return
        rest = 1 - _product(part, part)
        if rest < -_ROUNDING:
            yield _impossible(tables, one)
            return
        factor.append([*part, math.sqrt(max(rest, 0.0))])


def _product(some: list[float], others: list[float]) -> float:
    return sum(a * b for a, b in zip(some, others, strict=False))


def _impossible(tables: Tables, name: str) -> Fault:
    message = f"the correlations contradict each other: {name!r} cannot move like that with those that stand before it"
    return Fault(tables["correlations"].file, 1, "correlation", message)


RULES: tuple[Callable[[Tables], Iterator[Fault]], ...] = (
    _keys_are_unique,
    _families_scopes_and_programmes_share_no_id,
    _references_are_known,
    _named_facts_are_known,
    _names_mean_one_company,
    _aliases_differ_when_folded,
    _aliases_are_no_foreign_tickers,
    _listings_are_unique,
    _one_claim_is_made_once,
    _nothing_supersedes_what_came_later,
    _corrections_are_of_the_same_claim,
    _withdrawals_withdraw_something,
    _conclusions_are_known_with_their_grounds,
    _assumptions_are_our_own,
    _nothing_goes_round_in_circles,
    _families_have_one_unallocated_programme,
    _scopes_have_members,
    _scopes_stay_in_their_family,
    _units_can_be_converted,
    _money_has_a_rate,
    _signals_fit_their_metric,
    _claims_fit_their_metric,
    _metrics_have_one_name,
    _judged_facts_are_known,
    _only_claims_are_set_aside,
    _revisions_go_forward,
    _method_is_complete,
    _tiers_stand_one_below_the_other,
    _parameters_are_of_the_method,
    _waivers_are_of_findings,
    _pairs_are_correlated_once,
    _correlations_can_hold_together,
)
