"""Who told the desk, and what must not be told: that it is there, for those with the role; what it says, on record."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from tocsin.core.errors import TocsinError
from tocsin.core.model.protected import Consent, Handling
from tocsin.records.keyring import Keyring
from tocsin.records.models import Record, Version
from tocsin.records.queries import history, newest, versions_at
from tocsin.review.protection import actions
from tocsin.review.protection.queries import SEALED_KINDS, Kept, listed, looks, resting_on
from tocsin.review.queries import next_key
from tocsin.web import current_desk
from tocsin.web.desk.access import access, require
from tocsin.web.desk.doing import attempt, done, sentence, who_and_when
from tocsin.web.desk.forms.fields import Reason
from tocsin.web.desk.forms.protection import ConsentForm, HandlingForm, RemarkForm, WithdrawForm, WitnessForm

N_LOOKS = 20
"""The last looks that are shown; the audit holds all of them."""

LETTERS = {"witness": "W", "note": "N"}


def protection(request: HttpRequest, situation: str) -> HttpResponse:
    """What is confidential in a situation: that it is there, and who looked at it; never what it says."""
    where = access(request).get_situation(situation)
    require(request, "analyst", where)
    bound: dict[str, Any] = {}
    if request.method == "POST":
        answer = _record(request, where, bound)
        if answer is not None:
            return answer
    return render(request, "desk/protection.html", _context(request, where) | bound)


def handling(request: HttpRequest, situation: str, key: str) -> HttpResponse:
    """How some records are to be handled: caveat, embargo, how exactly a place is shown. `new` begins one."""
    where = access(request).get_situation(situation)
    require(request, "analyst", where)
    record = None if key == "new" else access(request).get("handling", key, where)
    says = newest(record).read(Handling) if record else None
    key = next_key(where, "handling", "H") if record is None else key
    start = HandlingForm.shown(says) if says else {"about": request.GET.get("about", "")[:200]}
    form = HandlingForm(request.POST or None, initial=start | {"seen": record.head if record else None})

    def keep() -> Version:
        said = form.cleaned_data
        return actions.record_handling(
            **who_and_when(request), situation=where, key=key, handling=form.says(), seen=said["seen"],
            reason=said["reason"],
        )  # fmt: skip

    if request.method == "POST" and form.is_valid() and attempt(form, keep):
        return done(request, f"{key} is recorded. A sign-off of what it concerns is taken back.", *_back(where))
    context = {
        "situation": where, "form": form, "title": f"Handling {key}", "button": "Record it",
        "lead": "The rules keep to it: a draft that breaks it cannot be submitted. It is never published itself.",
        "history": history(record) if record else [],
    }  # fmt: skip
    return render(request, "desk/form_page.html", context)


def witness(request: HttpRequest, situation: str, key: str) -> HttpResponse:
    """A witness: what they agreed to, what rests on them, and the end of it. Not who they are."""
    where = access(request).get_situation(situation)
    require(request, "analyst", where)
    record = access(request).get("witness", key, where)
    consent, withdraw = ConsentForm(), WithdrawForm()
    if request.method == "POST" and request.POST.get("do") == "withdraw":
        withdraw = WithdrawForm(request.POST)
        if withdraw.is_valid() and (
            gone := attempt(withdraw, lambda: actions.withdraw_consent(**who_and_when(request), witness=record))
        ):
            claims = f" Withdrawn with it: {', '.join(gone.claims)}." if gone.claims else ""
            return done(request, f"Consent is withdrawn; what {key} told is unreadable.{claims}", *_back(where))
    elif request.method == "POST":
        consent = ConsentForm(request.POST)
        by = access(request).person.username
        number = str(record.children.filter(kind="consent").count() + 1)
        if consent.is_valid() and attempt(
            consent,
            lambda: actions.record_consent(
                **who_and_when(request), witness=record, consent=consent.says(by), key=number
            ),
        ):  # fmt: skip
            return done(request, f"What {key} agreed to is recorded.", "desk:witness", situation, key)
    rests = resting_on(record)
    given = versions_at(Record.objects.filter(parent=record, kind="consent")).order_by("record_id")
    context = {
        "situation": where, "record": record, "kept": _kept(where, record),
        "consents": [(version.record, version.read(Consent)) for version in given], "claims": rests.claims,
        "sealed": rests.sealed, "consent_form": consent, "withdraw_form": withdraw,
        "may_review": access(request).can("reviewer", where),
    }  # fmt: skip
    return render(request, "desk/witness.html", context)


@require_POST
def reveal(request: HttpRequest, situation: str, kind: str, key: str) -> HttpResponse:
    """Show what one confidential record says, on this one page; that it was shown, and why, is on record first."""
    where = access(request).get_situation(situation)
    require(request, "analyst", where)
    if kind not in SEALED_KINDS:
        raise Http404
    record = access(request).get(kind, key, where)
    form = Reason(request.POST)
    context: dict[str, Any] = {"situation": where, "record": record, "kind": kind}
    if not form.is_valid():
        return render(request, "desk/revealed.html", context | {"refused": "Say why you look."}, status=400)
    try:
        said = actions.reveal(
            **who_and_when(request), keys=_keys(), version=newest(record), reason=form.cleaned_data["reason"]
        )
    except TocsinError as error:
        return render(request, "desk/revealed.html", context | {"refused": sentence(error)}, status=403)
    fields = [(name, getattr(said, name)) for name in said.__struct_fields__]
    context["fields"] = [(name, value) for name, value in fields if value not in ("", None, ())]
    return render(request, "desk/revealed.html", context)


def _record(request: HttpRequest, where: Record, bound: dict[str, Any]) -> HttpResponse | None:
    """Record a witness or a remark, sealed; None when it was refused."""
    what = request.POST.get("do", "")
    if what not in LETTERS:
        raise Http404
    form: Any = (WitnessForm if what == "witness" else RemarkForm)(request.POST, prefix=what)
    bound[f"{what}_form"] = form
    key = next_key(where, what, LETTERS[what])

    def seal() -> Version:
        return actions.record_sealed(
            **who_and_when(request), keys=_keys(), situation=where, kind=what, key=key, content=form.says(),
            about=form.cleaned_data["about"],
        )  # fmt: skip

    if form.is_valid() and attempt(form, seal):
        if what == "witness":
            said = f"{key} is recorded, sealed. Say next what they agreed to."
            return done(request, said, "desk:witness", where.key, key)
        return done(request, f"{key} is recorded, sealed.", *_back(where))
    return None


def _context(request: HttpRequest, where: Record) -> dict[str, Any]:
    seen = [each for each in looks() if each.path.startswith(f"{where.path}/")]
    handlings = versions_at(Record.objects.filter(situation=where, kind="handling")).order_by("record_id")
    return {
        "situation": where,
        "listed": listed(where),
        "handlings": [(version.record, version.read(Handling)) for version in handlings],
        "looks": seen[-N_LOOKS:][::-1],
        "n_looks": len(seen),
        "witness_form": WitnessForm(prefix="witness"),
        "note_form": RemarkForm(prefix="note"),
        "may_review": access(request).can("reviewer", where),
        "own": access(request).person.username,
    }


def _kept(where: Record, record: Record) -> Kept | None:
    return next((each for each in listed(where) if each.path == record.path), None)


def _keys() -> Keyring:
    return Keyring(current_desk().confidential_key_path)


def _back(where: Record) -> tuple[str, str]:
    return "desk:protection", where.key
