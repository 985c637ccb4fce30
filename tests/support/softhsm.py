"""A token of PKCS#11 for tests: SoftHSM 2, with its tokens in a folder that can be taken away as a token is pulled."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pkcs11
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from pkcs11 import Attribute, CertificateType, KeyType, ObjectClass
from pkcs11.util.rsa import encode_rsa_public_key

from tests.support import debian
from tests.support.pki import Authority

PIN, SO_PIN = "471108", "87654321"


@dataclass
class Softhsm:
    """One installation. Its library reads `configuration` when it is first loaded (SOFTHSM2_CONF)."""

    folder: Path
    module: str = field(init=False)

    def __post_init__(self) -> None:
        self.module = str(debian.library("softhsm", "**/softhsm/libsofthsm2.so"))
        self.tokens.mkdir()
        self.configuration.write_text(f"directories.tokendir = {self.tokens}\nlog.level = ERROR\n")

    @property
    def configuration(self) -> Path:
        """Its settings."""
        return self.folder / "softhsm2.conf"

    @property
    def tokens(self) -> Path:
        """Where its tokens are."""
        return self.folder / "tokens"

    def make(self, token: str) -> None:
        """A token of that label."""
        command = [debian.program("softhsm", "softhsm2-util"), "--module", self.module, "--init-token", "--free"]
        command += ["--label", token, "--so-pin", SO_PIN, "--pin", PIN]
        environment = {**debian.environment("softhsm"), "SOFTHSM2_CONF": str(self.configuration)}
        subprocess.run(command, env=environment, check=True, capture_output=True)

    def make_key(self, token: str, label: str, authority: Authority) -> x509.Certificate:
        """A key that is made on the token and never leaves it, with its certificate and the one above beside it."""
        with self._open(token) as session:
            public, _private = session.generate_keypair(KeyType.RSA, 2048, store=True, label=label)
            told = asn1.PublicKeyInfo.wrap(encode_rsa_public_key(public), "rsa").dump()
            made = authority.holder(f"Dấu trên thiết bị {label}", key=load_der_public_key(told))
            for name, one in ((label, made.certificate), ("cap", authority.issuing.certificate)):
                session.create_object(
                    {
                        Attribute.CLASS: ObjectClass.CERTIFICATE,
                        Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
                        Attribute.TOKEN: True,
                        Attribute.LABEL: name,
                        Attribute.SUBJECT: one.subject.public_bytes(),
                        Attribute.ISSUER: one.issuer.public_bytes(),
                        Attribute.VALUE: one.public_bytes(Encoding.DER),
                    }
                )
        return made.certificate

    def pull(self) -> None:
        """Take all tokens away."""
        self.tokens.rename(self.folder / "pulled")
        self.tokens.mkdir()

    def put_back(self) -> None:
        """As before."""
        self.tokens.rmdir()
        (self.folder / "pulled").rename(self.tokens)

    def _open(self, token: str) -> Any:
        library = pkcs11.lib(self.module)
        library.reinitialize()
        return library.get_token(token_label=token).open(rw=True, user_pin=PIN)
