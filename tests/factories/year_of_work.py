"""A random year in the small province, day by day through the services: officers, heads, appraisers, administrators."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.factories.errand import Province
from tests.factories.histories import morning
from tracker.agencies.offices import Office
from tracker.commitments.models import Amendment, Extension, Suspension, Target
from tracker.core.clock import Moment
from tracker.core.db.unit_of_work import touch, unit_of_work
from tracker.core.errors import DomainError
from tracker.core.languages import format_day
from tracker.permissions.queries import reader_of
from tracker.permissions.reader import Reader
from tracker.programmes import service as programmes
from tracker.programmes.models import WorkingCalendar
from tracker.progress import appraisal, queries, recalling, service
from tracker.progress.models import Decision, Draft, Report
from tracker.progress.queries import ReportSlot

Press = Callable[[Session, Moment], Any]
TARGETS: list[tuple[str, str, dict[str, Any]]] = [
    ("SXD", "T01", {"unit": "điểm"}),
    ("SXD", "T02", {"shape": "keep", "ratio": True}),
    ("SXD", "T03", {"shape": "deliverable", "milestones": [{"on": "2021-06-30", "value": "50"}]}),
    ("SYT", "T01", {"baseline": Decimal(30), "goal": Decimal(10), "due_on": date(2021, 10, 15), "unit": "days"}),
    ("SYT", "T02", {"shape": "keep", "ratio": True, "judged_by": "whole_term", "starts_on": date(2021, 3, 15)}),
    ("SNV", "T01", {"weight": Decimal(3), "due_on": date(2021, 8, 31), "unit": "điểm"}),
]
OTHERS = {"SXD": "SNV", "SYT": "SNV", "SNV": "VP"}  # whose appraiser decides


class YearOfWork:
    """Chooses what is done on a day. Whatever a service refuses is left; what was done is counted in `done`."""

    def __init__(self, session: Session, chance: random.Random, first: date) -> None:
        self.session = session
        self.chance = chance
        self.done: Counter[str] = Counter()
        with unit_of_work(morning(first)):
            self.made: Province = errand.province(session, errand.APART)
            self.targets = [errand.target(session, self.made, body, code, **terms) for body, code, terms in TARGETS]
            # As values: a row would be read anew after each press.
            self.cut_offs = {code: period.cut_off for code, period in self.made.periods.items()}
            self.people = {office: (person.id, person.name) for office, person in self.made.people.items()}

    def day(self, now: Moment) -> None:
        """What happens on a day: mostly reports and decisions, sometimes a paper that was signed a while ago."""
        for _ in range(self.chance.choice((0, 0, 1, 1, 2, 4))):
            target = self.chance.choice(self.targets)
            deed = self.chance.choices((self._write, self._decide, self._recall, self._sign), (10, 8, 1, 1))[0]
            try:
                deed(now, target)
            except DomainError:
                self.done["refused"] += 1

    def _press(self, name: str, now: Moment, press: Press) -> Any:
        self.session.rollback()  # what was read to choose by is no part of the press
        with unit_of_work(now) as session:
            answer = press(session, now)
        self.done[name] += 1
        return answer

    def _reader(self, now: Moment, body: str, office: Office) -> Reader:
        number, name = self.people[(body, office)]
        return reader_of(self.session, now.on, person_id=number, account_id=number, name=name, language="vi")

    def _write(self, now: Moment, target: Target) -> None:
        """The officer types, the head sends; sometimes the head hands it back, or it lies till another day."""
        slot = self._slot(now, target)
        if slot is None:
            return
        # Sở Nội vụ has no officer here: its head writes himself.
        head = self._reader(now, slot.agency.code, Office.HEAD)
        has_officer = (slot.agency.code, Office.OFFICER) in self.made.people
        officer = self._reader(now, slot.agency.code, Office.OFFICER) if has_officer else head
        draft = queries.draft_of(self.session, slot)
        version = draft.version if draft else 0
        typed = self._typed(now, slot)
        kept: Draft = self._press(
            "kept", now, lambda s, n: service.keep_draft(
                s, n, reader=head if draft and draft.state == "with_head" else officer,
                slot=slot, typed=typed, language="vi", version=version,
            )
        )  # fmt: skip
        if self.chance.random() < 0.2:
            return
        handed: Draft = self._press(
            "handed", now, lambda s, n: service.hand_to_head(s, n, reader=officer, slot=slot, version=kept.version)
        )
        version = handed.version
        if self.chance.random() < 0.1:
            self._press(
                "handed back", now,
                lambda s, n: service.hand_back(s, n, reader=head, slot=slot, comment="Chưa rõ", version=version),
            )  # fmt: skip
            return
        self._press("sent", now, lambda s, n: service.send(s, n, reader=head, slot=slot, version=version))

    def _slot(self, now: Moment, target: Target) -> ReportSlot | None:
        closed = [code for code, cut_off in self.cut_offs.items() if cut_off <= now.on]
        completed = target.shape != "keep" and self.chance.random() < 0.15
        if not closed and not completed:
            return None
        code = None if completed else self.chance.choice(closed[-2:])
        return queries.find_slot(self.session, errand.EVERYWHERE, target.token, code)

    def _typed(self, now: Moment, slot: ReportSlot) -> dict[str, str]:
        target, number = slot.target, self.chance.randint
        typed: dict[str, str]
        if target.ratio:
            whole = number(0, 60)
            typed = {"numerator": str(min(whole, number(50, 60))), "denominator": str(whole)}
            typed |= {} if whole else {"narrative": "Không phát sinh"}
            if self.chance.random() < 0.1:
                typed = {"not_applicable": "1", "narrative": "Không phát sinh"}
        elif target.shape == "deliverable":
            typed = {"value": str(number(0, 100))}
        else:
            low, high = sorted((int(target.goal or 0), int(target.baseline or 0)))
            typed = {"value": f"{number(max(0, low - 5), high + 20)},5"}
        if slot.period is None:
            day = now.on - timedelta(days=number(0, 12))
            typed |= {"value": str(int(target.goal or 100)), "as_at": format_day(day, "vi")}
        elif target.shape != "keep" and self.chance.random() < 0.3:
            typed["as_at"] = format_day(slot.period.cut_off - timedelta(days=number(0, 20)), "vi")
        return typed

    def _decide(self, now: Moment, target: Target) -> None:
        waiting = sa.select(Report).where(Report.target_id == target.id, Report.state.in_(("sent", "accepted")))
        reports = self.session.scalars(waiting.order_by(Report.id)).all()
        if not reports:
            return
        report = self.chance.choice(reports)
        seq = queries.last_revision(self.session, report.id).seq
        if report.state == "accepted":
            if self.chance.random() < 0.2:
                self._press("reopened", now, lambda s, n: _reopen(s, n, report))
            return
        body = next(code for code, one in self.made.bodies.items() if one.id == report.agency_id)
        reader = self._reader(now, OTHERS[body], Office.APPRAISER)
        choice = self.chance.random()
        if choice < 0.4:
            self._press("accepted", now, lambda s, n: appraisal.accept(s, n, reader=reader, report=report, seq=seq))
        elif choice < 0.7:
            typed = {"numerator": "19", "denominator": "20"} if target.ratio else {"value": "20"}
            self._press(
                "accepted with another value", now, lambda s, n: appraisal.accept_with_value(
                    s, n, reader=reader, report=report, seq=seq, typed=typed, language="vi", reason="Đối chiếu",
                )
            )  # fmt: skip
        else:
            self._press(
                "returned", now, lambda s, n: appraisal.return_report(
                    s, n, reader=reader, report=report, seq=seq, reason="Thiếu tài liệu",
                )
            )  # fmt: skip

    def _recall(self, now: Moment, target: Target) -> None:
        sent = sa.select(Report).where(Report.target_id == target.id, Report.state == "sent").order_by(Report.id)
        report = self.session.scalars(sent).first()
        if report is None:
            return
        slot = queries.slot_of(self.session, report)
        head = self._reader(now, slot.agency.code, Office.HEAD)
        seq = queries.last_revision(self.session, report.id).seq
        self._press("recalled", now, lambda s, n: recalling.recall(s, n, reader=head, slot=slot, seq=seq))

    def _sign(self, now: Moment, target: Target) -> None:
        """What no service does yet: rows as a loaded package writes them, known today, signed some days ago."""
        signed_on = max(now.on - timedelta(days=self.chance.choice((0, 0, 3, 9))), errand.SIGNED_ON)
        which = self.chance.choice((self._extend, self._suspend, self._amend, self._end, self._day_off))
        which(now, target, signed_on)

    def _extend(self, now: Moment, target: Target, signed_on: date) -> None:
        last = self.session.scalar(sa.select(sa.func.max(Extension.due_on)).where(Extension.target_id == target.id))
        granted = sa.select(sa.func.max(Extension.granted_on)).where(Extension.target_id == target.id)
        signed_on = max(signed_on, self.session.scalar(granted) or signed_on)
        due_on = (last or target.due_on) + timedelta(days=self.chance.randint(10, 50))
        if due_on > date(2021, 12, 31):
            return
        row = Extension(target_id=target.id, granted_on=signed_on, due_on=due_on, recorded_on=now.on)
        self._press("extended", now, lambda s, n: _add(s, target, row))

    def _suspend(self, now: Moment, target: Target, signed_on: date) -> None:
        if self.session.scalar(sa.select(Suspension.id).where(Suspension.target_id == target.id)) is not None:
            return
        from_on = now.on + timedelta(days=self.chance.randint(-5, 15))
        row = Suspension(
            target_id=target.id, from_on=from_on, to_on=from_on + timedelta(days=self.chance.randint(3, 50)),
            decided_on=signed_on, recorded_on=now.on,
        )  # fmt: skip
        self._press("suspended", now, lambda s, n: _add(s, target, row))

    def _amend(self, now: Moment, target: Target, signed_on: date) -> None:
        from_on = signed_on + timedelta(days=self.chance.randint(0, 30))
        goal = None if target.goal is None or target.shape == "keep" else target.goal + self.chance.randint(1, 5)
        row = Amendment(
            target_id=target.id, signed_on=signed_on, from_on=from_on, recorded_on=now.on, goal=goal,
            weight=Decimal(self.chance.randint(1, 4)),
        )  # fmt: skip
        self._press("amended", now, lambda s, n: _add(s, target, row))

    def _end(self, now: Moment, target: Target, signed_on: date) -> None:
        if target.ended_on is not None or self.done["ended"]:
            return

        def end(session: Session, now: Moment) -> None:
            target.ended_on = now.on + timedelta(days=self.chance.randint(-3, 20))
            target.end_decided_on, target.end_recorded_on = signed_on, now.on
            target.end_reason = "withdrawn"
            touch(session, "target", target.id)

        self._press("ended", now, end)

    def _day_off(self, now: Moment, target: Target, signed_on: date) -> None:
        calendar = self.session.scalars(sa.select(WorkingCalendar)).one()
        day = now.on + timedelta(days=self.chance.randint(1, 40))
        self._press(
            "calendar", now,
            lambda s, n: programmes.set_day(s, n, actor_id=1, calendar=calendar, day=day, note="Nghỉ bù"),
        )  # fmt: skip


def _reopen(session: Session, now: Moment, report: Report) -> None:
    revision = queries.last_revision(session, report.id)
    standing = queries.last_decision(session, revision.id)
    assert standing is not None
    session.add(
        Decision(
            revision_id=revision.id, seq=standing.seq + 1, outcome="reopened", decided_on=now.on, recorded_on=now.on,
            reason="Thanh tra",
        )
    )  # fmt: skip
    report.state = "reopened"
    touch(session, "target", report.target_id)


def _add(session: Session, target: Target, row: Any) -> None:
    session.add(row)
    touch(session, "target", target.id)
