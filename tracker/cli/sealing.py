"""The seal's keys, and verifying a file without the product's database."""

import json
import sys
from datetime import datetime
from pathlib import Path

import click

from tracker.cli.context import DAY, FILE, product
from tracker.cli.output import say
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError
from tracker.signing.sealing import seal_keys, sealer
from tracker.signing.verifying import verifying


@click.group()
def seal() -> None:
    """The seal of documents that both sides signed."""


@seal.command("keys")
def keys() -> None:
    """The keys of the seal as they are published, as JSON: what `tracker verify` asks for."""
    with product(), unit_of_work() as session:
        found = seal_keys.published(seal_keys.all_keys(session))
    print(json.dumps(found, ensure_ascii=False, indent=1))


@seal.command("change")
@click.option("--old", type=FILE, help="The key before, as a file of PKCS#12: it signs that another one follows.")
@click.option("--old-password", envvar="TRACKER_OLD_SEAL_PASSWORD", default="", help="Its password.")
@click.option("--old-label", help="The key before by its label, on the token that is set: it signs that, too.")
@click.option("--old-token", default="", help="The label of another token, where it is on that, with the same PIN.")
@click.option("--lost-since", type=DAY, help="Or it was lost: from this day on its seals are not to be believed.")
@click.option("--note", help="What happened, for whoever verifies.")
def change(
    old: Path | None,
    old_password: str,
    old_label: str | None,
    old_token: str,
    lost_since: datetime | None,
    note: str | None,
) -> None:
    """Enter the key that is set now in the place of the one before."""
    if old is not None and old_label:
        raise click.UsageError("the key before is one: a file or on a token")
    with product() as settings:
        now = clock.moment()
        since = lost_since.replace(tzinfo=clock.VIETNAM) if lost_since else None
        try:
            by = sealer.vouching_of_file(old, old_password) if old is not None else None
            if old_label:
                by = sealer.vouching_of_token(settings, old_token, old_label)
            with sealer.opened(settings) as own:
                certificates = own.certificates
            with unit_of_work(now) as session:  # the token is closed: the key before may be on the same one
                row = seal_keys.change(session, now, certificates, old_key=by, lost_since=since, note=note)
                told = f"Entered as key {row.seq}: {row.fingerprint}"
        except DomainError as refusal:
            raise click.UsageError(str(refusal.message)) from None
    say(told)


@click.command("verify")
@click.argument("file", type=FILE)
@click.option("--keys", "published", type=FILE, required=True, help="The published keys: /verify/keys.json.")
@click.option("--json", "as_json", is_flag=True, help="All that was found, as JSON.")
def verify(file: Path, published: Path, as_json: bool) -> None:
    """Whether a sealed file holds, by itself and the published keys: no database, no network. Exit 1: it does not."""
    try:
        entries = json.loads(published.read_bytes())["keys"]
    except (ValueError, KeyError, TypeError):
        raise click.UsageError("these are no published keys") from None
    found = verifying.verify(file.read_bytes(), entries, clock.now())
    if as_json:
        print(json.dumps(found.told(), ensure_ascii=False, indent=1))
    else:
        for line in found.lines():
            print(line)
    sys.exit(1 if found.faults else 0)
