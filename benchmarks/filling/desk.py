"""A desk full of records: an inbox, claims with grades, warnings with editions, a ledger. All of it is invented.

Each situation is the Armenia case under another name, and many more claims, candidates and recommendations beside it.
What there is an action for is written by that action; editions are frozen, signed and logged as every edition is, but
their rows are written for many warnings in one act.
"""

from __future__ import annotations

import copy
import datetime
import random
from typing import Any

import msgspec

from tests.cases import ARMENIA
from tests.records.people import people
from tocsin.core.model.asks import Addressee, Recommendation, Response, SearchLog
from tocsin.core.model.assessment import Finding
from tocsin.core.model.claims import Claim, Grade, Position
from tocsin.core.model.edition import Content
from tocsin.core.model.judgement import Assessment, Bulletin, Draft
from tocsin.core.model.sources import Citation
from tocsin.core.vocabulary import load_codebook
from tocsin.review.intake import Collected, Shown
from tocsin.warn.case_files import CaseFiles
from tocsin.warn.desk import DeskFolder

START = datetime.datetime(2026, 11, 1, 6, tzinfo=datetime.UTC)
N_SITUATIONS = 10
N_ASKS = 30
"""Recommendations of a situation beside those of the case."""

PEOPLE = ("analyst", "reviewer", "publisher")
PLACES = ("Alder", "Birch", "Cedar", "Dunmore", "Elm", "Farrow", "Gorse", "Hazel", "Iver", "Juniper", "Keld", "Larch")
ACTS = (
    "closed the crossing",
    "moved troops",
    "held an exercise",
    "denied entry",
    "called up reservists",
    "cut the line",
    "let a convoy pass",
    "detained travellers",
    "shelled the ridge",
    "opened a checkpoint",
    "renewed a decree",
    "took down the signs",
    "searched houses",
    "turned back aid",
    "signed a protocol",
)
WHO = (
    "The ministry",
    "A monitoring mission",
    "The provincial council",
    "A news agency",
    "Two residents",
    "The border guard",
    "A relief organisation",
    "The opposition",
    "An army spokesman",
    "A court",
)
MORE = (
    "People at the market spoke of it for days.",
    "The number of those who left is not known.",
    "No date was given.",
    "The road has been used by traders since spring.",
    "Photographs of the place were not published.",
    "An earlier statement said the opposite.",
    "The weather kept observers away.",
)
ELSEWHERE = {
    "hy": "Սահմանի անցակետը փակվել է երեկոյան։",
    "ru": "Переход был закрыт вечером.",
    "ar": "أُغلق المعبر مساءً.",
}


class Filled(msgspec.Struct):
    """What a desk was filled with: addresses' parts, for those who ask for pages."""

    situations: list[str]
    warnings: list[str]
    claims: list[tuple[str, str]]
    candidates: list[tuple[str, str]]
    places_in_inbox: list[int]
    words: list[str]
    n_candidates: int
    n_claims: int
    n_editions: int


