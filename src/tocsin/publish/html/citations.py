"""Citations and names as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from tocsin.core.model.places import Name
from tocsin.core.model.sources import Citation
from tocsin.publish.reading import Reading
from tocsin.publish.words import Words


class Citing:
    """Writes the citations of one edition as links to its page of sources; each is made once.

    `base` leads from the page to the edition's folder. The text that the edition is a reading of is cited by its
    passage alone: its publisher stands at the head of every claim.
    """

    def __init__(self, reading: Reading, words: Words, base: str) -> None:
        self._sources = reading.sources
        self._words = words
        self._base = base
        self._made: dict[Citation, Markup] = {}

    def __call__(self, citations: Iterable[Citation]) -> Markup:
        """Citations one after another; empty when there are none."""
        return Markup("; ").join(self._made.get(each) or self._make(each) for each in citations)

    def _make(self, citation: Citation) -> Markup:
        source = self._sources.get(citation.source)  # an `Id`: letters, digits, dots and hyphens, safe without quotes
        said = Markup("<a href={}sources.html#{}>{}</a>").format(self._base, citation.source, citation.source)
        said += escape(f", {citation.passage}" if citation.passage else f" {source.publisher}" if source else "")
        if source and source.capture_sha256:
            said += escape(f" {self._words('site-captured')}")
        self._made[citation] = said
        return said


def spelled(names: Sequence[Name], lang: str) -> str:
    """A place in running text: its first name, or every name it has in this language where the sides differ."""
    if any(name.used_by for name in names):
        in_language = dict.fromkeys(name.text for name in names if name.lang == lang)
        if in_language:
            return " / ".join(in_language)
    return names[0].text
