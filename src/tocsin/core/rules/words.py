"""Rules about the words: attributed, neutral, complete; and that every change between versions is explained."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tocsin.core.editions.diff import differences, is_material
from tocsin.core.rules.rule import Broken, Context, Rule

LOADED = re.compile(
    r"\b(admits?|admitted|claims? falsely|falsely claims?|so-called|propaganda|regime)\b", re.IGNORECASE
)


def _nothing_said(context: Context) -> Iterator[Broken]:
    for field in ("headline", "bottom_line", "nature"):
        if not getattr(context.content, field).strip():
            yield Broken("", "", field, f"the warning's {field.replace('_', ' ')} is empty", "Write it")


def _not_attributed(context: Context) -> Iterator[Broken]:
    content = context.content
    speakers = {content.reading_of.publisher, content.level.declared_by}
    for field in ("headline", "bottom_line"):
        if not any(speaker and speaker in getattr(content, field) for speaker in speakers):
            yield Broken(
                "", "", field, f"the {field.replace('_', ' ')} does not say who states it",
                f"Attribute it: {content.level.declared_by} states that ...",
            )  # fmt: skip


def _loaded(context: Context) -> Iterator[Broken]:
    content = context.content
    texts = [("", "", "headline", content.headline), ("", "", "bottom_line", content.bottom_line)]
    texts += [("claims", claim.id, "text", claim.text) for claim in content.claims]
    for claim in content.claims:
        texts += [("claims", claim.id, "positions", position.text) for position in claim.positions]
    for where, about, field, text in texts:
        for match in LOADED.finditer(text):
            yield Broken(
                where, about, field, f"{match[0]!r} is a loaded word",
                "Use a neutral verb: states, reports, denies",
            )  # fmt: skip


def _no_reason(context: Context) -> Iterator[Broken]:
    if context.message_type in ("Update", "Cancel") and not context.reason.strip():
        yield Broken("", "", "reason", f"the {context.message_type} gives no reason", "Say why it is issued")


def _change_unexplained(context: Context) -> Iterator[Broken]:
    if context.previous is None:
        return
    explained = {target for change in context.content.changes for target in change.targets}
    for difference in differences(context.previous, context.content):
        if is_material(difference) and difference.target not in explained:
            yield Broken(
                difference.list, difference.about, difference.field,
                f"{difference.target} differs from the edition before ({difference.field}) and no change explains it",
                f'Add [[changes]] with targets = ["{difference.target}"] and what it means',
            )  # fmt: skip


def _carried(context: Context) -> Iterator[Broken]:
    carried = [claim.id for claim in context.content.claims if claim.wording == "carried"]
    if carried:
        yield Broken(
            "", "", "",
            f"{len(carried)} of {len(context.content.claims)} claims carry the wording of a later version, because "
            "the copy of this one is cut short",
        )  # fmt: skip


RULES = (
    Rule("nothing-said", "error", "Headline, bottom line and nature are written", _nothing_said),
    Rule("no-reason", "error", "An update or cancellation says why", _no_reason),
    Rule("not-attributed", "notice", "Headline and bottom line say who states them", _not_attributed),
    Rule("loaded-word", "notice", "Verbs of saying are neutral", _loaded),
    Rule("change-unexplained", "notice", "A material change is explained", _change_unexplained),
    Rule("carried-wording", "notice", "Wording is that of the version read", _carried),
)
