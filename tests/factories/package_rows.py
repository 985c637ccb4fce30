"""Enters a commitment package into the database row by row, all at once or day by day as things were recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.commitments.models import Amendment, Commitment, Extension, Suspension, Target
from tracker.core.db.unit_of_work import touch
from tracker.programmes.models import CalendarDay, Period, PolicyVersion, Programme, WorkingCalendar
from tracker.progress.models import Decision, Report, Revision

Json = dict[str, Any]


class PackageRows:
    """A package on its way into the database. What all share stands at once; `enter` adds the records of a day."""

    def __init__(self, session: Session, package: Json, tag: str = "") -> None:
        self.session = session
        self.tag = tag  # sets the tokens of several packages apart
        self._by_day: dict[date, list[tuple[int, Callable[[], None]]]] = defaultdict(list)
        self._targets: dict[tuple[str, str], Target] = {}
        self._periods: dict[tuple[int, str], int] = {}
        self._reports: dict[int, Report] = {}
        self._revisions: dict[int, Revision] = {}
        self._agencies, self._programmes = self._shared(package)
        for commitment in package["commitments"]:
            self._plan(0, _day(commitment["signed_on"]), self._enter_commitment, commitment)

    @property
    def days(self) -> list[date]:
        """The days on which something was recorded, in order."""
        return sorted(self._by_day)

    def enter(self, day: date) -> None:
        """Enter what was recorded on the day, and say which targets it touches."""
        self._enter(lambda found: found == day)

    def enter_all(self, last: date = date.max) -> None:
        """Enter everything that was recorded up to a day, at once."""
        self._enter(lambda found: found <= last)

    def _enter(self, wanted: Callable[[date], bool]) -> None:
        while days := list(filter(wanted, self.days)):  # a commitment plans the records of its targets
            plans = [plan for day in days for plan in self._by_day.pop(day)]
            for place in sorted({place for place, _ in plans}):
                for _, do in filter(lambda plan: plan[0] == place, plans):
                    do()
                self.session.flush()  # what comes next refers to it

    def _plan(self, place: int, day: date, do: Callable[[Any], None], record: Any) -> None:
        self._by_day[day].append((place, lambda: do(record)))

    def _shared(self, package: Json) -> tuple[dict[str, Agency], dict[str, Programme]]:
        calendar = self.session.query(WorkingCalendar).filter_by(name=package["calendar"]["name"]).one_or_none()
        if calendar is None:
            calendar = WorkingCalendar(name=package["calendar"]["name"])
            self.session.add(calendar)
            self.session.flush()
            for key, works in (("off_days", False), ("working_days", True)):
                self.session.add_all(
                    CalendarDay(calendar_id=calendar.id, day=_day(day), works=works) for day in package["calendar"][key]
                )
        agencies = {}
        for given in package["agencies"]:
            agencies[given["code"]] = Agency(
                code=self.tag + given["code"], kind=given["kind"], peer_group=given.get("peer_group"),
                name=given["name"], sort_key=given["code"],
            )  # fmt: skip
        self.session.add_all(agencies.values())
        programmes = {given["code"]: self._programme(given, calendar) for given in package["programmes"]}
        return agencies, programmes

    def _programme(self, given: Json, calendar: WorkingCalendar) -> Programme:
        programme = Programme(
            code=self.tag + given["code"], title=given["title"], starts_on=_day(given["starts_on"]),
            ends_on=_day(given["ends_on"]), calendar_id=calendar.id,
        )  # fmt: skip
        self.session.add(programme)
        self.session.flush()
        self.session.add(PolicyVersion(programme_id=programme.id, from_on=None, values=given.get("policy", {})))
        periods = [
            Period(
                programme_id=programme.id, frequency=p["frequency"], code=p["code"], starts_on=_day(p["starts_on"]),
                cut_off=_day(p["cut_off"]), due_on=_day(p["due_on"]),
            )
            for p in given["periods"]
        ]  # fmt: skip
        self.session.add_all(periods)
        self.session.flush()
        self._periods.update({(programme.id, period.code): period.id for period in periods})
        return programme

    def _enter_commitment(self, given: Json) -> None:
        commitment = Commitment(
            token=self.tag + given["number"], number=self.tag + given["number"],
            programme_id=self._programmes[given["programme"]].id, agency_id=self._agencies[given["agency"]].id,
            signed_on=_day(given["signed_on"]), in_force_from=_day(given["in_force_from"]),
        )  # fmt: skip
        self.session.add(commitment)
        self.session.flush()
        for target in given["targets"]:
            self._enter_target(commitment, target)

    def _enter_target(self, commitment: Commitment, given: Json) -> None:
        target = Target(
            token=f"{commitment.number}-{given['code']}".replace("/", "-"), commitment_id=commitment.id,
            programme_id=commitment.programme_id, agency_id=commitment.agency_id,
            code=given["code"], title=given["title"], domain=given["domain"], shape=given["shape"], unit=given["unit"],
            weight=Decimal(given["weight"]), frequency=given["frequency"], starts_on=_day(given["starts_on"]),
            due_on=_day(given["due_on"]), direction=given.get("direction"),
            judged_by=given.get("judged_by"), ratio=given.get("ratio", False),
            cumulative=given.get("cumulative", False), milestones=given.get("milestones", []),
            **{name: _figure(given, name) for name in ("baseline", "goal", "low", "high")},
        )  # fmt: skip
        self.session.add(target)
        self.session.flush()
        touch(self.session, "target", target.id)
        for extension in given.get("extensions", ()):
            self._plan(1, _recorded(extension, "granted_on"), lambda x: self._extension(target, x), extension)
        for suspension in given.get("suspensions", ()):
            self._plan(1, _recorded(suspension, "decided_on"), lambda s: self._suspension(target, s), suspension)
        for amendment in given.get("amendments", ()):
            self._plan(1, _recorded(amendment, "signed_on"), lambda a: self._amendment(target, a), amendment)
        if "ended" in given:
            self._plan(1, _recorded(given["ended"], "decided_on"), lambda e: self._end(target, e), given["ended"])
        for report in given.get("reports", ()):
            self._plan_report(target, report)

    def _plan_report(self, target: Target, report: Json) -> None:
        first = min(report["revisions"], key=lambda revision: _recorded(revision, "submitted_on"))
        self._plan(1, _recorded(first, "submitted_on"), lambda r: self._report(target, r), report)
        for revision in report["revisions"]:
            place = 2 * revision["seq"]
            self._plan(
                place, _recorded(revision, "submitted_on"), lambda r: self._revision(target, report, r), revision
            )
            for seq, decision in enumerate(revision.get("decisions", ()), start=1):
                self._plan(
                    place + 1,
                    _recorded(decision, "decided_on"),
                    lambda d, revision=revision, seq=seq: self._decision(target, revision, seq, d),  # type: ignore[misc]
                    decision,
                )

    def _extension(self, target: Target, given: Json) -> None:
        self._add(target, Extension, given, granted_on=_day(given["granted_on"]), due_on=_day(given["due_on"]),
                  recorded_on=_recorded(given, "granted_on"))  # fmt: skip

    def _suspension(self, target: Target, given: Json) -> None:
        self._add(target, Suspension, given, from_on=_day(given["from"]), to_on=_day(given["to"]),
                  decided_on=_day(given["decided_on"]), recorded_on=_recorded(given, "decided_on"))  # fmt: skip

    def _amendment(self, target: Target, given: Json) -> None:
        figures = {name: _figure(given, name) for name in ("goal", "baseline", "low", "high", "weight")}
        self._add(target, Amendment, given, signed_on=_day(given["signed_on"]), from_on=_day(given["from"]),
                  recorded_on=_recorded(given, "signed_on"), milestones=given.get("milestones"), **figures)  # fmt: skip

    def _end(self, target: Target, given: Json) -> None:
        target.ended_on, target.end_decided_on = _day(given["on"]), _day(given["decided_on"])
        target.end_recorded_on = _recorded(given, "decided_on")
        touch(self.session, "target", target.id)

    def _add(self, target: Target, model: Any, given: Json, **columns: Any) -> None:
        self.session.add(model(target_id=target.id, reason=given.get("reason"), **columns))
        touch(self.session, "target", target.id)

    def _report(self, target: Target, given: Json) -> None:
        row = Report(
            token=f"{target.token}/{given.get('period', '')}", target_id=target.id, agency_id=target.agency_id,
            programme_id=target.programme_id, kind=given["kind"], state="sent",
            sent_on=_day(given["revisions"][0]["submitted_on"]),
            period_id=self._periods[target.programme_id, given["period"]] if "period" in given else None,
        )  # fmt: skip
        self._reports[id(given)] = row
        self.session.add(row)

    def _revision(self, target: Target, report: Json, given: Json) -> None:
        row = self._reports[id(report)]
        row.state, row.sent_on = "sent", _day(given["submitted_on"])
        revision = Revision(
            report_id=row.id, seq=given["seq"], submitted_on=_day(given["submitted_on"]),
            recorded_on=_recorded(given, "submitted_on"),
            as_at=_day(given["as_at"]) if "as_at" in given else None, not_applicable=given.get("not_applicable", False),
            **{name: _figure(given, name) for name in ("value", "numerator", "denominator")},
        )  # fmt: skip
        self._revisions[id(given)] = revision
        self.session.add(revision)
        touch(self.session, "target", target.id)

    def _decision(self, target: Target, revision: Json, seq: int, given: Json) -> None:
        row = self._revisions[id(revision)]
        self.session.add(
            Decision(
                revision_id=row.id, seq=seq, outcome=given["outcome"], decided_on=_day(given["decided_on"]),
                recorded_on=_recorded(given, "decided_on"), reason=given.get("reason"),
                **{name: _figure(given, name) for name in ("value", "numerator", "denominator")},
            )
        )  # fmt: skip
        report = self.session.get(Report, row.report_id)
        assert report is not None
        report.state = given["outcome"]
        touch(self.session, "target", target.id)


def _recorded(record: Json, own_day: str) -> date:
    return _day(record["recorded_on"] if "recorded_on" in record else record[own_day])


def _figure(record: Json, key: str) -> Decimal | None:
    return Decimal(record[key]) if key in record else None


def _day(text: str) -> date:
    return date.fromisoformat(text)
