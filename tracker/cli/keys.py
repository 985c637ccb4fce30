"""The product's own keys."""

import sys
from pathlib import Path

import click

from tracker.accounts.factors import rekeying
from tracker.channels.push import keys as push
from tracker.cli.context import product
from tracker.cli.output import say
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work


@click.group()
def keys() -> None:
    """The product's own keys."""


@keys.command("push")
@click.argument("file", type=click.Path(path_type=Path))
def keys_push(file: Path) -> None:
    """Make a key by which push services know this installation, in a new FILE: name it in TRACKER_PUSH_KEY."""
    push.make(file)
    say(f"{file}: keep it apart from backups. With another key every browser has to be asked anew.")


@keys.command("rotate")
def keys_rotate() -> None:
    """Encrypt what stands under TRACKER_OLD_SECRET_KEYS with TRACKER_SECRET_KEY. Exit 1 where some cannot be read."""
    with product() as configured:
        now = clock.moment()
        with unit_of_work(now) as session:
            done = rekeying.rotate(session, now, configured.secret_keys)
    say(f"Encrypted with the new key: {done.renewed} secrets of authenticator apps.")
    if done.unreadable:
        say(f"No key reads {done.unreadable} others: with none that is known, those apps must be set up anew.")
    if len(configured.secret_keys) > 1:
        say("Sessions of before last 12 hours at most; after that the old keys may go.")
    sys.exit(1 if done.unreadable else 0)
