"""Persons: the only place that holds names and addresses. Everything append-only carries a person's id and nothing
else."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, validates

from tracker.core.db.database import Base, BigId, Key, SearchKey, Text16, Text40, Text255
from tracker.core.db.folding import search_key
from tracker.core.db.sorting import sort_key


class Person(Base):
    """Somebody who works with the product. Erasing a person blanks this row and keeps its id."""

    __tablename__ = "person"

    id: Mapped[Key]
    token: Mapped[Text40] = mapped_column(unique=True)
    name: Mapped[Text255]  # as shown: in demo data an office, never a natural person's name
    sort_key: Mapped[Text255]  # Vietnamese order of the name, alike on both databases; follows it, also at erasure
    search_key: Mapped[SearchKey]  # name and mail address as they are searched; follows them too
    email: Mapped[Text255 | None] = mapped_column(unique=True)
    address_since: Mapped[datetime | None]  # of the address; none: always, as far as is known
    language: Mapped[Text16 | None]  # "vi" or "en"; none: as the browser says
    wants_mail: Mapped[bool] = mapped_column(default=True)
    erased_on: Mapped[date | None]  # then the name says so, and only the number is left

    @validates("name", "email")
    def _keyed(self, field: str, text: str | None) -> str | None:
        name, email = (text, self.email) if field == "name" else (self.name, text)
        self.sort_key, self.search_key = sort_key(name or ""), search_key(name, email)
        return text


class UploadCount(Base):
    """How many files a person has sent on a day (the last on which one was sent), and how many bytes."""

    __tablename__ = "upload_count"

    person_id: Mapped[BigId] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, autoincrement=False)
    day: Mapped[date]
    files: Mapped[int]
    size: Mapped[BigId]
