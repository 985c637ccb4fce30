"""Reads for these pages that no single room answers: where a body's targets stand, and which bodies have what to do."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.queries import led_now
from tracker.agencies.choices import told_apart
from tracker.agencies.models import Agency as Agency
from tracker.agencies.queries import called
from tracker.commitments.models import Commitment, Target
from tracker.compliance.models import StatusSpan
from tracker.core.actions import Action
from tracker.core.db.database import Condition
from tracker.core.db.searching import searched
from tracker.core.db.sorting import by_name, code_key
from tracker.core.languages import _l, text_by_language
from tracker.core.tables import Column, Filter, Listing, SortKey
from tracker.permissions.reader import Reader
from tracker.permissions.scope import restrict
from tracker.programmes.models import Period, Programme
from tracker.programmes.queries import not_long_over
from tracker.programmes.words import period_title
from tracker.progress.models import Draft, Evidence, Report
from tracker.progress.queries import ReportSlot, waiting_for_appraisal
from tracker.rule.records import record

# What one must be allowed to do for reading a file.
DRAFT_FILES, SENT_FILES = Action.ENTER_FIGURE, Action.SEE_TARGET


def targets_within(reader: Reader, action: Action) -> Condition:
    """Condition on Target: of a body whose matters the reader may act on in this way."""
    return restrict(Target.agency_id, reader, action)


def reports_within(reader: Reader, action: Action) -> Condition:
    """Condition on Report."""
    return restrict(Report.agency_id, reader, action)


def evidence_within(reader: Reader) -> Condition:
    """Condition on Evidence: sent files for whoever sees the target, a draft's files for its own body alone."""
    own = restrict(Evidence.agency_id, reader, DRAFT_FILES)
    for_good = sa.or_(Evidence.revision_id.is_not(None), Evidence.asked_on.is_not(None))
    sent = sa.and_(for_good, restrict(Evidence.agency_id, reader, SENT_FILES))
    return sa.or_(own, sent)


@record(frozen=True, slots=True)
class Duties:
    """The targets of some bodies with their periods, reports and drafts: what a body's own pages are made of."""

    completions: dict[int, ReportSlot]  # by target: the slot without a period
    periods: dict[tuple[int, str], Period]  # by programme and code
    reports: dict[tuple[int, int | None], Report]  # by target and period's id
    drafts: dict[tuple[int, int | None], Draft]
    headed: frozenset[int] = frozenset()  # the bodies among them that somebody heads on the day

    def slot(self, target_id: int, code: str | None) -> ReportSlot:
        """The slot of a target's period; without a code that of its completion."""
        whole = self.completions[target_id]
        return whole if code is None else replace(whole, period=self.periods[(whole.target.programme_id, code)])

    def report(self, slot: ReportSlot) -> Report | None:
        """The report of a slot."""
        return self.reports.get((slot.target.id, slot.period.id if slot.period else None))

    def draft(self, slot: ReportSlot) -> Draft | None:
        """The draft of a slot."""
        return self.drafts.get((slot.target.id, slot.period.id if slot.period else None))


def duties_of(session: Session, agency_ids: Collection[int], on: date) -> Duties:
    """What these bodies (a reader's own: one or two) have promised and reported, in programmes not long over.

    Four statements.
    """
    found = session.execute(
        sa.select(Target, Agency, Programme, Commitment, Agency.id.in_(led_now(on)).label("headed"))
        .select_from(Target)
        .join(Agency, Agency.id == Target.agency_id)
        .join(Programme, Programme.id == Target.programme_id)
        .join(Commitment, Commitment.id == Target.commitment_id)
        .where(Target.agency_id.in_(agency_ids), not_long_over(on))
        .order_by(Programme.starts_on.desc(), Target.id)
    )
    in_order = sorted(found.all(), key=lambda row: code_key(row[3].number, row[0].code))
    rows = sorted(in_order, key=lambda row: row[2].starts_on, reverse=True)
    completions = {row[0].id: ReportSlot(*row[:4], None) for row in rows}
    programmes = {slot.programme.id for slot in completions.values()}
    periods = session.scalars(sa.select(Period).where(Period.programme_id.in_(programmes)))
    reports = session.scalars(sa.select(Report).where(Report.agency_id.in_(agency_ids)))
    drafts = session.scalars(sa.select(Draft).where(Draft.agency_id.in_(agency_ids)))
    return Duties(
        completions=completions,
        periods={(period.programme_id, period.code): period for period in periods},
        reports={(report.target_id, report.period_id): report for report in reports},
        drafts={(draft.target_id, draft.period_id): draft for draft in drafts},
        headed=frozenset(row[1].id for row in rows if row.headed),
    )


def agency_by_code(session: Session, reader: Reader, action: Action, code: str) -> Agency | None:
    """A body by its code, whatever its case; none where it is out of the reader's reach."""
    return session.scalars(sa.select(Agency).where(called(code), restrict(Agency.id, reader, action))).one_or_none()


