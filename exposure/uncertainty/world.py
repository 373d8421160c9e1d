"""The graph of a question with the factors of its ranked companies as roots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from exposure.model.evaluate import Evaluator
from exposure.model.graph import Graph, read_graph
from exposure.model.sampler import Correlations, Sampler

if TYPE_CHECKING:
    from exposure.db.session import Reader
    from exposure.model.distributions import Floats, Index

#: the factors that inputs decide; others stay as they are in every draw
VARIED = ("exposure", "growth", "revision", "elasticity", "expectation_gap")
#: of chosen programmes, the factors that are not over all
_CHOSEN = ("exposure", "growth", "revision", "elasticity")
_CORRELATIONS = 'select left_variate, right_variate, correlation from "core.variate_correlation" order by all'
_OVERSUBSCRIBED = """
select s.period_role, s.programme_id, s.product_id, concat_ws('/', 'share_room', s.product_id, s.programme_id, s.year)
from "core.supply_share" as s
where s.share_basis <> 'role'
group by s.period_role, s.programme_id, s.product_id, s.year
having sum(s.supply_share) > 1 + 1e-9
order by s.product_id, s.period_role, s.programme_id
"""


@dataclass(frozen=True)
class World:
    """A graph, and the node of each factor of each entry: a company, over all programmes or over chosen ones."""

    graph: Graph
    correlations: Correlations
    company_ids: tuple[str, ...]
    #: factor -> the node of each entry, -1 where it is unknown
    roots: Mapping[str, Index]
    #: period role, programme and product of which sources together state more than the whole
    oversubscribed: tuple[tuple[str, str, str], ...]

    @cached_property
    def nodes(self) -> Index:
        """Return the roots of all factors, one factor after another."""
        return np.concatenate([self.roots[factor] for factor in VARIED])

    def factors(self, values: Floats) -> dict[str, Floats]:
        """Return the values of `nodes`, (nodes, draws), by factor."""
        return dict(zip(VARIED, np.split(values, len(VARIED)), strict=True))

    def evaluate(self, scaled: Index, scale: Floats) -> dict[str, Floats]:
        """Return the factors, (entries, columns), where some nodes are multiplied: (scaled, columns)."""
        known = self.nodes >= 0
        values = np.zeros((len(known), scale.shape[1]))
        values[known] = Evaluator(self.graph, self.nodes[known], scaled)(scale.shape[1], scale)
        return self.factors(values)

    def revenue_node(self, company_id: str) -> int:
        """Return the node of a company's programme revenue at the horizon: the first part of its exposure."""
        return int(self.graph.child[self.graph.starts[self.graph.number[f"exposure/{company_id}"]]])

    def facts_of(self, node: int) -> list[str]:
        """Return the facts that an uncertain node rests on, without those of other unknowns below it."""
        graph, waiting, seen = self.graph, [int(node)], {int(node)}
        while waiting:
            children = graph.child[graph.starts[waiting[-1]] : graph.starts[waiting.pop() + 1]].tolist()
            fresh = [child for child in children if child not in seen and graph.variate[child] is None]
            seen.update(fresh)
            waiting += fresh
        return sorted({fact for each in seen for fact in graph.fact_ids[each]})

    @cached_property
    def sampler(self) -> Sampler:
        """Return a sampler of the factors."""
        return Sampler(self.graph, self.nodes, self.correlations)


def read_world(reader: Reader, companies: Sequence[str], chosen: Sequence[str] = ()) -> World:
    """Return the world of some companies over all programmes, then of some over the chosen programmes."""
    graph = read_graph(reader)
    reader.compute("core.variate_correlation")
    roots = {
        factor: graph.numbers(
            [f"{factor}/{company}" for company in companies]
            + [f"{'asked/' if factor in _CHOSEN else ''}{factor}/{company}" for company in chosen]
        )
        for factor in VARIED
    }
    below = graph.below(np.concatenate([nodes[nodes >= 0] for nodes in roots.values()]))
    oversubscribed = tuple(
        (role, programme, product)
        for role, programme, product, room in reader.rows(_OVERSUBSCRIBED)
        if room in graph.number and below[graph.number[room]]
    )
    return World(graph, reader.rows(_CORRELATIONS), (*companies, *chosen), roots, oversubscribed)
