"""What comes in and goes out whole: packages, and the first administrator."""

import sys
from pathlib import Path

import click

from tracker.accounts import service as accounts
from tracker.agencies import queries as agencies
from tracker.agencies import service as offices
from tracker.agencies.offices import Office
from tracker.cli.context import FILE, in_product
from tracker.cli.output import say
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.progress_bar import Bars
from tracker.interchange import service as interchange
from tracker.people import service as people


@click.group()
def package() -> None:
    """Commitment packages."""


@package.command("load")
@click.argument("file", type=FILE)
@in_product
def package_load(file: Path) -> None:
    """Load a package, all or nothing. Exit 0: loaded; 2: refused, with every fault by its JSON pointer."""
    with Bars(interchange.STAGES) as bars:
        faults = interchange.load(file, bars.say, heard=bars)
    for fault in faults:
        say(str(fault))
    sys.exit(2 if faults else 0)


@package.command("dump")
@click.option("--programme", help="Only the programme with this code.")
@in_product
def package_dump(programme: str | None) -> None:
    """Print a package of what stands here."""
    for text in interchange.dump(programme):
        sys.stdout.write(text)


@click.command("add-account")
@click.option("--name", required=True, help="As shown: an office, or a person.")
@click.option("--email", required=True)
@click.option("--office", type=click.Choice(list(Office)), required=True)
@click.option("--agency", required=True, help="Code of the body.")
@click.password_option()
@in_product
def add_account(name: str, email: str, office: str, agency: str, password: str) -> None:
    """A person with an office from today on, and an account: how the first administrator comes in."""
    now = clock.moment()
    with unit_of_work(now) as session:
        body = agencies.by_code(session, agency)
        if body is None:
            raise click.UsageError(f"there is no body with the code {agency}")
        person = people.register(session, now, actor_id=None, name=name, email=email)
        offices.open_holding(
            session, now, actor_id=None, person_id=person.id, agency_id=body.id, office=Office(office), from_on=now.on
        )
        accounts.register(session, now, person, password)
    say(f"{email} can sign in.")
