"""The forms of an appraiser beside the decision itself: one report on a body's sheet, a usual reason, an answer."""

from collections.abc import Sequence

from tracker.core.languages import _l, text_by_language
from tracker.core.web.forms import Checkboxes, Form, TextArea, Version
from tracker.home.forms import worded
from tracker.progress.appraising.models import ReturnReason

ASKED = _l("The body is told by mail. The report stays here, and no deadline changes.")


class SheetLineForm(Form):
    """One report on a body's sheet (`version` is the number of its revision, `seen` how much of its thread was read);
    what is pressed says which of its fields counts. Each has a prefix of its own: many stand on one page."""

    version = Version()
    seen = Version()
    usual = Checkboxes(_l("Usual reasons"), choices=[])
    reason = TextArea(_l("In your own words"), look={"rows": 3, "hint": _l("The body reads it.")})
    text = TextArea(
        _l("Question"),
        look={"rows": 3, "hint": ASKED},
    )

    def offer(self, reasons: Sequence[ReturnReason]) -> None:
        """The usual reasons that can be ticked; without any the field is not there."""
        if reasons:
            self.usual.choices = [(one.token, text_by_language(one.text)) for one in reasons]
        else:
            del self.usual

    def returns_because(self, reasons: Sequence[ReturnReason]) -> str:
        """What was ticked and typed, as one text."""
        ticked = (self.usual.data or ()) if "usual" in self else ()
        return worded([text_by_language(one.text) for one in reasons if one.token in ticked], self.reason.data or "")


class ReasonForm(Form):
    """A usual reason in both languages. `version` is the one that was seen."""

    version = Version()
    vi = TextArea(_l("In Vietnamese"), look={"rows": 3})
    en = TextArea(_l("In English"), look={"rows": 3})

    def text(self) -> dict[str, str]:
        """By language."""
        return {"vi": self.vi.data or "", "en": self.en.data or ""}


class ThreadForm(Form):
    """One thing said in a thread. `seen`: how much of it was read."""

    seen = Version()
    text = TextArea(_l("Your answer"), look={"rows": 4, "hint": _l("The appraiser reads it, and is told by mail.")})

    def asks(self) -> None:
        """For the appraiser, who asks."""
        self.text.label.text = _l("Question")
        self.text.look["hint"] = ASKED
