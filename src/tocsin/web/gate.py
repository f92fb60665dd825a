"""The gate: nobody sees a page of the desk without signing in, unless the page says that anybody may.

A view lets everybody in with Django's `@login_not_required`; the addresses under `PUBLIC_PATHS` of the settings decide
by themselves. What is forgotten is therefore shut, not open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import suspend_request
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from tocsin.core.rules.second_factor import SecondFactorError
from tocsin.records.people.queries import has_second_factor


class Gate(LoginRequiredMiddleware):
    """Ask for a sign-in, and keep what the desk shows out of every cache."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Send whoever is not signed in to the sign-in page, and back afterwards."""
        if request.path.startswith(settings.PUBLIC_PATHS):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseBase:
        """A part of a page cannot show the sign-in form: htmx is told to load all of it."""
        return _whole_page(request, super().handle_no_permission(request, view_func))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Ask for the second factor that an act needs, and go on with the request afterwards."""
        if not isinstance(exception, SecondFactorError) or not request.user.is_authenticated:
            return None
        if not has_second_factor(request.user):  # type: ignore[arg-type]
            messages.error(request, f"{exception}. Nothing was done. Set up a second factor here, then do it again.")
            return _whole_page(request, HttpResponseRedirect(reverse("mfa_index")))
        ways = [way["url"] for way in get_adapter().get_reauthentication_methods(request.user)]
        factor = next(url for url in ways if url.startswith(reverse("mfa_index")))
        if getattr(request, "htmx", False):
            messages.info(request, "Nothing was done yet. Show your second factor, then do it again.")
            back = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
            return _whole_page(request, HttpResponseRedirect(f"{factor}?{urlencode({'next': back})}"))
        return suspend_request(request, factor)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Nothing of the desk stays in a cache, the browser's own included, unless a view says otherwise."""
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        if not response.has_header("Permissions-Policy"):
            response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        return response


def _whole_page(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """A redirect that takes the whole page along, where htmx would put the answer into a part of it."""
    if not getattr(request, "htmx", False):
        return answer
    whole = HttpResponse(status=204)
    whole["HX-Redirect"] = answer["Location"]
    return whole
