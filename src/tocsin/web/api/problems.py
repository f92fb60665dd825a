"""Errors as problem+json (RFC 9457): what was wrong, where, what to do. Nothing of this machine is told."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any, Final

import msgspec
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja.errors import AuthenticationError, HttpError, ValidationError

from tocsin.core.editions.canonical import EditionError
from tocsin.core.editions.signing import SigningError
from tocsin.core.errors import TocsinError
from tocsin.core.life_cycles import StepError
from tocsin.core.model.base import Record
from tocsin.core.rules.four_eyes import FourEyesError
from tocsin.core.rules.roles import NotAllowedError
from tocsin.core.rules.second_factor import SecondFactorError
from tocsin.records.acting import ChangedMeanwhileError
from tocsin.records.nouns import UnknownNounError
from tocsin.records.people.queries import UnknownPersonError
from tocsin.records.queries import UnknownRecordError
from tocsin.warn.desk import DeskError
from tocsin.warn.issue import CheckFailedError

STATUS: Final[dict[type[TocsinError], int]] = {
    UnknownRecordError: 404,
    UnknownNounError: 404,
    UnknownPersonError: 404,
    ChangedMeanwhileError: 409,
    StepError: 409,
    NotAllowedError: 403,
    FourEyesError: 403,
    SecondFactorError: 403,
}
"""Which status an error has; any other that a person can mend is 422."""

OURS: Final = (DeskError, SigningError, EditionError)
"""Errors that whoever asks cannot mend: they are for the log."""

log = logging.getLogger("tocsin.api")


class Found(Record, frozen=True, kw_only=True):
    """One thing that a rule found."""

    severity: str
    where: str
    text: str
    remedy: str


class Problem(Record, frozen=True, kw_only=True):
    """An error as a program reads it and a person understands it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    where: str = ""
    remedy: str = ""
    found: tuple[Found, ...] = ()


class BodyError(TocsinError):
    """A request that cannot be read."""

    def __init__(self, problem: str, *, status: int, where: str = "", remedy: str = "") -> None:
        super().__init__(problem, where=where, remedy=remedy)
        self.status = status


def respond(
    status: int, detail: str, *, where: str = "", remedy: str = "", found: tuple[Found, ...] = ()
) -> HttpResponse:
    """A problem as a response."""
    said = Problem(
        title=HTTPStatus(status).phrase, status=status, detail=detail, where=where, remedy=remedy, found=found
    )
    response = HttpResponse(msgspec.json.encode(said), content_type="application/problem+json", status=status)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Tocsin"'
    return response


def of_ours(request: HttpRequest, error: TocsinError) -> HttpResponse:
    """An error that says what was wrong, where, and what to do."""
    if isinstance(error, OURS):
        log.error("%s", error)
        return respond(503, "the desk cannot do this at the moment", remedy="Tell whoever runs the desk: see its log")
    status = getattr(error, "status", None) or next((s for kind, s in STATUS.items() if isinstance(error, kind)), 422)
    found: tuple[Found, ...] = ()
    if isinstance(error, CheckFailedError):
        found = tuple(
            Found(severity=p.problem.severity, where=p.where, text=p.problem.text, remedy=p.problem.remedy)
            for p in error.problems
        )
    # A place in a record is told, a place on this machine is not.
    where = "" if error.where.startswith("/") else error.where
    return respond(status, error.problem, where=where, remedy=error.remedy, found=found)


def of_parameters(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A part of the address, or a parameter, that cannot be read."""
    first: dict[str, Any] = error.errors[0] if error.errors else {}
    where = ".".join(str(part) for part in first.get("loc", ()))
    return respond(422, f"it cannot be read: {first.get('msg', 'no such value')}", where=where)


def add_to(api: Any) -> None:
    """Let an API answer every error so."""
    api.add_exception_handler(TocsinError, of_ours)
    api.add_exception_handler(ValidationError, of_parameters)
    api.add_exception_handler(
        AuthenticationError,
        lambda request, error: respond(401, "there is no valid token", remedy="Send Authorization: Bearer TOKEN"),
    )
    api.add_exception_handler(HttpError, lambda request, error: respond(error.status_code, str(error)))
    api.add_exception_handler(Http404, lambda request, error: missing(request))


def missing(request: HttpRequest, **_: Any) -> HttpResponse:
    """No such address."""
    prefix = f"{settings.FORCE_SCRIPT_NAME or ''}/api/1/"
    return respond(404, "there is nothing at this address", remedy=f"See {prefix}openapi.json")
