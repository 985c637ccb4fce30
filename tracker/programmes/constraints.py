"""What a violated constraint of this room means to the person."""

from tracker.core.db import constraints
from tracker.core.languages import _l

SAME_DAY = _l("Another version begins on this day. Withdraw that one first, or choose another day.")
CODE_USED = _l("Another programme has this code. Enter another one.")
TEMPLATE_USED = _l("Another template has this code. Enter another one.")
FIRST_CUT_OFF = _l("Another period of this frequency was set for this cut-off first. Choose another day.")


def explain() -> None:
    """Register the explanations; SQLite names the columns of a unique index, PostgreSQL its name."""
    constraints.explain(
        {
            "uq_policy_version_programme_id_from_on": ("from_on", SAME_DAY),
            "policy_version.programme_id, policy_version.from_on": ("from_on", SAME_DAY),
            "uq_programme_plan_code": ("code", CODE_USED),
            "programme_plan.code": ("code", CODE_USED),
            "uq_target_template_code": ("code", TEMPLATE_USED),
            "target_template.code": ("code", TEMPLATE_USED),
            "uq_period_programme_id_frequency_cut_off": ("", FIRST_CUT_OFF),
            "period.programme_id, period.frequency, period.cut_off": ("", FIRST_CUT_OFF),
        }
    )
