"""Pages, PDFs and XML from strangers: words come out, and nothing they carry is run, fetched or believed."""

import time
import tracemalloc
from contextlib import suppress

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.collect.documents.document import read_document
from tocsin.collect.documents.limits import Limits, UnreadableError
from tocsin.collect.documents.page import read_page, text_of_fragment
from tocsin.collect.documents.pdf import read_pdf
from tocsin.collect.documents.xml import parse_xml

PARAGRAPH = (
    "Residents of the valley said that the road to the district hospital has been closed since Monday, and "
    "that patients are being carried across the ford on foot. The governor's office confirmed that the road is "
    "closed."
)
PAGE = f"""<!doctype html><html lang="en"><head><title>Road closed</title>
<meta property="og:site_name" content="Valley Post">
<meta property="article:published_time" content="2026-02-03">
<link rel="canonical" href="https://valley.example/road"><script>document.write("run")</script></head>
<body><nav><a href="/">Home</a> <a href="/s">Subscribe now</a></nav>
<article><h1>Road closed</h1><p>{PARAGRAPH}</p><p>{PARAGRAPH.replace("Monday", "Sunday")}</p></article>
<footer>All rights reserved. Cookies.</footer></body></html>"""


def test_a_page_gives_its_words_and_its_own_claims_without_its_menus_or_scripts() -> None:
    page = read_document(PAGE.encode(), charset="utf-8", url="https://valley.example/road?x=1")
    assert PARAGRAPH in page.text
    assert not any(word in page.text for word in ("document.write", "Subscribe", "Cookies", "<p>"))
    assert (page.kind, page.title, page.language) == ("page", "Road closed", "en")
    assert (page.site_name, page.claimed_date) == ("Valley Post", "2026-02-03")
    assert page.canonical_url == "https://valley.example/road"
    assert page.notes == ()


LANGUAGES = {
    "hy": "Բնակիչները հայտնեցին, որ դեպի հիվանդանոց տանող ճանապարհը փակ է երկուշաբթի օրվանից։",
    "my": "ဆေးရုံသို့သွားသောလမ်းသည် တနင်္လာနေ့ကတည်းက ပိတ်ထားကြောင်း ဒေသခံများက ပြောကြားခဲ့သည်။",
    "am": "ነዋሪዎች ወደ ሆስፒታሉ የሚወስደው መንገድ ከሰኞ ጀምሮ ተዘግቷል ብለዋል።",
    "ar": "قال السكان إن الطريق المؤدي إلى المستشفى مغلق منذ يوم الاثنين.",
    "ru": "Жители сообщили, что дорога в больницу закрыта с понедельника.",
    "az": "Sakinlər bildiriblər ki, xəstəxanaya gedən yol bazar ertəsindən bağlıdır.",
    "fr": "Les habitants disent que la route de l'hôpital est fermée depuis lundi.",
}


@pytest.mark.parametrize(("tag", "text"), LANGUAGES.items())
def test_the_language_of_a_text_is_told(tag: str, text: str) -> None:
    assert read_document(text.encode()).language == tag


def test_a_text_too_short_to_tell_has_no_language_rather_than_a_guess() -> None:
    assert read_document(b"12 March 2026: 14").language == "und"


def test_a_page_in_another_encoding_than_it_claims_is_read_and_the_lie_is_said() -> None:
    lying = PAGE.replace("<title>", '<meta charset="koi8-r"><title>').replace("Residents", "Жители").encode()
    page = read_document(lying)
    assert "Жители" in page.text
    assert page.notes == ("Claims the encoding koi8-r; read as utf-8",)


HOSTILE_PAGES = {
    "nested": "<html><body>" + "<div><span>" * 60_000 + PARAGRAPH,
    "nested tables": "<html><body>" + "<table><tr><td>" * 30_000 + PARAGRAPH,
    "wide": "<html><body>" + "<p>word</p>" * 60_000,
    "unclosed": "<html><body>" + "<a href='" * 50_000,
    "attributes": "<html><body " + " ".join(f"a{n}='{n}'" for n in range(20_000)) + ">" + PARAGRAPH,
    "entities": "<!DOCTYPE html [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]><html><body>&b; " + PARAGRAPH,
    "zero bytes": "<html><body>\0\0" + PARAGRAPH.replace(" ", " \0"),
    "one long line": "<html><body><p>" + "x" * 5_000_000,
}


@pytest.mark.parametrize("markup", HOSTILE_PAGES.values(), ids=HOSTILE_PAGES.keys())
def test_a_hostile_page_ends_soon_in_text_or_in_a_refusal(markup: str) -> None:
    started = time.perf_counter()
    with suppress(UnreadableError):
        assert isinstance(read_page(markup.encode(), limits=Limits()).text, str)
    assert time.perf_counter() - started < 15


