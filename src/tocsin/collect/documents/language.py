"""The language a text is written in, with the probability the identifier gives it."""

from __future__ import annotations

import functools

import msgspec
from py3langid.langid import MODEL_FILE, LanguageIdentifier

UNDETERMINED = "und"
_FEWEST_LETTERS = 20
_ENOUGH = 4_000
_LEAST_P = 0.5


class Language(msgspec.Struct, frozen=True):
    """A BCP 47 primary tag, `und` where the text is too short or the identifier too unsure; p_language 0 to
    1.
    """

    tag: str
    p_language: float


def identify_language(text: str) -> Language:
    """The language of a text, judged by its first 4,000 characters."""
    beginning = text[:_ENOUGH]
    if sum(map(str.isalpha, beginning)) < _FEWEST_LETTERS:
        return Language(UNDETERMINED, 0.0)
    tag, p_language = _identifier().classify(beginning)
    return Language(tag if p_language >= _LEAST_P else UNDETERMINED, round(float(p_language), 4))


@functools.cache
def _identifier() -> LanguageIdentifier:
    # Half a second to load: done once, and only when a text has to be judged.
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
