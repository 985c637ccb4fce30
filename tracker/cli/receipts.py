"""Receipts: of a report, held against what is stored; of a status, worked out again from the file alone."""

import json
import sys
from pathlib import Path

import click

from tracker.cli.context import FILE, product
from tracker.core.db.unit_of_work import unit_of_work
from tracker.progress import receipts
from tracker.rule.receipt import differences
from tracker.rule.written import Unreadable

REPORT = "report"


class OfReports(click.Group):
    """Whatever names no command is the code of a report."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was typed, or that of reports."""
        named = args and args[0] in self.commands
        return super().resolve_command(ctx, args if named else [REPORT, *args])


@click.group("receipt", cls=OfReports)
def receipt() -> None:
    """Whether a report, or a status, is as its receipt says.

    `tracker receipt CODE`: a report. `tracker receipt verify FILE`: a
    status, from the file alone."""


@receipt.command(REPORT)
@click.argument("code")
def report(code: str) -> None:
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


@receipt.command("verify")
@click.argument("file", type=FILE)
def verify(file: Path) -> None:
    """Whether the receipt of a status follows from its own facts: no database.

    What differs is named, one line each. 0: it holds, 1: it does not, 2:
    it is no receipt. Names, and who accepted what, are not looked at: no
    arithmetic rests on them."""
    try:
        found = differences(json.loads(file.read_bytes()))
    except Unreadable as error:
        raise click.UsageError(f"this is no receipt of a status: {error}") from None
    except (ValueError, RecursionError):
        raise click.UsageError("this is no receipt of a status: no JSON") from None
    for where, said, follows in found:
        print(f"{where}: {json.dumps(said, ensure_ascii=False)}, but {json.dumps(follows, ensure_ascii=False)} follows")
    if not found:
        print("It holds.")
    sys.exit(1 if found else 0)
