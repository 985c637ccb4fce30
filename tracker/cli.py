"""`tracker …`: a few lines a command, over services. JSON or CSV on standard output, messages on standard error."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial, wraps
from pathlib import Path
from typing import Any, ParamSpec

import click

from tracker import create_app, settings
from tracker.accounts import service as accounts
from tracker.agencies import queries as agencies
from tracker.agencies import service as offices
from tracker.agencies.models import Office
from tracker.audit import upgrade
from tracker.audit import verify as chain
from tracker.audit.heads import HeadsError
from tracker.audit.upgrade import UpgradeError
from tracker.compliance import answers, forecast, rebuilding, verify
from tracker.compliance import difference as two_days
from tracker.compliance.queries import SPAN
from tracker.core import clock, database, processes, serving, stages
from tracker.core.bars import Bars
from tracker.core.errors import DomainError
from tracker.core.extensions import settings_of
from tracker.core.unit_of_work import carry_out, unit_of_work
from tracker.demo import service as demo
from tracker.interchange import service as interchange
from tracker.people import service as people
from tracker.privacy import whole as privacy
from tracker.privacy.ledger import LedgerError
from tracker.programmes import queries as programmes
from tracker.settings import Settings, SettingsError

Parameters = ParamSpec("Parameters")
DAY = click.DateTime(["%Y-%m-%d"])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def main() -> None:
    """The console script: a wrong setting or a refusal is a message, not a traceback."""
    try:
        tracker(prog_name="tracker")
    except (SettingsError, DomainError, HeadsError, LedgerError, UpgradeError, serving.NoPort) as error:
        sys.exit(f"tracker: {error}")


@contextmanager
def product() -> Iterator[Settings]:
    """The application's context, as the environment sets it, or the demo's that stands in this folder."""
    settings.join_demo()
    app = create_app()
    with app.app_context():
        yield settings_of(app)


def in_product(command: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Run a command in the application's context."""

    @wraps(command)
    def run(*args: Parameters.args, **values: Parameters.kwargs) -> None:
        with product():
            command(*args, **values)

    return run


@click.group()
def tracker() -> None:
    """The commitment tracker of a province."""


@tracker.command()
@click.option("--bind", help="host:port to listen on; the port of TRACKER_BASE_URL on this machine if left out.")
def serve(bind: str | None) -> None:
    """Web and scheduler together. With nothing set: the demo, on its own database, reachable from this machine only."""
    configured = settings.load_to_serve(serving.free_port)
    if configured.demo and bind and not settings.is_loopback(bind.rpartition(":")[0].strip("[]")):
        raise SettingsError("--bind: demo mode answers on this machine only (localhost)")
    with product():
        upgrade.prepare()
        if configured.demo:
            demo.prepare(configured, say)
    sys.exit(serving.serve(configured, lambda: say(f"\n  {configured.base_url}\n"), bind))


@tracker.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Prepare an empty database, or bring an old one up: as TRACKER_OWNER_DATABASE_URL, where that is set."""
    settings.join_demo()
    configured = settings.load()
    with create_app(configured.as_owner()).app_context():
        upgrade.bring_up(configured.application_role)
    say("The database is up to date, and refuses to change what was recorded.")


@tracker.group()
def audit() -> None:
    """The record of who did what."""


@audit.command("verify")
@click.option("--head", "files", type=FILE, multiple=True, help="A file of published heads that was kept elsewhere.")
def audit_verify(files: tuple[Path, ...]) -> None:
    """Hold the record against its chain and what was published. Exit 1 where one is altered, missing or cut off."""
    with product() as configured:
        database.read_one_state(database.session())
        walk = chain.verification(database.session(), configured.instance, files)
        wrong = 0
        for finding in walk.findings():
            wrong += finding.wrong
            print(finding)
    say(f"{walk}; {wrong} faults" if wrong else f"{walk}: every one is what was linked and published.")
    sys.exit(1 if wrong else 0)


@tracker.group()
def package() -> None:
    """Commitment packages."""


@package.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
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


@tracker.command()
@click.option("--on", "on", type=DAY, required=True, help="The day that is judged.")
@click.option("--known-on", type=DAY, help="Only what was known on this day; the judged day if left out.")
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json", show_default=True)
@in_product
def assess(on: datetime, known_on: datetime | None, form: str) -> None:
    """What the rule says of every target."""
    database.read_one_state(database.session())
    rows = answers.assess_rows(database.session(), on.date(), known_on.date() if known_on else None)
    PRINTERS[form](rows, answers.ANSWER_COLUMNS)


@tracker.command("forecast")
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


@tracker.command("difference")
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
    where = [SPAN.programme_id == programmes.programme(session, programme).id] if programme else []
    found = two_days.between(session, *days, *where, scores=scores)
    PRINTERS[form](two_days.rows(found), two_days.COLUMNS)


@tracker.group()
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
        bars.say(str(carry_out(rebuilding.units(until))))


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
    PRINTERS[form](answers.span_rows(database.session()), answers.SPAN_COLUMNS)


@tracker.group()
def jobs() -> None:
    """Scheduled jobs."""


@jobs.command("run", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def jobs_run(arguments: tuple[str, ...]) -> None:
    """NAME [--on DAY]: one job, now, as the timetable would run it."""
    settings.join_demo()
    # In a process of its own: jobs stand above the product, and only they know the scheduler.
    sys.exit(subprocess.run([*serving.scheduler_command(), "run", *arguments], check=False).returncode)


@tracker.group()
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


@tracker.command("add-account")
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


def print_json(rows: Iterable[Mapping[str, Any]], _columns: Sequence[str]) -> None:
    """Rows as one JSON array, a row a line, streamed."""
    before = "[\n"
    for row in rows:
        sys.stdout.write(before + json.dumps(row, ensure_ascii=False))
        before = ",\n"
    sys.stdout.write("[]\n" if before == "[\n" else "\n]\n")


def print_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Rows as CSV with a heading; what is no text is written as JSON, none as nothing."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([plain(row[name]) for name in columns])


def plain(value: Any) -> str:
    """A value as the text of a CSV cell."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


PRINTERS: Mapping[str, Callable[[Iterable[Mapping[str, Any]], Sequence[str]], None]] = {
    "json": print_json,
    "csv": print_csv,
}


def say(message: str) -> None:
    """A message for whoever typed the command."""
    print(message, file=sys.stderr, flush=True)
