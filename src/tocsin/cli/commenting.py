"""`tocsin warn comment|answer|comments`: what readers of a draft want changed, and what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.clock import AtOption, parse_at
from tocsin.cli.desk import DeskOption
from tocsin.cli.drafting import WarningArgument, open_draft
from tocsin.cli.output import AsJson, say_rows
from tocsin.cli.records import ByOption, SituationOption, get_person, get_record_in, open_records, say_step, say_version


def comment(
    warning: WarningArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What you want changed or answered.")],
    by: ByOption,
    section: Annotated[
        str, typer.Option(help="The section that it is about: bottom-line, claims, C07, stage-7.", show_default="all")
    ] = "",
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Pin a comment to a section of the open draft. It changes nothing in the draft.

    Example: `tocsin warn comment GW-2023-10-ARM-AZE "Who measured this?" --section C07 --by rita`

    Exit codes: 0 recorded; 1 not allowed, or no draft is open.
    """
    draft = open_draft(warning, desk)
    from tocsin.warn import actions

    said = actions.comment(by=get_person(by), at=parse_at(at), draft=draft, section=section, text=text)
    say_version(said, as_json)


def answer(
    comment: Annotated[str, typer.Argument(metavar="COMMENT", help="The comment's id.")],
    by: ByOption,
    situation: SituationOption,
    reason: Annotated[str, typer.Option("--reason", "-m", help="What was changed, or why nothing was.")],
    desk: DeskOption = Path(),
    at: AtOption = None,
    as_json: AsJson = False,
) -> None:
    """Say what was done about a comment.

    Example: `tocsin warn answer GW-2023-10-ARM-AZE-1-1 -m "The source is cited now" -s armenia-azerbaijan --by ani`

    Exit codes: 0 answered; 1 not allowed, no such comment, or answered already.
    """
    open_records(desk)
    from tocsin.warn import actions

    found = get_record_in(situation, "comment", comment)
    say_step(actions.answer_comment(by=get_person(by), at=parse_at(at), comment=found, reason=reason), as_json)


def comments(warning: WarningArgument, desk: DeskOption = Path(), as_json: AsJson = False) -> None:
    """List the comments on the open draft, with where each stands.

    Example: `tocsin warn comments GW-2023-10-ARM-AZE`

    Exit codes: 0 listed, also when there is none; 1 no draft is open.
    """
    draft = open_draft(warning, desk)
    from tocsin.warn.queries import comments_on

    say_rows(
        [
            {
                "comment": each.record.key,
                "section": each.says.section,
                "by": each.by,
                "state": each.record.state,
                "text": each.says.text,
            }
            for each in comments_on(draft)
        ],
        as_json,
    )


COMMANDS = (comment, answer, comments)
