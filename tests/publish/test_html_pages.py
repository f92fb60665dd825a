"""What holds for every page of the site."""

from __future__ import annotations

import base64
import hashlib
import itertools
import posixpath
import re
from importlib import resources
from urllib.parse import urldefrag

import msgspec
import pytest

from tests.publish.expected import LARGE
from tests.publish.html_checks import loads, problems, tree, visible_text
from tests.publish.pages import Marked, make_pages, other_files, read
from tocsin.core.model.claims import Event
from tocsin.core.model.edition import Edition
from tocsin.core.model.sources import Citation
from tocsin.core.vocabulary import load_codebook
from tocsin.publish.html import static_files
from tocsin.publish.reading import Reading
from tocsin.publish.words import words

Pages = dict[str, str]


def test_every_page_is_well_formed(pages: Pages) -> None:
    assert {path: problems(text) for path, text in pages.items() if problems(text)} == {}


def test_the_checker_of_form_finds_what_is_wrong() -> None:
    assert problems("<div><p>one</div></section>")
    assert problems("<div><b>one</div>")
    assert not problems("<ul><li>one<li>two</ul><img src=a>")


def test_ids_stand_once_on_a_page(pages: Pages) -> None:
    for path, text in pages.items():
        ids = tree(text).xpath("//@id")
        assert sorted(ids) == sorted(set(ids)), path


def test_every_link_leads_to_a_page_or_file_of_the_site_and_to_an_id_on_it(
    pages: Pages, readings: tuple[Reading, Reading]
) -> None:
    ids = {path: set(tree(text).xpath("//@id")) for path, text in pages.items()}
    files = other_files(readings)
    dead = []
    for path, text in pages.items():
        for href in tree(text).xpath("//a/@href"):
            target, fragment = urldefrag(href)
            if re.match(r"https?:", target) or path == "404.html":
                continue
            place = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
            known = place in ids or place in files or place.startswith("feeds/")
            if not known or (fragment and fragment not in ids[place]):
                dead.append((path, href))
    assert dead == []


def test_nothing_is_loaded_from_elsewhere_and_what_is_loaded_is_there(
    pages: Pages, readings: tuple[Reading, Reading]
) -> None:
    files = other_files(readings)
    for path, text in pages.items():
        for address in loads(text):
            assert not re.match(r"(https?:)?//", address), (path, address)
            if address.startswith("#") or path == "404.html":
                continue
            assert posixpath.normpath(posixpath.join(posixpath.dirname(path), address)) in files, (path, address)


def test_style_sheets_and_scripts_name_no_other_host() -> None:
    for path, data in static_files().items():
        if path.endswith((".css", ".js")) and "leaflet/" not in path:
            assert b"//" not in re.sub(rb"(?m)^\s*//.*$", b"", data), path
            assert b"@import" not in data, path


def test_the_policy_lets_nothing_through_but_the_site_itself(pages: Pages) -> None:
    for path, text in pages.items():
        page = tree(text)
        policy = page.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
        assert policy.startswith("default-src 'none'; style-src 'self'"), path
        assert "unsafe" not in policy
        assert "http" not in policy
        assert page.xpath("//@style") == [], path
        assert [name for name in page.xpath("//@*") if name.attrname.startswith("on")] == [], path
        for style in page.xpath("//style"):
            digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy, path
        for script in page.xpath("//script[not(@src)]"):
            assert script.get("type") == "application/ld+json", path


def test_every_page_names_its_language_and_direction(pages: Pages) -> None:
    for path, text in pages.items():
        root = tree(text)
        assert (root.get("lang"), root.get("dir")) == ("en", "ltr"), path


def test_every_page_has_its_landmarks_and_one_first_heading_with_the_others_in_order(pages: Pages) -> None:
    for path, text in pages.items():
        page = tree(text)
        for landmark in ("//body/header", "//body/header/nav[@aria-label]", "//main[@id='main']", "//body/footer"):
            assert len(page.xpath(landmark)) == 1, (path, landmark)
        levels = [int(each.tag[1]) for each in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
        assert levels.count(1) == 1, path
        assert levels[0] == 1, path
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), (path, levels)


def test_every_page_says_what_it_is_and_that_it_is_an_exercise(pages: Pages, readings: tuple[Reading, Reading]) -> None:
    for path, text in pages.items():
        said = visible_text(text)
        assert "Exercise." in said, path
        assert readings[0].content.nature in said, path


def test_no_template_quotes_an_attribute_with_what_the_pages_leave_unescaped() -> None:
    templates = resources.files("tocsin.publish.html").joinpath("templates")
    for template in templates.iterdir():
        assert not re.search(r"=\s*'[^'>]*\{\{", template.read_text("utf-8")), template.name


def test_what_stands_without_quotes_is_an_id_that_can_end_nothing() -> None:
    templates = resources.files("tocsin.publish.html").joinpath("templates")
    bare = {
        found
        for template in templates.iterdir()
        for found in re.findall(r"\w=#?(?:stage-)?\{\{ ([\w.]+) \}\}", template.read_text("utf-8"))
    }
    assert bare <= {"id", "l.id", "a.id", "m.id", "claim.id", "s.n", "s.shape"}
    for odd in ("C1 onload=x", "C1>", 'C1"', ""):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({"id": odd, "date": "", "text": "", "direction": "unclear"}, Event)
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({"source": odd}, Citation)


