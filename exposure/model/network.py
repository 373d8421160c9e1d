"""The arithmetic from uncertain inputs to each company's factors, for many draws at once: arrays in, arrays out.

The formula of the views, evaluated in one pass over (rows, draws): family x mix, shares within one, units x content x
share, sums per company and family, denominators, factors. `inputs` names the rows; here they are numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from exposure.model.accounts import Accounts, BufferPool, Incidence, incidence_matrix, sum_matrix
from exposure.model.distributions import Floats, Index, Ranges

#: divisors are at least this
TINY = 1e-30
#: largest quotient; beyond it single precision ends, and a ratio has no meaning
_MOST_TIMES = 1e6
#: the factors that inputs decide; others stay as they are in every draw
VARIED = ("exposure", "growth", "revision", "elasticity", "expectation_gap")


def ratio(above: Floats, below: Floats) -> Floats:
    """Return above / below where below may be zero: at most a million, and zero for zero over zero."""
    return np.asarray(above / np.maximum(np.maximum(below, np.abs(above) / _MOST_TIMES), TINY))


@dataclass(frozen=True)
class Units:
    """How units of programmes follow from the common inputs.

    Rows of units: 1 | each programme | each family | each growth (one row over another).
    """

    #: common input of each programme's total, and its fraction among 1 | mixes | rests
    total: Index
    fraction: Index
    mixes: Index
    mix_group: Index
    #: per group of mixes their sum when there is no rest; NaN where there is one
    whole: Floats
    #: family x common input, 1 where the input is a part of the family
    families: Any
    growth_of: Index
    growth_from: Index

    def rows(self, common: Floats) -> Floats:
        """Return units of programmes and families, and growths, from the values of the common inputs."""
        return self.add_growth(self.count(common))

    def count(self, common: Floats) -> Floats:
        """Return units of programmes and families, below a row of ones."""
        one = np.ones((1, common.shape[1]), common.dtype)
        programmes = common[self.total] * self._fractions(common, one)[self.fraction]
        return np.concatenate([one, programmes, self.families @ common])

    def add_growth(self, counted: Floats) -> Floats:
        """Return the units with the growths below them."""
        growth = ratio(counted[self.growth_of], counted[self.growth_from])
        return np.concatenate([counted, growth])

    def _fractions(self, common: Floats, one: Floats) -> Floats:
        if not len(self.whole):
            return one
        mixes = common[self.mixes]
        added = self._mix_sums @ mixes
        room = np.where(np.isnan(self.whole), 1, self.whole).astype(common.dtype)[:, None]
        shrink = room / np.maximum(added, TINY)
        shrink = np.where(np.isnan(self.whole)[:, None], np.minimum(shrink, 1), shrink).astype(common.dtype)
        return np.concatenate([one, mixes * shrink[self.mix_group], np.maximum(1 - added, 0)])

    @cached_property
    def _mix_sums(self) -> Any:
        return sum_matrix(self.mix_group, len(self.whole))


@dataclass(frozen=True)
class Conversion:
    """Inputs in foreign money: input, common input of the rate, and the part of the value that the rate converts."""

    row: Index
    rate: Index
    part: Floats

    def apply(self, values: Floats, common: Floats) -> None:
        """Convert values at the drawn rates, in place."""
        if len(self.row):
            values[self.row] *= 1 + self.part.astype(values.dtype)[:, None] * (common[self.rate] - 1)


@dataclass(frozen=True)
class Block:
    """Links of a few products, whose shares and contents no other block uses.

    A link is one company's share of one product on one programme; the links of a group share out one programme's need.
    """

    ranges: Ranges
    #: the block's own normal that each input follows; None: each its own
    variate: Index | None
    variates: int
    conversion: Conversion
    #: group of each link; the links' shares are the first inputs, in order
    group: Index
    #: largest sum of the shares of each group
    room: Floats
    #: links whose share is a weight on what the others leave over
    is_role: Index
    #: links that are counted in units, and the row of units that these are a part of
    counted: Index
    counted_units: Index
    #: value of one whole group: content input x row of units
    content: Index
    content_units: Index
    #: terms: link (None: the links in order) x value
    link: Index | None
    value: Index
    incidence: Incidence

    def evaluate(self, values: Floats, common: Floats, units: Floats, terms: Floats, pool: BufferPool) -> None:
        """Fill the block's terms from the values of its inputs, which are used up."""
        self.conversion.apply(values, common)
        self.multiply(values, self.shares(values, units, pool), units, terms, pool)

    def multiply(self, values: Floats, shares: Floats, units: Floats, terms: Floats, pool: BufferPool) -> None:
        """Fill the block's terms: contents, which are among the values, x units x given shares."""
        worth = pool.take(2, values, self.content)
        worth *= pool.take(3, units, self.content_units)
        np.take(worth, self.value, axis=0, out=terms, mode="clip")
        terms *= shares if self.link is None else pool.take(4, shares, self.link)

    def used_by(self, account: int) -> tuple[Index, Index, Index]:
        """Return the links, contents and rows of units behind an account."""
        terms = np.unique(self.incidence.term[self.incidence.account == account])
        links = terms if self.link is None else self.link[terms]
        values = self.value[terms]
        return np.unique(links), np.unique(self.content[values]), np.unique(self.content_units[values])

    def shares(self, values: Floats, units: Floats, pool: BufferPool) -> Floats:
        """Return each link's share, those of one group within its room."""
        shares = values[: len(self.group)]
        if len(self.counted):
            part = ratio(shares[self.counted], units[self.counted_units])
            shares[self.counted] = np.minimum(part, 1)
        stated = self._stated_sums @ shares
        room = self.room.astype(shares.dtype)[:, None]
        factor = room / np.maximum(stated, room)
        if len(self.is_role):
            left = np.maximum(1 - stated, 0) / np.maximum(self._role_sums @ shares, 1)
            factor = np.concatenate([factor, left])
        shares *= pool.take(4, factor.astype(shares.dtype, copy=False), self._factor)
        return shares

    @cached_property
    def _is_role_link(self) -> Any:
        return np.isin(np.arange(len(self.group)), self.is_role)

    @cached_property
    def _factor(self) -> Index:
        return np.asarray(self.group + len(self.room) * self._is_role_link, np.intp)

    @cached_property
    def _stated_sums(self) -> Any:
        return self._group_sums(np.flatnonzero(~self._is_role_link))

    @cached_property
    def _role_sums(self) -> Any:
        return self._group_sums(np.flatnonzero(self._is_role_link))

    def _group_sums(self, links: Index) -> Any:
        shape = (len(self.room), len(self.group))
        return incidence_matrix(self.group[links], links, np.ones(len(links)), shape).astype(np.float32)


