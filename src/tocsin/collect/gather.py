"""Bring a run's inputs to the door: files named with --from, or what the source asks the publisher for.

Nothing here enters the archive. Downloads lie under `.incoming/` by SHA-256 until the run has read and
checked them, so that an error page or a broken file never becomes a capture, and so that a killed run does
not fetch them twice.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

from tocsin.archive import Archive
from tocsin.archive.fetch import FetchError
from tocsin.collect.emitted import Input, Progress
from tocsin.collect.errors import InputError, SourceError
from tocsin.collect.parser import Parser
from tocsin.collect.records import FetchedRecord
from tocsin.collect.requests import Given, Reply, Request
from tocsin.collect.source import Source
from tocsin.collect.store import Store
from tocsin.core.errors import TocsinError


class Answer(Protocol):
    """What archive.fetch gives back; the part of it that we use."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def path(self) -> Path: ...
    @property
    def sha256(self) -> str: ...
    @property
    def byte_size(self) -> int: ...
    @property
    def not_modified(self) -> bool: ...


class Ask(Protocol):
    """The one way out: archive.fetch, bound to the desk's policy by the command."""

    def __call__(self, request: Request, to: Path, *, etag: str, last_modified: str, max_bytes: int) -> Answer:
        """Fetch to a file. Raises a TocsinError for everything but 200 and 304."""


class Gathered(msgspec.Struct, frozen=True):
    """The inputs of a run, the cursor for the one after it, and what was asked for and could not be had."""

    inputs: tuple[Input, ...]
    cursor: Mapping[str, str] = {}
    notes: tuple[str, ...] = ()


def digest_of(path: Path) -> tuple[str, int]:
    """A file's SHA-256 in hexadecimal and its size in bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()


class Door:
    """Fetches for one run, remembers what came, and hands out what it already holds."""

    def __init__(
        self,
        source: Source,
        store: Store,
        archive: Archive,
        ask: Ask,
        settings: Mapping[str, str],
        at: datetime,
    ) -> None:
        self._source, self._store, self._archive, self._ask, self._at = source, store, archive, ask, at
        self._secrets = [settings[n] for n, s in source.settings.items() if s.secret and settings.get(n)]
        self._known = store.fetched()
        self.notes: list[str] = []

    def without_secrets(self, text: str) -> str:
        """The text with every secret setting struck out, fit to be written down."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def fetch(self, request: Request) -> tuple[Reply, Input | None]:
        """Ask, unless an address that never changes has already answered."""
        url = self.without_secrets(request.url)
        known = self._known.get(url)
        held = self._held(known) if known else None
        if known and held and request.once:
            return self._kept(request, known, held)
        part = self._store.incoming / f"download-{hashlib.sha256(url.encode()).hexdigest()[:16]}"
        part.parent.mkdir(parents=True, exist_ok=True)
        ask_newer = bool(known and held and request.conditional)
        try:
            answer = self._ask(
                request,
                part,
                etag=known.etag if known and ask_newer else "",
                last_modified=known.last_modified if known and ask_newer else "",
                max_bytes=self._source.fetch.max_bytes,
            )
        except TocsinError as error:  # an address may carry a key; what is said and recorded may not
            error.problem, error.where = map(self.without_secrets, (error.problem, error.where))
            error.args = (str(error),)
            if not (request.may_fail and isinstance(error, FetchError)):
                raise
            self.notes.append(f"could not be fetched: {url}: {error.problem}")
            return Reply(request=request, status=0, path=part), None
        if answer.not_modified and known and held:
            return self._kept(request, known, held)
        if not request.keep:
            return Reply(request=request, status=answer.status, path=answer.path, headers=answer.headers), None
        place = self._store.incoming / answer.sha256
        answer.path.replace(place)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        fetched = FetchedRecord(
            url=url,
            sha256=answer.sha256,
            byte_size=answer.byte_size,
            at=self._at,
            name=request.label or PurePosixPath(urlsplit(url).path).name or self._source.name,
            mime=headers.get("content-type", "").split(";")[0].strip(),
            charset=_charset(headers.get("content-type", "")),
            etag=headers.get("etag", ""),
            last_modified=headers.get("last-modified", ""),
        )
        self._store.note_fetched(fetched)
        self._known[url] = fetched
        return self._kept(request, fetched, place)

    def _held(self, known: FetchedRecord) -> Path | None:
        place = self._store.incoming / known.sha256
        if place.exists() and digest_of(place)[0] == known.sha256:
            return place
        return self._archive.path(known.sha256) if known.sha256 in self._archive else None

    def _kept(self, request: Request, known: FetchedRecord, path: Path) -> tuple[Reply, Input | None]:
        reply = Reply(request=request, status=200, path=path, sha256=known.sha256)
        given = Input(
            path=path,
            sha256=known.sha256,
            name=known.name,
            byte_size=known.byte_size,
            url=known.url,
            mime=known.mime,
            charset=known.charset,
        )
        return reply, given if request.keep else None


def gather(
    source: Source, parser: Parser, door: Door, given: Given, from_: tuple[str, ...], progress: Progress
) -> Gathered:
    """Every input of the run, in order. Raises InputError for a file that is not there."""
    if from_:
        return Gathered(tuple(_from(one, door, source) for place in from_ for one in _spread(place)))
    inputs: list[Input] = []
    asking = parser.requests(given) if parser.requests else _one_request(source, given)
    cursor: Mapping[str, str] = {}
    try:
        request = next(asking)
        while True:
            progress(f"fetching {len(inputs) + 1}", 0.0)
            reply, one = door.fetch(request)
            inputs += [one] if one else []
            request = asking.send(reply)
    except StopIteration as stop:
        cursor = stop.value or {}
    if not inputs:
        problem = door.notes[0] if door.notes else "the publisher has nothing new"
        raise InputError(problem, where=source.name, remedy="Run again later")
    return Gathered(tuple(inputs), cursor, tuple(door.notes))


def _charset(content_type: str) -> str:
    said = re.search(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", content_type, re.IGNORECASE)
    return said[1].lower() if said else ""


def _one_request(source: Source, given: Given):  # type: ignore[no-untyped-def]
    if not source.fetch.url:
        problem = f"{source.name} has no address to fetch from"
        raise SourceError(problem, where="source.toml", remedy="Give a file or an address with --from")
    url = source.fetch.url.replace("{version}", given.version)
    yield Request(url=url.replace("{compact}", given.version.replace(".", "")), conditional=True)
    return {}


def _spread(place: str) -> list[str]:
    folder = Path(place)
    return sorted(str(path) for path in folder.iterdir() if path.is_file()) if folder.is_dir() else [place]


def _from(place: str, door: Door, source: Source) -> Input:
    if place.startswith(("http://", "https://")):
        one = door.fetch(Request(url=place, conditional=True))[1]
        if one is None:
            raise InputError("nothing came", where=place)
        return one
    path = Path(place)
    try:
        sha256, size = digest_of(path)
    except OSError as error:
        problem = f"the file cannot be read: {error.strerror}"
        raise InputError(problem, where=place, remedy="Check the path given with --from") from None
    return Input(path=path, sha256=sha256, name=path.name, byte_size=size)
