"""Mails that came back."""

import sys
from pathlib import Path

import click

from tracker.cli.context import FILE, in_product
from tracker.cli.output import say
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.mail import bounces, returned
from tracker.mail.bounces import Came

SAID = {
    Came.NO_REPORT: "It tells of no mail that came back: passed over.",
    Came.NOT_OURS: "It tells of a mail that did not leave here: passed over.",
    Came.ON_ITS_WAY: "It tells of a mail that is late or has arrived: nothing to do.",
    Came.FAILED: "The mail is back; its address is used on.",
    Came.BROKEN: "The mail is back, and its address is broken: nothing more is sent to it.",
    Came.KNOWN: "That was handed in before.",
}


@click.group()
def mail() -> None:
    """Mails and what becomes of them."""


@mail.command("bounced")
@click.argument("files", type=FILE, nargs=-1)
@in_product
def mail_bounced(files: tuple[Path, ...]) -> None:
    """Take in mails that came back (RFC 3464), from files or, without any, one from standard input."""
    for content in [_start_of(path) for path in files] or [sys.stdin.buffer.read(returned.LARGEST + 1)]:
        with unit_of_work() as session:
            came = bounces.take_in(session, clock.moment(), content)
        say(SAID[came])


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(returned.LARGEST + 1)
