"""The offices that a person can hold in a body. What each may do stands in `permissions`."""

from enum import StrEnum


class Office(StrEnum):
    """An office; the value is how it is stored."""

    HEAD = "head"
    DEPUTY = "deputy"
    OFFICER = "officer"
    MONITOR = "monitor"  # at the PPC's Office
    APPRAISER = "appraiser"  # at Home Affairs; at the PPC's Office for Home Affairs' own reports
    ADMINISTRATOR = "administrator"
