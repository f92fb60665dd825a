"""What a rule is, what it is given and what it finds."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from tocsin.core.model.base import Record
from tocsin.core.model.edition import Content
from tocsin.core.protection.known import Known
from tocsin.core.vocabulary import nearest
from tocsin.core.vocabulary.terms import Codebook

Severity = Literal["error", "notice"]


class Problem(Record, frozen=True, kw_only=True):
    """What one rule found about one record."""

    rule: str
    severity: Severity
    list: str = ""  # which list of the content, e.g. "claims"; empty for the whole
    about: str = ""  # id of the record
    field: str = ""
    text: str
    remedy: str = ""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What rules may look at. `previous` is the content of the edition before, `message_type` what is to be sent,
    `known` what the desk knows of people and places to be protected.
    """

    content: Content
    codebook: Codebook
    on: datetime.date
    message_type: Literal["Alert", "Update", "Cancel"] = "Alert"
    reason: str = ""
    previous: Content | None = None
    known: Known = Known()


class Rule(msgspec.Struct, frozen=True):
    """A rule by its name, what it asks for in a sentence, and the function that finds where it is broken."""

    name: str
    severity: Severity
    asks: str
    find_in: Callable[[Context], Iterator[Broken]]

    def find(self, context: Context) -> Iterator[Problem]:
        """Each place where the rule is broken."""
        for broken in self.find_in(context):
            yield Problem(
                rule=self.name,
                severity=self.severity,
                list=broken.list,
                about=broken.about,
                field=broken.field,
                text=broken.text,
                remedy=broken.remedy,
            )


class Broken(msgspec.Struct, frozen=True):
    """Where a rule is broken: in which list, which record, which field; what is wrong; what to do."""

    list: str
    about: str
    field: str
    text: str
    remedy: str = ""


def meant(word: str, known: list[str]) -> str:
    """A remedy that offers the nearest known names."""
    near = nearest(word, known)
    return f"Did you mean {', '.join(near)}?" if near else f"Known are {', '.join(sorted(known)[:8])} ..."
