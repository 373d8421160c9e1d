"""Find what keeps a view's text from running on other engines, by the parsed text alone.

One text serves DuckDB and, through sqlglot, Spark. Some constructs Spark refuses; others it runs and answers
otherwise, without a warning: those are the reason for these rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache

import sqlglot
from sqlglot import exp

#: relations of one row, and of the three years: a cross join with them multiplies nothing
SMALL = {"core.question", "core.choice", "core.year", "raw.build"}
#: a table that is read one row at a time, by a literal of its key
PICKED = {"raw.parameters": "parameter", "raw.tiers": "tier"}
#: columns that every row has, so that a key may rest on them as they are
NEVER_NULL = {
    "fact_id", "finding_key", "known_on", "method", "method_order", "period_end", "preference", "scope_id",
    "scope_level", "tier", "tier_rank", "vintage",
}  # fmt: skip
#: the only views that may ask the session, and DuckDB's own catalogue
ASKS_SESSION = "core.question"
ASKS_CATALOGUE = "mart.data_dictionary"
#: functions by sqlglot's names that both engines have, or sqlglot maps; `list` is its array_agg, `unnest` its explode
FUNCTIONS = {
    "abs", "any_value", "arg_max", "arg_min", "array", "array_agg", "array_concat", "array_contains", "array_distinct",
    "array_position", "array_size", "array_sort", "array_to_string", "avg", "ceil", "coalesce", "concat_ws", "corr",
    "count", "date_from_parts", "datediff", "exists", "exp", "explode", "filter", "flatten", "generate_series",
    "greatest", "group_concat", "lag", "least", "ln", "logical_and", "logical_or", "lower", "max", "min", "month",
    "nullif",
    "posexplode", "power", "printf", "rank", "replace", "round", "row_number", "sign", "split", "sqrt", "struct", "sum",
    "transform", "trim", "unnest", "year",
}  # fmt: skip
_OPERATORS = (exp.And, exp.Or, exp.Xor, exp.Case, exp.If, exp.Cast)
_MESSAGE = re.compile(r"(?:[^%]|%%|%s|%d|%\.\d+f)*")
_DATE = re.compile(r"(?:_on|_start|_end|_before|^as_of)$")

Queries = Mapping[str, exp.Expr]
Rule = Callable[[exp.Expr, str], Iterable[exp.Expr]]


@cache
def parse(text: str) -> exp.Expr:
    """Return a view's tree, which nobody changes."""
    return sqlglot.parse_one(text, read="duckdb")


def broken_rules(text: str, view: str) -> dict[str, list[str]]:
    """Return the rules that a view breaks, each with the places as DuckDB would write them."""
    tree = parse(text)
    offences = {rule: [place.sql("duckdb")[:120] for place in offends(tree, view)] for rule, offends in RULES.items()}
    return {rule: places for rule, places in offences.items() if places}


# --- decimals -----------------------------------------------------------------------------


def _decimal_divisions(tree: exp.Expr, _view: str) -> Iterator[exp.Expr]:
    """DuckDB divides decimals as doubles, Spark to six digits; so no view hands a decimal to another one either."""
    decimals = _decimals_by_query(tree)
    for division in tree.find_all(exp.Div):
        columns = decimals[id(division.find_ancestor(exp.Select))]
        if _is_decimal(division.left, columns) or _is_decimal(division.right, columns):
            yield division
    for select in _branches(tree):
        columns = decimals[id(select)]
        yield from (made for made in select.expressions if _is_decimal(made.unalias(), columns))


def _decimals_by_query(tree: exp.Expr) -> dict[int, set[str]]:
    """Return the columns, `alias.name`, that are decimals inside each SELECT, by the identity of its node."""
    outputs: dict[str, set[str]] = {}
    inside: dict[int, set[str]] = {}
    # a CTE is read below its definition, and a subquery lies inside the query that reads it
    for select in [
        *(s for cte in tree.find_all(exp.CTE) for s in cte.find_all(exp.Select)),
        *tree.find_all(exp.Select),
    ]:
        columns = {
            f"{source.alias_or_name}.{name}"
            for source in _sources(select)
            for name in (
                _outputs(source.this, inside) if isinstance(source, exp.Subquery) else outputs.get(source.name, ())
            )
        }
        inside[id(select)] = columns
        cte = select.find_ancestor(exp.CTE)
        if cte is not None and any(select is branch for branch in _branches(cte.this)):
            outputs.setdefault(cte.alias, set()).update(_outputs(select, inside))
    return inside


def _outputs(query: exp.Expr, inside: Mapping[int, set[str]]) -> set[str]:
    """Return the names of the decimal columns that a query makes or passes on."""
    names: set[str] = set()
    for select in _branches(query):
        columns = inside.get(id(select), set())
        for made in select.expressions:
            if made.is_star:
                prefix = f"{made.table}." if isinstance(made, exp.Column) else ""
                names |= {column.rpartition(".")[2] for column in columns if column.startswith(prefix)}
            elif _is_decimal(made.unalias(), columns):
                names.add(made.alias_or_name)
    return names


