"""What a feed says of one edition: a small record, so that a site of a thousand editions holds none in memory.

A desk may keep these records (`msgspec.json.encode`) and make every feed again without opening an edition.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from tocsin.publish.addresses import edition_path, edition_url, warning_url
from tocsin.publish.cap import marked_headline
from tocsin.publish.permanent_ids import edition_id, superseded_ids, warning_id
from tocsin.publish.reading import Reading
from tocsin.publish.words import Words

FeedKind = Literal["all", "situation", "level"]


class FeedKey(msgspec.Struct, frozen=True):
    """Which feed: all editions, one situation's, or one level's. `name` is empty for all."""

    kind: FeedKind
    name: str = ""


class Category(msgspec.Struct, frozen=True):
    """A tag: `scheme` is relative to the desk's namespace, e.g. `level`, `ten-stages`, `country`."""

    scheme: str
    term: str
    label: str


class FeedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One edition in a feed. Addresses are absolute; instants are UTC, `YYYY-MM-DDThh:mm:ssZ`."""

    id: str
    warning_id: str
    sha256: str
    identifier: str
    edition: int
    message_type: Literal["Alert", "Update", "Cancel"]
    status: str
    issued_at: str
    language: str
    title: str
    summary: str
    nature: str
    reason: str
    level: str
    level_label: str
    situation: str
    situation_title: str
    categories: tuple[Category, ...]
    url: str
    warning_url: str
    previous_url: str
    supersedes: tuple[str, ...]
    desk_name: str
    desk_url: str

    @property
    def feeds(self) -> tuple[FeedKey, ...]:
        """The feeds in which it stands."""
        return FeedKey("all"), FeedKey("situation", self.situation), FeedKey("level", self.level)

    def file_url(self, file: str) -> str:
        """Permanent address of one of the edition's files."""
        return self.url + file


def feed_entry(reading: Reading, words: Words) -> FeedEntry:
    """What a feed says of an edition. A function of the edition alone: the day of publishing does not matter."""
    issue, content = reading.issue, reading.content
    headline = marked_headline(reading, words)
    last = issue.supersedes[-1].edition if issue.supersedes else None
    return FeedEntry(
        id=edition_id(issue),
        warning_id=warning_id(issue),
        sha256=reading.sha256,
        identifier=issue.identifier,
        edition=issue.edition,
        message_type=issue.message_type,
        status=issue.status,
        issued_at=issue.issued_at,
        language=content.language,
        title=words("feed-entry-title", headline=headline, edition=issue.edition),
        summary=content.bottom_line,
        nature=content.nature,
        reason=issue.reason,
        level=content.level.declared,
        level_label=words(f"level-{content.level.declared}"),
        situation=content.situation.id,
        situation_title=content.situation.title,
        categories=tuple(_categories(reading, words)),
        url=edition_url(issue),
        warning_url=warning_url(reading.edition),
        previous_url=f"{issue.desk.url}/{edition_path(issue.warning, last)}" if last else "",
        supersedes=superseded_ids(issue),
        desk_name=issue.desk.name,
        desk_url=issue.desk.url,
    )


def _categories(reading: Reading, words: Words) -> Iterator[Category]:
    content, issue = reading.content, reading.issue
    level = content.level.declared
    yield Category("level", level, words(f"level-{level}"))
    for stage in reading.stages:
        if stage.finding and stage.state in ("present", "suspected"):
            label = words("feed-stage", number=stage.number, label=stage.term.label)
            yield Category(stage.finding.framework, stage.term.id, label)
    for code in content.situation.countries:
        place = reading.places.get(code)
        yield Category("country", code, place.names[0].text if place else code)
    yield Category("capStatus", issue.status, words(f"cap-status-{issue.status}"))
    yield Category("msgType", issue.message_type, words(f"message-{issue.message_type}"))
