"""Who signs the documents of many commitments for the PPC: chosen once, by one press."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.jobs.test_freeze import Bench, make
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.signing import originals
from tracker.signing.documents import signatories
from tracker.signing.documents.canonical import read
from tracker.signing.models import FreezeRun, MadeDocument

__all__ = ["make"]


@pytest.mark.parametrize("leaves", [False, True])
def test_who_signs_is_asked_for_once_and_stands_on_each(
    make: Callable[[int], Bench], monkeypatch: pytest.MonkeyPatch, leaves: bool
) -> None:
    """The vice chair, in the chair's place; who left the office since signs nothing. Asked of the database once for all
    that are composed together."""
    bench = make(3)
    signs = bench.table.reader(Office.VICE_CHAIR).person_id
    asked: list[object] = []
    choices = signatories.choices

    def counted(session: Session, on: date) -> list[signatories.Signatory]:
        asked.append(on)
        return choices(session, on)

    monkeypatch.setattr(signatories, "choices", counted)
    with unit_of_work() as session:
        session.execute(sa.update(FreezeRun).values(signatory_id=signs))
        if leaves:
            ended = sa.update(OfficeHolding).where(OfficeHolding.person_id == signs)
            session.execute(ended.values(to_on=date(2021, 1, 31)))
    bench.run()
    assert len(asked) <= 2, "once for these three, and once to find that no more are left"
    if leaves:
        assert set(bench.reasons("en")) == {"Whoever was to sign it for the People's Committee does not sign today."}
        return
    folder = settings_of(bench.app).files_folder
    for made in bench.fresh().scalars(sa.select(MadeDocument)):
        (ppc,) = (one for one in read(originals.content(made, folder))["signatories"] if one["side"] == "ppc")
        assert (ppc["authority"], ppc["title"]) == ("KT.", "Phó Chủ tịch")
