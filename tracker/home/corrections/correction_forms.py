"""The forms of corrections and reopenings. What was typed goes to the service as text."""

from typing import Any

from tracker.core.languages import _l
from tracker.core.web.forms import Form, Radios, Version
from tracker.home.forms import DAY, KeptArea, KeptField
from tracker.progress.corrections.service import GROUNDS, Ground

GRANT, REFUSE = "grant", "refuse"
OUTCOMES = ((GRANT, _l("Grant: the report is opened again")), (REFUSE, _l("Refuse: the accepted figure stands")))
NAMED = ("ground", "number", "dated_on", "reason")


class CorrectionForm(Form):
    """What a head asks about an accepted figure. `version` is the number of the revision."""

    version = Version()
    reason = KeptArea(
        _l("What is wrong with the figure"),
        look={"rows": 4, "hint": _l("What it should be, and how you know. The appraiser reads it.")},
    )


class CorrectionAnswerForm(Form):
    """The appraiser's answer to it."""

    outcome = Radios(_l("Decision"), choices=OUTCOMES)
    reason = KeptArea(_l("Reason for the decision"), look={"rows": 4, "hint": _l("The body reads it.")})


class ReopenForm(Form):
    """The named decision on which an accepted figure is opened again. `version` is the number of the revision."""

    version = Version()
    ground = Radios(_l("On what"), choices=[(one.value, GROUNDS[one]) for one in (Ground.FINDING, Ground.APPEAL)])
    number = KeptField(_l("Number of the decision"), look={"width": 20})
    dated_on = KeptField(_l("Day of the decision"), look=DAY)
    reason = KeptArea(_l("What was found"), look={"rows": 4, "hint": _l("The body reads it.")})

    def typed(self) -> dict[str, str]:
        """What was typed, field by field."""
        form: Any = self
        return {name: str(form[name].data) for name in NAMED if form[name].data}
