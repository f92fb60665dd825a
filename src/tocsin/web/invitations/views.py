"""Invite somebody, make a link for somebody, and open such a link."""

from __future__ import annotations

import datetime
from typing import Any, cast

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.ratelimit import consume_or_429
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from tocsin.core.errors import TocsinError
from tocsin.records.models import Person, PersonLink
from tocsin.records.people import actions, queries
from tocsin.records.queries import get_situation
from tocsin.web import current_desk
from tocsin.web.invitations.forms import Invite, NewPassword
from tocsin.web.place import place_of

OPENED = "link"
"""Where a session keeps the token of a link that was opened: an address with it would end up in logs."""


def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody; the answer shows their link, this once."""
    admin = _administrator(request)
    form = Invite(request.POST or None, situations=queries.situations_for(admin, "administrator"))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        where = get_situation(said["situation"]) if said["situation"] else None
        try:
            invited = actions.invite(
                by=admin, at=_now(), username=said["username"], name=said["name"], email=said["email"],
                role=said["role"], situation=where, reason=said["reason"],
            )  # fmt: skip
        except TocsinError as error:
            form.add_error(None, _sentence(error))
        else:
            return _show_link(request, invited)
    return render(request, "people/invite.html", {"form": form})


@require_POST
def new_link(request: HttpRequest, username: str) -> HttpResponse:
    """Make a link by which somebody sets a new password."""
    admin, person = _administrator(request), _person(username)
    reason = request.POST.get("reason", "").strip()[:400]
    try:
        return _show_link(request, actions.make_password_link(by=admin, at=_now(), person=person, reason=reason))
    except TocsinError as error:
        return render(request, "people/refused.html", {"said": _sentence(error)}, status=409)


@require_POST
def forget_factor(request: HttpRequest, username: str) -> HttpResponse:
    """Remove the second factors of somebody who lost theirs."""
    admin, person = _administrator(request), _person(username)
    reason = request.POST.get("reason", "").strip()[:400]
    try:
        actions.remove_factors(by=admin, at=_now(), person=person, reason=reason)
    except TocsinError as error:
        return render(request, "people/refused.html", {"said": _sentence(error)}, status=409)
    return render(request, "people/forgotten.html", {"person": person})


@login_not_required
@never_cache
@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address, into the session."""
    if refused := consume_or_429(request, action="reset_password_from_key"):
        return cast(HttpResponse, refused)
    request.session[OPENED] = token[:200]
    return redirect("invitations:set_password")


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
def set_password(request: HttpRequest) -> HttpResponse:
    """Set the password that the link allows, and come in. Whoever has a second factor is asked for it as ever."""
    if refused := consume_or_429(request, action="reset_password_from_key"):
        return cast(HttpResponse, refused)
    token = str(request.session.get(OPENED, ""))
    link = queries.find_link(token, _now())
    if link is None:
        return render(request, "people/link_over.html", status=410)
    form = NewPassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.use_link(by=link.person, at=_now(), token=token, password=form.cleaned_data["password"])
        except TocsinError as error:
            form.add_error("password", _sentence(error))
        else:
            return _come_in(request, person, link)
    return render(request, "people/set_password.html", {"form": form, "link": link, "person": link.person})


def _come_in(request: HttpRequest, person: Person, link: PersonLink) -> HttpResponse:
    logout(request)  # whoever was signed in on this machine; the session and its key end as well
    record_authentication(request, person, method="password", reauthenticated=True)
    known = queries.has_second_factor(person)
    onward = reverse("desk:today") if known else reverse("mfa_index")
    return cast(HttpResponse, perform_login(request, Login(user=person, redirect_url=onward)))


def _show_link(request: HttpRequest, invited: actions.Invited) -> HttpResponse:
    path = reverse("invitations:open_link", args=[invited.token])
    place = place_of(current_desk())
    address = f"{place.address.rstrip('/')}{path}" if place.address else request.build_absolute_uri(path)
    shown: dict[str, Any] = {"person": invited.person, "address": address, "expires_at": invited.expires_at}
    return render(request, "people/link_made.html", shown)


def _administrator(request: HttpRequest) -> Person:
    """Whoever is signed in, when they administer the desk. Raises Http404: to others this page is not there."""
    person = cast(Person, request.user)
    if not queries.may(person, "administrator"):
        raise Http404
    return person


def _person(username: str) -> Person:
    found = Person.objects.filter(username=username).first()
    if found is None:
        raise Http404
    return found


def _sentence(error: TocsinError) -> str:
    remedy = f" {error.remedy}." if error.remedy and "tocsin " not in error.remedy else ""
    return f"{error.problem[:1].upper()}{error.problem[1:].rstrip('.')}.{remedy}"


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)
