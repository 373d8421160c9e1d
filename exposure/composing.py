"""Write each view out as one statement in which every lower view stands once.

Views that read views multiply: DuckDB plans a view again at each place that names it, and a dozen floors of diamonds
become tens of thousands of scans. So the database gets, for each SQL file, a statement that carries the views below it
as CTEs, each planned and computed once however often it is named. (The factors took minutes to plan before.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from exposure.views import View


def composed(ordered: Iterable[View]) -> Iterator[tuple[View, str]]:
    """Give each view, in dependency order, with the statement that answers for it."""
    views = {view.full_name: view for view in ordered}
    inlined = {name: view for name, view in views.items() if not view.kept}
    bodies = {name: _over_ctes(view, inlined) for name, view in views.items()}
    for name, view in views.items():
        below = _below(view, inlined)
        uses = Counter(reference.relation for each in [*below, view] for reference in each.references)
        ctes = ",\n".join(_cte(lower.full_name, bodies[lower.full_name], uses) for lower in below)
        yield view, f"with {ctes}\nselect * from (\n{bodies[name]}\n) as answer" if below else bodies[name]


def _below(view: View, inlined: Mapping[str, View]) -> list[View]:
    """List the views that a view needs, in dependency order."""
    needed = set(view.reads)
    for name in reversed(list(inlined)):
        if name in needed:
            needed.update(inlined[name].reads)
    return [lower for name, lower in inlined.items() if name in needed]


def _cte(name: str, body: str, uses: Mapping[str, int]) -> str:
    """Name a lower view; one that is used once needs no result of its own, and filters may reach into it."""
    return f'"{name}" as {"materialized " if uses[name] > 1 else ""}(\n{body}\n)'


def _over_ctes(view: View, inlined: Mapping[str, View]) -> str:
    """Let a view's text read CTEs in place of the views."""
    body = view.body.encode()
    for reference in reversed(view.references):
        if reference.relation in inlined:
            end = reference.position + len(reference.relation)
            alias = "" if reference.aliased else f' as "{inlined[reference.relation].name}"'
            body = body[: reference.position] + f'"{reference.relation}"{alias}'.encode() + body[end:]
    return body.decode()