@dataclass(frozen=True)
class Stated:
    """Terms stated as a whole: a part, or an amount, of a company's sales, rolled forward or not."""

    part: Index
    money: Index
    units: Index
    incidence: Incidence

    def evaluate(self, common: Floats, units: Floats, terms: Floats) -> None:
        """Fill the stated terms."""
        np.multiply(common[self.part] * common[self.money], units[self.units], out=terms)


@dataclass(frozen=True)
class Uplifts:
    """Families of companies whose content and share are comparable over the two years, one entry each."""

    company: Index
    #: rows of the family's units at the horizon and in the base year
    units: Index
    units_before: Index


@dataclass(frozen=True)
class Companies:
    """What turns accounts into factors, one entry a company; -1 where an input is not known."""

    #: common inputs
    consensus: Index
    base_revenue: Index
    #: the reported part of the year at its pace: sales are no less
    run_rate: Index
    #: part of the base year's programmes that these sales hold: less than 1 where they are of an older year
    base_part: Floats
    #: which companies have each factor; a factor that is unknown stays so in every draw
    known: Mapping[str, Any]
    most_exposure: Floats
    #: entry whose sales these are a part of, where an entry has some programmes alone; None: each has its own
    whole: Index | None = None

    def __len__(self) -> int:
        return len(self.consensus)


@dataclass(frozen=True)
class Factors:
    """Factors and programme revenue of each company, (companies, draws) each."""

    values: Mapping[str, Floats]
    programme_revenue: Floats


