"""An edition as linked data, expanded by a JSON-LD processor that may not fetch anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pyld import jsonld

from tocsin.publish.jsonld import report_file, report_script
from tocsin.publish.reading import Reading
from tocsin.publish.words import Words

SCHEMA = "http://schema.org/"
PROV = "http://www.w3.org/ns/prov#"
EWD = "https://desk.example.org/ns#"
EDITION = "https://desk.example.org/warnings/gw-2023-10-arm-aze/2/"

# Names that schema.org has, compared with its vocabulary as carried by the npm package schema-dts 2.1.0.
_TYPES = """
Report Claim DefinedTerm DefinedTermSet Dataset DataDownload CorrectionComment Organization Country City Date
AdministrativeArea Place QuantitativeValue MediaObject CreativeWork
"""
SCHEMA_TYPES = frozenset(_TYPES.split())
_PROPERTIES = """
name headline abstract description identifier reportNumber version isPartOf url inLanguage datePublished
dateModified expires temporalCoverage creativeWorkStatus correction publisher author isBasedOn about
spatialCoverage encoding hasPart citation mentions text claimInterpreter appearance termCode inDefinedTermSet
distribution contentUrl encodingFormat sha256 isAccessibleForFree alternateName latitude longitude minValue
maxValue value unitText position license creator variableMeasured
"""
SCHEMA_PROPERTIES = frozenset(_PROPERTIES.split())


def refuse(url: str, options: Any) -> Any:
    raise AssertionError(f"asked for {url}")


def schema_org(url: str, options: Any) -> Any:
    """What https://schema.org answers, as far as it matters here: its vocabulary, and the two shorter keywords."""
    assert url.startswith("https://schema.org")
    context = {"@vocab": SCHEMA, "id": "@id", "type": "@type"}
    return {
        "contextUrl": None,
        "documentUrl": url,
        "contentType": "application/ld+json",
        "document": {"@context": context},
    }


def expanded(document: bytes | str, loader: Any = refuse) -> dict[str, Any]:
    (node,) = jsonld.expand(json.loads(document), {"documentLoader": loader})
    assert isinstance(node, dict)
    return node


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every node of an expanded document."""
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from nodes(item)
    elif isinstance(value, list):
        for item in value:
            yield from nodes(item)


def by_id(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The nodes that say something, by their id."""
    return {node["@id"]: node for node in nodes(document) if len(node) > 1 and "@id" in node}


def one(node: dict[str, Any], name: str) -> Any:
    (value,) = node[name]
    return value.get("@value", value)


@pytest.fixture(scope="module")
def report(readings: tuple[Reading, Reading], english: Words) -> dict[str, Any]:
    return expanded(report_file(readings[1], english))


def test_the_file_expands_offline_to_a_report(report: dict[str, Any], readings: tuple[Reading, Reading]) -> None:
    assert one(report, EWD + "editionSha256") == readings[1].sha256
    assert report["@id"] == EDITION
    assert report["@type"] == [SCHEMA + "Report", PROV + "Entity"]
    assert one(report, SCHEMA + "reportNumber") == "GW-2023-10-ARM-AZE.v2"
    assert one(report, SCHEMA + "expires") == "2024-10-31"
    assert one(report, EWD + "capStatus") == "Exercise"


def test_no_term_is_dropped_and_every_name_is_one_that_its_vocabulary_has(
    readings: tuple[Reading, Reading], english: Words
) -> None:
    document = json.loads(report_file(readings[1], english))
    del document["@context"]
    written = {key for node in nodes(document) for key in node if not key.startswith("@")}
    types = {name for node in nodes(document) for name in _listed(node.get("@type", []))}
    full = {SCHEMA: "", PROV: "prov:", EWD: "ewd:"}
    seen = set()
    for node in nodes(expanded(report_file(readings[1], english))):
        for key in node:
            if not key.startswith("@"):
                start = next(start for start in full if key.startswith(start))
                seen.add(full[start] + key.removeprefix(start))
    assert written == seen
    assert {name for name in written if ":" not in name} <= SCHEMA_PROPERTIES
    assert {name for name in types if ":" not in name} <= SCHEMA_TYPES


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def test_every_reference_within_the_edition_leads_somewhere(report: dict[str, Any]) -> None:
    said = by_id(report)
    mentioned = {node["@id"] for node in nodes(report) if node.keys() == {"@id"}}
    dangling = {id for id in mentioned if id.startswith(EDITION + "#") and id not in said}
    assert not dangling
    assert len(said) > 100


def test_all_claims_stand_with_who_asserts_them_and_who_says_otherwise(
    report: dict[str, Any], readings: tuple[Reading, Reading]
) -> None:
    content = readings[1].content
    claims = {claim["@id"]: claim for claim in report[SCHEMA + "hasPart"]}
    assert list(claims) == [f"{EDITION}#{claim.id}" for claim in content.claims]
    for claim in content.claims:
        said = claims[f"{EDITION}#{claim.id}"]
        assert one(one(said, SCHEMA + "author"), SCHEMA + "name") == claim.asserted_by
        assert one(said, EWD + "contested") is claim.contested
        positions = said.get(EWD + "contestedBy", [])
        holders = [one(one(position, SCHEMA + "author"), SCHEMA + "name") for position in positions]
        assert holders == [position.by for position in claim.positions]
        assert all(position["@type"] == [SCHEMA + "Claim"] for position in positions)


