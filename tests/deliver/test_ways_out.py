"""What may leave, and where to: hostile addresses, headers, hosts; the signature of a webhook; who gets what."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

import msgspec
import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.cases import AT
from tests.deliver.receiving import mail_server, web_server
from tocsin.core.model.edition import Edition
from tocsin.core.model.judgement import Subscription
from tocsin.core.rules.following import wants
from tocsin.publish.mail import warning_mail
from tocsin.publish.reading import Reading
from tocsin.publish.words import words
from tocsin.warn.deliver import mail, webhook
from tocsin.warn.deliver.addressing import AddressError, check_mail_address, check_web_address
from tocsin.warn.deliver.post import post
from tocsin.warn.deliver.settings import MailSettings, WebhookSettings


@pytest.mark.parametrize("good", ["ana@example.org", " a.b+c@sub.example.org ", "x_1@xn--bcher-kva.example"])
def test_an_address_is_taken(good: str) -> None:
    assert check_mail_address(good) == good.strip()


@pytest.mark.parametrize(
    "bad",
    [
        "", "ana", "ana@", "@example.org", "ana@host", "a@b@example.org", "ana@example.org\nBcc: x@example.org",
        "ana@example.org\r\nRCPT TO:<x@example.org>", '"a b"@example.org', "ana@example.org,x@example.org",
        "<ana@example.org>", "ana@-example.org", "ana@example..org", "аna@example.org", "ana@example.org\x00",
        f"{'a' * 250}@example.org", "ana@[127.0.0.1]",
    ],
)  # fmt: skip
def test_what_could_break_out_of_a_header_is_no_address(bad: str) -> None:
    with pytest.raises(AddressError):
        check_mail_address(bad)


@pytest.mark.parametrize(
    "bad",
    [
        "http://example.org/hook", "ftp://example.org/", "javascript:alert(1)", "https://", "https://user:pw@example.org/",
        "https://example.org/a b", "https://example.org/\r\nX: y", "https://exämple.org/", "file:///etc/passwd",
        "https://example.org:99999/",
    ],
)  # fmt: skip
def test_a_webhook_of_another_kind_is_refused(bad: str) -> None:
    with pytest.raises(AddressError):
        check_web_address(bad)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "::1", "fd00::1", "::ffff:127.0.0.1", "0.0.0.0"],
)
def test_a_webhook_that_leads_behind_the_desk_is_not_connected_to(address: str) -> None:
    with web_server() as (server, url):
        port = url.rpartition(":")[2]
        outcome = post(
            f"http://hook.example.org:{port}/", b"{}", {}, settings=WebhookSettings(), at=AT,
            resolve=lambda host, port: [address],
        )  # fmt: skip
        assert outcome.kind == "refused"
        assert "refused" in outcome.said
        assert server.requests == []


def test_a_host_that_nobody_answers_at_is_tried_later() -> None:
    with web_server() as (_, url):
        pass  # it is gone by now
    outcome = post(f"{url}/", b"{}", {}, settings=WebhookSettings(allow_hosts=("127.0.0.1",)), at=AT)
    assert outcome.kind == "later"


def test_a_webhook_that_never_answers_is_unsure_once_the_time_is_up() -> None:
    import time

    with web_server() as (server, url):
        server.answer = lambda path: time.sleep(1.5) or 200
        limits = WebhookSettings(allow_hosts=("127.0.0.1",), timeout_s=0.5)
        outcome = post(f"{url}/", b"{}", {}, settings=limits, at=AT)
    assert outcome.kind == "unsure"


def test_the_signature_is_that_of_standard_webhooks() -> None:
    # The example of the specification, https://github.com/standard-webhooks/standard-webhooks
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert webhook.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body) == expected


SETTINGS = MailSettings(host="127.0.0.1", sender="warnings@desk.example.org", security="none", timeout_s=5)


def a_message(reading: Reading):
    text = warning_mail(reading, words("en"), manage_url="https://d.example/m", unsubscribe_url="https://d.example/u")
    return mail.compose(
        text, settings=SETTINGS, from_name="Test desk", to="ana@example.org", message_id="<1@d.example>", at=AT,
        unsubscribe_url="https://d.example/u",
    )  # fmt: skip


def test_a_message_can_be_left_with_one_click(readings: tuple[Reading, Reading]) -> None:
    message = a_message(readings[0])
    assert message["List-Unsubscribe"] == "<https://d.example/u>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        assert body is not None
        said = body.get_content()
        assert "https://d.example/u" in said
        assert "This message is no real alert" in said
        assert "https://desk.example.org/verify.html" in said


def test_a_subject_says_what_how_grave_and_where(readings: tuple[Reading, Reading]) -> None:
    first, second = (a_message(reading)["Subject"] for reading in readings)
    assert first.startswith("EXERCISE: Warning, Armenia")
    assert second.startswith("EXERCISE: Update: ")


def test_a_headline_of_several_lines_stays_one_header(readings: tuple[Reading, Reading]) -> None:
    reading = readings[0]
    evil = "An end\r\nBcc: everybody@example.org\r\n\r\nand a body"
    content = msgspec.structs.replace(
        reading.content, headline=evil, bottom_line="<script>alert(1)</script>\r\n.\r\nQUIT"
    )
    edition = msgspec.structs.replace(reading.edition, content=content)
    message = a_message(Reading(edition, reading.sha256, AT.date()))
    assert message["Bcc"] is None
    html = message.get_body(("html",))
    assert html is not None
    assert "<script>" not in html.get_content()
    with mail_server() as (server, port):
        outcome = mail.send(
            message, "ana@example.org", settings=msgspec.structs.replace(SETTINGS, port=port), password=""
        )  # fmt: skip
        assert outcome.kind == "sent"
        assert server.to == ["ana@example.org"]
        (arrived,) = server.messages
        body = arrived.get_body(("plain",))
        assert body is not None
        assert "\n.\n" in body.get_content().replace("\r\n", "\n"), (
            "a full stop alone on its line does not end a message"
        )


def test_a_server_without_encryption_is_sent_nothing(readings: tuple[Reading, Reading]) -> None:
    with mail_server() as (server, port):
        encrypted = msgspec.structs.replace(SETTINGS, port=port, security="starttls")
        outcome = mail.send(a_message(readings[0]), "ana@example.org", settings=encrypted, password="")
        assert outcome.kind == "later"
        assert server.messages == []


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key and a certificate for localhost in one file, signed by itself."""
    file = tmp_path / "mail.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", file, "-out",
         tmp_path / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    file.write_text(file.read_text() + (tmp_path / "cert.pem").read_text())
    return file


