"""Nobody signs off or issues on a password alone: asked in the rule, in the action, in a command and in a page."""

from __future__ import annotations

import datetime
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from tests.cases import ARMENIA, AT
from tests.records.people import at, people
from tests.web.signed_in import ClientOf, code, enrol, show_factor
from tocsin.cli import app
from tocsin.core.audit import AuditBody
from tocsin.core.rules.second_factor import MINUTES, Proof, SecondFactorError, check_proof
from tocsin.warn.case_files import CaseFiles
from tocsin.warn.desk import DeskFolder

WARNING = "GW-2023-10-ARM-AZE"


@pytest.mark.parametrize(
    ("minutes_ago", "enough"),
    [(0, True), (MINUTES, True), (MINUTES + 1, False), (24 * 60, False), (-1, True), (-2, False)],
)
def test_a_proof_is_enough_for_half_an_hour(minutes_ago: int, enough: bool) -> None:
    proof = Proof(method="totp", at=AT - datetime.timedelta(minutes=minutes_ago))
    if enough:
        assert check_proof(proof, person="rita", act="warn.sign_off", at=AT) == proof
        return
    with pytest.raises(SecondFactorError, match="not within 30 minutes"):
        check_proof(proof, person="rita", act="warn.sign_off", at=AT)


def test_whoever_was_asked_and_showed_none_is_refused_even_without_a_factor(desk: DeskFolder) -> None:
    from tocsin.warn import actions

    draft, sam, petra = submitted(desk)
    with pytest.raises(SecondFactorError, match="sam showed none"):
        actions.sign_off(by=sam, at=at(3), draft=draft, proof=None)
    actions.sign_off(by=sam, at=at(3), draft=draft)
    with pytest.raises(SecondFactorError, match="petra showed none"):
        actions.issue(by=petra, at=at(4), desk=desk, draft=draft, proof=None)


def test_no_proof_is_not_enough() -> None:
    with pytest.raises(SecondFactorError, match="rita showed none"):
        check_proof(None, person="rita", act="warn.sign_off", at=AT)


def submitted(desk: DeskFolder) -> tuple[Any, Any, Any]:
    """The Armenia draft as submitted, sam who may sign it off, petra who may issue it."""
    from tocsin.warn import actions

    rita, sam, petra = people(("rita", "reviewer"), ("sam", "reviewer"), ("petra", "publisher"))
    draft = actions.load_case(by=rita, at=at(1), resolved=CaseFiles(ARMENIA).resolve(1))
    actions.submit(by=rita, at=at(2), desk=desk, draft=draft)
    return draft, sam, petra


def proof(minutes: int) -> Proof:
    return Proof(method="totp", at=at(minutes))


def test_whoever_has_a_second_factor_signs_off_with_it(desk: DeskFolder) -> None:
    from tocsin.warn import actions

    draft, sam, _ = submitted(desk)
    enrol(sam)
    for shown in (None, proof(3 - MINUTES - 1)):
        with pytest.raises(SecondFactorError):
            actions.sign_off(by=sam, at=at(3), draft=draft, proof=shown)
    draft.refresh_from_db()
    assert draft.state == "submitted"
    signed = actions.sign_off(by=sam, at=at(3), draft=draft, proof=proof(2))
    body = msgspec.json.decode(signed.act.body, type=AuditBody)
    assert body.detail["second_factor"] == {"method": "totp", "at": "2026-11-23T12:02:00Z"}


def test_whoever_has_a_second_factor_issues_with_it(desk: DeskFolder) -> None:
    from tocsin.warn import actions

    draft, sam, petra = submitted(desk)
    enrol(petra)
    actions.sign_off(by=sam, at=at(3), draft=draft)
    with pytest.raises(SecondFactorError, match="petra showed none"):
        actions.issue(by=petra, at=at(4), desk=desk, draft=draft)
    assert not list(desk.editions.glob("*.json"))
    assert actions.issue(by=petra, at=at(4), desk=desk, draft=draft, proof=proof(4)).seq == 1


