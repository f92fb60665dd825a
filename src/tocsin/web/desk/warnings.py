"""Warnings: the list, the thread of one, the board of its stages and factors, its level."""

from __future__ import annotations

from typing import Any, Final, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from tocsin.assess import actions as assessing
from tocsin.assess.board import assessed_board, board
from tocsin.assess.queries import assessment_of, findings_of
from tocsin.core.model.claims import Claim, Event
from tocsin.core.model.judgement import SituationScope
from tocsin.core.rules.pointing import Framework
from tocsin.core.vocabulary import load_codebook
from tocsin.publish.addresses import edition_path
from tocsin.records.models import Record
from tocsin.records.queries import find_record, history, newest, versions_at
from tocsin.warn import actions
from tocsin.warn.queries import drafts, find_open_draft, standings, standings_now, trend
from tocsin.web import current_desk
from tocsin.web.desk.access import access, require
from tocsin.web.desk.doing import attempt, do, done, now, who_and_when
from tocsin.web.desk.forms.warnings import FindingForm, LevelForm, NewWarningForm, NextForm
from tocsin.web.desk.store import editions

FRAMEWORKS: Final = {"stages": "ten-stages", "factors": "un-framework"}


def warning_list(request: HttpRequest) -> HttpResponse:
    """Where every warning stands."""
    seen = access(request)
    stands = standings_now(seen.last_acts, on=now().date())
    return render(request, "desk/warning_list.html", {"stands": stands, "titles": seen.titles})


def warning_new(request: HttpRequest, situation: str) -> HttpResponse:
    """Open a warning that no case was loaded for."""
    where = access(request).get_situation(situation)
    require(request, "analyst", where)
    desk = current_desk()
    start = {"declared_by": desk.settings.name, "publisher": desk.settings.name, "definition": "current"}
    form = NewWarningForm(request.POST or None, initial=start)
    on = now().date().isoformat()

    def open_it() -> object:
        return actions.open_warning(
            **who_and_when(request), situation=where, warning=form.cleaned_data["warning"],
            head=form.head(by=access(request).person.name, on=on, lang=desk.settings.language),
            assessment=form.says(), text=form.draft(on),
        )  # fmt: skip

    if request.method == "POST" and form.is_valid() and attempt(form, open_it):
        return done(request, "The warning is open, as a draft.", "desk:composer", form.cleaned_data["warning"])
    context = {"form": form, "situation": where, "title": "Open a warning", "button": "Open it as a draft"}
    return render(request, "desk/form_page.html", context)


def warning(request: HttpRequest, warning: str) -> HttpResponse:
    """The thread of one warning: its editions, its drafts, and what may be done next."""
    seen = access(request)
    bulletin = seen.get_bulletin(warning)
    issued = list(bulletin.editions.select_related("sign_off__by", "act__by").order_by("-number"))
    (stands,) = standings(Record.objects.filter(pk=bulletin.pk), on=now().date())
    return render(
        request,
        "desk/warning.html",
        {
            "warning": bulletin,
            "situation": bulletin.situation,
            "title": newest(bulletin.situation).read(SituationScope).title if bulletin.situation else "",
            "stands": stands,
            "issued": [(row, edition_path(warning, row.number)) for row in issued],
            "drafts": drafts(bulletin),
            "open": find_open_draft(bulletin),
            "next_form": NextForm(),
            "history": history(bulletin),
            "may": seen.can("analyst", bulletin.situation),
        },
    )


@require_POST
def update(request: HttpRequest, warning: str) -> HttpResponse:
    """Open the next edition in one act."""
    bulletin = access(request).get_bulletin(warning)
    form = NextForm(request.POST)
    said = form.cleaned_data if form.is_valid() else {"reason": "", "review_date": None}
    return do(
        request,
        lambda: actions.update(
            **who_and_when(request), desk=current_desk(), bulletin=bulletin, reason=said["reason"],
            review_date=said["review_date"],
        ),
        "The update is open as a draft.", "desk:composer", warning,
    )  # fmt: skip


@require_POST
def cancel(request: HttpRequest, warning: str) -> HttpResponse:
    """Draft and submit the cancellation in one act."""
    bulletin = access(request).get_bulletin(warning)
    form = NextForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return do(
        request,
        lambda: actions.cancel(**who_and_when(request), desk=current_desk(), bulletin=bulletin, reason=reason),
        "The cancellation waits for a second person.", "desk:sign_off", warning,
    )  # fmt: skip