def test_the_same_editions_make_the_same_bytes(pages: Pages, readings: tuple[Reading, Reading]) -> None:
    again = make_pages([read(reading.edition, reading.on) for reading in readings])
    assert again == pages


def test_every_word_comes_from_the_catalogue_or_the_content(readings: tuple[Reading, Reading]) -> None:
    marked = Marked(words("en"))
    content = _strings_of(readings)
    joined = " ".join(content)
    for path, text in make_pages(readings, marked).items():
        leaked = []
        page = tree(text)
        for cell in page.xpath("//table[@class='diff']/tbody/tr/td[2]"):  # pieces of content, word by word
            pieces = re.findall(r"[^\W\d_]{2,}", _without_marked(" ".join(cell.itertext())))
            leaked += [piece for piece in pieces if piece not in joined]
            cell.drop_tree()
        for element in page.xpath("//script | //style | //svg | //code | //pre"):
            element.drop_tree()
        said = [each for each in page.xpath("//text()") if each.strip()]
        said += page.xpath("//@aria-label | //@alt | //meta[@name='description']/@content")
        for piece in said:
            left = _left_over(_without_marked(str(piece)), content)
            if left:
                leaked.append(left)
        assert leaked == [], path


def _without_marked(text: str) -> str:
    """The text without what stands in ⟦ ⟧, nested or not."""
    before = None
    while before != text:
        before, text = text, re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
    return re.sub(r"[⟦⟧]", " ", text)


FILES = ("PDF", "JSON-LD", "GeoJSON", "JSON", "CAP", "manifest.sig.json", "manifest.json", "key.pem")


def _left_over(text: str, content: list[str]) -> str:
    """The text without what the content says; names of files are names."""
    for said in (*content, *FILES):
        if said in text:
            text = text.replace(said, " ")
    return text.strip() if re.search(r"[^\W\d_]{2,}", text) else ""


def _strings_of(readings: tuple[Reading, ...]) -> list[str]:
    """Every text of the editions and of the codebook, the longest first."""
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict):
            for each in value.values():
                walk(each)
        elif isinstance(value, list | tuple):
            for each in value:
                walk(each)

    walk(msgspec.to_builtins(LARGE))
    for reading in readings:
        walk(msgspec.to_builtins(reading.edition))
        found.append(reading.sha256)
    walk(msgspec.to_builtins(load_codebook()))
    return sorted({each for each in found if len(each) > 1}, key=lambda each: (-len(each), each))


PAYLOADS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "javascript:alert(1)",
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<!--<script>",
    "]]><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "<a href=javascript:alert(1)>x</a>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\x00\x1b<iframe src=//evil.example>",
    "\u202egnp.exe",
)
_CODES = """
schema warning identifier sender url language lang id source stages claims places
indicators indicator framework kind status issued_at message_type sha256 capture_sha256 declared definition evidence
agreement state support severity wording direction date since as_of review_date issued updated
valid window coded_date basis attribution level likelihood role boundary_status country code m49
countries instrument information against mitigating targets type geometry number
 first released retrieved countries"""
NOT_TEXT = frozenset(_CODES.split())
"""Fields that hold a code, a date or an address: their patterns refuse such a text."""


@pytest.fixture(scope="module")
def hostile_pages(armenia: tuple[Edition, Edition]) -> Pages:
    """All pages of editions whose every free text carries an attack."""
    count = 0

    def walk(value: object, key: str = "") -> object:
        nonlocal count
        if isinstance(value, dict):
            return {name: walk(each, name) for name, each in value.items()} if key != "geometry" else value
        if isinstance(value, list | tuple):
            return [walk(each, key) for each in value]
        if isinstance(value, str) and value and key not in NOT_TEXT:
            count += 1
            return f"{value} {PAYLOADS[count % len(PAYLOADS)]}"
        return value

    hostile = []
    for edition in armenia:
        raw = walk(msgspec.to_builtins(edition))
        hostile.append(read(msgspec.convert(raw, Edition)))
    assert count > 1000
    return make_pages(hostile)


def test_a_hostile_text_stays_text(hostile_pages: Pages, pages: Pages) -> None:
    for path, text in hostile_pages.items():
        assert problems(text) == [], path
        page = tree(text)
        strange = page.xpath("//iframe | //img | //object | //embed | //form")
        ours = ("series.svg", "timeline.svg", "timeline-narrow.svg", "where.svg", "where-narrow.svg")
        assert [each for each in strange if posixpath.basename(str(each.get("src"))) not in ours] == [], path
        assert [name for name in page.xpath("//@*") if name.attrname.startswith("on")] == [], path
        assert page.xpath("//@href[starts-with(normalize-space(.), 'javascript:')]") == [], path
        assert "\x00" not in text
        assert "\x1b" not in text
        clean = pages.get(path)
        if clean:
            for tag in ("script", "style", "svg", "meta", "link", "title"):
                assert len(page.xpath(f"//{tag}")) == len(tree(clean).xpath(f"//{tag}")), (path, tag)


def test_a_template_in_a_text_is_not_filled_in(hostile_pages: Pages) -> None:
    joined = "".join(hostile_pages.values())
    assert "{{ 7 * 7 }}" in joined
    assert "> 49" not in joined
