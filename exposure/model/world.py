"""Read a built database into a network: every pooled value an input, every ranked company's factors an outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from exposure.model.distributions import correlation_root
from exposure.model.inputs import Input, InputTable, Key, Row, index
from exposure.model.links import Links
from exposure.model.money_inputs import MoneyInputs
from exposure.model.network import VARIED, Companies, Network, Uplifts
from exposure.model.tables import Tables
from exposure.model.terms import Choice, Entry, Terms
from exposure.model.unit_inputs import UnitInputs

if TYPE_CHECKING:
    from exposure.db.session import Reader


#: factor -> its column, where that has another name
_COLUMNS = {"exposure": "exposure_weight"}


@dataclass(frozen=True)
class World:
    """A network with the names of its companies and inputs."""

    network: Network
    company_ids: tuple[str, ...]
    inputs: tuple[Input, ...]
    #: (period_role, programme_id, product_id) whose central stated shares sum to more than 1
    oversubscribed: tuple[Key, ...]
    #: (period_role, programme or family) -> the network's row of its units
    unit_rows: Mapping[Key, int]


def read_world(reader: Reader, factors: Mapping[str, Row], choice: Choice | None = None) -> World:
    """Return the world at the reader's date and horizon, with accounts for the companies of `factors`.

    With a choice, accounts over its programmes alone follow for its companies, computed from the same inputs.
    """
    tables = Tables(reader)
    entries: dict[Entry, Row] = {(company, False): row for company, row in factors.items()}
    if choice is not None:
        entries |= {(company, True): row for company, row in choice.factors.items()}
    places = {entry: number for number, entry in enumerate(entries)}
    common = InputTable(-1)
    common.add(("one",), "one", "horizon", (1.0, 1.0, 1.0))
    units = UnitInputs(tables, common)
    money = MoneyInputs(tables, common)
    terms = Terms(tables, places, choice, units.rows)
    stated, growths = money.add_stated(terms, 1 + len(tables.programmes) + len(tables.families))
    blocks = Links(tables, terms, money, units.rows).blocks()
    common_variate, common_variates = common.variates(units.variates())
    network = Network(
        common=common.ranges(),
        common_variate=common_variate,
        common_variates=common_variates,
        dependence=correlation_root(units.correlation()),
        conversion=money.conversion(-1),
        units=units.units(growths),
        blocks=[block.block for block in blocks],
        stated=stated,
        uplifts=Uplifts(
            index(places[entry] for entry, _ in terms.uplifts),
            index(units.rows["horizon", family] for _, family in terms.uplifts),
            index(units.rows["base", family] for _, family in terms.uplifts),
        ),
        companies=_companies(tables, money, places, list(entries.values())),
    )
    return World(
        network,
        tuple(company for company, _ in entries),
        tuple(one for table in (common, *(block.table for block in blocks)) for one in table.inputs),
        tuple(key for block in blocks for key in block.oversubscribed()),
        units.rows,
    )


def _companies(tables: Tables, money: MoneyInputs, places: Mapping[Entry, int], factors: Sequence[Row]) -> Companies:
    companies = [company for company, _ in places]
    stale = {
        row["company_id"] for row in tables.revenues if row["period_role"] == "base" and row["revenue_basis"] == "stale"
    }
    part = tables.parameters["unknown_base_part"]
    return Companies(
        consensus=index(money.revenue.get(("horizon", company), -1) for company in companies),
        base_revenue=index(money.revenue.get(("base", company), -1) for company in companies),
        run_rate=index(money.run_rate.get(company, -1) for company in companies),
        base_part=np.array([part if company in stale else 1.0 for company in companies]),
        known={
            factor: np.array([row[_COLUMNS.get(factor, factor)] is not None for row in factors], bool)
            for factor in VARIED
        },
        most_exposure=np.array([max(1.0, row["exposure_weight"]) for row in factors]),
        whole=index(places[company, False] for company in companies),
    )
