"""From an issued edition to whoever follows: once each, or said to be unsure; on SQLite and on PostgreSQL."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qs

import pytest

from tests.deliver.delivering import DeliveringDesk
from tocsin.core.errors import TocsinError

WARNING = "GW-2023-10-ARM-AZE"


def test_issued_updated_and_cancelled_each_arrives_exactly_once(delivering: DeliveringDesk) -> None:
    from tocsin.warn import actions

    delivering.follow("ana@example.org")
    delivering.follow("bo@example.org", level="emergency")
    gone = delivering.follow("cy@example.org")
    _, secret = delivering.webhook()
    delivering.work()
    delivering.mail.messages.clear()
    delivering.mail.to.clear()
    from tocsin.warn.deliver.actions import leave

    leave(by=None, at=delivering.now(), subscriber=gone)

    draft = delivering.draft()
    issued = delivering.issue(draft)
    assert set(delivering.states().values()) == {"queued"}
    assert not delivering.mail.messages, "nothing leaves before a worker runs"
    delivering.work()
    assert (delivering.path / "site" / "index.html").exists(), "the page is there before the message"
    for _ in range(3):
        delivering.minutes += 60
        delivering.work()
    assert delivering.states() == {"mail 1": "sent", "webhook 1": "sent", "websub 1": "sent"}
    assert delivering.mail.to == ["ana@example.org"]

    (message,) = delivering.mail.messages
    assert message["Subject"].startswith("EXERCISE: Warning, Armenia")
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert issued.edition.content.bottom_line in text.replace("\n", " ")
    assert issued.sha256 in text
    html = message.get_body(("html",))
    assert html is not None
    assert "This message is no real alert" in html.get_content()

    (request,) = delivering.web.at("/hook")
    said = json.loads(request.body)
    assert (said["type"], said["data"]["sha256"]) == ("warning.issued", issued.sha256)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{expected}"

    (ping,) = delivering.web.at("/hub")
    form = parse_qs(ping.body.decode())
    assert form["hub.mode"] == ["publish"]
    assert "https://desk.example.org/feeds/all.atom" in form["hub.url"]
    for url in form["hub.url"]:
        path = delivering.path / "site" / url.removeprefix("https://desk.example.org/")
        assert f"{delivering.url}/hub" in path.read_text("utf-8"), f"{url} is told to the hub and does not name it"
    follow = (delivering.path / "site" / "follow.html").read_text("utf-8")
    assert 'href="https://desk.example.org/follow/"' in follow

    bulletin = draft.parent
    update = actions.update(
        by=delivering.people.rita, at=delivering.now(), desk=delivering.folder, bulletin=bulletin,
        reason="A date was corrected.", review_date="2027-03-31",
    )  # fmt: skip
    delivering.issue(update)
    delivering.work()
    cancelled = actions.cancel(
        by=delivering.people.rita, at=delivering.now(), desk=delivering.folder, bulletin=bulletin,
        reason="The danger has passed, as both governments state.",
    )  # fmt: skip
    delivering.issue(cancelled)
    delivering.work()
    assert delivering.mail.to == ["ana@example.org"] * 3
    subjects = [each["Subject"] for each in delivering.mail.messages]
    assert subjects[1].startswith("EXERCISE: Update: ")
    assert subjects[2].startswith("EXERCISE: Withdrawal: ")
    types = [json.loads(each.body)["type"] for each in delivering.web.at("/hook")]
    assert types == ["warning.issued", "warning.updated", "warning.cancelled"]
    assert len(delivering.web.at("/hub")) == 3
    assert set(delivering.states().values()) == {"sent"}


@pytest.mark.usefixtures("unpublished")
class TestMessages:
    """What becomes of one message; the site is not published, to save time."""

    def test_a_mail_server_that_is_busy_is_asked_again_later(self, delivering: DeliveringDesk) -> None:
        delivering.follow()
        delivering.work()
        sent_before = len(delivering.mail.messages)
        answers = iter(["451 4.3.0 try later", "450 4.2.0 greylisted"])
        delivering.mail.on_rcpt = lambda address: next(answers, "")
        delivering.issue(delivering.draft())
        delivering.work()
        assert delivering.states()["mail 1"] == "queued"
        delivering.work()
        assert delivering.log("mail")[-1][0] == "put_off", "not before its time"
        for _ in range(2):
            delivering.minutes += 5
            delivering.work()
        assert delivering.states()["mail 1"] == "sent"
        assert [verb for verb, _ in delivering.log("mail")] == [
            "lease", "put_off", "lease", "put_off", "lease", "deliver",
        ]  # fmt: skip
        assert len(delivering.mail.messages) == sent_before + 1

    def test_of_several_the_one_that_is_refused_fails_at_once_and_the_others_are_sent(
        self, delivering: DeliveringDesk
    ) -> None:
        for name in ("ana", "nobody", "bo"):
            delivering.follow(f"{name}@example.org")
        delivering.work()
        delivering.mail.to.clear()
        delivering.mail.on_rcpt = lambda a: f"550 5.1.1 <{a}> unknown here" if a.startswith("nobody") else ""
        delivering.issue(delivering.draft())
        delivering.work()
        assert sorted(delivering.mail.to) == ["ana@example.org", "bo@example.org"]
        assert sorted(delivering.states().values()) == ["failed", "sent", "sent", "sent"]

    def test_the_log_never_holds_an_address(self, delivering: DeliveringDesk) -> None:
        from tocsin.records.models import AuditEntry, DeliveryStep, Job, Version

        delivering.follow("nobody@example.org")
        delivering.mail.on_rcpt = lambda a: f"550 5.1.1 <{a}> unknown here"
        delivering.issue(delivering.draft())
        delivering.work()
        assert any("<[address]> unknown here" in step.said for step in DeliveryStep.objects.all())
        for model, columns in ((AuditEntry, ("body",)), (DeliveryStep, ("said",)), (Version, ("content",)),
                               (Job, ("arguments", "errors", "result"))):  # fmt: skip
            for row in model.objects.values_list(*columns):
                assert not any("nobody@" in str(value) for value in row), model

    def test_a_connection_that_breaks_after_the_message_was_sent_leaves_it_unsure(
        self, delivering: DeliveringDesk
    ) -> None:
        from tocsin.records.models import Delivery
        from tocsin.warn.deliver import actions

        delivering.follow()
        delivering.work()
        delivering.mail.messages.clear()
        delivering.mail.on_data = lambda address: "drop"
        delivering.issue(delivering.draft())
        delivering.work()
        for _ in range(3):
            delivering.minutes += 600
            delivering.work()
        assert delivering.states()["mail 1"] == "unsure", "a person decides, not the worker"
        assert len(delivering.mail.messages) == 1
        delivering.mail.on_data = lambda address: ""
        delivery = Delivery.objects.get(channel="mail")
        with pytest.raises(TocsinError, match="needs the role publisher"):
            actions.send_again(by=delivering.people.ani, at=delivering.now(), delivery=delivery)
        actions.send_again(by=delivering.people.petra, at=delivering.now(), delivery=delivery)
        delivering.work()
        assert delivering.states()["mail 1"] == "sent"
        first, second = delivering.mail.messages
        assert first["Message-ID"] == second["Message-ID"], "so that a receiver can tell that they are one"

    def test_a_connection_that_breaks_before_the_message_is_tried_again(self, delivering: DeliveringDesk) -> None:
        delivering.follow()
        delivering.work()
        delivering.mail.messages.clear()
        answers = iter(["drop"])
        delivering.mail.on_rcpt = lambda address: next(answers, "")
        delivering.issue(delivering.draft())
        delivering.work()
        delivering.minutes += 5
        delivering.work()
        assert delivering.states()["mail 1"] == "sent"
        assert len(delivering.mail.messages) == 1

    def test_a_worker_that_dies_between_about_to_send_and_sent_leaves_a_mail_unsure(
        self, delivering: DeliveringDesk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from tocsin.warn.deliver import jobs

        delivering.follow()
        delivering.webhook()
        delivering.work()
        delivering.mail.messages.clear()
        delivering.issue(delivering.draft())

        def die(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(jobs, "send", die)
            for _ in range(3):
                with pytest.raises(KeyboardInterrupt):
                    delivering.work()
        assert set(delivering.states().values()) == {"sending"}
        delivering.work()
        assert set(delivering.states().values()) == {"sending"}, "their leases still run"
        delivering.minutes += 2
        delivering.work()
        delivering.minutes += 60
        delivering.work()
        assert delivering.states() == {"mail 1": "unsure", "webhook 1": "sent", "websub 1": "sent"}
        assert not delivering.mail.messages

    def test_a_webhook_that_says_nothing_is_told_again_under_the_same_id(self, delivering: DeliveringDesk) -> None:
        from tocsin.warn.deliver.queries import deliveries

        delivering.webhook()
        answers = iter(["drop", (503, {"Retry-After": "7200"})])
        delivering.web.answer = lambda path: next(answers, 200) if path == "/hook" else 200
        delivering.issue(delivering.draft())
        delivering.work()
        delivering.minutes += 5
        delivering.work()
        delivering.minutes += 60
        delivering.work()
        assert len(delivering.web.at("/hook")) == 2, "it asked for two hours"
        delivering.minutes += 61
        delivering.work()
        assert delivering.states()["webhook 1"] == "sent"
        ids = [request.headers["webhook-id"] for request in delivering.web.at("/hook")]
        assert len(ids) == 3
        assert len(set(ids)) == 1
        (told,) = [each for each in deliveries(WARNING) if each["channel"] == "webhook"]
        assert told["maybe_twice"]
        (hub,) = [each for each in deliveries(WARNING) if each["channel"] == "websub"]
        assert not hub["maybe_twice"]

    @pytest.mark.parametrize("status", [301, 404, 410])
    def test_a_webhook_that_says_no_or_sends_us_elsewhere_fails_and_can_be_sent_again(
        self, delivering: DeliveringDesk, status: int
    ) -> None:
        from tocsin.records.models import Delivery
        from tocsin.warn.deliver import actions

        delivering.webhook()
        delivering.web.answer = lambda path: (status, {"Location": "/elsewhere"}) if path == "/hook" else 200
        delivering.issue(delivering.draft())
        delivering.work()
        assert delivering.states()["webhook 1"] == "failed"
        assert not delivering.web.at("/elsewhere")
        delivering.web.answer = lambda path: 200
        again = Delivery.objects.get(channel="webhook")
        actions.send_again(by=delivering.people.petra, at=delivering.now(), delivery=again)
        delivering.work()
        assert delivering.states()["webhook 1"] == "sent"

    def test_what_never_succeeds_is_given_up_and_shown(self, delivering: DeliveringDesk) -> None:
        delivering.webhook()
        delivering.web.answer = lambda path: 500 if path == "/hook" else 200
        delivering.issue(delivering.draft())
        for _ in range(12):
            delivering.work()
            delivering.minutes += 600
        assert delivering.states()["webhook 1"] == "failed"
        assert len(delivering.web.at("/hook")) == 8

    def test_nobody_is_told_who_left_while_it_was_queued(self, delivering: DeliveringDesk) -> None:
        from tocsin.warn.deliver.actions import leave

        ana = delivering.follow()
        delivering.work()
        delivering.mail.messages.clear()
        delivering.issue(delivering.draft())
        leave(by=None, at=delivering.now(), subscriber=ana)
        delivering.work()
        assert delivering.states()["mail 1"] == "dropped"
        assert not delivering.mail.messages

    @pytest.mark.parametrize(("status", "told"), [("Exercise", {"ana", "tess"}), ("Test", {"tess"}), ("Draft", set())])
    def test_a_test_goes_to_those_who_take_part_and_a_draft_to_nobody(
        self, delivering: DeliveringDesk, status: str, told: set[str]
    ) -> None:
        delivering.set_status(status)
        delivering.follow("ana@example.org")
        delivering.follow("tess@example.org", tests=True)
        delivering.work()
        delivering.mail.to.clear()
        delivering.mail.messages.clear()
        delivering.issue(delivering.draft())
        delivering.work()
        assert {address.split("@")[0] for address in delivering.mail.to} == told
        for message in delivering.mail.messages:
            assert message["Subject"].startswith(f"{status.upper()}: ")

    def test_issuing_twice_queues_once(self, delivering: DeliveringDesk) -> None:
        from tocsin.records.deliveries import queue_deliveries
        from tocsin.records.models import Delivery, Edition
        from tocsin.warn.deliver.targets import targets
        from tocsin.warn.edition_store import EditionStore

        delivering.follow()
        delivering.issue(delivering.draft())
        row = Edition.objects.get()
        edition = EditionStore(delivering.folder.editions).read(row.sha256)
        queue_deliveries(row, targets(delivering.folder, row, edition), at=delivering.now())
        assert Delivery.objects.count() == 2

    def test_deliveries_whose_job_was_lost_are_found_again(self, delivering: DeliveringDesk) -> None:
        from tocsin.records.models import Job
        from tocsin.warn.deliver.jobs import sweep

        delivering.webhook()
        delivering.issue(delivering.draft())
        Job.objects.all().delete()
        sweep.enqueue()
        delivering.work()
        assert delivering.states() == {"webhook 1": "sent", "websub 1": "sent"}

    def test_doctor_is_content_until_a_delivery_is_changed_by_hand(self, delivering: DeliveringDesk) -> None:
        from tests.records.test_integrity import by_hand
        from tocsin.records import integrity
        from tocsin.warn import records_doctor
        from tocsin.warn.deliver.actions import leave

        ana = delivering.follow()
        delivering.webhook()
        delivering.web.answer = lambda path: 404
        delivering.issue(delivering.draft())
        delivering.work()
        leave(by=None, at=delivering.now(), subscriber=ana)
        assert [*integrity.examine(), *records_doctor.examine(delivering.folder)] == []
        by_hand("UPDATE records_delivery SET state = 'sent' WHERE channel = 'webhook'")
        (failure,) = records_doctor.examine(delivering.folder)
        assert failure.text == "it is said to be 'sent', and its steps lead to 'failed'"

    def test_nothing_is_sent_before_the_site_is_published(
        self, delivering: DeliveringDesk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from tocsin.warn.deliver import jobs

        def full(*_: object, **__: object) -> None:
            raise OSError("no space left on device")

        delivering.webhook()
        delivering.issue(delivering.draft())
        with monkeypatch.context() as patch:
            patch.setattr(jobs, "score_and_publish", full)
            jobs.sweep.enqueue()
            delivering.work()
        assert set(delivering.states().values()) == {"queued"}
        assert not delivering.web.requests
        delivering.minutes += 2
        delivering.work()
        assert set(delivering.states().values()) == {"sent"}
