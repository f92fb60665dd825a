"""A third party signs when it saw a hash; nobody, the desk included, can change that afterwards."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.archive.authority import Authority, stamping
from tests.archive.conftest import AT, an_origin
from tests.archive.serving import reply, serving
from tests.archive.test_fetching import fetcher
from tests.archive.test_keeping import flip
from tocsin.archive import Archive, DamagedError
from tocsin.archive.custody import decode_event
from tocsin.archive.sealing import seal
from tocsin.archive.settings import TimestampAuthority
from tocsin.archive.timestamp import (
    Stamp,
    TimestampError,
    encode_request,
    in_der_order,
    request_stamp,
    verify_stamp,
)

SUBJECT = hashlib.sha256(b"evidence").hexdigest()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with stamping(tmp_path_factory.mktemp("authority") / "tsa") as one:
        yield one


@pytest.fixture(scope="module")
def stamp(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Stamp:
    return ask(authority, tmp_path_factory.mktemp("stamp"))


def named(authority: Authority) -> TimestampAuthority:
    assert authority.server
    return TimestampAuthority(authority.server.url("/tsr"), str(authority.root))


def ask(authority: Authority, folder: Path) -> Stamp:
    return request_stamp(fetcher(), named(authority), SUBJECT, desk=Path("/"), scratch=folder / "answer")


def sealed(archive: Archive, authority: Authority, data: bytes = b"evidence") -> str:
    sha256 = archive.add_bytes(data, origin=an_origin(), at=AT, by="analyst").sha256
    told = seal(archive, fetcher(), [named(authority)], [sha256], desk=Path("/"), clock=lambda: AT, by="analyst")
    assert told == []
    return sha256


def seal_by(archive: Archive, authority: Authority, sha256: str) -> list[str]:
    return seal(archive, fetcher(), [named(authority)], [sha256], desk=Path("/"), clock=lambda: AT, by="analyst")


def test_a_real_authoritys_stamp_is_verified_offline(stamp: Stamp) -> None:
    assert verify_stamp(stamp, SUBJECT) == stamp.stamped_at
    assert verify_stamp(stamp, SUBJECT, roots_pem=[stamp.root_pem]) == stamp.stamped_at


def test_a_chain_with_an_issuing_certificate_in_between_is_verified(tmp_path: Path) -> None:
    with stamping(tmp_path / "tsa", n_levels=2) as authority:
        stamp = ask(authority, tmp_path)
    assert verify_stamp(stamp, SUBJECT) == stamp.stamped_at


def test_openssl_reads_our_request_as_we_meant_it(stamp: Stamp, tmp_path: Path) -> None:
    (tmp_path / "asked.tsq").write_bytes(stamp.request)
    said = subprocess.run(
        ["openssl", "ts", "-query", "-in", "asked.tsq", "-text"], cwd=tmp_path, capture_output=True, check=True
    ).stdout.decode()
    assert "Version: 1" in said
    assert "Hash Algorithm: sha256" in said
    assert "Certificate required: yes" in said
    assert f"Nonce: 0x{int(stamp.nonce):X}" in said


@given(st.integers(0, 2**64 - 1))
def test_every_nonce_is_encoded_as_a_positive_number(nonce: int) -> None:
    request = encode_request("ab" * 32, nonce)
    number = request[request.index(b"\xab" * 32) + 32 :][:-3]
    assert number[0] == 2
    assert int.from_bytes(number[2:], signed=True) == nonce


def test_another_hash_is_not_covered(stamp: Stamp) -> None:
    with pytest.raises(TimestampError, match="Mismatch"):
        verify_stamp(stamp, hashlib.sha256(b"other").hexdigest())


def test_a_stamp_of_another_request_is_not_accepted(stamp: Stamp) -> None:
    with pytest.raises(TimestampError, match="Nonce"):
        verify_stamp(structs.replace(stamp, nonce="1"), SUBJECT)


def test_a_root_that_did_not_sign_is_not_accepted(stamp: Stamp, tmp_path: Path) -> None:
    with stamping(tmp_path / "tsa") as other, pytest.raises(TimestampError, match="does not hold"):
        verify_stamp(stamp, SUBJECT, roots_pem=[other.root.read_text()])


def test_a_certificate_that_is_not_for_stamping_is_not_accepted(tmp_path: Path, stamp: Stamp) -> None:
    """openssl itself refuses to stamp with such a certificate, so the answer never comes."""
    with stamping(tmp_path / "tsa") as authority:
        authority.make("signer", "no_stamps", "root")
        with pytest.raises(AssertionError, match="certificate"):
            authority.stamp(type("Asked", (), {"body": stamp.request})())


def test_no_flipped_byte_changes_what_is_proved(stamp: Stamp) -> None:
    """What lies outside the signature (a spare copy of the root) may change, instant and hash may not."""
    signed_at = stamp.response.index(bytes.fromhex(SUBJECT))
    for at in [*range(signed_at - 20, signed_at + 60), *range(0, len(stamp.response), 8)]:
        altered = bytearray(stamp.response)
        altered[at] ^= 1
        try:
            told = verify_stamp(structs.replace(stamp, response=bytes(altered)), SUBJECT)
        except TimestampError:
            continue
        assert told == stamp.stamped_at
        assert not signed_at - 20 <= at < signed_at + 60


@pytest.mark.parametrize("answer", [b"", b"no", b"\x30\x03\x02\x01\x02", b"0\x05" + b"0\x03\x02\x01\x02"])
def test_an_answer_that_is_no_stamp_is_refused(tmp_path: Path, authority: Authority, answer: bytes) -> None:
    with serving(reply(body=answer, Content_Type="application/timestamp-reply")) as server:
        told = TimestampAuthority(server.url(), str(authority.root))
        with pytest.raises(TimestampError):
            request_stamp(fetcher(), told, SUBJECT, desk=Path("/"), scratch=tmp_path / "answer")
    assert list(tmp_path.iterdir()) == []


@given(st.binary(max_size=300))
def test_any_bytes_pass_the_reordering_without_harm(data: bytes) -> None:
    assert sorted(in_der_order(data)) == sorted(data)


def test_a_capture_and_the_logs_head_are_sealed_and_hold(archive: Archive, authority: Authority) -> None:
    sha256 = sealed(archive, authority)
    assert [event.event for event in archive.custody(sha256)] == ["collected", "sealed"]
    assert len(list(archive.log.lines())) == 3
    assert len(list(archive.captures())) == 1
    assert list(archive.verify(roots_pem=[authority.root.read_text()])) == []


def test_sealing_again_asks_nobody(archive: Archive, authority: Authority) -> None:
    sha256 = sealed(archive, authority)
    assert authority.server
    n_asked = len(authority.server.asked)
    seal_by(archive, authority, sha256)
    assert len(authority.server.asked) == n_asked


def test_a_root_that_the_desk_does_not_trust_is_a_fault(archive: Archive, authority: Authority, tmp_path: Path) -> None:
    sealed(archive, authority)
    with stamping(tmp_path / "tsa") as other:
        faults = list(archive.verify(roots_pem=[other.root.read_text()]))
    assert [fault.kind for fault in faults] == ["stamp", "stamp"]


def test_an_altered_stamp_is_named(archive: Archive, authority: Authority) -> None:
    sha256 = sealed(archive, authority)
    ref = archive.custody(sha256)[1].timestamp_token_ref
    place = archive.folder / "stamps" / ref[:2] / ref
    flip(place)
    assert [(fault.kind, fault.where) for fault in archive.verify()] == [("stamp", str(place))]
    with pytest.raises(DamagedError):
        archive.stamp(ref)


def test_a_history_written_anew_no_longer_contains_the_sealed_head(archive: Archive, authority: Authority) -> None:
    """Someone who may write anywhere drops the first event and chains the rest again, hash by hash."""
    archive.add_bytes(b"inconvenient", origin=an_origin("inconvenient"), at=AT, by="analyst")
    sealed(archive, authority)
    events = [archive.log.events(sha256) for sha256 in dict.fromkeys(_subjects(archive))]
    kept = [event for some in events[1:] for event in some]
    archive.log.file.unlink()
    forged = Archive(archive.folder)
    forged.log.append(kept)
    faults = [finding for finding in forged.verify() if finding.is_fault]
    assert [fault.problem for fault in faults] == ["what was stamped is neither a capture nor a state of this log"]


def _subjects(archive: Archive) -> list[str]:
    return [decode_event(line).sha256 for line in archive.log.lines()]


def test_an_authority_that_does_not_answer_stops_nothing(archive: Archive, authority: Authority) -> None:
    sha256 = archive.add_bytes(b"x", origin=an_origin(), at=AT, by="analyst").sha256
    with serving(reply("503 Busy")) as server:
        down = TimestampAuthority(server.url(), str(authority.root))
        told = seal(archive, fetcher(), [down, named(authority)], [sha256], desk=Path("/"), clock=lambda: AT, by="a")
    assert len(told) == 1
    assert "not timestamped by" in told[0]
    assert [event.event for event in archive.custody(sha256)] == ["collected", "sealed"]


def test_a_missing_root_is_said(archive: Archive) -> None:
    sha256 = archive.add_bytes(b"x", origin=an_origin(), at=AT, by="analyst").sha256
    nowhere = TimestampAuthority("http://127.0.0.1/", "nowhere.pem")
    told = seal(archive, fetcher(), [nowhere], [sha256], desk=archive.folder, clock=lambda: AT, by="a")
    assert "root certificate cannot be read" in told[0]
