"""kill -9 while a message is under way: it is not sent a second time, and said to be unsure."""

from __future__ import annotations

import os
import signal
import threading
import time

from tests.deliver.delivering import DeliveringDesk
from tests.queue.test_killing import start


def test_a_message_whose_worker_is_killed_while_the_server_takes_it_is_not_sent_again(
    delivering: DeliveringDesk,
) -> None:
    from tocsin.records.models import Delivery
    from tocsin.warn.deliver import actions, queries

    delivering.follow("ana@example.org")
    delivering.work()
    delivering.mail.to.clear()
    delivering.issue(delivering.draft())
    taking, killed = threading.Event(), threading.Event()

    def take_slowly(address: str) -> str:
        taking.set()
        killed.wait(60)
        return ""

    delivering.mail.on_data = take_slowly
    worker = start(delivering.folder)
    assert taking.wait(60), "no worker came to send it"
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    delivering.mail.on_data = lambda address: ""
    killed.set()

    time.sleep(1.1)  # until its lease runs out
    for _ in range(2):
        assert start(delivering.folder, "--once").wait() == 0
    mail = Delivery.objects.get(channel="mail")
    assert (mail.state, delivering.mail.to) == ("unsure", ["ana@example.org"])

    actions.send_again(by=delivering.people.petra, at=delivering.now(), delivery=mail, reason="she has none")
    assert start(delivering.folder, "--once").wait() == 0
    told = next(row for row in queries.deliveries() if row["channel"] == "mail")
    assert (told["state"], told["maybe_twice"], len(delivering.mail.to)) == ("sent", True, 2)
