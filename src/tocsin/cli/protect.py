"""`tocsin protect`: who told the desk and under which conditions; sealed, revealed with a reason, erased on request."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.box import SIMPLE
from rich.table import Table

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption
from tocsin.cli.output import AsJson, out, say_json
from tocsin.cli.reading import FileArgument, read_struct
from tocsin.cli.records import (
    ByOption,
    ReasonOption,
    SeenOption,
    SituationOption,
    get_person,
    open_records,
    say_version,
)

if TYPE_CHECKING:
    from tocsin.records.models import Record, Version

app = typer.Typer(no_args_is_help=True, help="Protect who told the desk, and people at risk.")

KindArgument = Annotated[
    str, typer.Argument(metavar="KIND", help="witness, contact, exact-place, note, consent or handling.")
]
PathArgument = Annotated[str, typer.Argument(metavar="PATH", help="Which record, as witness/W1.")]
WitnessArgument = Annotated[str, typer.Argument(metavar="WITNESS", help="The witness's key, as W1.")]
Why = Annotated[str, typer.Option("--reason", "-m", help="Why; kept with who looked and when.")]


@app.command()
def record(
    kind: KindArgument,
    file: FileArgument,
    key: Annotated[str, typer.Option(help="Its key, as W1. Use one that says nothing.")],
    by: ByOption,
    situation: SituationOption,
    about: Annotated[
        list[str] | None, typer.Option("--about", help="What it concerns, as claim/C01; kept in clear. Repeatable.")
    ] = None,
    witness: Annotated[str, typer.Option(help="For a consent: the key of the witness.")] = "",
    seen: SeenOption = None,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Record what must be known and not told. Witnesses, contacts, exact places and notes are encrypted.

    Remove the file afterwards; `-` reads standard input and leaves none.

    Example: `tocsin protect record witness - --key W1 --about claim/C42 -s armenia-azerbaijan --by ani < w1.toml`

    Exit codes: 0 recorded; 1 not allowed, changed meanwhile, or the file does not say such a record.
    """
    folder = open_records(desk)
    from tocsin.core.model.protected import Consent, Handling
    from tocsin.records.keyring import Keyring
    from tocsin.records.nouns import get_noun
    from tocsin.records.queries import get_record, get_situation
    from tocsin.review.protection import actions

    where, who, when = get_situation(situation), get_person(by), parse_at(at)
    noun = get_noun(kind)
    if kind == "consent":
        version = actions.record_consent(
            by=who, at=when, witness=get_record("witness", witness, situation=where),
            consent=read_struct(file, Consent), key=key, seen=seen, reason=reason,
        )  # fmt: skip
    elif kind == "handling":
        version = actions.record_handling(
            by=who, at=when, situation=where, key=key, handling=read_struct(file, Handling), seen=seen, reason=reason
        )
    else:
        content: Any = read_struct(file, noun.seals or noun.struct)
        version = actions.record_sealed(
            by=who, at=when, keys=Keyring(folder.confidential_key_path), situation=where, kind=kind, key=key,
            content=content, about=tuple(about or ()), seen=seen, reason=reason,
        )  # fmt: skip
    say_version(version, as_json)


@app.command(name="list")
def list_(situation: SituationOption, desk: DeskOption = Path(), as_json: AsJson = False) -> None:
    """List what confidential records there are, never what they say.

    Example: `tocsin protect list -s armenia-azerbaijan`

    Exit codes: 0 listed; 1 no such situation.
    """
    open_records(desk)
    from tocsin.records.queries import get_situation
    from tocsin.review.protection import queries

    kept = queries.listed(get_situation(situation))
    if as_json:
        say_json(msgspec.to_builtins(kept))
        return
    table = Table(box=SIMPLE, show_edge=False)
    for column in ("record", "about", "version", "entered by", ""):
        table.add_column(column)
    for each in kept:
        row = (f"{each.kind}/{each.key}", ", ".join(each.about), str(each.version), each.entered_by)
        table.add_row(*row, "erased" if each.erased else "sealed")
    out.print(table)


