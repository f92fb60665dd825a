"""`tocsin warn`, the desk's side: draft, submit, sign off, issue, update, cancel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption, find_desk
from tocsin.cli.output import AsJson, out, say_json
from tocsin.cli.reading import FileArgument, read_struct
from tocsin.cli.records import ByOption, ReasonOption, get_person, open_records, say_step, say_version
from tocsin.cli.second_factor import CodeOption, show_code
from tocsin.warn.edition_store import EditionStore

if TYPE_CHECKING:
    from tocsin.records.models import Record
    from tocsin.warn.issue import CheckFailedError

WarningArgument = Annotated[str, typer.Argument(metavar="WARNING", help="The warning's permanent id.")]
SeenNumber = Annotated[int, typer.Option("--seen", help="The version of the draft that you read.", min=1)]
WhichList = Annotated[
    str,
    typer.Argument(
        metavar="LIST", help="claims, events, figures, recommendations, sources, places, series or incidents."
    ),
]
Keys = Annotated[list[str], typer.Argument(metavar="KEY...", help="Which records, by id.")]


def draft(warning: WarningArgument, desk: DeskOption = Path(), at: AtOption = None, as_json: AsJson = False) -> None:
    """Print the open draft as TOML that can be changed and put back; --json adds what the rules find, and the diff.

    Example: `tocsin warn draft GW-2023-10-ARM-AZE > draft.toml`

    Exit codes: 0 shown; 1 there is no open draft.
    """
    folder = open_records(desk)
    from tocsin.core.model.judgement import Draft
    from tocsin.records.queries import get_bulletin, newest
    from tocsin.warn import queries
    from tocsin.warn.assembly import assemble
    from tocsin.warn.toml_writing import document, fields

    found = queries.get_open_draft(get_bulletin(warning))
    version = newest(found)
    text = version.read(Draft)
    if not as_json:
        heading = f"{warning}: draft {found.key}, version {version.number}, {found.state}"
        typer.echo(document(fields(text), heading), nl=False)
        return
    assembled = assemble(found)
    store = EditionStore(folder.editions)
    latest = queries.latest_edition(store, warning)
    problems = queries.problems(
        assembled, found, on=parse_at(at).date(), previous=latest.content if latest else None, desk=folder
    )
    explained, left = queries.diff(found, store) if latest else ([], [])
    say_json(
        {
            "draft": found.key,
            "version": version.number,
            "state": found.state,
            "content_sha256": assembled.sha256,
            "text": msgspec.to_builtins(text),
            "problems": msgspec.to_builtins(problems),
            "changes_explained": msgspec.to_builtins(explained),
            "other_differences": msgspec.to_builtins(left),
        }
    )


def edit(
    warning: WarningArgument,
    file: FileArgument,
    by: ByOption,
    seen: SeenNumber,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Put back a draft that was changed. What was submitted or signed is void from then on.

    Example: `tocsin warn edit GW-2023-10-ARM-AZE draft.toml --seen 1 --by ani`

    Exit codes: 0 changed; 1 not allowed, changed meanwhile, or the file says no draft.
    """
    found = open_draft(warning, desk)
    from tocsin.core.model.judgement import Draft
    from tocsin.warn import actions

    text = read_struct(file, Draft)
    say_version(
        actions.edit_draft(by=get_person(by), at=parse_at(at), draft=found, text=text, seen=seen, reason=reason),
        as_json,
    )


