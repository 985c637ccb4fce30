"""Reads what a package is judged against, and what a dump holds, in the shape of the package. `writing` prints it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import classifications
from tracker.agencies.classifications import Classified
from tracker.agencies.models import Agency, AgencySuccession
from tracker.commitments.models import Amendment, Commitment, Extension, Suspension, Target
from tracker.core.db.database import Condition
from tracker.interchange.dumping import corrections, life_queries
from tracker.interchange.dumping.values import Found, record_of, written
from tracker.interchange.judging.known import Known, Programme, working_calendar
from tracker.programmes import models as programmes
from tracker.programmes.policy import policy_from
from tracker.progress.models import STANDS, Decision, Report, Revision

TARGETS_AT_ONCE = 1_000


@dataclass
class Ids:
    """Row ids of what records name: calendars by name, agencies and programmes by code, periods by code."""

    calendars: dict[str, int]
    agencies: dict[str, int]
    programmes: dict[str, int]
    periods: dict[int, dict[str | None, int]]  # of a programme, by its id

    def add_programme(self, session: Session, code: str, programme_id: int) -> None:
        """Take in a programme that was just stored, with its periods."""
        self.programmes[code] = programme_id
        period = programmes.Period
        found = session.execute(sa.select(period.code, period.id).where(period.programme_id == programme_id))
        self.periods[programme_id] = {row.code: row.id for row in found}


def ids(session: Session) -> Ids:
    """The ids of everything that stands here and that a package may name."""
    periods: dict[int, dict[str | None, int]] = defaultdict(dict)
    period = programmes.Period
    for programme_id, code, period_id in session.execute(sa.select(period.programme_id, period.code, period.id)):
        periods[programme_id][code] = period_id
    return Ids(
        _by_name(session, programmes.WorkingCalendar.name, programmes.WorkingCalendar.id),
        _by_name(session, Agency.code, Agency.id),
        _by_name(session, programmes.Programme.code, programmes.Programme.id),
        periods,
    )


def known(session: Session) -> Known:
    """What stands here, as the checks of a package need it."""
    calendars = {record["name"]: record for record in calendars_of(session)}
    names = {calendar_id: name for name, calendar_id in ids(session).calendars.items()}
    found = {}
    for row in session.execute(sa.select(programmes.Programme.id, programmes.Programme.calendar_id)):
        record = programme_record(session, row.id)
        calendar = working_calendar(calendars[names[row.calendar_id]])
        found[record["code"]] = Programme.of(record, calendar, policy_from(record["policy"]))
    return Known(
        calendars,
        {record["code"]: record for record in agency_records(session)},
        found,
        set(session.scalars(sa.select(Commitment.number))),
        **life_queries.known(session),
    )


def calendars_of(session: Session, calendar_id: int | None = None) -> list[Found]:
    """The working calendars (or one) with their days, as records."""
    calendar, entry = programmes.WorkingCalendar, programmes.CalendarDay
    statement = sa.select(calendar.id, calendar.name).order_by(calendar.id)
    if calendar_id is not None:
        statement = statement.where(calendar.id == calendar_id)
    records: dict[int, Found] = {
        row.id: {"name": row.name, "off_days": [], "working_days": []} for row in session.execute(statement)
    }
    for row in session.execute(sa.select(entry.calendar_id, entry.day, entry.works).order_by(entry.day)):
        if row.calendar_id in records:
            records[row.calendar_id]["working_days" if row.works else "off_days"].append(row.day.isoformat())
    return list(records.values())


def agency_records(session: Session, codes: set[str] | None = None) -> list[Found]:
    """Bodies with the codes of their successors; of those named, and of whoever succeeded them in turn, or all."""
    names = {row.id: row.code for row in session.execute(sa.select(Agency.id, Agency.code))}
    successors: dict[str, list[str]] = defaultdict(list)
    order = (AgencySuccession.predecessor_id, AgencySuccession.position, AgencySuccession.id)
    for row in session.execute(
        sa.select(AgencySuccession.predecessor_id, AgencySuccession.successor_id).order_by(*order)
    ):
        successors[names[row.predecessor_id]].append(names[row.successor_id])
    wanted = _with_successors(codes, successors) if codes is not None else set(names.values())
    told = classifications.of_agencies(session)
    columns = (Agency.id, Agency.code, Agency.name, Agency.exists_from, Agency.exists_to)
    return [
        {**record_of(row), "classifications": _classified(told[row.id]), "successors": successors[row.code]}
        for row in session.execute(sa.select(*columns))
        if row.code in wanted
    ]


def _classified(told: Sequence[Classified]) -> list[Found]:
    return [{"from": written(one.from_on), "kind": one.kind, "peer_group": one.peer_group} for one in told]


def programme_record(session: Session, programme_id: int) -> Found:
    """A programme with its last policy and its periods, each with the days that were set first and those since."""
    programme, period, version = programmes.Programme, programmes.Period, programmes.PolicyVersion
    columns = (programme.code, programme.title, programme.starts_on, programme.ends_on)
    record = record_of(session.execute(sa.select(*columns).where(programme.id == programme_id)).one())
    last = sa.select(version.values).where(version.programme_id == programme_id)
    chosen = programmes.SigningWays
    order = chosen.from_on.is_not(None), chosen.from_on, chosen.id
    told = sa.select(chosen.from_on.label("from"), chosen.ways, chosen.key_to_send, chosen.set_at, chosen.reason)
    signing = session.execute(told.where(chosen.programme_id == programme_id).order_by(*order))
    record["signing"] = [record_of(row) for row in signing]
    record["policy"] = session.scalar(last.order_by(version.from_on.is_(None), version.from_on.desc()).limit(1)) or {}
    days = ("starts_on", "cut_off", "due_on")
    first = (getattr(period, f"first_{name}").label(name) for name in days)
    own = period.programme_id == programme_id
    changes: dict[int, list[Found]] = defaultdict(list)
    change = programmes.PeriodChange
    moved = sa.select(*change.__table__.c).join(period, period.id == change.period_id).where(own)
    for row in session.execute(moved.order_by(change.id)):
        changes[row.period_id].append(record_of(row))
    periods = session.execute(sa.select(period.id, period.frequency, period.code, *first).where(own))
    record["periods"] = [{**record_of(row), "changes": changes[row.id]} for row in periods]
    return record


def policies_ahead(session: Session, programme_ids: Sequence[int]) -> list[str]:
    """Codes of the programmes whose policy has changed since their beginning: a package holds one policy only."""
    programme, version = programmes.Programme, programmes.PolicyVersion
    changed = sa.select(programme.code).join(version, version.programme_id == programme.id)
    return sorted(set(session.scalars(changed.where(programme.id.in_(programme_ids), version.from_on.is_not(None)))))


def programme_rows(session: Session, code: str | None) -> list[Any]:
    """Id, code and calendar (id, name) of a programme, or of all."""
    programme, calendar = programmes.Programme, programmes.WorkingCalendar
    statement = sa.select(
        programme.id, programme.code, calendar.id.label("calendar_id"), calendar.name.label("calendar")
    )
    statement = statement.join(calendar, calendar.id == programme.calendar_id)
    return list(session.execute(statement if code is None else statement.where(programme.code == code)))


def agency_codes(session: Session, programme_id: int) -> set[str]:
    """Codes of the bodies with a commitment in a programme, or on the way to one, or that take part in it."""
    statement = sa.select(Agency.code).join(Commitment, Commitment.agency_id == Agency.id)
    found = session.scalars(statement.where(Commitment.programme_id == programme_id).distinct())
    return {*found, *life_queries.agency_codes(session, programme_id)}


def commitment_records(session: Session, programme_ids: Sequence[int]) -> Iterator[Found]:
    """The commitments of these programmes with all that belongs to them, by number, a batch at a time."""
    numbers = (
        sa.select(Commitment.number, Commitment.id, sa.func.count(Target.id))
        .join(Target, Target.commitment_id == Commitment.id, isouter=True)
        .where(Commitment.programme_id.in_(programme_ids))
        .group_by(Commitment.number, Commitment.id)
    )
    # Sorted here: databases sort texts each in its own way.
    in_order = sorted((row[0], row[1], row[2]) for row in session.execute(numbers))
    for ids in _in_batches((commitment_id, targets) for _number, commitment_id, targets in in_order):
        yield from _batch(session, ids)


def _in_batches(commitments: Iterable[tuple[int, int]]) -> Iterator[list[int]]:
    """Commitments (id, number of targets) in lists whose targets are few enough to be read at once.

    A commitment is never divided: a large one stands alone.
    """
    ids: list[int] = []
    held = 0
    for commitment_id, targets in commitments:
        if ids and (held + targets > TARGETS_AT_ONCE or len(ids) == TARGETS_AT_ONCE):
            yield ids
            ids, held = [], 0
        ids.append(commitment_id)
        held += targets
    if ids:
        yield ids


def _batch(session: Session, commitment_ids: Sequence[int]) -> list[Found]:
    statement = (
        sa.select(
            Commitment.id,
            Commitment.number,
            programmes.Programme.code.label("programme"),
            Agency.code.label("agency"),
            Commitment.signed_on,
            Commitment.in_force_from,
            Commitment.signed_how,
        )
        .join(programmes.Programme, programmes.Programme.id == Commitment.programme_id)
        .join(Agency, Agency.id == Commitment.agency_id)
        .where(Commitment.id.in_(commitment_ids))
    )
    targets = _targets(session, commitment_ids)
    found = {}
    for row in session.execute(statement):
        record = record_of(row)
        found[row.id] = {**record, "targets": targets[row.id]}
    return [found[commitment_id] for commitment_id in commitment_ids]


def _targets(session: Session, commitment_ids: Sequence[int]) -> dict[int, list[Found]]:
    """The targets of these commitments, whole, by commitment."""
    own = sa.select(Target.id).where(Target.commitment_id.in_(commitment_ids))
    facts = {
        "extensions": _facts(session, Extension, own),
        "suspensions": _facts(session, Suspension, own),
        "amendments": _facts(session, Amendment, own),
        **life_queries.asked(session, own),
        "reports": _reports(session, own),
    }
    by_commitment: dict[int, list[Found]] = defaultdict(list)
    for row in session.execute(sa.select(*Target.__table__.c).where(Target.commitment_id.in_(commitment_ids))):
        record = record_of(row)
        if row.ended_on is not None:
            record["ended"] = {
                "on": record["ended_on"],
                "decided_on": record["end_decided_on"],
                "recorded_on": record["end_recorded_on"],
                "reason": record["end_reason"],
            }
        by_commitment[row.commitment_id].append({**record, **{key: of[row.id] for key, of in facts.items()}})
    return by_commitment


def _facts(session: Session, model: Any, own: sa.Select[int]) -> dict[int, list[Found]]:
    """Extensions, suspensions or amendments, in the order in which they were stored, by target."""
    by_target: dict[int, list[Found]] = defaultdict(list)
    for row in session.execute(sa.select(*model.__table__.c).where(model.target_id.in_(own)).order_by(model.id)):
        record = record_of(row)
        for name in ("from", "to"):
            if f"{name}_on" in record:
                record[name] = record.pop(f"{name}_on")
        by_target[row.target_id].append(record)
    return by_target


def _reports(session: Session, own: sa.Select[int]) -> dict[int, list[Found]]:
    """Reports with their revisions and decisions, by target."""
    period = programmes.Period
    statement = (
        sa.select(Report.id, Report.target_id, Report.kind, period.code.label("period"))
        .join(period, period.id == Report.period_id, isouter=True)
        .where(Report.target_id.in_(own))
        .order_by(Report.id)
    )
    reports = session.execute(statement).all()
    of_reports = sa.select(Report.id).where(Report.target_id.in_(own))
    of_revisions = sa.select(Revision.id).where(Revision.report_id.in_(of_reports))
    named = corrections.named(session, of_revisions)
    asked = corrections.asked(session, of_revisions)
    decisions: dict[int, list[Found]] = defaultdict(list)
    for owner, decision_id, record in _ordered(session, Decision, Decision.revision_id, of_revisions, STANDS):
        decisions[owner].append({**record, "named": named.get(decision_id)})
    revisions: dict[int, list[Found]] = defaultdict(list)
    for owner, revision_id, record in _ordered(session, Revision, Revision.report_id, of_reports):
        of_it = {"decisions": decisions[revision_id], "corrections": asked.get(revision_id, [])}
        revisions[owner].append({**record, **of_it})
    by_target: dict[int, list[Found]] = defaultdict(list)
    for row in reports:
        by_target[row.target_id].append({"kind": row.kind, "period": row.period, "revisions": revisions[row.id]})
    return by_target


def _ordered(
    session: Session, model: Any, owner: Any, owners: sa.Select[int], *where: Condition
) -> Iterator[tuple[int, int, Found]]:
    """(owner's id, own id, record) of numbered rows, in the order of their numbers."""
    statement = sa.select(*model.__table__.c).where(owner.in_(owners), *where).order_by(owner, model.seq)
    for row in session.execute(statement):
        yield getattr(row, owner.key), row.id, record_of(row)


def _with_successors(codes: Iterable[str], successors: dict[str, list[str]]) -> set[str]:
    """These codes, and those of their successors, of the successors' successors, and so on."""
    wanted, waiting = set(codes), list(codes)
    while waiting:
        new = set(successors[waiting.pop()]) - wanted
        wanted |= new
        waiting += new
    return wanted


def _by_name(session: Session, name: Any, identity: Any) -> dict[str, int]:
    return {row[0]: row[1] for row in session.execute(sa.select(name, identity))}
