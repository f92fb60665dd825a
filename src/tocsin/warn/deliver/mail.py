"""Send one message to one person by SMTP, and say exactly how that ended.

The moment that matters is the end of DATA. Until the last line has left, nothing was delivered, and a failure is tried
again. Once it has left and the connection breaks before the server answers, nobody can tell: that is `unsure`.
"""

from __future__ import annotations

import contextlib
import datetime
import email.policy
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from tocsin.core.errors import TocsinError
from tocsin.publish.mail import MailText
from tocsin.warn.deliver.outcome import Outcome
from tocsin.warn.deliver.settings import MailSettings

_POLICY = email.policy.SMTP.clone(cte_type="7bit")  # not every server takes 8 bits
_BROKEN = (smtplib.SMTPServerDisconnected, OSError, ssl.SSLError, EOFError)


class MailError(TocsinError):
    """A message that cannot be written."""


def compose(
    text: MailText,
    *,
    settings: MailSettings,
    from_name: str,
    to: str,
    message_id: str,
    at: datetime.datetime,
    unsubscribe_url: str = "",
) -> EmailMessage:
    """A message with both bodies, and with the headers that let one leave by one click (RFC 8058).

    Raises MailError for a header that would break out of its line; nothing of it is sent then.
    """
    message = EmailMessage(policy=_POLICY)
    try:
        message["Subject"] = text.subject
        message["From"] = Address(display_name=from_name, addr_spec=settings.sender)
        message["To"] = Address(addr_spec=to)
        if settings.reply_to:
            message["Reply-To"] = Address(addr_spec=settings.reply_to)
        message["Date"] = format_datetime(at)
        message["Message-ID"] = message_id
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = text.language
        if unsubscribe_url:
            message["List-Unsubscribe"] = f"<{unsubscribe_url}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    except ValueError as error:
        raise MailError(f"a header of the message cannot be written: {error}") from error
    message.set_content(text.text)
    message.add_alternative(text.html, subtype="html")
    return message


def send(message: EmailMessage, to: str, *, settings: MailSettings, password: str) -> Outcome:
    """Hand a message to the mail server. Never raises for what the server or the network does."""
    try:
        server = _connect(settings)
    except smtplib.SMTPResponseException as error:
        return _answered(error.smtp_code, error.smtp_error, "on connecting")
    except (*_BROKEN, smtplib.SMTPException) as error:
        return Outcome("later", f"the mail server cannot be reached: {error}")
    try:
        return _dialogue(server, message, to, settings, password)
    finally:
        with contextlib.suppress(*_BROKEN, smtplib.SMTPException):
            server.close()


def _connect(settings: MailSettings) -> smtplib.SMTP:
    if settings.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.timeout_s, context=context)
    return smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout_s)


def _dialogue(server: smtplib.SMTP, message: EmailMessage, to: str, settings: MailSettings, password: str) -> Outcome:
    try:
        server.ehlo_or_helo_if_needed()
        if settings.security == "starttls":
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if settings.user:
            server.login(settings.user, password)
        for command, answer in (("MAIL", server.mail(settings.sender)), ("RCPT", server.rcpt(to))):
            if answer[0] not in (250, 251):
                return _answered(*answer, command)
        code, said = server.docmd("DATA")
        if code != 354:
            return _answered(code, said, "DATA")
    except smtplib.SMTPNotSupportedError as error:
        return Outcome("later", f"the mail server does not offer what is asked of it: {error}")
    except smtplib.SMTPAuthenticationError as error:
        return Outcome("later", f"the mail server refuses the user or the password ({error.smtp_code})")
    except smtplib.SMTPResponseException as error:
        return _answered(error.smtp_code, error.smtp_error, "at the beginning")
    except (*_BROKEN, smtplib.SMTPException) as error:
        return Outcome("later", f"the connection broke before the message was sent: {error}")
    return _sent(server, message)


def _sent(server: smtplib.SMTP, message: EmailMessage) -> Outcome:
    try:
        server.send(_dotted(message.as_bytes(policy=_POLICY)))
        code, said = server.getreply()
    except (*_BROKEN, smtplib.SMTPException) as error:
        return Outcome("unsure", f"the connection broke after the message was sent, before an answer came: {error}")
    if code != 250:
        return _answered(code, said, "end of DATA")
    with contextlib.suppress(*_BROKEN, smtplib.SMTPException):
        server.quit()  # it has the message, whatever it says now
    return Outcome("sent", _words(code, said))


def _dotted(data: bytes) -> bytes:
    """A message as DATA carries it: a line that begins with a full stop gets another, and one alone ends it."""
    lines = data.removesuffix(b"\r\n").split(b"\r\n")
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines) + b".\r\n"


def _answered(code: int, said: bytes | str, when: str) -> Outcome:
    """5xx is for good (RFC 5321, 4.2.1); anything else may pass."""
    return Outcome("refused" if 500 <= code < 600 else "later", f"{_words(code, said)} ({when})")


def _words(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"
