"""Read a built database into a network: every pooled value an input, with what it is and where it comes from.

Inputs that rest on the same claims (a share of the whole family on each of its generations, a price carried to both
years) are rows of their own, so that a scenario can move one alone, and share one variate, so that they move together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix

from exposure.model.distributions import Floats, Index, Ranges, dependence
from exposure.model.network import Block, Companies, Conversion, Network, Postings, Stated, Units, Uplifts

if TYPE_CHECKING:
    from exposure.db.session import Reader

Row = Mapping[str, Any]
Key = tuple[Any, ...]
#: what has accounts: a company, or (True) only what some programmes bring it
Entry = tuple[str, bool]

#: inputs of a block at most, so that its draws stay in the cache
_BLOCK = 256
_VIEWS = (
    "mart.factors", "mart.forecast_revision", "core.disclosed", "core.content", "core.supply_share", "core.base_gap",
    "core.generation_mix", "core.programme_units", "core.family_units", "core.company_revenue", "core.run_rate",
    "core.pooled",
)  # fmt: skip
_TABLES = {
    "families": 'select * from temp."core.family_units" order by period_role, family_id',
    "mixes": """
        select * from temp."core.generation_mix" order by period_role, family_id, programme_id
    """,
    "programmes": 'select * from temp."core.programme_units" order by period_role, programme_id',
    "contents": 'select * from temp."core.content" order by period_role, programme_id, product_id, supplier_id',
    "shares": """
        select s.*, p.low as role_low, p.base as role_base, p.high as role_high
        from temp."core.supply_share" as s
        left join temp."core.pooled" as p
            on
                p.kind = 'share' and p.measure = 'role' and s.share_basis = 'role'
                and p.period_role = s.period_role and p.scope_id = s.share_scope_id
                and p.product_id = s.product_id and p.company_id = s.company_id
        where s.period_role <> 'prior' and s.supply_share is not null
        order by s.product_id, s.period_role, s.programme_id, s.company_id
    """,
    "counted": """
        select p.* from temp."core.pooled" as p
        where p.kind = 'units' and p.company_id is not null and p.base is not null
    """,
    "terms": """
        select r.* from temp."core.programme_revenue" as r
        where r.chosen and r.programme_revenue_usd is not null
        order by r.period_role, r.company_id, r.family_id, r.programme_id, r.product_id, r.via_company_id
    """,
    "disclosed": """
        select d.*, p.low as stated_low, p.base as stated_base, p.high as stated_high
        from temp."core.disclosed" as d
        inner join temp."core.pooled" as p
            on
                p.kind = 'disclosed' and p.measure = d.measure and p.scope_id = d.scope_id
                and p.company_id = d.company_id and p.counterpart_id is null and p.product_id is null
                and p.period_role = case d.method when 'roll_forward' then 'base' else d.period_role end
        where p.base is not null
    """,
    "revenues": 'select * from temp."core.company_revenue" order by period_role, company_id',
    "run_rates": """
        select
            r.company_id, r.revenue_usd, r.revenue_usd_low, r.revenue_usd_high, r.tier, [r.fact_id] as fact_ids
        from temp."core.run_rate" as r
        left join temp."core.company_revenue" as known
            on known.company_id = r.company_id and known.period_role = 'horizon' and known.revenue_basis = 'reported'
        where known.company_id is null
        order by r.company_id
    """,
    "gaps": 'select company_id, family_id from temp."core.base_gap"',
    "revisions": 'select family_id, revision_decayed from temp."mart.forecast_revision"',
    "rates": """
        select distinct c.fact_id, c.currency, c.fx_fact_id, greatest(c.year - year(f.period_end), 0) as years_carried,
            f.low / f.base as rate_low, f.high / f.base as rate_high, t.default_spread
        from temp."core.yearly_claim" as c
        inner join raw.fx_rates as f on f.fact_id = c.fx_fact_id
        inner join raw.tiers as t on t.tier = f.tier
        where c.currency <> 'USD'
        order by all
    """,
    "correlations": "select left_id, right_id, correlation from raw.correlations order by all",
    "scopes": "select programme_id, family_id from raw.programmes",
}  # fmt: skip
_PARAMETERS = "select parameter, value from raw.parameters"


@dataclass(frozen=True)
class Input:
    """One uncertain input: a row of the common inputs (block -1) or of a block, with what it is."""

    block: int
    row: int
    #: what moves together: inputs of one variate are one unknown
    variate: Key
    kind: str
    period_role: str
    low: float
    base: float
    high: float
    ceiling: float = np.inf
    scope_id: str | None = None
    programme_id: str | None = None
    family_id: str | None = None
    product_id: str | None = None
    company_id: str | None = None
    currency: str | None = None
    tier: str | None = None
    fact_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class World:
    """A network with the names of its companies and inputs."""

    network: Network
    company_ids: tuple[str, ...]
    inputs: tuple[Input, ...]
    #: links of products whose central shares add up to more than one: (period_role, programme_id, product_id)
    overfull: tuple[Key, ...]
    #: (period_role, programme or family) -> the network's row of its units
    unit_rows: Mapping[Key, int]


@dataclass
class _Part:
    """Inputs of one block while it is being put together."""

    number: int
    inputs: list[Input] = field(default_factory=list)
    rows: dict[Key, int] = field(default_factory=dict)

    def add(self, key: Key, kind: str, period_role: str, low: float, base: float, high: float, **what: Any) -> int:
        """Add an input once, and give its row."""
        if key not in self.rows:
            self.rows[key] = len(self.inputs)
            low, high = (min(max(low, 0), base), max(high, base))
            variate = what.pop("variate", key)
            self.inputs.append(Input(self.number, self.rows[key], variate, kind, period_role, low, base, high, **what))
        return self.rows[key]

    def ranges(self) -> Ranges:
        """Give the ranges of the inputs."""
        parts = ([getattr(i, name) for i in self.inputs] for name in ("low", "base", "high", "ceiling"))
        return Ranges.of(*parts)

    def variates(self, first: Sequence[Key] = ()) -> tuple[Index, int]:
        """Give which variate each input moves with, and how many there are; those given come first."""
        numbers = {key: number for number, key in enumerate(first)}
        for one in self.inputs:
            numbers.setdefault(one.variate, len(numbers))
        return _index(numbers[one.variate] for one in self.inputs), len(numbers)


@dataclass(frozen=True)
class Choice:
    """Programmes that are looked at alone, and the factors of the companies over them."""

    programmes: frozenset[str]
    factors: Mapping[str, Row]


def read(reader: Reader, factors: Mapping[str, Row], choice: Choice | None = None) -> World:
    """Read the world that the reader asks for, its accounts for the companies of `factors`.

    With a choice, accounts over its programmes alone follow for its companies, out of the same inputs.
    """
    return _Assembly(reader, factors, choice).world()


class _Assembly:
    """What the views say, on its way into a network."""

    def __init__(self, reader: Reader, factors: Mapping[str, Row], choice: Choice | None) -> None:
        reader.compute(*_VIEWS)
        tables = {name: _rows(reader, query) for name, query in _TABLES.items()}
        self.tables = tables
        self.parameters = dict(reader.rows(_PARAMETERS))
        self.factors: dict[Entry, Row] = {(company, False): row for company, row in factors.items()}
        if choice is not None:
            self.factors |= {(company, True): row for company, row in choice.factors.items()}
        self.place = {entry: number for number, entry in enumerate(self.factors)}
        self.family_of = {row["programme_id"]: row["family_id"] for row in tables["scopes"]}
        self.rates = {row["fact_id"]: row for row in tables["rates"]}
        self.terms = list(self._entered(tables["terms"], choice))
        self.common = _Part(-1)
        self.common.add(("one",), "one", "horizon", 1.0, 1.0, 1.0)
        self.unit_row: dict[Key, int] = {}
        self.conversions: list[tuple[int, int, int, float]] = []

    def _entered(self, terms: Iterable[Row], choice: Choice | None) -> Iterator[dict[str, Any]]:
        """Give each term once for each entry that counts it."""
        for row in terms:
            company = row["company_id"]
            if (company, False) in self.place:
                yield {**row, "entry": (company, False)}
            if choice is not None and row["programme_id"] in choice.programmes and (company, True) in self.place:
                yield {**row, "entry": (company, True)}

    def world(self) -> World:
        """Put the network together."""
        units = self._units()
        self.revenue = {(row["period_role"], row["company_id"]): self._revenue(row) for row in self.tables["revenues"]}
        self.run_rate = {
            row["company_id"]: self._revenue(row | {"period_role": "horizon"}, "run_rate")
            for row in self.tables["run_rates"]
        }
        units, stated = self._stated(units)
        parts, blocks, overfull = self._blocks()
        common_variate, variates = self.common.variates(self._unit_variates())
        network = Network(
            common=self.common.ranges(),
            common_variate=common_variate,
            common_variates=variates,
            dependence=dependence(self._correlation()),
            conversion=self.conversion_of(-1),
            units=replace(units, families=self._family_sums()),
            blocks=blocks,
            stated=stated,
            uplifts=self._uplifts(),
            companies=self._companies(),
        )
        inputs = tuple(one for part in (self.common, *parts) for one in part.inputs)
        return World(network, tuple(company for company, _ in self.place), inputs, overfull, self.unit_row)

    # --- units -----------------------------------------------------------------------------

    def _units(self) -> Units:
        totals = {(row["period_role"], row["family_id"]): row for row in self.tables["families"]}
        for key, row in totals.items():
            if row["units_basis"] == "stated":
                self._count("family", row["family_id"], None, key[0], row)
        fractions, mixes, groups, whole = self._mixes()
        total, fraction = [], []
        for row in self.tables["programmes"]:
            role, programme, family = row["period_role"], row["programme_id"], row["family_id"]
            if row["units_basis"] == "generation":
                total.append(self._count("generation", programme, programme, role, row))
                fraction.append(0)
            else:
                total.append(self.common.rows["family", role, family])
                rest = row["units_basis"] == "family_rest"
                fraction.append(fractions[role, family if rest else programme])
            self.unit_row[role, programme] = len(total)
        for number, key in enumerate(totals, start=1 + len(total)):
            self.unit_row[key] = number
        return Units(
            _index(total), _index(fraction), _index(mixes), _index(groups), np.array(whole, float), None,
            _index([]), _index([]),
        )  # fmt: skip

    def _count(self, kind: str, scope: str, programme: str | None, role: str, row: Row) -> int:
        return self.common.add(
            (kind, role, scope), "units", role, row["units_low"], row["units"], row["units_high"],
            variate=("units", role, scope), scope_id=scope, programme_id=programme,
            family_id=row["family_id"], tier=row["tier"], fact_ids=tuple(row["fact_ids"]),
        )  # fmt: skip

    def _mixes(self) -> tuple[dict[Key, int], list[int], list[int], list[float]]:
        """Add the mixes that count, and give where each fraction and each rest will stand."""
        programmes = self.tables["programmes"]
        rests = {(r["period_role"], r["family_id"]) for r in programmes if r["units_basis"] == "family_rest"}
        uncounted = ("generation", "family_rest")
        counted = {(r["period_role"], r["programme_id"]) for r in programmes if r["units_basis"] not in uncounted}
        rows = [r for r in self.tables["mixes"] if (r["period_role"], r["programme_id"]) in counted]
        group_of: dict[Key, int] = {}
        for role, family in [*((r["period_role"], r["family_id"]) for r in rows), *sorted(rests)]:
            group_of.setdefault((role, family), len(group_of))
        mixes = [self._mix(row) for row in rows]
        groups = [group_of[row["period_role"], row["family_id"]] for row in rows]
        place = {(row["period_role"], row["programme_id"]): 1 + n for n, row in enumerate(rows)}
        place |= {key: 1 + len(rows) + number for key, number in group_of.items() if key in rests}
        sums = [sum(r["mix"] for r in rows if (r["period_role"], r["family_id"]) == key) for key in group_of]
        whole = [np.nan if key in rests else added for key, added in zip(group_of, sums, strict=True)]
        return place, mixes, groups, whole

    def _mix(self, row: Row) -> int:
        role, programme = row["period_role"], row["programme_id"]
        return self.common.add(
            ("mix", role, programme), "mix", role, row["mix_low"], row["mix"], row["mix_high"], ceiling=1.0,
            scope_id=programme, programme_id=programme, family_id=row["family_id"], tier=row["tier"],
            fact_ids=tuple(row["fact_ids"]),
        )  # fmt: skip

    def _family_sums(self) -> Any:
        """Give the matrix from common inputs to families: the stated total, or the generations that add up to it."""
        keys = [(row["period_role"], row["family_id"], row["units_basis"]) for row in self.tables["families"]]
        pairs = []
        for number, (role, family, basis) in enumerate(keys):
            parts = [("family", role, family)] if basis == "stated" else self._generations(role, family)
            pairs += [(number, self.common.rows[part]) for part in parts]
        rows, columns = (_index(side) for side in zip(*pairs, strict=True)) if pairs else (_index([]), _index([]))
        return csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(keys), len(self.common.inputs)))

    def _generations(self, role: str, family: str) -> list[Key]:
        rows = self.tables["programmes"]
        return [
            ("generation", role, row["programme_id"])
            for row in rows
            if (row["period_role"], row["family_id"], row["units_basis"]) == (role, family, "generation")
        ]

    # --- dependence ------------------------------------------------------------------------

    def _unit_variates(self) -> list[Key]:
        return list(dict.fromkeys(one.variate for one in self.common.inputs if one.kind == "units"))

    def _correlation(self) -> np.ndarray[Any, Any]:
        """Correlate units of scopes by the table, and the two years of each by the parameter."""
        known = {frozenset((r["left_id"], r["right_id"])): r["correlation"] for r in self.tables["correlations"]}
        over_years = self.parameters["year_correlation"]

        def pair(one: Key, other: Key) -> float:
            (_, role, scope), (_, other_role, other_scope) = one, other
            years = 1.0 if role == other_role else over_years
            if scope == other_scope:
                return years
            named = frozenset((scope, other_scope))
            families = frozenset((self.family_of.get(scope, scope), self.family_of.get(other_scope, other_scope)))
            return float(years * known.get(named, known.get(families, 0.0)))

        keys = self._unit_variates()
        return np.array([[pair(one, other) for other in keys] for one in keys]).reshape(len(keys), len(keys))

    # --- money -----------------------------------------------------------------------------

    def _revenue(self, row: Row, what: str = "revenue") -> int:
        role, company = row["period_role"], row["company_id"]
        number = self.common.add(
            (what, role, company), "revenue", role, row["revenue_usd_low"], row["revenue_usd"],
            row["revenue_usd_high"], company_id=company, tier=row["tier"], fact_ids=tuple(row["fact_ids"]),
        )  # fmt: skip
        self.convert(-1, number, row["fact_ids"])
        return number

    def convert(self, block: int, row: int, fact_ids: Iterable[str]) -> None:
        """Note that an input moves with the rate of the currency in which most of its claims were made."""
        facts = list(fact_ids)
        foreign = [self.rates[fact] for fact in facts if fact in self.rates]
        if foreign:
            counted = Counter(other["currency"] for other in foreign)
            currency = min(counted, key=lambda code: (-counted[code], code))
            rate = next(other for other in foreign if other["currency"] == currency)
            part = counted[currency] / len(facts)
            self.conversions.append((block, row, self._rate(rate), part))

    def _rate(self, rate: Row) -> int:
        currency, years = rate["currency"], rate["years_carried"]
        spread = rate["default_spread"] + self.parameters["fx_carry_widening"] * years
        # the facts say how much of the currency a dollar buys; the input is what the currency is worth
        low = 1 / rate["rate_high"] if rate["rate_high"] and not years else 1 - spread
        high = 1 / rate["rate_low"] if rate["rate_low"] and not years else 1 + spread
        return self.common.add(
            ("fx", currency, rate["fx_fact_id"], years), "fx", "horizon" if years else "base", low, 1.0, high,
            variate=("fx", currency), currency=currency, tier="disclosed", fact_ids=(rate["fx_fact_id"],),
        )  # fmt: skip

    def conversion_of(self, block: int) -> Conversion:
        """Give which inputs of a block are in foreign money."""
        mine = [entry for entry in self.conversions if entry[0] == block]
        return Conversion(_index(e[1] for e in mine), _index(e[2] for e in mine), np.array([e[3] for e in mine], float))

    # --- terms -----------------------------------------------------------------------------

    def _stated(self, units: Units) -> tuple[Units, Stated]:
        """Add the terms that are stated as a whole, and the growths of units that roll them forward."""
        found = {(d["period_role"], d["company_id"], d["family_id"], d["method"]): d for d in self.tables["disclosed"]}
        growths: dict[str, int] = {}
        first = 1 + len(units.total) + len(self.tables["families"])
        part, money, rows, postings = [], [], [], []
        for term in self.terms:
            if term["method"] == "bottom_up" or term["period_role"] == "prior":
                continue
            said = found[term["period_role"], term["company_id"], term["family_id"], term["method"]]
            part.append(self._saying(said, term))
            money.append(self._money(said, term))
            rolled = term["method"] == "roll_forward"
            rows.append(growths.setdefault(said["scope_id"], first + len(growths)) if rolled else 0)
            postings += [(len(part) - 1, account, weight) for account, weight in self.accounts_of(term)]
        of = _index(self.unit_row["horizon", scope] for scope in growths)
        before = _index(self.unit_row["base", scope] for scope in growths)
        stated = Stated(_index(part), _index(money), _index(rows), _postings(postings))
        return replace(units, growth_of=of, growth_from=before), stated

    def _saying(self, said: Row, term: Row) -> int:
        is_part = said["measure"] == "programme_share"
        key = ("stated", term["period_role"], said["company_id"], said["scope_id"], said["method"])
        number = self.common.add(
            key, "stated", term["period_role"], said["stated_low"], said["stated_base"], said["stated_high"],
            variate=("stated", said["company_id"], said["scope_id"], tuple(said["fact_ids"])),
            ceiling=1.0 if is_part else np.inf, scope_id=said["scope_id"], programme_id=term["programme_id"],
            family_id=term["family_id"], company_id=said["company_id"], tier=said["tier"],
            fact_ids=tuple(said["fact_ids"]),
        )  # fmt: skip
        if not is_part:
            self.convert(-1, number, said["fact_ids"])
        return number

    def _money(self, said: Row, term: Row) -> int:
        if said["measure"] != "programme_share":
            return 0
        role = "base" if said["method"] == "roll_forward" else term["period_role"]
        return self.revenue[role, said["company_id"]]

    def accounts_of(self, term: Row) -> list[tuple[int, float]]:
        """Say which accounts a term goes into, and with what weight."""
        company, count = self.place[term["entry"]], len(self.place)
        key = (term["entry"], term["family_id"])
        known, uplift = key in self.base_known, self.uplift.get(key)
        if term["period_role"] == "base":
            accounts = [(count + company, 1.0)] if known and key in self.at_horizon else []
            return accounts if uplift is None else [*accounts, (3 * count + len(self.uplift) + uplift, 1.0)]
        accounts = (
            [(company, 1.0)] if known else [(company, 1.0), (count + company, self.parameters["unknown_base_part"])]
        )
        if term["family_id"] in self.revised:
            accounts.append((2 * count + company, self.revised[term["family_id"]]))
        return accounts if uplift is None else [*accounts, (3 * count + uplift, 1.0)]

    @cached_property
    def revised(self) -> dict[str, float]:
        """Give the revision of each family."""
        return {row["family_id"]: row["revision_decayed"] for row in self.tables["revisions"]}

    @cached_property
    def at_horizon(self) -> set[Key]:
        """Give entries and families with revenue at the horizon."""
        return {(t["entry"], t["family_id"]) for t in self.terms if t["period_role"] == "horizon"}

    @cached_property
    def base_known(self) -> set[Key]:
        """Give entries and families whose base year is known."""
        gaps = {(row["company_id"], row["family_id"]) for row in self.tables["gaps"]}
        base = [t for t in self.terms if t["period_role"] == "base"]
        stated = {(t["entry"], t["family_id"]) for t in base if t["method"] == "disclosed"}
        keys = {(t["entry"], t["family_id"]): (t["company_id"], t["family_id"]) for t in base}
        return {key for key, of_company in keys.items() if of_company not in gaps or key in stated}

    @cached_property
    def uplift(self) -> dict[Key, int]:
        """Number the entries and families whose uplift counts."""
        summed: dict[Key, float] = {}
        for term in self.terms:
            if term["period_role"] == "base":
                key = (term["entry"], term["family_id"])
                summed[key] = summed.get(key, 0.0) + term["programme_revenue_usd"]
        otherwise = {(t["entry"], t["family_id"]) for t in self.terms if t["method"] != "bottom_up"}
        keys = [
            key
            for key, base in sorted(summed.items())
            if base > 0 and key in self.base_known and key in self.at_horizon and key not in otherwise
            and ("base", key[1]) in self.unit_row
        ]  # fmt: skip
        return {key: number for number, key in enumerate(keys)}

    # --- blocks ----------------------------------------------------------------------------

    def _blocks(self) -> tuple[list[_Part], list[Block], tuple[Key, ...]]:
        """Put links into blocks of whole products."""
        by_link: dict[Key, list[Row]] = {}
        for term in self.terms:
            if term["method"] == "bottom_up" and term["period_role"] != "prior" and term["units"]:
                maker = term["via_company_id"] or term["company_id"]
                key = (term["period_role"], term["programme_id"], term["product_id"], maker)
                by_link.setdefault(key, []).append(term)
        needed = {key[:3] for key in by_link}
        products: dict[str, list[Row]] = {}
        for row in self.tables["shares"]:
            if (row["period_role"], row["programme_id"], row["product_id"]) in needed:
                products.setdefault(row["product_id"], []).append(row)
        contents = {
            (c["period_role"], c["programme_id"], c["product_id"], c["supplier_id"]): c for c in self.tables["contents"]
        }
        counted = {
            (c["period_role"], c["scope_id"], c["product_id"], c["company_id"]): c for c in self.tables["counted"]
        }
        makers = [
            _Links(self, number, links, by_link, contents, counted)
            for number, links in enumerate(_packed(list(products.values())))
        ]
        blocks = [maker.block() for maker in makers]
        overfull = tuple(key for maker in makers for key in maker.overfull())
        return [maker.part for maker in makers], blocks, overfull

    # --- companies -------------------------------------------------------------------------

    def _uplifts(self) -> Uplifts:
        keys = list(self.uplift)
        return Uplifts(
            _index(self.place[entry] for entry, _ in keys),
            _index(self.unit_row["horizon", family] for _, family in keys),
            _index(self.unit_row["base", family] for _, family in keys),
        )

    def _companies(self) -> Companies:
        rows = list(self.factors.values())
        bases = [row for row in self.tables["revenues"] if row["period_role"] == "base"]
        stale = {row["company_id"] for row in bases if row["revenue_basis"] == "stale"}

        def knows(factor: str) -> Any:
            return np.array([row[factor] is not None for row in rows], bool)

        return Companies(
            consensus=_index(self.revenue.get(("horizon", company), -1) for company, _ in self.place),
            base_revenue=_index(self.revenue.get(("base", company), -1) for company, _ in self.place),
            run_rate=_index(self.run_rate.get(company, -1) for company, _ in self.place),
            base_part=np.array(
                [self.parameters["unknown_base_part"] if company in stale else 1.0 for company, _ in self.place]
            ),
            knows_base=knows("growth"),
            knows_revision=knows("revision"),
            knows_uplift=knows("elasticity"),
            knows_gap=knows("expectation_gap"),
            most_exposure=np.array([max(1.0, row["exposure_weight"]) for row in rows]),
            whole=_index(self.place[company, False] for company, _ in self.place),
        )


class _Links:
    """The links of one block."""

    def __init__(
        self,
        world: _Assembly,
        number: int,
        links: Sequence[Row],
        terms: Mapping[Key, list[Row]],
        contents: Mapping[Key, Row],
        counted: Mapping[Key, Row],
    ) -> None:
        self.world, self.part, self.links, self.terms = world, _Part(number), links, terms
        self.contents, self.counted = contents, counted
        keys = [(row["period_role"], row["programme_id"], row["product_id"]) for row in links]
        self.groups = {key: place for place, key in enumerate(dict.fromkeys(keys))}
        self.group = [self.groups[key] for key in keys]

    def block(self) -> Block:
        """Put the block together."""
        for row in self.links:
            self._share(row)
        counted = [place for place, row in enumerate(self.links) if row["share_basis"] == "counted_units"]
        link, value, postings = [], [], []
        worth: dict[tuple[int, int], int] = {}
        for place, row in enumerate(self.links):
            key = (row["period_role"], row["programme_id"], row["product_id"], row["company_id"])
            for term in self.terms.get(key, ()):
                content = self._content(*key)
                pair = (content, self.world.unit_row[key[:2]])
                link.append(place)
                value.append(worth.setdefault(pair, len(worth)))
                postings += [(len(link) - 1, account, weight) for account, weight in self.world.accounts_of(term)]
        variate, variates = self.part.variates()
        return Block(
            ranges=self.part.ranges(),
            variate=variate,
            variates=variates,
            conversion=self.world.conversion_of(self.part.number),
            group=_index(self.group),
            room=np.maximum(self._stated_sums(), 1.0),
            is_role=_index(n for n, row in enumerate(self.links) if row["share_basis"] == "role"),
            counted=_index(counted),
            counted_units=_index(
                self.world.unit_row[self.links[n]["period_role"], self.links[n]["share_scope_id"]] for n in counted
            ),
            content=_index(pair[0] for pair in worth),
            content_units=_index(pair[1] for pair in worth),
            link=_index(link),
            value=_index(value),
            posting=_postings(postings),
        )

    def overfull(self) -> list[Key]:
        """Name the groups whose central stated shares are more than the whole."""
        return [key for key, added in zip(self.groups, self._stated_sums(), strict=True) if added > 1 + 1e-9]

    def _stated_sums(self) -> Floats:
        stated = [0.0 if row["share_basis"] == "role" else row["supply_share"] for row in self.links]
        return np.asarray(np.bincount(self.group, stated, minlength=len(self.groups)), float)

    def _share(self, row: Row) -> int:
        role, basis = row["period_role"], row["share_basis"]
        low, base, high = row["supply_share_low"], row["supply_share"], row["supply_share_high"]
        kind = "share"
        if basis == "role":
            low, base, high = row["role_low"], row["role_base"], row["role_high"]
            kind = "role"
        elif basis == "counted_units":
            stated = self.counted[role, row["share_scope_id"], row["product_id"], row["company_id"]]
            low, base, high = stated["low"], stated["base"], stated["high"]
            kind = "counted"
        what = {name: row[name] for name in ("programme_id", "family_id", "product_id", "company_id")}
        return self.part.add(
            ("share", role, row["programme_id"], row["product_id"], row["company_id"]), kind, role, low, base, high,
            variate=(kind, row["share_scope_id"], row["product_id"], row["company_id"], tuple(row["fact_ids"])),
            scope_id=row["share_scope_id"], tier=row["tier"], fact_ids=tuple(row["fact_ids"]), **what,
        )  # fmt: skip

    def _content(self, role: str, programme: str, product: str, company: str) -> int:
        own = self.contents.get((role, programme, product, company))
        row = own or self.contents[role, programme, product, None]
        key = ("content", role, programme, product, row["supplier_id"])
        new = key not in self.part.rows
        low, base, high = (row[f"content_value_usd{end}"] for end in ("_low", "", "_high"))
        number = self.part.add(
            key, "content", role, low, base, high,
            variate=("content", row["content_scope_id"], row["price_scope_id"], *key[3:], tuple(row["fact_ids"])),
            scope_id=row["content_scope_id"], programme_id=programme, family_id=self.world.family_of[programme],
            product_id=product, company_id=row["supplier_id"], tier=row["tier"], fact_ids=tuple(row["fact_ids"]),
        )  # fmt: skip
        if new:
            self.world.convert(self.part.number, number, row["fact_ids"])
        return number


def _packed(products: list[list[Row]]) -> list[list[Row]]:
    blocks: list[list[Row]] = []
    for links in products:
        if blocks and len(blocks[-1]) + len(links) <= _BLOCK:
            blocks[-1] += links
        else:
            blocks.append(list(links))
    return blocks


def _rows(reader: Reader, query: str) -> list[dict[str, Any]]:
    table = reader.table(query)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def _index(numbers: Iterable[int]) -> Index:
    return np.array(list(numbers), np.intp)


def _postings(entries: Sequence[tuple[int, int, float]]) -> Postings:
    terms, accounts = _index(e[0] for e in entries), _index(e[1] for e in entries)
    return Postings(terms, accounts, np.array([e[2] for e in entries], float))