@dataclass(frozen=True)
class Network:
    """All inputs and the arithmetic from them to the factors.

    Accounts: programme revenue at the horizon, in the base year, and revised, a company each; then each uplift's
    programme revenue at the horizon and in the base year.
    """

    common: Ranges
    common_variate: Index | None
    common_variates: int
    #: how the first common variates depend on independent normals
    dependence: Floats
    conversion: Conversion
    units: Units
    blocks: Sequence[Block]
    stated: Stated
    uplifts: Uplifts
    companies: Companies

    def feasible(self) -> Network:
        """Return the network with every group's shares within 1, also where sources together state more."""
        blocks = [replace(block, room=np.minimum(block.room, 1.0)) for block in self.blocks]
        return replace(self, blocks=blocks)

    def sums(self, common: Floats, blocks: Sequence[Floats]) -> tuple[Floats, Floats]:
        """Return rows of units and accounts from the values of all inputs; converts the common inputs in place."""
        pool = BufferPool()
        units = self.convert(common)

        def evaluate(number: int, terms: Floats) -> None:
            self.blocks[number].evaluate(blocks[number].copy(), common, units, terms, pool)

        return units, self.accounts(common, units, evaluate, pool)

    def convert(self, common: Floats) -> Floats:
        """Convert the common inputs in place and return the rows of units."""
        self.conversion.apply(common, common)
        return self.units.rows(common)

    def accounts(
        self, common: Floats, units: Floats, evaluate: Callable[[int, Floats], None], pool: BufferPool
    ) -> Floats:
        """Return the accounts; `evaluate` writes the terms of a block, one block after another."""

        def fill(source: int, terms: Floats) -> None:
            if source == 0:
                self.stated.evaluate(common, units, terms)
            else:
                evaluate(source - 1, terms)

        return self._accounts.total(fill, units.shape[1], common.dtype, pool)

    @cached_property
    def _accounts(self) -> Accounts:
        height = 3 * len(self.companies) + 2 * len(self.uplifts.company)
        return Accounts([self.stated.incidence, *(block.incidence for block in self.blocks)], height)

    def factors(self, common: Floats, units: Floats, accounts: Floats) -> Factors:
        """Return the factors that depend on inputs, (companies, draws) each."""
        firms, count = self.companies, len(self.companies)
        horizon, before, revised = (accounts[i * count : (i + 1) * count] for i in range(3))
        revenue = common[np.maximum(firms.base_revenue, 0)]
        forecast = common[np.maximum(firms.consensus, 0)]
        added = horizon - before
        held = before * firms.base_part.astype(common.dtype)[:, None]
        sales = np.where((firms.consensus >= 0)[:, None], forecast, revenue + horizon - held)
        pace = common[np.maximum(firms.run_rate, 0)]
        sales = np.where((firms.run_rate >= 0)[:, None], np.maximum(sales, pace), sales)
        # no part exceeds the whole, unless the central value already does
        sales = np.maximum(sales, horizon / firms.most_exposure.astype(common.dtype)[:, None] + TINY)
        if firms.whole is not None:
            sales = sales[firms.whole]
        values: dict[str, Floats] = {"exposure": horizon / sales}
        if firms.known["growth"].any():
            growth = values["growth"] = ratio(added, revenue)
            of_all = growth if firms.whole is None else growth[firms.whole]
            values["expectation_gap"] = of_all - (ratio(forecast, revenue) - 1)
        if firms.known["revision"].any():
            values["revision"] = revised / sales
        if firms.known["elasticity"].any():
            values["elasticity"] = self._uplift(units, accounts[3 * count :]) / sales
        return Factors(values, horizon)

    def _uplift(self, units: Floats, accounts: Floats) -> Floats:
        keys = self.uplifts
        now, then = accounts[: len(keys.company)], accounts[len(keys.company) :]
        more = ratio(units[keys.units], units[keys.units_before])
        comparable = (then > 0) & (more > 0)
        change = ratio(now, np.where(comparable, then * more, 1)) - 1
        return np.asarray(self._uplift_sums @ np.where(comparable, now * change, 0))

    @cached_property
    def _uplift_sums(self) -> Any:
        return sum_matrix(self.uplifts.company, len(self.companies))

    def centre(self) -> tuple[Floats, list[Floats]]:
        """Return the central values of all inputs, one draw wide."""
        return self.common.base[:, None].copy(), [block.ranges.base[:, None].copy() for block in self.blocks]
