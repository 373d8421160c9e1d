"""Programmes, scopes, units and money: what is counted can be added up, and what is paid can be exchanged."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator

from exposure.errors import Fault
from exposure.seeds.models.facts import CompanySignal, ContentValue, ShipmentForecast
from exposure.seeds.models.identity import Family, Programme, Scope, ScopeMember
from exposure.seeds.models.method import SignalMetric
from exposure.seeds.rules.tables import Line, Tables


def check_unallocated(tables: Tables) -> Iterator[Fault]:
    """Refuse a family without exactly one unallocated programme."""
    if not tables["programmes"].whole:
        return
    unallocated = defaultdict(list)
    for line in tables["programmes"].lines:
        if line.cells.get("unallocated") == "true":
            unallocated[line.cells.get("family_id")].append(line.cells.get("programme_id", ""))
    for line, family in tables.list_rows(Family):
        named = unallocated[family.family_id]
        if len(named) != 1:
            count = f"{len(named)} ({', '.join(named)})" if named else "none"
            message = f"{family.family_id!r} needs one programme marked unallocated and has {count}"
            yield line.fault("family_id", message)


def check_scopes(tables: Tables) -> Iterator[Fault]:
    """Refuse a scope without members, unless its note explains that its claims are carried but not used."""
    if not tables["scope_members"].whole:
        return
    filled = tables.index_cells("scope_members", "scope_id")
    for line, scope in tables.list_rows(Scope):
        if scope.scope_id in filled:
            if scope.scope_id == "market":
                yield line.fault("scope_id", "the scope 'market' covers all programmes and has no members of its own")
        elif scope.total or not scope.note:
            message = f"{scope.scope_id!r} has no programme in scope_members.csv"
            yield line.fault("scope_id", f"{message}; a scope without any has a note that says why, and is not total")


def check_scope_members(tables: Tables) -> Iterator[Fault]:
    """Refuse a member of another family than its scope's."""
    families = tables.index_cells("families", "family_id")
    scopes = {scope.scope_id: scope.family_id for _, scope in tables.list_rows(Scope)}
    programmes = {p.programme_id: p.family_id for _, p in tables.list_rows(Programme)}
    for line, member in tables.list_rows(ScopeMember):
        family, other = scopes.get(member.scope_id), programmes.get(member.programme_id)
        if family in families and other in families and family != other:
            message = f"{member.programme_id!r} is of the family {other!r}, its scope of {family!r}"
            yield line.fault("programme_id", message)


def check_units(tables: Tables) -> Iterator[Fault]:
    """Refuse units that cannot be converted into those of the family, for any programme of the scope.

    Modules and pieces of a product are the product's own and are not converted.
    """
    if not tables.are_whole(("unit_conversions", "programmes", "scope_members", "families")):
        return
    family_basis = {family.family_id: family.unit_basis for _, family in tables.list_rows(Family)}
    home = {p.programme_id: family_basis.get(p.family_id) for _, p in tables.list_rows(Programme)}
    counted = {(x.cells.get("programme_id"), x.cells.get("unit_basis")) for x in tables["unit_conversions"].lines}
    members = _index_members(tables)
    for line, scope_id, basis in _list_counted(tables):
        programmes = [programme for programme in members[scope_id] if home.get(programme)]
        if programmes and not any(_converts(counted, p, basis, home[p]) for p in programmes):
            bases = " or ".join(sorted({str(home[p]) for p in programmes}))
            message = f"{scope_id!r} is counted in {bases}, this row in {basis}"
            missing = f"unit_conversions.csv has no way from {basis} to {bases} for {' or '.join(programmes)}"
            yield line.fault("unit_basis", f"{message}; {missing}")


def _index_members(tables: Tables) -> dict[str, list[str]]:
    """Return the programmes of each family, scope and programme."""
    members = defaultdict(list)
    for line in tables["programmes"].lines:
        programme = line.cells.get("programme_id", "")
        members[programme].append(programme)
        members[line.cells.get("family_id", "")].append(programme)
    for line in tables["scope_members"].lines:
        members[line.cells.get("scope_id", "")].append(line.cells.get("programme_id", ""))
    return members


def _list_counted(tables: Tables) -> Iterator[tuple[Line, str, str]]:
    """Yield line, scope and unit of the rows that are counted in units of a programme."""
    for line, shipment in tables.list_rows(ShipmentForecast):
        own = shipment.product_id is not None and shipment.unit_basis in ("module", "piece")
        if not own and shipment.unit_basis != "fraction":
            yield line, shipment.scope_id, shipment.unit_basis
    for line, content in tables.list_rows(ContentValue):
        if content.measure != "price":
            yield line, content.scope_id, content.unit_basis


def _converts(counted: set[tuple[str | None, str | None]], programme: str, basis: str, home: str | None) -> bool:
    """Return whether the chips in both units are known for the programme."""
    return basis == home or all(b == "chip" or (programme, b) in counted for b in (basis, home))


def check_currencies(tables: Tables) -> Iterator[Fault]:
    """Refuse money in a currency without a rate, once a file and currency."""
    if not tables["fx_rates"].whole:
        return
    rated = {line.cells.get("currency") for line in tables["fx_rates"].lines if line.cells.get("withdrawn") != "true"}
    for name in ("content_values", "company_revenues", "disclosed_exposures"):
        first: dict[str, Line] = {}
        for line in tables[name].lines:
            if line.row and (currency := line.cells["currency"]):
                first.setdefault(currency, line)
        for currency in first.keys() - rated - {"USD"}:
            message = f"there is money in {currency!r} but no rate for it in fx_rates.csv"
            yield first[currency].fault("currency", message)


def check_signals(tables: Tables) -> Iterator[Fault]:
    """Refuse a signal that does not fit the unit of its metric."""
    units = {metric.metric: metric.unit for _, metric in tables.list_rows(SignalMetric)}
    for line, signal in tables.list_rows(CompanySignal):
        unit = units.get(signal.metric)
        if unit is None or signal.withdrawn:
            continue
        if (unit == "day") != (signal.until is not None) or (unit == "day") == signal.has_number:
            form = "states a day in until and no number" if unit == "day" else "states a number and no day"
            yield line.fault("metric", f"{signal.metric!r} is a {unit}, so the row {form}")
        minimum, maximum = _limits_of(unit)
        for column, value in signal.list_stated():
            if not minimum <= value <= maximum:
                message = f"{value:g} is outside {minimum:g} to {maximum:g}: {signal.metric!r} is a {unit}"
                yield line.fault(column, message)


def _limits_of(unit: str) -> tuple[float, float]:
    """Return the smallest and the largest number of a metric's unit."""
    if level := re.fullmatch(r"level ([0-9]+) to ([0-9]+)", unit):
        return float(level[1]), float(level[2])
    return (-1.0, 1.0) if unit == "fraction" else (-math.inf, math.inf)


RULES = (check_unallocated, check_scopes, check_scope_members, check_units, check_currencies, check_signals)
