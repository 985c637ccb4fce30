"""`python -m jobs` is the scheduler; `python -m jobs run NAME [--on DAY]` runs one job now, as the timetable would;
`python -m jobs simulate` plays days ahead in a copy."""

import pkgutil
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

import click

from jobs import runner, scheduler
from jobs.timetable import TIMETABLE, entry
from tracker import settings
from tracker.cli import told_in_a_line
from tracker.core import clock
from tracker.headless import headless_app


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Be the scheduler."""
    if context.invoked_subcommand is None:
        scheduler.serve(headless_app())


@main.command("run")
@click.argument("name", type=click.Choice([line.name for line in TIMETABLE]))
@click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day (in Vietnam) to run for; today if left out."
)
def run_one(name: str, day: date | None) -> None:
    """Run one job now. Exit 0: done; 1: it failed, see the log; 2: it is being run by somebody else this minute."""
    line = entry(name)
    assert line is not None  # noqa: S101 - click has checked the name
    wanted = day and date(day.year, day.month, day.day)
    if wanted and wanted > clock.today():
        raise click.BadParameter("this day is still ahead", param_hint="--on")
    result = runner.run(headless_app(), line, clock.now(), wanted)
    sys.exit({"done": 0, "failed": 1}.get(str(result), 2))


@main.command("simulate")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="The first day; today if left out.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="The last day; --days after the first.")
@click.option("--days", type=click.IntRange(1, 400), default=30, help="How many days, where no last one is named: 30.")
@click.option("--outages", "seed", type=int, help="With outages, drawn by this number: any one; the same, the same.")
@click.option("--in", "folder", type=click.Path(path_type=Path), help="An empty folder for the copy and its mails.")
def simulate(first: date | None, last: date | None, days: int, seed: int | None, folder: Path | None) -> None:
    """Play days ahead in a copy of this installation (SQLite): its jobs at their hours, mails as files, nothing sent.

    Prints who is told what on each day, what stopped and why. Exit 1 where anybody was told wrongly, twice or never.
    """
    begin = date(first.year, first.month, first.day) if first else clock.today()
    end = date(last.year, last.month, last.day) if last else begin + timedelta(days=days - 1)
    if not clock.today() <= begin <= end:
        raise click.BadParameter("today or later, and not before --from", param_hint="--from, --to")
    place = folder or Path(tempfile.mkdtemp(prefix="tracker-simulated-"))
    play = pkgutil.resolve_name("jobs.simulation.command:play")  # the scheduler needs none of it
    sys.exit(1 if play(settings.load(), begin, end, seed, place, click.echo) else 0)


if __name__ == "__main__":
    with told_in_a_line():
        main()
