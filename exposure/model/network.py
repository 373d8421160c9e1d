"""The arithmetic from uncertain inputs to each company's factors, for many draws at once: arrays in, arrays out.

The same formula as the views, evaluated in one pass over (rows, draws): family x mix, shares within one, units x
content x share, sums per company and family, denominators, factors. `inputs` names the rows; here they are numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse._sparsetools import csr_matvecs

from exposure.model.distributions import Floats, Index, Ranges

#: what is divided by is never quite nothing
TINY = 1e-30
#: how many times another a quantity is at most; beyond it single precision ends, and a ratio says nothing more
_MOST_TIMES = 1e6
#: the factors that inputs decide; others stay as they are in every draw
VARIED = ("exposure", "growth", "revision", "elasticity", "expectation_gap")


def ratio(above: Floats, below: Floats) -> Floats:
    """Divide by what may be drawn as nothing: the quotient ends at a million, and nothing over nothing is nothing."""
    return np.asarray(above / np.maximum(np.maximum(below, np.abs(above) / _MOST_TIMES), TINY))


def summing(rows: Index, height: int) -> Any:
    """Give the matrix that adds up entries into rows: entry i goes to row `rows[i]`."""
    return weighing(rows, np.arange(len(rows)), np.ones(len(rows)), (height, len(rows))).astype(np.float32)


def weighing(rows: Index, columns: Index, weights: Floats, shape: tuple[int, int]) -> Any:
    """Give the matrix that adds weighted entries into rows."""
    return csr_matrix((weights.astype(np.float64), (rows, columns)), shape=shape)


@dataclass(frozen=True)
class Units:
    """How units of programmes come out of the common inputs.

    Rows of units: 1 | each programme | each family | each growth (one row over another).
    """

    #: common input of each programme's total, and its fraction among 1 | mixes | rests
    total: Index
    fraction: Index
    mixes: Index
    mix_group: Index
    #: per group of mixes what they add up to when nothing is left over; NaN where there is a rest
    whole: Floats
    #: family x common input, 1 where the input is a part of the family
    families: Any
    growth_of: Index
    growth_from: Index

    def rows(self, common: Floats) -> Floats:
        """Give units of programmes and families, and growths, from the values of the common inputs."""
        return self.with_growth(self.counted(common))

    def counted(self, common: Floats) -> Floats:
        """Give units of programmes and families, after a row of ones."""
        one = np.ones((1, common.shape[1]), common.dtype)
        programmes = common[self.total] * self._fractions(common, one)[self.fraction]
        return np.concatenate([one, programmes, self.families @ common])

    def with_growth(self, counted: Floats) -> Floats:
        """Put the growths below the units that they are of."""
        growth = ratio(counted[self.growth_of], counted[self.growth_from])
        return np.concatenate([counted, growth])

    def _fractions(self, common: Floats, one: Floats) -> Floats:
        if not len(self.whole):
            return one
        mixes = common[self.mixes]
        added = self._grouping @ mixes
        room = np.where(np.isnan(self.whole), 1, self.whole).astype(common.dtype)[:, None]
        shrink = room / np.maximum(added, TINY)
        shrink = np.where(np.isnan(self.whole)[:, None], np.minimum(shrink, 1), shrink).astype(common.dtype)
        return np.concatenate([one, mixes * shrink[self.mix_group], np.maximum(1 - added, 0)])

    @cached_property
    def _grouping(self) -> Any:
        return summing(self.mix_group, len(self.whole))


class Rooms:
    """Arrays that are used again for every block, since fresh memory is slow; one set for each thread.

    Of the rooms 0 normals, 1 moves, 5 values and 7, 6 the same of the common inputs are filled by who draws.
    """

    def __init__(self) -> None:
        self._arrays: dict[tuple[int, Any], Floats] = {}

    def array(self, number: int, shape: tuple[int, int], dtype: Any) -> Floats:
        """Give room of a shape, with whatever was left in it."""
        size, key = shape[0] * shape[1], (number, np.dtype(dtype))
        if key not in self._arrays or len(self._arrays[key]) < size:
            self._arrays[key] = np.empty(size, dtype)
        return self._arrays[key][:size].reshape(shape)

    def taken(self, number: int, source: Floats, rows: Index) -> Floats:
        """Give rows of an array, in a room."""
        room = self.array(number, (len(rows), source.shape[1]), source.dtype)
        return np.take(source, rows, axis=0, out=room, mode="clip")


@dataclass(frozen=True)
class Postings:
    """Which terms are added into which accounts."""

    term: Index
    account: Index
    weight: Floats

    def add(self, terms: Floats, accounts: Floats) -> None:
        """Add terms to accounts."""
        matrix = self._matrices.get((accounts.shape[0], terms.shape[0], accounts.dtype))
        if matrix is None:
            shape = (accounts.shape[0], terms.shape[0])
            matrix = weighing(self.account, self.term, self.weight, shape).astype(accounts.dtype)
            self._matrices[*shape, accounts.dtype] = matrix
        # adds into the accounts, where the public product would make a new array of all of them for every block
        entries = (matrix.indptr, matrix.indices, matrix.data)
        csr_matvecs(*matrix.shape, terms.shape[1], *entries, terms.ravel(), accounts.reshape(-1))

    @cached_property
    def _matrices(self) -> dict[Any, Any]:
        return {}


@dataclass(frozen=True)
class Conversion:
    """Inputs in foreign money: input, common input of the rate, and the part of the value that the rate converts."""

    row: Index
    rate: Index
    part: Floats

    def apply(self, values: Floats, common: Floats) -> None:
        """Move values with their rates, in place."""
        if len(self.row):
            values[self.row] *= 1 + self.part.astype(values.dtype)[:, None] * (common[self.rate] - 1)


@dataclass(frozen=True)
class Block:
    """Links of a few products: nobody outside the block uses their shares and contents.

    A link is one company's share of one product on one programme; the links of a group share out one programme's need.
    """

    ranges: Ranges
    #: which of the block's own normals each input moves with; None: each with its own
    variate: Index | None
    variates: int
    conversion: Conversion
    #: group of each link; the links' shares are the first inputs, in order
    group: Index
    #: what the shares of each group add up to at most
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
    #: which terms go into which accounts, and with what weight
    posting: Postings

    def add(self, values: Floats, common: Floats, units: Floats, accounts: Floats, rooms: Rooms) -> None:
        """Add the block's terms to the accounts, from the values of its inputs, which are used up."""
        self.conversion.apply(values, common)
        self.post(values, self.shares(values, units, rooms), units, accounts, rooms)

    def post(self, values: Floats, shares: Floats, units: Floats, accounts: Floats, rooms: Rooms) -> None:
        """Add the block's terms to the accounts, from its contents among the inputs' values and from given shares."""
        worth = rooms.taken(2, values, self.content)
        worth *= rooms.taken(3, units, self.content_units)
        terms = rooms.taken(3, worth, self.value)
        terms *= shares if self.link is None else rooms.taken(4, shares, self.link)
        self.posting.add(terms, accounts)

    def used_by(self, account: int) -> tuple[Index, Index, Index]:
        """Give the links, the contents and the rows of units that an account's terms are made of."""
        terms = np.unique(self.posting.term[self.posting.account == account])
        links = terms if self.link is None else self.link[terms]
        values = self.value[terms]
        return np.unique(links), np.unique(self.content[values]), np.unique(self.content_units[values])

    def shares(self, values: Floats, units: Floats, rooms: Rooms) -> Floats:
        """Give each link's share, those of one group within its room."""
        shares = values[: len(self.group)]
        if len(self.counted):
            part = ratio(shares[self.counted], units[self.counted_units])
            shares[self.counted] = np.minimum(part, 1)
        stated = self._stated @ shares
        room = self.room.astype(shares.dtype)[:, None]
        factor = room / np.maximum(stated, room)
        if len(self.is_role):
            left = np.maximum(1 - stated, 0) / np.maximum(self._roles @ shares, 1)
            factor = np.concatenate([factor, left])
        shares *= rooms.taken(4, factor.astype(shares.dtype, copy=False), self._factor)
        return shares

    @cached_property
    def _is_role_link(self) -> Any:
        flags = np.zeros(len(self.group), bool)
        flags[self.is_role] = True
        return flags

    @cached_property
    def _factor(self) -> Index:
        return np.asarray(self.group + len(self.room) * self._is_role_link, np.intp)

    @cached_property
    def _stated(self) -> Any:
        return self._chosen(~self._is_role_link)

    @cached_property
    def _roles(self) -> Any:
        return self._chosen(self._is_role_link)

    def _chosen(self, flags: Any) -> Any:
        links = np.flatnonzero(flags)
        ones = np.ones(len(links), np.float32)
        return csr_matrix((ones, (self.group[links], links)), shape=(len(self.room), len(self.group)))


