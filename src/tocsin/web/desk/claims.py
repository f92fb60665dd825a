"""Claims: the list of a situation, one claim with all that stands behind it, and the forms that change it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec
from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from tocsin.core.life_cycles import CLAIM_REVIEW
from tocsin.core.model.claims import Claim, Grade
from tocsin.core.model.judgement import Candidate, Document
from tocsin.core.model.places import Place
from tocsin.core.model.protected import Handling
from tocsin.core.model.sources import Link, Source
from tocsin.core.rules.intake import paragraphs
from tocsin.core.vocabulary import load_codebook
from tocsin.records.models import Record
from tocsin.records.queries import find_record, histories, newest, newest_in, versions_at
from tocsin.review import actions, queries
from tocsin.web.desk.access import access, require
from tocsin.web.desk.doing import attempt, done, now, who_and_when
from tocsin.web.desk.forms.claims import ClaimForm, GradeForm, PositionForm
from tocsin.web.desk.forms.fields import Note, Reason

STATES: Final = tuple(state.name for state in CLAIM_REVIEW.states)

MAX_QUOTED: Final = 280
"""Characters of a passage that a citation quotes: enough to find it again, and no more than one may quote."""


def claim_list(request: HttpRequest, situation: str) -> HttpResponse:
    """The claims of a situation."""
    where = access(request).get_situation(situation)
    state, text = request.GET.get("state", ""), request.GET.get("q", "").strip()[:200]
    if state and state not in STATES:
        raise Http404
    number = request.GET.get("page", "1")
    page = queries.claim_page(where, state=state, text=text, page=int(number[:6]) if number.isdecimal() else 1)
    context = {
        "situation": where, "page": page, "state": state, "states": STATES, "text": text,
        "may": access(request).can("analyst", where),
    }  # fmt: skip
    part = bool(request.htmx)  # type: ignore[attr-defined]
    return render(request, "desk/claim_rows.html" if part else "desk/claim_list.html", context)


def claim_new(request: HttpRequest, situation: str) -> HttpResponse:
    """Make a claim: of a passage in the inbox, or from nothing."""
    where = access(request).get_situation(situation)
    require(request, "analyst", where)
    asked = request.POST if request.method == "POST" and "candidate" in request.POST else request.GET
    made_of = access(request).get("candidate", asked["candidate"], where) if asked.get("candidate") else None
    origin = _origin(asked, made_of, where) if made_of else None
    key = queries.next_key(where, "claim", "C")
    sources = _sources(where)
    known = frozenset(sources)
    places = _places(where)
    if origin and origin.source.id not in known:
        known |= {origin.source.id}
    if request.method == "POST":
        form = ClaimForm(request.POST, places=places, known=known)
        if form.is_valid():
            claim = form.says(key)
            cited = {each.source for each in claim.sources}
            new = origin.source if origin and origin.is_new and origin.source.id in cited else None
            version = attempt(
                form,
                lambda: actions.record_claim(
                    **who_and_when(request), situation=where, claim=claim, source=new,
                    candidate=made_of.key if made_of and made_of.state == "found" else "",
                ),
            )  # fmt: skip
            if version:
                return done(request, f"{key} is recorded. Grade it next.", "desk:claim", situation, key)
    else:
        form = ClaimForm(places=places, known=known, initial=origin.initial() if origin else {})
    return render(
        request,
        "desk/claim_form.html",
        {
            "situation": where,
            "form": form,
            "key": key,
            "origin": origin,
            "made_of": made_of,
            "sources": sources.values(),
        },
    )


def claim_edit(request: HttpRequest, situation: str, key: str) -> HttpResponse:
    """Change a claim: a new version, with the reason; what it said before stays."""
    where = access(request).get_situation(situation)
    require(request, "analyst", where)
    record = access(request).get("claim", key, where)
    says = newest(record).read(Claim)
    places, sources = _places(where), _sources(where)
    known = frozenset(sources)
    if request.method == "POST":
        form = ClaimForm(request.POST, places=places, known=known)
        if form.is_valid():
            said = form.cleaned_data
            version = attempt(
                form,
                lambda: actions.record_claim(
                    **who_and_when(request), situation=where, claim=form.says(key, says), seen=said["seen"],
                    reason=said["reason"],
                ),
            )  # fmt: skip
            if version:
                return done(request, f"{key} is at version {version.number}.", "desk:claim", situation, key)
    else:
        form = ClaimForm(places=places, known=known, initial=ClaimForm.shown(says) | {"seen": record.head})
    context = {"situation": where, "form": form, "key": key, "record": record, "sources": sources.values()}
    return render(request, "desk/claim_form.html", context)


def claim(request: HttpRequest, situation: str, key: str) -> HttpResponse:
    """One claim: its words and passage, its grade, the other side, who stands behind it, all that was done to it."""
    seen = access(request)
    where = seen.get_situation(situation)
    record = seen.get("claim", key, where)
    grade_record = find_record("grade", "admiralty", parent=record)
    rows = histories([record, grade_record] if grade_record else [record])
    says = newest_in(rows[record.pk]).read(Claim)
    graded = newest_in(rows[grade_record.pk]) if grade_record else None
    bound: dict[str, forms.Form] = {}
    if request.method == "POST":
        answer = _act(request, record, says, bound)
        if answer is not None:
            return answer
    sources = queries.sources_of(says, where)
    called, handlings = _places_and_handlings(where)
    grade = graded.read(Grade) if graded else None
    start = {"source": grade.source, "information": grade.information, "reason": grade.reason} if grade else {}
    return render(
        request,
        "desk/claim.html",
        {
            "situation": where,
            "record": record,
            "says": says,
            "grade": grade,
            "sources": sources,
            "quoted": list(_quoted(says, sources)),
            "origins": queries.independent_origins(says, sources),
            "indicators": [term for id in says.indicators if (term := load_codebook().find_indicator(id))],
            "stages": [(n, load_codebook().find_stage("ten-stages", n)) for n in says.stages],
            "places": [(id, name) for id, name in called if id in says.places],
            "handlings": [each for each in handlings if f"claim/{key}" in each[1].about],
            "steps": [step for step in CLAIM_REVIEW.steps if record.state in step.of],
            "history": rows[record.pk],
            "grade_history": rows[grade_record.pk] if grade_record else [],
            "grade_form": bound.get("grade") or GradeForm(initial=start | {"seen": graded.number if graded else ""}),
            "position_form": bound.get("position") or PositionForm(initial={"seen": record.head}),
            "step_form": bound.get("step") or Reason(prefix="step"),
            "may": seen.can("analyst", where),
            "may_review": seen.can("reviewer", where),
        },
    )


def _act(request: HttpRequest, record: Record, says: Claim, bound: dict[str, forms.Form]) -> HttpResponse | None:
    """Do what a form of the page asks; None when it was refused, and the bound form says why."""
    what = request.POST.get("do", "")
    at = who_and_when(request)
    back = ("desk:claim", record.situation.key, record.key)  # type: ignore[union-attr]
    if what == "grade":
        form: Any = GradeForm(request.POST)
        bound["grade"] = form
        if form.is_valid():
            given = form.says(by=access(request).person.name, on=now().date().isoformat())
            seen = form.cleaned_data["seen"]
            if attempt(form, lambda: actions.grade_claim(**at, claim=record, grade=given, seen=seen)):
                return done(request, f"{record.key} is graded {given}.", *back)
    elif what == "position":
        form = PositionForm(request.POST)
        form.fields["sources"].known = _known_sources(record.situation)  # type: ignore[arg-type]
        bound["position"] = form
        if form.is_valid():
            seen = form.cleaned_data["seen"]
            if attempt(form, lambda: actions.record_other_side(**at, claim=record, position=form.says(), seen=seen)):
                return done(request, "The other side's position is recorded.", *back)
    elif what in STEPS:
        form = (Note if what == "accept" else Reason)(request.POST, prefix="step")
        bound["step"] = form
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            step = STEPS[what]
            if attempt(form, lambda: step(**at, claim=record, reason=reason)):
                return done(request, f"{record.key} is {record.state}.", *back)
    return None


STEPS: Final[dict[str, Any]] = {
    "accept": actions.accept_claim,
    "reject": actions.reject_claim,
    "withdraw": actions.withdraw_claim,
    "reopen": actions.reopen_claim,
}


class Origin(msgspec.Struct, frozen=True):
    """What in the inbox a claim is made of: the candidate, its document, the passage, and the source to cite."""

    candidate: Record
    document: Document
    passage: str
    source: Source
    is_new: bool

    def initial(self) -> dict[str, Any]:
        """What the form starts with."""
        numbered = paragraphs(self.document.text)
        where = next((n for n, text in enumerate(numbered, 1) if self.passage[:80] in text), 0)
        quoted = self.passage[:MAX_QUOTED].replace("\n", " ")
        place = f"paragraph {where}, " if where else ""
        return {
            "asserted_by": self.document.publisher,
            "sources": f"{self.source.id}, {place}“{quoted}”",
        }


def _origin(asked: QueryDict, record: Record, situation: Record) -> Origin | None:
    """The passage that a claim is to be made of, named by `passage` or `paragraph`; a signal has none."""
    says = newest(record).read(Candidate)
    found = queries.documents((says.document,))
    if not found:
        return None
    document = found[0]
    numbered = paragraphs(document.text)
    number = asked.get("paragraph", "")
    passage = asked.get("passage", "").strip()
    if not passage and number.isdecimal() and 0 < int(number) <= len(numbered):
        passage = numbered[int(number) - 1]
    known = queries.find_source_of(document, situation)
    source = known or Source(
        id=queries.next_key(situation, "source", "S"),
        publisher=document.publisher or document.url,
        title=document.title,
        date=document.published,
        lang=document.lang,
        links=(Link(url=document.url),) if document.url.startswith(("http://", "https://")) else (),
        capture_sha256=document.capture_sha256,
    )
    return Origin(record, document, (passage or says.passage)[:4_000], source, known is None)


class Quoted(msgspec.Struct, frozen=True):
    """A citation, its source, and the passage in what was captured of it."""

    source: Source
    passage: str
    document: Document | None
    before: str
    words: str
    after: str


def _quoted(says: Claim, sources: dict[str, Source]) -> Iterator[Quoted]:
    for citation in says.sources:
        source = sources.get(citation.source)
        if source is None:
            continue
        document = queries.find_document(source.capture_sha256)
        words = re.search(r"“(.+)”", citation.passage)
        before = after = exact = ""
        if document and words:
            paragraph = next((each for each in paragraphs(document.text) if words[1][:80] in each), "")
            if paragraph:
                exact = words[1] if words[1] in paragraph else paragraph
                before, _, after = paragraph.partition(exact)
        yield Quoted(source, citation.passage, document, before, exact, after)


def _sources(situation: Record) -> dict[str, Source]:
    """What a claim of the situation may cite, the newest first."""
    found = versions_at(Record.objects.filter(kind="source", situation=situation)).order_by("-record_id")
    return {version.record.key: version.read(Source) for version in found}


def _known_sources(situation: Record) -> frozenset[str]:
    return frozenset(Record.objects.filter(kind="source", situation=situation).values_list("key", flat=True))


def _places(situation: Record) -> list[tuple[str, str]]:
    return _places_and_handlings(situation)[0]


def _places_and_handlings(situation: Record) -> tuple[list[tuple[str, str]], list[tuple[Record, Handling]]]:
    """What places are called, and how records are to be handled: in one query."""
    places, handlings = [], []
    kinds = ("place", "handling")
    for version in versions_at(Record.objects.filter(kind__in=kinds, situation=situation)).order_by("record_id"):
        if version.record.kind == "handling":
            handlings.append((version.record, version.read(Handling)))
        else:
            place = version.read(Place)
            places.append((place.id, ", ".join(name.text for name in place.names[:3])))
    return places, handlings
