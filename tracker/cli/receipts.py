"""Holding the receipt of a report against what is stored."""

import json
import sys

import click

from tracker.cli.context import product
from tracker.core.db.unit_of_work import unit_of_work
from tracker.progress import receipts


@click.command("receipt")
@click.argument("code")
def receipt(code: str) -> None:
    """Whether a report is stored as its receipt says.

    What the receipt says, what does not agree, and by which key it was
    confirmed, where it was, as JSON. 0: it holds, 1: it does not, 2:
    there is none."""
    with product(), unit_of_work() as session:
        found = receipts.check(session, code.strip().lower())
        if found is None:
            raise click.UsageError("no report with this code is held here")
        told = {"holds": not found.wrong, "wrong": found.wrong, "sha256": found.receipt.sha256, "receipt": found.said}
        if found.confirmed is not None:
            told["confirmation"] = {"attested_by": found.confirmed.attested, "record": found.confirmed.record}
    print(json.dumps(told, ensure_ascii=False, indent=1))
    sys.exit(0 if told["holds"] else 1)
