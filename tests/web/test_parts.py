"""The parts of pages that Jinja2 writes: addresses, instants, and what has no name there."""

from __future__ import annotations

import datetime

import pytest


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("desk:inbox", ()),
        ("desk:candidate", ("valley-01", "k1")),
        ("desk:candidate", ("valley", "ключ & <b> ?x=1#y")),
        ("desk:finding", ("GW-1", "ten-stages", 4)),
        ("desk:claim", ("7000000", "C.1_~:@")),
    ],
)
def test_an_address_is_the_one_that_django_gives(desk, name: str, parts: tuple) -> None:
    from django.urls import reverse

    from tocsin.web.desk.parts import address

    assert address(name, *parts) == reverse(name, args=parts)


def test_an_instant_is_said_as_on_all_pages(desk) -> None:
    from django.template.defaultfilters import date

    from tocsin.web.desk.parts import minute

    at = datetime.datetime(2026, 3, 5, 7, 9, tzinfo=datetime.UTC)
    assert minute(at) == date(at, "j M Y, H:i") == "5 Mar 2026, 07:09"


def test_text_is_escaped_and_a_name_that_was_not_given_is_an_error(desk) -> None:
    from django.template.loader import get_template
    from jinja2 import UndefinedError

    part = get_template("desk/problems.html", using="parts")
    said = part.render({"problems": [], "broken": "<script>alert(1)</script>"})
    assert "&lt;script&gt;" in said
    assert "<script>" not in said
    with pytest.raises(UndefinedError, match="problems"):
        part.render({})
