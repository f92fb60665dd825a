"""What a table declares, asked of the Parquet that was written, by the engine that wrote it.

A comparison with an empty value is unknown, and what is unknown breaks nothing: `required` is for that.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from tocsin.prepare.engine import Engine
from tocsin.prepare.errors import RefusedError
from tocsin.prepare.schema import Rule, Table

NAMED = 10
"""So many rows are named when a table is refused."""


def rules_of(table: Table) -> list[Rule]:
    """Those that the columns declare, then the table's own."""
    found = []
    for name, column in table.columns.items():
        if column.required:
            found.append(Rule(f"{name} is never empty", functools.partial(_given, name)))
        if column.one_of:
            said = f"{name} is one of {', '.join(column.one_of)}"
            found.append(Rule(said, functools.partial(_one_of, name, column.one_of)))
        if column.between:
            said = f"{name} is between {column.between[0]} and {column.between[1]}"
            found.append(Rule(said, functools.partial(_between, name, column.type, column.between)))
    return [*found, *table.rules]


def check_table(engine: Engine, table: Table, rows: ir.Table, *, where: str) -> tuple[int, dict[str, int]]:
    """The number of rows, and of those that break what some may break. Raises RefusedError, with rows named."""
    rules = rules_of(table)
    broken = {f"rule_{n}": _count(rows, rule) for n, rule in enumerate(rules)}
    (counts,) = engine.fetch(rows.aggregate(n_rows=rows.count(), **broken)).to_pylist()
    n_rows = int(counts["n_rows"])
    suffered: dict[str, int] = {}
    for number, rule in enumerate(rules):
        n_broken = int(counts[f"rule_{number}"])
        if n_broken > rule.allow_share * n_rows:
            few = rows.filter(_breaks(rows, rule))
            raise _refused(engine, table, rule.name, few, n_broken, where=where)
        if n_broken:
            suffered[rule.name] = n_broken
    twice = rows.group_by([rows[name] for name in table.key]).aggregate(n_rows=rows.count())
    twice = twice.filter(twice.n_rows > 1)
    if n_twice := int(engine.fetch(twice.aggregate(n=twice.count())).to_pylist()[0]["n"]):
        said = f"{', '.join(table.key)} name one row"
        raise _refused(engine, table, said, twice.select(*table.key), n_twice, where=where)
    return n_rows, suffered


def _count(rows: ir.Table, rule: Rule) -> ir.IntegerValue:
    """Of the rows that break it; Spark counts none of unknown ones as unknown."""
    return ibis.coalesce(rows.count(where=_breaks(rows, rule)), 0)


def _breaks(rows: ir.Table, rule: Rule) -> ir.BooleanValue:
    return ~rule.holds(rows)  # unknown where that is: neither counted nor kept by a filter


def _refused(engine: Engine, table: Table, rule: str, rows: ir.Table, n_broken: int, *, where: str) -> RefusedError:
    names = [name for name in (table.name_rows or table.key) if name in rows.columns]
    some = rows.select(*names).order_by(names).limit(NAMED)
    said = [_row(one) for one in engine.fetch(some).to_pylist()]
    more = f" and {n_broken - len(said):,} more" if n_broken > len(said) else ""
    return RefusedError(
        f"it must hold that {rule}, and {n_broken:,} rows break it: {'; '.join(said)}{more}",
        where=where,
        remedy="The last good table stays; look at those rows at the publisher, or collect another release",
    )


def _row(row: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.items())


def _given(name: str, rows: ir.Table) -> ir.BooleanValue:
    return rows[name].notnull()


def _one_of(name: str, values: tuple[str, ...], rows: ir.Table) -> ir.BooleanValue:
    return functools.reduce(operator.or_, [rows[name] == value for value in values])


def _between(name: str, kind: str, bounds: tuple[str | float, str | float], rows: ir.Table) -> ir.BooleanValue:
    low, high = (ibis.date(bound) if kind == "date" else bound for bound in bounds)
    return (rows[name] >= low) & (rows[name] <= high)
