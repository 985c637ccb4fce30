"""The offices that a person can hold in a body. What each may do stands in `permissions`."""

from collections.abc import Mapping
from enum import StrEnum

from tracker.core.languages import Text, _, _l


class Office(StrEnum):
    """An office; the value is how it is stored."""

    HEAD = "head"
    DEPUTY = "deputy"
    OFFICER = "officer"
    CHAIR = "chair"  # of the PPC, held in its Office
    VICE_CHAIR = "vice_chair"
    MONITOR = "monitor"  # at the PPC's Office
    CLERK = "clerk"  # at the PPC's Office
    APPRAISER = "appraiser"  # at Home Affairs; at the PPC's Office for Home Affairs' own reports
    INSPECTOR = (
        "inspector"  # looks into targets and files anywhere; opens a figure again by a finding, decides nothing else
    )
    AUDITOR = "auditor"  # reads the record, what it concerns and who may do what; changes nothing
    ADMINISTRATOR = "administrator"


# Offices whose holder may let somebody else act in their name for some days; the holder stays the one who answers.
STOOD_IN_FOR = frozenset({Office.HEAD, Office.CHAIR})

LABELS: Mapping[Office, Text] = {
    Office.HEAD: _l("Head of the body"),
    Office.DEPUTY: _l("Deputy head of the body"),
    Office.OFFICER: _l("Officer"),
    Office.CHAIR: _l("Chair of the People's Committee"),
    Office.VICE_CHAIR: _l("Vice chair of the People's Committee"),
    Office.MONITOR: _l("Monitor"),
    Office.CLERK: _l("Office clerk"),
    Office.APPRAISER: _l("Appraiser"),
    Office.INSPECTOR: _l("Inspector"),
    Office.AUDITOR: _l("Auditor"),
    Office.ADMINISTRATOR: _l("Administrator"),
}


def in_whose_name(name: str, holder: str | None) -> str:
    """Whoever acts, with the holder of the office in whose name: both are always shown."""
    return _("%(name)s (for %(holder)s)", name=name, holder=holder) if holder else name
