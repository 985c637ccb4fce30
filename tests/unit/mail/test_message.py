"""A mail as it goes over the wire: its subject is read back whole by a reader of its own, and it says its language."""

from __future__ import annotations

import base64
import quopri
import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.mail.service import Content, Outgoing
from tracker.mail.writing import message
from tracker.settings import Settings

LONG = "Yêu cầu ông/bà vừa gửi: Giám đốc Sở Nông nghiệp và Môi trường, Chi cục trưởng Chi cục Kiểm lâm"
SIGNS = "aăâđêôơưạấầẩẫậộợ Ầ/–·:%0123456789 Sở"
SETTINGS = Settings(mail_from="so@example.vn", base_url="https://camket.example.vn")
WORD = re.compile(rb"=\?utf-8\?([bq])\?([^?]*)\?=", re.IGNORECASE)


def sent(subject: str, language: str = "vi") -> bytes:
    content = Content(subject, "Kính gửi ông/bà.\n", "<p>Kính gửi ông/bà.</p>")
    at = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
    outgoing = Outgoing(1, 1, "<1@localhost>", "ai@example.vn", content, language, at)
    return message(outgoing, SETTINGS)


def subject_in(mail: bytes) -> str:
    """The subject by RFC 2047 alone: what stands between two encoded words is none of it, all else counts."""
    unfolded = re.sub(rb"\r\n(?=[ \t])", b"", mail.partition(b"\r\n\r\n")[0])
    line = next(line for line in unfolded.split(b"\r\n") if line.lower().startswith(b"subject:"))
    text = re.sub(rb"\?=[ \t]+=\?", b"?==?", line.partition(b":")[2].strip())
    return WORD.sub(_decoded, text).decode()


def _decoded(word: re.Match[bytes]) -> bytes:
    kind, content = word.groups()
    return base64.b64decode(content) if kind.lower() == b"b" else quopri.decodestring(content, header=True)


@given(st.text(SIGNS, min_size=1, max_size=220).map(lambda text: " ".join(text.split())).filter(bool))
@example(LONG)
@example("ông/bà " * 30 + "vừa")
@example("Plain words only, and many of them so that they are folded " * 3 + "end")
def test_a_subject_comes_as_it_was_written(subject: str) -> None:
    mail = sent(subject)
    assert subject_in(mail) == subject
    assert max(len(line) for line in mail.partition(b"\r\n\r\n")[0].split(b"\r\n")) <= 78


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_mail_says_its_language(language: str) -> None:
    assert message_from_bytes(sent(LONG, language))["Content-Language"] == language


HEADERS: dict[str, dict[str, str | None]] = {
    # of a mail that: (what each header says; none: it has no such header)
    "is about one target": {
        "List-Id": "Sổ cam kết Nghệ An <target-decision.camket.example.vn>",
        "List-Unsubscribe": "<https://camket.example.vn/account>",
        "References": "<target.7@camket.example.vn>",
        "In-Reply-To": "<target.7@camket.example.vn>",
    },
    "is about many things": {
        "List-Id": "Sổ cam kết Nghệ An <digest.camket.example.vn>",
        "References": None,
        "In-Reply-To": None,
    },
    "carries a key": {"List-Id": None, "List-Unsubscribe": None},
}
ALL = {
    "Message-ID": "<1@camket.example.vn>",
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "All",
    "From": "Sổ cam kết Nghệ An <so@example.vn>",
    "To": "ai@example.vn",
    "Date": "Sun, 29 Nov 2026 09:00:00 +0700",
    "MIME-Version": "1.0",
}
OUTGOING: dict[str, dict[str, Any]] = {
    "is about one target": {"kind": "target_decision", "thread": "<target.7@camket.example.vn>"},
    "is about many things": {"kind": "digest"},
    "carries a key": {"kind": "account_link", "carries_token": True},
}


@pytest.mark.parametrize("which", HEADERS)
def test_what_the_head_of_a_mail_says(which: str) -> None:
    content = Content("Chào", "Kính gửi ông/bà.\nChào.\n", "<p>Kính gửi ông/bà.</p>")
    at = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
    outgoing = Outgoing(1, 1, "<1@camket.example.vn>", "ai@example.vn", content, "vi", at, **OUTGOING[which])
    mail = message_from_bytes(message(outgoing, SETTINGS), policy=policy.default)
    for name, value in (ALL | HEADERS[which]).items():
        assert (mail[name] and str(mail[name])) == value, name
    assert not mail.defects
    parts = [(part.get_content_type(), part.get_content()) for part in mail.iter_parts()]
    assert parts == [("text/plain", content.text.replace("\n", "\r\n")), ("text/html", content.html)]


def test_no_subject_adds_a_header() -> None:
    with pytest.raises(ValueError, match="linefeed"):
        sent("Một\r\nBcc: ai@example.vn")
