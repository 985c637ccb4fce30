"""Keeping what a workbook comes to: all of it as it was shown, or nothing."""

from dataclasses import replace

from sqlalchemy.orm import Session

from tracker.commitments.queries import lock_targets
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.errors import StaleEdit
from tracker.core.languages import _l
from tracker.home.sheet.sheet_views import back_at, slots_at
from tracker.home.sheet.workbook_preview import Choices, digest, merge_all
from tracker.home.sheet.workbook_reading import Reading
from tracker.home.sheet.workbook_rows import rows_at
from tracker.permissions.reader import Reader
from tracker.progress.merging.service import Meeting, keep_merged


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
    own = slots_at(*address, Action.ENTER_FIGURE)
    asked = [*back_at(own, Action.ENTER_FIGURE), *own]
    lock_targets(session, list({slot.target.id for slot in asked if slot.target.closed_on is None}))
    session.expire_all()  # what was read before it was locked
    mergings, _strange = merge_all(reading, rows_at(*address), now.on)
    if digest(mergings) != shown:
        raise StaleEdit(_l("Something changed since the file was shown. Look at it again, nothing was kept."), None)
    locked_in = session.get_transaction()
    meetings = [
        Meeting(
            slot=replace(one.row.slot, locked_in=locked_in),
            version=one.row.version,
            parts=one.parts,
            theirs=one.row.written,
            yours=one.yours,
            choices=choices.get(one.row.key, {}),
        )
        for one in mergings
        if one.changes and not one.row.locked
    ]
    return len(keep_merged(session, now, reader=reader, meetings=meetings, sha256=sha256))
