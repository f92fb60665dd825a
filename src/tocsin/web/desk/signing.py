"""Sign-off: what a second person reads before they answer for a draft, and what a publisher then issues."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from tocsin.core.errors import TocsinError
from tocsin.core.model.judgement import Draft
from tocsin.core.protection.checklist import look
from tocsin.core.rules.four_eyes import objections
from tocsin.core.rules.second_factor import SecondFactorError
from tocsin.records.models import Record
from tocsin.records.queries import contributions, history, last_sign_off, newest
from tocsin.warn import actions
from tocsin.warn.preview import preview_path
from tocsin.warn.queries import (
    comments_on,
    get_open_draft,
    last_submission,
    look_over,
    standing_sign_off,
)
from tocsin.web import current_desk
from tocsin.web.desk.access import access
from tocsin.web.desk.differences import shown
from tocsin.web.desk.doing import attempt, do, done, now, sentence, who_and_when
from tocsin.web.desk.forms.fields import Reason
from tocsin.web.desk.forms.warnings import CommentForm
from tocsin.web.desk.store import editions
from tocsin.web.sign_in.proof import get_proof


def sign_off(request: HttpRequest, warning: str) -> HttpResponse:
    """The submitted draft: what it changes, what the rules found, the comments; sign it off or send it back."""
    seen = access(request)
    bulletin, draft = seen.find_draft(warning)
    if draft is None:
        return render(request, "desk/nothing_to_sign.html", {"warning": bulletin, "situation": bulletin.situation})
    form = CommentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if attempt(
            form,
            lambda: actions.comment(**who_and_when(request), draft=draft, section=said["section"], text=said["text"]),
        ):
            return done(request, "The comment is pinned.", "desk:sign_off", warning)
    submission = last_submission(draft)
    made = contributions(submission) if submission else []
    own = objections(seen.person.username, made, last_sign_off=last_sign_off(bulletin))
    return render(
        request,
        "desk/sign_off.html",
        {
            "warning": bulletin,
            "situation": bulletin.situation,
            "draft": draft,
            "text": newest(draft).read(Draft),
            "submission": submission,
            "hands": sorted({each.person for each in made}),
            "own": own,
            "signed": standing_sign_off(draft),
            "proof": _is_proved(request),
            "form": form,
            "reason_form": Reason(),
            "comments": comments_on(draft),
            "history": history(draft),
            "may_sign": seen.can("reviewer", bulletin.situation),
            "may_issue": seen.can("publisher", bulletin.situation),
            **_read(draft),
        },
    )


@require_POST
def sign(request: HttpRequest, warning: str) -> HttpResponse:
    """Answer for what was submitted."""
    draft = get_open_draft(access(request).get_bulletin(warning))
    statement = request.POST.get("statement", "").strip()[:2_000]
    proof = get_proof(request, "warn.sign_off")
    return do(
        request,
        lambda: actions.sign_off(
            **who_and_when(request), draft=draft, statement=statement, proof=proof
        ),
        "Signed off. A publisher may issue it now; any change takes the sign-off back.", "desk:sign_off", warning,
    )  # fmt: skip


@require_POST
def send_back(request: HttpRequest, warning: str) -> HttpResponse:
    """Give it back to be written."""
    draft = get_open_draft(access(request).get_bulletin(warning))
    reason = request.POST.get("reason", "")
    return do(
        request, lambda: actions.send_back(**who_and_when(request), draft=draft, reason=reason),
        "Sent back.", "desk:sign_off", warning,
    )  # fmt: skip


@require_POST
def issue(request: HttpRequest, warning: str) -> HttpResponse:
    """Issue what was signed."""
    draft = get_open_draft(access(request).get_bulletin(warning))
    proof = get_proof(request, "warn.issue")
    return do(
        request,
        lambda: actions.issue(**who_and_when(request), desk=current_desk(), draft=draft, proof=proof),
        "Issued: frozen, signed and in the log. It is published next.", "desk:warning", warning,
    )  # fmt: skip


@require_POST
def answer(request: HttpRequest, warning: str, key: str) -> HttpResponse:
    """Say what was done about a comment."""
    bulletin = access(request).get_bulletin(warning)
    comment = access(request).get("comment", key, bulletin.situation)  # type: ignore[arg-type]
    reason = request.POST.get("reason", "")
    return do(
        request, lambda: actions.answer_comment(**who_and_when(request), comment=comment, reason=reason),
        "Answered.", "desk:composer", warning,
    )  # fmt: skip


def _is_proved(request: HttpRequest) -> bool:
    """Whether a second factor was shown in this session that is still good."""
    try:
        get_proof(request, "warn.sign_off")
    except SecondFactorError:
        return False
    return True


def _read(draft: Record) -> dict[str, Any]:
    """What the page shows of the draft's content; why not, when it cannot be put together."""
    try:
        over = look_over(draft, current_desk(), editions(current_desk()), on=now().date())
    except TocsinError as error:
        return {"broken": sentence(error)}
    assembled = over.assembled
    return {
        "harm": look(over.problems),
        "problems": over.problems,
        "explained": [(each.change, [shown(one) for one in each.differences]) for each in over.explained],
        "left": [shown(each) for each in over.left],
        "latest": over.latest,
        "preview": preview_path(assembled.draft.edition, assembled.content.warning),
        "sha256": assembled.sha256,
        "content": assembled.content,
    }
