"""Templates of targets: written, changed by another version, retired. A version never changes: whoever drafted from one
finds it as it was."""

import secrets
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.core import letters
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, FieldError, NotFound, StaleEdit
from tracker.core.languages import _l
from tracker.programmes import typical
from tracker.programmes.constraints import TEMPLATE_USED
from tracker.programmes.models import TargetTemplate, TargetTemplateVersion
from tracker.programmes.words import CODE_SIGNS

Template = TargetTemplate  # named anew: pages are given these rows, and know them by the queries that give them
Version = TargetTemplateVersion
# What a version says, in the order of its page.
TERMS = (
    *("title", "domain", "shape", "unit", "direction", "judged_by", "ratio", "cumulative", "baseline", "goal", "low"),
    *("high", "weight", "frequency", "due", "milestones", "evidence", "why", "source"),
)
COMPOSITE = "Tổng hợp từ kế hoạch của nhiều tỉnh"  # the source of a typical target that is of no plan alone
_TOKEN_BYTES = 16


def write(
    session: Session, now: Moment, *, actor_id: int | None, code: str, values: Mapping[str, Any]
) -> TargetTemplate:
    """A new template with its first version; `values` of TERMS. Raises FieldError for a code that is used, or none."""
    code = letters.code(code)
    if not letters.CODE.fullmatch(code):
        raise FieldError("code", CODE_SIGNS)
    used = session.scalars(sa.select(TargetTemplate.code))
    if letters.folded(code) in map(letters.folded, used):
        raise FieldError("code", TEMPLATE_USED)
    template = TargetTemplate(token=secrets.token_urlsafe(_TOKEN_BYTES), code=code)
    session.add(template)
    session.flush()
    _version(session, now, actor_id, template, 1, values)
    return template


def rewrite(
    session: Session, now: Moment, *, actor_id: int, token: str, version: int | None, values: Mapping[str, Any]
) -> TargetTemplateVersion:
    """The next version of a template. Raises StaleEdit where another one stands than was seen, DomainError where
    nothing differs or it is retired."""
    template, last = _standing(session, token)
    if last.version != version:
        raise StaleEdit(_l("Somebody else wrote a version of this template meanwhile."), last)
    if template.retired_at is not None:
        raise DomainError(_l("The template is retired. Put it back before you change it."))
    if all(getattr(last, name) == values.get(name, getattr(last, name)) for name in TERMS):
        raise DomainError(_l("Nothing differs from the version that stands."))
    whole = {name: values.get(name, getattr(last, name)) for name in TERMS}
    return _version(session, now, actor_id, template, last.version + 1, whole)


def retire(session: Session, now: Moment, *, actor_id: int, token: str) -> None:
    """Let nobody draft from it any more; what was drafted from it stays."""
    template, _last = _standing(session, token)
    if template.retired_at is None:
        template.retired_at, template.retired_by_id = now.at, actor_id
        _record(session, now, Event.TEMPLATE_RETIRED, actor_id, template)


def put_back(session: Session, now: Moment, *, actor_id: int, token: str) -> None:
    """Take the retirement back."""
    template, _last = _standing(session, token)
    if template.retired_at is not None:
        template.retired_at = template.retired_by_id = None
        _record(session, now, Event.TEMPLATE_PUT_BACK, actor_id, template)


def write_typical(session: Session, now: Moment, *, actor_id: int | None) -> int:
    """Write the typical targets of a province as templates, those that stand already left out; returns how many."""
    used = set(session.scalars(sa.select(TargetTemplate.code)))
    counts: dict[int, int] = {}
    written = 0
    for one in typical.targets():
        number = counts[one["domain"]] = counts.get(one["domain"], 0) + 1
        code = f"{one['domain']}.{number:02}"
        if code not in used:
            write(session, now, actor_id=actor_id, code=code, values=_typical(one))
            written += 1
    return written


def listed(session: Session) -> list[tuple[TargetTemplate, TargetTemplateVersion]]:
    """Every template with the version that stands, by domain and code."""
    version = TargetTemplateVersion
    found = session.execute(
        sa.select(TargetTemplate, version)
        .join(version, sa.and_(version.template_id == TargetTemplate.id, version.version == _last_version()))
        .order_by(version.domain, TargetTemplate.code)
    )
    return [(template, last) for template, last in found]


