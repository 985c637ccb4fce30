"""The offices that a person can hold in a body. What each may do stands in `permissions`."""

from collections.abc import Mapping
from enum import StrEnum

from tracker.core.languages import Text, _l


class Office(StrEnum):
    """An office; the value is how it is stored."""

    HEAD = "head"
    DEPUTY = "deputy"
    OFFICER = "officer"
    MONITOR = "monitor"  # at the PPC's Office
    APPRAISER = "appraiser"  # at Home Affairs; at the PPC's Office for Home Affairs' own reports
    ADMINISTRATOR = "administrator"


LABELS: Mapping[Office, Text] = {
    Office.HEAD: _l("Head of the body"),
    Office.DEPUTY: _l("Deputy head of the body"),
    Office.OFFICER: _l("Officer"),
    Office.MONITOR: _l("Monitor"),
    Office.APPRAISER: _l("Appraiser"),
    Office.ADMINISTRATOR: _l("Administrator"),
}
