"""The pages around the warnings: lists, sources, addressees, method, how to verify."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
from html import unescape
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from tests.publish.expected import DESK
from tests.publish.html_checks import tree, visible_text
from tests.publish.pages import make_site
from tocsin.core.editions.canonical import canonical_bytes, sha256
from tocsin.core.editions.signing import fingerprint, public_pem, sign
from tocsin.core.model.asks import Addressee
from tocsin.core.model.edition import Edition
from tocsin.core.vocabulary import load_codebook
from tocsin.publish import html
from tocsin.publish.following.ledger import ledger_of
from tocsin.publish.reading import Reading
from tocsin.publish.summary import Summary, summary
from tocsin.publish.words import words

Pages = dict[str, str]


def test_a_list_puts_what_stands_first_then_the_stale_then_the_withdrawn(
    armenia: tuple[Edition, Edition], readings: tuple[Reading, Reading]
) -> None:
    stale = summary(readings[1])
    fresh = msgspec.structs.replace(stale, warning="B", stale=False, review_date="2030-01-01", level="watch")
    grave = msgspec.structs.replace(fresh, warning="C", level="emergency")
    gone = msgspec.structs.replace(fresh, warning="D", message_type="Cancel", level="emergency")
    said = html.warnings_page([gone, stale, fresh, grave], site=make_site(armenia[1]), words=words("en"))
    assert tree(said).xpath("//li/a/@href") == [
        f"../warnings/{name}/index.html" for name in ("c", "b", "gw-2023-10-arm-aze", "d")
    ]
    assert [heading.text for heading in tree(said).iter("h2")] == [
        "Within their review date", "Past their review date: stale, not over", "Withdrawn",
    ]  # fmt: skip


def test_the_front_page_lists_fifty_and_says_how_many_more_there_are(
    armenia: tuple[Edition, Edition], readings: tuple[Reading, Reading]
) -> None:
    many = [msgspec.structs.replace(summary(readings[1]), warning=f"W{number}") for number in range(60)]
    front = html.front_page(many, site=make_site(armenia[1]), words=words("en"))
    assert len(tree(front).xpath("//li[contains(@class, 'row')]")) == 50
    assert "10 more in the list of all warnings" in visible_text(front)
    everything = html.warnings_page(many, site=make_site(armenia[1]), words=words("en"))
    assert len(tree(everything).xpath("//li[contains(@class, 'row')]")) == 60


def test_a_site_without_warnings_says_so(armenia: tuple[Edition, Edition]) -> None:
    site, said = make_site(armenia[1]), words("en")
    assert "No warning is published yet." in visible_text(html.front_page([], site=site, words=said))
    assert "Nobody has been asked" in visible_text(html.addressees_page([], site=site, words=said))


def test_every_source_stands_with_its_links_and_what_cites_it(pages: Pages, readings: tuple[Reading, Reading]) -> None:
    page = tree(pages["warnings/gw-2023-10-arm-aze/2/sources.html"])
    for source in readings[1].content.sources:
        entry = page.xpath(f"//article[@id='{source.id}']")[0]
        assert source.publisher in entry.text_content()
        assert source.perspective in entry.text_content()
        assert entry.xpath(".//a[starts-with(@href, 'http')]/@href") == [link.url for link in source.links]
    assert page.xpath("//article[@id='R02']//a[starts-with(@href, 'index.html')]/text()") == ["C07"]


def test_an_indicator_is_defined_one_tap_from_its_claim(pages: Pages, readings: tuple[Reading, Reading]) -> None:
    links = tree(pages["warnings/gw-2023-10-arm-aze/2/index.html"]).xpath("//article[@id='C06']//details//a/@href")
    assert links == ["sources.html#PRE-01", "sources.html#PRE-02"]
    said = tree(pages["warnings/gw-2023-10-arm-aze/2/sources.html"]).xpath("string(//*[@id='PRE-01'])")
    assert readings[1].term("indicator", "PRE-01").definition in said


def test_one_addressee_is_not_credited_with_what_another_did(pages: Pages) -> None:
    france, states = (visible_text(pages[f"addressees/{name}.html"]) for name in ("france", "united-states"))
    assert "Partial as of February 2024" in france
    assert "Partial" not in states
    assert "No response is on record" in states


def test_an_addressee_asked_often_keeps_every_recommendation_the_newest_in_full(
    armenia: tuple[Edition, Edition], readings: tuple[Reading, Reading]
) -> None:
    many = [
        msgspec.structs.replace(summary(readings[1]), warning=f"W{number}", issued_at=f"2026-11-23T12:{number:02}:00Z")
        for number in range(60)
    ]
    ledger = ledger_of(many, desk=DESK, status="Exercise")
    view = next(each for each in html.addressees(ledger) if each.name == "UNESCO")
    page = tree(html.addressee_page(view, site=make_site(armenia[1]), words=words("en")))
    assert len(page.xpath("//article")) == 50
    assert page.xpath("//article[1]/h2/a/@href") == ["../warnings/w59/2/index.html#REC-6"]
    assert len(page.xpath("//ul[@class='lines']/li")) == 10
    assert page.xpath("//ul[@class='lines']/li[10]/a/@href") == ["../warnings/w0/2/index.html#REC-6"]
    assert "None found as of September 2024." in page.xpath("string(//ul[@class='lines']/li[10])")


def test_every_addressee_has_a_page_and_a_line(pages: Pages, readings: tuple[Reading, Reading]) -> None:
    index = visible_text(pages["addressees/index.html"])
    for ask in readings[1].content.recommendations:
        for addressee in ask.addressees:
            assert addressee.name in index
            assert any(
                ask.action in visible_text(text) for path, text in pages.items() if path.startswith("addressees/")
            )


def test_names_that_share_an_address_share_a_page(readings: tuple[Reading, Reading]) -> None:
    one = summary(readings[1])
    named = ("EU leaders", "EU Leaders", "eu-leaders")
    asks = tuple(
        replace(ask, recommendation=replace(ask.recommendation, addressees=(Addressee(name=name, kind="state"),)))
        for ask, name in zip(one.asks, named, strict=False)
    )
    views = html.addressees(ledger_of([replace(one, asks=asks)], desk=DESK, status="Exercise"))
    assert [(view.path, len(view.asked)) for view in views] == [("addressees/eu-leaders.html", 3)]


def test_the_method_page_prints_the_whole_codebook(pages: Pages) -> None:
    said, codebook = visible_text(pages["method.html"]), load_codebook()
    terms = (*codebook.stages, *codebook.un_factors, *codebook.indicators, *codebook.instruments,
             *codebook.source_grades, *codebook.information_grades)  # fmt: skip
    for term in terms:
        assert term.label in said
    for definition in codebook.level_definitions:
        for text in (definition.watch, definition.warning, definition.emergency):
            assert text in said
    for status in codebook.response_statuses:
        assert status.minimum_evidence in said
    assert "55 to 80 %" in said


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_what_the_verify_page_tells_to_do_by_hand_works(
    pages: Pages, armenia: tuple[Edition, Edition], tmp_path: Path
) -> None:
    key = Ed25519PrivateKey.generate()
    data = canonical_bytes(armenia[1])
    (tmp_path / "edition.json").write_bytes(data)
    (tmp_path / "edition.sig.json").write_bytes(canonical_bytes(sign(key, "tocsin/edition/1", sha256(data))) + b"\n")
    (tmp_path / "key.pem").write_bytes(public_pem(key.public_key()))
    commands = [unescape(pre.text_content()) for pre in tree(pages["verify.html"]).iter("pre")]
    by_hand = [command for command in commands if not command.startswith("tocsin")]
    assert len(by_hand) == 4

    def run(command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert fingerprint(key.public_key()) in run(by_hand[0]).stdout
    assert sha256(data) in run(by_hand[1]).stdout
    assert run(by_hand[2]).returncode == 0
    assert "Signature Verified Successfully" in run(by_hand[3]).stdout

    (tmp_path / "edition.json").write_bytes(data.replace(b"Armenia", b"Armenja", 1))
    run(by_hand[2])
    assert run(by_hand[3]).returncode != 0


def test_the_page_that_is_not_there_finds_its_style_from_any_depth(armenia: tuple[Edition, Edition]) -> None:
    edition = armenia[1]
    desk = msgspec.structs.replace(edition.issue.desk, url="https://example.org/warnings-desk")
    site = msgspec.structs.replace(make_site(edition), desk=desk)
    page = tree(html.missing_page(site=site, words=words("en")))
    assert "/warnings-desk/assets/site.css" in page.xpath("//link[@rel='stylesheet']/@href")


def test_leaflet_is_what_its_note_of_origin_says() -> None:
    folder = Path(html.__file__).parent.parent / "vendor" / "leaflet"
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert {"assets/leaflet/leaflet.js", "assets/leaflet/LICENSE"} <= set(html.static_files())


def test_a_summary_holds_what_lists_need_and_no_claims(readings: tuple[Reading, Reading]) -> None:
    one = summary(readings[1])
    assert (one.warning, one.edition, one.level, one.stale) == ("GW-2023-10-ARM-AZE", 2, "warning", True)
    assert [number for number, state, weak in one.stages if state == "present" and weak] == [4, 10]
    assert len(msgspec.json.encode(one)) < len(msgspec.json.encode(readings[1].content)) / 5
    assert msgspec.json.decode(msgspec.json.encode(one), type=Summary) == one


def test_json_in_a_page_cannot_end_its_script(readings: tuple[Reading, Reading]) -> None:
    from tocsin.publish.html.frame import json_block

    assert json_block('{"a": "</script>&"}') == '{"a": "\\u003c/script\\u003e\\u0026"}'
    with pytest.raises(ValueError, match="Expecting"):
        json_block("alert(1)")


def test_the_hash_of_a_drawings_style_is_the_one_browsers_compute() -> None:
    from tocsin.publish.html.frame import drawing

    digest = base64.b64encode(hashlib.sha256(b"a{b:c}").digest()).decode()
    assert drawing("<svg><style>a{b:c}</style></svg>").style_hashes == (f"'sha256-{digest}'",)
