"""Texts that XML cannot carry are shown, not lost."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tocsin.publish.plain_text import visible

EVERY_CHARACTER = st.text(st.characters(codec=None))


@given(EVERY_CHARACTER)
def test_any_visible_text_survives_xml(text: str) -> None:
    element = etree.Element("text", of=visible(text))
    element.text = visible(text)
    read = etree.fromstring(etree.tostring(element, encoding="UTF-8"))
    assert (read.text or "") == visible(text)
    assert read.get("of") == visible(text)


@given(EVERY_CHARACTER)
def test_every_character_leaves_a_sign(text: str) -> None:
    assert len(visible(text)) == len(text)
    assert visible(visible(text)) == visible(text)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn"))))
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert visible(text) == text


def test_a_control_character_is_shown_by_its_picture() -> None:
    assert visible("a\x00b\x1bc\x7fd\ufffe") == "a␀b␛c␡d\ufffd"
    assert visible("two\r\nlines\tand a tab, \u202eturned\u202c") == "two\r\nlines\tand a tab, \u202eturned\u202c"
