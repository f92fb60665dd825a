"""The JSON API: what is published for anybody, what is on record by token, through the same actions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from django.test import Client

from tests.cases import ARMENIA
from tests.records.people import A_SITUATION, a_claim, at, people
from tocsin.core.model.judgement import Expectation
from tocsin.core.model.sources import Source
from tocsin.core.rules.token_scopes import LEAST, SCOPES
from tocsin.warn.desk import DeskFolder

HERE = "/api/1/situations/here"
CLAIM = msgspec.to_builtins(a_claim("C1", "A road was closed."))


class Caller:
    """A program with a token, or without one."""

    def __init__(self, token: str = "") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        data = body if isinstance(body, (bytes, str)) else json.dumps(body) if body is not None else ""
        return self.client.generic(
            method, path if path.startswith("/") else f"{HERE}/{path}", data, "application/json",
            headers={**self.headers, **headers},
        )  # fmt: skip

    def get(self, path: str, **headers: str) -> Any:
        return self("GET", path, **headers)

    def put(self, path: str, says: Any, **more: Any) -> Any:
        return self("PUT", path, {"says": msgspec.to_builtins(says), **more})


def now() -> Any:
    import datetime

    return datetime.datetime.now(datetime.UTC)


def token(person: Any, *scopes: str, days: int = 90, made_at: Any = None) -> str:
    from tocsin.records.people.tokens import actions

    return actions.add_token(by=person, at=made_at or now(), name="a test", scopes=scopes, days=days)[1]


@pytest.fixture
def here(desk: DeskFolder) -> Callable[..., Caller]:
    """Makes callers by name: people with roles in the situation `here`, and one who is elsewhere."""
    from tocsin.records.people import actions as people_actions
    from tocsin.records.queries import get_situation
    from tocsin.review import actions

    rita, ani, otto, petra, eve = people(
        ("rita", "reviewer"), ("ani", "analyst"), ("otto", "observer"), ("petra", "publisher"), ("eve", "observer")
    )
    for key in ("here", "there"):
        actions.open_situation(by=rita, at=at(1), key=key, scope=A_SITUATION)
    admin = desk and type(rita).objects.get(username="admin")
    people_actions.revoke_role(by=admin, at=at(1), person=eve, role="observer")
    people_actions.grant_role(by=admin, at=at(1), person=eve, role="analyst", situation=get_situation("there"))
    actions.record_evidence(
        by=ani, at=at(1), situation=get_situation("here"), kind="source", key="S01",
        content=Source(id="S01", publisher="A paper"),
    )  # fmt: skip
    known = {"rita": rita, "ani": ani, "otto": otto, "petra": petra, "eve": eve}
    full = {
        "rita": ("read", "review", "assess", "warn", "follow", "sign_off"),
        "petra": SCOPES,
        "otto": ("read",),
    }

    def caller(name: str, *scopes: str) -> Caller:
        reach = scopes or full.get(name, ("read", "review", "assess", "warn", "follow"))
        return Caller(token(known[name], *reach))

    caller.people = known  # type: ignore[attr-defined]
    return caller


# --- writing --------------------------------------------------------------------------------------------------------


def test_a_claim_is_recorded_graded_contested_and_accepted_through_the_actions(here) -> None:
    from tocsin.records.integrity import examine

    ani, rita = here("ani"), here("rita")
    made = ani.put("claims/C1", CLAIM, reason="seen today")
    assert (made.status_code, made.json()["version"], made.json()["state"]) == (200, 1, "proposed")
    grade = {"source": "C", "information": "3", "reason": "one report"}
    assert ani.put("claims/C1/grade", grade).status_code == 200
    side = {"says": {"by": "A ministry", "text": "Denies it.", "sources": [{"source": "S01"}]}, "seen": 1}
    assert ani("POST", "claims/C1/other-sides", side).json()["version"] == 2
    assert rita("POST", "claims/C1/accept", {}).json()["state"] == "accepted"
    read = ani.get("claims/C1").json()
    assert (read["says"]["contested"], read["says"]["positions"][0]["by"], read["state"]) == (
        True, "A ministry", "accepted",
    )  # fmt: skip
    past = [(each["by"], each["what"]) for each in ani.get("claims/C1/history").json()["items"]]
    assert past == [("ani", "version 1"), ("ani", "version 2"), ("rita", "accept: accepted")]
    assert ani.get("claims/C1/grades").json()["items"][0]["says"]["reason"] == "one report"
    assert list(examine()) == []


def test_whoever_read_an_older_version_is_told_and_overwrites_nothing(here) -> None:
    ani, rita = here("ani"), here("rita")
    ani.put("claims/C1", CLAIM)
    assert rita.put("claims/C1", CLAIM | {"text": "Hers."}, seen=1).status_code == 200
    late = ani.put("claims/C1", CLAIM | {"text": "His."}, seen=1)
    assert late.status_code == 409
    assert late["Content-Type"] == "application/problem+json"
    assert "version 2 by rita" in late.json()["detail"]
    assert late.json()["remedy"]
    assert ani.get("claims/C1").json()["says"]["text"] == "Hers."


def test_many_claims_come_in_at_once_or_not_at_all(here) -> None:
    ani = here("ani")
    assert ani("POST", "claims", {"claims": [CLAIM, CLAIM | {"id": "C2"}]}).json() == {"recorded": 2}
    again = ani("POST", "claims", {"claims": [CLAIM | {"id": "C3"}, CLAIM]})
    assert again.status_code == 409
    assert ani.get("claims/C3").status_code == 404


MASS_ASSIGNMENT = {
    "beside what is said": ({"says": CLAIM, "state": "accepted"}, "unknown field `state`"),
    "within what is said": ({"says": CLAIM | {"accepted_by": "rita"}}, "unknown field `accepted_by`"),
    "far within": ({"says": CLAIM | {"sources": [{"source": "S01", "id": 1}]}}, "unknown field `id`"),
    "who acts": ({"says": CLAIM, "by": "rita"}, "unknown field `by`"),
    "when": ({"says": CLAIM, "at": "2020-01-01T00:00:00Z"}, "unknown field `at`"),
}


@pytest.mark.parametrize(("body", "said"), MASS_ASSIGNMENT.values(), ids=MASS_ASSIGNMENT)
def test_a_field_that_is_not_asked_for_is_refused(here, body: Any, said: str) -> None:
    answer = here("ani")("PUT", "claims/C1", body)
    assert (answer.status_code, said in answer.json()["detail"]) == (422, True)
    assert here("ani").get("claims/C1").status_code == 404


UNREADABLE = {
    "no JSON": (b"{", 400),
    "bytes that are no text": (b'{"reason": "\xff"}', 400),
    "deep": (b'{"says":' * 100_000, 422),
    "a lone surrogate": (b'{"reason": "\\ud800"}', 400),
    "NUL": (json.dumps({"says": CLAIM, "reason": "\0"}), 422),
    "a number beyond all": (json.dumps({"says": CLAIM | {"stages": [2**53 + 1]}}), 422),
    "another id": (json.dumps({"says": CLAIM | {"id": "C2"}}), 422),
    "nothing": (b" ", 400),
    "too much": (b'"' + b"x" * 2_600_000 + b'"', 413),
}


@pytest.mark.parametrize(("body", "status"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_body_that_cannot_be_taken_is_refused_in_a_sentence(here, body: Any, status: int) -> None:
    answer = here("ani")("PUT", "claims/C1", body)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["detail"]


def test_a_form_is_not_taken_for_json(here) -> None:
    answer = here("ani").client.put(f"{HERE}/claims/C1", "x", "text/plain", headers=here("ani").headers)
    assert answer.status_code == 415


def test_a_recommendation_is_followed_and_an_expectation_settled_by_two(here) -> None:
    ani, rita = here("ani"), here("rita")
    ask = {
        "id": "REC-1", "order": 1, "made_by": "The desk", "action": "Do it.", "instrument": "sanctions",
        "addressees": [{"name": "A council", "kind": "igo"}],
    }  # fmt: skip
    assert ani.put("recommendations/REC-1", ask).status_code == 200
    nothing = {"says": {"status": "none", "as_of": "2026-11-20", "text": "None found."}}
    refused = ani("POST", "recommendations/REC-1/responses", nothing)
    assert refused.status_code == 422
    nothing["says"]["search"] = {"date": "2026-11-20", "where": "The council's pages", "terms": "it"}
    found = ani("POST", "recommendations/REC-1/responses", nothing)
    assert found.status_code == 200, found.json()
    expected = Expectation(
        id="E1", statement="It opens.", p=0.5, window_from="2020-01-01", window_to="2999-01-01", settled_by="A look."
    )
    assert ani.put("expectations/E1", expected).status_code == 200
    outcome = {"outcome": "came_true", "as_of": "2026-11-20", "text": "It did.", "sources": [{"source": "S01"}]}
    assert ani("POST", "expectations/E1/settle", {"says": outcome}).status_code == 200
    assert ani("POST", "expectations/E1/confirm", {}).status_code == 403, "nobody confirms what they settled"
    assert rita("POST", "expectations/E1/confirm", {}).json()["state"] == "confirmed"


@pytest.fixture
def case(here, desk: DeskFolder) -> Callable[..., Caller]:
    """The Armenia case loaded by rita, its draft open."""
    from tocsin.warn import actions
    from tocsin.warn.case_files import CaseFiles

    actions.load_case(by=here.people["rita"], at=at(2), resolved=CaseFiles(ARMENIA).resolve(1))
    return here


def test_a_draft_is_read_changed_submitted_and_sent_back(case) -> None:
    ani, rita = case("ani"), case("rita")
    at_draft = "/api/1/bulletins/GW-2023-10-ARM-AZE/draft"
    draft = ani.get(at_draft).json()
    assert draft["state"] == "writing"
    changed = draft["says"] | {"review_note": "Sooner, if shots are heard."}
    edited = ani("PUT", at_draft, {"says": changed, "seen": draft["version"]})
    assert edited.json()["version"] == draft["version"] + 1
    assert ani("PUT", at_draft, {"says": changed, "seen": draft["version"]}).status_code == 409
    gone = {"list": "claims", "keys": ["C41"], "seen": edited.json()["version"], "reason": "not ours to say"}
    left = ani("POST", f"{at_draft}/exclude", gone)
    assert left.status_code == 200
    back = gone | {"seen": left.json()["version"], "reason": ""}
    assert ani("POST", f"{at_draft}/include", back).status_code == 200
    submitted = ani("POST", f"{at_draft}/submit", {})
    assert (submitted.status_code, submitted.json()["submission"]) == (200, 1)
    assert rita("POST", f"{at_draft}/send-back", {"reason": "Say more."}).json()["state"] == "writing"
    assessed = ani.get("/api/1/bulletins/GW-2023-10-ARM-AZE/assessment").json()
    kept = ani.put("/api/1/bulletins/GW-2023-10-ARM-AZE/assessment", assessed["says"], seen=assessed["version"])
    assert kept.json()["version"] == assessed["version"], "the same words make no new version"


def test_a_second_person_signs_with_a_code_and_a_publisher_issues(case, desk: DeskFolder) -> None:
    from tests.web.signed_in import code, enrol

    at_draft = "/api/1/bulletins/GW-2023-10-ARM-AZE/draft"
    ani, rita, petra = case("ani"), case("rita"), case("petra")
    for name in ("rita", "petra"):
        enrol(case.people[name])
    assert ani("POST", f"{at_draft}/submit", {}).status_code == 200
    own = rita("POST", f"{at_draft}/sign-off", {}, **{"X-Tocsin-Code": code()})
    assert (own.status_code, "drafted" in own.json()["detail"] or "changed" in own.json()["detail"]) == (403, True)
    without = petra("POST", f"{at_draft}/sign-off", {})
    assert (without.status_code, "second factor" in without.json()["detail"]) == (403, True)
    wrong = petra("POST", f"{at_draft}/sign-off", {}, **{"X-Tocsin-Code": "000000"})
    assert wrong.status_code == 403
    shown = code()
    signed = petra("POST", f"{at_draft}/sign-off", {"statement": "Read."}, **{"X-Tocsin-Code": shown})
    assert (signed.status_code, signed.json()["by"]) == (200, "petra"), signed.json()
    again = petra("POST", f"{at_draft}/issue", {}, **{"X-Tocsin-Code": shown})
    assert again.status_code == 403, "a code is spent by its use"
    quinn = people(("quinn", "publisher"))[0]
    enrol(quinn)
    issued = Caller(token(quinn, "issue"))("POST", f"{at_draft}/issue", {}, **{"X-Tocsin-Code": code()})
    assert (issued.status_code, issued.json()["edition"]) == (200, 1), issued.json()
    assert (desk.editions / f"{issued.json()['sha256']}.json").exists()
    opened = ani("POST", "/api/1/bulletins/GW-2023-10-ARM-AZE/update", {"reason": "new facts"})
    assert opened.json()["state"] == "writing"


def test_what_the_rules_find_is_told_when_a_draft_cannot_be_submitted(case) -> None:
    ani = case("ani")
    at_draft = "/api/1/bulletins/GW-2023-10-ARM-AZE/draft"
    draft = ani.get(at_draft).json()
    ani("PUT", at_draft, {"says": draft["says"] | {"since": "no date"}, "seen": draft["version"]})
    answer = ani("POST", f"{at_draft}/submit", {})
    assert answer.status_code == 422
    assert any("no date" in found["text"] for found in answer.json()["found"])


# --- who may --------------------------------------------------------------------------------------------------------

FINDING = {"framework": "ten-stages", "number": 1, "state": "unknown"}
WRITES = {
    "review": ("PUT", "claims/C1", {"says": CLAIM}),
    "assess": (
        "POST",
        "/api/1/bulletins/X/findings",
        {"says": {"framework": "ten-stages", "number": 1, "state": "unknown"}},
    ),
    "warn": ("POST", "/api/1/bulletins/X/update", {"reason": "new facts"}),
    "follow": ("POST", "expectations/E1/confirm", {}),
    "sign_off": ("POST", "/api/1/bulletins/X/draft/send-back", {"reason": "x"}),
    "read": ("GET", "claims", None),
}


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("wanted", WRITES)
def test_a_token_reaches_no_further_than_its_scope(here, scope: str, wanted: str) -> None:
    answer = here("petra", scope)(*WRITES[wanted])
    refused = answer.status_code == 403 and "does not reach" in answer.json()["detail"]
    assert refused == (scope != wanted)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_is_not_made_with_a_scope_beyond_its_persons_roles(here, scope: str) -> None:
    from tocsin.core.rules.roles import may
    from tocsin.core.rules.token_scopes import ScopeError

    for name, role in {"otto": "observer", "ani": "analyst", "rita": "reviewer", "petra": "publisher"}.items():
        if may([role], LEAST[scope]):
            assert token(here.people[name], scope).startswith("tocsin_")
        else:
            with pytest.raises(ScopeError, match="of no use without that role"):
                token(here.people[name], scope)


def test_a_role_that_was_taken_away_takes_what_its_tokens_could_do(here) -> None:
    from tocsin.records.models import Person
    from tocsin.records.people import actions

    ani = here("ani")
    assert ani.put("claims/C1", CLAIM).status_code == 200
    admin = Person.objects.get(username="admin")
    actions.revoke_role(by=admin, at=at(5), person=here.people["ani"], role="analyst")
    assert ani.put("claims/C2", CLAIM | {"id": "C2"}).status_code == 404
    actions.grant_role(by=admin, at=at(6), person=here.people["ani"], role="observer")
    assert ani.put("claims/C2", CLAIM | {"id": "C2"}).status_code == 403


ELSEWHERE = [
    ("GET", "", None), ("GET", "claims", None), ("GET", "claims/C1", None), ("GET", "claims/C1/history", None),
    ("GET", "sources/S01", None), ("GET", "warnings", None), ("PUT", "claims/C1", {"says": CLAIM}),
    ("PUT", "", {"says": msgspec.to_builtins(A_SITUATION), "seen": 1}), ("POST", "claims/C1/accept", {}),
    ("GET", "/api/1/bulletins/GW-2023-10-ARM-AZE/draft", None),
    ("GET", "/api/1/situations/armenia-azerbaijan/claims/C01", None),
    ("POST", "/api/1/bulletins/GW-2023-10-ARM-AZE/draft/submit", {}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body"), ELSEWHERE, ids=[f"{m} {p}" for m, p, _ in ELSEWHERE])
def test_whoever_is_of_another_situation_finds_nothing_and_changes_nothing(case, method, path, body) -> None:
    case("ani").put("claims/C1", CLAIM)
    address = path if path.startswith("/") else f"{HERE}/{path}".rstrip("/")
    answer = case("eve")(method, address, body)
    status = 403 if body and "seen" in body else 404  # whoever opens situations is told that they may not
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    never = case("eve")(method, address.replace("here", "nowhere").replace("GW-", "XX-").replace("armenia", "a"), body)
    assert never.status_code == status, "what is not there is told in the same way"
    listed = case("eve").get("/api/1/situations").json()["items"]
    assert [each["key"] for each in listed] == ["there"]


NO_TOKENS = {
    "none": "",
    "another word": "Basic x",
    "an empty one": "Bearer ",
    "nonsense": "Bearer tocsin_zzz",
    "one that nobody made": f"Bearer tocsin_{'0' * 16}_{'A' * 43}",
}


@pytest.mark.parametrize("header", NO_TOKENS.values(), ids=NO_TOKENS)
def test_without_a_good_token_nothing_on_record_is_read(here, header: str) -> None:
    answer = Caller().get("claims", **({"Authorization": header} if header else {}))
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="Tocsin"')
    assert answer["Content-Type"] == "application/problem+json"


def test_a_token_with_one_letter_changed_or_in_the_address_is_none(here) -> None:
    good = token(here.people["ani"], "read")
    assert Caller(good).get("claims").status_code == 200
    other = good[:-1] + ("A" if good[-1] != "A" else "B")
    assert Caller(other).get("claims").status_code == 401
    for name in ("token", "access_token", "Authorization", "api_key"):
        assert Caller().get(f"claims?{name}={good}").status_code == 401


def test_a_token_ends_when_it_expires_when_it_is_revoked_and_when_its_person_leaves(here) -> None:
    import datetime

    from tocsin.records.models import Person
    from tocsin.records.people.actions import deactivate_person
    from tocsin.records.people.tokens import actions, queries

    ani, admin = here.people["ani"], Person.objects.get(username="admin")
    expired = token(ani, "read", days=1, made_at=now() - datetime.timedelta(days=2))
    assert Caller(expired).get("claims").status_code == 401
    revoked = token(ani, "read")
    assert Caller(revoked).get("claims").status_code == 200
    row = queries.get_token(revoked.split("_")[1])
    actions.revoke_token(by=ani, at=now(), token=row, reason="lost")
    assert Caller(revoked).get("claims").status_code == 401
    left = token(ani, "read")
    deactivate_person(by=admin, at=now(), person=ani, reason="gone")
    assert Caller(left).get("claims").status_code == 401


def test_a_token_is_revoked_by_its_person_or_an_administrator_and_kept_as_a_hash(here) -> None:
    from tocsin.core.rules.roles import NotAllowedError
    from tocsin.records.integrity import examine
    from tocsin.records.models import ApiToken, AuditEntry, Person
    from tocsin.records.people.tokens import actions, queries

    text = token(here.people["ani"], "read")
    row = queries.get_token(text.split("_")[1])
    with pytest.raises(NotAllowedError):
        actions.revoke_token(by=here.people["rita"], at=now(), token=row, reason="x")
    Caller(text).get("claims")
    row = queries.get_token(row.handle)
    assert queries.tokens(here.people["ani"])[0].use.last_used_at.second == 0
    actions.revoke_token(by=Person.objects.get(username="admin"), at=now(), token=row, reason="x")
    secret = text.split("_", 2)[2]
    kept = [str(values) for values in ApiToken.objects.values_list()] + [
        str(e) for e in AuditEntry.objects.values_list()
    ]
    assert not [each for each in kept if secret in each]
    assert list(examine()) == []


def test_the_commands_make_list_and_revoke_tokens(here, desk: DeskFolder) -> None:
    from typer.testing import CliRunner

    from tocsin.cli import app

    def run(*words: str) -> Any:
        done = CliRunner().invoke(app, ["people", "token", *words, "--desk", str(desk.folder), "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.output)

    made = run("add", "a program", "--scope", "read", "--scope", "review", "--by", "ani")
    assert Caller(made["token"]).get("/api/1/me").json()["scopes"] == ["read", "review"]
    assert [each["ended"] for each in run("list", "--person", "ani")] == [False]
    run("revoke", made["handle"], "--by", "ani", "--reason", "done")
    assert [each["ended"] for each in run("list")] == [True]


# --- what is published ----------------------------------------------------------------------------------------------


@pytest.fixture
def published(desk: DeskFolder) -> DeskFolder:
    """A desk with two editions published, and a third thing that is only on record."""
    from tests.cases import AT, CaseFiles
    from tocsin.warn.issue import issue_case
    from tocsin.warn.site_folder import publish_desk

    case = CaseFiles(ARMENIA)
    for number in (1, 2):
        issue_case(desk, case, number, by="A. Drafter", at=AT)
        if number == 1:
            publish_desk(desk, on=AT.date())
    return desk


def test_only_what_is_published_is_public(published: DeskFolder) -> None:
    from tests.cases import AT
    from tocsin.warn.site_folder import publish_desk

    anybody = Caller()
    assert [each["edition"] for each in anybody.get("/api/1/warnings").json()["items"]] == [1], "2 is not published yet"
    publish_desk(published, on=AT.date())
    (latest,) = anybody.get("/api/1/warnings").json()["items"]
    assert latest["edition"] == 2
    editions = anybody.get("/api/1/warnings/GW-2023-10-ARM-AZE/editions").json()["items"]
    assert [each["edition"] for each in editions] == [1, 2]
    answer = anybody.get(latest["url"])
    from tocsin.core.editions.canonical import sha256

    assert sha256(answer.content) == latest["sha256"]
    assert anybody.get(editions[0]["url"]).json()["issue"]["edition"] == 1
    assert anybody.get(f"{latest['url']}/content").json() == json.loads(answer.content)["content"]
    asked = anybody.get("/api/1/ledger?limit=3").json()
    assert len(asked["items"]) == 3
    rest = anybody.get(f"/api/1/ledger?after={asked['next']}").json()
    ids = [each["recommendation"]["id"] for each in (*asked["items"], *rest["items"])]
    assert ids == [each["id"] for each in json.loads(answer.content)["content"]["recommendations"]]


def test_what_is_no_longer_served_is_not_served_here_either(published: DeskFolder) -> None:
    from tests.cases import AT
    from tocsin.core.editions.canonical import canonical_bytes, decode_edition
    from tocsin.core.editions.withdrawn import withheld
    from tocsin.warn.site_folder import publish_desk

    publish_desk(published, on=AT.date())
    one, two = Caller().get("/api/1/warnings/GW-2023-10-ARM-AZE/editions").json()["items"]
    for place, number in ((one, 1), (two, 2)):
        path = published.site / "warnings" / "gw-2023-10-arm-aze" / str(number) / "edition.json"
        edition = decode_edition(path.read_bytes(), "edition.json")
        path.write_bytes(canonical_bytes(withheld(edition, place["sha256"], frozenset({"C01"}))))
        answer = Caller().get(place["url"])
        assert answer.json()["schema"] == "tocsin/withheld/1"
        assert b"two thousand years" not in answer.content
        assert Caller().get(f"{place['url']}/content").status_code == 404
    assert Caller().get("/api/1/ledger").json()["items"] == []


def test_whoever_has_it_already_is_told_so(published: DeskFolder) -> None:
    first = Caller().get("/api/1/warnings")
    again = Caller().get("/api/1/warnings", **{"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_before_anything_is_published_the_lists_are_empty(here) -> None:
    for path in ("warnings", "ledger"):
        assert Caller().get(f"/api/1/{path}").json() == {"items": [], "next": None}


def test_an_unknown_address_is_a_problem_like_any_other(here) -> None:
    for path in ("/api/1/nothing", "/api/2/warnings", "/api/1/warnings/UNKNOWN"):
        answer = Caller().get(path)
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_pages_of_a_list_hold_each_once(here) -> None:
    ani = here("ani")
    ani("POST", "claims", {"claims": [CLAIM | {"id": f"C{n}"} for n in range(5)]})
    seen, after = [], 0
    while after is not None:
        page = ani.get(f"claims?limit=2&after={after}").json()
        seen += [each["key"] for each in page["items"]]
        after = page["next"]
    assert seen == [f"C{n}" for n in range(5)]
    assert [each["key"] for each in ani.get("claims?state=accepted").json()["items"]] == []
