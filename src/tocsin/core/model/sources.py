"""Sources: where a statement was published. Independence is counted by origin, not by repetition."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from tocsin.core.model.base import Edtf, Id, Lang, Record, Sha256


class Link(Record, frozen=True, kw_only=True):
    """One address at which a source was published."""

    url: Annotated[str, Meta(pattern=r"^https?://", description="Address as published")]
    publisher: Annotated[str, Meta(description="Who published it there, if not the source's publisher")] = ""


class Source(Record, frozen=True, kw_only=True):
    """A publication. Its perspective is noted so that a reader can weigh it, never to dismiss it."""

    id: Id
    publisher: str
    title: str = ""
    kind: Annotated[str, Meta(description="Source type of the codebook, e.g. state_media, ngo_report")] = ""
    date: Edtf = ""
    date_note: str = ""
    lang: Lang = "en"
    perspective: Annotated[str, Meta(description="Likely point of view, in a word or two")] = ""
    origin: Annotated[str, Meta(description="Whose reporting it carries; sources that share an origin count once")] = ""
    links: tuple[Link, ...] = ()
    capture_sha256: Annotated[Sha256 | None, Meta(description="Captured copy in the desk's archive")] = None
    note: str = ""


class Citation(Record, frozen=True, kw_only=True):
    """A source, and where in it."""

    source: Id
    passage: Annotated[str, Meta(description="Where in the source: paragraph, page, section")] = ""
