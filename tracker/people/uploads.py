"""How much one person may send in a day: counted before anything is stored, at once over all workers."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.clock import Moment
from tracker.core.db.database import insert_or_update
from tracker.core.errors import FieldError
from tracker.core.languages import _l, format_size
from tracker.people.models import UploadCount


def count(
    session: Session, now: Moment, *, person_id: int, size: int, most_files: int, most_bytes: int, field: str
) -> None:
    """Count a file of so many bytes that a person sends, taken or not. Raises FieldError (on `field`), which says how
    much is left today, where it is one too many; then it is not counted."""
    statement = insert_or_update(session.get_bind().dialect, UploadCount).values(
        person_id=person_id, day=now.on, files=1, size=size
    )
    today = UploadCount.day == now.on
    counted = statement.on_conflict_do_update(
        index_elements=[UploadCount.person_id],
        set_={
            "day": now.on,
            "files": sa.case((today, UploadCount.files + 1), else_=1),
            "size": sa.case((today, UploadCount.size + size), else_=size),
        },
        where=sa.or_(~today, sa.and_(UploadCount.files + 1 <= most_files, UploadCount.size + size <= most_bytes)),
    ).returning(UploadCount.files)
    if session.execute(counted).one_or_none() is None:
        files, sent = session.execute(
            sa.select(UploadCount.files, UploadCount.size).where(UploadCount.person_id == person_id)
        ).one()
        raise FieldError(field, _refusal(files, most_files, size, most_bytes - sent))


def _refusal(files: int, most_files: int, size: int, left: int) -> object:
    if files >= most_files:
        return _l("You have sent %(files)s files today, and no more are taken in a day. Go on tomorrow", files=files)
    return _l(
        "This file has %(size)s, and only %(left)s more are taken from you today. Make it smaller, or go on tomorrow",
        size=format_size(size),
        left=format_size(left),
    )
