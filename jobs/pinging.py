"""After each run an address of the operator's choice is asked, so that whoever watches from outside hears of a failure,
and of silence. Nothing of the product's stands in it but the job's name and what came of it."""

import http.client
import threading
import urllib.error
import urllib.request
from typing import Any

import structlog

SECONDS = 5.0  # so long a job waits for the answer; whatever comes later is nobody's concern

log = structlog.get_logger("jobs")


class _NoWayRound(urllib.request.HTTPRedirectHandler):
    """Whoever leads elsewhere is not followed: the operator chose this address."""

    def redirect_request(self, *_given: Any) -> None:
        """Nowhere."""
        return


_OPENER = urllib.request.build_opener(_NoWayRound)


def ping(pattern: str, job: str, result: str) -> None:
    """Ask the address with `{job}` and `{result}` filled in, for five seconds at most; a fault of it is logged and no
    fault of the job."""
    address = pattern.replace("{job}", job).replace("{result}", result)
    asking = threading.Thread(target=_ask, args=(address, job), daemon=True)
    asking.start()
    asking.join(SECONDS)
    if asking.is_alive():
        log.warning("job.ping_in_vain", job=job, error="no answer")


def _ask(address: str, job: str) -> None:
    try:
        with _OPENER.open(address, timeout=SECONDS):
            pass
    except (OSError, http.client.HTTPException) as fault:
        # The kind alone: the address may hold a secret.
        log.warning("job.ping_in_vain", job=job, error=f"{type(fault).__name__} {getattr(fault, 'code', '')}".strip())
