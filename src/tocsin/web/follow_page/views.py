"""One action for each page. No page says whether an address is subscribed: only the message that is sent there does."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tocsin.core.life_cycles import StepError
from tocsin.core.model.judgement import Subscription
from tocsin.records.acting import ChangedMeanwhileError
from tocsin.records.models import Record
from tocsin.records.queries import find_record, newest, read
from tocsin.warn.deliver import actions
from tocsin.warn.deliver.settings import mail_settings
from tocsin.warn.deliver.tokens import Purpose, TokenError, read_token
from tocsin.web import current_desk
from tocsin.web.follow_page.forms import Subscribe, Wants
from tocsin.web.follow_page.limits import may_ask

GET_AND_POST = require_http_methods(("GET", "HEAD", "POST"))


@login_not_required
@csrf_exempt
@GET_AND_POST
def subscribe(request: HttpRequest) -> HttpResponseBase:
    """Ask to be told. The answer is the same for an address that is subscribed and for one that is not.

    Nobody is signed in here, so a form sent from another site can do nothing that it could not do by itself.
    """
    if mail_settings(current_desk()) is None:
        return _page(request, "closed", status=404)
    if request.method != "POST":
        return _page(request, "subscribe", form=Subscribe())
    if not may_ask(request):
        return _page(request, "too_often", status=429)
    form = Subscribe(request.POST)
    if not form.is_valid():
        return _page(request, "subscribe", status=422, form=form)
    actions.ask_to_follow(
        by=None, at=timezone.now(), address=form.cleaned_data["address"], wants=form.wants()
    )  # fmt: skip
    return redirect("follow:asked")


@login_not_required
@require_http_methods(("GET", "HEAD"))
def asked(request: HttpRequest) -> HttpResponse:
    """Where to look now."""
    return _page(request, "asked")


@login_not_required
@csrf_exempt
@GET_AND_POST
def confirm(request: HttpRequest, token: str) -> HttpResponseBase:
    """Say that it was they who asked: a button, since programs that read mail follow links by themselves."""
    subscriber = _subscriber("confirm", token)
    if subscriber is None:
        return _page(request, "bad_link", status=404)
    if subscriber.state == "asked" and request.method == "POST":
        try:
            actions.confirm(by=None, at=timezone.now(), subscriber=subscriber)
        except StepError:
            subscriber.refresh_from_db()  # confirmed, or left, in another window at the same instant
    return _page(request, "confirm", state=subscriber.state, said=read(subscriber, Subscription))


@login_not_required
@csrf_exempt
@GET_AND_POST
def choose(request: HttpRequest, token: str) -> HttpResponseBase:
    """Choose what one is told."""
    subscriber = _subscriber("manage", token)
    if subscriber is None:
        return _page(request, "bad_link", status=404)
    if subscriber.state == "left":
        return _page(request, "leave", state="left", token=token)
    version = newest(subscriber)
    before = version.read(Subscription)
    if request.method != "POST":
        initial = {name: getattr(before, name) for name in ("situations", "level", "languages")}
        return _page(request, "choose", form=Wants(initial=initial), token=token)
    form = Wants(request.POST)
    saved = False
    if form.is_valid():
        try:
            actions.choose(
                by=None, at=timezone.now(), subscriber=subscriber, wants=form.wants(before), seen=version.number
            )
            saved = True
        except ChangedMeanwhileError:
            form.add_error(None, "This was changed in another window. Send it once more to let yours stand.")
    status = 200 if saved else 422
    return _page(request, "choose", status=status, form=form, token=token, saved=saved)


@login_not_required
@csrf_exempt
@GET_AND_POST
def leave(request: HttpRequest, token: str) -> HttpResponseBase:
    """Leave: at once by POST, as a mail program sends it (RFC 8058, without a cookie); after a question by GET."""
    subscriber = _subscriber("manage", token)
    if subscriber is None:
        return _page(request, "bad_link", status=404)
    if subscriber.state != "left" and request.method == "POST":
        try:
            actions.leave(by=None, at=timezone.now(), subscriber=subscriber, reason="by the link in a message")
        except StepError:
            subscriber.refresh_from_db()
    return _page(request, "leave", state=subscriber.state, token=token)


def _subscriber(purpose: Purpose, token: str) -> Record | None:
    try:
        return find_record("subscriber", read_token(purpose, token, at=timezone.now()))
    except TokenError:
        return None


def _page(request: HttpRequest, name: str, *, status: int = 200, **values: object) -> HttpResponse:
    answer = render(
        request, f"follow_page/{name}.html", {**values, "desk": current_desk().settings}, status=status
    )  # fmt: skip
    answer["Referrer-Policy"] = "no-referrer"  # a link's token must not travel on
    answer["Cache-Control"] = "no-store"
    return answer
