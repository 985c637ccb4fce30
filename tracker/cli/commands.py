"""The table of commands: where each stands, and what it says of itself in the list. One that is asked for is loaded."""

import gc
import pkgutil
from collections.abc import Sequence

import click

# name → (file in this room : command, the first sentence of its help)
COMMANDS = {
    "add-account": (
        "entering:add_account",
        "An office from today on for whoever has the address; a new person and an account where there is none.",
    ),
    "assess": ("statuses:assess", "What the rule says of every target."),
    "audit": ("upkeep:audit", "The record of who did what."),
    "backup": ("backing:backup", "Back up database and files while others work."),
    "db": ("upkeep:db", "The database."),
    "difference": (
        "statuses:difference_between",
        "Which targets changed between two days, and which fact changed each.",
    ),
    "erase": ("upkeep:erase", "Persons and files, for good."),
    "forecast": (
        "statuses:forecast_turns",
        "Which targets will turn, on which day, to what, if nobody acts.",
    ),
    "import": (
        "importing:import_file",
        "Import people with their offices, or bodies, from CSV or XLSX: all or nothing.",
    ),
    "jobs": ("running:jobs", "Scheduled jobs."),
    "keys": ("keys:keys", "The product's own keys."),
    "mail": ("mails:mail", "Mails and what becomes of them."),
    "package": ("entering:package", "Commitment packages."),
    "prepare": ("preparing:prepare", "What `serve` has done first."),
    "receipt": (
        "receipts:receipt",
        "Whether a report, or a status, is as its receipt says.",
    ),
    "restore": ("backing:restore", "Put a backup into an empty place, and prove what stands there."),
    "seal": ("sealing:seal", "The seal of documents that both sides signed."),
    "serve": ("running:serve", "Web and scheduler together."),
    "spans": ("statuses:spans", "The stored steps of every target's status."),
    "verify": (
        "sealing:verify",
        "Whether a sealed file holds, by itself and the published keys: no database, no network.",
    ),
}
HIDDEN = frozenset({"prepare"})


class Table(click.Group):
    """Lists commands by the table alone: each needs half of the product, so only the one that was typed is loaded."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in alphabetical order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """What stands in the list for the command of that name."""
        if cmd_name not in COMMANDS:
            return None
        return click.Command(cmd_name, help=COMMANDS[cmd_name][1], hidden=cmd_name in HIDDEN)

    def resolve_command(
        self, ctx: click.Context, args: Sequence[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was typed."""
        name, listed, rest = super().resolve_command(ctx, list(args))
        found = listed and load(listed.name or "")
        if not gc.isenabled():  # `main` has stopped it: nothing of what was loaded is ever garbage
            gc.freeze()
            gc.enable()
        return name, found, rest


def load(name: str) -> click.Command:
    """The command of that name itself."""
    found = pkgutil.resolve_name(f"{__package__}.{COMMANDS[name][0]}")
    assert isinstance(found, click.Command)  # noqa: S101 - the table names nothing else
    return found


@click.group(cls=Table)
def tracker() -> None:
    """The commitment tracker of a province."""
