"""Sources: where statements were published; the list of a situation, and the form."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tocsin.core.model.sources import Source
from tocsin.records.models import Record
from tocsin.records.queries import history, newest, versions_at
from tocsin.records.search import matching
from tocsin.review import actions, queries
from tocsin.web.desk.access import access, require
from tocsin.web.desk.doing import attempt, done, who_and_when
from tocsin.web.desk.forms.claims import SourceForm

LIMIT = 300
"""Sources that a list shows; the search finds the others."""


def source_list(request: HttpRequest, situation: str) -> HttpResponse:
    """The sources of a situation."""
    where = access(request).get_situation(situation)
    text = request.GET.get("q", "").strip()[:200]
    found = matching(Record.objects.filter(kind="source", situation=where), text)
    rows = [version.read(Source) for version in versions_at(found).order_by("-record_id")[:LIMIT]]
    context = {"situation": where, "rows": rows, "text": text, "may": access(request).can("analyst", where)}
    return render(request, "desk/source_list.html", context)


def source_new(request: HttpRequest, situation: str) -> HttpResponse:
    """Record a source."""
    where = access(request).get_situation(situation)
    require(request, "analyst", where)
    key = queries.next_key(where, "source", "S")
    form = SourceForm(request.POST or None)

    def record() -> object:
        content = form.says(key)
        return actions.record_evidence(
            **who_and_when(request), situation=where, kind="source", key=key, content=content
        )

    if request.method == "POST" and form.is_valid() and attempt(form, record):
        return done(request, f"{key} is recorded.", "desk:source", situation, key)
    context = {"form": form, "situation": where, "title": f"Source {key}", "button": "Record it"}
    return render(request, "desk/form_page.html", context)


def source(request: HttpRequest, situation: str, key: str) -> HttpResponse:
    """One source: what is known of it, its captured copy, what cites it; and the form to change it."""
    seen = access(request)
    where = seen.get_situation(situation)
    record = seen.get("source", key, where)
    says = newest(record).read(Source)
    form = SourceForm(request.POST or None, initial=SourceForm.shown(says) | {"seen": record.head})

    def change() -> object:
        said = form.cleaned_data
        return actions.record_evidence(
            **who_and_when(request), situation=where, kind="source", key=key, content=form.says(key, says),
            seen=said["seen"], reason=said["reason"],
        )  # fmt: skip

    if request.method == "POST" and form.is_valid() and attempt(form, change):
        return done(request, f"{key} is changed.", "desk:source", situation, key)
    cited = matching(Record.objects.filter(kind="claim", situation=where), key).order_by("key")
    return render(
        request,
        "desk/source.html",
        {
            "situation": where, "record": record, "says": says, "form": form, "history": history(record),
            "document": queries.find_document(says.capture_sha256), "cited": cited[:100],
            "may": seen.can("analyst", where),
        },
    )  # fmt: skip
