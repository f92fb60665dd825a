"""An edition as a message: subject, plain text and simple HTML. Short: who it is about, what changed, where to read on.

The desk's own words come from the catalogue, what is said of the danger from the edition, with who says it.
"""

from __future__ import annotations

import msgspec

from tocsin.core.geography import find_country
from tocsin.publish.addresses import edition_url
from tocsin.publish.html.environment import render
from tocsin.publish.plain_text import visible
from tocsin.publish.reading import Reading
from tocsin.publish.words import Words

LONGEST_SUBJECT = 150
"""Characters; what is longer is cut at a word. A phone shows some 40: so what matters stands first."""


class MailText(msgspec.Struct, frozen=True):
    """A message without its addresses."""

    subject: str
    text: str
    html: str
    language: str


class _Part(msgspec.Struct, frozen=True):
    """A heading and its lines; `url` where a line is a link."""

    heading: str
    lines: tuple[str, ...]
    urls: tuple[tuple[str, str], ...] = ()


def warning_mail(reading: Reading, words: Words, *, manage_url: str, unsubscribe_url: str) -> MailText:
    """What a subscriber is sent of an edition."""
    issue, content = reading.issue, reading.content
    parts = [
        _Part(words("mail-bottom-line"), (content.bottom_line,)),
        _Part(
            words("mail-level"),
            (words("mail-level-by", level=words(f"level-{content.level.declared}"), by=content.level.declared_by),),
        ),
    ]
    if issue.reason:
        parts.append(_Part(words(f"mail-why-{issue.message_type}"), (issue.reason,)))
    if content.changes:
        lines = tuple(f"{change.field}: {change.meaning}" for change in content.changes)
        parts.append(_Part(words("mail-changed"), lines))
    if issue.message_type == "Cancel":
        parts.append(_Part(words("mail-withdrawn"), (words("cap-withdrawal"),)))
    url = edition_url(issue)
    links = [(words("mail-page"), url), (words("mail-pdf"), edition_url(issue, "warning.pdf"))]
    parts.append(_Part(words("mail-read"), (), tuple(links)))
    verify = (words("mail-verify-text", sha256=reading.sha256),)
    parts.append(_Part(words("mail-verify"), verify, ((words("mail-verify-how"), f"{issue.desk.url}/verify.html"),)))
    foot = _Part(
        "", (words("mail-why-you", desk=issue.desk.name), content.nature),
        ((words("mail-manage"), manage_url), (words("mail-unsubscribe"), unsubscribe_url)),
    )  # fmt: skip
    notice = _notice(reading, words)
    return _written(_subject(reading, words), notice, content.headline, parts, foot, content.language)


def confirmation_mail(words: Words, *, desk: str, confirm_url: str, topics: tuple[str, ...]) -> MailText:
    """What somebody is sent who asked to be told: nothing follows unless they say yes."""
    parts = [
        _Part(words("mail-confirm-asked", desk=desk), topics),
        _Part(words("mail-confirm-do"), (), ((words("mail-confirm-link"), confirm_url),)),
    ]
    foot = _Part("", (words("mail-confirm-else"),))
    subject = words("mail-confirm-subject", desk=desk)
    return _written(subject, "", subject, parts, foot, words.lang)


def already_mail(words: Words, *, desk: str, manage_url: str) -> MailText:
    """What a subscriber is sent who asks again: the page that answers them may not say that they are one."""
    parts = [_Part(words("mail-already"), (), ((words("mail-manage"), manage_url),))]
    subject = words("mail-already-subject", desk=desk)
    return _written(subject, "", subject, parts, _Part("", (words("mail-confirm-else"),)), words.lang)


def _subject(reading: Reading, words: Words) -> str:
    """`EXERCISE: Update: Warning, Armenia: headline`: what sort of message, how grave, where."""
    issue, content = reading.issue, reading.content
    status = "" if issue.status == "Actual" else words(f"cap-status-{issue.status}").upper()
    kind = "" if issue.message_type == "Alert" else words(f"message-{issue.message_type}")
    countries = [find_country(code) for code in content.situation.countries]
    named = words.all_of([country.label for country in countries if country]) or content.situation.title
    level = words("mail-subject-level", level=words(f"level-{content.level.declared}"), place=named)
    return ": ".join(part for part in (status, kind, level, content.headline) if part)


def _notice(reading: Reading, words: Words) -> str:
    status = reading.issue.status
    return "" if status == "Actual" else f"{words(f'cap-status-{status}').upper()}. {words(f'mail-status-{status}')}"


def _written(subject: str, notice: str, headline: str, parts: list[_Part], foot: _Part, language: str) -> MailText:
    subject = " ".join(visible(subject).split())
    if len(subject) > LONGEST_SUBJECT:
        subject = f"{subject[:LONGEST_SUBJECT].rsplit(' ', 1)[0]} …"
    blocks = [notice, headline] if notice else [headline]
    for part in (*parts, foot):
        lines = [f"{part.heading}:"] if part.heading else ["--"]
        lines += part.lines
        lines += [f"{name}: {url}" for name, url in part.urls]
        blocks.append("\n".join(lines))
    html = render(
        "mail.html", language=language, subject=subject, notice=notice, headline=headline, parts=parts, foot=foot
    )
    return MailText(subject=subject, text=visible("\n\n".join(blocks) + "\n"), html=visible(html), language=language)
