"""`tocsin people token`: tokens of the API, by which a program acts as the person who made one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption
from tocsin.cli.output import AsJson, out, say_json
from tocsin.cli.records import ByOption, ReasonOption, get_person, open_records

app = typer.Typer(no_args_is_help=True, help="Tokens of the API, by which a program acts as the person who made one.")


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for.")],
    by: ByOption,
    scope: Annotated[
        list[str], typer.Option(help="read, review, assess, warn, follow, sign_off or issue; may be repeated.")
    ],
    days: Annotated[int, typer.Option(help="How long it is good for.", min=1, max=366)] = 90,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Make a token for yourself. It is shown this once: only its hash is kept.

    A scope never gives what your roles do not. Send it as `Authorization: Bearer TOKEN`.

    Example: `tocsin people token add "nightly import" --scope read --scope review --by ani`

    Exit codes: 0 made; 1 not at the desk, or a scope beyond your roles.
    """
    open_records(desk)
    from tocsin.records.people.tokens import actions

    made, text = actions.add_token(
        by=get_person(by), at=parse_at(at), name=name, scopes=scope, days=days, reason=reason
    )
    until = made.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    if as_json:
        say_json({"token": text, "handle": made.handle, "scopes": made.scopes.split(), "expires_at": until})
    else:
        out.print(text, markup=False)
        out.print(f"good until {until}; it is not shown again", markup=False)


@app.command()
def revoke(
    handle: Annotated[str, typer.Argument(metavar="HANDLE", help="The token's handle, as the list shows it.")],
    by: ByOption,
    reason: Annotated[str, typer.Option("--reason", "-m", help="Why; kept with what is recorded.")],
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """End a token at once: your own, or as an administrator anybody's.

    Example: `tocsin people token revoke 0123456789abcdef --by ani --reason "the laptop was lost"`

    Exit codes: 0 revoked; 1 not allowed, no such token, or revoked already.
    """
    open_records(desk)
    from tocsin.records.people.tokens import actions, queries

    actions.revoke_token(by=get_person(by), at=parse_at(at), token=queries.get_token(handle), reason=reason)
    if as_json:
        say_json({"handle": handle, "revoked": True})
    else:
        out.print(f"{handle} is revoked", markup=False)


@app.command(name="list")
def list_(
    person: Annotated[str, typer.Option(help="Only theirs.", show_default="everybody's")] = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """List tokens: whose, what for, how far they reach, until when, and when they were last used.

    Example: `tocsin people token list --person ani`

    Exit codes: 0 listed; 1 no such person.
    """
    open_records(desk)
    from tocsin.records.people.tokens import queries

    when = parse_at(at)
    rows = [
        {
            "handle": each.handle,
            "person": each.person.username,
            "name": each.name,
            "scopes": each.scopes,
            "expires_at": each.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "ended": queries.is_ended(each, when),
            "last_used_at": each.use.last_used_at.strftime("%Y-%m-%dT%H:%M:%SZ") if hasattr(each, "use") else "",
        }
        for each in queries.tokens(get_person(person) if person else None)
    ]
    if as_json:
        say_json(rows)
        return
    table = Table(box=SIMPLE, show_edge=False)
    for column in rows[0] if rows else ("none",):
        table.add_column(column)
    for row in rows:
        table.add_row(*(Text(str(value)) for value in row.values()))
    out.print(table)
