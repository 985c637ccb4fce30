"""A mail as it goes over the wire: its subject is read back whole by a reader of its own, and it says its language."""

from __future__ import annotations

import base64
import quopri
import re
from datetime import UTC, datetime
from email import message_from_bytes

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.mail.delivery import message
from tracker.mail.service import Content, Outgoing

LONG = "Yêu cầu ông/bà vừa gửi: Giám đốc Sở Nông nghiệp và Môi trường, Chi cục trưởng Chi cục Kiểm lâm"
SIGNS = "aăâđêôơưạấầẩẫậộợ Ầ/–·:%0123456789 Sở"
WORD = re.compile(rb"=\?utf-8\?([bq])\?([^?]*)\?=", re.IGNORECASE)


def sent(subject: str, language: str = "vi") -> bytes:
    content = Content(subject, "Kính gửi ông/bà.\n", "<p>Kính gửi ông/bà.</p>")
    at = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
    outgoing = Outgoing(1, 1, "<1@localhost>", "ai@example.vn", content, language, at)
    return message(outgoing, "so@example.vn", "Sổ cam kết Nghệ An").as_bytes()


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


def test_no_subject_adds_a_header() -> None:
    with pytest.raises(ValueError, match="linefeed"):
        sent("Một\r\nBcc: ai@example.vn")
