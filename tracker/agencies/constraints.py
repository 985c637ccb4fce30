"""What a violated constraint of this room means to the person."""

from tracker.core.db import constraints
from tracker.core.languages import _l

SAME_CODE = ("code", _l("Another body has this code already"))
ONE_HEAD = ("from_on", _l("The body has another head on some of these days"))


def explain() -> None:
    """Register the explanations."""
    constraints.explain(
        {
            "uq_agency_code": SAME_CODE,
            "agency.code": SAME_CODE,
            "uq_agency_code_key": SAME_CODE,
            "agency.code_key": SAME_CODE,
            "ex_office_holding_one_head": ONE_HEAD,
        }
    )
