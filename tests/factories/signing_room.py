"""A commitment that is frozen, and an authority that gave both who sign it a certificate."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy.orm import Session

from tests.factories import errand, lives
from tests.factories.lives import KEPT, Table
from tests.support.pki import Authority, Holder
from tracker.commitments.dossiers import Dossier
from tracker.commitments.life import negotiating
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.settings import Settings
from tracker.signing.documents import freezing
from tracker.signing.documents.freezing import Form
from tracker.signing.outside.trusted import LISTS, folder


@cache
def authority(at: Any) -> Authority:
    """One that began then: its keys are made once."""
    return Authority(at)


@cache
def holder(at: Any, name: str) -> Holder:
    """Somebody to whom it gave a certificate."""
    return authority(at).holder(name)


def frozen(settings: Settings) -> int:
    """One commitment whose document is made; its dossier."""
    lives.people()
    with unit_of_work() as session:
        table = Table(session, errand.found(session), lambda _day: clock.moment(), clock.moment())
    one = table.draft("SXD", (KEPT,))
    table.do(negotiating.offer, table.monitor, dossier_id=one)
    table.do(negotiating.agree, table.head, dossier_id=one, version=2)
    freeze(table.session, table, one, settings)
    return one


def freeze(session: Session, table: Table, dossier_id: int, settings: Settings) -> None:
    """Make its document."""
    made = freezing.prepare(
        session, table.now, reader=table.monitor, dossier=session.get_one(Dossier, dossier_id), form=Form.of(settings)
    )
    session.rollback()
    given: dict[str, Any] = {"version": table.dossier(dossier_id).version, "made": made}
    table.do(freezing.freeze, table.monitor, dossier_id=dossier_id, folder=settings.files_folder, **given)


def trust(instance: Path, authority: Authority, *revoked: Holder, lists: bool = True) -> None:
    """Let an installation trust an authority, with its lists of today."""
    place = folder(instance)
    (place / LISTS).mkdir(parents=True, exist_ok=True)
    for name, one in (("goc.pem", authority.root), ("cap.pem", authority.issuing)):
        (place / name).write_bytes(one.certificate.public_bytes(Encoding.PEM))
    for number, kept in enumerate(authority.lists(*(one.certificate for one in revoked)) if lists else ()):
        (place / LISTS / f"{number}.crl").write_bytes(kept.public_bytes(Encoding.DER))
