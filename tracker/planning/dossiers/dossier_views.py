"""One page per commitment, for both sides: where it stands, whose turn it is, its document, targets, proposals and what
happened."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import render_template, url_for
from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.offices import LABELS, Office
from tracker.commitments import present
from tracker.commitments.dossiers import FIRST, Dossier, DraftTarget, TermComment, TermProposal
from tracker.commitments.life import amending, concluding, life_words, lives, moving
from tracker.commitments.life.lives import Event
from tracker.commitments.life.negotiating import ACCEPTED, REFUSED
from tracker.commitments.life.states import Move, Side, State
from tracker.commitments.present import Standing
from tracker.commitments.terms import term_texts
from tracker.commitments.terms.term_texts import TERMS
from tracker.commitments.terms.terms import faults, stored
from tracker.compliance.closing.service import ASSESSED
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.languages import Text, _, _l, capital, format_day, format_instant
from tracker.people.models import Person
from tracker.permissions.guard import current_reader
from tracker.permissions.reader import Reader
from tracker.planning.blueprint import blueprint
from tracker.planning.dossiers import dossiers, signed_page, target_texts
from tracker.planning.dossiers.dossier_forms import SeenForm
from tracker.planning.dossiers.dossier_list import KINDS, MARKS
from tracker.planning.dossiers.presses import PRESSES
from tracker.planning.dossiers.signed_page import Other, amendments_of
from tracker.signing.confirmations import signature_words, signed
from tracker.signing.documents import freezing
from tracker.signing.documents.target_form import origin_text

# The way of a commitment that nothing stops, as it is shown; other ends stand in its place.
WAY = (
    *(State.DRAFTED, State.OFFERED, State.NEGOTIATED, State.AGREED, State.FROZEN, State.SIGNED),
    *(State.COUNTERSIGNED, State.IN_FORCE, State.ASSESSED, State.HEARD, State.CLOSED),
)
STEPS: Mapping[State, Text] = {
    State.DRAFTED: _l("Drafted"),
    State.OFFERED: _l("Offered"),
    State.NEGOTIATED: _l("Negotiated"),
    State.AGREED: _l("Agreed"),
    State.FROZEN: _l("Document made"),
    State.SIGNED: _l("Signed by the head"),
    State.COUNTERSIGNED: _l("Signed by both"),
    State.IN_FORCE: _l("In force"),
    State.ASSESSED: _l("Assessed"),
    State.HEARD: _l("Head has been heard"),
    State.CLOSED: _l("Closed"),
}
OUTCOMES: Mapping[str | None, Text] = {
    None: _l("waits for an answer"),
    ACCEPTED: _l("accepted"),
    REFUSED: _l("refused"),
    "taken_back": _l("taken back"),
}
_OFFICES = {
    Side.BODY: (Office.HEAD, Office.DEPUTY, Office.OFFICER),
    Side.PPC: (Office.CHAIR, Office.VICE_CHAIR, Office.MONITOR),
}


@blueprint.get("/commitments/<token>")
@action(Action.SEE_COMMITMENTS)
def commitment(token: str) -> str:
    """Everything of one commitment, or of one amendment."""
    session, reader = database.session(), current_reader()
    dossier = lives.by_token(session, reader, token)
    if dossier is None:
        return signed_page.page(token)
    state, now = State(dossier.state), clock.moment()
    targets = moving.targets_of(session, dossier.id, dropped=True)
    events = lives.history(session, dossier.id)
    by_id = {one.id: one for one in targets}
    proposals = [event.proposal for event in events if event.move.move == Move.PROPOSE and event.proposal]
    body = dossiers.body_of(session, dossier)
    programme = dossier.programme
    made = freezing.of_dossier(session, dossier)
    over = programme.ends_on < now.on and dossier.kind == FIRST  # before, nothing is assessed, and no amendment ever
    presses = [one for one in PRESSES.values() if one.shown(reader, dossier) and (over or one.name != "assess")]
    standing = _standing(session, dossier, now.on)
    others = amendments_of(session, reader, dossier.commitment_id, dossier.id)
    named = _named(session, dossier, events)
    if named is not None and named["person_id"] != reader.person_id:  # somebody else signs for the PPC
        presses = [one for one in presses if one.move is not Move.COUNTERSIGN or one.on_paper]
    waits = dossiers.waits_for(reader, dossier) and (state is not State.SIGNED or any(one.first for one in presses))
    return render_template(
        "planning/dossier.html",
        dossier=dossier,
        body=body,
        programme=programme,
        kind=str(KINDS[dossier.kind]),
        mark=(*MARKS[state], str(life_words.STATES[state])),
        steps=_steps(state, events),
        turn=_turn(dossier),
        waits=waits,
        presses=[(one.name, str(one.label), one.asked, one.kind(waits)) for one in presses],
        made=made,
        assessed=state in ASSESSED,
        takes_over=dossier.kind == FIRST and dossiers.can(reader, dossier, Move.CHANGE),
        facts=_facts(dossier, events, named),
        signatures=signature_words.lines(signed.of_dossiers(session, [dossier.id]).get(dossier.id, [])),
        targets=[
            *(_target(one, state, dossier, standing.get(one.target_id or 0)) for one in targets if not one.dropped),
            *(target_texts.standing(one) for one in _added(dossier, targets, standing)),
        ],
        ending=[_ending(one, dossier) for one in targets if one.dropped and one.base],
        amends=_amends(events, targets, standing) if dossier.kind != FIRST else None,
        amends_by=_amends_by(reader, dossier, others),
        proposals=[_proposal(one, by_id, reader, dossier) for one in reversed(proposals)],
        comments=[_comment(event, by_id) for event in reversed(events) if event.comment],
        history=[_event(event, by_id) for event in reversed(events)],
        people=_people(session, dossier, now.on),
        others=[(what, state, href) for what, state, href, _open in others],
        may_remind=dossiers.may_remind(reader, dossier),
        sides=dossiers.sides_of(reader, dossier),
        may_change=dossiers.can(reader, dossier, Move.CHANGE),
        may_propose=dossiers.can(reader, dossier, Move.PROPOSE),
        form=SeenForm(data={"version": dossier.version, "seen": dossier.document_sha256}),
    )


def _steps(state: State, events: Sequence[Event]) -> list[tuple[str, str, str, str]]:
    """(tone, shape, what, when) of each step of its way."""
    reached: dict[str, str] = {}
    for event in events:
        reached.setdefault(event.move.state_after, format_day(event.move.day))
    if state not in WAY:
        way: Sequence[State] = [one for one in WAY if one in reached]
        return [("good", "check", str(STEPS[one]), reached[one]) for one in way] + [
            (*MARKS[state], str(life_words.STATES[state]), reached[state])
        ]
    here, found = WAY.index(state), []
    for place, one in enumerate(WAY):
        if place == here:
            done = one in (State.IN_FORCE, State.CLOSED)
            found.append(("good" if done else "info", "check" if done else "ring", str(STEPS[one]), reached[one]))
        elif place < here:
            if one in reached:
                found.append(("good", "check", str(STEPS[one]), reached[one]))
        elif one is not State.NEGOTIATED:
            found.append(("silent", "ring", str(STEPS[one]), ""))
    return found


def _turn(dossier: Dossier) -> tuple[str, str] | None:
    side, since = lives.turn_of(dossier)
    return (str(life_words.SIDES[side]), format_instant(since)) if side else None


def _named(session: Session, dossier: Dossier, events: Sequence[Event]) -> Mapping[str, Any] | None:
    """Whom its document names to sign for the PPC, until that is done."""
    if dossier.state not in (State.FROZEN, State.SIGNED):
        return None
    details = [event.move.detail for event in events if event.move.move == Move.FREEZE]
    named = concluding.named_in(details[-1]) if details else None
    return named and {**named, "name": session.get_one(Person, named["person_id"]).name}


def _facts(dossier: Dossier, events: Sequence[Event], signs: Mapping[str, Any] | None) -> list[tuple[str, Any]]:
    named = amending.named_in(event.move for event in events)
    return [
        (_("Takes effect on"), format_day(named) if named and dossier.in_force_from is None else None),
        (_("Number"), dossier.number),
        (_("Day of the document"), dossier.document_on and format_day(dossier.document_on)),
        (_("Signed by the head"), dossier.signed_on and format_day(dossier.signed_on)),
        (
            _("Signs for the People's Committee"),
            signs and f"{signs['name']} ({signs['authority']} {signs['title']})",
        ),
        (_("Signed for the People's Committee"), dossier.countersigned_on and format_day(dossier.countersigned_on)),
        (_("In force from"), dossier.in_force_from and format_day(dossier.in_force_from)),
        (_("Last day to sign"), dossier.expires_on and format_day(dossier.expires_on)),
        (
            _("Last day to sign for the People's Committee"),
            dossier.countersign_until and format_day(dossier.countersign_until),
        ),
        (_("Statement possible until"), dossier.statement_until and format_day(dossier.statement_until)),
    ]


def _standing(session: Session, dossier: Dossier, on: date) -> dict[int, Standing]:
    """What has become of the terms of a commitment in force, by target: amended, extended."""
    if dossier.commitment_id is None:
        return {}
    return {one.target.id: one for one in present.of_commitment(session, dossier.commitment_id, on)}


def _target(one: DraftTarget, state: State, dossier: Dossier, standing: Standing | None) -> dict[str, Any]:
    """A target with its terms: the first goal and deadline where they are others by now, and what is still missing."""
    terms, first = one.terms, standing.first.record() if standing else {}
    if standing and dossier.kind == FIRST:
        terms = {**terms, **standing.now.record()}
    base = stored(one.base) if one.base else None
    early = state in (State.DRAFTED, State.OFFERED, State.NEGOTIATED)
    missing = faults(stored(terms), None, base, complete=True) if early else {}
    return {
        **target_texts.told(terms, first),
        "token": one.token,
        "origin": origin_text(one.taken_over_from) if one.taken_over_from else None,
        "ended": standing.target.ended_on if standing else None,
        "added": standing.target.added_on if standing else None,
        "missing": [(_label_of(name), str(message)) for name, message in missing.items()],
        "href": url_for("planning.terms", token=dossier.token, draft_token=one.token),
        "stands": url_for("monitoring.target", token=standing.target.token) if standing else None,
    }


def _added(dossier: Dossier, targets: Iterable[DraftTarget], standing: Mapping[int, Standing]) -> list[Standing]:
    """The targets of a commitment that amendments added."""
    drafted = {one.target_id for one in targets}
    return [one for key, one in standing.items() if key not in drafted] if dossier.kind == FIRST else []


def _ending(one: DraftTarget, dossier: Dossier) -> dict[str, Any]:
    """A target of its commitment that an amendment ends."""
    return {
        "code": one.code,
        "title": target_texts.title_of(one.terms),
        "keep": url_for("planning.keep_target", token=dossier.token, draft_token=one.token),
    }


def _label_of(pointer: str) -> str:
    name = pointer.split("/")[0]
    return term_texts.label(name) if name in TERMS else _("Terms")


def _proposal(one: TermProposal, by_id: Mapping[int, DraftTarget], reader: Reader, dossier: Dossier) -> dict[str, Any]:
    target = by_id.get(one.draft_target_id or 0)
    other = Side.PPC if one.side == Side.BODY else Side.BODY
    is_open = one.outcome is None
    return {
        "token": one.token,
        "side": str(life_words.SIDES[one.side]),
        "at": format_instant(one.at),
        "target": target.code if target else None,
        "changes": term_texts.changes(one.changes, target.code if target else "", target.terms if target else {}),
        "reason": one.reason,
        "outcome": str(OUTCOMES[one.outcome]),
        "tone": {None: ("warn", "ring"), ACCEPTED: ("good", "check"), REFUSED: ("bad", "square")}.get(
            one.outcome, ("silent", "dash")
        ),
        "answer_reason": one.answer_reason,
        "may_answer": is_open and dossiers.can(reader, dossier, Move.ACCEPT, other),
        "may_take_back": is_open and dossiers.can(reader, dossier, Move.TAKE_BACK, Side(one.side)),
    }


def _comment(event: Event, by_id: Mapping[int, DraftTarget]) -> dict[str, Any]:
    said: TermComment = event.comment  # type: ignore[assignment]
    target = by_id.get(said.draft_target_id or 0)
    about = _("The whole commitment")
    if target is not None:
        about = target.code
        if said.term is not None:
            then = term_texts.value(said.term, (said.value or {}).get(said.term), target.terms)
            about = _(
                "%(target)s, %(term)s (%(value)s at the time)",
                target=target.code,
                term=term_texts.label(said.term),
                value=then,
            )
    return {
        "what": about,
        "when": format_instant(said.at),
        "who": " · ".join([*_who(event), str(life_words.SIDES[said.side])]),
        "quote": said.text,
        "tone": "",
        "files": [],
    }


def _event(event: Event, by_id: Mapping[int, DraftTarget]) -> dict[str, Any]:
    move, detail = event.move, event.move.detail or {}
    told = [capital(str(life_words.MOVES[Move(move.move)]))]
    if detail.get("number"):
        told.append(detail["number"])
    for one in detail.get("targets", ()):
        target = next((row for row in by_id.values() if row.code == one["target"]), None)
        changes = term_texts.changes(one["changes"], one["target"], target.terms if target else {})
        told += [f"{row.target} {row.term}: {row.before} → {row.after}" for row in changes]
    return {
        "what": " · ".join(told),
        "when": format_instant(move.at),
        "who": ", ".join([*_who(event), str(life_words.SIDES[move.side])]),
        "quote": move.reason,
        "tone": "bad" if move.move in (Move.DECLINE, Move.WITHDRAW, Move.EXPIRE) else "",
        "files": [],
    }


def _who(event: Event) -> list[str]:
    """Who made a move, and in whose name; of one that a package brought the office alone, as far as it was told."""
    office = (event.move.detail or {}).get("office")
    found = [event.person] if event.person else [str(LABELS[Office(office)])] if office else []
    return [*found, _("for %(name)s", name=event.for_person)] if event.for_person else found


def _people(session: Session, dossier: Dossier, on: Any) -> list[tuple[str, list[str]]]:
    """Who acts for each side today."""
    of_body, of_ppc = _OFFICES[Side.BODY], _OFFICES[Side.PPC]
    holders = agencies.holders(session, on, agency_id=dossier.agency_id, offices=of_body, or_anywhere=of_ppc)
    return [
        (
            str(life_words.SIDES[side]),
            [f"{one.name}, {LABELS[one.office]}" for one in holders if one.office in offices],
        )
        for side, offices in _OFFICES.items()
    ]


def _amends(
    events: Sequence[Event], targets: Sequence[DraftTarget], standing: Mapping[int, Standing]
) -> tuple[str | None, list[target_texts.Changed]]:
    """Why a commitment is amended, and what is changed."""
    first = {one.first.code: one.first.record() for one in standing.values()}
    return events[0].move.reason, target_texts.changed(targets, first)


def _amends_by(reader: Reader, dossier: Dossier, others: Iterable[Other]) -> Text | None:
    """What the press says by which the reader begins an amendment of it; none where there is none to begin."""
    goes_on = dossier.kind == FIRST and dossier.state == State.IN_FORCE
    return dossiers.amending_press(reader, dossier.agency_id, others) if goes_on else None
