"""The composer: a draft in its sections, the rules as one types, the page and the PDF as they would be."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from tocsin.core.errors import TocsinError
from tocsin.core.model.asks import Recommendation
from tocsin.core.model.assessment import Figure
from tocsin.core.model.claims import Event
from tocsin.core.model.judgement import Draft
from tocsin.records.models import Record
from tocsin.records.queries import history, newest, newest_in, versions_at
from tocsin.review.queries import claim_page
from tocsin.warn import actions
from tocsin.warn.preview import preview_file, preview_path
from tocsin.warn.queries import LookedOver, comments_on, look_over
from tocsin.web import current_desk
from tocsin.web.desk.access import access, require
from tocsin.web.desk.differences import first_unexplained, shown
from tocsin.web.desk.doing import attempt, do, done, now, sentence, who_and_when
from tocsin.web.desk.forms.fields import Reason
from tocsin.web.desk.forms.warnings import CarriedForm, ChangeForm, FlagForm, SummaryForm
from tocsin.web.desk.looking import looking_at
from tocsin.web.desk.store import editions

FONTS: Final = "assets/fonts/"
"""Where the published site has its fonts, which are those of the desk."""

SECTIONS: Final[dict[str, Any]] = {"summary": SummaryForm, "carried": CarriedForm}


def composer(request: HttpRequest, warning: str) -> HttpResponse:
    """The open draft of a warning."""
    seen = access(request)
    bulletin, draft = seen.find_draft(warning)
    if draft is None:
        return redirect("desk:warning", warning)
    rows = history(draft)
    version = newest_in(rows)
    text = version.read(Draft)
    bound: dict[str, Any] = {}
    if request.method == "POST":
        require(request, "analyst", bulletin.situation)
        answer = _record(request, draft, text, bound)
        if answer is not None:
            return answer
    over, broken = _look_over(draft)
    found, left = (over.problems, over.left) if over else ([], [])
    number = {"seen": version.number}
    where = bulletin.situation
    assert where is not None  # noqa: S101  # a bulletin belongs to a situation
    return render(
        request,
        "desk/composer.html",
        {
            "warning": bulletin,
            "situation": where,
            "looking": looking_at(request, draft),
            "draft": draft,
            "text": text,
            "problems": found,
            "broken": broken,
            "n_errors": sum(problem.severity == "error" for problem in found),
            "left": [shown(each) for each in left],
            "summary_form": bound.get("summary") or SummaryForm(initial=SummaryForm.shown(text) | number),
            "carried_form": bound.get("carried") or CarriedForm(initial=CarriedForm.shown(text) | number),
            "change_form": bound.get("change") or ChangeForm(initial=number | first_unexplained(left)),
            "flag_form": bound.get("flag") or FlagForm(initial=number),
            "content": over.assembled.content if over else None,
            "comments": comments_on(draft),
            "history": rows,
            "reason_form": Reason(),
            "preview": preview_path(text.edition, warning),
            "preview_pdf": preview_path(text.edition, warning).replace("index.html", "warning.pdf"),
            "may": seen.can("analyst", where),
        },
    )


def to_carry(request: HttpRequest, warning: str) -> HttpResponse:
    """What there is to carry: the newest claims, or those that hold some words; events, figures, recommendations."""
    draft = _open(request, warning)
    where = draft.situation
    text = newest(draft).read(Draft)
    sought = request.GET.get("q", "").strip()[:200]
    context = {
        "situation": where, "warning": draft.parent, "text": text, "sought": sought,
        "claims": claim_page(where, text=sought).rows, "others": _others(where),
    }  # fmt: skip
    return render(request, "desk/to_carry.html", context)


@require_POST
def section(request: HttpRequest, warning: str) -> HttpResponse:
    """The rules, as one types: what they would find in a draft with these words. Nothing is recorded."""
    draft = _open(request, warning)
    form = SummaryForm(request.POST)
    said = newest(draft).read(Draft)
    changed = form.onto(said) if form.is_valid() else said
    over, broken = _look_over(draft, changed)
    found = over.problems if over else []
    return render(request, "desk/problems.html", {"problems": found, "broken": broken, "errors": form.errors})


@xframe_options_sameorigin
def preview(request: HttpRequest, warning: str, path: str) -> HttpResponse:
    """A file of the edition as it would be: its page, its PDF, and what the page loads."""
    draft = _open(request, warning)
    if path.startswith(FONTS) and path.endswith(".woff2"):
        return redirect(static(f"desk/fonts/{path.removeprefix(FONTS)}"))  # the browser has it: the desk's page uses it
    try:
        made = preview_file(
            current_desk(), draft, path, by=access(request).person.name, at=now(), store=editions(current_desk())
        )
    except TocsinError as error:
        return HttpResponse(sentence(error), content_type="text/plain; charset=utf-8", status=409)
    if made is None:
        raise Http404
    answer = HttpResponse(made.data, content_type=made.media_type)
    answer._csp_exempt = True  # type: ignore[attr-defined]  # the page carries its own policy, which the site has too
    answer["Content-Security-Policy"] = f"{made.policy or 'default-src none'}; frame-ancestors 'self'"
    return answer


@require_POST
def submit(request: HttpRequest, warning: str) -> HttpResponse:
    """Put the draft before a second person."""
    draft = _open(request, warning)
    return do(
        request, lambda: actions.submit(**who_and_when(request), desk=current_desk(), draft=draft),
        "Submitted: a second person reads it and signs it off, or sends it back.", "desk:sign_off", warning,
    )  # fmt: skip


@require_POST
def abandon(request: HttpRequest, warning: str) -> HttpResponse:
    """Give the draft up. It is kept."""
    draft = _open(request, warning)
    reason = request.POST.get("reason", "")
    return do(
        request, lambda: actions.abandon_draft(**who_and_when(request), draft=draft, reason=reason),
        "The draft is given up, and kept.", "desk:warning", warning,
    )  # fmt: skip


def _record(request: HttpRequest, draft: Record, text: Draft, bound: dict[str, Any]) -> HttpResponse | None:
    """Record a section; None when it was refused."""
    what = request.POST.get("do", "")
    form: Any
    if what in SECTIONS:
        form = SECTIONS[what](request.POST)
        changed = lambda: form.onto(text)  # noqa: E731
    elif what == "change":
        form = ChangeForm(request.POST)
        changed = lambda: msgspec.structs.replace(text, changes=(*text.changes, form.says()))  # noqa: E731
    elif what == "flag":
        form = FlagForm(request.POST)
        changed = lambda: msgspec.structs.replace(text, flags=(*text.flags, form.says()))  # noqa: E731
    elif what in ("drop_change", "drop_flag"):
        return _drop(request, draft, text, what.removeprefix("drop_"))
    else:
        raise Http404
    bound[what] = form

    def record() -> object:
        said = form.cleaned_data
        return actions.edit_draft(
            **who_and_when(request), draft=draft, text=changed(), seen=said["seen"] or 0, reason=said["reason"]
        )

    if form.is_valid() and attempt(form, record):
        return done(request, "Recorded.", "desk:composer", draft.parent.key)  # type: ignore[union-attr]
    return None


def _drop(request: HttpRequest, draft: Record, text: Draft, what: str) -> HttpResponse:
    number = request.POST.get("number", "")
    listed = text.changes if what == "change" else text.flags
    if not number.isdecimal() or int(number) >= len(listed):
        raise Http404
    kept = tuple(each for position, each in enumerate(listed) if position != int(number))
    after = msgspec.structs.replace(text, **{f"{what}s": kept})
    seen = request.POST.get("seen", "")
    return do(
        request,
        lambda: actions.edit_draft(
            **who_and_when(request), draft=draft, text=after, seen=int(seen) if seen.isdecimal() else 0,
            reason=f"a {what} taken out",
        ),
        "Taken out.", "desk:composer", draft.parent.key,  # type: ignore[union-attr]
    )  # fmt: skip


def _open(request: HttpRequest, warning: str) -> Record:
    _, draft = access(request).find_draft(warning)
    if draft is None:
        raise Http404
    return draft


def _look_over(draft: Record, text: Draft | None = None) -> tuple[LookedOver | None, str]:
    """The draft put together, or why it cannot be."""
    try:
        return look_over(draft, current_desk(), editions(current_desk()), on=now().date(), text=text), ""
    except TocsinError as error:
        return None, sentence(error)


def _others(situation: Record) -> dict[str, list[Any]]:
    """Events, figures and recommendations that a draft may carry."""
    kinds: dict[str, Any] = {"event": Event, "figure": Figure, "recommendation": Recommendation}
    found: dict[str, list[Any]] = {kind: [] for kind in kinds}
    for version in versions_at(Record.objects.filter(situation=situation, kind__in=kinds)).order_by("record_id"):
        found[version.record.kind].append(version.read(kinds[version.record.kind]))
    return found
