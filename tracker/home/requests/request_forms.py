"""The forms of what is asked and decided on one target. What was typed goes to the service as text:
`progress.requests.reading` reads it."""

from typing import Any

from werkzeug.datastructures import FileStorage

from tracker.commitments.rulings import KINDS
from tracker.core.files.kinds import ACCEPT
from tracker.core.languages import _, _l, format_number
from tracker.core.web.forms import FileUpload, Form, Radios, Version
from tracker.home.forms import DAY, KeptArea, KeptField
from tracker.progress.requests.deciding import DIRECT
from tracker.progress.requests.reading import FIELDS
from tracker.progress.requests.service import ASKED_FOR

GRANT, REFUSE = "grant", "refuse"
OUTCOMES = ((GRANT, _l("Grant")), (REFUSE, _l("Refuse")))


class RulingFields(Form):
    """What all of them have."""

    def typed(self) -> dict[str, str]:
        """What was typed, field by field."""
        return {name: str(self[name].data) for name in FIELDS if name in self and self[name].data}

    def fill(self, typed: dict[str, str]) -> None:
        """Show what was typed before."""
        for name in FIELDS:
            if name in self:
                self[name].data = typed.get(name) or None


class RequestForm(RulingFields):
    """What a head asks for. `version` says which draft was seen."""

    version = Version()
    kind = Radios(_l("What you ask for"), choices=[(kind.value, KINDS[kind]) for kind in ASKED_FOR])
    due_on = KeptField(_l("New deadline"), look=DAY)
    from_on = KeptField(_l("First day of the suspension"), look=DAY)
    to_on = KeptField(_l("Last day of the suspension"), look=DAY)
    reason = KeptArea(_l("Reason"), look={"rows": 5, "hint": _l("What keeps the target from its deadline, since when")})
    evidence = FileUpload(_l("Add files as evidence"), look={"accept": ACCEPT, "multiple": True})

    def fit(self, most_bytes: int) -> None:
        """Say how large a file may be."""
        megabytes = format_number(most_bytes // (1024 * 1024))
        hint = _("PDF, Word, Excel or pictures, at most %(megabytes)s MB each; several at once", megabytes=megabytes)
        self.evidence.look |= {"hint": hint, "most_bytes": most_bytes}

    def files(self) -> list[FileStorage]:
        """The files that came along; several at once, if need be."""
        return list(self.evidence.raw_data or ())


class AnswerForm(RulingFields):
    """The PPC's answer to a request: granted, perhaps with other days, or refused."""

    outcome = Radios(_l("Decision"), choices=OUTCOMES)
    due_on = KeptField(_l("New deadline"), look=DAY)
    from_on = KeptField(_l("First day of the suspension"), look=DAY)
    to_on = KeptField(_l("Last day of the suspension"), look=DAY)
    reason = KeptArea(_l("Reason for the decision"), look={"rows": 4, "hint": _l("The body reads it.")})

    def fit(self, days: tuple[str, ...]) -> None:
        """Leave only the days that the request is about."""
        for name in ("due_on", "from_on", "to_on"):
            if name not in days:
                del self[name]


class RulingForm(RulingFields):
    """What the PPC decides by itself."""

    kind = Radios(_l("What is decided"), choices=[(kind.value, KINDS[kind]) for kind in DIRECT])
    from_on = KeptField(_l("First day of the suspension"), look=DAY)
    to_on = KeptField(_l("Last day of the suspension"), look=DAY)
    due_on = KeptField(
        _l("New deadline, if the suspension moves it"),
        look={**DAY, "hint": _l("A suspension alone moves no deadline that lies outside of it. Day/month/year")},
    )
    ended_on = KeptField(_l("Day on which the target ends"), look=DAY)
    reason = KeptArea(_l("Reason for the decision"), look={"rows": 4, "hint": _l("The body reads it.")})


def labelled(form: Any, typed: dict[str, str]) -> list[tuple[str, str]]:
    """What was typed, under the names of its fields: to be read and copied."""
    found = [(name, typed[name]) for name in FIELDS if name in form and typed.get(name)]
    return [(str(form[name].label.text), _choice(form[name], text)) for name, text in found]


def _choice(field: Any, text: str) -> str:
    choices = {choice.value: str(choice.label) for choice in getattr(field, "choices", None) or ()}
    return choices.get(text, text)