def test_a_password_travels_encrypted_and_to_a_server_that_is_known_only(
    readings: tuple[Reading, Reading], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[bytes, bytes]] = []

    def check(server: object, session: object, envelope: object, mechanism: str, said: LoginPassword) -> AuthResult:
        seen.append((said.login, said.password))
        return AuthResult(success=said.password == b"right")

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with mail_server(tls_context=context, require_starttls=True, auth_required=True, authenticator=check) as (
        server,
        port,
    ):
        settings = msgspec.structs.replace(SETTINGS, host="localhost", port=port, security="starttls", user="desk")
        message = a_message(readings[0])
        assert mail.send(message, "ana@example.org", settings=settings, password="right").kind == "later"
        assert seen == [], "nobody knows this server: it gets no password"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        refused = mail.send(message, "ana@example.org", settings=settings, password="wrong")
        assert (refused.kind, server.messages) == ("later", []), "it passes once the desk mends its password"
        assert mail.send(message, "ana@example.org", settings=settings, password="right").kind == "sent"
        assert len(server.messages) == 1


@pytest.mark.parametrize(
    ("chosen", "declared", "message_type", "had", "told"),
    [
        ({}, "watch", "Alert", False, True),
        ({"level": "warning"}, "watch", "Alert", False, False),
        ({"level": "warning"}, "warning", "Alert", False, True),
        ({"level": "warning"}, "emergency", "Update", False, True),
        ({"level": "warning"}, "watch", "Update", True, True),
        ({"level": "warning"}, "none", "Cancel", True, True),
        ({}, "emergency", "Cancel", False, False),
        ({"situations": ("elsewhere",)}, "emergency", "Alert", False, False),
        ({"situations": ("armenia-azerbaijan",)}, "watch", "Alert", False, True),
        ({"languages": ("fr",)}, "emergency", "Alert", False, False),
        ({"languages": ("fr", "en")}, "emergency", "Alert", False, True),
    ],
)
def test_who_is_told(
    armenia: tuple[Edition, Edition], chosen: dict, declared: str, message_type: str, had: bool, told: bool
) -> None:
    edition = armenia[0]
    level = msgspec.structs.replace(edition.content.level, declared=declared)
    edition = msgspec.structs.replace(
        edition,
        content=msgspec.structs.replace(edition.content, level=level),
        issue=msgspec.structs.replace(edition.issue, message_type=message_type),
    )
    assert wants(Subscription(channel="mail", **chosen), edition, had_an_earlier_one=had) is told
