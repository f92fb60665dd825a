"""Drafts by the API, to their issue. Whoever signs or issues shows a one-time code besides the token."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from msgspec import Meta
from ninja import Header

from tocsin.core.model.base import Day, Id
from tocsin.core.model.base import Record as Struct
from tocsin.core.model.judgement import Draft, Opening
from tocsin.core.rules.second_factor import Proof
from tocsin.records.queries import newest
from tocsin.warn import actions
from tocsin.web import current_desk
from tocsin.web.api.structs import Addition, Area, Kept, Key, Stepped, Why, endpoint, kept, stepped
from tocsin.web.api.targets import bulletin_of, draft_of, record_of, situation_of
from tocsin.web.api.tokens import at_of, person_of
from tocsin.web.sign_in.proof import prove_by_code

area = Area("warn")

Seen = Annotated[int, Meta(ge=1, le=2**31, description="The version of the draft that was read")]


Code = Annotated[str, Header(alias="X-Tocsin-Code", pattern=r"^[0-9A-Za-z-]{0,40}$", description="A one-time code")]


class Nothing(Struct, frozen=True, kw_only=True):
    """An empty object: there is nothing to say."""


class DraftEdit(Struct, frozen=True, kw_only=True):
    """What a draft is to say of its own."""

    says: Draft
    seen: Seen
    reason: str = ""


class Carried(Struct, frozen=True, kw_only=True):
    """Records that a draft is to carry, or no longer."""

    list: Literal["claims", "events", "figures", "recommendations", "sources", "places"]
    keys: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=1000)]
    seen: Seen
    reason: str = ""


class Next(Struct, frozen=True, kw_only=True):
    """Why a warning is updated, and when the update is to be reviewed."""

    reason: Annotated[str, Meta(min_length=1)]
    review_date: Day | None = None


class Submitted(Struct, frozen=True, kw_only=True):
    """What was put before a second person, by the hash of its words."""

    path: str
    submission: int
    content_sha256: str


class Said(Struct, frozen=True, kw_only=True):
    """A comment on a draft, pinned to the section that it is about."""

    text: Annotated[str, Meta(min_length=1)]
    section: Annotated[str, Meta(description="As bottom-line, claims, C07, stage-7; empty for the whole")] = ""


@endpoint(area, "POST", "/situations/{situation}/warnings", takes=Addition[Opening], gives=Kept, scope="warn")
def open_warning(request: HttpRequest, situation: Key, said: Addition[Opening]) -> Any:
    """Open a warning that no case was loaded for: its thread, what is assessed so far, and a first draft."""
    draft = actions.open_warning(
        by=person_of(request), at=at_of(request), situation=situation_of(request, situation),
        warning=said.says.warning, head=said.says.head, assessment=said.says.assessment, text=said.says.draft,
        reason=said.reason,
    )  # fmt: skip
    return kept(newest(draft))


@endpoint(area, "POST", "/bulletins/{warning}/drafts", takes=Addition[Draft], gives=Kept, scope="warn")
def open_draft(request: HttpRequest, warning: Key, said: Addition[Draft]) -> Any:
    """Open a draft of a warning. There is one at a time."""
    draft = actions.open_draft(
        by=person_of(request), at=at_of(request), bulletin=bulletin_of(request, warning), text=said.says,
        reason=said.reason,
    )  # fmt: skip
    return kept(newest(draft))


@endpoint(area, "PUT", "/bulletins/{warning}/draft", takes=DraftEdit, gives=Kept, scope="warn")
def edit_draft(request: HttpRequest, warning: Key, said: DraftEdit) -> Any:
    """Change what the open draft says of its own. Whatever was submitted or signed is voided."""
    return kept(
        actions.edit_draft(
            by=person_of(request), at=at_of(request), draft=draft_of(request, warning), text=said.says, seen=said.seen,
            reason=said.reason,
        )
    )  # fmt: skip


@endpoint(area, "POST", "/bulletins/{warning}/draft/include", takes=Carried, gives=Kept, scope="warn")
def include_in_draft(request: HttpRequest, warning: Key, said: Carried) -> Any:
    """Let the open draft carry records. What it does not name does not go out."""
    return kept(
        actions.include(
            by=person_of(request), at=at_of(request), draft=draft_of(request, warning), name=said.list, keys=said.keys,
            seen=said.seen, reason=said.reason,
        )
    )  # fmt: skip


@endpoint(area, "POST", "/bulletins/{warning}/draft/exclude", takes=Carried, gives=Kept, scope="warn")
def exclude_from_draft(request: HttpRequest, warning: Key, said: Carried) -> Any:
    """Let the open draft no longer carry records, and say why."""
    return kept(
        actions.exclude(
            by=person_of(request), at=at_of(request), draft=draft_of(request, warning), name=said.list, keys=said.keys,
            seen=said.seen, reason=said.reason,
        )
    )  # fmt: skip


@endpoint(area, "POST", "/bulletins/{warning}/draft/submit", takes=Why, gives=Submitted, scope="warn")
def submit_draft(request: HttpRequest, warning: Key, said: Why) -> Any:
    """Put the open draft before a second person, word for word. The rules must find no error."""
    draft = draft_of(request, warning)
    made = actions.submit(
        by=person_of(request), at=at_of(request), desk=current_desk(), draft=draft, reason=said.reason
    )
    return Submitted(path=draft.path, submission=made.number, content_sha256=made.content_sha256)


@endpoint(area, "POST", "/bulletins/{warning}/draft/comments", takes=Said, gives=Kept, scope="warn")
def comment_on_draft(request: HttpRequest, warning: Key, said: Said) -> Any:
    """Pin a comment to a section of the open draft. It changes nothing in the draft."""
    return kept(
        actions.comment(
            by=person_of(request), at=at_of(request), draft=draft_of(request, warning), section=said.section,
            text=said.text,
        )
    )  # fmt: skip


@endpoint(area, "POST", "/situations/{situation}/comments/{key}/answer", takes=Why, gives=Stepped, scope="warn")
def answer_comment(request: HttpRequest, situation: Key, key: Key, said: Why) -> Any:
    """Say what was done about a comment, or why nothing was."""
    comment = record_of(request, situation, "comment", key)
    return stepped(
        actions.answer_comment(by=person_of(request), at=at_of(request), comment=comment, reason=said.reason)
    )


def _give_back(verb: str, action: str, scope: Any, about: str) -> None:
    def post(request: HttpRequest, warning: Key, said: Why) -> Any:
        draft = draft_of(request, warning)
        return stepped(
            getattr(actions, action)(by=person_of(request), at=at_of(request), draft=draft, reason=said.reason)
        )

    post.__doc__ = about
    path = f"/bulletins/{{warning}}/draft/{verb}"
    endpoint(area, "POST", path, takes=Why, gives=Stepped, scope=scope, name=f"{action.removesuffix('_draft')}_draft")(
        post
    )


_give_back("send-back", "send_back", "sign_off", "Give a submitted or signed draft back to be written, and say why.")
_give_back("abandon", "abandon_draft", "warn", "Give the open draft up, and say why. It is kept.")


@endpoint(area, "POST", "/bulletins/{warning}/update", takes=Next, gives=Kept, scope="warn")
def update_warning(request: HttpRequest, warning: Key, said: Next) -> Any:
    """Open the next edition of an issued warning, with all that it carried and the reason for the update."""
    draft = actions.update(
        by=person_of(request), at=at_of(request), desk=current_desk(), bulletin=bulletin_of(request, warning),
        reason=said.reason, review_date=said.review_date,
    )  # fmt: skip
    return kept(newest(draft))


@endpoint(area, "POST", "/bulletins/{warning}/cancel", takes=Why, gives=Kept, scope="warn")
def cancel_warning(request: HttpRequest, warning: Key, said: Why) -> Any:
    """Draft and submit the cancellation of an issued warning. A second person signs it off, as ever."""
    draft = actions.cancel(
        by=person_of(request), at=at_of(request), desk=current_desk(), bulletin=bulletin_of(request, warning),
        reason=said.reason,
    )  # fmt: skip
    return kept(newest(draft))


class Statement(Struct, frozen=True, kw_only=True):
    """What whoever signs off wants to be remembered."""

    statement: str = ""


class Signed(Struct, frozen=True, kw_only=True):
    """Who answers for what was submitted, by the hash of its words."""

    path: str
    by: str
    content_sha256: str


class Issued(Struct, frozen=True, kw_only=True):
    """The edition that exists from now on."""

    warning: str
    edition: int
    sha256: str
    seq: int


@endpoint(area, "POST", "/bulletins/{warning}/draft/sign-off", takes=Statement, gives=Signed, scope="sign_off")
def sign_off_draft(request: HttpRequest, warning: Key, said: Statement, code: Code = "") -> Any:
    """Answer for what was submitted, as a second person: nobody signs off what they drafted or changed."""
    draft = draft_of(request, warning)
    made = actions.sign_off(
        by=person_of(request), at=at_of(request), draft=draft, statement=said.statement, proof=_proof(request, code)
    )
    return Signed(path=draft.path, by=made.by.username, content_sha256=made.content_sha256)


@endpoint(area, "POST", "/bulletins/{warning}/draft/issue", takes=Nothing, gives=Issued, scope="issue")
def issue_draft(request: HttpRequest, warning: Key, said: Nothing, code: Code = "") -> Any:
    """Issue the signed draft as an edition, for good. Its pages appear with the next `tocsin publish`."""
    made = actions.issue(
        by=person_of(request), at=at_of(request), desk=current_desk(), draft=draft_of(request, warning),
        proof=_proof(request, code),
    )  # fmt: skip
    return Issued(warning=warning, edition=made.edition.issue.edition, sha256=made.sha256, seq=made.seq)


def _proof(request: HttpRequest, code: str) -> Proof | None:
    return prove_by_code(person_of(request), code, at_of(request)) if code else None
