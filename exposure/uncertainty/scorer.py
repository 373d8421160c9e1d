"""Scores and ranks of many draws at once: the normalisation of `scoring` in arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from exposure.model.distributions import Floats, Index
from exposure.scoring.normalise import normalise, rank_columns

Ranks = npt.NDArray[np.signedinteger[Any]]

#: what is drawn of a company beside its unknown factors: where its open terms lie between nothing and their upper end
OPEN_TERMS = "open terms"
#: block of the companies that have no place of their own: they are placed among the others, who do not see them
UNPLACED = -1


class OpenTerms(NamedTuple):
    """What is open of companies, as parts of their sales."""

    #: the upper end of the open terms, 0 without any
    part: Floats
    #: the largest exposure that a source admits, or the figure itself where that is larger
    limit: Floats
    #: the row whose draw each takes: one company has one, whatever programmes it is asked for
    twin: Index

    def followed_by(self, others: OpenTerms, twins: Index) -> OpenTerms:
        """Return these companies and the others below them; `twins` are the rows whose draws these take."""
        return OpenTerms(
            np.concatenate([self.part, others.part]),
            np.concatenate([self.limit, others.limit]),
            np.concatenate([twins, others.twin + len(self.part)]),
        )


@dataclass(frozen=True)
class Scorer:
    """A profile with what is fixed in all draws: it turns the factors of each draw into scores within that draw."""

    weights: Mapping[str, float]
    #: factors that no draw changes: (companies,), NaN where unknown
    fixed: Mapping[str, Floats]
    known: Mapping[str, Any]
    normalisation: str
    neutral: float
    winsor_sd: float
    #: block of each ranked company; a lower number ranks first
    block: Index
    #: rows of factors that are compared with, and rows that are ranked; None: all of them
    field: Index | None = None
    ranked: Index | None = None
    #: of each row, the exposure that the profile scores at the centre as a part of the central one; None: all of it
    exposure_part: Floats | None = None
    #: of each ranked company, its place among them by name, so that its draws do not depend on its rank; None: its row
    place: Index | None = None
    #: what is open of each row; None: nothing
    open_terms: OpenTerms | None = None

    def select_ranked(self, values: Any) -> Any:
        """Return the rows of the ranked companies."""
        return values if self.ranked is None else values[self.ranked]

    @cached_property
    def unknown(self) -> dict[str, Index]:
        """Return the places of the ranked companies of which a factor, or a term of the exposure, is unknown."""
        places = {factor: np.flatnonzero(~self.select_ranked(self.known[factor])) for factor in self.weights}
        if self.open_terms is not None:
            places[OPEN_TERMS] = np.flatnonzero(self.select_ranked(self.open_terms.part) > 0)
        return places

    def draw_unknown(self, child: np.random.SeedSequence, draws: int) -> Mapping[str, Floats]:
        """Draw what is unknown of each company, each uniform over 0 to 100, from a child of the seed's child."""
        random = np.random.Generator(np.random.PCG64(child.spawn(1)[0]))
        drawn = {name: 100 * random.random((len(rows), draws), np.float32) for name, rows in self.unknown.items()}
        if self.place is None:
            return drawn
        return {name: drawn[name][self.place[rows].argsort().argsort()] for name, rows in self.unknown.items()}

    def limit_exposure(self, factors: Mapping[str, Floats]) -> Mapping[str, Floats]:
        """Return drawn factors with exposures no larger than a source admits."""
        if self.open_terms is None:
            return factors
        limit = self.open_terms.limit[:, None].astype(factors["exposure"].dtype)
        return {**factors, "exposure": np.minimum(factors["exposure"], limit)}

    def central_scores(self, factors: Mapping[str, Floats]) -> Floats:
        """Return scores of worlds around the centre, as the watchlist scores: exposure at its point of the range."""
        if self.exposure_part is None:
            return self.scores(factors)
        return self.scores({**factors, "exposure": factors["exposure"] * self.exposure_part[:, None]})

    def scores(self, factors: Mapping[str, Floats], drawn: Mapping[str, Floats] | None = None) -> Floats:
        """Return scores 0 to 100: (companies, draws); unknown factors score as drawn, or else neutral."""
        example = self.select_ranked(factors["exposure"])
        if drawn is not None and self.open_terms is not None:
            opened = self._add_open_terms(self.open_terms, factors["exposure"], drawn[OPEN_TERMS])
            factors = {**factors, "exposure": opened}
        total = np.zeros_like(example)
        whole = sum(map(abs, self.weights.values()))
        for factor, weight in self.weights.items():
            part = self._part(factor, weight, factors, None if drawn is None else drawn[factor])
            total += np.asarray(part * (abs(weight) / whole), example.dtype)
        return total if self.weights else np.full_like(example, self.neutral)

    def _add_open_terms(self, terms: OpenTerms, exposure: Floats, drawn: Floats) -> Floats:
        """Return exposures with their open terms: as drawn where they are ranked, else at the middle."""
        place = np.full(exposure.shape, 0.5, exposure.dtype)
        rows = np.arange(len(exposure)) if self.ranked is None else self.ranked
        place[rows[self.unknown[OPEN_TERMS]]] = drawn / 100
        place = place[terms.twin]
        place *= terms.part[:, None].astype(exposure.dtype)
        place += exposure
        return np.asarray(np.minimum(place, terms.limit[:, None].astype(exposure.dtype), out=place))

    def _part(self, factor: str, weight: float, factors: Mapping[str, Floats], drawn: Floats | None) -> Floats:
        all_values = self.fixed[factor][:, None] if factor in self.fixed else factors[factor]
        values, known = self.select_ranked(all_values), self.select_ranked(self.known[factor])
        every = known.all()
        of_known = values if every else values[known]
        if self.field is None:
            scored = normalise(of_known, of_known, self.normalisation, self.winsor_sd)
        else:
            compared = all_values[self.field[self.known[factor][self.field]]]
            scored = normalise(of_known, compared, self.normalisation, self.winsor_sd)
        if weight < 0:
            scored = 100 - scored
        if every:
            return scored
        part = np.full(values.shape if drawn is None else (len(values), drawn.shape[1]), self.neutral, scored.dtype)
        part[known] = scored
        if drawn is not None:
            part[~known] = drawn
        return part


def rank_scores(scores: Floats, block: Index) -> npt.NDArray[np.int32]:
    """Rank each draw's scores from 1, block after block; equal scores share a rank.

    Each score without a block of its own has the rank that it would have among those of all blocks.
    """
    rank = np.empty(scores.shape, np.int32)
    before = 0
    placed = scores[block != UNPLACED]
    for row in np.flatnonzero(block == UNPLACED):
        rank[row] = (placed > scores[row]).sum(axis=0) + 1
    for number in np.unique(block[block != UNPLACED]):
        rows = np.flatnonzero(block == number)
        rank[rows] = rank_columns(scores[rows]) + before
        before += len(rows)
    return rank
