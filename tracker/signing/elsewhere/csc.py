"""A provider that keeps signers' keys, spoken with by the API of the Cloud Signature Consortium (v1 and v2): who signs,
asking for the confirmation on the signer's phone, the signature of one hash. Knows no database.

Its secret and its answers are told to nobody: a fault is a code.
"""

import base64
import binascii
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self
from urllib.parse import urlencode

from tracker.settings import Secret, Settings

SECONDS = 20.0  # that an answer may take which waits for no person
MOST_BYTES = 256 * 1024
SHA256 = "2.16.840.1.101.3.4.2.1"
# What the provider may call the way its key signs; as pyHanko calls it.
ALGORITHMS: Mapping[str, str] = {
    "1.2.840.113549.1.1.11": "sha256_rsa",
    "1.2.840.10045.4.3.2": "sha256_ecdsa",
    "1.2.840.113549.1.1.1": "sha256_rsa",
    "1.2.840.10045.2.1": "sha256_ecdsa",
}
_SOON = 60.0  # seconds before its end a token is asked for anew
_REFUSED = ("denied", "refus", "reject", "declin", "cancel", "invalid_authentication_data", "invalid_otp")
_TIMED_OUT = ("expired", "timeout", "timed out", "timed_out")


class Wrong(StrEnum):
    """Why nothing comes of it."""

    AWAY = "away"  # it may be there again in a while
    NOT_ADMITTED = "not_admitted"
    NO_ACCOUNT = "no_account"
    NO_CREDENTIAL = "no_credential"
    ASKS_FOR_A_CODE = "asks_for_a_code"
    OTHER_ALGORITHM = "other_algorithm"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    NOT_UNDERSTOOD = "not_understood"


class Fault(Exception):
    """The provider did not do it; `reached`: it may have heard what it was asked."""

    def __init__(self, wrong: Wrong, *, reached: bool = True) -> None:
        super().__init__(wrong)
        self.wrong, self.reached = wrong, reached


