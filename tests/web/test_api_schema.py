"""What the API says of itself holds: every answer to made-up requests is one that its own description allows."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup

from tests.cases import ARMENIA
from tests.records.people import at, people
from tests.web.test_api import token
from tocsin.warn.desk import DeskFolder

load_all_checks()
LEFT_OUT = {
    "positive_data_acceptance": "words of the right shape may still be refused by a rule: a grade without a reason",
    "use_after_free": "nothing is ever deleted",
    "ensure_resource_availability": "what is recorded under a made-up key may break a rule of another key",
}
"""Checks that do not fit an API over append-only records, and why."""

KEYS = {"situation": "armenia-azerbaijan", "warning": "GW-2023-10-ARM-AZE", "key": "C01"}


@pytest.fixture
def described(desk: DeskFolder) -> Any:
    """The API's own description, over WSGI, at a desk that has a case on record; with a token of everything."""
    from tocsin.warn import actions
    from tocsin.warn.case_files import CaseFiles
    from tocsin.web.wsgi import application

    rita, petra = people(("rita", "reviewer"), ("petra", "publisher"))
    actions.load_case(by=rita, at=at(1), resolved=CaseFiles(ARMENIA).resolve(1))
    schema = schemathesis.openapi.from_wsgi("/api/1/openapi.json", application)
    schema.token = token(petra, *("read", "review", "assess", "warn", "follow", "sign_off", "issue"))
    return schema


@pytest.mark.parametrize("known", [True, False], ids=["at addresses that exist", "at any address"])
@pytest.mark.parametrize("authorised", [True, False], ids=["with a token", "without"])
def test_every_answer_is_one_that_the_description_allows(described: Any, authorised: bool, known: bool) -> None:
    checks = [check for check in CHECKS.get_all() if check.__name__ not in LEFT_OUT]
    # Over WSGI nobody unpacks an answer: it is asked for as it is.
    headers = {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {described.token}"} if authorised else {})
    n_called = 0
    for result in described.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=4, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            nonlocal n_called
            if known:
                case.path_parameters = {**(case.path_parameters or {}), **{
                    name: value for name, value in KEYS.items() if name in (case.path_parameters or {})
                }}  # fmt: skip
            case.call_and_validate(headers=headers, checks=checks)
            n_called += 1

        ask()
    assert n_called > 150


def test_an_answer_that_the_description_does_not_allow_is_found(
    described: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.web.api.public._latest", list)
    monkeypatch.setattr("tocsin.web.api.public.page", lambda *_: {"items": [{"warning": 1}]})
    with pytest.raises(FailureGroup):
        described["/api/1/warnings"]["GET"].Case(method="GET").call_and_validate()