def _is_decimal(node: exp.Expr, columns: Collection[str]) -> bool:
    if isinstance(node, exp.Cast):
        return node.is_type("decimal")
    if isinstance(node, exp.Column):
        return f"{node.table}.{node.name}" in columns
    if isinstance(node, exp.Literal):
        return not node.is_string and "." in node.name and "e" not in node.name.lower()
    if isinstance(node, (exp.Add, exp.Sub, exp.Mul)):
        return any(_is_decimal(side, columns) for side in (node.left, node.right))
    if isinstance(node, (exp.Coalesce, exp.Greatest, exp.Least)):
        return any(_is_decimal(part, columns) for part in (node.this, *node.expressions))
    if isinstance(node, exp.Case):
        return any(_is_decimal(branch.args["true"], columns) for branch in node.args["ifs"])
    passing = (exp.Sum, exp.Max, exp.Min, exp.Lag, exp.Paren, exp.Neg, exp.Abs, exp.Nullif, exp.Filter, exp.Window)
    return isinstance(node, passing) and _is_decimal(node.this, columns)


# --- lists, keys, messages ----------------------------------------------------------------


def _keys(tree: exp.Expr, _view: str) -> Iterator[exp.Expr]:
    """Spark knows no row(), and puts NULL first in a key where DuckDB puts it last."""
    yield from (call for call in tree.find_all(exp.Anonymous) if call.name.lower() == "row")
    for choice in tree.find_all(exp.ArgMax, exp.ArgMin):
        key = choice.expression
        if isinstance(key, exp.Tuple):
            yield key
        elif isinstance(key, exp.Struct):
            yield from (column for column in key.find_all(exp.Column) if _may_be_null(column))


def _may_be_null(column: exp.Column) -> bool:
    guarded = isinstance(column.find_ancestor(exp.Coalesce, exp.Is, exp.Struct), (exp.Coalesce, exp.Is))
    return not (guarded or column.name in NEVER_NULL)


def _list_places(tree: exp.Expr, _view: str) -> Iterator[exp.Expr]:
    """Only a written number or field finds the same place in both engines; `len` of a list is that of a text."""
    yield from tree.find_all(exp.Length)
    for bracket in tree.find_all(exp.Bracket):
        if not all(isinstance(place, exp.Literal) for place in bracket.expressions):
            yield bracket


def _empty_lists(tree: exp.Expr, _view: str) -> Iterator[exp.Expr]:
    """A list of no rows is NULL in DuckDB and [] in Spark; what is joined to NULL stays in DuckDB only."""
    for joined in tree.find_all(exp.ArrayConcat):
        yield from (part for part in (joined.this, *joined.expressions) if not _is_never_null_list(part))
    for made in tree.find_all(exp.ArrayAgg):
        select = made.find_ancestor(exp.Select)
        may_be_empty = isinstance(made.parent, exp.Filter) or (select is not None and not select.args.get("group"))
        if may_be_empty and not _is_coalesced(made):
            yield made


def _is_never_null_list(node: exp.Expr) -> bool:
    if isinstance(node, exp.Coalesce):
        return isinstance(node.expressions[-1], exp.Array)
    if isinstance(node, (exp.ArrayFilter, exp.ArraySort, exp.ArrayDistinct)):
        return _is_never_null_list(node.this)
    return isinstance(node, (exp.Array, exp.ArrayConcat))


def _is_coalesced(node: exp.Expr) -> bool:
    """Tell whether a list becomes [] where it is empty before anything else reads it."""
    above = node.parent
    while isinstance(above, (exp.Filter, exp.ArraySort, exp.ArrayDistinct, exp.Flatten)):
        above = above.parent
    return isinstance(above, exp.Coalesce) and _is_never_null_list(above)


def _messages(tree: exp.Expr, _view: str) -> Iterator[exp.Expr]:
    """Java has neither `{}` nor C's %g."""
    yield from tree.find_all(exp.Format)
    for call in tree.find_all(exp.Anonymous):
        if call.name.lower() == "printf":
            pattern = call.expressions[0]
            if not (isinstance(pattern, exp.Literal) and _MESSAGE.fullmatch(pattern.name)):
                yield pattern


# --- joins --------------------------------------------------------------------------------


def _joins(tree: exp.Expr, _view: str) -> Iterator[exp.Expr]:
    """Without an equality a join compares every row with every other."""
    queries = {cte.alias: cte.this for cte in tree.find_all(exp.CTE)}
    for select in tree.find_all(exp.Select):
        before = [select.args["from_"].this] if select.args.get("from_") else []
        for join in select.args.get("joins") or ():
            on = join.args.get("on")
            is_small = _is_small(join.this, queries) or all(_is_small(source, queries) for source in before)
            if on is not None and any(on.find_all(exp.Or, exp.ArrayContains)):
                yield on
            elif not (is_small or _has_equality(on) or _is_picked(join.this, on)):
                yield join
            before.append(join.this)


def _has_equality(on: exp.Expr | None) -> bool:
    conjuncts = on.flatten() if isinstance(on, exp.And) else [on]
    return any(
        isinstance(part, (exp.EQ, exp.NullSafeEQ)) and part.left.find(exp.Column) and part.right.find(exp.Column)
        for part in conjuncts
    )


