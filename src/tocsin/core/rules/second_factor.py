"""A second factor stands behind every sign-off and every issue: whoever stole a password alone can do neither.

Which proof is enough is said here. The actions of `warn` ask it, so that the pages, the API and the commands cannot
differ.
"""

from __future__ import annotations

import datetime
from typing import Final, Literal, get_args

from tocsin.core.errors import TocsinError
from tocsin.core.model.base import Record

Method = Literal["totp", "passkey", "recovery_code"]

METHODS: Final[tuple[Method, ...]] = get_args(Method)

MINUTES: Final = 30
"""How old a proof may be: long enough to read a draft through, short enough that it was the same person who began."""

SKEW: Final = datetime.timedelta(seconds=60)
"""By how much a proof may be later than the act: two clocks never agree."""


class SecondFactorError(TocsinError):
    """An act that needs a second factor, and none was shown, or too long ago."""


class Proof(Record, frozen=True, kw_only=True):
    """A second factor that a person showed: which kind, and when. Never the code."""

    method: Method
    at: datetime.datetime

    def detail(self) -> dict[str, str]:
        """What an audit entry keeps of it."""
        return {"method": self.method, "at": self.at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


NotAsked = Literal["not asked"]

NOT_ASKED: Final[NotAsked] = "not asked"
"""In place of a proof: nobody was asked, as by a command on a desk that exercises. None: asked, and showed none."""


def is_fresh(proof: Proof, at: datetime.datetime) -> bool:
    """Whether a proof is recent enough for an act at this instant."""
    return -SKEW <= at - proof.at <= datetime.timedelta(minutes=MINUTES)


def check_proof(proof: Proof | None, *, person: str, act: str, at: datetime.datetime) -> Proof:
    """The proof, when it is enough. Raises SecondFactorError."""
    if proof is None:
        raise SecondFactorError(
            f"{act} needs a second factor, and {person} showed none",
            remedy="Set one up under your account at the desk, and sign in with it; in a command, give --code",
        )
    if not is_fresh(proof, at):
        raise SecondFactorError(
            f"{person} showed a second factor at {proof.detail()['at']}, not within {MINUTES} minutes of {act}",
            remedy="Show it again",
        )
    return proof
