"""The ledger's rules: what a new response may say, given those before it. A status is a dated series, never a cell."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from tocsin.core.dates import bounds
from tocsin.core.errors import TocsinError
from tocsin.core.model.asks import Response

ACTS = ("announced", "partial", "implemented")


class ResponseError(TocsinError):
    """A response that contradicts the series it joins."""


def check_response(earlier: Sequence[Response], new: Response) -> None:
    """Raise ResponseError unless a response may follow those before it.

    `none` needs its search log and no earlier act of the same addressee; any other status cites a source; `reversed`
    reverses something.
    """
    if new.status == "none":
        log = new.search
        if log is None or not (log.date and log.where and log.terms):
            raise ResponseError(
                "`none` has no search log", remedy="Say what was searched, when, and for what: search = { ... }"
            )
        done = [each.status for each in earlier if each.by == new.by and each.status in ACTS]
        if done:
            raise ResponseError(
                f"`none` after {done[-1]} by the same addressee: an earlier act does not vanish",
                remedy="Say reversed, with its record, or correct the earlier response",
            )
    elif not new.sources:
        raise ResponseError(f"a response of `{new.status}` cites no source", remedy="Cite the record of the act")
    if new.status == "reversed" and not any(each.status in ACTS for each in earlier):
        raise ResponseError("there is nothing to reverse", remedy="Record first what was announced or done")


def in_order(responses: Sequence[Response]) -> list[Response]:
    """The series, oldest first: by the last day that each date may mean, then as entered."""
    return sorted(responses, key=lambda each: bounds(each.as_of)[1] or datetime.date.min)


def standing(responses: Sequence[Response]) -> str:
    """Where the series stands: the latest act, or `none` when every search found nothing; `unanswered` when empty."""
    acts = [each.status for each in in_order(responses) if each.status != "none"]
    if acts:
        return acts[-1]
    return "none" if responses else "unanswered"
