"""Situations: the list, one with all that belongs to it, and the forms for who, where, what to watch, what to do."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from tocsin.core.model.assessment import Party
from tocsin.core.model.judgement import SituationScope
from tocsin.core.model.places import Place
from tocsin.records.kept import counts_now
from tocsin.records.models import Person, Record, Version
from tocsin.records.queries import counts, find_record, history, newest, versions_at
from tocsin.review import actions, queries
from tocsin.warn.queries import standings
from tocsin.web.desk.access import access, require
from tocsin.web.desk.doing import attempt, do, done, now, who_and_when
from tocsin.web.desk.forms.situations import (
    GroupForm,
    NewSituationForm,
    PartyForm,
    PlaceForm,
    SituationForm,
    TaskForm,
    WatchForm,
)

PARTIES: Final = {"actor": PartyForm, "group": GroupForm}


def situation_list(request: HttpRequest) -> HttpResponse:
    """The situations that one may see."""
    seen = access(request)
    found = versions_at(Record.objects.filter(pk__in=list(seen.situations)))
    scopes = {version.record_id: version.read(SituationScope) for version in found}
    n = counts_now(seen.last_acts)
    rows = [
        {
            "record": record,
            "says": scopes[pk],
            "n_claims": sum(number for (where, kind, _), number in n.items() if where == pk and kind == "claim"),
            "n_candidates": n.get((pk, "candidate", "found"), 0),
            "n_warnings": n.get((pk, "bulletin", ""), 0),
        }
        for pk, record in seen.situations.items()
    ]
    return render(request, "desk/situation_list.html", {"rows": rows, "may_open": seen.can("reviewer")})


def situation_new(request: HttpRequest) -> HttpResponse:
    """Open a situation."""
    require(request, "reviewer")
    form = NewSituationForm(
        request.POST or None, choices={"places": [], "alleged_perpetrators": [], "groups_at_risk": []}
    )
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"]
        if attempt(form, lambda: actions.open_situation(**who_and_when(request), key=key, scope=form.says())):
            return done(
                request, "The situation is open. Say next who, where, and what to watch for.", "desk:situation", key
            )
    return render(request, "desk/form_page.html", {"form": form, "title": "Open a situation", "button": "Open it"})


def situation(request: HttpRequest, situation: str) -> HttpResponse:
    """One situation."""
    seen = access(request)
    record = seen.get_situation(situation)
    version = newest(record)
    says = version.read(SituationScope)
    parts = _parts(record)
    choices = {
        "places": [(key, _called(said)) for key, said in parts["place"].items()],
        "alleged_perpetrators": [(key, said.name) for key, said in parts["actor"].items()],
        "groups_at_risk": [(key, said.name) for key, said in parts["group"].items()],
    }
    bulletins = Record.objects.filter(kind="bulletin", situation=record)
    watch = queries.watches(record)
    watch_record = find_record("watch", "watch", situation=record)
    staff = [(person.username, person.name) for person in Person.objects.filter(is_active=True).order_by("username")]
    shown = {name: getattr(says, name) for name in ("title", "places", "alleged_perpetrators", "groups_at_risk")}
    start = WatchForm.shown(watch[0][1]) if watch else {}
    bound: dict[str, Any] = {}
    if request.method == "POST":
        answer = _act(request, record, bound, choices, staff)
        if answer is not None:
            return answer
    return render(
        request,
        "desk/situation.html",
        {
            "situation": record,
            "says": says,
            "parts": parts,
            "places": [(key, said) for key, said in parts["place"].items()],
            "stands": standings(bulletins.order_by("key"), on=now().date()),
            "n": _numbers(record),
            "watch": watch[0][1] if watch else None,
            "tasks": queries.tasks([record.pk]),
            "history": history(record),
            "scope_form": bound.get("scope")
            or SituationForm(
                choices=choices, initial=shown | {"countries": " ".join(says.countries), "seen": version.number}
            ),
            "watch_form": bound.get("watch")
            or WatchForm(initial=start | {"seen": watch_record.head if watch_record else None}),
            "task_form": bound.get("task") or TaskForm(people=staff),
            "actor_form": bound.get("actor") or PartyForm(prefix="actor"),
            "group_form": bound.get("group") or GroupForm(prefix="group"),
            "place_form": bound.get("place") or PlaceForm(prefix="place"),
            "may": seen.can("analyst", record),
            "may_open": seen.can("reviewer", record),
        },
    )


@require_POST
def task_finish(request: HttpRequest, situation: str, key: str) -> HttpResponse:
    """Say that a task is done."""
    seen = access(request)
    record = seen.get("task", key, seen.get_situation(situation))
    return do(request, lambda: actions.finish_task(**who_and_when(request), task=record), "Done.", "desk:today")


def _act(
    request: HttpRequest, record: Record, bound: dict[str, Any], choices: dict[str, Any], staff: list[tuple[str, str]]
) -> HttpResponse | None:
    """Do what a form of the page asks; None when it was refused."""
    what, at = request.POST.get("do", ""), who_and_when(request)
    made: Any
    if what == "scope":
        form: Any = SituationForm(request.POST, choices=choices)
        made = lambda: actions.open_situation(  # noqa: E731
            **at, key=record.key, scope=form.says(), seen=form.cleaned_data["seen"], reason=form.cleaned_data["reason"]
        )
    elif what == "watch":
        form = WatchForm(request.POST)
        made = lambda: actions.set_watch(  # noqa: E731
            **at, situation=record, watch=form.says(), seen=form.cleaned_data["seen"]
        )
    elif what == "task":
        form = TaskForm(request.POST, people=staff)
        made = lambda: actions.give_task(  # noqa: E731
            **at, situation=record, task=form.says(queries.next_key(record, "task", "T"))
        )
    elif what in PARTIES or what == "place":
        form = (PARTIES.get(what) or PlaceForm)(request.POST, prefix=what)
        made = lambda: _record_part(at, record, what, form)  # noqa: E731
    else:
        raise Http404
    bound[what] = form
    if form.is_valid() and attempt(form, made) and form.is_valid():
        return done(request, SAID[what], "desk:situation", record.key)
    return None


SAID: Final = {
    "scope": "The situation is changed.",
    "watch": "The watch is set. Run intake to fill the inbox.",
    "task": "The task is given.",
    "actor": "Recorded. Tick it among the alleged perpetrators if it is one.",
    "group": "Recorded. Tick it among the groups at risk.",
    "place": "Recorded. Tick it among the places if people are at risk there.",
}


def _record_part(at: dict[str, Any], situation: Record, kind: str, form: forms.Form) -> Version | None:
    said = form.cleaned_data
    first = said["names"][0].text if kind == "place" else said["name"]
    key = said.get("code") or _slug(first) or queries.next_key(situation, kind, kind[0].upper())
    content = form.says(key) if kind == "place" else form.says()  # type: ignore[attr-defined]
    if form.errors:
        return None
    return actions.record_evidence(**at, situation=situation, kind=kind, key=key, content=content)


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60]
    return slug if slug[:1].isalpha() else ""


def _parts(record: Record) -> dict[str, dict[str, Any]]:
    kinds: dict[str, Any] = {"actor": Party, "group": Party, "place": Place}
    found: dict[str, dict[str, Any]] = {kind: {} for kind in kinds}
    for version in versions_at(Record.objects.filter(kind__in=kinds, situation=record)).order_by("record_id"):
        found[version.record.kind][version.record.key] = version.read(kinds[version.record.kind])
    return found


def _called(place: Place) -> str:
    return ", ".join(name.text for name in place.names[:3])


def _numbers(record: Record) -> dict[str, int]:
    n: dict[str, int] = {}
    for (_, kind, state), number in counts([record.pk], ("candidate", "claim", "source")).items():
        n[kind] = n.get(kind, 0) + number
        n[f"{kind}_{state}"] = number
    return n
