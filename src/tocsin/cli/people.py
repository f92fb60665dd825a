"""`tocsin people`: who is at the desk, and what they may do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.table import Table

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption
from tocsin.cli.output import AsJson, out, say_json
from tocsin.cli.records import ReasonOption, get_person, open_records

app = typer.Typer(no_args_is_help=True, help="Who is at the desk, and what they may do.")

PersonArgument = Annotated[str, typer.Argument(metavar="PERSON", help="Their name at the desk.")]
RoleOption = Annotated[
    str | None, typer.Option("--role", help="observer, analyst, reviewer, publisher or administrator.")
]
InOption = Annotated[
    str | None, typer.Option("--situation", "-s", help="Only in this situation.", show_default="everywhere")
]
Admin = Annotated[str | None, typer.Option("--by", help="The administrator who acts; nobody for the first person.")]


@app.command()
def add(
    person: PersonArgument,
    name: Annotated[str, typer.Option(help="Their name as it may be published.")],
    email: Annotated[str, typer.Option(help="Their address.")] = "",
    role: RoleOption = None,
    situation: InOption = None,
    by: Admin = None,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Bring somebody to the desk, or give somebody who is there another role.

    The first person becomes the administrator.

    Example: `tocsin people add ani --name "Ani A." --role analyst --by admin`

    Exit codes: 0 done; 1 not allowed, or a role or situation that does not exist.
    """
    open_records(desk)
    from tocsin.records.models import Person
    from tocsin.records.people import actions
    from tocsin.records.queries import get_situation

    admin = get_person(by) if by else None
    when = parse_at(at)
    found = Person.objects.filter(username=person).first()
    if found is None:
        found = actions.add_person(by=admin, at=when, username=person, name=name, email=email, reason=reason)
    if role:
        where = get_situation(situation) if situation else None
        actions.grant_role(by=admin or found, at=when, person=found, role=role, situation=where, reason=reason)
    if as_json:
        say_json({"person": person, "role": role, "situation": situation})
    else:
        out.print(f"{person} is at the desk{f' as {role}' if role else ''}", markup=False)


@app.command()
def revoke(
    person: PersonArgument,
    by: Annotated[str, typer.Option("--by", help="The administrator who acts.")],
    role: RoleOption = None,
    situation: InOption = None,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Take a role away; without --role, end somebody's access. What they decided stays theirs.

    Example: `tocsin people revoke ani --role analyst --by admin --reason "left the team"`

    Exit codes: 0 done; 1 not allowed, or no such person.
    """
    open_records(desk)
    from tocsin.records.people import actions
    from tocsin.records.queries import get_situation

    found, admin, when = get_person(person), get_person(by), parse_at(at)
    if role:
        where = get_situation(situation) if situation else None
        actions.revoke_role(by=admin, at=when, person=found, role=role, situation=where, reason=reason)
    else:
        actions.deactivate_person(by=admin, at=when, person=found, reason=reason)
    if as_json:
        say_json({"person": person, "role": role, "active": found.is_active})
    else:
        out.print(f"{person} is no longer {role or 'at the desk'}", markup=False)


@app.command(name="list")
def list_(desk: DeskOption = Path(), as_json: AsJson = False) -> None:
    """List the people of the desk with their roles.

    Example: `tocsin people list --desk my-desk`

    Exit codes: 0 listed; 1 this is no desk.
    """
    open_records(desk)
    from tocsin.records.people.queries import everybody

    rows = [
        {
            "person": person.username,
            "name": person.name,
            "active": person.is_active,
            "roles": {where or "everywhere": sorted(roles) for where, roles in held.items()},
        }
        for person, held in everybody()
    ]
    if as_json:
        say_json(rows)
        return
    table = Table(box=SIMPLE, show_edge=False)
    for column in ("person", "name", "roles"):
        table.add_column(column)
    for row in rows:
        roles = "; ".join(f"{', '.join(names)} ({where})" for where, names in row["roles"].items())
        table.add_row(row["person"], row["name"], roles if row["active"] else "left the desk")
    out.print(table)
