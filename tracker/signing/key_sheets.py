"""Scans of the sheets that owners of signing keys signed by hand: facts, and the latest of a key is shown."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db.database import Base, BigId, Key, Text80
from tracker.core.db.facts import Sealed, facts


class KeySheet(Base):
    """A scan of the sheet by which people attest whose key it is; its bytes stand in the store under their hash."""

    __tablename__ = "signing_key_sheet"

    id: Mapped[Key]
    key_id: Mapped[BigId] = mapped_column(sa.ForeignKey("signing_key.id"))
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[int]
    media_type: Mapped[Text80]
    uploaded_by_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("key_id", "sha256"), facts(Sealed("signing_key_sheet")))
