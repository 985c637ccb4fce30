"""What the rule says of every target, and its stored steps: assess, forecast, difference, spans."""

import sys
from datetime import date, datetime
from functools import partial
from itertools import chain

import click

from tracker.cli.context import DAY, in_product, product
from tracker.cli.output import PRINTERS, say
from tracker.compliance.steps import rebuilding, verify
from tracker.compliance.steps.queries import SPAN
from tracker.compliance.telling import difference as two_days
from tracker.compliance.telling import export, forecast
from tracker.core import clock, processes, stages
from tracker.core.db import database
from tracker.core.db.unit_of_work import carry_out
from tracker.core.progress_bar import Bars
from tracker.programmes import queries as programmes


@click.command()
@click.option("--on", "on", type=DAY, required=True, help="The day that is judged.")
@click.option("--known-on", type=DAY, help="Only what was known on this day; the judged day if left out.")
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@in_product
def assess(on: datetime, known_on: datetime | None, form: str) -> None:
    """What the rule says of every target."""
    database.read_one_state(database.session())
    rows = export.assess_rows(database.session(), on.date(), known_on.date() if known_on else None)
    PRINTERS[form](rows, export.ANSWER_COLUMNS)


@click.command("forecast")
@click.option("--days", type=click.IntRange(1, 800), default=30, show_default=True, help="How far to look ahead.")
@click.option("--scores", is_flag=True, help="Also where only the score changes.")
@click.option("--programme", help="Only the programme with this code.")
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@in_product
def forecast_turns(days: int, scores: bool, programme: str | None, form: str) -> None:
    """Which targets will turn, on which day, to what, if nobody acts."""
    session = database.session()
    database.read_one_state(session)
    where = [SPAN.programme_id == programmes.programme(session, programme).id] if programme else []
    PRINTERS[form](forecast.rows(forecast.turns(session, clock.today(), days, *where, scores=scores)), forecast.COLUMNS)


@click.command("difference")
@click.option("--from", "first", type=DAY, required=True, help="The earlier day.")
@click.option("--to", "second", type=DAY, required=True, help="The later day, today at the latest.")
@click.option("--scores", is_flag=True, help="Also where only the score changed.")
@click.option("--programme", help="Only the programme with this code.")
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@in_product
def difference_between(first: datetime, second: datetime, scores: bool, programme: str | None, form: str) -> None:
    """Which targets changed between two days, and which fact changed each."""
    days = first.date(), second.date()
    if not days[0] < days[1] <= clock.today():
        raise click.UsageError("--from must be before --to, and --to not after today")
    session = database.session()
    database.read_one_state(session)
    every = [programmes.programme(session, programme)] if programme else programmes.programmes(session)
    # No day after a programme's last counts.
    until = [(one.id, min(days[1], one.ends_on)) for one in every if days[0] < one.ends_on]
    found = (two_days.between(session, days[0], last, SPAN.programme_id == key, scores=scores) for key, last in until)
    PRINTERS[form](two_days.rows(chain.from_iterable(found)), two_days.COLUMNS)


@click.group()
def spans() -> None:
    """The stored steps of every target's status."""


@spans.command("rebuild")
@click.option("--workers", type=click.IntRange(1, 32), default=1, help="Processes; more than one need PostgreSQL.")
@in_product
def spans_rebuild(workers: int) -> None:
    """Derive every step of every target from its facts, body by body. What was cut short is gone on with that day."""
    session, until = database.session(), clock.today()
    if workers > 1 and session.get_bind().dialect.name != "postgresql":
        raise click.UsageError("SQLite has one writer at a time: --workers needs PostgreSQL.")
    with Bars(rebuilding.STAGES) as bars, stages.listening(session, bars):
        if workers > 1:
            watch = partial(rebuilding.tell_done, session, len(rebuilding.every_body(session)))
            processes.share_out(rebuild_share, until, workers, watch)
        bars.say(f"{carry_out(rebuilding.units(until))} rows differed")


def rebuild_share(until: date, number: int, of: int) -> None:
    """What one process of several does of a rebuild. What one that dies leaves is done in the end by the first."""
    with product():
        carry_out(rebuilding.share(until, number, of))


@spans.command("verify")
@in_product
def spans_verify() -> None:
    """Compare every stored step with the facts. Exit 1 where one differs, with the differences."""
    found = 0
    database.read_one_state(database.session())
    for difference in verify.differences(database.session(), clock.today()):
        found += 1
        print(difference)
    say(f"{found} differences" if found else "Every stored step is what the facts say.")
    sys.exit(1 if found else 0)


@spans.command("dump")
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@in_product
def spans_dump(form: str) -> None:
    """Print every stored step."""
    database.read_one_state(database.session())
    PRINTERS[form](export.span_rows(database.session()), export.SPAN_COLUMNS)
