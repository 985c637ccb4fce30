"""The chain over the record: what it links in which order, and how each way of tampering is found and named."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.integration.audit.conftest import chain, record_some
from tests.support.product import Scene, Statements
from tracker.audit import heads, queries, service, upgrade
from tracker.audit.chain import Head, head_line
from tracker.audit.events import Event
from tracker.audit.models import AuditLink
from tracker.audit.verify import Verification, verification
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import carry_out, unit_of_work

DAY = date(2021, 6, 30)
Tamper = Callable[..., None]


def found(session: Session, *published: Head) -> list[str]:
    session.rollback()
    walk = Verification(session, {*queries.heads(session), *published})
    texts = [str(finding) for finding in walk.findings()]
    session.rollback()
    return texts


def publish(day: date = DAY) -> Head:
    with unit_of_work() as session:
        head = service.publish(session, clock.moment(), day)
    assert head is not None
    return head


def entries() -> list[int]:
    session = database.session()
    session.rollback()
    return list(session.scalars(sa.select(AuditLink.entry_id).order_by(AuditLink.seq)))


def test_every_record_is_linked_once_and_in_order(session: Session) -> None:
    record_some(5)
    assert chain() == 5
    assert chain() == 0
    record_some(3)
    assert chain() == 3
    assert entries() == [1, 2, 3, 4, 5, 6, 7, 8]
    assert found(session) == []


def test_many_records_are_linked_in_small_units(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "BATCH", 3)
    record_some(10)
    assert chain() == 10
    record_some(4)
    assert carry_out(service.chain_units(most=3)) == 3
    assert chain() == 1
    assert entries() == list(range(1, 15))


def test_a_record_that_is_committed_late_is_linked_later(app: Flask, session: Session, database_kind: str) -> None:
    """On PostgreSQL a long transaction keeps a low number while higher ones are linked. SQLite has one writer."""
    if database_kind == "sqlite":
        return
    record_some(2)
    session.rollback()
    opened, go, ended = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        with app.app_context(), unit_of_work() as own:
            service.record(own, clock.moment(), Event.PACKAGE_LOADED, actor_id=None, subject=("package", None))
            own.flush()
            opened.set()
            go.wait(120)
        ended.set()

    thread = threading.Thread(target=slow)
    thread.start()
    opened.wait(120)
    record_some(2)
    assert chain() == 4
    assert entries() == [1, 2, 4, 5]
    go.set()
    assert ended.wait(120)
    thread.join()
    assert chain() == 1
    assert entries() == [1, 2, 4, 5, 3]
    assert found(session) == []


def test_whoever_comes_very_late_is_found_before_publishing(
    session: Session, monkeypatch: pytest.MonkeyPatch, tamper: Tamper
) -> None:
    """The minute's look reaches back a few thousand numbers, the daily one to the first."""
    record_some(9)
    chain()
    tamper("INSERT INTO audit_event (id, at, event, subject_kind) VALUES (-5, '2021-01-01', 'report.sent', 'report')")
    monkeypatch.setattr(queries, "LOOK_BACK", 5)
    monkeypatch.setattr(service, "RANGE", 4)
    assert chain() == 0
    assert carry_out(service.whole_chain_units()) == 1
    assert entries()[-1] == -5
    assert found(session) == []


def test_two_that_link_at_once_wait_for_each_other(app: Flask, session: Session) -> None:
    record_some(400)
    session.rollback()
    faults: list[BaseException] = []

    def work() -> None:
        try:
            with app.app_context():
                chain()
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            faults.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert entries() == list(range(1, 401))
    assert found(session) == []


def test_linking_reads_a_few_thousand_numbers_however_long_the_record_is(
    session: Session, statements: Statements
) -> None:
    record_some(30)
    chain()
    statements.clear()
    record_some(1)
    chain()
    assert len([text for text in statements if "audit_" in text]) <= 6


FORGED_LINK = f"INSERT INTO audit_link (seq, entry_id, hash) VALUES (9, 9, '{'a' * 64}')"
FORGED_ROW = "INSERT INTO audit_event (id, at, event, subject_kind) VALUES ({}, '2021-01-01', 'report.sent', 'report')"
TAMPERED = [
    (("UPDATE audit_event SET event = 'report.recalled' WHERE id = 4",), "altered: record 4 (link 4), report.recalled"),
    (("UPDATE audit_event SET at = '2020-01-01 00:00:00+00:00' WHERE id = 2",), "altered: record 2 (link 2)"),
    (("UPDATE audit_event SET detail = '{}' WHERE id = 8",), "altered: record 8 (link 8)"),
    (("DELETE FROM audit_event WHERE id = 3",), "missing: record 3 (link 3) is gone"),
    (("DELETE FROM audit_event WHERE id = 1",), "missing: record 1 (link 1) is gone"),
    (
        ("DELETE FROM audit_event WHERE id = 3", "DELETE FROM audit_link WHERE seq = 3"),
        "missing: link 3 of the chain, before record 4 (link 4)",
    ),
    (("DELETE FROM audit_link WHERE seq IN (4, 5)",), "missing: links 4 to 5 of the chain, before record 6 (link 6)"),
    (("DELETE FROM audit_link WHERE seq = 1",), "missing: link 1 of the chain, before record 2 (link 2)"),
    (
        ("DELETE FROM audit_event WHERE id > 5", "DELETE FROM audit_link WHERE seq > 5"),
        "cut: the chain ends at link 5, but 8 were published on 2021-06-30; links 6 to 8 of it are gone",
    ),
    (
        ("DELETE FROM audit_event", "DELETE FROM audit_link", "DELETE FROM audit_head"),
        "cut: the chain ends at link 0, but 8 were published on 2021-06-30; links 1 to 8 of it are gone",
    ),
    ((FORGED_ROW.format(-3),), "inserted: record -3 is in no link, but later ones were published before"),
    ((FORGED_ROW.format(9), FORGED_LINK), "altered: record 9 (link 9), report.sent"),
    (("UPDATE audit_link SET entry_id = 20 WHERE seq = 2",), "missing: record 20 (link 2) is gone"),
    (("UPDATE audit_link SET hash = 'x' WHERE seq = 6",), "altered: record 6 (link 6)"),
]


