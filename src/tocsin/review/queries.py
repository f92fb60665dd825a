"""Read evidence as reviewers see it: the inbox, claims with their grades, what stands behind one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec
from django.db.models import F, Q, Subquery

from tocsin.core.independence import origin_of
from tocsin.core.model.claims import Claim, Grade
from tocsin.core.model.judgement import Candidate, Document, Task, Watch
from tocsin.core.model.sources import Source
from tocsin.records.kept import counts_now
from tocsin.records.models import Person, Record, Step
from tocsin.records.queries import newest, newest_records, versions_at
from tocsin.records.search import matching, newest_saying
from tocsin.review.spreadsheet.known import Known, statement

PAGE = 50
"""Rows of a list that are read at once."""

MANY = 1_000
"""What was searched for is counted up to here; whoever found more looks for more words."""


COUNTED = 200
"""The same in the inbox, where as many as one likes can be paged through."""


class Reviewed(msgspec.Struct, frozen=True):
    """A claim with its grade, where it stands, and the versions that were read."""

    claim: Claim
    state: str
    version: int
    grade_version: int


def claims(situation: Record, state: str = "") -> list[Reviewed]:
    """The claims of a situation in the order of entry, each with its newest grade; only those in a state, if given."""
    found = Record.objects.filter(situation=situation, kind="claim")
    if state:
        found = found.filter(state=state)
    return reviewed(list(found.order_by("pk").values_list("pk", flat=True)))


def reviewed(claims: Sequence[int]) -> list[Reviewed]:
    """Claims by their numbers, with their newest grades, in the order in which they are given."""
    read, newest = msgspec.json.decode, Record.objects.filter(versions__number=F("head"))
    graded = newest.filter(kind="grade", parent__in=claims)
    grades = {
        claim: (read(content, type=Grade), number)
        for claim, number, content in graded.values_list("parent_id", "head", "versions__content")
    }
    found = {}
    for pk, state, number, content in newest.filter(pk__in=claims).values_list(
        "pk", "state", "head", "versions__content"
    ):
        claim, (grade, grade_number) = read(content, type=Claim), grades.get(pk, (None, 0))
        if grade:
            claim = msgspec.structs.replace(claim, grade=grade)
        found[pk] = Reviewed(claim, state, number, grade_number)
    return [found[pk] for pk in claims]


class ClaimPage(msgspec.Struct, frozen=True):
    """A page of a situation's claims."""

    rows: list[Reviewed]
    n_all: int
    page: int
    n_pages: int
    n_counted: int = 0
    """How many were counted, where there are more; 0 where all were."""


