"""`tocsin follow`: what was asked of whom, what became of it, and how our expectations came out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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
    get_record_in,
    open_records,
    say_step,
    say_version,
)

app = typer.Typer(
    no_args_is_help=True, help="What was asked, what was done, how expectations came out; and who is told."
)

AskArgument = Annotated[str, typer.Argument(metavar="RECOMMENDATION", help="Its id, as REC-1.")]
ExpectationArgument = Annotated[str, typer.Argument(metavar="EXPECTATION", help="Its id, as X1.")]
InOption = Annotated[str, typer.Option("--situation", "-s", help="Only this situation.", show_default="all")]


@app.command()
def recommend(
    file: FileArgument,
    by: ByOption,
    situation: SituationOption,
    seen: SeenOption = None,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Record what is asked of whom. Tracking it does not endorse it.

    Example: `tocsin follow recommend rec-7.toml --situation armenia-azerbaijan --by ani`

    Exit codes: 0 recorded; 1 not allowed, changed meanwhile, or the file says no recommendation.
    """
    open_records(desk)
    from tocsin.core.model.asks import Recommendation
    from tocsin.follow import actions
    from tocsin.records.queries import get_situation

    version = actions.record_recommendation(
        by=get_person(by), at=parse_at(at), situation=get_situation(situation),
        recommendation=read_struct(file, Recommendation), seen=seen, reason=reason,
    )  # fmt: skip
    say_version(version, as_json)


