"""What a mail that came back says, whoever wrote the report."""

from __future__ import annotations

import pytest

from tests.factories import returned_mails as mails
from tracker.mail import returned

ID = "<0f1e2d3c4b5a69788796a5b4c3d2e1f0@camket.example.vn>"


@pytest.mark.parametrize(
    ("content", "status"),
    [(mails.postfix(ID), "5.1.1"), (mails.exim(ID), "5.2.1"), (mails.exchange(ID), "5.1.10")],
    ids=["postfix", "exim", "exchange"],
)
def test_each_shape_names_the_mail_and_why(content: bytes, status: str) -> None:
    found = returned.read(content)
    assert found is not None
    assert ID in found.ids
    assert "<of-a-body@elsewhere.example>" not in found.ids
    assert (found.status, found.final, found.address_is_broken) == (status, True, True)


@pytest.mark.parametrize(
    ("status", "action", "final", "broken"),
    [
        ("4.4.1", "delayed", False, False),
        ("4.4.7", "failed", True, False),  # given up after days
        ("5.7.1", "failed", True, False),  # a rule against this mail
        ("5.2.3", "failed", True, False),  # too large
        ("5.2.2", "failed", True, True),
        ("2.0.0", "delivered", False, False),
        ("", "failed", True, True),  # says why elsewhere
    ],
)
def test_what_is_late_or_about_the_mail_breaks_no_address(status: str, action: str, final: bool, broken: bool) -> None:
    found = returned.read(mails.postfix(ID, status=status, action=action))
    assert found is not None
    assert (found.final, found.address_is_broken) == (final, broken)


def test_of_several_receivers_one_that_got_it_leaves_the_address_whole() -> None:
    """The address leads to several mailboxes, of which one is gone."""
    one = b"Final-Recipient: rfc822; giam-doc@example.vn\r\n"
    other = b"Final-Recipient: rfc822; van-thu@example.vn\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n"
    found = returned.read(mails.postfix(ID).replace(one, other + one))
    assert found is not None
    assert not found.final


@pytest.mark.parametrize(
    "content",
    [
        mails.written(mails.OUT_OF_OFFICE, id=ID),
        b"",
        b"\x00\xff\xfe" * 40,
        mails.postfix(ID)[:700],
        mails.postfix(ID).replace(b"message/delivery-status", b"text/plain"),
        mails.postfix(ID) + b" " * returned.LARGEST,
    ],
    ids=["out-of-office", "nothing", "no-mail", "cut-off", "no-report", "too-large"],
)
def test_what_is_no_report_says_nothing(content: bytes) -> None:
    assert returned.read(content) is None


def test_a_report_in_a_hundred_layers_is_read_no_further() -> None:
    layers = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(150))
    assert returned.read(layers + mails.postfix(ID)) is None
