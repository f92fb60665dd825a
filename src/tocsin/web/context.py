"""What every template knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tocsin.warn.desk import DeskFolder
from tocsin.web import current_desk
from tocsin.web.mail import mail_of


def the_desk(request: HttpRequest) -> dict[str, Any]:
    """`desk_name`, `desk_status` as CAP names it (Actual, Exercise, Test, Draft), and whether it sends e-mail."""
    desk = current_desk()
    return {
        "desk_name": desk.settings.name,
        "desk_status": desk.settings.status,
        "desk_language": desk.settings.language,
        "desk_mail": sends_mail(desk),
    }


def sends_mail(desk: DeskFolder) -> bool:
    """Whether the desk can write to people at all."""
    return bool(mail_of(desk))
