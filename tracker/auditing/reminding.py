"""What the record says of reminders: what its values are called."""

from collections.abc import Mapping
from typing import Any

from tracker.core.languages import Text, _l

LABELS: Mapping[Any, Text] = {
    "asking": _l("Askings by hand for reports"),
    "ladder": _l("Ladder of reminders"),
    "ladder_version": _l("Ladders of reminders of programmes"),
    "promise": _l("Promised days of reports"),
    "receivers": _l("Receivers"),
    "will_send_on": _l("Promised for"),
}
