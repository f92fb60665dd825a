"""An edition as a CAP 1.2 message."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import Any

import msgspec
import pytest
from lxml import etree

from tests.publish.hostile import read
from tocsin.core.model.edition import Term
from tocsin.publish.cap import NAMESPACE, CapError, cap_alert, check_cap
from tocsin.publish.cap_areas import MAX_CORNERS
from tocsin.publish.reading import Reading
from tocsin.publish.words import Words

CAP = {"cap": NAMESPACE}


def alert(reading: Reading, words: Words) -> etree._Element:
    return etree.fromstring(cap_alert(reading, words))


def said(message: etree._Element, path: str) -> str:
    return message.findtext(path, namespaces=CAP) or ""


def parameters(message: etree._Element) -> dict[str, str]:
    return {said(one, "cap:valueName"): said(one, "cap:value") for one in message.iterfind(".//cap:parameter", CAP)}


def with_content(reading: Reading, **changes: Any) -> Reading:
    content = msgspec.structs.replace(reading.content, **changes)
    return read(msgspec.structs.replace(reading.edition, content=content))


def with_level(reading: Reading, level: str) -> Reading:
    return with_content(reading, level=msgspec.structs.replace(reading.content.level, declared=level))


def test_the_schema_is_the_one_whose_origin_is_written_down() -> None:
    folder = files("tocsin.publish") / "schemas"
    schema = (folder / "CAP-v1.2.xsd").read_bytes()
    assert hashlib.sha256(schema).hexdigest() in (folder / "ORIGIN.md").read_text(encoding="utf-8")
    assert b"xmldsig" in schema


def test_every_message_of_a_life_is_valid(
    readings: tuple[Reading, Reading], withdrawal: Reading, english: Words
) -> None:
    for reading in (*readings, withdrawal):
        check_cap(cap_alert(reading, english))


def test_the_second_message_is_an_update_that_references_the_first(
    readings: tuple[Reading, Reading], english: Words
) -> None:
    first, second = (alert(reading, english) for reading in readings)
    assert [said(one, "cap:msgType") for one in (first, second)] == ["Alert", "Update"]
    triple = ",".join(said(first, f"cap:{name}") for name in ("sender", "identifier", "sent"))
    assert said(second, "cap:references") == triple
    assert said(first, "cap:references") == ""


def test_a_withdrawal_references_all_before_it_and_does_not_say_that_all_is_clear(
    withdrawal: Reading, english: Words
) -> None:
    message = alert(withdrawal, english)
    assert said(message, "cap:msgType") == "Cancel"
    assert [triple.split(",")[1][-3:] for triple in said(message, "cap:references").split()] == [".v1", ".v2"]
    assert said(message, ".//cap:responseType") == "None"
    assert {said(message, f".//cap:{name}") for name in ("urgency", "severity", "certainty")} == {"Unknown"}
    assert said(message, ".//cap:headline").startswith("Exercise: Withdrawn: ")
    assert "does not say that the danger is over" in said(message, ".//cap:description")
    assert said(message, ".//cap:instruction") == ""


@pytest.mark.parametrize(
    ("level", "hazard"),
    [
        ("none", ["Unknown", "Unknown", "Unknown"]),
        ("watch", ["Future", "Moderate", "Possible"]),
        ("warning", ["Expected", "Severe", "Possible"]),
        ("emergency", ["Immediate", "Extreme", "Observed"]),
    ],
)
def test_the_level_becomes_urgency_severity_certainty(
    level: str, hazard: list[str], readings: tuple[Reading, Reading], english: Words
) -> None:
    message = alert(with_level(readings[1], level), english)
    assert [said(message, f".//cap:{name}") for name in ("urgency", "severity", "certainty")] == hazard
    assert parameters(message)["ewd:alertLevel"] == level


@pytest.mark.parametrize(("word", "certainty"), [("likely", "Likely"), ("unlikely", "Possible")])
def test_certainty_is_likely_only_when_the_issuer_gives_more_than_even_odds(
    word: str, certainty: str, readings: tuple[Reading, Reading], english: Words
) -> None:
    reading = readings[1]
    confidence = msgspec.structs.replace(reading.content.confidence, likelihood=word, window="2024")
    term = Term(kind="probability", id=word, label=word, definition="from the table")
    content = msgspec.structs.replace(reading.content, confidence=confidence)
    edition = msgspec.structs.replace(reading.edition, content=content, terms=(*reading.edition.terms, term))
    message = alert(read(edition), english)
    assert said(message, ".//cap:certainty") == certainty
    assert parameters(message)["ewd:likelihood"] == word
    assert parameters(message)["ewd:likelihoodRange"] == "from the table"


def test_the_desks_own_fields_travel_as_parameters(readings: tuple[Reading, Reading], english: Words) -> None:
    own = parameters(alert(readings[1], english))
    assert own["ewd:stages"] == "4,7,8,10"
    assert own["ewd:stagesWeaklySupported"] == "4,10"
    assert own["ewd:editionSha256"] == readings[1].sha256
    assert own["ewd:contested"] == "true"
    assert (own["ewd:claims"], own["ewd:claimsContested"]) == ("41", "35")
    assert own["ewd:declaredBy"] == "Genocide Watch"
    assert own["ewd:scaleVersion"] == "current"
    assert own["ewd:reviewDate"] == "2024-10-31"
    assert "ewd:likelihood" not in own, "the issuer gives none"


def test_it_expires_at_the_end_of_its_review_date(readings: tuple[Reading, Reading], english: Words) -> None:
    assert said(alert(readings[1], english), ".//cap:expires") == "2024-10-31T23:59:59-00:00"
    assert said(alert(with_content(readings[1], review_date=None), english), ".//cap:expires") == ""


def test_everything_it_says_is_attributed(readings: tuple[Reading, Reading], english: Words) -> None:
    message = alert(readings[1], english)
    assert "Genocide Watch states level Warning and stages 4, 7, 8 and 10" in said(message, ".//cap:description")
    assert "35 of the 41 claims are disputed" in said(message, ".//cap:description")
    assert said(message, ".//cap:instruction").startswith("Genocide Watch recommends: (1) EU leaders: ")
    assert "does not endorse them" in said(message, ".//cap:instruction")
    assert said(message, "cap:note").startswith("A coded reading of a warning published by Genocide Watch.")


def test_an_exercise_says_so_where_only_the_headline_is_shown(
    readings: tuple[Reading, Reading], english: Words
) -> None:
    reading = readings[1]
    assert said(alert(reading, english), ".//cap:headline").startswith("Exercise: ")
    issue = msgspec.structs.replace(reading.issue, status="Actual")
    actual = alert(read(msgspec.structs.replace(reading.edition, issue=issue)), english)
    assert said(actual, ".//cap:headline") == reading.content.headline
    assert "not an actual public warning" not in said(actual, "cap:note")


def test_the_areas_are_those_that_the_warning_names_and_no_more(
    readings: tuple[Reading, Reading], english: Words
) -> None:
    message = alert(readings[1], english)
    codes = [(said(one, "cap:valueName"), said(one, "cap:value")) for one in message.iterfind(".//cap:geocode", CAP)]
    country = [("ISO3166-1-alpha3", "ARM"), ("M49", "051")]
    assert codes == [("ISO3166-2", "AM-SU"), *country, ("ISO3166-2", "AM-GR"), *country]
    first = said(message, ".//cap:areaDesc")
    assert first.startswith("Syunik; also Սյունիք, Zangezur (Western Zangezur) (Azerbaijan)"), "contested: all names"


def test_outlines_are_latitude_first_closed_and_short(readings: tuple[Reading, Reading], english: Words) -> None:
    polygons = alert(readings[1], english).findall(".//cap:polygon", CAP)
    assert len(polygons) >= 2
    for polygon in polygons:
        corners = [tuple(map(float, pair.split(","))) for pair in (polygon.text or "").split()]
        assert corners[0] == corners[-1]
        assert 4 <= len(corners) <= MAX_CORNERS
        assert all(38.5 < latitude < 41 and 44.5 < longitude < 47 for latitude, longitude in corners)


def test_without_a_place_the_area_is_the_country(readings: tuple[Reading, Reading], english: Words) -> None:
    situation = msgspec.structs.replace(readings[1].content.situation, places=(), countries=("SDN",))
    message = alert(with_content(readings[1], situation=situation, map=None), english)
    assert said(message, ".//cap:areaDesc") == "Sudan"
    assert [said(one, "cap:value") for one in message.iterfind(".//cap:geocode", CAP)] == ["SDN", "729"]
    assert "map.svg" not in etree.tostring(message).decode()


def replaced(xml: bytes, old: str, new: str) -> bytes:
    assert old.encode() in xml
    return xml.replace(old.encode(), new.encode(), 1)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("<status>Exercise</status>", "<status>Drill</status>", "status"),
        ("<msgType>Update</msgType>", "<msgType>Change</msgType>", "msgType"),
        ("-00:00</sent>", "Z</sent>", "sent"),
        ("<urgency>Expected</urgency>", "", "severity"),
        ("<scope>Public</scope>", "", "scope"),
        ("<identifier>GW", "<identifier>GW ", "identifier"),
        ("<sender>desk.", "<sender>desk,", "sender"),
        ("<references>desk.example.org,", "<references>desk.example.org ", "not sender,identifier,sent"),
        ("45.8619</polygon>", "45.9</polygon>", "polygon"),
    ],
)
def test_a_message_that_cap_does_not_allow_is_caught_and_the_fault_named(
    old: str, new: str, named: str, readings: tuple[Reading, Reading], english: Words
) -> None:
    xml = cap_alert(readings[1], english)
    with pytest.raises(CapError, match=named):
        check_cap(replaced(xml, old, new))


def test_an_update_without_references_is_caught(readings: tuple[Reading, Reading], english: Words) -> None:
    xml = replaced(cap_alert(readings[0], english), "<msgType>Alert<", "<msgType>Update<")
    with pytest.raises(CapError, match="must reference"):
        check_cap(xml)


def test_what_is_no_xml_is_refused() -> None:
    with pytest.raises(CapError, match="well-formed"):
        check_cap(b"<alert>")


def test_a_signature_may_be_added(readings: tuple[Reading, Reading], english: Words) -> None:
    signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></alert>'
    check_cap(replaced(cap_alert(readings[1], english), "</alert>", signature))