def stage_board(request: HttpRequest, warning: str) -> HttpResponse:
    """The board: each stage or factor with its finding, beside what the coded claims point to."""
    seen = access(request)
    bulletin = seen.get_bulletin(warning)
    view = request.GET.get("view", "stages")
    if view not in FRAMEWORKS:
        raise Http404
    framework = cast(Framework, FRAMEWORKS[view])
    before = trend(editions(current_desk()), bulletin)
    declared, cells = assessed_board(bulletin, framework)
    return render(
        request,
        "desk/board.html",
        {
            "warning": bulletin,
            "situation": bulletin.situation,
            "view": view,
            "framework": framework,
            "rows": [(cell, [(n, states.get(cell.key, "")) for n, states in before[-6:]]) for cell in cells],
            "stands": declared.findings if declared else (),
            "declared": declared,
            "may": seen.can("analyst", bulletin.situation),
        },
    )


def finding(request: HttpRequest, warning: str, framework: str, number: int) -> HttpResponse:
    """One stage or factor: the finding, its claims on both sides, and the form."""
    seen = access(request)
    bulletin = seen.get_bulletin(warning)
    if framework not in FRAMEWORKS.values():
        raise Http404
    cells = board(bulletin, cast(Framework, framework))
    cell = next((each for each in cells if each.number == number), None)
    if cell is None:
        raise Http404
    start = FindingForm.shown(cell.finding) if cell.finding else {"claims": " ".join(cell.points.claims[:12])}
    form = FindingForm(request.POST or None, initial=start | {"seen": cell.version or None})

    def record() -> object:
        said = form.cleaned_data
        return assessing.record_finding(
            **who_and_when(request), bulletin=bulletin, finding=form.says(framework, number), seen=said["seen"],
            reason=said["reason"],
        )  # fmt: skip

    if request.method == "POST" and form.is_valid() and attempt(form, record):
        return done(request, f"{cell.label}: {form.cleaned_data['state'].replace('_', ' ')}.", "desk:board", warning)
    kept = find_record("finding", cell.key, parent=bulletin)
    return render(
        request,
        "desk/finding.html",
        {
            "warning": bulletin,
            "situation": bulletin.situation,
            "cell": cell,
            "framework": framework,
            "form": form,
            "cited": _cited(bulletin, cell.finding.claims if cell.finding else ()),
            "against": _cited(bulletin, cell.finding.against if cell.finding else ()),
            "mitigating": _cited(
                bulletin, (*(cell.finding.mitigating if cell.finding else ()), *cell.points.mitigating)
            ),
            "pointing": _cited(bulletin, cell.points.claims),
            "history": history(kept) if kept else [],
            "may": seen.can("analyst", bulletin.situation),
        },
    )


def level(request: HttpRequest, warning: str) -> HttpResponse:
    """The level as its issuer declares it, how sure, and which findings stand."""
    bulletin = access(request).get_bulletin(warning)
    require(request, "analyst", bulletin.situation)
    says, version = assessment_of(bulletin)
    found = findings_of(bulletin)
    form = LevelForm(request.POST or None, initial=LevelForm.shown(says) | {"seen": version})
    ticked = tuple(key for key in request.POST.getlist("finding") if key in found)
    standing = ticked if request.method == "POST" else says.findings

    def record() -> object:
        said = form.cleaned_data
        ordered = (*(key for key in says.findings if key in standing), *(k for k in standing if k not in says.findings))
        return assessing.record_assessment(
            **who_and_when(request), bulletin=bulletin, assessment=form.says(ordered), seen=said["seen"],
            reason=said["reason"],
        )  # fmt: skip

    if request.method == "POST" and form.is_valid() and attempt(form, record):
        return done(request, "The level and the findings that stand are recorded.", "desk:board", warning)
    context = {
        "warning": bulletin, "situation": bulletin.situation, "form": form,
        "findings": [(key, finding, key in standing) for key, (finding, _) in found.items()],
        "definitions": load_codebook().level_definitions,
    }  # fmt: skip
    return render(request, "desk/level.html", context)


def _cited(bulletin: Record, keys: tuple[str, ...]) -> list[tuple[Record, Any]]:
    """Claims and events by key, as (record, what it says), in the order of the keys."""
    wanted = list(dict.fromkeys(keys))[:200]
    kinds: dict[str, Any] = {"claim": Claim, "event": Event}
    found = Record.objects.filter(situation=bulletin.situation, kind__in=kinds, key__in=wanted)
    by_key = {version.record.key: version for version in versions_at(found)}
    return [(by_key[key].record, by_key[key].read(kinds[by_key[key].record.kind])) for key in wanted if key in by_key]