def test_an_actual_desk_issues_nothing_that_was_signed_or_is_issued_without_one(desk: DeskFolder) -> None:
    from tocsin.warn import actions
    from tocsin.warn.queries import DraftError

    draft, sam, petra = submitted(desk)
    text = desk.settings_path.read_text("utf-8").replace('status = "Exercise"', 'status = "Actual"')
    desk.settings_path.write_text(text, "utf-8")
    actual = DeskFolder(desk.folder)
    actions.sign_off(by=sam, at=at(3), draft=draft)
    with pytest.raises(SecondFactorError, match="petra showed none"):
        actions.issue(by=petra, at=at(4), desk=actual, draft=draft)
    with pytest.raises(DraftError, match="sam signed .* off without a second factor"):
        actions.issue(by=petra, at=at(4), desk=actual, draft=draft, proof=proof(4))
    actions.send_back(by=sam, at=at(5), draft=draft, reason="sign it with a second factor")
    actions.submit(by=petra, at=at(6), desk=actual, draft=draft)
    actions.sign_off(by=sam, at=at(7), draft=draft, proof=proof(7))
    assert actions.issue(by=petra, at=at(8), desk=actual, draft=draft, proof=proof(8)).edition.issue.status == "Actual"


def sign_off_by_command(desk: DeskFolder, *more: str) -> Any:
    words = ["warn", "sign-off", WARNING, "--by", "sam", "--desk", str(desk.folder), *more]
    return CliRunner().invoke(app, words)


def test_a_command_asks_for_a_code(desk: DeskFolder) -> None:
    _, sam, _ = submitted(desk)
    enrol(sam)
    refused = sign_off_by_command(desk)
    assert isinstance(refused.exception, SecondFactorError)
    assert "sam showed none" in str(refused.exception)
    wrong = sign_off_by_command(desk, "--code", "000000")
    assert "no code of sam" in str(wrong.exception)
    right = code()
    done = sign_off_by_command(desk, "--code", right)
    assert (done.exit_code, done.exception) == (0, None)


def test_on_an_actual_desk_a_command_asks_everybody_for_a_code(desk: DeskFolder) -> None:
    submitted(desk)
    text = desk.settings_path.read_text("utf-8").replace('status = "Exercise"', 'status = "Actual"')
    desk.settings_path.write_text(text, "utf-8")
    assert "sam showed none" in str(sign_off_by_command(desk).exception)


def test_a_code_is_spent_by_use_and_guessing_ends_soon(desk: DeskFolder) -> None:
    from tocsin.web.sign_in.proof import ATTEMPTS, prove_by_code

    (sam,) = people(("sam", "reviewer"))
    enrol(sam)
    right = code()
    assert prove_by_code(sam, right, AT) == Proof(method="totp", at=AT)
    for _ in range(ATTEMPTS):
        with pytest.raises(SecondFactorError, match="no code of sam, or it was used before"):
            prove_by_code(sam, right, AT)
    with pytest.raises(SecondFactorError, match="too many wrong codes"):
        prove_by_code(sam, code(1), AT)


def test_a_page_refuses_whoever_has_no_second_factor(client_of: ClientOf, settings_of_a_page: None) -> None:
    client = client_of("sam", "reviewer", factor=False)
    answer = client.post("/answer-for-it/", {"statement": "I read it"})
    assert (answer.status_code, answer["Location"]) == (302, "/account/factors/")


def test_a_page_asks_for_the_factor_and_goes_on_where_it_stopped(client_of: ClientOf, settings_of_a_page: None) -> None:
    client = client_of("sam", "reviewer", factor=False)
    show_factor(client, seconds_ago=60 * (MINUTES + 1))
    asked = client.post("/answer-for-it/", {"statement": "I read it"})
    assert asked["Location"] == "/account/factors/reauthenticate/?next=%2Fanswer-for-it%2F"
    done = client.post(asked["Location"], {"code": code(), "next": "/answer-for-it/"})
    assert done.content == b"totp I read it"


def test_a_page_takes_a_factor_that_was_shown_a_moment_ago(client_of: ClientOf, settings_of_a_page: None) -> None:
    assert client_of("sam", "reviewer").post("/answer-for-it/", {"statement": "Yes"}).content == b"totp Yes"


@pytest.fixture
def settings_of_a_page(desk: DeskFolder) -> Any:
    """A desk with a page that asks for a second factor."""
    from django.test import override_settings

    with override_settings(ROOT_URLCONF="tests.web.proving_urls"):
        yield
