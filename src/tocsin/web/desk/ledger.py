"""The ledger: who was asked what, what is seen of it, and what to bring to a meeting with one of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tocsin.core.model.asks import Recommendation
from tocsin.core.model.sources import Source
from tocsin.core.vocabulary import load_codebook
from tocsin.follow import actions
from tocsin.follow.matches import NoListError, sanctions_matches
from tocsin.follow.queries import Asked, due_of, ledger_now, ledger_of, series_of
from tocsin.publish.pdf.brief import Brief, BriefAsk, brief_pdf, cited
from tocsin.publish.words import words
from tocsin.records.models import Record
from tocsin.records.queries import history, newest, versions_at
from tocsin.review.queries import next_key
from tocsin.web import current_desk
from tocsin.web.desk.access import access, require
from tocsin.web.desk.doing import attempt, done, now, sentence, who_and_when
from tocsin.web.desk.forms.following import AskForm, ResponseForm

PAGE = 50
"""Recommendations that are shown at once."""


def ledger(request: HttpRequest) -> HttpResponse:
    """Every recommendation, narrowed by addressee, instrument, status, situation; those to look at again say so."""
    seen = access(request)
    chosen = request.GET.get("situation", "")
    asked = ledger_now(seen.last_acts_in(chosen))
    narrowed = {name: request.GET.get(name, "") for name in ("addressee", "instrument", "status")}
    due = {(each.situation, each.recommendation.id) for each in due_of(asked, on=now().date())}
    rows = [(each, (each.situation, each.recommendation.id) in due) for each in asked if _fits(each, narrowed)]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    addressees = sorted({who.name for each in asked for who in each.recommendation.addressees})
    return render(
        request,
        "desk/ledger.html",
        {
            "rows": page.object_list,
            "page": page,
            "rest": urlencode({"situation": chosen, **narrowed}),
            "narrowed": narrowed,
            "chosen": chosen,
            "addressees": addressees,
            "instruments": [(each.id, each.label) for each in load_codebook().instruments],
            "statuses": sorted({each.status for each in asked}),
            "situations": seen.situations.values(),
            "meanings": load_codebook().response_statuses,
            "n_due": sum(late for _, late in rows),
            "n_all": len(rows),
            "may": any(seen.can("analyst", situation) for situation in seen.situations.values()),
        },
    )


def matches(request: HttpRequest, situation: str) -> HttpResponse:
    """What the Security Council's list proposes as an answer to a recommendation. A person records it, or does not."""
    where = access(request).get_situation(situation)
    context: dict[str, Any] = {"situation": where}
    try:
        found = sanctions_matches(current_desk().folder, where)
    except NoListError as error:
        context["refused"] = f"{sentence(error)} Whoever runs the desk does: tocsin collect run un-sanctions."
    else:
        context |= {"found": found, "n_matches": len(found.matches), "shown": found.matches[:PAGE]}
    return render(request, "desk/matches.html", context)


def asked(request: HttpRequest, situation: str, key: str) -> HttpResponse:
    """One recommendation with its dated series, and the form for what was seen next."""
    seen = access(request)
    where = seen.get_situation(situation)
    record = seen.get("recommendation", key, where)
    form = ResponseForm(request.POST or None)
    form.fields["sources"].known = _sources(where)  # type: ignore[attr-defined]

    def respond() -> object:
        return actions.record_response(**who_and_when(request), recommendation=record, response=form.says())

    if request.method == "POST" and form.is_valid() and attempt(form, respond):
        return done(request, "The observation is in the series.", "desk:asked", situation, key)
    says = newest(record).read(Recommendation)
    return render(
        request,
        "desk/asked.html",
        {
            "situation": where,
            "record": record,
            "says": says,
            "instrument": load_codebook().find_instrument(says.instrument),
            "series": series_of(record),
            "form": form,
            "history": history(record),
            "may": seen.can("analyst", where),
        },
    )


def ask_new(request: HttpRequest, situation: str) -> HttpResponse:
    """Record what is asked of whom."""
    where = access(request).get_situation(situation)
    require(request, "analyst", where)
    number = Record.objects.filter(kind="recommendation", situation=where).count() + 1
    key = next_key(where, "recommendation", "REC-")
    form = AskForm(request.POST or None)

    def record() -> object:
        asks = form.says(key, number)
        return actions.record_recommendation(**who_and_when(request), situation=where, recommendation=asks)

    if request.method == "POST" and form.is_valid() and attempt(form, record):
        return done(request, f"{key} is recorded. A draft that is to carry it names it.", "desk:asked", situation, key)
    context = {"form": form, "situation": where, "title": f"Recommendation {key}", "button": "Record it"}
    return render(request, "desk/form_page.html", context)


def addressee(request: HttpRequest) -> HttpResponse:
    """What to bring to a meeting: all that was asked of one addressee, and what is seen of it."""
    return render(request, "desk/addressee.html", {"brief": _brief(request)})


def addressee_pdf(request: HttpRequest) -> HttpResponse:
    """The same as a PDF."""
    brief = _brief(request)
    answer = HttpResponse(brief_pdf(brief, words("en")), content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="brief.pdf"'
    return answer


def _brief(request: HttpRequest) -> Brief:
    seen = access(request)
    name = request.GET.get("name", "")
    asks = tuple(
        BriefAsk(recommendation=each.recommendation, about=each.situation, status=each.status, series=each.responses)
        for each in ledger_of(list(seen.situations))
        if _asks(each, name)
    )
    if not asks:
        raise Http404
    found = versions_at(Record.objects.filter(kind="source", situation__in=list(seen.situations), key__in=cited(asks)))
    sources = tuple(version.read(Source) for version in found.order_by("record__key"))
    desk = current_desk().settings
    return Brief(addressee=name, desk=desk.name, status=desk.status, on=now().date(), asks=asks, sources=sources)


def _fits(each: Asked, narrowed: dict[str, str]) -> bool:
    return (
        (not narrowed["addressee"] or _asks(each, narrowed["addressee"]))
        and narrowed["instrument"] in ("", each.recommendation.instrument)
        and narrowed["status"] in ("", each.status)
    )


def _asks(each: Asked, name: str) -> bool:
    return any(who.name == name for who in each.recommendation.addressees)


def _sources(situation: Record) -> frozenset[str]:
    return frozenset(Record.objects.filter(kind="source", situation=situation).values_list("key", flat=True))