def claim_page(situation: Record, *, state: str = "", text: str = "", page: int = 1) -> ClaimPage:
    """Some claims of a situation, the newest first: those in a state, those that hold the words of a text.

    Of those that hold some words, what was said last is first.
    """
    if text:
        sought = newest_saying(text, kind="claim", situations=(situation.pk,), state=state, limit=MANY + 1)
        n_all = len(sought)
    else:
        found = Record.objects.filter(situation=situation, kind="claim", **({"state": state} if state else {}))
        n_all = found.count()
    n_pages = max(1, -(-n_all // PAGE))
    page = min(max(1, page), n_pages)
    first = (page - 1) * PAGE
    if text:
        numbers = [record for _, record in sought[first : first + PAGE]]
    else:
        numbers = list(found.order_by("-pk").values_list("pk", flat=True)[first : first + PAGE])
    return ClaimPage(reviewed(numbers), n_all, page, n_pages, MANY if n_all > MANY and text else 0)


def next_key(situation: Record, kind: str, letter: str) -> str:
    """The next free id of the usual form in a situation: C43 after C42."""
    used = Record.objects.filter(situation=situation, kind=kind, key__startswith=letter).values_list("key", flat=True)
    numbers = [int(match[1]) for key in used if (match := re.fullmatch(rf"{letter}(\d+)", key))]
    return f"{letter}{max(numbers, default=0) + 1:02}"


class Waiting(msgspec.Struct, frozen=True):
    """A candidate in an inbox: its number, its key, the key of its situation, what it says."""

    pk: int
    key: str
    situation: str
    says: Candidate


class InboxPage(msgspec.Struct, frozen=True):
    """Some of what waits, the newest first. `after` leads to the rest; None at the end."""

    rows: list[Waiting]
    n_all: int
    after: int | None
    n_counted: int = 0
    """How many were counted, where there are more; 0 where all were."""


def inbox(
    situations: Mapping[int, str], *, state: str = "found", text: str = "", before: int | None = None
) -> InboxPage:
    """What waits in the inboxes of situations, a page from where one left off: the newest first, or what was said last.

    situations: their numbers, with the last act in each;  before: where the page before left off, as it says in `after`
    """
    if text:
        sought = {"kind": "candidate", "situations": situations, "state": state}
        counted = newest_saying(text, limit=COUNTED + 1, **sought)
        found = counted if before is None else newest_saying(text, before=before, limit=PAGE + 1, **sought)
        listed = [record for _, record in found[:PAGE]]
        rest = found[PAGE - 1][0] if len(found) > PAGE else None
        return InboxPage(_waiting(listed), len(counted), rest, COUNTED if len(counted) > COUNTED else 0)
    n = counts_now(situations)
    n_all = sum(n.get((where, "candidate", state), 0) for where in situations)
    listed = newest_records(situations, "candidate", state, PAGE + 1, before=before)
    return InboxPage(_waiting(listed[:PAGE]), n_all, listed[PAGE - 1] if len(listed) > PAGE else None)


def _waiting(numbers: Sequence[int]) -> list[Waiting]:
    rows = Record.objects.filter(pk__in=numbers, versions__number=F("head"))
    found = {
        pk: Waiting(pk, key, where, msgspec.json.decode(content, type=Candidate))
        for pk, key, where, content in rows.values_list("pk", "key", "situation__key", "versions__content")
    }
    return [found[pk] for pk in numbers]


def neighbours(candidate: Record, situations: Collection[int]) -> tuple[Record | None, Record | None]:
    """The candidates before and after one in the list of those that wait: (newer, older)."""
    waiting = Record.objects.filter(kind="candidate", situation__in=situations, state="found")
    newer = waiting.filter(pk__gt=candidate.pk).order_by("pk").values("pk")[:1]
    older = waiting.filter(pk__lt=candidate.pk).order_by("-pk").values("pk")[:1]
    both = Record.objects.filter(Q(pk=Subquery(newer)) | Q(pk=Subquery(older))).select_related("situation")
    found = {record.pk > candidate.pk: record for record in both}
    return found.get(True), found.get(False)


def dismissed_by(person: Person, acts: Iterable[int]) -> dict[Record, list[Record]]:
    """What somebody dismissed in some acts, as numbered in the audit chain, and nobody reopened since; by situation."""
    found: dict[Record, list[Record]] = {}
    rows = Step.objects.filter(act__in=list(acts), act__by=person, verb="dismiss", record__state="dismissed")
    for step in rows.filter(record__kind="candidate").select_related("record__situation").order_by("pk"):
        found.setdefault(step.record.situation, []).append(step.record)
    return found


def documents(keys: Iterable[str]) -> list[Document]:
    """Documents by key, in the order of the keys; those that are not on record are left out."""
    wanted = list(dict.fromkeys(keys))
    found = {
        version.record.key: version.read(Document)
        for version in versions_at(Record.objects.filter(kind="document", key__in=wanted))
    }
    return [found[key] for key in wanted if key in found]


def find_document(capture_sha256: str | None) -> Document | None:
    """The document that was read from a capture, or None."""
    if not capture_sha256:
        return None
    record = matching(Record.objects.filter(kind="document"), capture_sha256).first()
    return newest(record).read(Document) if record else None


def find_source_of(document: Document, situation: Record) -> Source | None:
    """The source of a situation that a document is a copy of, or None: by its capture, or by its address."""
    sources = Record.objects.filter(kind="source", situation=situation)
    for word in (document.capture_sha256, document.url):
        record = matching(sources, word).first() if word else None
        if record:
            says = newest(record).read(Source)
            if says.capture_sha256 == document.capture_sha256 or any(link.url == document.url for link in says.links):
                return says
    return None


def sources_of(claim: Claim, situation: Record) -> dict[str, Source]:
    """Every source that a claim or a position on it cites, by id."""
    cited = {
        citation.source
        for citations in (
            claim.sources, claim.corroborated_by, claim.context_sources, *(each.sources for each in claim.positions)
        )
        for citation in citations
    }  # fmt: skip
    found = versions_at(Record.objects.filter(kind="source", situation=situation, key__in=cited))
    return {version.record.key: version.read(Source) for version in found}


def independent_origins(claim: Claim, sources: dict[str, Source]) -> dict[str, list[str]]:
    """Who stands behind a claim, by origin and not by repetition: each origin with the sources that carry it."""
    found: dict[str, list[str]] = {}
    for citation in (*claim.sources, *claim.corroborated_by):
        if citation.source in sources:
            found.setdefault(origin_of(sources[citation.source]), []).append(citation.source)
    return found


def watches(situation: Record | None = None) -> list[tuple[Record, Watch]]:
    """Each situation that watches for documents, with what it watches for; one of them alone, if given."""
    found = Record.objects.filter(kind="watch")
    if situation is not None:
        found = found.filter(situation=situation)
    versions = versions_at(found).select_related("record__situation").order_by("record_id")
    return [(version.record.situation, version.read(Watch)) for version in versions]


def known_to(situation: Record) -> Known:
    """What is on record in a situation, as a plan of new claims must know it."""
    keys: dict[str, set[str]] = {"source": set(), "place": set(), "claim": set()}
    found = Record.objects.filter(situation=situation, kind__in=keys)
    for kind, key in found.values_list("kind", "key"):
        keys[kind].add(key)
    claims_there = versions_at(found.filter(kind="claim")).iterator(chunk_size=2000)
    statements = {statement(claim): claim.id for claim in (version.read(Claim) for version in claims_there)}
    return Known(sources=keys["source"], places=keys["place"], claims=keys["claim"], statements=statements)


class Given(msgspec.Struct, frozen=True):
    """A task, where it stands, and who gave it."""

    record: Record
    says: Task
    by: str


def tasks(situations: Collection[int], *, given_to: str = "", state: str = "open") -> list[Given]:
    """The tasks of situations, those due first; one person's, if given."""
    found = Record.objects.filter(kind="task", situation__in=situations, state=state)
    versions = versions_at(found).select_related("record__situation", "act__by")
    rows = [
        Given(version.record, version.read(Task), version.act.by.username if version.act.by else "")
        for version in versions
    ]
    mine = [row for row in rows if not given_to or row.says.given_to == given_to]
    return sorted(mine, key=lambda row: (row.says.due or "9999", row.record.pk))
