"""Backups: made, and put back into an empty place."""

import sys
from pathlib import Path

import click

from tracker import settings
from tracker.audit import upgrade
from tracker.backup import restoring, service
from tracker.cli.context import FILE
from tracker.cli.output import say
from tracker.core import clock
from tracker.core.db import migrating
from tracker.headless import headless_app


@click.command("backup")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="TRACKER_BACKUP_FOLDER's.")
def backup(folder: Path | None) -> None:
    """Back up database and files while others work. Exit 1 where a file that figures name is missing or damaged."""
    settings.join_demo()
    configured = settings.load()
    made = service.carry_out(service.steps(configured, folder or configured.backups_folder, clock.moment()))
    print(made.folder)
    say(str(made))
    for sha256 in made.manifest.missing:
        say(f"NOT WHOLE: the file {sha256}, which a figure names, is missing or damaged")
    sys.exit(1 if made.manifest.missing else 0)


@click.command("restore")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--erasures", "ledgers", type=FILE, multiple=True, help="An erasures.jsonl of after the backup.")
def restore(folder: Path, ledgers: tuple[Path, ...]) -> None:
    """Put a backup into an empty place, and prove what stands there. Exit 1 where something is not whole."""
    configured = settings.load()
    with headless_app(configured.as_owner()).app_context():
        found = restoring.examine(configured, folder.resolve(), migrating.known())
        restoring.put(configured, found)
        upgrade.bring_up(configured.application_role)
    with headless_app(configured).app_context():
        result = restoring.settle(configured, found, ledgers)
    print(*result.lines, sep="\n")
    say(f"{result.faults} faults: see the lines NOT WHOLE." if result.faults else "All of it is whole.")
    sys.exit(1 if result.faults else 0)
