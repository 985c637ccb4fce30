"""Whoever is signed in, with the offices held today, and what follows from them by the policy's table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tracker.agencies.offices import Office, in_whose_name
from tracker.core.actions import Action
from tracker.permissions import policy, predicates
from tracker.permissions.policy import Grant, Reach
from tracker.permissions.predicates import Apart, Held


@dataclass(frozen=True, slots=True)
class Ground:
    """Why somebody may do something: a grant of the table, and the office held that it names."""

    grant: Grant
    held: Held


@dataclass(frozen=True, slots=True)
class Reader:
    """The person of this request. `on` is the day for which the offices were read."""

    person_id: int
    account_id: int
    name: str
    language: str | None
    held: tuple[Held, ...]
    on: date

    def may(self, action: Action, agency_id: int | None = None, appraised_by_id: int | None = None) -> bool:
        """Whether the reader may do this: to that body's matters, or (without a body) to any at all.

        For appraising, `appraised_by_id` is the body that decides on that one's reports, if one is named.
        """
        return policy.entry(action).signed_in or any(self.grounds(action, agency_id, appraised_by_id))

    def grounds(
        self, action: Action, agency_id: int | None = None, appraised_by_id: int | None = None
    ) -> Iterator[Ground]:
        """Why the reader may do this: each grant with each office held that it names; none where the reader may not,
        and where all who are signed in may."""
        for grant in policy.entry(action).grants:
            for one in self.held:
                if self._has(grant, one, agency_id, appraised_by_id):
                    yield Ground(grant, one)

    def acts_for(self, action: Action, agency_id: int) -> int | None:
        """The person in whose name the reader does this to a body's matters; none where an own office is enough."""
        holders = [ground.held.for_id for ground in self.grounds(action, agency_id)]
        return None if None in holders else next(iter(holders), None)

    @property
    def shown_name(self) -> str:
        """The name, with those in whose name the reader acts today."""
        holders = dict.fromkeys(one.for_name for one in self.held if one.for_name)
        return in_whose_name(self.name, ", ".join(holders))

    def holds(self, *offices: Office) -> bool:
        """Whether the reader holds one of the offices in some body."""
        return predicates.holds(self.held, offices)

    def kept_from_deciding(
        self, report_agency: int, appraised_by: int | None, entered_by: int | None, sent_by: int | None
    ) -> Apart | None:
        """Separation of duties: who decides on a revision holds no office in its body and neither wrote nor sent it.
        Why this reader does not decide, or none."""
        if self.person_id == entered_by:
            return Apart.ENTERED
        if self.person_id == sent_by:
            return Apart.SENT
        return predicates.kept_apart(self.held, {Office.APPRAISER}, report_agency, appraised_by)

    def _has(self, grant: Grant, one: Held, agency_id: int | None, appraised_by_id: int | None) -> bool:
        if agency_id is None or grant.reach is Reach.ALL:
            return predicates.holds((one,), grant.offices)
        if grant.reach is Reach.OWN:
            return predicates.holds_in((one,), grant.offices, agency_id)
        if predicates.belongs_to(self.held, agency_id):  # by whatever office, not only this one
            return False
        return predicates.appraises((one,), grant.offices, agency_id, appraised_by_id)
