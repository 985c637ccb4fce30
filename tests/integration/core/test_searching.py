"""Words are found by one folded key, alike on both databases: people, bodies, targets, commitments, the record."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from tests.factories import errand
from tests.support.product import Scene
from tracker.accounts import listing as accounts
from tracker.administration import queries as bodies
from tracker.agencies import service as agencies
from tracker.agencies.offices import Office
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.auditing import queries as auditing
from tracker.core import clock
from tracker.core.db.collating import by_code
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.tables import Listing, fetch_page, read_query
from tracker.monitoring import queries as monitoring
from tracker.people import service as people
from tracker.people.models import Person
from tracker.permissions.queries import reader_of
from tracker.permissions.reader import Reader
from tracker.search import queries as search

DANG_IN_PARTS = "d\u0335a\u0306ng"  # đăng as base letters with marks that combine
BODIES = {
    "T01": "Trung tâm Phục vụ hành chính công",
    "H1": "Huyện Chuyển Hóa",
    "H2": "Huyện Chấp Hoà",
    "Đ-007": "Ủy ban nhân dân xã Đồng Nai",
}


@pytest.fixture
def found(
    session: Session, scene: Scene, shared: Path, at: Callable[[date], clock.Moment]
) -> Callable[[str, str], list[str]]:
    """`found("people", "dang")`: names of what is found, in order."""
    at(date(2021, 6, 16))
    ids = scene(build, shared)

    def ask(kind: str, text: str) -> list[str]:
        return ASKED[kind](session, ids, text)

    return ask


def build(shared: Path) -> dict[str, int]:
    """The people of the trial, bodies, two targets, and two records of one of the people."""
    now = clock.moment()
    with unit_of_work(now) as session:
        made = errand.province(session)
        with (shared / "data/trials/search_people.csv").open(encoding="utf-8-sig", newline="") as file:
            trial = [
                people.register(session, now, actor_id=None, name=row["name"], email=row["email"])
                for row in csv.DictReader(file)
            ]
        for name in ("Đăng Anh", "Dang Anh"):
            people.register(session, now, actor_id=None, name=name)
        for code, name in BODIES.items():
            agencies.register(
                session, now, actor_id=None, code=code, kind="district", name={"vi": name, "en": f"Body {code}"}
            )
        titles = {"K-007": "Tỷ lệ hồ sơ được giải quyết đúng hạn", "K-08": "Số thủ tục hành chính được số hóa"}
        for code, title in titles.items():
            errand.target(session, made, "SXD", code, title={"vi": title, "en": "Target"})
        record(session, now, Event.DRAFT_SAVED, actor_id=trial[0].id, subject=("draft", 1))
        return {"monitor": made.people[("VP", Office.MONITOR)].id, "programme": made.programme.id}


def _listed(session: Session, listing: Listing, statement: Any, column: str, **typed: str) -> list[str]:
    query = read_query(listing, MultiDict(typed), "/")
    assert not query.notices
    return [getattr(row, column) for row in fetch_page(session, statement, query).rows]


def _people(session: Session, _ids: dict[str, int], text: str) -> list[str]:
    return _listed(session, accounts.ACCOUNTS, accounts.rows(clock.moment()), "name", q=text)


def _bodies(session: Session, _ids: dict[str, int], text: str) -> list[str]:
    return _listed(session, bodies.AGENCIES, bodies.rows(clock.today(), ended_too=True), "code", q=text)


def _targets(session: Session, ids: dict[str, int], text: str) -> list[str]:
    statement = monitoring.listed(ids["programme"], None, monitoring.says(text))
    return sorted(row.code for row in session.execute(statement))


def _record(session: Session, _ids: dict[str, int], text: str) -> list[str]:
    return _listed(session, auditing.RECORD, auditing.record_rows(), "person", who=text)


def _reader(session: Session, ids: dict[str, int]) -> Reader:
    person = session.get_one(Person, ids["monitor"])
    return reader_of(session, clock.today(), person_id=person.id, account_id=1, name=person.name, language="vi")


def _everything(session: Session, ids: dict[str, int], text: str) -> list[str]:
    reader = _reader(session, ids)
    return [
        *(row.code for row in search.targets(session, reader, text).rows),
        *(row.number for row in search.commitments(session, reader, text).rows),
        *(row.code for row in search.bodies(session, reader, text).rows),
        *(row.name for row in search.persons(session, text).rows),
    ]


ASKED: dict[str, Callable[[Session, dict[str, int], str], list[str]]] = {
    "people": _people,
    "bodies": _bodies,
    "targets": _targets,
    "record": _record,
    "everything": _everything,
}
ANH, DINH, UOC = "Đặng Thị Ánh", "Ðinh Văn Ước", "ước Lê"


def test_words_are_found_however_they_are_written(found: Callable[[str, str], list[str]]) -> None:
    for text in ("dang", "DANG", "đặng", DANG_IN_PARTS, "ĐẶNG  thị", "anh dang"):
        assert ANH in found("people", text), text
        assert found("record", text) == [ANH], text
    assert found("people", "dinh") == found("people", "đinh") == found("people", "Ðinh") == [DINH]
    assert set(found("people", "uoc")) == set(found("people", "ƯỚC")) == {DINH, UOC}
    assert found("people", "uoc@example") == [UOC]
    for text in ("%", "_", "'", "\\", "dang%", "x' OR 1=1"):
        assert found("people", text) == ([] if text != "dang%" else found("people", "dang"))


def test_what_has_the_marks_that_were_typed_comes_first(found: Callable[[str, str], list[str]]) -> None:
    assert found("everything", "đặng") == [ANH, "Dang Anh", "Đăng Anh"]
    assert found("everything", "đăng") == ["Đăng Anh", "Dang Anh", ANH]
    assert found("everything", "dang") == ["Dang Anh", "Đăng Anh", ANH]
    assert found("bodies", "chuyển hoá") == ["H1"]
    assert found("bodies", "hoà") == found("bodies", "hòa") == ["H2", "H1"]


def test_codes_and_numbers_are_found_and_keys_of_json_are_not(found: Callable[[str, str], list[str]]) -> None:
    assert found("bodies", "t01") == ["T01"]
    assert found("bodies", "d-007") == found("bodies", "007") == ["Đ-007"]
    assert found("bodies", "vi") == []
    assert not {"T01", "Đ-007"} & set(found("bodies", "en")), "names of two languages are stored as JSON"
    assert found("targets", "k-007") == found("targets", "dung han") == ["K-007"]
    assert found("targets", "01/ck-sxd") == ["K-007", "K-08"]
    assert found("targets", "en") == found("targets", "vi") == []
    assert found("everything", "CK-SXD") == ["01/CK-SXD"]
    assert found("everything", "k-08") == ["K-08"]


def test_lists_stand_in_vietnamese_order(found: Callable[[str, str], list[str]]) -> None:
    assert found("bodies", "huyện") == ["H2", "H1"], "Chấp before Chuyển"


def test_codes_stand_in_one_order_whatever_the_database_was_made_with(session: Session) -> None:
    """A database whose own order is that of a language would put small letters beside large ones. (A server that knows
    no language has no such database.)"""
    codes = sa.union_all(
        *(sa.select(sa.literal(code).label("code")) for code in ("b", "A", "B", "a-1", "a1"))
    ).subquery()
    known = sa.text("SELECT collname FROM pg_collation WHERE collname = 'en-x-icu'")
    language = session.scalar(known) if session.get_bind().dialect.name == "postgresql" else None
    column = codes.c.code.collate(language) if language else codes.c.code
    assert list(session.scalars(sa.select(codes.c.code).order_by(by_code(column)))) == ["A", "B", "a-1", "a1", "b"]
