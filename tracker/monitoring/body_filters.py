"""Filters by whose targets are shown, of every list of them: the peer group as it is on a day, the body, the domain."""

from datetime import date

from tracker.agencies.classifications import group_on
from tracker.core.languages import _l
from tracker.core.tables import Filter, whole_number
from tracker.monitoring import queries, words
from tracker.monitoring.queries import AGENCY, SPAN

BODY = Filter(
    "agency",
    _l("Body"),
    where=lambda code: queries.of_agencies(AGENCY.code == code),
    exists=lambda code: AGENCY.code == code,
)
DOMAIN = Filter(
    "domain", _l("Domain"), where=lambda domain: SPAN.domain == domain, parse=whole_number(1, len(words.DOMAINS))
)


def peer_group(on: date) -> Filter:
    """Of a peer group as it is on a day."""
    return Filter(
        "group",
        _l("Peer group"),
        where=lambda group: queries.of_group(group, on),
        exists=lambda group: group_on(on) == group,
    )
