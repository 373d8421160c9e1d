"""Views as steps: each rewritten to read the results of the views below it, and composed into a query of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from exposure.db.view_files import View
from exposure.errors import Fault, RejectedData


@dataclass(frozen=True)
class Step:
    """A view rewritten to read the results of the views below it."""

    view: View
    #: all views that it needs, except tables, in dependency order
    below: tuple[View, ...]
    #: reads `"core.pooled"` where the file reads `core.pooled`
    text: str

    @property
    def has_macro(self) -> bool:
        """Return whether the step is a macro: a view that reads no other view is its own step."""
        return bool(self.below) and not self.view.kept

    @property
    def relation(self) -> str:
        """Return the relation to select from, where the results of the steps below have their names."""
        return f"{self.view.full_name}()" if self.has_macro else self.view.full_name


def list_steps(ordered: Iterable[View]) -> list[Step]:
    """Return each view as a step."""
    views = {view.full_name: view for view in ordered}
    inlined = {name: view for name, view in views.items() if not view.kept}
    return [Step(view, _below(view, inlined), _over_results(view, inlined)) for view in views.values()]


def compose_steps(taken: Iterable[Step]) -> Iterator[tuple[Step, str]]:
    """Yield each step with the query of its view, or of its table: all steps below as CTEs, then the step itself."""
    known: dict[str, Step] = {}
    for step in taken:
        known[step.view.full_name] = step
        if step.view.kept:
            _refuse_frozen(step)
            texts = {name: f"\n{lower.text}\n" for name, lower in known.items()}
            yield step, f"{_lower(step, texts)}from (\n{step.text}\n) as kept order by {', '.join(step.view.grain)}"
        elif step.has_macro:
            calls = {name: f"from {lower.relation}" for name, lower in known.items()}
            yield step, f"{_lower(step, calls)}from {step.relation} as answer"
        else:
            yield step, step.text


def _lower(step: Step, queries: Mapping[str, str]) -> str:
    """Return the CTEs of the steps below; one that is read once is not materialised, so that filters reach into it."""
    uses = Counter(reference.relation for each in (*step.below, step.view) for reference in each.references)
    names = [lower.full_name for lower in step.below]
    ctes = ",\n".join(f'"{name}" as {"materialized " if uses[name] > 1 else ""}({queries[name]})' for name in names)
    return f"with {ctes}\n" if ctes else ""


def _refuse_frozen(step: Step) -> None:
    """Raise RejectedData for a table that would freeze the answer of one session."""
    if any("getvariable" in each.body.lower() for each in (*step.below, step.view)):
        raise RejectedData([Fault(step.view.file, 3, "", "is kept as a table, but rests on a session variable")])


def _below(view: View, inlined: Mapping[str, View]) -> tuple[View, ...]:
    needed = set(view.reads)
    for name in reversed(list(inlined)):
        if name in needed:
            needed.update(inlined[name].reads)
    return tuple(lower for name, lower in inlined.items() if name in needed)


def _over_results(view: View, inlined: Mapping[str, View]) -> str:
    """Return the text of a view with `"core.pooled"` for `core.pooled`."""
    body = view.body.encode()
    for reference in reversed(view.references):
        if reference.relation in inlined:
            end = reference.position + len(reference.relation)
            alias = "" if reference.aliased else f' as "{inlined[reference.relation].name}"'
            body = body[: reference.position] + f'"{reference.relation}"{alias}'.encode() + body[end:]
    return body.decode()