@dataclass(frozen=True)
class Stated:
    """Terms that somebody states as a whole: a part, or an amount, of a company's sales, rolled forward or not."""

    part: Index
    money: Index
    units: Index
    posting: Postings

    def add(self, common: Floats, units: Floats, accounts: Floats) -> None:
        """Add the stated terms to the accounts."""
        if len(self.part):
            self.posting.add(common[self.part] * common[self.money] * units[self.units], accounts)


@dataclass(frozen=True)
class Uplifts:
    """Families of companies whose content and share can be compared over the two years, one entry each."""

    company: Index
    #: rows of the family's units at the horizon and in the base year
    units: Index
    units_before: Index


@dataclass(frozen=True)
class Companies:
    """What turns accounts into factors, one entry a company; -1 and False where it does not apply."""

    #: common inputs
    consensus: Index
    base_revenue: Index
    #: what the reported part of the year comes to at its pace: sales are no less
    run_rate: Index
    #: what part of the base year's programmes these sales hold: less than all where they are of an older year
    base_part: Floats
    knows_base: Any
    knows_revision: Any
    knows_uplift: Any
    knows_gap: Any
    most_exposure: Floats
    #: entry whose sales these are a part of, where an entry has some programmes alone; None: each has its own
    whole: Index | None = None

    def __len__(self) -> int:
        return len(self.consensus)


