"""The changes page: what differs between two editions, what it means and why, down to fields and words."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Literal

import msgspec
from markupsafe import Markup

from tocsin.core.editions.diff import Difference, ExplainedChange, explain, word_changes
from tocsin.publish.addresses import edition_path
from tocsin.publish.html.frame import Site, page
from tocsin.publish.html.said import said
from tocsin.publish.reading import Reading
from tocsin.publish.words import Words

Kind = Literal["same", "removed", "added"]
TAGS: dict[Kind, Markup] = {
    "same": Markup("{}"),
    "removed": Markup("<del>{}</del>"),
    "added": Markup("<ins>{}</ins>"),
}
SHORT = 4
"""A word shorter than this between two changes is shown as part of them."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One difference as it is shown: what, which field, and the text with what went and what came."""

    what: str
    field: str
    text: Markup


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A declared change with the rows that it accounts for."""

    explained: ExplainedChange
    rows: list[Row]


def changes_page(before: Reading, after: Reading, *, site: Site, words: Words) -> str:
    """What changed from one edition to a later one: the declared changes first, then all that is left."""
    explained, left = explain(before.content, after.content)
    path = edition_path(after.issue.warning, after.issue.edition) + "changes.html"
    title = words("site-changes-title", before=before.issue.edition, after=after.issue.edition)
    groups = [
        (words("site-list-" + (name or "whole")), [_row(each, words) for each in group])
        for name, group in itertools.groupby(left, key=lambda each: each.list)
    ]
    return page(
        "changes.html",
        site=site,
        words=words,
        path=path,
        title=f"{title}: {after.content.situation.title}",
        description=after.issue.reason,
        language=after.content.language,
        natures=(after.content.nature,),
        before=before,
        after=after,
        heading=title,
        before_path=edition_path(before.issue.warning, before.issue.edition),
        told=[Told(explained=each, rows=[_row(one, words) for one in each.differences]) for each in explained],
        groups=groups,
    )


def _row(difference: Difference, words: Words) -> Row:
    if difference.list == "findings":
        kind, _, number = difference.target.rpartition("-")
        what = words(f"site-{kind}-number", n=number)
    else:
        what = difference.about
    field = words("site-field-" + difference.field) if difference.field else words("site-" + difference.kind)
    old = said(difference.field, difference.before, words)
    new = said(difference.field, difference.after, words)
    return Row(what=what, field=field, text=word_by_word(old, new))


def word_by_word(before: str, after: str) -> Markup:
    """Two texts in one, with what went in `<del>` and what came in `<ins>`."""
    parts = _joined(word_changes(before, after))
    same = sum(len(text) for kind, text in parts if kind == "same")
    if same * 3 < min(len(before), len(after)):  # two different texts: word by word would be a riddle
        parts = [("removed", before), ("same", " "), ("added", after)]
    return Markup("").join(TAGS[kind].format(text) for kind, text in parts if text)


def _joined(parts: Sequence[tuple[Kind, str]]) -> list[tuple[Kind, str]]:
    """The parts with neighbouring changes made one, where only a short word stands between them."""
    found: list[tuple[Kind, str]] = []
    removed = added = ""
    for index, (kind, text) in enumerate(parts):
        between = bool(removed or added) and len(text.strip()) < SHORT and index + 1 < len(parts)
        if kind == "same" and not between:
            found += [("removed", removed), ("added", added), ("same", text)]
            removed = added = ""
            continue
        removed += text if kind in ("removed", "same") else ""
        added += text if kind in ("added", "same") else ""
    found += [("removed", removed), ("added", added)]
    return [(kind, text) for kind, text in found if text]
