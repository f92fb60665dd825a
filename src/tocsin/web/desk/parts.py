"""The long parts of pages, lists and tables, are written by Jinja2, as fields of forms are: in a fifth of the time.

A page says `{% part "inbox_rows" %}`; the part lies in `jinja2/desk/` and sees all that the page was given. A name that
it was not given is an error, not an empty place.
"""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

from django.urls import reverse
from jinja2 import Environment, StrictUndefined

from tocsin.web.desk import tags

_SAFE: Final = "!$&'()*+,;=~:@"


def address(name: str, *parts: Any) -> str:
    """The address of a screen: what Django's `reverse` gives, which is asked once for each screen."""
    pieces = _pieces(name, len(parts))
    said = [quote(str(part), safe=_SAFE) for part in parts]
    return "".join(map(str.__add__, pieces, (*said, "")))


@lru_cache(maxsize=256)
def _pieces(name: str, n_parts: int) -> tuple[str, ...]:
    """What stands around the parts of an address. The parts are tried with numbers, which every pattern takes."""
    tried = [str(7_000_000 + number) for number in range(n_parts)]
    path = reverse(name, args=tried)
    pieces = []
    for each in tried:
        before, _, path = path.partition(each)
        pieces.append(before)
    return (*pieces, path)


def shortened(text: str, length: int) -> str:
    """At most so many characters of a text; the last is an ellipsis if there is more."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def minute(at: datetime.datetime) -> str:
    """An instant to the minute: `3 Nov 2026, 06:07`."""
    return f"{at.day} {at:%b %Y, %H:%M}"


def environment(**options: Any) -> Environment:
    """How Jinja2 is set up, for Django's settings."""
    made = Environment(**options | {"undefined": StrictUndefined, "trim_blocks": True})  # noqa: S701  # Django's default: autoescape
    made.globals |= {"url": address, "state_mark": lru_cache(256)(tags.state), "level_mark": lru_cache(64)(tags.level)}
    made.filters |= {
        "shortened": shortened, "minute": minute, "edtf": tags.edtf, "spoken": tags.spoken, "done": tags.done,
        "instrument": tags.instrument,
    }  # fmt: skip
    return made
