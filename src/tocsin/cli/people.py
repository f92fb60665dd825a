"""`tocsin people`: who is at the desk, and what they may do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE
from rich.table import Table

from tocsin.cli import tokens
from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption
from tocsin.cli.output import AsJson, out, say_json
from tocsin.cli.records import ReasonOption, get_person, open_records
from tocsin.warn.desk import DeskFolder

if TYPE_CHECKING:
    from tocsin.records.people.actions import Invited

app = typer.Typer(no_args_is_help=True, help="Who is at the desk, and what they may do.")
app.add_typer(tokens.app, name="token")

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
def invite(
    person: PersonArgument,
    name: Annotated[str, typer.Option(help="Their name as it may be published.")],
    by: Annotated[str, typer.Option("--by", help="The administrator who acts.")],
    email: Annotated[str, typer.Option(help="Their address.")] = "",
    role: RoleOption = None,
    situation: InOption = None,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Bring somebody to the desk, and print the link by which they set their password. It works once, for seven days.

    Example: `tocsin people invite rita --name "Rita R." --role reviewer --by admin`

    Exit codes: 0 invited; 1 not allowed, or a name, role or situation that cannot be.
    """
    folder = open_records(desk)
    from tocsin.records.people import actions
    from tocsin.records.queries import get_situation

    where = get_situation(situation) if situation else None
    invited = actions.invite(
        by=get_person(by), at=parse_at(at), username=person, name=name, email=email, role=role, situation=where,
        reason=reason,
    )  # fmt: skip
    _say_link(folder, invited, as_json)


@app.command()
def password(
    person: PersonArgument,
    by: Annotated[
        str | None, typer.Option("--by", help="The administrator who acts.", show_default="the person, if one")
    ] = None,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Print a link by which somebody sets a new password. It works once, for a day, and voids the link before.

    Their second factor stays. This is how the first administrator comes in.

    Example: `tocsin people password ani --by admin`

    Exit codes: 0 made; 1 not allowed, or no such person.
    """
    folder = open_records(desk)
    from tocsin.records.people import actions

    found = get_person(person)
    admin = get_person(by) if by else found
    _say_link(folder, actions.make_password_link(by=admin, at=parse_at(at), person=found, reason=reason), as_json)


@app.command(name="forget-factor")
def forget_factor(
    person: PersonArgument,
    by: Annotated[str, typer.Option("--by", help="The administrator who acts.")],
    reason: Annotated[str, typer.Option("--reason", "-m", help="How you know that it is they who ask.")],
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Remove every second factor of somebody who lost theirs.

    Example: `tocsin people forget-factor ani --by admin --reason "lost her phone, called from her own number"`

    Exit codes: 0 removed; 1 not allowed, none was set up, or no such person.
    """
    open_records(desk)
    from tocsin.records.people import actions

    actions.remove_factors(by=get_person(by), at=parse_at(at), person=get_person(person), reason=reason)
    if as_json:
        say_json({"person": person, "second_factor": False})
    else:
        out.print(f"{person} has no second factor any more, and can set one up after signing in", markup=False)


def _say_link(desk: DeskFolder, invited: Invited, as_json: bool) -> None:
    from tocsin.web.place import place_of

    address = f"{place_of(desk).address.rstrip('/') or 'http://localhost:8000'}/account/link/{invited.token}/"
    until = invited.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    if as_json:
        say_json({"person": invited.person.username, "link": address, "expires_at": until})
    else:
        out.print(f"for {invited.person.username} only, once, until {until}; shown this one time:", markup=False)
        out.print(address, markup=False, soft_wrap=True)


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


@app.command()
def reactivate(
    person: PersonArgument,
    by: Annotated[str, typer.Option("--by", help="The administrator who acts.")],
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Give somebody back the access that was ended, with the roles that they had.

    Example: `tocsin people reactivate ani --by admin --reason "back from leave"`

    Exit codes: 0 done; 1 not allowed, or no such person.
    """
    open_records(desk)
    from tocsin.records.people import actions

    found = get_person(person)
    actions.reactivate_person(by=get_person(by), at=parse_at(at), person=found, reason=reason)
    if as_json:
        say_json({"person": person, "active": found.is_active})
    else:
        out.print(f"{person} is at the desk again", markup=False)


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
