"""What stands in the desk's place until its screens are installed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def today(request: HttpRequest) -> HttpResponse:
    """The front page of a desk without screens."""
    return render(request, "desk/today_placeholder.html")