@app.command()
def reveal(
    path: PathArgument,
    by: ByOption,
    situation: SituationOption,
    reason: Why,
    version: Annotated[int | None, typer.Option(help="Which version.", min=1, show_default="the newest")] = None,
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Show what a confidential record says, to a reviewer or to whoever entered it. That they looked is kept for good.

    Example: `tocsin protect reveal witness/W1 -s armenia-azerbaijan --by rita -m "ask whether C42 still holds"`

    Exit codes: 0 shown; 1 not allowed, erased, or no such record.
    """
    folder = open_records(desk)
    from tocsin.records.keyring import Keyring
    from tocsin.records.queries import newest
    from tocsin.review.protection import actions
    from tocsin.warn.toml_writing import document, fields

    found = _record(path, situation)
    which = newest(found) if version is None else _version(found, version)
    keys = Keyring(folder.confidential_key_path)
    said = actions.reveal(by=get_person(by), at=parse_at(at), keys=keys, version=which, reason=reason)
    if as_json:
        say_json({"path": found.path, "version": which.number, "content": msgspec.to_builtins(said)})
    else:
        typer.echo(document(fields(said), f"{found.path} version {which.number}. Confidential"), nl=False)


@app.command()
def looks(
    path: Annotated[str, typer.Argument(metavar="[PATH]", help="Only this record, by its whole path.")] = "",
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """List who looked at what is confidential, or was refused, when and why.

    Example: `tocsin protect looks --desk my-desk`

    Exit codes: 0 listed; 1 this is no desk.
    """
    open_records(desk)
    from tocsin.review.protection import queries

    found = list(queries.looks(path))
    if as_json:
        say_json(msgspec.to_builtins(found))
        return
    table = Table(box=SIMPLE, show_edge=False)
    for column in ("at", "by", "record", "version", "why", ""):
        table.add_column(column)
    for each in found:
        table.add_row(each.at, each.by, each.path, str(each.version), each.reason, "refused" if each.refused else "")
    out.print(table)


@app.command()
def withdraw(
    witness: WitnessArgument,
    by: ByOption,
    situation: SituationOption,
    reason: ReasonOption = "withdrawn at the request of the source",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Withdraw a witness's consent at their request: it cannot be undone.

    Their data key is destroyed; claims that rest on them are withdrawn; a sign-off of a draft that carries one is void.
    Warnings that were issued with one must be updated: `tocsin warn without-withdrawn` opens that draft.

    Example: `tocsin protect withdraw W1 -s armenia-azerbaijan --by rita`

    Exit codes: 0 withdrawn; 1 not allowed, or no such witness.
    """
    open_records(desk)
    from tocsin.records.queries import get_record, get_situation
    from tocsin.review.protection import actions
    from tocsin.warn.queries import warnings

    when, where = parse_at(at), get_situation(situation)
    found = get_record("witness", witness, situation=where)
    done = actions.withdraw_consent(by=get_person(by), at=when, witness=found, reason=reason)
    due = [each.warning for each in warnings(on=when.date(), situation=where) if each.must_update]
    if as_json:
        say_json({**msgspec.to_builtins(done), "must_be_updated": due})
        return
    out.print(f"withdrawn: {found.path}; nobody can read it any more", markup=False)
    if done.claims:
        out.print(f"claims that no longer stand: {', '.join(done.claims)}", markup=False)
    for warning in due:
        out.print(f"{warning} must be updated: tocsin warn without-withdrawn {warning} --by NAME", markup=False)


@app.command()
def erase(
    path: PathArgument,
    by: ByOption,
    situation: SituationOption,
    reason: Annotated[str, typer.Option("--reason", "-m", help="Why; not what it said.")],
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Make a confidential record unreadable for good by destroying its data key; that it was there stays on record.

    Example: `tocsin protect erase note/N3 -s armenia-azerbaijan --by rita -m "no longer needed"`

    Exit codes: 0 erased; 1 not allowed, erased before, or no such record.
    """
    open_records(desk)
    from tocsin.review.protection import actions

    found = actions.erase(by=get_person(by), at=parse_at(at), record=_record(path, situation), reason=reason)
    if as_json:
        say_json({"path": found.path, "erased": True})
    else:
        out.print(f"erased {found.path}", markup=False)


@app.command()
def rotate_key(
    by: Annotated[str, typer.Option("--by", help="The administrator who acts.", envvar="TOCSIN_BY")],
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Change the key to what is confidential, and destroy the old one: after an erasure, and when somebody leaves.

    Copies of the database made before can then no longer be read, unless somebody kept the old key. Keep a copy of the
    new one where the desk's backups are not.

    Example: `tocsin protect rotate-key --by admin`

    Exit codes: 0 changed; 1 not allowed, or the key in use is missing.
    """
    folder = open_records(desk)
    from tocsin.records.keyring import Keyring
    from tocsin.review.protection import actions

    keys = Keyring(folder.confidential_key_path)
    n_keys = actions.rotate_key(by=get_person(by), at=parse_at(at), keys=keys, reason=reason)
    if as_json:
        say_json({"data_keys": n_keys, "file": str(keys.path)})
    else:
        out.print(f"{n_keys} data keys are wrapped by a new key; the old one is gone", markup=False)


def _record(path: str, situation: str) -> Record:
    from tocsin.records.queries import get_situation
    from tocsin.review.protection.queries import about_record

    return about_record(path, get_situation(situation))


def _version(found: Record, number: int) -> Version:
    from tocsin.records.queries import UnknownRecordError

    version = found.versions.select_related("record", "act__by").filter(number=number).first()
    if version is None:
        raise UnknownRecordError(f"{found} has no version {number}", remedy=f"It has {found.head}")
    return version