@app.command()
def respond(
    recommendation: AskArgument,
    file: FileArgument,
    by: ByOption,
    situation: SituationOption,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Add a dated observation of what an addressee did: status, date, text, sources; `none` with its search log.

    Example: `tocsin follow respond REC-1 response.toml --situation armenia-azerbaijan --by ani`

    Exit codes: 0 recorded; 1 not allowed, or the response contradicts those before it.
    """
    open_records(desk)
    from tocsin.core.model.asks import Response
    from tocsin.follow import actions

    version = actions.record_response(
        by=get_person(by), at=parse_at(at), recommendation=get_record_in(situation, "recommendation", recommendation),
        response=read_struct(file, Response), reason=reason,
    )  # fmt: skip
    say_version(version, as_json)


@app.command()
def correct(
    recommendation: AskArgument,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="Which of its responses.", min=1)],
    file: FileArgument,
    by: ByOption,
    situation: SituationOption,
    seen: Annotated[int, typer.Option(help="The version of the response that you read.", min=1)],
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Correct what was recorded of a response, with the reason; what was said before stays in its history.

    Example: `tocsin follow correct REC-1 2 response.toml --seen 1 -m "the vote was in May" -s SIT --by ani`

    Exit codes: 0 corrected; 1 not allowed, no reason, or changed meanwhile.
    """
    open_records(desk)
    from tocsin.core.model.asks import Response
    from tocsin.follow import actions
    from tocsin.records.queries import get_record

    ask = get_record_in(situation, "recommendation", recommendation)
    version = actions.correct_response(
        by=get_person(by), at=parse_at(at), response=get_record("response", str(number), parent=ask),
        says=read_struct(file, Response), seen=seen, reason=reason,
    )  # fmt: skip
    say_version(version, as_json)


@app.command()
def expect(
    file: FileArgument,
    by: ByOption,
    situation: SituationOption,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Put an expectation on record: statement, probability, window, how it will be settled. It is never changed.

    Example: `tocsin follow expect x1.toml --situation armenia-azerbaijan --by ani`

    Exit codes: 0 recorded; 1 not allowed, its window has ended, or it is on record already.
    """
    open_records(desk)
    from tocsin.core.model.judgement import Expectation
    from tocsin.follow import actions
    from tocsin.records.queries import get_situation

    version = actions.record_expectation(
        by=get_person(by), at=parse_at(at), situation=get_situation(situation),
        expectation=read_struct(file, Expectation), reason=reason,
    )  # fmt: skip
    say_version(version, as_json)


@app.command()
def settle(
    expectation: ExpectationArgument,
    file: FileArgument,
    by: ByOption,
    situation: SituationOption,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Say how an expectation came out, with evidence. Somebody else confirms it.

    Example: `tocsin follow settle X1 outcome.toml --situation armenia-azerbaijan --by ani`

    Exit codes: 0 settled; 1 not allowed, no evidence, or its window still runs.
    """
    open_records(desk)
    from tocsin.core.model.judgement import Settlement
    from tocsin.follow import actions

    version = actions.settle_expectation(
        by=get_person(by), at=parse_at(at), expectation=get_record_in(situation, "expectation", expectation),
        settlement=read_struct(file, Settlement), reason=reason,
    )  # fmt: skip
    say_version(version, as_json)


@app.command()
def confirm(
    expectation: ExpectationArgument,
    by: ByOption,
    situation: SituationOption,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Agree with how somebody else settled an expectation; it is scored from then on.

    Example: `tocsin follow confirm X1 --situation armenia-azerbaijan --by rita`

    Exit codes: 0 confirmed; 1 not allowed, your own settlement, or not settled.
    """
    _step("confirm_settlement", expectation, by, situation, reason, desk, at, as_json)


@app.command()
def contest(
    expectation: ExpectationArgument,
    by: ByOption,
    situation: SituationOption,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Disagree with how an expectation was settled: it is open again.

    Example: `tocsin follow contest X1 --reason "the source was retracted" -s armenia-azerbaijan --by rita`

    Exit codes: 0 open again; 1 not allowed, no reason, or not settled.
    """
    _step("contest_settlement", expectation, by, situation, reason, desk, at, as_json)


@app.command()
def withdraw(
    expectation: ExpectationArgument,
    by: ByOption,
    situation: SituationOption,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Give an expectation up. It stays on record, and is shown as withdrawn.

    Example: `tocsin follow withdraw X1 --reason "badly worded" -s armenia-azerbaijan --by ani`

    Exit codes: 0 withdrawn; 1 not allowed, no reason, or confirmed already.
    """
    _step("withdraw_expectation", expectation, by, situation, reason, desk, at, as_json)


@app.command()
def ledger(situation: InOption = "", desk: DeskOption = Path(), as_json: AsJson = False) -> None:
    """List what was asked of whom, and where each stands.

    Example: `tocsin follow ledger --situation armenia-azerbaijan`

    Exit codes: 0 listed; 1 there is no such situation.
    """
    open_records(desk)
    from tocsin.follow import queries
    from tocsin.records.queries import get_situation

    found = queries.ledger(get_situation(situation) if situation else None)
    if as_json:
        say_json(msgspec.to_builtins(found))
        return
    table = Table(box=SIMPLE, show_edge=False)
    for column in ("id", "addressee", "instrument", "status", "as of", "responses"):
        table.add_column(column)
    for each in found:
        ask = each.recommendation
        as_of = each.responses[-1].as_of if each.responses else ""
        names = ", ".join(addressee.name for addressee in ask.addressees)
        table.add_row(ask.id, names, ask.instrument, each.status, as_of, str(len(each.responses)))
    out.print(table)


@app.command()
def track_record(
    situation: InOption = "", desk: DeskOption = Path(), at: AtOption = None, as_json: AsJson = False
) -> None:
    """List every expectation, withdrawn ones included, how each came out, and the Brier score of those that did.

    Example: `tocsin follow track-record`

    Exit codes: 0 listed; 1 there is no such situation.
    """
    open_records(desk)
    from tocsin.follow import queries
    from tocsin.records.queries import get_situation

    found = queries.track_record(on=parse_at(at).date(), situation=get_situation(situation) if situation else None)
    if as_json:
        say_json(msgspec.to_builtins(found))
        return
    table = Table(box=SIMPLE, show_edge=False)
    for column in ("id", "statement", "p", "until", "state", "outcome", "Brier"):
        table.add_column(column)
    for each in found.expectations:
        said = each.expectation
        outcome = each.settlement.outcome if each.settlement else "overdue" if each.overdue else ""
        brier = f"{each.brier:.3f}" if each.brier is not None else ""
        table.add_row(said.id, said.statement, f"{said.p:.2f}", said.window_to, each.state, outcome, brier)
    out.print(table)
    if found.score:
        score = found.score
        out.print(
            f"Brier {score.brier:.3f} over {score.n_scored}; always saying the base rate ({score.base_rate:.0%}) "
            f"would have scored {score.brier_of_base_rate:.3f}"
        )
    out.print(f"{found.n_open} open, {found.n_withdrawn} withdrawn, {found.n_unsettleable} could not be settled")


@app.command()
def publish(
    by: ByOption, reason: ReasonOption = "", desk: DeskOption = Path(), at: AtOption = None, as_json: AsJson = False
) -> None:
    """Freeze for the site how expectations came out, and what was seen of recommendations that an edition carries.

    All of them, withdrawn ones included: nobody chooses which. `tocsin publish` then shows them.

    Example: `tocsin follow publish --by petra`

    Exit codes: 0 frozen; 1 not allowed, something must not go out, or what was published is no longer on record.
    """
    folder = open_records(desk)
    from tocsin.follow import actions

    made = actions.publish(by=get_person(by), at=parse_at(at), desk=folder, reason=reason)
    if as_json:
        say_json({"folder": str(folder.published), "expectations": len(made.expectations), "as_of": made.as_of})
        return
    out.print(
        f"{len(made.expectations)} expectations frozen, and what was seen of recommendations; now: tocsin publish"
    )
    out.print(str(folder.published))


def _step(
    action: str, expectation: str, by: str, situation: str, reason: str, desk: Path, at: str | None, as_json: bool
) -> None:
    open_records(desk)
    from tocsin.follow import actions

    found = get_record_in(situation, "expectation", expectation)
    say_step(getattr(actions, action)(by=get_person(by), at=parse_at(at), expectation=found, reason=reason), as_json)
