"""Keeping what is recorded: the database, the record and its chain, erasures."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path

import click

from tracker import settings
from tracker.audit import service, upgrade
from tracker.audit import verify as chain
from tracker.cli.context import FILE, product
from tracker.cli.output import say
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.headless import headless_app
from tracker.privacy import whole as privacy


@click.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Prepare an empty database, or bring an old one up: as TRACKER_OWNER_DATABASE_URL, where that is set."""
    settings.join_demo()
    configured = settings.load()
    configured.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    with headless_app(configured.as_owner()).app_context():
        upgrade.bring_up(configured.application_role)
    say("The database is up to date, and refuses to change what was recorded.")


@click.group()
def audit() -> None:
    """The record of who did what."""


@audit.command("verify")
@click.option("--head", "files", type=FILE, multiple=True, help="A file of published heads that was kept elsewhere.")
def audit_verify(files: tuple[Path, ...]) -> None:
    """Hold the record against its chain and what was published, and facts against the record. Exit 1 where one is
    altered, missing, added or cut off."""
    with product() as configured:
        database.read_one_state(database.session())
        walk = chain.verification(database.session(), configured.instance, files)
        wrong = 0
        for finding in walk.findings():
            wrong += finding.wrong
            print(finding)
    say(f"{walk}; {wrong} faults" if wrong else f"{walk}: every one is what was linked and published.")
    sys.exit(1 if wrong else 0)


@audit.command("seal")
def audit_seal() -> None:
    """Take the digests of facts that stand in no record: older ones, or what a worker of the version before wrote."""
    with product(), unit_of_work() as session:
        count = service.seal(session, clock.moment())
    say(f"{count} facts stand in the record from now on." if count else "Every fact stands in the record already.")


@click.group()
def erase() -> None:
    """Persons and files, for good. Without --yes only a preview."""


def erasing(command: Callable[..., None]) -> Callable[..., None]:
    """The options of an erasure; the command is given the decision, or none for a preview."""

    @click.option("--preview", is_flag=True, help="Only say what would happen; so it is without --yes.")
    @click.option("--yes", is_flag=True, help="Do it. There is no way back.")
    @click.option("--by", default="", help="Who decided: a person's number or mail address.")
    @click.option("--reason", default="", help="The decision and the rule that it follows; no names.")
    @wraps(command)
    def run(preview: bool, yes: bool, by: str, reason: str, **which: str) -> None:
        command(decision=privacy.Decision(by, reason) if yes and not preview else None, **which)

    return run


@erase.command("person")
@click.argument("key", metavar="ID|EMAIL")
@erasing
def erase_person(key: str, decision: privacy.Decision | None) -> None:
    """Blank a person's name, mail address, account and mails. What the person did stays, by number."""
    with product() as configured:
        print(*privacy.person(configured, key, decision), sep="\n")


@erase.command("file")
@click.argument("sha256")
@erasing
def erase_file(sha256: str, decision: privacy.Decision | None) -> None:
    """Remove a file's bytes by their SHA-256. The hash stays, with the reason and who decided."""
    with product() as configured:
        print(*privacy.file(configured, sha256, decision), sep="\n")


@erase.command("again")
@click.option("--ledger", "file", type=FILE, help="The erasures.jsonl of before the restore; the instance folder's.")
def erase_again(file: Path | None) -> None:
    """After a backup was restored: erase again what was erased since it was made. Harmless at any time."""
    with product() as configured:
        back = privacy.again(configured, file)
    say(f"{back} erasures were missing here and are done again." if back else "Nothing had come back.")
