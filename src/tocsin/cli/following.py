"""`tocsin follow`, those who are told: subscribe, add a webhook, list, unsubscribe."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.table import Table

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption
from tocsin.cli.output import AsJson, out, say_json
from tocsin.cli.records import ByOption, ReasonOption, get_person, open_records
from tocsin.core.errors import TocsinError

SituationsOption = Annotated[
    list[str] | None, typer.Option("--situation", "-s", help="Only this situation; repeatable.", show_default="all")
]
LevelOption = Annotated[str, typer.Option(help="The least level: none, watch, warning or emergency.")]
LanguagesOption = Annotated[
    list[str] | None, typer.Option("--language", help="Only this language; repeatable.", show_default="any")
]
TestsOption = Annotated[bool, typer.Option("--tests", help="Also what is issued with the status Test.")]
SubscriberArgument = Annotated[str, typer.Argument(metavar="SUBSCRIBER", help="As `tocsin follow subscribers` shows.")]


def subscribe(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="An e-mail address, or https://… for a webhook.")],
    by: ByOption,
    situations: SituationsOption = None,
    level: LevelOption = "none",
    languages: LanguagesOption = None,
    tests: TestsOption = False,
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Let somebody be told of editions: a person by e-mail once they have confirmed, a webhook at once.

    A webhook's secret is printed this once. Adding one needs a publisher.

    Example: `tocsin follow subscribe ana@example.org --situation armenia-azerbaijan --level warning --by ani`

    Exit codes: 0 asked, or added; 1 not allowed, no such situation, or an address that cannot be used.
    """
    folder = open_records(desk)
    from tocsin.records.queries import get_situation
    from tocsin.warn.deliver import actions
    from tocsin.warn.deliver.settings import mail_settings, webhook_settings

    for situation in situations or ():
        get_situation(situation)
    person, when = get_person(by), parse_at(at)
    is_webhook = address.strip().startswith(("https://", "http://"))
    wants = _subscription("webhook" if is_webhook else "mail", situations, level, languages, tests)
    if is_webhook:
        allow = webhook_settings(folder).allow_hosts
        added, secret = actions.add_webhook(by=person, at=when, url=address, wants=wants, allow_hosts=allow)
        if as_json:
            say_json({"subscriber": added.key, "state": added.state, "secret": secret})
        else:
            out.print(f"webhook {added.key} is told from now on. Its secret, shown this once:", markup=False)
            out.print(secret, markup=False)
        return
    if mail_settings(folder) is None:
        raise TocsinError(
            "the desk sends no e-mail yet", where=str(folder.settings_path), remedy="Add [mail], with host and sender"
        )
    asked = actions.ask_to_follow(by=person, at=when, address=address, wants=wants)
    key = asked.key if asked else ""
    if as_json:
        say_json({"subscriber": key, "state": asked.state if asked else "asked"})
    elif asked:
        out.print(f"subscriber {key} is sent a message to confirm, when a worker runs", markup=False)
    else:
        out.print("they were sent a message only just now", markup=False)


def unsubscribe(
    subscriber: SubscriberArgument,
    by: ByOption,
    reason: ReasonOption = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """End a subscription and erase the address, as somebody asked. That there was one stays on record.

    Example: `tocsin follow unsubscribe 1f0c7a52b1d94e03 --by ani -m "asked by telephone"`

    Exit codes: 0 erased; 1 not allowed, or no such subscriber.
    """
    open_records(desk)
    from tocsin.warn.deliver import actions, queries

    left = actions.leave(
        by=get_person(by), at=parse_at(at), subscriber=queries.get_subscriber(subscriber), reason=reason
    )
    if as_json:
        say_json({"subscriber": left.key, "state": left.state})
    else:
        out.print(f"{left.key} left; the address is erased", markup=False)


def subscribers(
    everybody: Annotated[bool, typer.Option("--all", help="Also those who left.")] = False,
    desk: DeskOption = Path(),
    as_json: AsJson = False,
) -> None:
    """List who is told of what. Of an address, only the first letter and the host are shown.

    Example: `tocsin follow subscribers --desk my-desk`

    Exit codes: 0 listed; 1 this is no desk.
    """
    open_records(desk)
    from tocsin.warn.deliver import queries

    rows = [
        {
            "subscriber": record.key,
            "state": record.state,
            "channel": chosen.channel,
            "at": hint,
            "situations": list(chosen.situations),
            "level": chosen.level,
            "languages": list(chosen.languages),
            "tests": chosen.tests,
            "version": record.head,
        }
        for record, chosen, hint in queries.subscribers(everybody=everybody)
    ]
    if as_json:
        say_json(rows)
        return
    table = Table(box=SIMPLE, show_edge=False)
    for column in ("subscriber", "state", "channel", "at", "situations", "from level", "languages"):
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(
            row["subscriber"], row["state"], row["channel"], row["at"], ", ".join(row["situations"]) or "all",
            row["level"], ", ".join(row["languages"]) or "any",
        )  # fmt: skip
    out.print(table)


def _subscription(channel, situations, level, languages, tests):  # type: ignore[no-untyped-def]
    import msgspec

    from tocsin.core.model.judgement import Subscription

    said = {"channel": channel, "situations": situations or [], "level": level, "languages": languages or [],
            "tests": tests}  # fmt: skip
    try:
        return msgspec.convert(said, Subscription)
    except msgspec.ValidationError as error:
        raise TocsinError(f"this cannot be chosen: {error}", remedy="See: tocsin follow subscribe --help") from error


COMMANDS = (subscribe, unsubscribe, subscribers)