def _is_picked(source: exp.Expr, condition: exp.Expr | None) -> bool:
    """Tell whether a condition picks one row of a table by a literal of its key."""
    key = PICKED.get(f"{source.args.get('db')}.{source.name}")
    conjuncts = condition.flatten() if isinstance(condition, exp.And) else [condition]
    return key is not None and any(
        isinstance(part, exp.EQ) and part.left.name == key and isinstance(part.right, exp.Literal) for part in conjuncts
    )


def _is_small(source: exp.Expr, queries: Queries) -> bool:
    """Tell whether a source has one row, or is a few years, rows written out, or the elements of one list."""
    if isinstance(source, exp.Table):
        if source.db:
            return f"{source.db}.{source.name}" in SMALL
        return source.name in queries and _is_small(queries[source.name], queries)
    if isinstance(source, exp.Subquery):
        return _is_small(source.this, queries)
    if isinstance(source, exp.SetOperation):
        return all(_is_small(each, queries) for each in (source.left, source.right))
    if isinstance(source, exp.Select):
        is_years = [made.alias_or_name for made in source.expressions] == ["year"]
        return is_years or _is_one_row(source) or all(_is_small(each, queries) for each in _sources(source))
    return isinstance(source, (exp.Lateral, exp.Unnest, exp.Values))


def _is_one_row(select: exp.Select) -> bool:
    """Tell whether a SELECT adds up all its rows, or picks one parameter."""
    sums_up = any(_is_aggregate(made) for made in select.expressions) and not select.args.get("group")
    where, sources = select.args.get("where"), _sources(select)
    return sums_up or (where is not None and len(sources) == 1 and _is_picked(sources[0], where.this))


def _is_aggregate(made: exp.Expr) -> bool:
    return any(not call.find_ancestor(exp.Window, exp.Subquery) for call in made.find_all(exp.AggFunc))


# --- constructs and functions -------------------------------------------------------------


def _constructs(tree: exp.Expr, _view: str) -> Iterator[exp.Expr]:
    """These parse, and then are refused or mean something else."""
    for select in tree.find_all(exp.Select):
        if select.args.get("qualify") and any(made.is_star for made in select.expressions):
            yield select.args["qualify"]
        for join in select.args.get("joins") or ():
            if join.method == "ASOF":
                yield join
    yield from tree.find_all(exp.Pivot, exp.Columns, exp.PercentileCont, exp.PercentileDisc, exp.Create)
    yield from (union for union in tree.find_all(exp.SetOperation) if union.args.get("by_name"))
    yield from (cte for cte in tree.find_all(exp.CTE) if cte.args.get("materialized") is not None)
    yield from (span for span in tree.find_all(exp.DateDiff) if span.text("unit").upper() != "DAY")
    yield from (span for span in tree.find_all(exp.Sub) if _is_date(span.left) and _is_date(span.right))
    for where in tree.find_all(exp.Where):
        bound = {name.name for function in where.find_all(exp.Lambda) for name in function.expressions}
        yield from (c for c in where.find_all(exp.Column) if not c.table and c.name not in bound)


def _is_date(node: exp.Expr) -> bool:
    if isinstance(node, exp.Column):
        return bool(_DATE.search(node.name))
    if isinstance(node, (exp.Max, exp.Min, exp.Paren, exp.Coalesce)):
        return _is_date(node.this)
    return isinstance(node, exp.DateFromParts) or (isinstance(node, exp.Cast) and node.is_type("date"))


def _functions(tree: exp.Expr, view: str) -> Iterator[exp.Expr]:
    for call in tree.find_all(exp.Func):
        name = (call.name if isinstance(call, exp.Anonymous) else call.sql_name()).lower()
        is_allowed = name in FUNCTIONS or (name == "getvariable" and view == ASKS_SESSION)
        is_allowed |= name.startswith("duckdb_") and view == ASKS_CATALOGUE
        # row, len and format have rules of their own
        if not (is_allowed or isinstance(call, (*_OPERATORS, exp.Length, exp.Format)) or name == "row"):
            yield call


# --- the tree -----------------------------------------------------------------------------


def _branches(query: exp.Expr) -> Iterator[exp.Select]:
    """Return the SELECTs whose rows are those of a query."""
    if isinstance(query, exp.SetOperation):
        yield from _branches(query.left)
        yield from _branches(query.right)
    elif isinstance(query, exp.Subquery):
        yield from _branches(query.this)
    elif isinstance(query, exp.Select):
        yield query


def _sources(select: exp.Select) -> list[exp.Expr]:
    """Return what a SELECT reads: tables, CTEs, subqueries, lists."""
    first = [select.args["from_"].this] if select.args.get("from_") else []
    return [*first, *(join.this for join in select.args.get("joins") or ())]


#: rule -> what offends against it
RULES: dict[str, Rule] = {
    "divides decimals": _decimal_divisions,
    "key is no struct": _keys,
    "list place is computed": _list_places,
    "list may be NULL": _empty_lists,
    "message format": _messages,
    "join without equality": _joins,
    "construct": _constructs,
    "function": _functions,
}
