"""A desk that delivers, and those who receive what it issues. Made known to all tests by tests/conftest.py."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.cases import ARMENIA
from tests.deliver.receiving import MailServer, WebServer, mail_server, web_server
from tests.records.people import at, people
from tocsin.core.model.judgement import Subscription
from tocsin.warn.case_files import CaseFiles
from tocsin.warn.desk import DeskFolder


@pytest.fixture
def mail() -> Iterator[tuple[MailServer, int]]:
    with mail_server() as made:
        yield made


@pytest.fixture
def web() -> Iterator[tuple[WebServer, str]]:
    with web_server() as made:
        yield made


def let_deliver(folder: Path, mail_port: int, url: str) -> None:
    """Write into a desk's settings how it reaches a mail server and a hub on this machine."""
    settings = folder / "desk.toml"
    said = settings.read_text("utf-8")
    settings.write_text(
        f'''{said}
[mail]
host = "127.0.0.1"
port = {mail_port}
security = "none"
sender = "warnings@desk.example.org"
timeout_s = 5
[websub]
hub = "{url}/hub"
[webhooks]
allow_hosts = ["127.0.0.1"]
timeout_s = 5
''',
        "utf-8",
    )


class DeliveringDesk:
    """A desk whose clock a test sets, and short ways to say what its people do."""

    def __init__(self, folder: DeskFolder, mail: tuple[MailServer, int], web: tuple[WebServer, str]) -> None:
        self.path = folder.folder
        self.mail, port = mail
        self.web, self.url = web
        self.minutes = 10.0
        self.people = SimpleNamespace(
            **dict(zip(("ani", "rita", "sam", "petra"), people(
                ("ani", "analyst"), ("rita", "reviewer"), ("sam", "reviewer"), ("petra", "publisher")
            ), strict=True))
        )  # fmt: skip
        let_deliver(self.path, port, self.url)

    @property
    def folder(self) -> DeskFolder:
        return DeskFolder(self.path)

    def now(self) -> datetime.datetime:
        return at(0) + datetime.timedelta(minutes=self.minutes)

    def set_status(self, status: str) -> None:
        settings = self.path / "desk.toml"
        settings.write_text(settings.read_text("utf-8").replace('status = "Exercise"', f'status = "{status}"'), "utf-8")

    def follow(self, address: str = "ana@example.org", **wants: Any) -> Any:
        """Somebody asks and confirms."""
        from tocsin.warn.deliver import actions

        asked = actions.ask_to_follow(
            by=None, at=self.now(), address=address, wants=Subscription(channel="mail", **wants)
        )
        assert asked is not None
        return actions.confirm(by=None, at=self.now(), subscriber=asked)

    def webhook(self, path: str = "/hook", **wants: Any) -> tuple[Any, str]:
        from tocsin.warn.deliver import actions

        return actions.add_webhook(
            by=self.people.petra, at=self.now(), url=f"{self.url}{path}", allow_hosts=("127.0.0.1",),
            wants=Subscription(channel="webhook", **wants),
        )  # fmt: skip

    def draft(self) -> Any:
        from tocsin.warn import actions

        return actions.load_case(by=self.people.rita, at=self.now(), resolved=CaseFiles(ARMENIA).resolve(1))

    def issue(self, draft: Any) -> Any:
        """Submitted, signed by a second person, issued."""
        from tocsin.warn import actions

        draft.refresh_from_db()
        if draft.state == "writing":
            actions.submit(by=self.people.rita, at=self.now(), desk=self.folder, draft=draft)
        actions.sign_off(by=self.people.sam, at=self.now(), draft=draft)
        return actions.issue(by=self.people.petra, at=self.now(), desk=self.folder, draft=draft)

    def work(self) -> Any:
        """A worker does what is due."""
        from tocsin.records.queue.worker import Worker

        return Worker("w", clock=self.now, fraction=lambda: 1.0).run(once=True)

    def states(self) -> dict[str, str]:
        """State of each delivery by channel, or by channel and number where there are several."""
        from tocsin.records.models import Delivery

        found: dict[str, str] = {}
        for delivery in Delivery.objects.order_by("pk"):
            name = f"{delivery.channel} {delivery.edition.number}"
            found[name if name not in found else f"{name} ({delivery.pk})"] = delivery.state
        return found

    def log(self, channel: str) -> list[tuple[str, str]]:
        """Verbs and words of the steps of the first delivery over a channel."""
        from tocsin.records.models import Delivery

        delivery = Delivery.objects.filter(channel=channel).order_by("pk")[0]
        return [(step.verb, step.said) for step in delivery.steps.all()]


@pytest.fixture
def delivering(
    desk: DeskFolder, mail: tuple[MailServer, int], web: tuple[WebServer, str], monkeypatch: pytest.MonkeyPatch
) -> DeliveringDesk:
    from django_tasks import default_task_backend

    made = DeliveringDesk(desk, mail, web)
    monkeypatch.setitem(default_task_backend.options, "clock", made.now)
    return made


@pytest.fixture
def unpublished(desk: DeskFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the site unpublished: where a test is about messages alone, it need not wait for a PDF."""
    from tocsin.warn.deliver import jobs
    from tocsin.warn.publishing import Done
    from tocsin.warn.site_folder import Published

    monkeypatch.setattr(jobs, "score_and_publish", lambda *_, **__: Done(Published(0, 0, 0, 0), 0))