@dataclass(frozen=True, slots=True)
class Credential:
    """A signer's key at the provider: how it is called, its certificates (DER, its own first), how it signs."""

    name: str
    certificates: Sequence[bytes]
    algorithm: str  # as the provider calls it


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The signer confirmed: what it is signed by. Or not yet (`handle`): what to ask by again."""

    activation: Secret | None = None
    handle: str | None = None


@dataclass
class Provider:
    """One, as it is set."""

    url: str  # with the version at its end: https://rs.example.vn/csc/v2
    token_url: str
    client_id: str
    client_secret: Secret
    _token: Secret | None = field(default=None, repr=False)
    _until: float = 0.0

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """The provider of an installation; none where none is set."""
        if not settings.csc_url:
            return None
        return cls(
            url=settings.csc_url,
            token_url=settings.csc_token_url or f"{settings.csc_url}/oauth2/token",
            client_id=settings.csc_client_id,
            client_secret=settings.csc_client_secret,
        )

    @property
    def second(self) -> bool:
        """Whether it speaks version 2."""
        return self.url.rpartition("/")[2].startswith("v2")

    def credential(self, account: str) -> Credential:
        """The key by which an account signs: the first that can. Raises Fault."""
        told = self._ask("credentials/list", {"userID": account}, Wrong.NO_ACCOUNT)
        names = told.get("credentialIDs")
        if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
            raise Fault(Wrong.NOT_UNDERSTOOD)
        wrong = Wrong.NO_ACCOUNT
        for name in names[:10]:
            asked = {"credentialID": name, "certificates": "chain", "certInfo": False, "authInfo": True}
            try:
                return _credential(name, self._ask("credentials/info", asked), second=self.second)
            except Fault as fault:
                if fault.wrong in (Wrong.AWAY, Wrong.NOT_ADMITTED):
                    raise
                wrong = fault.wrong
        raise Fault(wrong)

    def authorize(self, credential: str, hashed: bytes, said: str, name: str, seconds: float) -> Confirmed:
        """Have the signer asked, on the phone, whether this hash is signed; `said`: what is shown there, `name`: ours
        of the request. Version 1 answers when the signer has. Raises Fault."""
        asked: dict[str, Any] = {
            "credentialID": credential,
            "numSignatures": 1,
            "description": said,
            "clientData": name,
        }
        if self.second:
            asked |= {"hashes": [_text(hashed)], "hashAlgorithmOID": SHA256}
        else:
            asked |= {"hash": [_text(hashed)]}
        return self._confirmed(self._ask("credentials/authorize", asked, Wrong.REFUSED, seconds))

    def check(self, handle: str) -> Confirmed:
        """Whether the signer has confirmed meanwhile. Raises Fault."""
        return self._confirmed(self._ask("credentials/authorizeCheck", {"handle": handle}, Wrong.REFUSED))

    def sign(self, credential: str, algorithm: str, hashed: bytes, activation: Secret, name: str) -> bytes:
        """The signature of a hash that was confirmed. Raises Fault."""
        asked = {
            "credentialID": credential,
            "SAD": activation.get_secret_value(),
            "hashes" if self.second else "hash": [_text(hashed)],
            "hashAlgorithmOID" if self.second else "hashAlgo": SHA256,
            "signAlgo": algorithm,
            "clientData": name,
        }
        found = self._ask("signatures/signHash", asked, Wrong.REFUSED).get("signatures")
        if not isinstance(found, list) or len(found) != 1:
            raise Fault(Wrong.NOT_UNDERSTOOD)
        return _bytes(found[0])

    def _confirmed(self, told: Mapping[str, Any]) -> Confirmed:
        activation, handle = told.get("SAD"), told.get("handle")
        if isinstance(activation, str) and activation:
            return Confirmed(Secret(activation))
        if isinstance(handle, str) and handle and self.second:
            return Confirmed(handle=handle)
        raise Fault(Wrong.NOT_UNDERSTOOD)

    def _ask(
        self, method: str, asked: Mapping[str, Any], otherwise: Wrong = Wrong.NOT_UNDERSTOOD, seconds: float = SECONDS
    ) -> dict[str, Any]:
        """Its answer to one question. Raises Fault; `otherwise`: what it is where the provider says no."""
        for again in (True, False):
            headers = {"Authorization": f"Bearer {self._admitted()}", "Content-Type": "application/json"}
            status, told = _post(f"{self.url}/{method}", headers, json.dumps(asked).encode(), seconds)
            if status != 401 or not again:
                break
            self._token = None
        if status in (200, 202):
            return told
        raise Fault(_wrong(status, told, otherwise))

    def _admitted(self) -> str:
        """By which it knows us: asked for with our secret, and kept as long as it holds."""
        if self._token is None or time.monotonic() > self._until:
            sent = {"grant_type": "client_credentials", "client_id": self.client_id, "scope": "service"}
            sent["client_secret"] = self.client_secret.get_secret_value()
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            status, told = _post(self.token_url, headers, urlencode(sent).encode(), SECONDS)
            token = told.get("access_token")
            if status != 200 or not isinstance(token, str) or not token:
                raise Fault(_wrong(status, {}, Wrong.NOT_ADMITTED))
            lasts = told.get("expires_in")
            self._token = Secret(token)
            self._until = time.monotonic() + (lasts if isinstance(lasts, int) else 300) - _SOON
        return self._token.get_secret_value()


def _credential(name: str, told: Mapping[str, Any], *, second: bool) -> Credential:
    key, cert = _part(told, "key"), _part(told, "cert")
    if key.get("status", "enabled") != "enabled" or cert.get("status", "valid") != "valid":
        raise Fault(Wrong.NO_CREDENTIAL)
    auth = _part(told, "auth")
    mode = str(auth.get("mode", "") if second else told.get("authMode", ""))
    if mode == "oauth2code" or (mode == "explicit" and (not second or auth.get("objects"))):
        raise Fault(Wrong.ASKS_FOR_A_CODE)
    offered = key.get("algo")
    algorithm = next((one for one in ALGORITHMS if isinstance(offered, list) and one in offered), None)
    if algorithm is None:
        raise Fault(Wrong.OTHER_ALGORITHM)
    certificates = cert.get("certificates")
    if not isinstance(certificates, list) or not certificates:
        raise Fault(Wrong.NOT_UNDERSTOOD)
    return Credential(name, [_bytes(one) for one in certificates[:10]], algorithm)


def _part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def _wrong(status: int, told: Mapping[str, Any], otherwise: Wrong) -> Wrong:
    """What an answer says that is no answer."""
    if status >= 500 or status == 429:
        return Wrong.AWAY
    if status in (401, 403) and otherwise is not Wrong.REFUSED:
        return Wrong.NOT_ADMITTED
    said = f"{told.get('error', '')} {told.get('error_description', '')}".lower()
    if any(word in said for word in _TIMED_OUT):
        return Wrong.TIMED_OUT
    if otherwise is Wrong.REFUSED and not any(word in said for word in _REFUSED):
        return Wrong.NOT_UNDERSTOOD
    return otherwise


class _NoWayRound(urllib.request.HTTPRedirectHandler):
    """Whoever leads elsewhere is not followed: our secret stays with whom it was given to."""

    def redirect_request(self, *_given: Any) -> None:
        """Nowhere."""
        return


_OPENER = urllib.request.build_opener(_NoWayRound)


def _post(address: str, headers: Mapping[str, str], body: bytes, seconds: float) -> tuple[int, dict[str, Any]]:
    """Status and answer. Raises Fault where there is none."""
    request = urllib.request.Request(address, body, dict(headers), method="POST")  # noqa: S310 - settings want http(s)
    try:
        try:
            with _OPENER.open(request, timeout=seconds) as answer:
                status, content = answer.status, answer.read(MOST_BYTES + 1)
        except urllib.error.HTTPError as answer:
            with answer:
                status, content = answer.code, answer.read(MOST_BYTES + 1)
    except urllib.error.URLError as fault:  # nobody was spoken with, unless it took too long
        raise Fault(Wrong.AWAY, reached=isinstance(fault.reason, TimeoutError)) from fault
    except (OSError, http.client.HTTPException) as fault:
        raise Fault(Wrong.AWAY) from fault
    if len(content) > MOST_BYTES:
        raise Fault(Wrong.NOT_UNDERSTOOD)
    try:
        told = json.loads(content)
    except ValueError:
        told = None
    if isinstance(told, dict):
        return status, told
    if status < 300:
        raise Fault(Wrong.NOT_UNDERSTOOD)
    return status, {}


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: object) -> bytes:
    try:
        return base64.b64decode(text if isinstance(text, str) else b"", validate=True)
    except (binascii.Error, ValueError):
        raise Fault(Wrong.NOT_UNDERSTOOD) from None
