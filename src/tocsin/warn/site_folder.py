"""Publish a desk's editions into `site/`: render what is new or no longer true, leave the rest, sign the whole.

What a folder was made from is noted in the signed manifest, so one new edition among a thousand renders a handful of
pages. `cache/summaries.json` saves reading every edition again; it is derived, and may be deleted at any time.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TypeVar

import msgspec

from tocsin.core import geography
from tocsin.core.dates import is_stale
from tocsin.core.editions.canonical import canonical_bytes, decode, decode_edition
from tocsin.core.editions.log import SignedEntry, entry_bytes, entry_sha256
from tocsin.core.editions.signing import (
    fingerprint,
    key_id,
    public_pem,
)
from tocsin.core.editions.withdrawn import shown_without, withheld
from tocsin.core.errors import TocsinError
from tocsin.core.model.edition import Edition
from tocsin.forecast.register.store import Register
from tocsin.publish.addresses import edition_path, log_path, warning_path
from tocsin.publish.feed_entries import FeedEntry, feed_entry
from tocsin.publish.following.documents import RESPONSES, TRACK_RECORD, Responses, TrackRecord
from tocsin.publish.forecast_files import forecast_files
from tocsin.publish.forecasts_held import OnRecord
from tocsin.publish.html.forecast_country import Analyst
from tocsin.publish.html.frame import Proof, Site
from tocsin.publish.reading import Reading
from tocsin.publish.site import File, edition_files, edition_pages, shared_files, warning_folder
from tocsin.publish.summary import Summary, summary
from tocsin.publish.words import words
from tocsin.warn.deliver.settings import mail_settings, subscribe_url, websub_settings
from tocsin.warn.desk import DeskFolder
from tocsin.warn.edition_store import EditionStore
from tocsin.warn.files import write_whole
from tocsin.warn.site_writing import SiteWriting, hash_of, renderer

D = TypeVar("D", TrackRecord, Responses)


class PublishError(TocsinError):
    """A site that cannot be published."""


class Brief(msgspec.Struct, frozen=True):
    """What the shared pages need of one edition."""

    sha256: str
    summary: Summary
    entry: FeedEntry


class Published(msgspec.Struct, frozen=True):
    """How much publishing did."""

    editions: int
    rendered: int
    written: int
    removed: int


def publish_desk(
    desk: DeskFolder, *, on: datetime.date, everything: bool = False, advance: Callable[[], None] = lambda: None
) -> Published:
    """Bring `site/` up to date. `on` is the day that decides what is stale; `everything` renders all of it again.

    Raises PublishError when nothing is issued yet, EditionError when an edition was altered.
    """
    return _Publishing(desk, on).run(advance, everything=everything)


def read_published(desk: DeskFolder, name: str, kind: type[D]) -> D | None:
    """A document that the desk froze for its site; None when it has frozen none. Raises EditionError."""
    path = desk.published / name
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    return decode(data, kind, str(path))


class _Publishing:
    """One run of publishing."""

    def __init__(self, desk: DeskFolder, on: datetime.date) -> None:
        self.desk = desk
        self.on = on
        self.store = EditionStore(desk.editions)
        self.words = words(desk.settings.language)
        self.held = _on_record(Register(desk.forecasts))
        self.key = desk.signing_key()

    def run(self, advance: Callable[[], None], *, everything: bool) -> Published:
        entries = self.store.entries()
        if not entries:
            raise PublishError(
                "nothing is issued yet", where=str(self.desk.folder), remedy="Issue an edition: tocsin warn issue"
            )
        briefs = self._briefs(entries)
        site = self._site([brief.summary for brief in briefs])
        to = SiteWriting(self.desk, made_by=hash_of(renderer(), site), everything=everything)
        by_warning: dict[str, list[int]] = {}
        for position, signed in enumerate(entries):
            by_warning.setdefault(signed.entry.warning, []).append(position)
        for positions in by_warning.values():
            self._publish_warning(to, [(entries[each], briefs[each].summary) for each in positions], site, advance)
        pages = shared_files(
            [brief.summary for brief in briefs],
            [brief.entry for brief in briefs],
            site=site,
            words=self.words,
            on=self.on,
            track_record=read_published(self.desk, TRACK_RECORD, TrackRecord),
            responses=read_published(self.desk, RESPONSES, Responses),
            keep=to.keep,
            stands=to.stands,
        )
        for path, data in pages:
            to.put(path, data)
        for signed in entries:
            path = log_path(signed.entry.seq)
            if not to.keep(path):
                to.put(path, entry_bytes(signed))
        warned = _analysts([brief.summary for brief in briefs])
        for path, data in forecast_files(self.held, warned, site=site, words=self.words, stands=to.stands):
            to.put(path, data)
        to.put("key.pem", public_pem(self.key.public_key()))
        to.close()
        return Published(len(entries), to.rendered, to.written, to.removed)

    def _site(self, summaries: list[Summary]) -> Site:
        public = self.key.public_key()
        return Site(
            desk=self.desk.record,
            status=self.desk.settings.status,
            has_forecasts=bool(self.held.forecasts),
            key_id=key_id(public),
            key_fingerprint=fingerprint(public),
            natures=tuple(dict.fromkeys(each.nature for each in summaries)),
            hub=hub.hub if (hub := websub_settings(self.desk)) else "",
            subscribe_url=subscribe_url(self.desk) if mail_settings(self.desk) else "",
        )

    def _publish_warning(
        self, to: SiteWriting, listed: list[tuple[SignedEntry, Summary]], site: Site, advance: Callable[[], None]
    ) -> None:
        history = [each for _, each in listed]
        state = [
            self.desk.record,
            site.status,
            site.key_id,
            site.has_forecasts,
            [(each.edition, each.sha256, each.stale) for each in history],
        ]
        warning = history[-1].warning
        gone = frozenset(claim for each in history for claim in each.withdrawn)
        state.append(sorted(gone))
        for position, (signed, own) in enumerate(listed):
            advance()
            folder = edition_path(warning, own.edition)
            made_from = hash_of(renderer(), "edition", own.sha256, state)
            if to.still_stands(folder, made_from):
                continue
            previous = self._reading(listed[position - 1][0], gone) if position else None
            reading = self._reading(signed, gone)
            pages = edition_pages(
                reading, previous=previous, history=history, proof=_proof(signed), site=site, words=self.words
            )
            lasting_from = hash_of(renderer(), own.sha256, own.stale, sorted(gone), site.key_id)
            kept = to.lasting(folder, lasting_from)
            made = pages if kept else chain(pages, self._edition_files(signed, reading, gone, site))
            to.put_folder(folder, made_from, made, kept=kept, lasting_from=lasting_from)
        folder = warning_path(warning)
        made_from = hash_of(renderer(), "warning", state)
        if not to.still_stands(folder, made_from):
            signed = listed[-1][0]
            made = warning_folder(
                self._reading(signed, gone), history=history, proof=_proof(signed), site=site, words=self.words
            )
            to.put_folder(folder, made_from, made)

    def _edition_files(self, signed: SignedEntry, reading: Reading, gone: frozenset[str], site: Site) -> Iterator[File]:
        digest = signed.entry.edition_sha256
        instead = withheld(self._edition(signed), digest, gone) if gone else None
        return edition_files(
            reading,
            key_fingerprint=site.key_fingerprint,
            words=self.words,
            edition_json=canonical_bytes(instead) if instead else self.store.read_bytes(digest),
            edition_signature=self.store.signature_path(digest).read_bytes(),
        )

    def _edition(self, signed: SignedEntry) -> Edition:
        digest = signed.entry.edition_sha256
        return decode_edition(self.store.read_bytes(digest), str(self.store.edition_path(digest)))

    def _reading(self, signed: SignedEntry, gone: frozenset[str] = frozenset()) -> Reading:
        """An edition as it is shown: without what claims said that were withdrawn since."""
        return Reading(shown_without(self._edition(signed), gone), signed.entry.edition_sha256, self.on)

    def _briefs(self, entries: list[SignedEntry]) -> list[Brief]:
        """What the shared pages need of each edition: from the cache where it is there, else from the edition."""
        path = self.desk.folder / "cache" / "summaries.json"
        try:
            kept = msgspec.json.decode(path.read_bytes(), type=dict[str, Brief])
        except (OSError, msgspec.DecodeError):
            kept = {}
        mark = renderer()[:16]
        briefs: list[Brief] = []
        missing = False
        for signed in entries:
            name = f"{mark}:{signed.entry.edition_sha256}"
            found = kept.get(name)
            if found is None:
                reading = self._reading(signed)
                found = Brief(reading.sha256, summary(reading), feed_entry(reading, self.words))
                kept[name] = found
                missing = True
            briefs.append(Brief(found.sha256, _seen_on(found.summary, self.on), found.entry))
        if missing:
            wanted = {f"{mark}:{signed.entry.edition_sha256}" for signed in entries}
            current = {name: brief for name, brief in kept.items() if name in wanted}
            write_whole(path, msgspec.json.encode(current), durable=False)
        return briefs


def _seen_on(kept: Summary, day: datetime.date) -> Summary:
    stale = kept.message_type != "Cancel" and is_stale(kept.review_date, day)
    return msgspec.structs.replace(kept, stale=stale)


def _analysts(summaries: Iterable[Summary]) -> dict[str, list[Analyst]]:
    """The warnings that stand, by country: none that was cancelled, none without a level."""
    found: dict[str, list[Analyst]] = {}
    for each in {one.warning: one for one in summaries}.values():
        if each.message_type != "Cancel" and each.level != "none":
            for code in each.countries:
                country = geography.find_country(code)
                if country:
                    analyst = Analyst(each.title, each.level, warning_path(each.warning), in_force=not each.stale)
                    found.setdefault(country.alpha3, []).append(analyst)
    return found


def _on_record(register: Register) -> OnRecord:
    """What the register holds, each document read once and checked."""
    held = register.contents()
    forecasts = [(entry.document_sha256, document) for entry, document in held.forecasts]
    return OnRecord(held.entries, forecasts, held.scores, held.documents)


def _proof(signed: SignedEntry) -> Proof:
    return Proof(seq=signed.entry.seq, entry_sha256=entry_sha256(signed.entry))
