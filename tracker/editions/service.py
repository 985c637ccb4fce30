"""The verbs of a period's ranking, one for each move of `states`: each locked, permitted, written down, recorded."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.audit import digests
from tracker.audit.digests import Fact
from tracker.audit.events import Event
from tracker.audit.service import changes, record
from tracker.commitments.models import Target
from tracker.core import letters
from tracker.core.clock import Moment
from tracker.core.db import constraints
from tracker.core.errors import DomainError, FieldError, Forbidden, NotFound
from tracker.core.languages import Text, _l, _n, format_day
from tracker.editions import figures, queries
from tracker.editions.models import RankingAnswer, RankingAppeal, RankingEdition, RankingMove, RankingPreview
from tracker.editions.states import Move, State, action_of, line_of
from tracker.editions.words import REFUSED, UPHELD
from tracker.permissions.reader import Ground, Reader
from tracker.programmes.frames import Frames
from tracker.programmes.models import Programme

LONGEST_TEXT = 2_000
LONGEST_DECISION = 80
FEWEST_DAYS, USUAL_DAYS, MOST_DAYS = 1, 5, 20  # working days of a preview
NO_PREVIEW = _l("There is no such ranking.")
NOT_NOW = _l("As the ranking stands now, this cannot be done.")
NOT_YOURS = _l("Your office does not allow this.")
EVENTS = {
    Move.SHOW: Event.RANKING_SHOWN,
    Move.APPEAL: Event.RANKING_APPEALED,
    Move.UPHOLD: Event.RANKING_APPEAL_UPHELD,
    Move.REFUSE: Event.RANKING_APPEAL_REFUSED,
    Move.FREEZE: Event.RANKING_FROZEN,
    Move.FREEZE_AGAIN: Event.RANKING_FROZEN_AGAIN,
    Move.WITHDRAW: Event.RANKING_WITHDRAWN,
}
ONE_STANDS = _l("The ranking of this period was shown already.")
constraints.explain(
    {
        "uq_ranking_preview_stands": ("period", ONE_STANDS),
        "ranking_preview.programme_id, ranking_preview.period": ("period", ONE_STANDS),
    }
)


@dataclass(frozen=True, slots=True)
class _Actor:
    reader: Reader
    ground: Ground
    move: Move


def show(
    session: Session, now: Moment, *, reader: Reader, programme: Programme, period: str, judged_on: date, days: int
) -> RankingPreview:
    """Show the bodies a period's ranking for so many working days. Raises FieldError beside its field; a second one of
    the period is a violated constraint."""
    actor = _permitted(reader, Move.SHOW, None)
    found = next((one for one in queries.periods_of(session, programme.id, now.on) if one.code == period), None)
    if found is None:
        raise FieldError("period", _l("Choose a period whose reports were due"))
    last = min(now.on, programme.ends_on)
    if not found.cut_off <= judged_on <= last:
        between = {"first": format_day(found.cut_off), "last": format_day(last)}
        raise FieldError("judged_on", _l("Enter a day from %(first)s to %(last)s", **between))
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        raise FieldError("days", _l("Enter %(least)s to %(most)s", least=FEWEST_DAYS, most=MOST_DAYS))
    content = figures.compose(session, programme, period, judged_on, now.on)
    if not content["bodies"]:
        raise FieldError("judged_on", _l("No commitment was signed by this day"))
    written, sha256 = figures.hashed(content)
    preview = RankingPreview(
        token=_new_token(),
        programme_id=programme.id,
        period=period,
        judged_on=judged_on,
        shown_on=now.on,
        until=Frames(session).of({programme.id})[programme.id].calendar.plus(now.on, days),
        content=written,
        sha256=sha256,
        state=str(State.SHOWN),
        state_since=now.at,
        version=0,
    )
    session.add(preview)
    session.flush()
    _make(session, now, actor, preview, told={"sha256": sha256}, facts=digests.of_objects(preview))
    return preview


def appeal(
    session: Session, now: Moment, *, reader: Reader, preview_id: int, target_token: str, reason: str
) -> RankingAppeal:
    """The head of a body says that one of its cells is wrong. Raises DomainError after the preview's last day (an
    edition can be appealed against at any time), or where an appeal against the cell waits."""
    preview = _locked(session, preview_id)
    row = session.execute(
        sa.select(Target.id, Target.agency_id, Agency.code)
        .join(Agency, Agency.id == Target.agency_id)
        .where(Target.token == target_token, Target.programme_id == preview.programme_id)
    ).one_or_none()
    content = _stands(session, preview)
    cell = figures.cell(content, row.code, target_token) if row else None
    if row is None or cell is None:
        raise NotFound(_l("The ranking has no such cell."))
    actor = _permitted(reader, Move.APPEAL, State(preview.state), row.agency_id)
    if preview.state == State.SHOWN and now.on > preview.until:
        raise DomainError(_l("The preview ended on %(day)s.", day=format_day(preview.until)))
    waits = (one for one in queries.appeals_of(session, preview.id) if one.outcome is None)
    if any(one.target == target_token for one in waits):
        raise DomainError(_l("An appeal against this cell waits for its answer already."))
    move = _make(session, now, actor, preview, text=_said("reason", reason), agency_id=row.agency_id, silent=True)
    made = RankingAppeal(
        token=_new_token(),
        preview_id=preview.id,
        move_id=move.id,
        agency_id=row.agency_id,
        target_id=row.id,
        status=cell["status"],
        score=cell["score"],
    )
    session.add(made)
    session.flush()
    _record(session, now, actor, preview, move, {"target": row.id}, digests.of_objects(move, made))
    return made


def answer(
    session: Session, now: Moment, *, reader: Reader, preview_id: int, appeal_token: str, upheld: bool, reason: str
) -> RankingAnswer:
    """Uphold or refuse an appeal, with the reason. An upheld one changes no figure by itself: the figure is corrected
    where it stands, and the next freezing takes it."""
    preview = _locked(session, preview_id)
    actor = _permitted(reader, Move.UPHOLD if upheld else Move.REFUSE, State(preview.state))
    found = next(iter(queries.appeals_of(session, preview.id, appeal_token)), None)
    if found is None:
        raise NotFound(_l("There is no such appeal."))
    if found.outcome is not None:
        raise DomainError(_l("The appeal was answered already."))
    whose = found.RankingAppeal.agency_id
    if any(held.agency_id == whose for held in reader.held):
        raise Forbidden(_l("Who holds an office in the body does not answer its appeal."))
    move = _make(session, now, actor, preview, text=_said("reason", reason), agency_id=whose, silent=True)
    made = RankingAnswer(appeal_id=found.RankingAppeal.id, move_id=move.id, outcome=UPHELD if upheld else REFUSED)
    session.add(made)
    session.flush()
    told = {"target": found.RankingAppeal.target_id}
    _record(session, now, actor, preview, move, told, digests.of_objects(move, made))
    return made


def freeze(
    session: Session, now: Moment, *, reader: Reader, preview_id: int, decision: str, decided_on: date | None
) -> RankingEdition:
    """Freeze the figures of the judged day, as known today, into the next edition. Raises DomainError as long as
    something keeps it from that (`keeps_from`), FieldError beside its field."""
    preview = _locked(session, preview_id)
    state = State(preview.state)
    actor = _permitted(reader, Move.FREEZE_AGAIN if state is State.FROZEN else Move.FREEZE, state)
    name = _decision(decision)
    if decided_on is None or not preview.shown_on <= decided_on <= now.on:
        between = {"first": format_day(preview.shown_on), "last": format_day(now.on)}
        raise FieldError("decided_on", _l("Enter a day from %(first)s to %(last)s", **between))
    for reason in keeps_from(session, now, preview):
        raise DomainError(reason)
    programme = session.get_one(Programme, preview.programme_id)
    content = figures.compose(session, programme, preview.period, preview.judged_on, now.on)
    changed = figures.difference(_stands(session, preview), content)
    if state is State.FROZEN and not changed:
        raise DomainError(_l("No figure differs from the last edition: correct the figure of the upheld appeal first."))
    written, sha256 = figures.hashed(content)
    before = queries.editions_of(session, preview.id)
    move = _make(session, now, actor, preview, text=name, silent=True)
    made = RankingEdition(
        preview_id=preview.id,
        move_id=move.id,
        number=before[0].number + 1 if before else 1,
        known_on=now.on,
        decision=name,
        decided_on=decided_on,
        content=written,
        sha256=sha256,
        difference=changed,
    )
    session.add(made)
    session.flush()
    _record(
        session, now, actor, preview, move, {"sha256": sha256, "edition": made.number}, digests.of_objects(move, made)
    )
    return made


def withdraw(session: Session, now: Moment, *, reader: Reader, preview_id: int, reason: str) -> RankingMove:
    """Withdraw a preview that was not frozen; the period can be shown anew."""
    preview = _locked(session, preview_id)
    actor = _permitted(reader, Move.WITHDRAW, State(preview.state))
    return _make(session, now, actor, preview, text=_said("reason", reason))


def keeps_from(session: Session, now: Moment, preview: RankingPreview) -> list[Text]:
    """What keeps it from being frozen now, in sentences; nothing where it can be."""
    found: list[Text] = []
    if preview.state == State.SHOWN and now.on <= preview.until:
        found.append(_l("The bodies have until %(day)s to appeal.", day=format_day(preview.until)))
    if waiting := queries.appeals_waiting(session, preview.id):
        found.append(_n("%(num)s appeal waits for its answer.", "%(num)s appeals wait for their answers.", waiting))
    if reports := queries.reports_waiting(session, preview):
        found.append(_n("%(num)s report waits to be appraised.", "%(num)s reports wait to be appraised.", reports))
    if preview.state == State.FROZEN:
        last = queries.editions_of(session, preview.id)[0]
        frozen = session.get_one(RankingMove, last.move_id)
        if not queries.upheld_since(session, preview.id, frozen.seq):
            found.append(_l("A further edition follows an appeal that was upheld; none was since the last one."))
    return found


def _stands(session: Session, preview: RankingPreview) -> dict[str, Any]:
    """The figures that were told last: those of the last edition, or of the preview."""
    editions = queries.editions_of(session, preview.id)
    return queries.figures_of(editions[0] if editions else preview)


def _locked(session: Session, preview_id: int) -> RankingPreview:
    asked = sa.select(RankingPreview).where(RankingPreview.id == preview_id).with_for_update()
    found = session.scalar(asked.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(NO_PREVIEW)
    return found


def _permitted(reader: Reader, move: Move, state: State | None, agency_id: int | None = None) -> _Actor:
    """Raises Forbidden where no office of the reader makes the move, DomainError where it is not to be made now."""
    grounds = sorted(reader.grounds(action_of(move), agency_id), key=lambda one: one.held.for_id is not None)
    if not grounds:
        raise Forbidden(NOT_YOURS)
    if line_of(move, state) is None:
        raise DomainError(NOT_NOW)
    return _Actor(reader, grounds[0], move)


def _make(
    session: Session,
    now: Moment,
    actor: _Actor,
    preview: RankingPreview,
    *,
    text: str | None = None,
    agency_id: int | None = None,
    told: dict[str, Any] | None = None,
    facts: Iterable[Fact] = (),
    silent: bool = False,
) -> RankingMove:
    """The move as a fact; recorded here too, unless more comes with it (`silent`)."""
    before = preview.state if preview.version else None
    line = line_of(actor.move, State(before) if before else None)
    if line is None:
        raise DomainError(NOT_NOW)
    if line.to is not None and str(line.to) != before:
        preview.state, preview.state_since = str(line.to), now.at
    preview.version += 1
    move = RankingMove(
        preview_id=preview.id,
        seq=preview.version,
        move=str(actor.move),
        state_before=before,
        state_after=preview.state,
        agency_id=agency_id,
        person_id=actor.reader.person_id,
        for_person_id=actor.ground.held.for_id,
        office=str(actor.ground.held.office),
        at=now.at,
        day=now.on,
        text=text,
    )
    session.add(move)
    session.flush()
    if not silent:
        _record(session, now, actor, preview, move, told or {}, [*digests.of_objects(move), *facts])
    return move


def _record(
    session: Session,
    now: Moment,
    actor: _Actor,
    preview: RankingPreview,
    move: RankingMove,
    told: dict[str, Any],
    facts: Iterable[Fact],
) -> None:
    whom = {"for_person_id": move.for_person_id} if move.for_person_id else {}
    turned = changes(ranking_state=(move.state_before, move.state_after))
    record(
        session,
        now,
        EVENTS[actor.move],
        actor_id=actor.reader.person_id,
        subject=("ranking", preview.id),
        agency_id=move.agency_id,
        detail={**whom, **told, **turned},
        facts=facts,
    )


def _said(name: str, typed: str) -> str:
    text, wrong = letters.passage(typed), letters.fault(typed)
    if wrong is not None:
        raise FieldError(name, wrong)
    if letters.says_nothing(text):
        raise FieldError(name, _l("Say why"))
    if len(text) > LONGEST_TEXT:
        raise FieldError(name, _l("Use %(most)s characters or fewer", most=LONGEST_TEXT))
    return text


def _decision(typed: str) -> str:
    text, wrong = letters.line(typed), letters.fault(typed)
    if wrong is not None:
        raise FieldError("decision", wrong)
    if letters.says_nothing(text):
        raise FieldError("decision", _l("Enter number and name of the decision"))
    if len(text) > LONGEST_DECISION:
        raise FieldError("decision", _l("Use %(most)s characters or fewer", most=LONGEST_DECISION))
    return text


def _new_token() -> str:
    return secrets.token_urlsafe(16)
