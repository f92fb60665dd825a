"""`tocsin review`: enter what was said, grade it, record the other side, accept it or say why not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption
from tocsin.cli.output import AsJson, say_json, say_rows
from tocsin.cli.reading import FileArgument, read_struct
from tocsin.cli.records import (
    ByOption,
    ReasonOption,
    SeenOption,
    SituationOption,
    get_person,
    get_record_in,
    open_records,
    say_step,
    say_version,
)

if TYPE_CHECKING:
    from tocsin.records.models import Record

app = typer.Typer(no_args_is_help=True, help="Enter evidence, grade it, record the other side, accept it.")

KindArgument = Annotated[
    str, typer.Argument(metavar="KIND", help="claim, source, place, event, figure, actor, group, map or situation.")
]
ClaimArgument = Annotated[str, typer.Argument(metavar="CLAIM", help="The claim's id, as C01.")]
PathArgument = Annotated[
    str, typer.Argument(metavar="PATH", help="Which record: claim/C01, or claim/C01/grade/admiralty.")
]


@app.command()
def record(
    kind: KindArgument,
    file: FileArgument,
    by: ByOption,
    situation: SituationOption,
    key: Annotated[str, typer.Option(help="Its key, where the record has no id of its own.")] = "",
    candidate: Annotated[str, typer.Option(help="For a claim: the machine's candidate that it is made of.")] = "",
    seen: SeenOption = None,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Record a claim, a source, a place ...: a new one, or a new version of one (say with --seen which you read).

    Nothing is overwritten: an older version stays, with who made it, when and why.

    Example: `tocsin review record claim c42.toml --situation armenia-azerbaijan --by ani`

    Exit codes: 0 recorded; 1 not allowed, changed meanwhile, or the file does not say such a record.
    """
    open_records(desk)
    from tocsin.core.model.claims import Claim
    from tocsin.core.model.judgement import SituationScope
    from tocsin.records.nouns import get_noun
    from tocsin.records.queries import get_situation
    from tocsin.review import actions

    who, when = get_person(by), parse_at(at)
    if kind == "situation":
        scope = read_struct(file, SituationScope)
        version = actions.open_situation(by=who, at=when, key=situation, scope=scope, seen=seen, reason=reason)
    elif kind == "claim":
        claim = read_struct(file, Claim)
        version = actions.record_claim(
            by=who, at=when, situation=get_situation(situation), claim=claim, seen=seen, reason=reason,
            candidate=candidate,
        )  # fmt: skip
    else:
        content: Any = read_struct(file, get_noun(kind).struct)
        version = actions.record_evidence(
            by=who, at=when, situation=get_situation(situation), kind=kind, key=key or getattr(content, "id", ""),
            content=content, seen=seen, reason=reason,
        )  # fmt: skip
    say_version(version, as_json)


