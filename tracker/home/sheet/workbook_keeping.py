"""Keeping what a workbook comes to: all of it as it was shown, or nothing."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from tracker.commitments.queries import lock_targets
from tracker.core.clock import Moment
from tracker.core.errors import StaleEdit
from tracker.core.languages import _l
from tracker.home.sheet.workbook_preview import Choices, Merging, digest, merge_all
from tracker.home.sheet.workbook_reading import Reading
from tracker.home.sheet.workbook_rows import rows_of, slots_within
from tracker.permissions.reader import Reader
from tracker.progress.merging.merge import Side
from tracker.progress.merging.service import keep_merged


def keep_all(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    address: tuple[str, str],
    reading: Reading,
    choices: Choices,
    shown: str,
    sha256: str,
) -> int:
    """Keep each figure for which the file won; how many there were. `address`: the codes of body and period; `shown`:
    the digest of what the reader saw.

    Raises StaleEdit where it comes to something else by now: then nothing is kept.
    """
    slots = slots_within(session, reader, *address)
    lock_targets(session, [slot.target.id for slot in slots if slot.target.closed_on is None])
    mergings, _strange = merge_all(reading, rows_of(session, reader, now, *address))
    if digest(mergings) != shown:
        raise StaleEdit(_l("Something changed since the file was shown. Look at it again, nothing was kept."), None)
    kept = [
        _keep(session, now, reader, one, choices.get(one.row.token, {}), sha256)
        for one in mergings
        if one.changes and not one.row.locked
    ]
    return sum(kept)


def _keep(
    session: Session, now: Moment, reader: Reader, one: Merging, choices: Mapping[str, Side], sha256: str
) -> bool:
    return keep_merged(
        session,
        now,
        reader=reader,
        slot=replace(one.row.slot, locked_in=session.get_transaction()),
        version=one.row.version,
        parts=one.parts,
        theirs=one.row.written,
        yours=one.yours,
        choices=choices,
        sha256=sha256,
    )
