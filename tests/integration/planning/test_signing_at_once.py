"""Two countersignatures at the same moment: one counts, whether they are two confirmations or one sent twice."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from tests.integration.planning.hands import enrolled, take_passkeys
from tests.integration.planning.room import Room
from tests.integration.planning.test_signing_pages import made
from tests.support.at_once import at_once
from tests.support.factors import HOST, ORIGIN, Device
from tracker.accounts.factors import passkeys
from tracker.core.db.unit_of_work import unit_of_work
from tracker.permissions.reader import Reader
from tracker.signing.confirmations import proof, signatures
from tracker.signing.models import Signature

ASKING = passkeys.Party(HOST, ORIGIN, "Sổ cam kết")


def confirmed(room: Room, reader: Reader, device: Device, dossier_id: int) -> dict[str, Any]:
    """What a browser sends for the question of a page."""
    table = room.table
    said = signatures.statement(table.session, table.now, reader=reader, dossier=table.dossier(dossier_id))
    options, _challenge = passkeys.to_enter(ASKING, challenge=proof.challenge(said))
    table.session.rollback()
    return {
        "reader": reader,
        "dossier_id": dossier_id,
        "asking": ASKING,
        "said": said,
        "answer": device.sign(options),
    }


@pytest.mark.parametrize("twice", [False, True], ids=["two confirmations", "one sent twice"])
def test_of_two_countersignatures_one_counts(room: Room, twice: bool) -> None:
    take_passkeys(room)
    dossier, table = made(room), room.table
    head, chair = Device(), Device()
    enrolled(room, table.head, head)
    enrolled(room, table.chair, chair)
    table.do(signatures.confirm, **confirmed(room, table.head, head, dossier))
    first = confirmed(room, table.chair, chair, dossier)
    second = first if twice else confirmed(room, table.chair, chair, dossier)
    moment = table.now
    table.session.rollback()

    def press(given: dict[str, Any]) -> None:
        with unit_of_work(moment) as session:
            signatures.confirm(session, moment, **given)

    assert at_once(room.app, partial(press, first), partial(press, second)) == ["DomainError", "done"]
    assert table.dossier(dossier).state == "countersigned"
    found = table.session.scalars(sa.select(Signature.side).order_by(Signature.id)).all()
    assert found == ["body", "ppc"]
