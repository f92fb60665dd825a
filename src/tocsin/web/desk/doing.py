"""One action for one form. What an action refuses stands beside the form; what it did is said on the next page."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from tocsin.core.errors import TocsinError
from tocsin.core.rules.second_factor import SecondFactorError
from tocsin.web.desk.access import access

T = TypeVar("T")


def now() -> datetime.datetime:
    """This instant, in UTC, to the second: screens, like commands, are where the clock is read."""
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def who_and_when(request: HttpRequest) -> dict[str, Any]:
    """`by` and `at` for an action."""
    return {"by": access(request).person, "at": now()}


def sentence(error: TocsinError) -> str:
    """What an action refused, as it stands beside a form: without paths and commands of the terminal."""
    remedy = "" if "tocsin " in error.remedy else error.remedy
    problem = error.problem[:1].upper() + error.problem[1:]
    return f"{problem}. {remedy}" if remedy else f"{problem}."


def attempt(form: forms.Form, act: Callable[[], T]) -> T | None:
    """What an action gives, or None: then the form says why it was refused, and still holds what was written."""
    try:
        return act()
    except SecondFactorError:
        raise  # the gate asks for it, and goes on
    except TocsinError as error:
        form.add_error(None, sentence(error))
    except msgspec.ValidationError as error:
        form.add_error(None, f"That cannot be recorded: {error}.")
    return None


UNDO: Final = "undo:"
"""Begins what a message says besides: the address whose form takes the act back."""


def undo(name: str, *parts: str) -> str:
    """For `do`: the form that takes back what was just done."""
    return UNDO + reverse(name, args=parts)


def done(request: HttpRequest, said: str, to: str, *parts: Any) -> HttpResponse:
    """Say what was done, and go on."""
    messages.success(request, said)
    return redirect(to, *parts)


def do(
    request: HttpRequest, act: Callable[[], Any], said: str, to: str, *parts: Any, undo_by: str = ""
) -> HttpResponse:
    """For a form of one button: act, say what was done or why it was refused, and go on.

    undo_by: what `undo` gives, where the rules let the act be taken back
    """
    try:
        act()
    except SecondFactorError:
        raise  # the gate asks for it, and goes on
    except TocsinError as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, said, extra_tags=undo_by)
    return redirect(to, *parts)
