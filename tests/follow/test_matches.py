"""Listings are proposed as answers by the words that they share with a situation, and for no other reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.collect.desks import ADesk
from tests.data_beside import real
from tests.records.people import at, people
from tocsin.cli import app
from tocsin.core import geography
from tocsin.core.model.asks import Addressee, Recommendation
from tocsin.core.model.assessment import Party
from tocsin.core.model.judgement import SituationScope
from tocsin.core.rules.sanctions import INSTRUMENTS, REGIMES, Listing, Term, names_of, propose
from tocsin.core.vocabulary import load_codebook
from tocsin.warn.desk import DeskFolder

ALL = [name for each in geography.countries() for name in names_of(each.name, each.label)]


def ask(instrument: str = "SANCTIONS_TARGETED") -> Recommendation:
    return Recommendation(
        id="REC-1", order=1, made_by="A desk", action="List them.", instrument=instrument,
        addressees=(Addressee(name="UN Security Council", kind="igo"),),
    )  # fmt: skip


def listing(*texts: tuple[str, str], regime: str = "Al-Qaida", date: str = "2024-05-01") -> Listing:
    return Listing(
        reference_number="QDi.001", listed_as="person", name="A Name", regime=regime, listed_date=date, texts=texts
    )


def found(text: str, *wanted: str, **more: Any) -> list[str]:
    terms = [Term(name, name) for name in wanted]
    made = propose([ask()], [listing(("comments", text))], countries=terms, actors=[], all_countries=ALL, **more)
    return [each.term for match in made for each in match.found]


COUNTRIES = [
    ("He lives in Sudan.", "Sudan", True),
    ("He lives in South Sudan.", "Sudan", False),
    ("He lives in South Sudan, and was in Sudan.", "Sudan", True),
    ("A Nigerian in Nigeria.", "Niger", False),
    ("Guinea-Bissau", "Guinea", False),
    ("Equatorial Guinea", "Guinea", False),
    ("Democratic Republic of the Congo", "Congo", False),
    ("Democratic Republic of the Congo", "Democratic Republic of the Congo", True),
    ("Democratic People\u2019s Republic of Korea", "Democratic People's Republic of Korea", True),
    ("Iran (Islamic Republic of)", "Iran", True),
    ("CÔTE D'IVOIRE", "Cote d'Ivoire", True),
    ("Malian", "Mali", False),
]


@pytest.mark.parametrize(("text", "wanted", "expected"), COUNTRIES, ids=[f"{w} in {t}" for t, w, _ in COUNTRIES])
def test_a_country_is_found_as_a_whole_name_and_not_within_another(text: str, wanted: str, expected: bool) -> None:
    assert bool(found(text, wanted)) == expected


def test_a_match_says_which_text_named_whom() -> None:
    (match,) = propose(
        [ask()], [listing(("designations", "Commander of the Example Brigade in the north"))], countries=[],
        actors=[Term("Example Brigade", "The Brigade")], all_countries=ALL,
    )  # fmt: skip
    assert match.asked_of == ("UN Security Council",)
    assert "listed on 2024-05-01" in match.why
    assert "designations names The Brigade: 'commander of the example brigade in the north'" in match.why


def test_a_regime_about_one_country_is_a_reason_of_its_own() -> None:
    made = propose([ask()], [listing(regime="DRC")], countries=[], actors=[], all_countries=ALL, codes=("COD",))
    assert [(each.of, each.field) for each in made[0].found] == [("COD", "regime")]
    assert set(REGIMES.values()) <= {country.alpha3 for country in geography.countries()}


def test_only_recommendations_of_sanctions_and_listings_since_a_day_are_considered() -> None:
    assert set(INSTRUMENTS) <= {each.id for each in load_codebook().instruments}
    entries = [listing(("comments", "Sudan"), date="2020-01-01"), listing(("comments", "Sudan"))]
    sudan = {"countries": [Term("Sudan", "Sudan")], "actors": [], "all_countries": ALL}
    assert propose([ask("AID")], entries, **sudan) == []
    assert len(propose([ask()], entries, **sudan)) == 2
    assert [m.listing.listed_date for m in propose([ask()], entries, since="2024-01-01", **sudan)] == ["2024-05-01"]


def test_a_name_too_short_to_mean_anything_is_not_looked_for() -> None:
    assert found("M23 and the ADF", "ADF") == []


def a_situation(desk: DeskFolder, *codes: str) -> None:
    from tocsin.follow.actions import record_recommendation
    from tocsin.records.queries import get_situation
    from tocsin.review import actions

    (rita,) = people(("rita", "reviewer"))
    actions.open_situation(by=rita, at=at(1), key="here", scope=SituationScope(title="Here", countries=codes))
    here = get_situation("here")
    party = Party(name="Forces démocratiques de libération du Rwanda", kind="armed_group")
    actions.record_evidence(by=rita, at=at(1), situation=here, kind="actor", key="fdlr", content=party)
    record_recommendation(by=rita, at=at(1), situation=here, recommendation=ask())


def run(desk: DeskFolder, *more: str) -> Any:
    return CliRunner().invoke(app, ["follow", "matches", "-s", "here", "--desk", str(desk.folder), *more])


def test_before_the_list_was_collected_one_is_told_how(desk: DeskFolder) -> None:
    a_situation(desk, "COD")
    assert "tocsin collect run un-sanctions" in str(run(desk).exception)


@pytest.mark.data
def test_the_real_list_is_matched_as_a_plain_count_of_it_says(desk: DeskFolder) -> None:
    """Counted with lxml alone: entries under the DRC regime, and others whose text names the country or the group."""
    from lxml import etree

    file: Path = real("sanctions/UN_consolidated.xml")
    ADesk(desk.folder, for_samples=False).run("un-sanctions", file)
    a_situation(desk, "COD")
    proposed = json.loads(run(desk, "--json").output)
    assert proposed["n_listings"] == 1003
    references = {each["reference_number"] for each in proposed["matches"]}
    entries = etree.parse(str(file)).getroot().iter("INDIVIDUAL", "ENTITY")
    regime, naming = set(), set()
    for entry in entries:
        reference = entry.findtext("REFERENCE_NUMBER").strip()
        texts = [entry.findtext("COMMENTS1") or "", *(v.text or "" for v in entry.iterfind("NATIONALITY/VALUE"))]
        texts += [v.text or "" for v in entry.iterfind("DESIGNATION/VALUE")]
        if entry.findtext("UN_LIST_TYPE").strip() == "DRC":
            regime.add(reference)
        if any("democratic republic of the congo" in text.lower() for text in texts):
            naming.add(reference)
    assert len(regime) == 53
    assert regime | naming <= references
    # Whatever else is proposed says which words it rests on.
    for each in proposed["matches"]:
        if each["reference_number"] not in regime | naming:
            assert "Forces d" in each["why"] or "Congo" in each["why"], each
    since = json.loads(run(desk, "--json", "--since", "2023-01-01").output)["matches"]
    assert since
    assert min(each["listed_date"] for each in since) >= "2023-01-01"
