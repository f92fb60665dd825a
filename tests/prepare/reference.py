"""The page of docs/reference on prepared tables, made from their declarations."""

from __future__ import annotations

from tocsin.prepare.checks import rules_of
from tocsin.prepare.recipes import CLEAN, READY
from tocsin.prepare.schema import Table

_HEAD = """<!-- Made from the code by `make docs`; change the code instead. -->

# Prepared tables

What `tocsin prepare run` makes of what was collected; see [Prepare tables](../how-to/prepare-tables.md). Deaths are
always `fatalities_low`, `_best` and `_high`. Where a publisher carries no value the
column is empty: empty is not zero.

Clean tables, one for each source, are in the shape of `event`: {clean}.
"""


def pages() -> dict[str, str]:
    """Text of the page by its path from the root of the project."""
    text = _HEAD.format(clean=", ".join(f"`clean/{one.name}`" for one in CLEAN))
    for ready in READY:
        made_of = ", ".join(f"`{name}`" for name in (*ready.reads, *ready.raw))
        text += f"\n## ready/{ready.table.name}\n\n{ready.table.about}\n\nMade of {made_of}. "
        text += f"One row for each {', '.join(f'`{name}`' for name in ready.table.key)}.\n\n{_columns(ready.table)}"
        declared = [one for one in rules_of(ready.table) if one in ready.table.rules]
        text += "\nWhat must hold, besides the bounds above:\n\n"
        for rule in declared:
            share = f" (all but {rule.allow_share:.1%} of the rows: {rule.reason})" if rule.allow_share else ""
            text += f"- {rule.name}{share}\n"
    return {"docs/reference/tables.md": text}


def _columns(table: Table) -> str:
    text = "| column | type | | meaning |\n| --- | --- | --- | --- |\n"
    for name, column in table.columns.items():
        bounds = ", ".join(column.one_of) or ("{} to {}".format(*column.between) if column.between else "")
        said = ", ".join(one for one in ("never empty" if column.required else "", bounds) if one)
        text += f"| `{name}` | {column.type} | {said} | {column.about} |\n"
    return text
