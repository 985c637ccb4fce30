"""Running the product: web and scheduler together, or one job now."""

import os
import subprocess
import sys

import click

from tracker import settings
from tracker.cli.output import say
from tracker.core import serving
from tracker.settings import SettingsError


@click.command()
@click.option(
    "--bind",
    help="host:port to listen on. If left out: this machine alone, and the port that an http:// TRACKER_BASE_URL names,"
    " else 8000.",
)
def serve(bind: str | None) -> None:
    """Web and scheduler together. With nothing set: the demo, on its own database, reachable from this machine only."""
    unnamed = not os.environ.get("TRACKER_BASE_URL")
    configured = settings.load_to_serve(serving.free_port)
    asked, bind = bind, bind or f"127.0.0.1:{configured.port}"
    try:
        host, port = serving.address_of(bind)
    except ValueError as fault:
        raise click.BadParameter(str(fault), param_hint="--bind") from None
    if configured.demo and not settings.is_loopback(host):
        raise SettingsError("--bind: demo mode answers on this machine only (localhost)")
    if asked and unnamed:
        configured = settings.answering_at(host, port)
    sys.exit(serving.serve(bind, lambda: say(f"\n  {configured.base_url}\n")))


@click.group()
def jobs() -> None:
    """Scheduled jobs."""


@jobs.command("run", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def jobs_run(arguments: tuple[str, ...]) -> None:
    """NAME [--on DAY]: one job, now, as the timetable would run it."""
    _of_jobs("run", *arguments)


@jobs.command("simulate", context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def jobs_simulate(arguments: tuple[str, ...]) -> None:
    """[--from DAY] [--to DAY | --days N] [--outages SEED] [--in FOLDER]: days ahead, played in a copy."""
    _of_jobs("simulate", *arguments)


def _of_jobs(*arguments: str) -> None:
    """In a process of its own: jobs stand above the product, and only they know the scheduler."""
    settings.join_demo()
    sys.exit(subprocess.run([*serving.scheduler_command(), *arguments], check=False).returncode)