class Choice(NamedTuple):
    """A body or a programme that a list can be filtered by; its name by language."""

    code: str
    name: dict[str, str]


def choices_of_queue(
    session: Session, visible: Condition, done: Iterable[Agency]
) -> tuple[list[Choice], list[Choice], list[str]]:
    """The bodies in their order, the programmes and the codes of the periods, the earliest first, that have reports in
    the appraiser's reach. One statement.

    Bodies that are `done`, whose last report was just decided, stay in the choice: so a filter by them does too.
    """
    waiting = (
        sa.select(Report.agency_id, Target.programme_id, Period.code.label("period"), Period.cut_off)
        .outerjoin(Period, Period.id == Report.period_id)
        .join(Target, Target.id == Report.target_id)
        .where(Report.state == "sent", visible)
        .distinct()
        .subquery()
    )
    body, programme = (Agency.sort_key, Agency.code, Agency.name), (Programme.code.label("programme"), Programme.title)
    columns = (*body, *programme, waiting.c.period, waiting.c.cut_off)
    rows = session.execute(
        sa.select(*columns)
        .select_from(waiting)
        .join(Agency, Agency.id == waiting.c.agency_id)
        .join(Programme, Programme.id == waiting.c.programme_id)
        .order_by(Agency.sort_key)
    ).all()
    of_both: list[Any] = [*rows, *done]
    bodies = {row.code: Choice(row.code, row.name) for row in sorted(of_both, key=lambda row: row.sort_key)}
    programmes = {row.programme: Choice(row.programme, row.title) for row in rows}
    codes = (code for _day, code in sorted({(row.cut_off, row.period) for row in rows if row.period}))
    return list(bodies.values()), [programmes[code] for code in sorted(programmes)], list(dict.fromkeys(codes))


@record(frozen=True, slots=True)
class OpenStep:
    """Where a target stands, as it is stored."""

    status: str
    reason: dict[str, Any]


def open_steps(session: Session, target_ids: Collection[int], on: date) -> dict[int, OpenStep]:
    """Where each of these targets (a page of them) stands today, or stood on the last day of its programme: none after
    it counts."""
    rows = session.execute(_OPEN_STEPS, {"ids": list(target_ids), "on": on})
    return {row[0]: OpenStep(*row[1:]) for row in rows}


def statuses(session: Session, target_ids: Collection[int], on: date) -> dict[int, str]:
    """The same without why."""
    return {row[0]: row[1] for row in session.execute(_STATUSES, {"ids": list(target_ids), "on": on})}


# Built once: building a statement takes longer than running it.
_ON = sa.bindparam("on", type_=sa.Date)
_LAST = Programme.ends_on
_HELD = sa.and_(StatusSpan.from_on <= _LAST, sa.or_(StatusSpan.to_on.is_(None), StatusSpan.to_on > _LAST))
_STATUSES = (
    sa.select(StatusSpan.target_id, StatusSpan.status)
    .join(Programme, Programme.id == StatusSpan.programme_id)
    .where(StatusSpan.target_id.in_(sa.bindparam("ids", expanding=True)))
    .where(sa.or_(sa.and_(_LAST >= _ON, StatusSpan.to_on.is_(None)), sa.and_(_LAST < _ON, _HELD)))
)
_OPEN_STEPS = _STATUSES.add_columns(StatusSpan.reason)


def chosen_reports(visible: Condition, tokens: Sequence[str]) -> sa.Select[Any]:
    """The waiting reports with these tokens (what a reader ticked on a page)."""
    return waiting_for_appraisal(visible).where(Report.token.in_(tokens))


def queue_listing(bodies: Sequence[Choice], programmes: Sequence[Choice], periods: Sequence[str]) -> Listing:
    """What the appraiser's queue can do: oldest first, filtered by words, body, programme and period."""
    return Listing(
        columns=(
            Column("sent", _l("Sent on"), sort=(SortKey(Report.sent_on.expression, date),)),
            Column("agency", _l("Body"), sort=(by_name(Agency.sort_key.expression),)),
        ),
        default_sort="sent",
        identity=SortKey(Report.id.expression, int),
        filters=(
            searched("q", _l("Words, code or number"), Target.search_key),
            Filter(
                "agency",
                _l("Body"),
                where=lambda code: Agency.code == code,
                exists=lambda code: Agency.code == code,
                offered=told_apart(bodies),
            ),
            Filter(
                "programme",
                _l("Programme"),
                where=lambda code: (
                    Target.programme_id == sa.select(Programme.id).where(Programme.code == code).scalar_subquery()
                ),
                exists=lambda code: Programme.code == code,
                offered=[(row.code, text_by_language(row.name)) for row in programmes],
            ),
            Filter(
                "period",
                _l("Period"),
                where=lambda code: Period.code == code,
                exists=lambda code: Period.code == code,
                offered=[(code, period_title(code)) for code in periods],
            ),
        ),
    )
