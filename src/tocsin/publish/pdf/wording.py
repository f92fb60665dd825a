"""How pieces of an edition are worded in the PDF: names with who uses them, dates, citations, who says what.

A piece is a string in the language of the words, or a run that differs: of another language, a link, or strong.
typst sets pieces as they are; nothing in them is ever read as markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias
from urllib.parse import quote

from tocsin.core.model.assessment import Party
from tocsin.core.model.places import Name, Place
from tocsin.core.model.sources import Citation
from tocsin.publish.reading import Reading
from tocsin.publish.words import RIGHT_TO_LEFT, Words

Piece: TypeAlias = Any
"""str | {"t", "lang", "dir"} | {"t", "to"} | {"href"} | {"strong": Piece} | list of pieces."""

LONGEST_LINK = 2000
"""Characters; a longer address is set as text (typst refuses links above 8000)."""


class Wording:
    """The words of one PDF, with what they are about."""

    def __init__(self, reading: Reading, words: Words) -> None:
        self.reading = reading
        self.words = words
        self._anchored: set[str] = set()
        self._targets = {
            **{id: f"claim-{id}" for id in reading.claims},
            **{id: f"event-{id}" for id in reading.events},
            **{id: f"source-{id}" for id in reading.sources},
            **{ask.id: f"ask-{ask.id}" for ask in reading.content.recommendations},
        }

    def __call__(self, key: str, /, **values: Any) -> str:
        """The string `pdf-<key>`."""
        return self.words(f"pdf-{key}", **values)

    def said(self, text: str) -> Piece:
        """A text of the edition, in the edition's language."""
        return self.run(text, self.reading.content.language)

    def run(self, text: str, lang: str) -> Piece:
        """A text in a language."""
        if not text or lang == self.words.lang:
            return text
        primary = lang.split("-")[0].lower()
        return {"t": text, "lang": primary, "dir": "rtl" if primary in RIGHT_TO_LEFT else "ltr"}

    def anchor(self, id: str) -> str:
        """Where references to a record lead; empty for a record whose id was set before."""
        target = self._targets.get(id, "")
        if target in self._anchored:
            return ""
        self._anchored.add(target)
        return target

    def reference(self, id: str) -> Piece:
        """An id that leads to its record, where there is one."""
        target = self._targets.get(id)
        return {"t": id, "to": target} if target else id

    def references(self, ids: Iterable[str]) -> Piece:
        """Several ids."""
        return joined([self.reference(id) for id in ids], ", ")

    def citations(self, citations: Sequence[Citation]) -> Piece:
        """`S01 (Paragraph 1), R03`; empty when nothing is cited."""
        pieces = []
        for one in citations:
            at = ["", " (", self.said(one.passage), ")"] if one.passage else []
            pieces.append([self.reference(one.source), *at])
        return joined(pieces, ", ")

    def date(self, edtf: str, note: str = "") -> Piece:
        """A date with its precision, and what is known about it."""
        if not edtf:
            return self.said(note) if note else self.words.date("")
        return [self.words.date(edtf), " (", self.said(note), ")"] if note else self.words.date(edtf)

    def all_names(self, place: Place) -> Piece:
        """Every name of a place, each with who uses it."""
        return joined([self.name(name) for name in place.names], " · ")

    def name(self, name: Name) -> Piece:
        """One name and who uses it."""
        text = self.run(name.text, name.lang)
        return [text, " (", self("used-by", by=name.used_by), ")"] if name.used_by else text

    def places(self, ids: Iterable[str]) -> Piece:
        """Places by their first name; a contested one with those in other languages (all stand under Places)."""
        return joined([self._place(id) for id in ids], ", ")

    def _place(self, id: str) -> Piece:
        place = self.reading.places.get(id)
        if place is None:
            return id
        first, *others = place.names
        others = [name for name in others if name.lang != first.lang]
        if not place.contested or not others:
            return self.run(first.text, first.lang)
        rest = joined([self.run(name.text, name.lang) for name in others], " / ")
        return [self.run(first.text, first.lang), " (", rest, ")"]

    def party(self, party: Party, key: str) -> Piece:
        """A party, its other names, who gives it its role, and a note."""
        names = [" (", joined([self.name(name) for name in party.names], " · "), ")"] if party.names else []
        by = [" – ", self(key, by=party.said_by)] if party.said_by else []
        note = [". ", self.said(party.note)] if party.note else []
        return [{"strong": self.said(party.name)}, *names, *by, *note, "."]

    def line(self, key: str, value: Piece, /, **values: Any) -> dict[str, Piece]:
        """A labelled line: the label is the string `pdf-<key>`."""
        return {"label": self(key, **values), "value": value}


def joined(pieces: Iterable[Piece], between: str) -> Piece:
    """Pieces in a row with something between them; empty text for none."""
    row: list[Piece] = []
    for piece in pieces:
        row += [between, piece] if row else [piece]
    return row or ""


def link(url: str) -> Piece:
    """A web address as a link that shows itself, percent-encoded where it is no ASCII; anything else as text."""
    ascii_url = quote(url, safe="%/:?#[]@!$&'()*+,;=~-._")
    web = ascii_url.lower().startswith(("https://", "http://")) and len(ascii_url) <= LONGEST_LINK
    return {"href": ascii_url} if web else ascii_url
