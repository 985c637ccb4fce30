"""What a start does before anybody is served, in a process that gives its memory back when it is done."""

import click

from tracker.audit import upgrade
from tracker.cli.context import product
from tracker.cli.output import say
from tracker.demo import service as demo


@click.command()
def prepare() -> None:
    """What `serve` has done first. The database is brought up where it is ours to bring up, and the demo is filled."""
    with product() as configured:
        upgrade.prepare()
        if configured.demo:
            demo.prepare(configured, say)
