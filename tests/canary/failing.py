"""Addresses of which one has a defect, while everything confidential is at hand."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tocsin.web.urls import handler400, handler403, handler404, handler500
from tocsin.web.urls import urlpatterns as real

AT_HAND: list[object] = []
"""What the page has read when it fails."""


def fail(request: HttpRequest) -> HttpResponse:
    """Fail with values in local variables, as a traceback with variables would print them."""
    said = list(AT_HAND)
    raise RuntimeError(f"a defect, with {len(said)} values at hand")


urlpatterns = [path("account/fails/", fail), *real]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