def fill(desk: DeskFolder, *, n_candidates: int, n_claims: int, n_editions: int) -> Filled:
    """Fill a new desk. The same numbers give the same records."""
    from tocsin.records.models import Edition, Record

    drafter, signer, publisher = people(*((role, role) for role in PEOPLE))
    chance = random.Random(3)
    case = CaseFiles(ARMENIA)
    for number in range(N_SITUATIONS):
        resolved = named(case, f"valley-{number + 1:02}", f"TW-{number + 1:02}-00")
        filling = _Filling(desk, resolved, chance, drafter, signer, publisher)
        filling.claims(n_claims // N_SITUATIONS - len(resolved.records["claims"]))
        filling.asks(N_ASKS)
        filling.editions(share(n_editions, N_SITUATIONS, number))
        filling.inbox(share(n_candidates, N_SITUATIONS, number))
    _analyse()
    waiting = Record.objects.filter(kind="candidate", state="found")
    pks = list(waiting.order_by("pk").values_list("pk", flat=True))
    return Filled(
        situations=list(Record.objects.filter(kind="situation").order_by("key").values_list("key", flat=True)),
        warnings=list(
            Record.objects.filter(kind="bulletin", editions__isnull=False).distinct().order_by("key").values_list(
                "key", flat=True)),
        claims=list(Record.objects.filter(kind="claim").values_list("situation__key", "key")),
        candidates=list(
            waiting.filter(pk__in=chance.sample(pks, min(500, len(pks)))).values_list("situation__key", "key")),
        places_in_inbox=chance.sample(pks, min(100, len(pks))),
        words=[*(word for act in ACTS for word in act.split() if len(word) > 4), *PLACES],
        n_candidates=len(pks),
        n_claims=Record.objects.filter(kind="claim").count(),
        n_editions=Edition.objects.count(),
    )  # fmt: skip


def share(whole: int, parts: int, number: int) -> int:
    """One of nearly equal parts."""
    return whole // parts + (number < whole % parts)


def named(case: CaseFiles, situation: str, warning: str) -> Any:
    """The first version of the case under another name."""
    resolved = copy.copy(case.resolve(1))
    assert resolved.header
    assert resolved.content
    scope = msgspec.structs.replace(resolved.header.situation, id=situation, title=f"{situation.title()}: invented")
    resolved.header = msgspec.structs.replace(resolved.header, situation=scope, warning=warning)
    resolved.content = msgspec.structs.replace(
        resolved.content, warning=warning, situation=msgspec.structs.replace(resolved.content.situation, id=situation)
    )
    return resolved


class _Filling:
    """One situation."""

    def __init__(
        self, desk: DeskFolder, resolved: Any, chance: random.Random, drafter: Any, signer: Any, publisher: Any
    ) -> None:
        from tocsin.records.queries import get_situation
        from tocsin.warn.actions import load_case

        self.desk, self.resolved, self.chance = desk, resolved, chance
        self.drafter, self.signer, self.publisher = drafter, signer, publisher
        self.minutes = 0
        load_case(by=signer, at=self.at(), resolved=resolved)
        self.situation = get_situation(resolved.header.situation.id)
        self.accepted = [claim.id for claim in resolved.records["claims"]]

    def at(self) -> datetime.datetime:
        self.minutes += 7
        return START + datetime.timedelta(minutes=self.minutes)

    def statement(self) -> str:
        words = self.chance
        return f"{words.choice(WHO)} said that forces {words.choice(ACTS)} near {words.choice(PLACES)}"

    def claims(self, n: int) -> None:
        """Claims with grades, of which most are accepted."""
        from tocsin.records.acting import acting
        from tocsin.records.models import Record, Step
        from tocsin.review.actions import record_claims

        chance = self.chance
        sources = [source.id for source in self.resolved.records["sources"]]
        places = [place.id for place in self.resolved.header.places]
        indicators = [each.id for each in load_codebook().indicators]
        claims = [
            Claim(
                id=f"N{number:04}", text=f"{self.statement()}, {chance.randrange(2, 400)} people being concerned.",
                kind=chance.choice(("fact", "event", "quote", "quantity")), asserted_by=chance.choice(WHO),
                date=f"2026-{chance.randrange(1, 11):02}-{chance.randrange(1, 29):02}",
                sources=tuple(
                    Citation(source=each, passage=f"paragraph {chance.randrange(1, 20)}")
                    for each in chance.sample(sources, chance.choice((1, 1, 2, 3)))
                ),
                places=tuple(chance.sample(places, chance.choice((0, 1, 2)))),
                indicators=tuple(chance.sample(indicators, chance.choice((0, 1, 1, 2)))),
                contested=(contested := chance.random() < 0.3),
                positions=(Position(by="A ministry", text="Denies it."),) if contested else (),
                grade=Grade(source=chance.choice("ABCD"), information=chance.choice("1234"), reason="as reported"),
            )
            for number in range(n)
        ]  # fmt: skip
        record_claims(by=self.drafter, at=self.at(), situation=self.situation, claims=claims)
        fit = [claim.id for claim in claims if chance.random() < 0.7]
        with acting("bench.accept", by=self.signer, at=self.at(), needs="reviewer", situation=self.situation) as act:
            records = list(Record.objects.filter(situation=self.situation, kind="claim", key__in=fit))
            steps = [
                Step(record=each, number=1, verb="accept", before="proposed", after="accepted") for each in records
            ]
            act.add_all(steps)
            Record.objects.filter(pk__in=[each.pk for each in records]).update(state="accepted")
        self.accepted += fit

    def asks(self, n: int) -> None:
        """Recommendations of a list of addressees, most with a series of responses."""
        from tocsin.follow.actions import record_recommendation, record_response
        from tocsin.records.models import Record

        chance = self.chance
        instruments = [each.id for each in load_codebook().instruments]
        first = Record.objects.filter(kind="recommendation", situation=self.situation).count() + 1
        for order in range(first, first + n):
            ask = Recommendation(
                id=f"ASK-{order}", order=order, made_by="A monitoring group", instrument=chance.choice(instruments),
                addressees=(Addressee(name=f"Ministry of {chance.choice(PLACES)}", kind="state"),),
                action=f"Say in public who {chance.choice(ACTS)} near {chance.choice(PLACES)}, and why.",
                claims=tuple(chance.sample(self.accepted, 2)),
            )  # fmt: skip
            made = record_recommendation(by=self.drafter, at=self.at(), situation=self.situation, recommendation=ask)
            for month in sorted(chance.sample(range(1, 11), chance.choice((0, 1, 2, 3)))):
                record_response(
                    by=self.drafter, at=self.at(), recommendation=made.record,
                    response=Response(
                        status="none", as_of=f"2026-{month:02}-15", text="Nothing of the kind was found.",
                        search=SearchLog(
                            date=f"2026-{month:02}-15", where="its site, two newspapers", terms="crossing"),
                    ),
                )  # fmt: skip

    def editions(self, n: int) -> None:
        """Warnings of ten editions each, the next of each being drafted."""
        n_warnings = -(-n // 10)
        for number in range(n_warnings):
            self._warning(f"{self.resolved.header.warning[:-2]}{number + 1:02}", share(n, n_warnings, number))

    def _warning(self, warning: str, n: int) -> None:
        from tocsin.core.editions.canonical import canonical_bytes, sha256
        from tocsin.records.acting import acting
        from tocsin.records.models import Edition, SignOff, Submission, SubmissionPart
        from tocsin.warn.assembly import assemble
        from tocsin.warn.edition_store import EditionStore
        from tocsin.warn.issue import frozen

        header, version = self.resolved.header, self.resolved.version
        texts = [self._text(number) for number in range(1, n + 2)]
        findings = self._findings()
        keys = tuple(f"{each.framework}-{each.number}" for each in findings)
        where = {"situation": self.situation}
        head = Bulletin(**{name: getattr(header, name) for name in Bulletin.__struct_fields__})
        with acting("bench.drafts", by=self.drafter, at=self.at(), needs="analyst", **where) as act:
            bulletin = act.keep("bulletin", warning, head, **where).record
            for key, each in zip(keys, findings, strict=True):
                act.keep("finding", key, each, parent=bulletin)
            said = Assessment(level=version.level, confidence=version.confidence, findings=keys)
            act.keep("assessment", "assessment", said, parent=bulletin)
            drafts = [act.keep("draft", str(text.edition), text, parent=bulletin) for text in texts]
        last = drafts[-1].record
        last.situation, last.parent = self.situation, bulletin
        whole = assemble(last).content
        contents = [self._changed(whole, text) for text in texts[:-1]]
        hashes = [sha256(canonical_bytes(content)) for content in contents]
        submissions, signed = [], []
        with acting("bench.submit", by=self.drafter, at=self.at(), needs="analyst", **where) as act:
            for draft, digest in zip(drafts, hashes, strict=False):
                act.step(draft.record, "submit")
                submissions.append(act.add(Submission(draft=draft.record, number=1, content_sha256=digest)))
                act.add(SubmissionPart(submission=submissions[-1], version=draft))
        with acting("bench.sign_off", by=self.signer, at=self.at(), needs="reviewer", **where) as act:
            for draft, submission in zip(drafts, submissions, strict=False):
                act.step(draft.record, "sign_off")
                mark = SignOff(submission=submission, by=self.signer, content_sha256=submission.content_sha256)
                signed.append(act.add(mark))
        store, key = EditionStore(self.desk.editions), self.desk.signing_key()
        with acting("bench.issue", by=self.publisher, at=self.at(), needs="publisher", **where) as act:
            for draft, text, content, mark in zip(drafts, texts, contents, signed, strict=False):
                act.step(draft.record, "issue")
                edition = frozen(
                    self.desk, store, content, number=text.edition, message_type=text.message_type, reason=text.reason,
                    problems=[], by="A. Publisher", at=act.at + datetime.timedelta(days=text.edition),
                )  # fmt: skip
                entry = store.issue(edition, key).entry
                act.add(
                    Edition(
                        bulletin=bulletin, number=text.edition, message_type=text.message_type, sign_off=mark,
                        content_sha256=mark.content_sha256, sha256=entry.edition_sha256, issued_at=act.at,
                        review_date=datetime.date.fromisoformat(content.review_date) if content.review_date else None,
                        level=content.level.declared,
                    )
                )  # fmt: skip

    def _text(self, number: int) -> Draft:
        """What one edition says of its own; each carries the case's claims, and forty more."""
        version, records = self.resolved.version, self.resolved.records
        own = {name: getattr(version, name) for name in Draft.__struct_fields__ if hasattr(version, name)}
        lists = {
            name: tuple(record.id for record in kept) for name, kept in records.items() if kept or name != "series"
        }
        more = [key for key in self.accepted if key.startswith("N")]
        lists["claims"] += tuple(self.chance.sample(more, min(40, len(more))))
        first = number == 1
        return Draft(
            **own | lists | {
                "edition": number, "places": tuple(place.id for place in self.resolved.header.places),
                "map": self.resolved.map_spec is not None, "message_type": "Alert" if first else "Update",
                "reason": "" if first else f"What was reported since edition {number - 1}", "changes": (),
            }
        )  # fmt: skip

    def _findings(self) -> list[Finding]:
        """A finding for every stage and factor; they cite what each edition carries."""
        chance = self.chance
        carried = [claim.id for claim in self.resolved.records["claims"]]
        return [
            Finding(
                framework=framework, number=number,
                state=chance.choice(("present", "suspected", "not_seen", "unknown")),
                support=chance.choice(("weak", "moderate")), evidence="medium", agreement="low",
                rationale="What is reported, and what would have to be seen.",
                claims=tuple(chance.sample(carried, 4)), against=tuple(chance.sample(carried, 1)),
            )
            for framework, n in (("ten-stages", 10), ("un-framework", 14))
            for number in range(1, n + 1)
        ]  # fmt: skip

    def _changed(self, content: Content, text: Draft) -> Content:
        """What an earlier edition said: other claims, other states of some findings."""
        kept = {*text.claims, *(record.id for record in self.resolved.records["claims"])}
        findings = tuple(
            msgspec.structs.replace(each, state=self.chance.choice(("present", "suspected", "not_seen")))
            if self.chance.random() < 0.3 else each
            for each in content.findings
        )  # fmt: skip
        claims = tuple(each for each in content.claims if each.id in kept or self.chance.random() < 0.8)
        return msgspec.structs.replace(content, findings=findings, claims=claims)

    def inbox(self, n: int) -> None:
        """What intake would take in of so many reports, a thousand at once."""
        from tocsin.review.actions import take_in

        for first in range(0, n, 1_000):
            shown = [self._shown(number) for number in range(first, min(n, first + 1_000))]
            take_in(by=None, at=self.at(), situation=self.situation, shown=shown)

    def _shown(self, number: int) -> Shown:
        from tocsin.core.model.judgement import Candidate

        chance = self.chance
        lang = chance.choice(("en",) * 12 + tuple(ELSEWHERE))
        passage = f"{self.statement()}." if lang == "en" else f"{ELSEWHERE[lang]} ({number})"
        sentences = [passage, *(chance.choice(MORE) for _ in range(chance.randrange(4, 30)))]
        chance.shuffle(sentences)
        text = "\n".join(" ".join(sentences[at : at + 4]) for at in range(0, len(sentences), 4))
        published = START - datetime.timedelta(hours=chance.randrange(1, 9_000))
        key = f"{self.situation.key}{number}"
        document = Collected(
            source="feeds", run="bench", document_id=f"{key}-{chance.randrange(1 << 30):x}", origin_id=key,
            capture_sha256=f"{chance.getrandbits(256):064x}", url=f"https://news.example/{key}",
            publisher=f"{chance.choice(PLACES)} Gazette",
            title=f"{chance.choice(ACTS).capitalize()} at {chance.choice(PLACES)}",
            text=text, language=lang, published_at=published, first_seen_at=published,
        )  # fmt: skip
        said = document.record
        candidate = Candidate(
            id=f"k-{key}", document=said.id, words=(chance.choice(PLACES).lower(),), passage=passage, title=said.title,
            publisher=said.publisher, published=said.published, lang=said.lang, proposed_by="watch",
        )  # fmt: skip
        return Shown(candidate, (document,))


def _analyse() -> None:
    """Let the database count what lies in it, as it does by itself overnight."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