def test_limits_are_named_when_they_are_met() -> None:
    few = Limits(max_bytes=200, max_elements=5, max_characters=30)
    with pytest.raises(UnreadableError, match="the limit is 200"):
        read_page(PAGE.encode(), limits=few)
    with pytest.raises(UnreadableError, match="elements; the limit is 5"):
        read_page(PAGE.encode(), limits=Limits(max_elements=5))
    page = read_page(PAGE.encode(), limits=Limits(max_characters=30))
    assert len(page.text) == 30
    assert "the first 30 are kept" in page.notes[0]


def test_scripts_in_a_fragment_vanish_with_what_they_hold() -> None:
    markup = "<p>Two <b>dead</b></p><script>alert(1)</script><style>p{}</style><p onclick='x()'>in the hills</p>"
    assert text_of_fragment(markup).split() == ["Two", "dead", "in", "the", "hills"]
    assert text_of_fragment("Fish &amp; chips") == "Fish & chips"
    assert text_of_fragment("") == text_of_fragment("<script>x</script>") == ""


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/abp!-[]&;\"'= \0ю"), max_size=120))
def test_any_fragment_gives_text(markup: str) -> None:
    assert isinstance(text_of_fragment(markup), str)


@pytest.fixture(scope="module")
def report_pdf() -> bytes:
    text = "\n#pagebreak()\n".join([PARAGRAPH, LANGUAGES["ru"], "#rect(width: 2cm)"])
    return typst.compile(f'#set document(title: "Valley report")\n{text}'.encode())


def test_a_pdf_gives_the_text_of_its_pages_and_says_which_hold_none(report_pdf: bytes) -> None:
    pdf = read_pdf(report_pdf, limits=Limits())
    first, second, third = pdf.text.split("\f")
    assert " ".join(first.split()).startswith("Residents of the valley said")
    assert LANGUAGES["ru"].split()[0] in second
    assert third.strip() == ""
    assert (pdf.n_pages, pdf.n_pages_read, pdf.n_pages_without_text) == (3, 3, 1)
    assert pdf.title == "Valley report"
    assert pdf.notes == ("1 of 3 pages read hold no text; they may be pictures of text",)
    assert read_document(report_pdf).kind == "pdf"


def test_pages_beyond_the_limit_are_left_and_counted(report_pdf: bytes) -> None:
    pdf = read_pdf(report_pdf, limits=Limits(max_pages=1))
    assert (pdf.n_pages, pdf.n_pages_read) == (3, 1)
    assert "the first 1 are read" in pdf.notes[0]


def test_a_pdf_cut_short_or_poisoned_is_refused_or_read_but_never_crashes(report_pdf: bytes) -> None:
    poisoned = [
        report_pdf[: len(report_pdf) // 2],
        report_pdf.replace(b"/Pages", b"/Xages"),
        report_pdf.replace(b"/Count 3", b"/Count 3000000000"),
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Count 9>>endobj\ntrailer<</Root 1 0 R>>",
        b"%PDF-1.4" + b"\0" * 10_000,
        b"%PDF-1.4\n" + b"[" * 100_000,
    ]
    for data in poisoned:
        with suppress(UnreadableError):
            assert read_document(data).kind == "pdf"


def test_bytes_that_are_no_document_are_refused() -> None:
    for data in (b"", b"\0" * 50, b"\x7fELF\x02\x01\x01\0\0\0\0" + bytes(range(256))):
        with pytest.raises(UnreadableError):
            read_document(data)


BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a0 "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]><l>&a9;</l>"
)
POISONED_XML = {
    "billion laughs": BILLION_LAUGHS,
    "a file": b'<!DOCTYPE l [<!ENTITY f SYSTEM "file:///etc/hostname">]><l>&f;</l>',
    "the network": b'<!DOCTYPE l SYSTEM "http://127.0.0.1:9/x.dtd"><l/>',
    "a parameter entity": b'<!DOCTYPE l [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;]><l/>',
    "quadratic": b'<!DOCTYPE l [<!ENTITY a "' + b"x" * 100_000 + b'">]><l>' + b"&a;" * 10_000 + b"</l>",
    "in UTF-16": '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "b">]><l>&a;</l>'.encode("utf-16"),
    "deep": b"<l>" * 100_000,
    "broken": b"<l><m></l>",
    "empty": b"",
}


@pytest.mark.parametrize("data", POISONED_XML.values(), ids=POISONED_XML.keys())
def test_poisoned_xml_is_refused_at_once(data: bytes) -> None:
    tracemalloc.start()
    started = time.perf_counter()
    with pytest.raises(UnreadableError) as refused:
        parse_xml(data, where="list.xml")
    assert time.perf_counter() - started < 2
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
    assert refused.value.where == "list.xml"


def test_xml_without_a_document_type_is_read() -> None:
    assert parse_xml("<l><!-- c --><m>é &amp; &#233;</m></l>".encode()).findtext("m") == "é & é"
