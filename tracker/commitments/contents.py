"""What the document of a dossier says, as canonical JSON holds it; whoever makes the document asks here."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.commitments import document, moving
from tracker.commitments.dossiers import AMENDMENT, Dossier
from tracker.commitments.models import Commitment

FORMAT = "commitment-document/1"


def content(
    session: Session,
    dossier: Dossier,
    *,
    number: str,
    day: date,
    place: str,
    programme: Mapping[str, Any],
    ppc: Mapping[str, str],
    signatories: Sequence[Mapping[str, Any]],
    template_versions: Mapping[int, int] | None = None,
) -> dict[str, Any]:
    """The document that would be frozen now. `programme`: its code, title, year, slogan and basis; `ppc`: its name by
    language; `template_versions`: the number of each version of a template by its id."""
    drafted = moving.targets_of(session, dossier.id)
    agency = session.get_one(Agency, dossier.agency_id)
    amended = session.get_one(Commitment, dossier.commitment_id) if dossier.kind == AMENDMENT else None
    return {
        "format": FORMAT,
        "kind": dossier.kind,
        "number": number,
        "date": day.isoformat(),
        "place": place,
        "version": dossier.document_version + 1,
        "amends": amended.number if amended else None,
        "programme": dict(programme),
        "body": {"code": agency.code, "name": dict(agency.name), "parent": ppc["vi"]},
        "ppc": {"name": dict(ppc)},
        "signatories": [dict(one) for one in signatories],
        "targets": document.targets(drafted, template_versions),
        "changes": document.changes(drafted),
    }