def eight_published() -> Head:
    record_some(8)
    chain()
    return publish()


def test_nothing_is_named_where_nobody_tampered(session: Session, scene: Scene) -> None:
    assert found(session, scene(eight_published)) == []


@pytest.mark.parametrize(("statements_run", "first"), TAMPERED, ids=[text for _, text in TAMPERED])
def test_what_was_tampered_with_is_named_first(
    session: Session, scene: Scene, tamper: Tamper, statements_run: tuple[str, ...], first: str
) -> None:
    head = scene(eight_published)
    tamper(*statements_run)
    named = found(session, head)
    assert named, "nothing was found"
    assert named[0].startswith(first)


def test_a_table_that_was_replaced_by_another_whole_one_is_found(
    session: Session, scene: Scene, tamper: Tamper
) -> None:
    """All links recomputed: only what was published outside tells."""
    head = scene(eight_published)
    tamper("DELETE FROM audit_link", "DELETE FROM audit_head", "UPDATE audit_event SET actor_id = 2 WHERE id = 4")
    assert chain() == 8
    assert found(session) == [], "from inside the database it looks whole"
    assert found(session, head) == ["replaced: link 8 is not the one that was published on 2021-06-30"]


def test_only_the_altered_record_is_named_and_the_rest_is_still_checked(session: Session, tamper: Tamper) -> None:
    record_some(8)
    chain()
    tamper(
        "UPDATE audit_event SET agency_id = 9 WHERE id IN (2, 6)",
        "UPDATE audit_event SET subject_id = NULL WHERE id = 5",
    )
    assert [text.partition(",")[0] for text in found(session)] == [
        f"altered: record {number} (link {number})" for number in (2, 5, 6)
    ]


def test_rubbish_that_sqlite_keeps_is_found_and_stops_nobody(
    session: Session, tamper: Tamper, database_kind: str
) -> None:
    if database_kind != "sqlite":
        return
    record_some(3)
    chain()
    tamper("UPDATE audit_event SET at = 'gestern', actor_id = 'x' WHERE id = 2")
    assert found(session) == ["altered: record 2 (link 2), report.sent at gestern, is not what was linked"]


def test_a_record_linked_after_later_ones_were_published_is_told_but_no_fault(session: Session, tamper: Tamper) -> None:
    record_some(3)
    chain()
    publish()
    tamper(FORGED_ROW.format(-3))
    chain()
    walk = Verification(session, queries.heads(session))
    (told,) = walk.findings()
    assert (told.wrong, str(told).partition(" was")[0]) == (False, "late: record -3 (link 4)")


def test_open_tables_are_a_fault(session: Session, database_kind: str) -> None:
    record_some(1)
    chain()
    with unit_of_work():
        name = "audit_event_no_change ON audit_event" if database_kind == "postgresql" else "audit_event_no_update"
        session.execute(sa.text(f"DROP TRIGGER {name}"))
    assert [text.partition(";")[0] for text in found(session)] == [
        "open: the database does not refuse to change audit_event"
    ]
    session.rollback()
    upgrade.bring_up()


def test_heads_are_read_from_the_database_the_folder_and_other_files(session: Session, tmp_path: Path) -> None:
    record_some(4)
    chain()
    head = publish()
    heads.append(tmp_path / heads.NAME, head)
    heads.append(tmp_path / heads.NAME, head)
    assert (tmp_path / heads.NAME).read_text() == head_line(head) + "\n"
    other = tmp_path / "from-a-mail.txt"
    other.write_text(f"# kept by the inspector\n\n2021-07-01 9 {'b' * 64}\n")
    walk = verification(session, tmp_path, [other])
    assert set(walk.published) == {head, Head(date(2021, 7, 1), 9, "b" * 64)}
    assert [str(one) for one in walk.findings()] == [
        "cut: the chain ends at link 4, but 9 were published on 2021-07-01; links 5 to 9 of it are gone"
    ]
    with pytest.raises(heads.HeadsError, match="another head"):
        heads.append(tmp_path / heads.NAME, Head(head.day, 9, "b" * 64))
    other.write_bytes(b"\xef\xbb\xbf" + (tmp_path / heads.NAME).read_bytes())
    assert set(verification(session, tmp_path, [other]).published) == {head}
    for content, said in ((b"rubbish", ", line 1"), (head_line(head).encode("utf-16"), ", line 1"), (b"# \n", ": no")):
        other.write_bytes(content)
        with pytest.raises(heads.HeadsError, match=rf"from-a-mail\.txt{said}"):
            verification(session, tmp_path, [other])


def test_a_day_has_one_head(session: Session) -> None:
    with unit_of_work() as own:
        assert service.publish(own, clock.moment(), DAY) is None, "nothing is linked yet"
    record_some(2)
    chain()
    first = publish()
    record_some(2)
    chain()
    assert publish() == first
    assert publish(date(2021, 7, 1)).seq == 4
