"""What comes in and goes out whole: packages, and the first administrator."""

import sys
from pathlib import Path

import click

from tracker.accounts import queries as accounts_queries
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
from tracker.people import queries as people_queries
from tracker.people import service as people
from tracker.people.addresses import checked_address


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
@click.option("--name", help="As shown: an office, or a person. Needed where nobody has the address yet.")
@click.option("--email", required=True)
@click.option("--office", type=click.Choice([one.value for one in Office], case_sensitive=False), required=True)
@click.option("--agency", required=True, help="Code of the body.")
@click.option("--password", help="Of the account that is made; asked for if left out.")
@in_product
def add_account(name: str | None, email: str, office: str, agency: str, password: str | None) -> None:
    """An office from today on for whoever has the address; a new person and an account where there is none.

    So the first administrator comes in. Who has an account keeps name and password.
    """
    address = checked_address(email)
    with unit_of_work() as session:
        known = people_queries.by_address(session, address)
        has_account = known is not None and accounts_queries.by_person(session, known.id) is not None
    if known is None and not name:
        raise click.UsageError("nobody has this address yet: give --name too")
    if known is not None and name not in (None, known.name):
        raise click.UsageError(f"the address is that of {known.name}: leave --name out")
    if has_account and password is not None:
        raise click.UsageError("there is an account already, whose password stays: leave --password out")
    if not has_account and password is None:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    now = clock.moment()
    with unit_of_work(now) as session:
        body = agencies.by_code(session, agency)
        if body is None:
            raise click.UsageError(f"there is no body with the code {agency}")
        person = known or people.register(session, now, actor_id=None, name=name or "", email=address)
        offices.open_holding(
            session, now, actor_id=None, person_id=person.id, agency_id=body.id, office=Office(office), from_on=now.on
        )
        if not has_account:
            accounts.register(session, now, person, password)
    say(f"{email} can sign in.")
