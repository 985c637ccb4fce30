"""What checks asked about figures that were sent, with what their bodies answered: kept as facts, and read."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.digests import Fact
from tracker.core.languages import Text
from tracker.progress.cells import checks
from tracker.progress.cells.checks import Check
from tracker.progress.cells.models import CheckAnswer
from tracker.progress.rules import Typed

_NEW = sa.insert(CheckAnswer)
Rows = list[dict[str, Any]]


class Answered(NamedTuple):
    """A check that asked about a figure that was sent: the appraiser's flag. No answer: it was sent without one."""

    code: str
    detail: Mapping[str, str]
    answer: str | None

    @property
    def sentence(self) -> Text:
        """What it asked, in the reader's language."""
        return checks.sentence(self.code, self.detail)


def rows_of(asked: Iterable[Check], typed: Typed) -> Rows:
    """What is to be kept of what asked about a draft, without the revision that it is sent with."""
    given = checks.answers(typed)
    return [{"code": str(one.code), "detail": one.stored, "answer": given.get(one.code)} for one in asked]


def keep(session: Session, revision_id: int, rows: Rows) -> list[Fact]:
    """Keep them with the revision that was just sent; their digests as facts."""
    found: list[Fact] = []
    run = session.connection().execute
    for row in rows:
        whole = {"revision_id": revision_id, **row}
        whole["id"] = run(_NEW, whole).inserted_primary_key[0]  # type: ignore[index]  # there is one
        found += digests.of_rows(CheckAnswer, [whole])
    return found


def answers_of(session: Session, revision_ids: Collection[int]) -> dict[int, list[Answered]]:
    """What asked about each of these revisions, and what was answered. One statement; none for no revision."""
    if not revision_ids:
        return {}
    found: dict[int, list[Answered]] = defaultdict(list)
    rows = session.scalars(
        sa.select(CheckAnswer).where(CheckAnswer.revision_id.in_(revision_ids)).order_by(CheckAnswer.id)
    )
    for row in rows:
        found[row.revision_id].append(Answered(row.code, json.loads(row.detail), row.answer))
    return dict(found)
