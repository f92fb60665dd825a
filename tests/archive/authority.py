"""A real RFC 3161 authority for tests: openssl behind a loopback server."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.archive.serving import Answer, Asked, Server, reply, serving

CONFIG = """
[tsa]
default_tsa = tsa_config
[tsa_config]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[issuing]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[signer]
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[no_stamps]
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, codeSigning
"""


@dataclass
class Authority:
    """Keys and certificates in a folder, and a server that stamps what it is sent."""

    folder: Path
    server: Server | None = None

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def openssl(self, *words: str, data: bytes = b"") -> bytes:
        answer = subprocess.run(["openssl", *words], cwd=self.folder, input=data, capture_output=True, check=False)
        assert answer.returncode == 0, answer.stderr.decode()
        return answer.stdout

    def make(self, name: str, extensions: str, issuer: str | None) -> None:
        new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key")
        subject = ("-subj", f"/O=Loopback/CN={name}")
        signed = ("-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key") if issuer else ()
        self.openssl(
            "req", "-x509", *new, *subject, *signed, "-days", "30", "-out", f"{name}.pem",
            "-config", "openssl.cnf", "-extensions", extensions,
        )  # fmt: skip

    def stamp(self, asked: Asked) -> Answer:
        (self.folder / "asked.tsq").write_bytes(asked.body)
        self.openssl(
            "ts", "-reply", "-config", "openssl.cnf", "-queryfile", "asked.tsq", "-inkey", "signer.key",
            "-signer", "signer.pem", "-chain", "chain.pem", "-out", "answer.tsr",
        )  # fmt: skip
        return reply(body=(self.folder / "answer.tsr").read_bytes(), Content_Type="application/timestamp-reply")


@contextlib.contextmanager
def stamping(folder: Path, *, purpose: str = "signer", n_levels: int = 1) -> Iterator[Authority]:
    """An authority that answers on 127.0.0.1; with n_levels=2 an issuing certificate stands in between."""
    folder.mkdir(parents=True)
    (folder / "openssl.cnf").write_text(f"[req]\ndistinguished_name = dn\n[dn]\n{CONFIG}")
    (folder / "serial").write_text("01\n")
    authority = Authority(folder)
    authority.make("root", "root", None)
    if n_levels == 2:
        authority.make("issuing", "issuing", "root")
        authority.make("signer", purpose, "issuing")
        (folder / "chain.pem").write_text((folder / "issuing.pem").read_text())
    else:
        authority.make("signer", purpose, "root")
        (folder / "chain.pem").write_text((folder / "root.pem").read_text())
    with serving(authority.stamp) as server:
        authority.server = server
        yield authority
