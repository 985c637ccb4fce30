"""Importing people and bodies from a sheet."""

import sys
from functools import partial
from pathlib import Path
from typing import NoReturn

import click

from tracker.administration.hanging import hangs_on
from tracker.approvals import matters
from tracker.cli.context import FILE, product
from tracker.cli.output import say
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import FieldError
from tracker.core.files import incoming
from tracker.core.files.kinds import ContentError
from tracker.enrolment import rows as import_rows
from tracker.enrolment import service as enrolment
from tracker.enrolment.rows import COLUMNS, Reading
from tracker.enrolment.service import DOUBTED
from tracker.enrolment.work import EnrolmentResult, What
from tracker.people import queries as people
from tracker.people.service import normal_address
from tracker.settings import Site


@click.command("import")
@click.argument("kind", type=click.Choice(sorted(COLUMNS)))
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Only say what it would change.")
@click.option(
    "--by",
    default="",
    help="Mail address of the administrator who imports; needed where offices are given or bodies end.",
)
@click.option(
    "--reason", default="", help="For the second administrator, where offices are given or bodies end; no names."
)
@click.option("--same-names", is_flag=True, help="Bodies that are called like another one are other bodies.")
def import_file(kind: str, file: Path, dry_run: bool, by: str, reason: str, same_names: bool) -> None:
    """Import people with their offices, or bodies, from CSV or XLSX: all or nothing. Exit 2: refused, with every fault.
    A dry run refuses what the import would refuse.

    Offices are given, and bodies end, by two administrators: they are asked for, and wait for the second one.
    """
    with product() as configured:
        site = configured.site
        matters.declare(site)
        enrolment.register(hangs_on)
        reading, actor_id = _read(kind, file), _person(by) if by else None
        told = partial(_carry_out, kind, reading, actor_id, site, reason)
        try:
            outcome = told(dry_run=dry_run, confirmed=dry_run or same_names)
        except FieldError as refusal:
            if refusal.field != DOUBTED:
                raise
            _doubt(told(dry_run=True, confirmed=True))
        if reading.sheet:
            say(f"Read: the sheet {reading.sheet!r}." + "".join(f" Not read: {name!r}." for name in reading.unread))
        _tell(outcome, dry_run=dry_run)


def _doubt(outcome: EnrolmentResult) -> NoReturn:
    _tell_doubts(outcome)
    say("Nothing was imported. With --same-names these are other bodies of the same name.")
    sys.exit(2)


def _tell_doubts(outcome: EnrolmentResult) -> None:
    for doubt in outcome.doubts:
        say(f"row {doubt.number}, {doubt.column}: {doubt.message}")


def _read(kind: str, file: Path) -> Reading:
    try:
        with file.open("rb") as opened:
            return import_rows.read(kind, incoming.read(opened.read(incoming.MOST_BYTES + 1), file.name))
    except ContentError as refusal:
        say(str(refusal.message))
        sys.exit(2)


def _tell(outcome: EnrolmentResult, *, dry_run: bool) -> None:
    for fault in outcome.faults:
        say(f"row {fault.number}{f', {fault.column}' if fault.column else ''}: {fault.message}")
    if outcome.faults:
        say(f"{len(outcome.faults)} faults. Nothing was imported.")
        sys.exit(2)
    _tell_doubts(outcome)
    for change in outcome.changes:
        if change.what is not What.UNCHANGED:
            print(f"row {change.number}: {change.what}: {change.text}", *change.hanging, sep="\n    ")
    told = ", ".join(f"{outcome.count(what)} {what}" for what in What if outcome.count(what)) or "nothing"
    say(f"{'It would come to' if dry_run else 'Imported'}: {told}.")


def _person(address: str) -> int:
    found = people.by_address(database.session(), normal_address(address))
    if found is None:
        raise click.BadParameter(f"there is nobody with the address {address}", param_hint="--by")
    return found.id


def _carry_out(
    kind: str, reading: Reading, actor_id: int | None, site: Site, reason: str, *, dry_run: bool, confirmed: bool
) -> EnrolmentResult:
    """Import; a dry run is the same, taken back: so it refuses what the import would refuse."""
    now = clock.moment()
    try:
        with unit_of_work(now) as session:
            outcome = enrolment.carry_out(
                session,
                now,
                kind=kind,
                reading=reading,
                actor_id=actor_id,
                site=site,
                reason=reason,
                confirmed=confirmed,
            )
            if dry_run:
                raise enrolment.NotImported(outcome)
            return outcome
    except enrolment.NotImported as refusal:
        return refusal.outcome
