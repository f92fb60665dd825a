"""Findings and the assessment by the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tocsin.assess import actions
from tocsin.core.model.assessment import Finding
from tocsin.core.model.judgement import Assessment
from tocsin.web.api.structs import Area, Change, Kept, Key, endpoint, kept
from tocsin.web.api.targets import bulletin_of
from tocsin.web.api.tokens import at_of, person_of

area = Area("assess")


@endpoint(area, "POST", "/bulletins/{warning}/findings", takes=Change[Finding], gives=Kept, scope="assess")
def post_finding(request: HttpRequest, warning: Key, said: Change[Finding]) -> Any:
    """Say of one stage or factor: present, suspected, not seen or unknown, with its claims for and against."""
    return kept(
        actions.record_finding(
            by=person_of(request), at=at_of(request), bulletin=bulletin_of(request, warning), finding=said.says,
            seen=said.seen, reason=said.reason,
        )
    )  # fmt: skip


@endpoint(area, "PUT", "/bulletins/{warning}/assessment", takes=Change[Assessment], gives=Kept, scope="assess")
def put_assessment(request: HttpRequest, warning: Key, said: Change[Assessment]) -> Any:
    """Record the level as its issuer declares it, how sure, and which findings stand."""
    return kept(
        actions.record_assessment(
            by=person_of(request), at=at_of(request), bulletin=bulletin_of(request, warning), assessment=said.says,
            seen=said.seen, reason=said.reason,
        )
    )  # fmt: skip
