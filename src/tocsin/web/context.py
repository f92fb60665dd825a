"""What every template knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tocsin.web import current_desk


def the_desk(request: HttpRequest) -> dict[str, Any]:
    """`desk_name`, and `desk_status` as CAP names it (Actual, Exercise, Test, Draft)."""
    settings = current_desk().settings
    return {"desk_name": settings.name, "desk_status": settings.status, "desk_language": settings.language}
