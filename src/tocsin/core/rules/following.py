"""Who gets an edition: those whose topics it fits, and those who got an earlier one of the same warning.

Whoever was told of a danger is told also that it was judged lower, or withdrawn: else the last that they heard would be
an alarm that no longer stands. So an update below the least level that somebody asked for, and a cancellation, still
go to whoever got an edition before.
"""

from __future__ import annotations

from typing import Final

from tocsin.core.model.edition import Edition
from tocsin.core.model.judgement import Subscription

LEVELS: Final = ("none", "watch", "warning", "emergency")
"""From least to most."""


def is_sent(status: str, *, tests: bool) -> bool:
    """Whether an edition of this CAP status goes out at all to somebody who does, or does not, take part in tests.

    Actual warnings and exercises go out, an exercise marked as one. A test, or a message about the system, goes only to
    those who asked for tests. A draft goes to nobody.
    """
    return status in ("Actual", "Exercise") or (tests and status in ("Test", "System"))


def wants(subscription: Subscription, edition: Edition, *, had_an_earlier_one: bool) -> bool:
    """Whether an edition goes to a subscriber."""
    if not is_sent(edition.issue.status, tests=subscription.tests):
        return False
    if had_an_earlier_one:
        return True
    content = edition.content
    if edition.issue.message_type == "Cancel":
        return False  # nobody needs to hear that something ends of which they never heard
    return (
        (not subscription.situations or content.situation.id in subscription.situations)
        and LEVELS.index(content.level.declared) >= LEVELS.index(subscription.level)
        and (not subscription.languages or content.language in subscription.languages)
    )