def test_a_finding_opens_to_its_claims_as_a_term_of_its_model(report: dict[str, Any]) -> None:
    finding = next(node for node in report[EWD + "finding"] if one(one(node, EWD + "term"), SCHEMA + "termCode") == "7")
    term = one(finding, EWD + "term")
    assert term["@id"] == EWD + "ten-stages-7"
    assert one(one(term, SCHEMA + "inDefinedTermSet"), SCHEMA + "name").startswith("Ten Stages")
    assert f"{EDITION}#C25" in [node["@id"] for node in finding[EWD + "supportedBy"]]
    assert [node["@id"] for node in finding[EWD + "mitigatedBy"]] == [f"{EDITION}#E03"]


def test_provenance_says_what_it_revises_when_and_what_it_was_read_from(report: dict[str, Any]) -> None:
    assert one(report, PROV + "wasRevisionOf")["@id"] == EDITION.replace("/2/", "/1/")
    assert report[PROV + "generatedAtTime"] == [
        {"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": "2026-11-23T12:02:00Z"}
    ]
    read = one(report, SCHEMA + "isBasedOn")
    assert one(one(read, SCHEMA + "publisher"), SCHEMA + "name") == "Genocide Watch"
    assert EWD + "withdraws" not in report


def test_a_withdrawal_invalidates_and_does_not_revise(withdrawal: Reading, english: Words) -> None:
    report = expanded(report_file(withdrawal, english))
    assert one(report, SCHEMA + "creativeWorkStatus") == "Withdrawn"
    assert PROV + "wasRevisionOf" not in report
    withdrawn = report[EWD + "withdraws"]
    assert [node["@id"][-3:] for node in withdrawn] == ["/1/", "/2/"]
    assert {one(node, PROV + "invalidatedAtTime") for node in withdrawn} == {"2026-11-24T09:00:00Z"}


def test_recommendations_carry_their_dated_responses(report: dict[str, Any]) -> None:
    asked = {node["@id"]: node for node in report[EWD + "recommendation"]}
    statuses = [one(response, EWD + "status") for response in asked[EDITION + "#REC-2a"][EWD + "response"]]
    assert statuses == ["announced", "reversed"]
    assert len(asked) == 7


def test_the_dataset_offers_every_file_and_the_hash_of_the_edition(
    report: dict[str, Any], readings: tuple[Reading, Reading]
) -> None:
    files = one(report, EWD + "dataset")[SCHEMA + "distribution"]
    names = [one(file, SCHEMA + "name") for file in files]
    assert names == ["edition.json", "report.jsonld", "claims.csv", "recommendations.csv", "map.geojson", "series.csv"]
    assert one(files[0], SCHEMA + "sha256") == readings[1].sha256


def test_a_series_is_a_dataset_of_its_producer_with_what_it_cannot_tell(
    report: dict[str, Any], readings: tuple[Reading, Reading]
) -> None:
    series = readings[1].content.series
    assert series
    assert len(report[EWD + "series"]) == len(series)
    for said, made in zip(series, report[EWD + "series"], strict=True):
        assert set(made["@type"]) == {SCHEMA + "Dataset", EWD + "Series"}
        assert one(made, SCHEMA + "name") == said.label
        assert one(made, SCHEMA + "license") == said.licence
        assert one(made, SCHEMA + "temporalCoverage") == "2020-01/2024-12"
        assert one(made, EWD + "cannotTell") == said.cannot_tell
        assert made[SCHEMA + "creator"][0][SCHEMA + "name"][0]["@value"] == said.producer
        assert {each["@value"] for each in made[EWD + "usageWarning"]} == set(said.warnings)


def test_the_script_says_what_the_file_says_in_the_way_that_search_engines_look_for(
    report: dict[str, Any], readings: tuple[Reading, Reading], english: Words
) -> None:
    script = report_script(readings[1], english)
    assert json.loads(script)["@context"][0] == "https://schema.org"
    brief = expanded(script, schema_org)
    for name in brief:
        if name != SCHEMA + "hasPart":
            assert brief[name] == report[name], name
    contested = [claim for claim in readings[1].content.claims if claim.contested]
    parts = by_id(brief)
    for claim in contested:
        assert len(parts[f"{EDITION}#{claim.id}"][EWD + "contestedBy"]) == len(claim.positions)


def test_the_script_can_leave_the_claims_to_the_page(readings: tuple[Reading, Reading], english: Words) -> None:
    short, whole = report_script(readings[1], english, claims=False), report_script(readings[1], english)
    assert "hasPart" not in json.loads(short)
    assert len(short) < 4_500 < len(whole) < 32_000


def test_the_short_script_says_nothing_that_the_file_does_not_say(
    report: dict[str, Any], readings: tuple[Reading, Reading], english: Words
) -> None:
    brief = expanded(report_script(readings[1], english, claims=False), schema_org)
    for name in brief:
        said = brief[name] if isinstance(brief[name], list) else [brief[name]]
        assert all(each in report[name] for each in said), name
    assert any("report.jsonld" in str(each) for each in brief[SCHEMA + "encoding"])
