"""A server of timestamps (RFC 3161): asked over HTTP, and believed only where its answer fits the question, tells about
our time, and is signed by somebody whom an authority vouches for that is trusted here."""

import http.client
import time
import urllib.request
from datetime import datetime
from typing import Any

from asn1crypto import cms, core, tsp
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import handle_tsp_response
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus

from tracker.signing.outside.certificates import Trust
from tracker.signing.outside.examination import CLOCKS_DIFFER, chain_of, context_of
from tracker.signing.outside.faults import Fault
from tracker.signing.sealing.unsealed import NoStamp, Why

SECONDS = 8.0  # for one answer; a seal asks three times, within the minute of the job's lease
_MOST_BYTES = 64 * 1024
_PIECE = 4096


class _Status(core.Sequence):  # type: ignore[misc]
    """An answer as far as its status: one that refuses has no stamp, which the library's own would not read."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", core.Any, {"optional": True})]  # noqa: RUF012


class Server(TimeStamper):
    """One, by its address. `at`: about when its stamps are to be of."""

    def __init__(self, address: str, trust: Trust, at: datetime) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.address, self._trust, self._at = address, trust, at

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """A stamp of a hash. Raises NoStamp."""
        nonce, question = self.request_cms(message_digest, md_algorithm)  # type: ignore[no-untyped-call]
        answer = await self.async_request_tsa_response(question)
        try:
            stamp = handle_tsp_response(answer, nonce)
            status = await self._judged(stamp, message_digest, md_algorithm)
        except (SigningError, SignatureValidationError, ValueError, TypeError, KeyError, AttributeError):
            raise NoStamp(Why.STAMP_OF_OTHER) from None
        if not (status.intact and status.valid) or abs(status.timestamp - self._at) > CLOCKS_DIFFER:
            raise NoStamp(Why.STAMP_OF_OTHER)
        self._must_be_trusted(status)
        return stamp

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """What it answers. Raises NoStamp."""
        try:
            answer = self._answer(req.dump())
            if _Status.load(answer)["status"]["status"].native not in ("granted", "granted_with_mods"):
                raise NoStamp(Why.STAMP_REFUSED)
            return tsp.TimeStampResp.load(answer)
        except (OSError, http.client.HTTPException):
            raise NoStamp(Why.STAMPS_AWAY) from None
        except (ValueError, TypeError):
            raise NoStamp(Why.STAMP_OF_OTHER) from None

    async def _judged(self, stamp: Any, digest: bytes, algorithm: str) -> TimestampSignatureStatus:
        told = stamp["content"]["encap_content_info"]["content"].parsed["message_imprint"]
        if told["hash_algorithm"]["algorithm"].native != algorithm or told["hashed_message"].native != digest:
            raise NoStamp(Why.STAMP_OF_OTHER)
        kept = await validate_tst_signed_data(stamp["content"], context_of(self._trust, self._at), lambda _name: digest)
        return TimestampSignatureStatus(**kept)

    def _must_be_trusted(self, status: TimestampSignatureStatus) -> None:
        chain = chain_of(status)
        if not chain:
            raise NoStamp(Why.STAMP_UNTRUSTED)
        for fault in self._trust.of_chain(chain, self._at):
            raise NoStamp(Why.STAMP_UNDETERMINED if fault is Fault.UNDETERMINED else Why.STAMP_UNTRUSTED)

    def _answer(self, question: bytes) -> bytes:
        """Piece by piece: one that comes by drops is not waited for."""
        until = time.monotonic() + SECONDS
        told = {"Content-Type": "application/timestamp-query"}
        asked = urllib.request.Request(self.address, question, told)  # noqa: S310 - the settings let in http alone
        found = b""
        with urllib.request.urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310
            while piece := answer.read1(_PIECE):
                found += piece
                if time.monotonic() > until:
                    raise TimeoutError
                if len(found) > _MOST_BYTES:
                    raise ValueError("too large")
        return found
