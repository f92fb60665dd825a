"""Error pages in our words. They say what to do and nothing about what went wrong inside, and need no database."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def _page(status: int) -> HttpResponse:
    return HttpResponse(render_to_string(f"{status}.html"), status=status)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: a request that is no proper one."""
    return _page(400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, and still not allowed."""
    return _page(403)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here."""
    return _page(404)


def failed(request: HttpRequest) -> HttpResponse:
    """500: our fault."""
    return _page(500)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form that this desk did not hand out, or that grew too old."""
    return HttpResponse(render_to_string("403_csrf.html"), status=403)