@app.command()
def dismiss(
    candidates: Annotated[list[str], typer.Argument(metavar="CANDIDATE...", help="Which candidates, by id.")],
    by: ByOption,
    situation: SituationOption,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Say that nothing is to be made of machines' candidates, and why. They are kept.

    Example: `tocsin review dismiss K7 K9 --reason "a repeat of C12" -s armenia-azerbaijan --by ani`

    Exit codes: 0 dismissed; 1 not allowed, no reason, or a claim was made of it.
    """
    open_records(desk)
    from tocsin.records.queries import get_record, get_situation
    from tocsin.review import actions

    where = get_situation(situation)
    found = [get_record("candidate", each, situation=where) for each in candidates]
    steps = actions.dismiss_candidates(
        by=get_person(by), at=parse_at(at), situation=where, candidates=found, reason=reason
    )
    say_rows([{"candidate": step.record.key, "state": step.after} for step in steps], as_json)


@app.command()
def grade(
    claim: ClaimArgument,
    source: Annotated[str, typer.Option(help="The source: A fully reliable to E unreliable; F cannot be judged.")],
    information: Annotated[str, typer.Option(help="This report: 1 confirmed to 5 improbable; 6 cannot be judged.")],
    reason: Annotated[str, typer.Option("--reason", "-m", help="Why; kept and published with the grade.")],
    by: ByOption,
    situation: SituationOption,
    seen: SeenOption = None,
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Grade a claim by the Admiralty code. Earlier grades stay, each with who gave it and why.

    Example: `tocsin review grade C42 --source C --information 3 -m "one report" -s armenia-azerbaijan --by ani`

    Exit codes: 0 graded; 1 not allowed, changed meanwhile, or no such grade.
    """
    open_records(desk)
    from tocsin.core.model.claims import Grade
    from tocsin.review import actions

    who, when = get_person(by), parse_at(at)
    said = {"source": source, "information": information, "by": who.name, "date": f"{when:%Y-%m-%d}", "reason": reason}
    try:
        given = msgspec.convert(said, Grade)
    except msgspec.ValidationError as error:
        raise actions.ReviewError(
            f"{source}{information} is no grade", remedy="Letters A to F, digits 1 to 6"
        ) from error
    say_version(
        actions.grade_claim(by=who, at=when, claim=get_record_in(situation, "claim", claim), grade=given, seen=seen),
        as_json,
    )


@app.command()
def other_side(
    claim: ClaimArgument,
    holder: Annotated[str, typer.Option("--of", help="Who holds this position.")],
    text: Annotated[str, typer.Option(help="What they say.")],
    by: ByOption,
    situation: SituationOption,
    seen: Annotated[int, typer.Option(help="The version of the claim that you read.", min=1)],
    source: Annotated[list[str] | None, typer.Option(help="Id of a source in which they say it.")] = None,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Record what another side says about a claim; the claim is contested from then on.

    Example: `tocsin review other-side C42 --of "A ministry" --text "Denies it." --source R08 --seen 1 -s SIT --by ani`

    Exit codes: 0 recorded; 1 not allowed, or changed meanwhile.
    """
    open_records(desk)
    from tocsin.core.model.claims import Position
    from tocsin.core.model.sources import Citation
    from tocsin.review import actions

    cited = tuple(Citation(source=each) for each in source or ())
    position = Position(by=holder, text=text, sources=cited, basis="source" if cited else "general")
    say_version(
        actions.record_other_side(
            by=get_person(by), at=parse_at(at), claim=get_record_in(situation, "claim", claim), position=position,
            seen=seen, reason=reason,
        ),
        as_json,
    )  # fmt: skip


@app.command()
def accept(
    claim: ClaimArgument,
    by: ByOption,
    situation: SituationOption,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Say that a claim may stand in a warning: attributed, sourced, graded. Not that it is true.

    Example: `tocsin review accept C42 --situation armenia-azerbaijan --by rita`

    Exit codes: 0 accepted; 1 not allowed, not graded, or not from where it stands.
    """
    _review("accept_claim", claim, by, situation, reason, desk, at, as_json)


@app.command()
def reject(
    claim: ClaimArgument,
    by: ByOption,
    situation: SituationOption,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Say that a claim may not stand in a warning, and why. It is kept.

    Example: `tocsin review reject C42 --reason "no source" --situation armenia-azerbaijan --by rita`

    Exit codes: 0 rejected; 1 not allowed, no reason, or not from where it stands.
    """
    _review("reject_claim", claim, by, situation, reason, desk, at, as_json)


@app.command()
def withdraw(
    claim: ClaimArgument,
    by: ByOption,
    situation: SituationOption,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Take back that a claim may stand. A signed draft that carries it is no longer signed.

    Example: `tocsin review withdraw C42 --reason "the source retracted it" -s armenia-azerbaijan --by rita`

    Exit codes: 0 withdrawn; 1 not allowed, no reason, or not from where it stands.
    """
    _review("withdraw_claim", claim, by, situation, reason, desk, at, as_json)


@app.command()
def reopen(
    claim: ClaimArgument,
    by: ByOption,
    situation: SituationOption,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Put a rejected or withdrawn claim up for review again.

    Example: `tocsin review reopen C42 --reason "a source was found" -s armenia-azerbaijan --by ani`

    Exit codes: 0 reopened; 1 not allowed, no reason, or not from where it stands.
    """
    _review("reopen_claim", claim, by, situation, reason, desk, at, as_json)


@app.command()
def show(path: PathArgument, situation: SituationOption, desk: DeskOption = Path(), as_json: AsJson = False) -> None:
    """Print a record as it stands, as TOML that can be changed and recorded again.

    Example: `tocsin review show claim/C01 --situation armenia-azerbaijan > c01.toml`

    Exit codes: 0 shown; 1 there is no such record.
    """
    open_records(desk)
    from tocsin.records.queries import newest, said
    from tocsin.warn.toml_writing import document, fields

    version = newest(_record(path, situation))
    content = said(version)
    if as_json:
        say_json({"version": version.number, "state": version.record.state, "content": msgspec.to_builtins(content)})
    else:
        stands = f", {version.record.state}" if version.record.state else ""
        typer.echo(document(fields(content), f"{version.record} version {version.number}{stands}"), nl=False)


@app.command()
def history(path: PathArgument, situation: SituationOption, desk: DeskOption = Path(), as_json: AsJson = False) -> None:
    """List every version and step of a record: who, when, why.

    Example: `tocsin review history claim/C01 --situation armenia-azerbaijan`

    Exit codes: 0 listed; 1 there is no such record.
    """
    open_records(desk)
    from tocsin.records.models import Version
    from tocsin.records.queries import history as history_of

    rows = [
        {
            "at": f"{row.act.at:%Y-%m-%dT%H:%M:%SZ}",
            "by": row.act.by.username if row.act.by else "",
            "what": f"version {row.number}" if isinstance(row, Version) else f"{row.verb}: {row.after}",
            "reason": row.reason,
        }
        for row in history_of(_record(path, situation))
    ]
    say_rows(rows, as_json)


@app.command(name="list")
def list_(
    kind: KindArgument,
    situation: SituationOption,
    state: Annotated[str, typer.Option(help="Only those that stand there, as proposed.")] = "",
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """List the records of a kind in a situation, with where each stands.

    Example: `tocsin review list claim --situation armenia-azerbaijan --state proposed`

    Exit codes: 0 listed; 1 there is no such situation.
    """
    open_records(desk)
    from tocsin.records.queries import get_situation

    found = get_situation(situation).records.filter(kind=kind).order_by("key")
    if state:
        found = found.filter(state=state)
    say_rows([{"key": each.key, "state": each.state, "version": each.head} for each in found], as_json)


def _review(
    action: str, claim: str, by: str, situation: str, reason: str, desk: Path, at: str | None, as_json: bool
) -> None:
    open_records(desk)
    from tocsin.review import actions

    found = get_record_in(situation, "claim", claim)
    step = getattr(actions, action)(by=get_person(by), at=parse_at(at), claim=found, reason=reason)
    say_step(step, as_json)


def _record(path: str, situation: str) -> Record:
    from tocsin.records.queries import get_by_path

    return get_by_path(f"situation/{situation}/{path}")
