"""What may be an address. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tocsin.core.errors import TocsinError

_MAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
_LONGEST_MAIL = 254


class AddressError(TocsinError):
    """What cannot be an address."""


def check_mail_address(text: str) -> str:
    """An e-mail address, without the spaces around it. Raises AddressError.

    Only letters, digits and signs that need no quoting: so none can break out of a header or of the SMTP dialogue.
    Names of hosts in other scripts are written in their ASCII form (xn--).
    """
    address = text.strip(" ")
    if len(address) > _LONGEST_MAIL or not _MAIL.fullmatch(address):
        raise AddressError("this is no e-mail address that can be used", remedy="Write it as name@example.org")
    return address


def check_web_address(text: str, allow_hosts: tuple[str, ...] = ()) -> str:
    """The address of a webhook or a hub: https, without a password. Raises AddressError.

    Plain http is for hosts that the desk allows by name. Where an address leads is judged when it is connected to.
    """
    address = text.strip(" ")
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        host = ""
        parts = urlsplit("")
    printable = address.isascii() and address.isprintable() and " " not in address
    if not host or not printable or parts.scheme not in ("https", "http") or parts.username or parts.password:
        raise AddressError("this is no address that can be used", remedy="Write it as https://example.org/hook")
    if parts.scheme == "http" and host not in allow_hosts:
        raise AddressError("messages would travel unencrypted", remedy="Give an address that begins with https://")
    return address
