"""Any value of an edition in words, so that two versions of it can be laid side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from tocsin.core.model.asks import Addressee, Recommendation, Response
from tocsin.core.model.assessment import Confidence, Estimate, Figure, Finding, Level, Party, Situation
from tocsin.core.model.case import Medium, Reading
from tocsin.core.model.claims import Claim, Event, Grade, Position, Quantity
from tocsin.core.model.places import Name, Place
from tocsin.core.model.sources import Citation, Link, Source
from tocsin.publish.words import Words

DATES = frozenset({"date", "since", "as_of", "review_date", "issued", "updated", "valid", "window"})
"""Fields that hold a date in EDTF."""
CODES = {"kind": "kind-", "state": "state-", "support": "support-", "direction": "site-direction-"}
"""Fields that hold a code with words of its own, and how the key of these words begins."""


def said(field: str, value: Any, words: Words) -> str:
    """A value in words; empty for nothing. `field` is the name of the field that holds it, or empty."""
    if value is None or value == "" or value == ():
        return ""
    if isinstance(value, bool):
        return words("site-yes" if value else "site-no")
    if isinstance(value, int | float):
        return words.number(value)
    if isinstance(value, str):
        if field in DATES:
            return words.date(value)
        key = CODES.get(field, "") + value
        return words(key) if field in CODES and key in words else value
    if isinstance(value, tuple):
        joint = "; " if any(isinstance(each, msgspec.Struct) for each in value) else ", "
        return joint.join(said(field, each, words) for each in value)
    tell = RECORDS.get(type(value))
    return tell(value, words) if tell else _plainly(value, words)


def _plainly(record: Any, words: Words) -> str:
    """Each field that says something, one after another."""
    fields = (said(field, getattr(record, field), words) for field in record.__struct_fields__)
    return ". ".join(each for each in fields if each)


def _citation(each: Citation, words: Words) -> str:
    return ", ".join(filter(None, (each.source, each.passage)))


def _claim(each: Claim, words: Words) -> str:
    return f"{words('site-states', who=each.asserted_by)} {each.text}"


def _confidence(each: Confidence, words: Words) -> str:
    axes = f"{words('site-evidence-' + each.evidence)} {words('site-agreement-' + each.agreement)}"
    return " ".join(filter(None, (axes, each.statement, each.likelihood, each.likelihood_note)))


def _event(each: Event, words: Words) -> str:
    return " ".join(filter(None, (words.date(each.date) + ":", each.text, each.note)))


def _response(each: Response, words: Words) -> str:
    start = f"{words('status-' + each.status)}, {words('site-as-of', date=words.date(each.as_of))}"
    return " ".join(filter(None, (start, f"{each.by}:" if each.by else "", each.text)))


def _estimate(each: Estimate, words: Words) -> str:
    return f"{each.quantity.text} ({each.by})"


def _level(each: Level, words: Words) -> str:
    return f"{words('level-' + each.declared)}, {words('site-level-by', who=each.declared_by)}"


def _finding(each: Finding, words: Words) -> str:
    start = f"{words('state-' + each.state)}, {words('support-' + each.support)}"
    return " ".join(filter(None, (start + ".", ", ".join(each.claims), each.rationale)))


def _medium(each: Medium, words: Words) -> str:
    credit = words("site-medium-credit", credit=each.credit) if each.credit else words("site-medium-no-credit")
    return f"{words('site-medium-' + each.kind)} {each.caption}. {credit}"


def _name(each: Name, words: Words) -> str:
    return f"{each.text} {words('site-used-by', who=each.used_by)}" if each.used_by else each.text


def _reading(each: Reading, words: Words) -> str:
    issued = words("site-text-issued", who=each.publisher, date=words.date(each.issued))
    updated = words("site-text-updated", date=words.date(each.updated)) if each.updated else ""
    author = words("site-author", who=each.author) if each.author else ""
    return " ".join(filter(None, (f"{each.title}.", author, issued, updated, each.copy_note)))


def _recommendation(each: Recommendation, words: Words) -> str:
    return f"{', '.join(who.name for who in each.addressees)}: {each.action}"


def _situation(each: Situation, words: Words) -> str:
    parties = (*each.groups_at_risk, *each.alleged_perpetrators)
    return f"{each.title}. {'; '.join(party.name for party in parties)}"


def _source(each: Source, words: Words) -> str:
    return ", ".join(filter(None, (each.publisher, each.title, words.date(each.date) if each.date else "")))


RECORDS: dict[type, Callable[[Any, Words], str]] = {
    Addressee: lambda each, words: str(each.name),
    Citation: _citation,
    Claim: _claim,
    Confidence: _confidence,
    Estimate: _estimate,
    Event: _event,
    Figure: lambda each, words: f"{each.label}: {said('estimates', each.estimates, words)}",
    Finding: _finding,
    Grade: lambda each, words: str(each),
    Level: _level,
    Link: lambda each, words: str(each.url),
    Medium: _medium,
    Name: _name,
    Party: lambda each, words: str(each.name),
    Place: lambda each, words: said("names", each.names, words),
    Position: lambda each, words: f"{each.by}: {each.text}",
    Quantity: lambda each, words: str(each.text),
    Reading: _reading,
    Recommendation: _recommendation,
    Response: _response,
    Situation: _situation,
    Source: _source,
}
"""How a record of each kind is said in one line."""
