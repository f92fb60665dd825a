"""What templates say in words: dates with their precision, states with their shape, levels with their mark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from django import template
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from tocsin.core.editions.diff import word_changes
from tocsin.core.model.case import Change
from tocsin.core.vocabulary import load_codebook
from tocsin.publish.words import words
from tocsin.records.models import Step, Version
from tocsin.web.desk.acts import said_of

register = template.Library()

MARKS: Final = {
    "watch": ("M8 1.5a6.5 6.5 0 1 0 .01 0z", "M2.2 5h11.6M1.5 8h13M2.2 11h11.6"),
    "warning": ("M8 1.2 15.2 14.8H.8z", "M5.5 6h5M3.9 9h8.2M2.3 12h11.4"),
    "emergency": ("M1.8 1.8h12.4v12.4H1.8z", "M1.8 5h12.4M1.8 8h12.4M1.8 11h12.4"),
}
"""The shape of each level, and the hatching over it when it is stale; as on the published pages."""

AREAS: Final = {
    "today": ("today", "looked"),
    "inbox": ("inbox", "candidate"),
    "situations": (
        "situations", "situation", "claims", "claim", "claim_new", "claim_edit", "sources", "source", "source_new",
        "import_claims", "protection", "handling", "witness", "reveal", "map", "map_layer", "map_drawn", "figure",
        "versions",
    ),
    "warnings": (
        "warnings", "warning", "board", "finding", "composer", "to_carry", "section", "preview", "sign_off", "level",
    ),
    "ledger": ("ledger", "asked", "ask_new", "addressee", "matches"),
    "expectations": ("expectations", "expectation", "expectation_new"),
    "people": ("people", "person"),
}  # fmt: skip
"""Which screens belong to which entry of the navigation."""


@register.filter
def edtf(date: Any) -> str:
    """A date in words, no more precise than it is."""
    return words("en").date(str(date)) if date else ""


@register.filter
def stage(number: Any) -> str:
    """The name of one of the ten stages."""
    found = load_codebook().find_stage("ten-stages", int(number))
    return found.label if found else ""


@register.filter
def factor(number: Any) -> str:
    """The name of one of the fourteen factors."""
    found = load_codebook().find_factor(int(number))
    return found.label if found else ""


@register.filter
def grade_of(id: str, scale: str) -> str:
    """What a letter or a digit of a grade means, by the codebook's scale: `source_grades` or `information_grades`."""
    found = next((each for each in getattr(load_codebook(), scale) if each.id == id), None)
    return f"{found.label}. {found.definition}" if found else "not in the codebook"


BROWSERS: Final = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrom": "Chrome", "Safari": "Safari"}
SYSTEMS: Final = {
    "Android": "Android", "iPhone": "an iPhone", "iPad": "an iPad", "Windows": "Windows", "Mac OS": "a Mac",
    "Linux": "Linux",
}  # fmt: skip


@register.filter
def browser(user_agent: str) -> str:
    """What a browser says that it is, in a few words; each names older ones besides, so the first that fits counts."""
    what = next((said for sign, said in BROWSERS.items() if sign in user_agent), "Another program")
    where = next((said for sign, said in SYSTEMS.items() if sign in user_agent), "")
    return f"{what} on {where}" if where else what


@register.filter
def source_type(id: str) -> str:
    """What kind of source it is, as the codebook calls it."""
    found = next((each for each in load_codebook().source_types if each.id == id), None)
    return found.label if found else spoken(id)


@register.filter
def of(table: Mapping[Any, Any], key: Any) -> Any:
    """What a table holds under a key, or nothing."""
    return table.get(key, "")


@register.filter
def instrument(id: str) -> str:
    """What an instrument of the codebook is called."""
    found = load_codebook().find_instrument(id)
    return found.label if found else spoken(id)


@register.filter
def word_by_word(change: Change) -> list[tuple[str, str]]:
    """What a change took out and put in, word by word."""
    return word_changes(change.before, change.after)


@register.filter
def after(text: str, start: str) -> str:
    """What follows a beginning: the path of a record within its situation."""
    return text.removeprefix(start).lstrip("/")


@register.filter
def percent(p: float) -> str:
    """A probability in per cent."""
    return f"{p * 100:g} %"


@register.filter
def split(names: str) -> list[str]:
    """Names with spaces between them."""
    return names.split()


@register.filter
def field(form: BaseForm, name: str) -> BoundField:
    """A field of a form by its name."""
    return form[name]


@register.filter
def acted(action: str) -> str:
    """What an act did, in words: `warn.sign_off` as `signed off`."""
    return said_of(action)


@register.filter
def spoken(code: Any) -> str:
    """A code as words: `not_seen` as `not seen`."""
    return str(code).replace("_", " ").replace("-", " ")


class Said(msgspec.Struct):
    """What a list shows of an entry of the audit chain, of which an intake of thousands names every row."""

    about: str = ""
    reason: str = ""


@register.filter
def about(body: str) -> str:
    """What an entry of the audit chain concerns, and the reason that was given."""
    said = msgspec.json.decode(body, type=Said)
    return f"{said.about}. {said.reason}" if said.reason else said.about


@register.simple_tag
def level(name: str, stale: bool = False) -> SafeString:
    """A level as shape and word."""
    if name not in MARKS:
        return format_html('<b class="lv">{}</b>', name or "no edition yet")
    solid, hatch = MARKS[name]
    return format_html(
        '<b class="lv {}"><svg class="mk{}" viewBox="0 0 16 16" aria-hidden="true"><path d="{}"/>'
        '<path class="h" d="{}"/></svg>{}</b>',
        name, mark_safe(" hatched") if stale else "", solid, hatch, name,
    )  # fmt: skip


@register.simple_tag
def state(name: str) -> SafeString:
    """A state as a word; its shape comes from the stylesheet."""
    return format_html('<span class="state s-{}">{}</span>', name, spoken(name))


@register.simple_tag
def done(row: Version | Step) -> str:
    """What a row of a history was: `version 2`, or the state that a step led to."""
    return f"version {row.number}" if isinstance(row, Version) else f"{row.verb.replace('_', ' ')}: {spoken(row.after)}"


@register.simple_tag(takes_context=True)
def part(context: Any, name: str, **more: Any) -> SafeString:
    """A part of a page that Jinja2 writes; it sees what the page was given, and what is said here besides."""
    written = get_template(f"desk/{name}.html", using="parts")
    said = written.render({**context.flatten(), **more}, context.get("request"))
    return mark_safe(said)  # noqa: S308  # Jinja2 escaped what was put into it


@register.simple_tag(takes_context=True)
def here(context: Any, area: str) -> SafeString:
    """`aria-current` for the entry of the navigation that a screen belongs to."""
    request: HttpRequest | None = context.get("request")
    match = request.resolver_match if request else None
    return mark_safe(' aria-current="page"') if match and match.url_name in AREAS[area] else mark_safe("")
