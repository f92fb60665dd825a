"""Today: what stands, what waits, what changed since one last looked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tocsin.follow.queries import due_of, expectations_due, ledger_now
from tocsin.records.kept import counts_now
from tocsin.records.queries import acts_since
from tocsin.review.queries import tasks
from tocsin.warn.queries import standings_now
from tocsin.web.desk.access import access
from tocsin.web.desk.doing import now

SEEN = "seen_seq"
"""Session key: place in the audit chain up to which this person has looked."""

N_CHANGES = 12


def today(request: HttpRequest) -> HttpResponse:
    """The first page of the day."""
    seen = access(request)
    here = list(seen.situations)
    on = now().date()
    n = counts_now(seen.last_acts)
    stands = standings_now(seen.last_acts, on=on)
    rows = [
        {
            "situation": situation,
            "title": seen.titles[situation.key],
            "warnings": [each for each in stands if each.situation == situation.key],
            "n_candidates": n.get((pk, "candidate", "found"), 0),
            "n_proposed": n.get((pk, "claim", "proposed"), 0),
        }
        for pk, situation in seen.situations.items()
    ]
    changes = acts_since(request.session.get(SEEN, 0), here, N_CHANGES + 1)
    return render(
        request,
        "desk/today.html",
        {
            "rows": rows,
            "to_sign": [each for each in stands if each.draft_state == "submitted"],
            "to_issue": [each for each in stands if each.draft_state == "signed"],
            "tasks": tasks(here, given_to=seen.person.username),
            "due": due_of(ledger_now(seen.last_acts), on=on)[:N_CHANGES],
            "expected": expectations_due(here, on=on)[:N_CHANGES],
            "changes": changes[:N_CHANGES],
            "more_changes": len(changes) > N_CHANGES,
            "newest": changes[0].seq if changes else 0,
            "may_open": seen.can("reviewer"),
            "on": on,
        },
    )


@require_POST
def looked(request: HttpRequest) -> HttpResponse:
    """Remember up to where this person has looked."""
    posted = request.POST.get("seq", "")
    if posted.isdecimal():
        request.session[SEEN] = max(request.session.get(SEEN, 0), int(posted[:15]))
    return redirect("desk:today")
