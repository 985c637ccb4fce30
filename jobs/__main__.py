"""`python -m jobs` is the scheduler; `python -m jobs run NAME [--on DAY]` runs one job now, as the timetable would."""

import sys
from datetime import date

import click

from jobs import runner, scheduler
from jobs.timetable import TIMETABLE, entry
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


if __name__ == "__main__":
    with told_in_a_line():
        main()
