"""People: who is at the desk, what they may do, all that they did. And the audit chain itself."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from tocsin.core.rules.roles import MEANING, ROLES
from tocsin.records.models import AuditEntry, Person
from tocsin.records.people import actions
from tocsin.records.people.queries import everybody, with_second_factor
from tocsin.web.desk.access import access, require
from tocsin.web.desk.doing import do, who_and_when

PAGE: Final = 50


class RoleForm(forms.Form):
    """A role, everywhere or in one situation."""

    role = forms.ChoiceField(choices=[(role, role) for role in ROLES])
    situation = forms.ChoiceField(required=False)
    reason = forms.CharField(max_length=400, required=False)

    def __init__(self, *args: Any, situations: list[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["situation"].choices = [("", "every situation"), *((key, key) for key in situations)]  # type: ignore[attr-defined]


def people(request: HttpRequest) -> HttpResponse:
    """Who is at the desk."""
    seen = access(request)
    administers = seen.can("administrator")
    rows = everybody() if administers or seen.sees_all else [row for row in everybody() if row[0] == seen.person]
    context = {"rows": rows, "meaning": MEANING, "administers": administers}
    if administers:
        context["enrolled"] = with_second_factor()
    return render(request, "desk/people.html", context)


def person(request: HttpRequest, username: str) -> HttpResponse:
    """One person: their roles, and all that they did, the newest first."""
    seen = access(request)
    administers = seen.can("administrator")
    if username != seen.person.username and not (administers or seen.sees_all):
        raise Http404
    found = Person.objects.filter(username=username).first()
    if found is None:
        raise Http404
    roles = next(roles for each, roles in everybody() if each.pk == found.pk)
    acts = AuditEntry.objects.filter(by=found)
    if not (administers or username == seen.person.username):
        acts = acts.filter(situation__in=list(seen.situations))
    rows, after = _page_of(request, acts.select_related("by", "situation"))
    return render(
        request,
        "desk/person.html",
        {
            "person": found,
            "roles": roles.items(),
            "acts": rows,
            "after": after,
            "form": RoleForm(situations=[each.key for each in seen.situations.values()]),
            "administers": administers,
            "meaning": MEANING,
        },
    )


@require_POST
def change_role(request: HttpRequest, username: str, verb: str) -> HttpResponse:
    """Give a role, or take one away."""
    require(request, "administrator")
    seen = access(request)
    found = Person.objects.filter(username=username).first()
    form = RoleForm(request.POST, situations=[each.key for each in seen.situations.values()])
    act: Any = {"grant": actions.grant_role, "revoke": actions.revoke_role}.get(verb)
    if found is None or act is None or not form.is_valid():
        raise Http404
    said = form.cleaned_data
    where = seen.get_situation(said["situation"]) if said["situation"] else None
    return do(
        request,
        lambda: act(
            **who_and_when(request), person=found, role=said["role"], situation=where, reason=said["reason"]
        ),
        f"{username}: {said['role']} {'given' if verb == 'grant' else 'taken away'}.", "desk:person", username,
    )  # fmt: skip


@require_POST
def deactivate(request: HttpRequest, username: str) -> HttpResponse:
    """End somebody's access. What they decided stays theirs."""
    require(request, "administrator")
    found = Person.objects.filter(username=username).first()
    if found is None:
        raise Http404
    reason = request.POST.get("reason", "").strip()
    return do(
        request, lambda: actions.deactivate_person(**who_and_when(request), person=found, reason=reason),
        f"{username} is no longer at the desk.", "desk:person", username,
    )  # fmt: skip


def audit(request: HttpRequest) -> HttpResponse:
    """The audit chain, the newest first: of one's situations, or all of it for administrators."""
    seen = access(request)
    acts = AuditEntry.objects.select_related("by", "situation")
    if not seen.can("administrator"):
        acts = acts.filter(situation__in=list(seen.situations))
    action = request.GET.get("action", "")[:80]
    if action:
        acts = acts.filter(action=action)
    rows, after = _page_of(request, acts)
    return render(request, "desk/audit.html", {"rows": rows, "after": after, "action": action})


def _page_of(request: HttpRequest, acts: QuerySet[AuditEntry]) -> tuple[list[AuditEntry], int | None]:
    """A page of acts, the newest first, and the number that the next page begins before."""
    before = request.GET.get("before", "")
    if before.isdecimal():
        acts = acts.filter(seq__lt=int(before[:15]))
    rows = list(acts.order_by("-seq")[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].seq if len(rows) > PAGE else None
