"""Handing a word over by HTTP: one request on a connection of its own, whose time is limited as a whole."""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlsplit

from tracker.channels.protocol import Answer, Fault, answer_of
from tracker.setting_values import is_safe_address

STEP_SECONDS = 10.0  # for each part of the answer
WHOLE_SECONDS = 20.0  # for all of it: one that says a letter now and then is cut off too


def post(address: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """What the other side says by its status: what else it says is not read, and where it leads to is not gone."""
    if not is_safe_address(address):
        return Answer("NotSafe", Fault.FOR_GOOD)
    parts = urlsplit(address)
    host = parts.hostname or ""
    connection = (
        http.client.HTTPSConnection(host, parts.port, timeout=STEP_SECONDS, context=ssl.create_default_context())
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, parts.port, timeout=STEP_SECONDS)
    )
    alarm = threading.Timer(WHOLE_SECONDS, _cut, [connection])
    alarm.daemon = True
    try:
        connection.connect()
        alarm.start()
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request("POST", path, body, {**headers, "User-Agent": "tracker"})
        return answer_of(connection.getresponse().status)
    except (OSError, http.client.HTTPException) as fault:
        return Answer(type(fault).__name__[:40], Fault.LATER)
    finally:
        alarm.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
