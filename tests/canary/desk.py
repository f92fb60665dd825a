"""A desk with a marked word in every field that may not leave it, and in what its acts keep beside records."""

from __future__ import annotations

import datetime

from tests.canary.planting import Planted
from tests.cases import ARMENIA
from tests.deliver.delivering import let_deliver
from tests.deliver.receiving import MailServer, WebServer
from tests.records.people import at, people
from tocsin.core.model import judgement
from tocsin.core.model.base import Record
from tocsin.core.model.protected import SEALED, Consent, Handling
from tocsin.records.nouns import NOUNS
from tocsin.warn.case_files import CaseFiles
from tocsin.warn.desk import DeskFolder

WARNING = "GW-2023-10-ARM-AZE"
SITUATION = "armenia-azerbaijan"
CLAIM = "C02"

BESIDE = ("Version.reason", "Erasure.reason", "AuditEntry.reason", "Person.email", "SignOff.statement")
"""Internal texts that stand in no noun."""


class MarkedDesk:
    """The Armenia case on record, with marked words; its draft can be issued."""

    def __init__(self, desk: DeskFolder) -> None:
        from tocsin.records.acting import acting
        from tocsin.records.keyring import Keyring
        from tocsin.records.models import Person
        from tocsin.review.protection import actions as protection
        from tocsin.warn import actions

        self.desk = desk
        self.mail, self.web = MailServer(), WebServer()
        self.planted = Planted(words={}, cannot=[])
        for name in BESIDE:
            self.planted.words[name] = f"Kanarie{name.replace('.', '')}z"
        ani, rita, self.sam, self.petra = people(
            ("ani", "analyst"), ("rita", "reviewer"), ("sam", "reviewer"), ("petra", "publisher")
        )
        self.rita = rita
        Person.objects.filter(pk=ani.pk).update(email=f"{self.word('Person.email')}@example.org")
        self.keys = Keyring(desk.confidential_key_path)
        self.draft = actions.load_case(by=rita, at=at(1), resolved=CaseFiles(ARMENIA).resolve(1))
        situation = self.situation = self.draft.situation
        sealed = {}
        for noun in NOUNS.values():
            if noun.seals:
                sealed[noun.seals] = protection.record_sealed(
                    by=ani, at=at(2), keys=self.keys, situation=situation, kind=noun.name, key="K1",
                    content=self.planted.instance(noun.seals), about=(f"claim/{CLAIM}",),
                    reason=self.word("Version.reason"),
                ).record  # fmt: skip
        assert set(sealed) == set(SEALED)
        self.sealed = sealed
        witness = next(record for record in sealed.values() if record.kind == "witness")
        consent = self.planted.instance(Consent, claims=(CLAIM,), scope=("publish",), informed=True)
        protection.record_consent(by=ani, at=at(2), witness=witness, consent=consent)
        handling = self.planted.instance(Handling, about=(f"claim/{CLAIM}",), embargo_until=None)
        protection.record_handling(by=ani, at=at(2), situation=situation, key="K1", handling=handling)
        given = {judgement.Comment: {"draft": self.draft.path}, judgement.Task: {"given_to": "ani"}}
        reason = self.word("AuditEntry.reason")
        with acting("test.mark", by=ani, at=at(3), needs="analyst", situation=situation, reason=reason) as act:
            for noun in NOUNS.values():
                if noun.published == "never" and not noun.seals and noun.struct not in (Consent, Handling):
                    said: Record = self.planted.instance(noun.struct, **given.get(noun.struct, {}))
                    where = {} if noun.under == "desk" else {"situation": situation}
                    act.keep(noun.name, getattr(said, "id", "K1"), said, reason=self.word("Version.reason"), **where)
        doomed = protection.record_sealed(
            by=ani, at=at(3), keys=self.keys, situation=situation, kind="note", key="K2",
            content=self.planted.instance(NOUNS["note"].seals),
        ).record  # fmt: skip
        protection.erase(by=rita, at=at(4), record=doomed, reason=self.word("Erasure.reason"))

    def word(self, name: str) -> str:
        """The word planted in a field."""
        return self.planted.words[name]

    def issue(self) -> None:
        """Submit, sign off and issue the draft."""
        from tocsin.warn import actions

        self.draft.refresh_from_db()
        actions.submit(by=self.rita, at=at(5), desk=self.desk, draft=self.draft)
        actions.sign_off(by=self.sam, at=at(6), draft=self.draft, statement=self.word("SignOff.statement"))
        actions.issue(by=self.petra, at=at(7), desk=self.desk, draft=self.draft)

    def issue_to_followers(self, mail: tuple[MailServer, int], web: tuple[WebServer, str]) -> None:
        """Issue the draft with somebody told by mail, a program by a webhook and a hub by a ping, and tell them."""
        from tocsin.records.queue.worker import Worker
        from tocsin.warn.deliver import actions

        (self.mail, port), (self.web, url) = mail, web
        let_deliver(self.desk.folder, port, url)
        wants = judgement.Subscription(channel="mail")
        asked = actions.ask_to_follow(by=None, at=at(4), address="ana@example.org", wants=wants)
        actions.confirm(by=None, at=at(4), subscriber=asked)
        hook = judgement.Subscription(channel="webhook")
        actions.add_webhook(by=self.petra, at=at(4), url=f"{url}/hook", wants=hook, allow_hosts=("127.0.0.1",))
        self.issue()
        Worker("w", clock=lambda: datetime.datetime.now(datetime.UTC), fraction=lambda: 1.0).run(once=True)
