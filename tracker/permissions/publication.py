"""Telling the administrators by mail where the chain of the record ends: a copy that nobody can rewrite from here."""

from sqlalchemy.orm import Session

from tracker.audit.chain import Head
from tracker.core.clock import Moment
from tracker.permissions import administrators
from tracker.settings import Site

KIND = "audit_head"


def tell(session: Session, now: Moment, head: Head, site: Site) -> int:
    """Queue one mail to each administrator about a published head, once a day; returns how many."""
    key = head.day.isoformat()
    return administrators.tell(session, now, KIND, key, site, head=head, page=f"{site.base_url}/audit")