def include(
    warning: WarningArgument,
    name: WhichList,
    keys: Keys,
    by: ByOption,
    seen: SeenNumber,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Let the open draft carry records. Nothing goes out that a draft does not name.

    Example: `tocsin warn include GW-2023-10-ARM-AZE claims C42 --seen 1 --by ani`

    Exit codes: 0 taken in; 1 not allowed, or changed meanwhile.
    """
    found = open_draft(warning, desk)
    from tocsin.warn import actions

    say_version(
        actions.include(
            by=get_person(by), at=parse_at(at), draft=found, name=name, keys=tuple(keys), seen=seen, reason=reason
        ),
        as_json,
    )


def exclude(
    warning: WarningArgument,
    name: WhichList,
    keys: Keys,
    by: ByOption,
    seen: SeenNumber,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Let the open draft no longer carry records.

    Example: `tocsin warn exclude GW-2023-10-ARM-AZE claims C42 --seen 2 --by ani -m "withdrawn"`

    Exit codes: 0 left out; 1 not allowed, or changed meanwhile.
    """
    found = open_draft(warning, desk)
    from tocsin.warn import actions

    say_version(
        actions.exclude(
            by=get_person(by), at=parse_at(at), draft=found, name=name, keys=tuple(keys), seen=seen, reason=reason
        ),
        as_json,
    )


def submit(
    warning: WarningArgument,
    by: ByOption,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Put the open draft before a second person, word for word. The rules must find no error.

    Example: `tocsin warn submit GW-2023-10-ARM-AZE --by ani`

    Exit codes: 0 submitted; 1 not allowed, or not from where it stands; 3 the draft has errors.
    """
    folder = open_records(desk)
    found = open_draft(warning, desk)
    from tocsin.warn import actions
    from tocsin.warn.issue import CheckFailedError

    try:
        submission = actions.submit(by=get_person(by), at=parse_at(at), desk=folder, draft=found, reason=reason)
    except CheckFailedError as error:
        _fail(error, as_json)
    if as_json:
        say_json({"draft": found.path, "submission": submission.number, "content_sha256": submission.content_sha256})
    else:
        out.print(f"submitted {found.path} as {submission.content_sha256}", markup=False)


def sign_off(
    warning: WarningArgument,
    by: ByOption,
    statement: Annotated[str, typer.Option("--statement", "-m", help="What you want to be remembered.")] = "",
    code: CodeOption = None,
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Answer for what was submitted. Nobody signs off what they drafted or changed since the last sign-off.

    Whoever has a second factor shows it with --code; on an `Actual` desk everybody must.

    Example: `tocsin warn sign-off GW-2023-10-ARM-AZE --by rita`

    Exit codes: 0 signed; 1 not allowed, your own work, no second factor, or it was changed meanwhile.
    """
    found = open_draft(warning, desk)
    from tocsin.warn import actions

    person, when = get_person(by), parse_at(at)
    proof = show_code(find_desk(desk), person, code, "warn.sign_off", when)
    signed = actions.sign_off(by=person, at=when, draft=found, statement=statement, proof=proof)
    if as_json:
        say_json({"draft": found.path, "by": by, "content_sha256": signed.content_sha256})
    else:
        out.print(f"{by} signed off {found.path}: {signed.content_sha256}", markup=False)


def send_back(
    warning: WarningArgument,
    by: ByOption,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Give a submitted or signed draft back to be written, with the reason.

    Example: `tocsin warn send-back GW-2023-10-ARM-AZE --by rita -m "C42 needs the other side"`

    Exit codes: 0 sent back; 1 not allowed, or no reason.
    """
    found = open_draft(warning, desk)
    from tocsin.warn import actions

    say_step(actions.send_back(by=get_person(by), at=parse_at(at), draft=found, reason=reason), as_json)


def abandon(
    warning: WarningArgument,
    by: ByOption,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Give the open draft up. It is kept.

    Example: `tocsin warn abandon GW-2023-10-ARM-AZE --by ani -m "overtaken"`

    Exit codes: 0 abandoned; 1 not allowed, or no reason.
    """
    found = open_draft(warning, desk)
    from tocsin.warn import actions

    say_step(actions.abandon_draft(by=get_person(by), at=parse_at(at), draft=found, reason=reason), as_json)


def issue_draft(
    warning: WarningArgument,
    by: ByOption,
    code: CodeOption = None,
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Issue the signed draft as an edition: frozen, signed, chained into the log, for good.

    Example: `tocsin warn issue-draft GW-2023-10-ARM-AZE --by petra`

    Exit codes: 0 issued; 1 not allowed, not signed, no second factor, or changed since; 3 the draft has errors.
    """
    folder = open_records(desk)
    found = open_draft(warning, desk)
    person, when = get_person(by), parse_at(at)
    proof = show_code(folder, person, code, "warn.issue", when)
    from tocsin.warn import actions
    from tocsin.warn.issue import CheckFailedError

    try:
        issued = actions.issue(by=person, at=when, desk=folder, draft=found, proof=proof)
    except CheckFailedError as error:
        _fail(error, as_json)
    path = folder.editions / f"{issued.sha256}.json"
    about = issued.edition.issue
    if as_json:
        say_json({"warning": about.warning, "edition": about.edition, "sha256": issued.sha256, "path": str(path)})
        return
    out.print(f"issued {about.identifier} ({about.message_type}, {about.status}) as {issued.sha256}")
    out.print(str(path))


def update(
    warning: WarningArgument,
    by: ByOption,
    reason: Annotated[str, typer.Option("--reason", "-m", help="Why; it is published.")],
    review_date: Annotated[
        str | None, typer.Option(help="The new day after which it is stale, YYYY-MM-DD.", show_default="as before")
    ] = None,
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Open the next edition of an issued warning in one step: all that it carried, as it now stands on record.

    Example: `tocsin warn update GW-2023-10-ARM-AZE --by ani -m "A new claim" --review-date 2027-03-31`

    Exit codes: 0 opened; 1 not allowed, nothing issued yet, cancelled, or a draft is open already.
    """
    folder = open_records(desk)
    from tocsin.records.queries import get_bulletin
    from tocsin.warn import actions

    opened = actions.update(
        by=get_person(by), at=parse_at(at), desk=folder, bulletin=get_bulletin(warning), reason=reason,
        review_date=review_date,
    )  # fmt: skip
    say_draft(opened, as_json)


def cancel(
    warning: WarningArgument,
    by: ByOption,
    reason: Annotated[str, typer.Option("--reason", "-m", help="Why; it is published.")],
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Draft and submit the cancellation of a warning in one step; a second person signs it off, as ever.

    Example: `tocsin warn cancel GW-2023-10-ARM-AZE --by ani -m "The danger has passed, as the parties state"`

    Exit codes: 0 submitted; 1 not allowed, nothing issued yet, or cancelled already; 3 the draft has errors.
    """
    folder = open_records(desk)
    from tocsin.records.queries import get_bulletin
    from tocsin.warn import actions
    from tocsin.warn.issue import CheckFailedError

    try:
        opened = actions.cancel(
            by=get_person(by), at=parse_at(at), desk=folder, bulletin=get_bulletin(warning), reason=reason
        )
    except CheckFailedError as error:
        _fail(error, as_json)
    say_draft(opened, as_json)


COMMANDS = (
    draft, edit, include, exclude, submit, sign_off, send_back, abandon, issue_draft, update, cancel,
)  # fmt: skip


def open_draft(warning: str, desk: Path) -> Record:
    """The open draft of a warning at a desk."""
    open_records(desk)
    from tocsin.records.queries import get_bulletin
    from tocsin.warn.queries import get_open_draft

    return get_open_draft(get_bulletin(warning))


def say_draft(opened: Record, as_json: bool) -> None:
    """Say where a draft stands."""
    if as_json:
        say_json({"draft": opened.path, "state": opened.state, "version": opened.head})
    else:
        out.print(f"{opened.path} is {opened.state}, version {opened.head}", markup=False)


def _fail(error: CheckFailedError, as_json: bool) -> typer.Exit:
    errors = [each.problem for each in error.problems if each.problem.severity == "error"]
    if as_json:
        say_json(msgspec.to_builtins(errors))
    else:
        for problem in errors:
            out.print(f"{problem.text}. {problem.remedy} ({problem.rule})", style="red", markup=False)
    raise typer.Exit(3) from error
