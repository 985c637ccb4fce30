"""What must never stand in a row that nobody can take back: names, mail addresses, addresses of machines; and whether
what stands there can be told in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import sqlalchemy as sa

from tracker.audit.service import AFTER, BEFORE
from tracker.auditing.details import has_words
from tracker.auditing.subjects import KINDS

MAIL_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
# Two words or more: tests call some people by one that is an office's code as well.
NAME = re.compile(r"\S+(?:\s+\S+)+")
MACHINE = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])|(?:[0-9a-f]{1,4}:){3,}[0-9a-f:]+")
APPEND_ONLY = (
    "SELECT event, detail FROM audit_event WHERE detail IS NOT NULL",
    "SELECT kind, reason FROM erasure",
)


MADE_BY_TESTS = {"n", "note"}  # keys of details that tests record themselves


def unworded(connection: sa.Connection) -> Iterator[str]:
    """What was recorded and has no words for whoever reads the record: kinds of things, and keys of details."""
    rows = connection.exec_driver_sql("SELECT DISTINCT subject_kind, CAST(detail AS TEXT) FROM audit_event")
    for kind, stored in rows:
        if kind not in KINDS:
            yield f"a thing of the kind {kind}"
        detail = json.loads(stored or "{}") or {}
        for key in {*detail, *detail.get(BEFORE, {}), *detail.get(AFTER, {})} - MADE_BY_TESTS:
            if not has_words(kind, key):
                yield f"{key} of a {kind}"


def betrayals(connection: sa.Connection) -> Iterator[str]:
    """The append-only rows that name somebody, or a machine: what they are, and what they say."""
    told = [(str(what), str(text)) for query in APPEND_ONLY for what, text in connection.exec_driver_sql(query)]
    if not told:
        return
    names = {str(name) for name in connection.exec_driver_sql("SELECT name FROM person").scalars()}
    everything = "\n".join(text for _what, text in told)
    words = [name for name in names if NAME.fullmatch(name) and name in everything]
    for what, text in told:
        if MAIL_ADDRESS.search(text) or MACHINE.search(text) or any(word in text for word in words):
            yield f"{what}: {text}"
