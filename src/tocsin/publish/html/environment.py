"""The one Jinja environment: escapes everything, refuses what is undefined, compiles each template once."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def environment() -> Environment:
    """The environment; templates come from package data and are compiled when first used, once a process."""
    return Environment(
        loader=PackageLoader("tocsin.publish.html", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )


def render(template: str, **values: Any) -> str:
    """A template filled in. Whatever is not Markup is escaped."""
    return environment().get_template(template).render(values)