def in_use(session: Session) -> list[tuple[TargetTemplate, TargetTemplateVersion]]:
    """Those that one may draft from."""
    return [(template, last) for template, last in listed(session) if template.retired_at is None]


def by_token(session: Session, token: str) -> TargetTemplate:
    """One template. Raises NotFound."""
    found = session.scalar(sa.select(TargetTemplate).where(TargetTemplate.token == token))
    if found is None:
        raise NotFound(_l("There is no such template."))
    return found


def versions(session: Session, template_id: int) -> list[TargetTemplateVersion]:
    """All versions of a template, the last one first."""
    mine = sa.select(TargetTemplateVersion).where(TargetTemplateVersion.template_id == template_id)
    return list(session.scalars(mine.order_by(TargetTemplateVersion.version.desc())))


def numbers_of(session: Session, version_ids: Collection[int]) -> dict[int, int]:
    """The numbers of versions by their ids."""
    version = TargetTemplateVersion
    asked = sa.select(version.id, version.version).where(version.id.in_(version_ids))
    return {row.id: row.version for row in session.execute(asked)}


def differences(before: TargetTemplateVersion, after: TargetTemplateVersion) -> list[str]:
    """The terms in which two versions differ."""
    return [name for name in TERMS if getattr(before, name) != getattr(after, name)]


def due_on(version: TargetTemplateVersion, starts_on: date, ends_on: date) -> date:
    """The usual deadline in a programme of these days: its month and day, as soon as they come in it."""
    if version.due is None:
        return ends_on
    month, day = map(int, version.due.split("-"))
    for year in range(starts_on.year, ends_on.year + 1):
        found = date(year, month, min(day, 28)) if month == 2 else date(year, month, day)  # February
        if starts_on < found <= ends_on:
            return found
    return ends_on


def _last_version() -> sa.ScalarSelect[int]:
    other = sa.orm.aliased(TargetTemplateVersion)
    last = sa.select(sa.func.max(other.version)).where(other.template_id == TargetTemplate.id)
    return last.correlate(TargetTemplate).scalar_subquery()


def _standing(session: Session, token: str) -> tuple[TargetTemplate, TargetTemplateVersion]:
    """It with its last version, for whoever changes it: one at a time."""
    session.execute(sa.select(TargetTemplate.id).where(TargetTemplate.token == token).with_for_update())
    template = by_token(session, token)
    return template, versions(session, template.id)[0]


def _version(
    session: Session,
    now: Moment,
    actor_id: int | None,
    template: TargetTemplate,
    number: int,
    values: Mapping[str, Any],
) -> TargetTemplateVersion:
    version = TargetTemplateVersion(
        template_id=template.id, version=number, set_by_id=actor_id, set_at=now.at, **{**_OPEN, **values}
    )
    session.add(version)
    session.flush()
    new = digests.of_objects(template, version) if number == 1 else digests.of_objects(version)
    _record(session, now, Event.TEMPLATE_WRITTEN, actor_id, template, {"version": number}, new)
    return version


_OPEN: Mapping[str, Any] = {"ratio": False, "cumulative": False, "milestones": []}


def _record(
    session: Session,
    now: Moment,
    event: Event,
    actor_id: int | None,
    template: TargetTemplate,
    detail: dict[str, Any] | None = None,
    facts: Any = (),
) -> None:
    session.flush()
    subject = ("template", template.id)
    told = {"code": template.code, **(detail or {})}
    record(session, now, event, actor_id=actor_id, subject=subject, detail=told, facts=facts)


def _typical(one: Mapping[str, Any]) -> dict[str, Any]:
    """A typical target as the terms of a template."""
    figures = {name: Decimal(one[name]) for name in ("baseline", "goal", "low", "high") if name in one}
    plain = ("domain", "shape", "unit", "direction", "judged_by", "ratio", "milestones")
    return {
        **{name: one[name] for name in plain if name in one},
        **figures,
        "title": _both(one, "undated" if "undated_vi" in one else "title"),
        "evidence": _both(one, "evidence"),
        "why": _both(one, "why"),
        "weight": Decimal(1),
        "frequency": one["reporting"],
        "due": one["deadline"][5:],
        "source": one["source"] if one["source"].startswith("http") else COMPOSITE,
    }


def _both(one: Mapping[str, Any], name: str) -> dict[str, str]:
    return {language: one[f"{name}_{language}"] for language in ("vi", "en")}
