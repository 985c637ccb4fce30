"""The figures of a period's ranking: every target judged for one day by what was known on another, added up and ranked
by the rule; as canonical JSON (RFC 8785) with its hash. It names bodies and targets, and no person."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import rfc8785
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.commitments.models import Target
from tracker.compliance.recalculations import known
from tracker.compliance.recalculations.preview import Said, said
from tracker.compliance.records import facts
from tracker.compliance.standings import queries as standings
from tracker.compliance.standings import ranking
from tracker.compliance.standings.ranking import Standing
from tracker.compliance.steps.spans import hundredths, points
from tracker.compliance.steps.sums import counted
from tracker.core.languages import DEFAULT
from tracker.programmes.frames import Frames
from tracker.programmes.models import Programme
from tracker.programmes.policy import in_force
from tracker.rule import NO_SCORES, RULE_VERSION, Weighed, ranked_score, weighed
from tracker.rule.facts import Policy
from tracker.signing.codes import digest

FORMAT = "ranking/1"
Content = Mapping[str, Any]


@dataclass(slots=True)
class _Body:
    targets: list[tuple[int, Said]] = field(default_factory=list)
    scores: Weighed = NO_SCORES
    counted: Weighed = NO_SCORES

    def add(self, target_id: int, one: Said) -> None:
        self.targets.append((target_id, one))
        self.scores += weighed(points(one.score), one.weight)
        self.counted += counted(one.status, one.weight)

    def scored(self) -> Iterator[tuple[Decimal, Decimal]]:
        for _target_id, one in self.targets:
            if (score := points(one.score)) is not None:
                yield one.weight, score

    def ranked(self, policy: Policy) -> Decimal | None:
        return ranked_score(self.scores.mean, self.scores.weight, self.counted.weight, policy)


def canonical(content: Content) -> bytes:
    """The bytes that are hashed."""
    written: bytes = rfc8785.dumps(dict(content))
    return written


def hashed(content: Content) -> tuple[str, str]:
    """The text that is kept, and the SHA-256 of its bytes."""
    written = canonical(content)
    return written.decode(), digest(written)


def compose(session: Session, programme: Programme, period: str, judged_on: date, known_on: date) -> dict[str, Any]:
    """The ranking of a programme for a day, as known on another."""
    bodies, policy = _judged(session, programme.id, judged_on, known_on)
    groups = known.peers(session, bodies, judged_on)
    places = standings.ranked({one: (groups[one], body.ranked(policy)) for one, body in bodies.items()})
    stands = [Standing(one, groups[one], body.scores, body.ranked(policy)) for one, body in bodies.items()]
    flips = {one: ranking.flip_of(body.scored()) for one, body in bodies.items()}
    firm = ranking.firmness(stands, flips)
    named = {row.id: row for row in session.scalars(sa.select(Agency).where(Agency.id.in_(list(bodies))))}
    told = _targets(session, [target_id for body in bodies.values() for target_id, _one in body.targets])
    found = []
    for one, body in bodies.items():
        row: dict[str, Any] = {
            "code": named[one].code,
            "name": named[one].name[DEFAULT],
            "group": groups[one],
            "score": hundredths(body.scores.mean),
            "rank": places[one].rank,
            "among": places[one].among,
            "judged": sum(1 for _one in body.scored()),
            "targets": [_cell(told[target_id], answer) for target_id, answer in body.targets],
        }
        if one in firm:
            row |= {"best": firm[one].best, "worst": firm[one].worst}
        found.append((groups[one], places[one].rank or len(bodies) + 1, named[one].sort_key, row))
    return {
        "format": FORMAT,
        "programme": programme.code,
        "period": period,
        "judged_on": judged_on.isoformat(),
        "known_on": known_on.isoformat(),
        "rule": RULE_VERSION,
        "judged_share": str(policy.judged_share),
        "bodies": [row for *_order, row in sorted(found, key=lambda one: one[:3])],
    }


def difference(before: Content, after: Content) -> list[dict[str, Any]]:
    """What the second changes in the first, body by body: ranks, scores, and the targets that changed."""
    was = {one["code"]: one for one in before["bodies"]}
    now = {one["code"]: one for one in after["bodies"]}
    return [found for code in [*now, *(was.keys() - now)] if (found := _changed(code, was.get(code), now.get(code)))]


def cell(content: Content, body: str, target: str) -> Mapping[str, Any] | None:
    """One cell: a target's figures; none where the ranking has it not."""
    cells = (one for row in content["bodies"] if row["code"] == body for one in row["targets"])
    return next((one for one in cells if one["token"] == target), None)


def _changed(code: str, was: Content | None, now: Content | None) -> dict[str, Any] | None:
    sides = [{name: side[name] if side else None for name in ("rank", "score")} for side in (was, now)]
    cells = [{one["token"]: one for one in side["targets"]} if side else {} for side in (was, now)]
    targets = []
    for token in dict.fromkeys([*cells[1], *cells[0]]):
        before, after = cells[0].get(token), cells[1].get(token)
        if _short(before) != _short(after):
            named_cell = after or before or {}
            targets.append({"code": named_cell["code"], "before": _short(before), "after": _short(after)})
    if sides[0] == sides[1] and not targets:
        return None
    named = now or was or {}
    return {"code": code, "name": named["name"], "before": sides[0], "after": sides[1], "targets": targets}


def _short(one: Content | None) -> dict[str, Any] | None:
    return {"status": one["status"], "score": one["score"]} if one else None


def _judged(session: Session, programme_id: int, judged_on: date, known_on: date) -> tuple[dict[int, _Body], Policy]:
    frames = Frames(session)
    policy = in_force(frames.of({programme_id})[programme_id].policies, judged_on)
    found: dict[int, _Body] = defaultdict(_Body)
    for record in _records(session, programme_id, min(judged_on, known_on), frames):
        found[record.agency_id].add(record.target_id, said(record.known_on(known_on), judged_on))
    return found, policy


def _records(session: Session, programme_id: int, signed_by: date, frames: Frames) -> Iterator[facts.Record]:
    for ids in facts.stream_ids(session, *known.signed_by(programme_id, signed_by)):
        yield from facts.records_of(session, ids, frames)


def _targets(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for batch in facts.in_batches(ids):
        asked = sa.select(Target.id, Target.token, Target.code, Target.title).where(Target.id.in_(batch))
        found |= {row.id: row for row in session.execute(asked)}
    return found


def _cell(row: Any, one: Said) -> dict[str, Any]:
    return {
        "token": row.token,
        "code": row.code,
        "title": row.title[DEFAULT],
        "status": one.status,
        "score": one.score,
        "weight": str(one.weight),
    }
