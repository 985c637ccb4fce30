"""One door is not stricter than the other: what forms took, a package carries to another installation, byte for byte.

Whatever is typed here at random is taken or refused by the services behind the forms; nobody knows which beforehand.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.integration.progress.conftest import Desk
from tests.support.product import Product
from tracker.agencies import service as agencies
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError
from tracker.core.numbers import DayError, parse_day
from tracker.interchange import service
from tracker.programmes import service as programmes
from tracker.programmes.models import WorkingCalendar
from tracker.progress import appraisal, queries, questions, recalling, rules
from tracker.progress import service as progress

TARGETS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("T01", {}),
    ("T02", {"shape": "keep", "ratio": True}),
    ("T03", {"shape": "deliverable"}),
    ("T04", {"shape": "keep", "ratio": True, "goal": Decimal(110), "unit": "hồ sơ"}),
    ("T05", {"shape": "keep", "goal": Decimal("8.5"), "unit": "điểm"}),
    ("T06", {"baseline": Decimal("-2.5"), "goal": Decimal(30), "unit": "days"}),
    ("T07", {"baseline": Decimal(20), "goal": Decimal(90), "unit": "%"}),
)
WORDS = ("Sở", "ban,", "ngành", "đã ký", "x", " ", "\n", "01/CK", "“…”", "&", "<b>", "\\", '"', "a" * 90, "ưỡng" * 1200)


class Typing:
    """Types at random. `taken` and `refused` count what became of it, by kind."""

    def __init__(self, desk: Desk, chance: random.Random) -> None:
        self.desk, self.chance = desk, chance
        self.taken: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def number(self) -> str:
        choice, chance = self.chance.choice, self.chance
        if chance.random() < 0.5:
            return str(chance.randint(-3, 130))
        whole = "".join(choice("0123456789") for _ in range(choice((1, 2, 2, 3, 17, 18, 19))))
        decimals = "".join(choice("0123456789") for _ in range(choice((0, 1, 2, 11, 12, 13))))
        return choice(("", "", "", "-", "\u2212")) + whole + (f",{decimals}" if decimals else "")

    def day(self) -> str:
        year = self.chance.choice((1944, 1945, 2021, 2199, 2200))
        return f"{self.chance.randint(1, 31)}/{self.chance.randint(1, 12)}/{year}"

    def words(self) -> str:
        return " ".join(self.chance.choices(WORDS, k=self.chance.randint(0, 4)))

    def press(self, what: str, verb: Callable[..., Any], **arguments: Any) -> Any:
        try:
            done = self.desk.press(verb, **arguments)
        except (DomainError, DayError):
            self.refused[what] += 1
            return None
        self.taken[what] += 1
        return done

    def figure(self, code: str, period: str | None) -> None:
        """Typed, answered where it is asked back, handed on, sent, and decided on in any way."""
        desk, chance = self.desk, self.chance
        slot = desk.slot(f"SXD-{code}", period)
        names = ("numerator", "denominator") if slot.target.ratio else ("value",)
        typed = {name: self.number() for name in names}
        if period is None:
            typed["as_at"] = chance.choice(("14/6/2021", "15/6/2021", "1/1/2020", self.day()))
        typed["narrative"] = self.words()
        asked, _odd = rules.asked(questions.question_of(desk.session, slot, desk.now), typed, "vi")
        if asked and chance.random() < 0.9:
            typed["confirmed"] = asked
        standing = queries.contents_of(desk.session, slot, desk.now.on)
        if standing.report is not None and standing.report.state not in queries.OPEN_STATES:
            return
        draft = desk.keep_form(slot, typed, standing.draft.version if standing.draft else 0, desk.head)
        report = self.press("figure", progress.send, reader=desk.head, slot=slot, version=draft.version)
        if report is None:
            return
        seq = queries.last_revision(desk.session, report.id).seq
        own: dict[str, Any] = {"reader": desk.appraiser, "report": report, "seq": seq}
        for _ in range(2):
            other = {name: self.number() for name in names}
            asked, _odd = rules.asked(questions.question_of(desk.session, slot, desk.now), other, "vi")
            choice = chance.choice(("recall", "accept", "return", "other", "other"))
            if choice == "recall":
                self.press("recall", recalling.recall, reader=desk.head, slot=slot, seq=seq)
            elif choice == "accept":
                self.press("decision", appraisal.accept, **own)
            elif choice == "return":
                self.press("decision", appraisal.return_report, reason=self.words(), **own)
            else:
                other["confirmed"] = asked
                self.press(
                    "decision", appraisal.accept_with_value, typed=other, language="vi", reason=self.words(), **own
                )

    def body(self) -> None:
        """A body with whatever was typed; then changed, ended or succeeded."""
        chance, known = self.chance, list(self.desk.made.bodies.values())
        given: dict[str, Any] = {
            "name": {
                "vi": chance.choice((self.words(), "Sở Y  tế")),
                "en": chance.choice((self.words(), "", "Health")),
            },
        }
        classified: dict[str, Any] = {
            "kind": chance.choice(("department", "department", "commune", "a_b-9", "Sở, ban, ngành")),
            "peer_group": chance.choice((None, None, None, "departments", "Sở ngành")),
        }

        def register(session: Session, now: clock.Moment) -> Any:
            days: dict[str, Any] = {
                name: parse_day(self.day()) if chance.random() < 0.5 else None for name in ("exists_from", "exists_to")
            }
            code = "".join(chance.choices("ABCĐ.-_" * 8 + "/", k=chance.choice((1, 3, 5, 40, 41))))
            return agencies.register(session, now, actor_id=None, code=code, **given, **classified, **days)

        made = self.press("body", register)
        agency_id = made.id if made is not None else chance.choice(known).id
        self.press("change", agencies.change, actor_id=None, agency_id=agency_id, exists_from=None, **given)
        for _again in range(chance.choice((0, 1, 3))):
            since = self.desk.now.on + timedelta(days=chance.choice((-1, 0, 0, 1, 40)))
            classified["kind"] = chance.choice(("department", "commune", "vertical", "a_b-9", "Sở, ban, ngành"))
            self.press("classified", agencies.classify, actor_id=None, agency_id=agency_id, from_on=since, **classified)
        day = date(chance.choice((1946, 2021, 2199)), 2, 3)
        if chance.random() < 0.5:
            successors = [chance.choice(known).id]
            self.press(
                "successor", agencies.succeed, actor_id=None, agency_id=agency_id, successor_ids=successors,
                from_on=day,
            )  # fmt: skip
        elif made is not None:
            self.press("end", agencies.end, actor_id=None, agency_id=agency_id, to_on=day)

    def calendar(self) -> None:
        """A day off, or worked."""

        def turn(session: Session, now: clock.Moment) -> None:
            found = session.get(WorkingCalendar, self.desk.made.programme.calendar_id)
            assert found is not None
            programmes.set_day(
                session, now, actor_id=self.desk.head.person_id, calendar=found, day=parse_day(self.day()), note=""
            )

        self.press("calendar", turn)


def build() -> None:
    with unit_of_work() as session:
        made = errand.province(session, errand.APART)
        for code, terms in TARGETS:
            errand.target(session, made, "SXD", code, **terms)


@pytest.mark.parametrize("turn", range(int(os.environ.get("DOORS", "1"))))
def test_what_was_taken_is_dumped_loaded_and_dumped_alike(
    turn: int, installed: Product, session: Session, scene: Any, at: Any, database_kind: str, tmp_path: Path
) -> None:
    now = at("2021-06-16")
    scene(build)
    typing = Typing(
        Desk(session, errand.found(session), at, now), random.Random(2 * turn + (database_kind == "sqlite"))
    )
    for code, terms in TARGETS:
        for period in ("2021-Q1", "2021-H1", None):
            if period is not None or terms.get("shape") != "keep":
                typing.figure(code, period)
    for _ in range(20):
        typing.body()
    typing.calendar()
    for what in ("figure", "decision", "body", "classified"):
        assert min(typing.taken[what], typing.refused[what]) >= 1, (what, typing.taken, typing.refused)
    session.rollback()
    once = "".join(service.dump())
    session.rollback()
    installed.empty()
    path = tmp_path / "dump.json"
    path.write_text(once, encoding="utf-8")
    assert [str(fault) for fault in service.load(path)] == []
    session.rollback()
    assert "".join(service.dump()) == once
