"""The gate: nobody sees a page of the desk without signing in, unless the page says that anybody may.

A view lets everybody in with Django's `@login_not_required`; the addresses under `PUBLIC_PATHS` of the settings decide
by themselves. What is forgotten is therefore shut, not open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase


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
        answer = super().handle_no_permission(request, view_func)
        if getattr(request, "htmx", False):
            whole = HttpResponse(status=204)
            whole["HX-Redirect"] = answer["Location"]
            return whole
        return answer

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Nothing of the desk stays in a cache, the browser's own included, unless a view says otherwise."""
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        if not response.has_header("Permissions-Policy"):
            response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        return response
