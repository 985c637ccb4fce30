"""Loading a package, all or nothing, and dumping one. Both open their own transactions: they are whole commands."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.audit.events import Event
from tracker.audit.sealing import Bundle
from tracker.audit.service import record
from tracker.compliance.steps.service import DERIVING
from tracker.core import clock, stages
from tracker.core.db import bulk, database
from tracker.core.db.unit_of_work import touch, unit_of_work
from tracker.core.errors import DomainError, NotFound
from tracker.core.languages import Text, _, _l, _n, format_number
from tracker.interchange.dumping import dossier_queries, life_queries, queries
from tracker.interchange.dumping.values import Found
from tracker.interchange.dumping.writing import Life, write
from tracker.interchange.judging.faults import Fault, Remark
from tracker.interchange.loading.reading import read
from tracker.interchange.loading.staging import Staging

Say = Callable[[str], None]
STORING = "storing"
USUAL_WEEK: Found = {"name": "Thứ Hai đến thứ Sáu", "off_days": [], "working_days": []}
MOST_REMARKS = 1_000  # that are said one by one
STAGES: Mapping[str, Text] = {
    STORING: _l("Reading, checking and storing"),
    DERIVING: _l("Working out the steps"),
}


class _Refused(Exception):
    """Takes a package back out of the transaction in which it was staged."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__()
        self.faults = faults


def load(
    path: Path,
    say: Say = lambda message: None,
    now: clock.Moment | None = None,
    heard: stages.Heard = stages.unheard,
) -> list[Fault]:
    """Load the package in a file: everything, with the steps that follow from it, or nothing.

    Returns its faults (the first 1,000), none where it is loaded. `say` hears what was done, `heard` how far it is,
    by the names in `STAGES`. Raises OSError.
    """
    now = now or clock.moment()
    try:
        with stages.listening(database.session(), heard), unit_of_work(now) as session:
            staging, bundle = _stage(session, now, path, say)
            _tell(session, now, path, staging, bundle)
            say(
                _(
                    "%(commitments)s commitments with %(targets)s targets and %(reports)s reports read.",
                    **{name: format_number(count) for name, count in staging.counts.items()},
                )
            )
    except _Refused as refused:
        return refused.faults
    except IntegrityError as error:
        raise DomainError(
            _l("Some of this was stored at the same time by somebody else; load the package again.")
        ) from error
    say(_("The package is loaded."))
    return []


def dump(code: str | None = None) -> Iterator[str]:
    """The text, in pieces, of a package with the programme of this code, or with all.

    Without any programme it holds the bodies, and the first calendar by name. Raises DomainError where there is no such
    programme, or one package cannot hold what stands here: programmes with different calendars, or with a policy that
    has changed.
    """
    session = database.session()
    database.read_one_state(session)
    rows = queries.programme_rows(session, code)
    if not rows and code is not None:
        raise NotFound(_l("There is no such programme."))
    planned = life_queries.planned(session) if code is None else []
    kept = sorted({(row.code, row.calendar): row.calendar_id for row in (*rows, *planned)}.items())
    if len(set(dict(kept).values())) > 1:
        named = ", ".join(f"{one} ({calendar})" for (one, calendar), _id in kept)
        raise DomainError(_("These programmes have different calendars; dump them one by one: %(named)s", named=named))
    programme_ids = [row.id for row in rows]
    changed = queries.policies_ahead(session, programme_ids)
    if changed:
        named = ", ".join(changed)
        raise DomainError(
            _("A package holds one policy, but that of these programmes has changed: %(named)s", named=named)
        )
    (calendar,) = queries.calendars_of(session, kept[0][1]) if kept else _any_calendar(session)
    codes = None if code is None else queries.agency_codes(session, programme_ids[0])
    own = None if code is None else programme_ids[0]
    life = Life(
        life_queries.templates(session, own),
        life_queries.plans(session, own),
        life_queries.numbers(session, own),
        dossier_queries.dossiers(session, programme_ids),
    )
    yield from write(
        calendar,
        queries.agency_records(session, codes),
        [queries.programme_record(session, programme_id) for programme_id in programme_ids],
        queries.commitment_records(session, programme_ids),
        life,
    )


def _any_calendar(session: Session) -> list[Found]:
    """The first calendar by name; where there is none, the usual week."""
    return [min(queries.calendars_of(session), key=lambda calendar: str(calendar["name"]), default=USUAL_WEEK)]


def _stage(session: Session, now: clock.Moment, path: Path, say: Say) -> tuple[Staging, Bundle]:
    """Store the records of a file, with the digests of all facts, and say what is remarkable. Raises _Refused with all
    faults where it has any."""
    bundle = Bundle(session)
    with bulk.hearing(session, bundle.take):
        staging = _staged(session, now, path, say)
    return staging, bundle


def _staged(session: Session, now: clock.Moment, path: Path, say: Say) -> Staging:
    staging = Staging(session, queries.ids(session))
    faults: list[Fault] = []
    remarks = 0
    known = replace(queries.known(session), today=now.on)
    for found in read(path, known, partial(stages.tell, session, STORING)):
        if isinstance(found, Fault):
            faults.append(found)
        elif isinstance(found, Remark):
            remarks += 1
            if remarks <= MOST_REMARKS:
                say(_("Loaded as it is, though unusual: %(remark)s", remark=found))
        elif not faults:  # after the first fault the rest is only read for more of them
            staging.add(found)
    if faults:
        raise _Refused(faults)
    staging.finish()
    if remarks > MOST_REMARKS:
        say(_n("%(num)s more unusual thing", "%(num)s more unusual things", remarks - MOST_REMARKS))
    return staging


def _tell(session: Session, now: clock.Moment, path: Path, staging: Staging, bundle: Bundle) -> None:
    """Tell the record, and whoever draws consequences, what came in."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    detail = {"sha256": digest, "programmes": sorted(staging.new_programmes), **staging.counts, **bundle.close()}
    record(session, now, Event.PACKAGE_LOADED, actor_id=None, subject=("package", None), detail=detail)
    for programme_id in staging.new_programmes.values():
        touch(session, "programme", programme_id)
    for target_id in staging.added_targets:
        touch(session, "target", target_id)
