"""The inbox: what came in, one candidate for each text; read it, make a claim of a passage, or dismiss it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tocsin.core.errors import TocsinError
from tocsin.core.model.judgement import Candidate, Signal
from tocsin.core.rules.intake import paragraphs, stands_in
from tocsin.records.models import Record
from tocsin.records.queries import history, newest_in
from tocsin.review import actions
from tocsin.review.queries import dismissed_by, documents, inbox, neighbours
from tocsin.web.desk.access import access
from tocsin.web.desk.doing import do, sentence, undo, who_and_when
from tocsin.web.desk.forms.fields import Reason
from tocsin.web.desk.looking import looking_at

STATES: Final = {"found": "waiting", "dismissed": "dismissed", "taken": "made into claims"}

REASONS: Final = (
    "Not about this situation",
    "Nothing new in it",
    "Nobody is named who says it",
    "It cannot be located",
    "An opinion, not a report",
)
"""Reasons that come often; any other may be written."""


def inbox_list(request: HttpRequest) -> HttpResponse:
    """What waits, the newest first."""
    seen = access(request)
    chosen = request.GET.get("situation", "")
    state = request.GET.get("state", "found")
    text = request.GET.get("q", "").strip()[:200]
    if state not in STATES:
        raise Http404
    here = seen.last_acts_in(chosen)
    before = request.GET.get("before", "")
    found = inbox(here, state=state, text=text, before=int(before[:15]) if before.isdecimal() else None)
    rest = urlencode({"situation": chosen, "state": state, "q": text, "before": found.after}) if found.after else ""
    context = {
        "found": found,
        "rest": rest,
        "chosen": chosen,
        "state": state,
        "states": STATES,
        "text": text,
        "situations": seen.situations.values(),
        "reasons": REASONS,
        "may_dismiss": any(seen.can("analyst", situation) for situation in seen.situations.values()),
    }
    part = bool(request.htmx)  # type: ignore[attr-defined]
    return render(request, "desk/inbox_rows.html" if part else "desk/inbox.html", context)


@require_POST
def dismiss_many(request: HttpRequest) -> HttpResponse:
    """Dismiss what was ticked, all for one reason; one act for each situation."""
    seen = access(request)
    ticked = [int(pk) for pk in request.POST.getlist("candidate") if pk.isdecimal()][:500]
    reason = request.POST.get("other", "").strip() or request.POST.get("reason", "")
    found = Record.objects.filter(pk__in=ticked, kind="candidate", situation__in=list(seen.situations), state="found")
    by_situation: dict[int, list[Record]] = {}
    for record in found:
        by_situation.setdefault(record.situation_id, []).append(record)  # type: ignore[arg-type]
    acts = []
    try:
        for pk, listed in by_situation.items():
            steps = actions.dismiss_candidates(
                **who_and_when(request), situation=seen.situations[pk], candidates=listed, reason=reason
            )
            acts.append(str(steps[0].act_id))
    except TocsinError as error:
        messages.error(request, sentence(error))
    else:
        n = sum(map(len, by_situation.values()))
        said = f"{n} dismissed: {reason}." if n else "Nothing was ticked."
        messages.success(request, said, extra_tags=undo("desk:reopen_many", "-".join(acts)) if n else "")
    return redirect(f"{request.POST.get('back', '')}" if _is_inbox(request.POST.get("back", "")) else "desk:inbox")


@require_POST
def reopen_many(request: HttpRequest, acts: str) -> HttpResponse:
    """Put back what was dismissed at once, where nobody put it back since."""
    numbers = [int(each) for each in acts.split("-") if each.isdecimal() and len(each) < 16]
    found = dismissed_by(access(request).person, numbers)

    def put_back() -> None:
        for situation, listed in found.items():
            actions.reopen_candidates(**who_and_when(request), situation=situation, candidates=listed)

    n = sum(map(len, found.values()))
    said = f"{n} put back into the inbox." if n else "Nothing to put back: it was not yours, or is back already."
    return do(request, put_back, said, "desk:inbox")


def candidate(request: HttpRequest, situation: str, key: str) -> HttpResponse:
    """One candidate: the captured text on one side, what to do with it on the other."""
    seen = access(request)
    where = seen.get_situation(situation)
    record = seen.get("candidate", key, where)
    rows = history(record)
    says = newest_in(rows).read(Candidate)
    found = documents((says.document, *says.also))
    newer, older = neighbours(record, list(seen.situations))
    return render(
        request,
        "desk/candidate.html",
        {
            "record": record,
            "says": says,
            "situation": where,
            "document": found[0] if found else None,
            "others": found[1:],
            "signal": _drawn(says.signal) if says.signal else None,
            "paragraphs": list(_marked(found[0].text, says)) if found else [],
            "newer": newer,
            "older": older,
            "reasons": REASONS,
            "form": Reason(),
            "history": rows,
            "may": seen.can("analyst", where),
            "looking": looking_at(request, record),
        },
    )


@require_POST
def dismiss(request: HttpRequest, situation: str, key: str) -> HttpResponse:
    """Say that nothing is made of it, and go on to the next."""
    seen = access(request)
    record = seen.get("candidate", key, seen.get_situation(situation))
    reason = request.POST.get("other", "").strip() or request.POST.get("reason", "")
    _, older = neighbours(record, list(seen.situations))
    to = ("desk:candidate", older.situation.key, older.key) if older and older.situation else ("desk:inbox",)
    return do(
        request,
        lambda: actions.dismiss_candidate(**who_and_when(request), candidate=record, reason=reason),
        f"{record.key} is dismissed: {reason}.",
        *to,
        undo_by=undo("desk:reopen", situation, key),
    )


@require_POST
def reopen(request: HttpRequest, situation: str, key: str) -> HttpResponse:
    """Put a dismissed candidate back."""
    seen = access(request)
    record = seen.get("candidate", key, seen.get_situation(situation))
    return do(
        request,
        lambda: actions.reopen_candidate(**who_and_when(request), candidate=record),
        "Put back into the inbox.",
        "desk:candidate",
        situation,
        key,
    )


class Paragraph(msgspec.Struct, frozen=True):
    """A paragraph of a captured text, in pieces of which some are watched words."""

    number: int
    text: str
    pieces: tuple[tuple[str, bool], ...]
    proposed: bool


class Bar(msgspec.Struct, frozen=True):
    """A month of a series, as it is drawn and as it is read."""

    month: str
    value: float | None
    x: int
    height: float

    @property
    def y(self) -> float:
        """Where it begins, from above."""
        return 101 - self.height


def _drawn(signal: Signal) -> list[Bar]:
    """The months or weeks that a signal's rule looked at, each with its height in per cent of the highest."""
    year, month, *day = (int(part) for part in signal.window_from.split("-"))

    def told(n: int) -> str:
        if day:
            return f"{date(year, month, *day) + timedelta(weeks=n)}"
        return f"{year + (month - 1 + n) // 12}-{(month - 1 + n) % 12 + 1:02}"

    most = max((value for value in signal.values if value), default=1.0)
    return [
        Bar(
            told(n),
            value,
            10 * n + 1,
            round(100 * (value or 0) / most, 1),
        )
        for n, value in enumerate(signal.values)
    ]


def _marked(text: str, says: Candidate) -> Iterator[Paragraph]:
    for number, paragraph in enumerate(paragraphs(text), start=1):
        proposed = says.passage.removesuffix(" …") in paragraph
        yield Paragraph(number, paragraph, tuple(_pieces(paragraph, says.words)), proposed)


def _pieces(text: str, watched: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    """A text in words and what is between them; True for a word that is watched for."""
    plain: list[str] = []
    for word in text.split(" "):
        if any(stands_in(each, word) for each in watched):
            if plain:
                yield " ".join(plain) + " ", False
                plain = []
            yield word, True
            plain.append("")
        else:
            plain.append(word)
    if plain:
        yield " ".join(plain), False


def _is_inbox(path: str) -> Any:
    return path.startswith("/inbox/?") and "//" not in path and "\\" not in path
