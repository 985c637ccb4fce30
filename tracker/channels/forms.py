"""How one wants to be told."""

from typing import Any

from wtforms import HiddenField

from tracker.channels import limits
from tracker.core.languages import _l
from tracker.core.web.forms import AtMost, Checkbox, Form, Select, TextField


class ChannelsForm(Form):
    """By what, and from which hour on."""

    by_mail = Checkbox(_l("By mail"))
    by_gateway = Checkbox(_l("By short message to my phone"))
    phone = TextField(
        _l("Mobile number"),
        [AtMost(40)],
        look={
            "type": "tel",
            "autocomplete": "tel",
            "width": 20,
            "hint": _l("It gets a count and nothing of what waits"),
        },
    )
    hour = Select(
        _l("From which hour on"),
        choices=[(hour, hour) for hour in limits.HOURS],
        look={"hint": _l("On working days. What is done by then is not told")},
    )

    def __init__(self, *args: Any, gateway: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not gateway:
            del self["by_gateway"]
            del self["phone"]


class BrowserForm(Form):
    """What a browser gave, put in by a script."""

    endpoint = HiddenField()
    p256dh = HiddenField()
    auth = HiddenField()
