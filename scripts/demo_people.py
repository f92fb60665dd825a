"""Give the demonstration's two people a password and codes, and say them.

Anybody who reads the terminal may sign in: a demonstration desk issues exercises only.
"""

from __future__ import annotations

import datetime
import secrets
import sys
from pathlib import Path

from tocsin.web import setup

WORDS = ("river", "stone", "lamp", "orchard", "bridge", "harbour", "wool", "copper", "window", "meadow", "anchor")


def main(folder: Path, *usernames: str) -> None:
    """Set up each person, and print what they sign in with."""
    setup(folder)
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from tocsin.records.people import actions
    from tocsin.records.people.queries import get_person

    admin, at = get_person("admin"), datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    for username in usernames:
        person = get_person(username)
        password = "-".join(secrets.choice(WORDS) for _ in range(4))
        link = actions.make_password_link(by=admin, at=at, person=person, reason="demonstration")
        actions.use_link(by=person, at=at, token=link.token, password=password)
        TOTP.activate(person, generate_totp_secret())
        codes = RecoveryCodes.activate(person).get_unused_codes()
        print(f"  {username}  password {password}")
        print(f"  {' ' * len(username)}  codes    {' '.join(codes[:8])}   (each works once)")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