@dataclass(frozen=True)
class Network:
    """All inputs and how they lead to the factors.

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

    def possible(self) -> Network:
        """Give the same network with every group's shares within 1, also where the sources together say more."""
        blocks = [replace(block, room=np.minimum(block.room, 1.0)) for block in self.blocks]
        return replace(self, blocks=blocks)

    def sums(self, common: Floats, blocks: Sequence[Floats]) -> tuple[Floats, Floats]:
        """Give rows of units and accounts from the values of all inputs."""
        units, accounts = self.started(common)
        for block, values in zip(self.blocks, blocks, strict=True):
            block.add(values.copy(), common, units, accounts, Rooms())
        return units, accounts

    def started(self, common: Floats) -> tuple[Floats, Floats]:
        """Give rows of units, and accounts with the stated terms alone; converts the common inputs in place."""
        self.conversion.apply(common, common)
        units = self.units.rows(common)
        height = 3 * len(self.companies) + 2 * len(self.uplifts.company)
        accounts = np.zeros((height, common.shape[1]), common.dtype)
        self.stated.add(common, units, accounts)
        return units, accounts

    def factors(self, common: Floats, units: Floats, accounts: Floats) -> Factors:
        """Give the factors that depend on inputs, (companies, draws) each."""
        firms, count = self.companies, len(self.companies)
        horizon, before, revised = (accounts[i * count : (i + 1) * count] for i in range(3))
        revenue = common[np.maximum(firms.base_revenue, 0)]
        forecast = common[np.maximum(firms.consensus, 0)]
        added = horizon - before
        held = before * firms.base_part.astype(common.dtype)[:, None]
        sales = np.where((firms.consensus >= 0)[:, None], forecast, revenue + horizon - held)
        pace = common[np.maximum(firms.run_rate, 0)]
        sales = np.where((firms.run_rate >= 0)[:, None], np.maximum(sales, pace), sales)
        # no part exceeds the whole, unless the central value already says so
        sales = np.maximum(sales, horizon / firms.most_exposure.astype(common.dtype)[:, None] + TINY)
        if firms.whole is not None:
            sales = sales[firms.whole]
        found: dict[str, Floats] = {"exposure": horizon / sales}
        if firms.knows_base.any():
            growth = found["growth"] = ratio(added, revenue)
            of_all = growth if firms.whole is None else growth[firms.whole]
            found["expectation_gap"] = of_all - (ratio(forecast, revenue) - 1)
        if firms.knows_revision.any():
            found["revision"] = revised / sales
        if firms.knows_uplift.any():
            found["elasticity"] = self._uplift(units, accounts[3 * count :]) / sales
        return Factors(found, horizon, sales)

    def _uplift(self, units: Floats, accounts: Floats) -> Floats:
        keys = self.uplifts
        now, then = accounts[: len(keys.company)], accounts[len(keys.company) :]
        more = ratio(units[keys.units], units[keys.units_before])
        possible = (then > 0) & (more > 0)
        change = ratio(now, np.where(possible, then * more, 1)) - 1
        return np.asarray(self._uplift_sums @ np.where(possible, now * change, 0))

    @cached_property
    def _uplift_sums(self) -> Any:
        return summing(self.uplifts.company, len(self.companies))

    def known(self) -> dict[str, Any]:
        """Say of which companies each factor is known; what is unknown stays so in every draw."""
        firms = self.companies
        return {
            "exposure": np.ones(len(firms), bool),
            "growth": firms.knows_base,
            "revision": firms.knows_revision,
            "elasticity": firms.knows_uplift,
            "expectation_gap": firms.knows_gap,
        }

    def centre(self) -> tuple[Floats, list[Floats]]:
        """Give the central values of all inputs, one draw wide."""
        return self.common.base[:, None].copy(), [block.ranges.base[:, None].copy() for block in self.blocks]


@dataclass(frozen=True)
class Factors:
    """Factors, programme revenue and sales of each company, (companies, draws) each."""

    values: Mapping[str, Floats]
    programme_revenue: Floats
    sales: Floats
