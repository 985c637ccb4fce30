"""What the pages of what turned and what will turn share: filters by whom, what counts as a turn, and their choices."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.choices import told_apart
from tracker.core.actions import Action
from tracker.core.languages import Text, _l
from tracker.core.tables import Filter, ListQuery
from tracker.monitoring import body_filters, queries, words
from tracker.monitoring.queries import AGENCY, SPAN, TARGET, says
from tracker.permissions.guard import current_reader
from tracker.permissions.scope import restrict

SCORES = "scores"
WHAT = Filter("what", _l("Shown"), choices=((SCORES, _l("Changes of score too")),))


def whose(on: date) -> tuple[Filter, ...]:
    """The filters by whom; peer groups as they are on a day."""
    said = sa.select(TARGET.id)
    return (
        Filter("q", _l("Words, code or number"), where=lambda text: SPAN.target_id.in_(said.where(says(text)))),
        body_filters.peer_group(on),
        body_filters.BODY,
        body_filters.DOMAIN,
    )


def visible() -> Any:
    """Condition on `SPAN`: of a body whose targets the reader may see."""
    return restrict(SPAN.agency_id, current_reader(), Action.SEE_TARGET)


def bodies_of(session: Session, programme_id: int, on: date) -> Sequence[Any]:
    """The programme's bodies within the reader's scope, in Vietnamese order."""
    return queries.committed(session, programme_id, on, restrict(AGENCY.id, current_reader(), Action.SEE_TARGET))


def choices(bodies: Sequence[Any]) -> dict[str, Any]:
    """What the filter bar offers: these bodies and their peer groups, domains, what is shown."""
    return {
        "agencies": told_apart(bodies),
        "groups": [(key, words.group_name(key)) for key in sorted({row.peer for row in bodies}, key=words.group_place)],
        "domains": [(str(key), label) for key, label in words.DOMAINS.items()],
        "shown": list(WHAT.choices),
    }


def chips(
    query: ListQuery, names: Sequence[tuple[str, str]], keys: Mapping[str, Mapping[str, Text]]
) -> list[tuple[str, str]]:
    """The filters that are set, each with the address without it; `keys`: the filters besides, with their words."""
    known: dict[str, Any] = {
        "q": {},
        "agency": dict(names),
        "group": _Called(words.group_name),
        "domain": _Called(lambda text: words.domain_name(int(text))),
        "what": dict(WHAT.choices),
        **keys,
    }
    return [
        (str(known[key].get(text, text)), query.url_with(**{key: [other for other in texts if other != text]}))
        for key, texts in query.texts.items()
        if key in known
        for text in texts
    ]


class _Called:
    """A mapping that asks a function."""

    def __init__(self, name: Any) -> None:
        self._name = name

    def get(self, text: str, _otherwise: str) -> str:
        return str(self._name(text))
