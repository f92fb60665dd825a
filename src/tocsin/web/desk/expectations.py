"""Expectations: what we said about the future, how it came out, and our record of being right."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from tocsin.core.model.judgement import Expectation, Settlement
from tocsin.follow import actions
from tocsin.follow.queries import track_record_of
from tocsin.records.models import Record
from tocsin.records.queries import history, newest
from tocsin.review.queries import next_key
from tocsin.web.desk.access import access, require
from tocsin.web.desk.doing import attempt, do, done, now, who_and_when
from tocsin.web.desk.forms.following import ExpectationForm, SettlementForm


def expectation_list(request: HttpRequest) -> HttpResponse:
    """Every expectation that one may see, and the score of those that came out."""
    seen = access(request)
    record = track_record_of(list(seen.situations), on=now().date())
    writable = [each for each in seen.situations.values() if seen.can("analyst", each)]
    return render(request, "desk/expectation_list.html", {"record": record, "writable": writable})


def expectation_new(request: HttpRequest, situation: str) -> HttpResponse:
    """Put an expectation on record. It is never changed after."""
    where = access(request).get_situation(situation)
    require(request, "analyst", where)
    key = next_key(where, "expectation", "X")
    form = ExpectationForm(request.POST or None)

    def record() -> object:
        said = form.says(key, access(request).person.name)
        return actions.record_expectation(**who_and_when(request), situation=where, expectation=said)

    if request.method == "POST" and form.is_valid() and attempt(form, record):
        return done(request, f"{key} is on record.", "desk:expectation", situation, key)
    lead = "It stands as it is written from now on; it can be withdrawn, and then stays on record as withdrawn."
    context = {"form": form, "situation": where, "title": f"Expectation {key}", "button": "Put it on record"}
    return render(request, "desk/form_page.html", context | {"lead": lead})


def expectation(request: HttpRequest, situation: str, key: str) -> HttpResponse:
    """One expectation; settle it, or confirm how somebody else settled it."""
    seen = access(request)
    where = seen.get_situation(situation)
    record = seen.get("expectation", key, where)
    known = frozenset(Record.objects.filter(kind="source", situation=where).values_list("key", flat=True))
    form = SettlementForm(request.POST or None, initial={"as_of": now().date()})
    form.fields["sources"].known = known  # type: ignore[attr-defined]

    def settle() -> object:
        return actions.settle_expectation(**who_and_when(request), expectation=record, settlement=form.says())

    if request.method == "POST" and form.is_valid() and attempt(form, settle):
        return done(request, "Settled. Somebody else confirms it.", "desk:expectation", situation, key)
    last = record.children.filter(kind="settlement").order_by("pk").last()
    return render(
        request,
        "desk/expectation.html",
        {
            "situation": where,
            "record": record,
            "says": newest(record).read(Expectation),
            "settlement": newest(last).read(Settlement) if last and record.state in ("settled", "confirmed") else None,
            "form": form,
            "history": history(record),
            "may": seen.can("analyst", where),
            "may_confirm": seen.can("reviewer", where),
        },
    )


@require_POST
def expectation_step(request: HttpRequest, situation: str, key: str, verb: str) -> HttpResponse:
    """Confirm, contest or withdraw."""
    seen = access(request)
    record = seen.get("expectation", key, seen.get_situation(situation))
    steps = {
        "confirm": actions.confirm_settlement,
        "contest": actions.contest_settlement,
        "withdraw": actions.withdraw_expectation,
    }
    if verb not in steps:
        raise Http404
    reason = request.POST.get("reason", "").strip()
    return do(
        request, lambda: steps[verb](**who_and_when(request), expectation=record, reason=reason),
        f"{key}: {verb}.", "desk:expectation", situation, key,
    )  # fmt: skip
