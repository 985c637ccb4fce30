"""Removing somebody's second factors, who lost them: asked for by one administrator, confirmed by another."""

from functools import partial

from sqlalchemy.orm import Session

from tracker.accounts import queries
from tracker.accounts.factors import service as factors
from tracker.approvals import service as approvals
from tracker.approvals.models import Approval
from tracker.approvals.service import ApprovalRequest, Matter
from tracker.core.clock import Moment
from tracker.core.errors import FieldError, NotFound
from tracker.core.languages import _, _l
from tracker.people import queries as people
from tracker.settings import Site

KIND = "factors.remove"


def register(site: Site) -> None:
    """Let the two-person rule know what to do."""
    approvals.register(Matter(KIND, _l("Removal of second factors"), partial(_carry_out, site=site), _describe))


def ask(session: Session, now: Moment, *, account_id: int, actor_id: int, reason: str) -> Approval:
    """Ask for the removal of an account's second factors. Raises what `service.ask` does, FieldError without any."""
    account = queries.by_id(session, account_id)
    if account is None:
        raise NotFound(_l("There is no such account."))
    if not queries.factor_count(session, account_id):
        raise FieldError("", _l("This account has no second factor"))
    return approvals.ask(
        session,
        now,
        kind=KIND,
        actor_id=actor_id,
        about_id=account.person_id,
        reason=reason,
        detail={"account_id": account_id},
    )


def _carry_out(session: Session, now: Moment, asked: ApprovalRequest, site: Site) -> None:
    actor_id = asked.decided_by_id if asked.decided_by_id is not None else asked.asked_by_id
    factors.remove_all(session, now, account_id=asked.detail["account_id"], actor_id=actor_id, site=site)


def _describe(session: Session, asked: ApprovalRequest) -> str:
    name = people.names(session, [asked.person_id]).get(asked.person_id, "–")
    return _("Remove the second factors of %(name)s, who then sets up new ones at the next sign-in", name=name)
