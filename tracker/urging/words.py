"""Letters in words: their kinds, where they stand, what is done to them, what is late."""

from collections.abc import Mapping

from tracker.core.languages import Text, _, _l, capital
from tracker.programmes.words import period_name
from tracker.urging.states import Kind, Move, State, What

KINDS: Mapping[Kind, Text] = {
    Kind.URGING: _l("Letter of urging"),
    Kind.APOLOGY: _l("Public apology"),
}
STATES: Mapping[State, Text] = {
    State.OWED: _l("Apology owed"),
    State.DRAFTED: _l("Draft"),
    State.REVIEWED: _l("Waits for signature"),
    State.NUMBERED: _l("Numbered, to be signed on paper"),
    State.SIGNED: _l("Signed"),
    State.SENT: _l("Sent, waits for an answer"),
    State.ANSWERED: _l("Answered"),
    State.PUBLISHED: _l("Published"),
    State.CLOSED: _l("Closed"),
    State.WITHDRAWN: _l("Withdrawn"),
}
TO_DO: Mapping[tuple[Kind, State], Text] = {  # what whoever has the turn does
    (Kind.URGING, State.DRAFTED): _l("Drafted: review it, then put it before its signatory"),
    (Kind.URGING, State.REVIEWED): _l("Reviewed: it waits for the signature"),
    (Kind.URGING, State.NUMBERED): _l("Printed: the signed paper is to come in"),
    (Kind.URGING, State.SIGNED): _l("Signed: it can be sent"),
    (Kind.URGING, State.SENT): _l("Sent: the body is to answer"),
    (Kind.URGING, State.ANSWERED): _l("Answered: read it, then close it or ask for more"),
    (Kind.APOLOGY, State.OWED): _l("Owed: it is to be written"),
    (Kind.APOLOGY, State.DRAFTED): _l("Written: it waits for the signature of the head"),
    (Kind.APOLOGY, State.NUMBERED): _l("Printed: the signed paper is to come in"),
    (Kind.APOLOGY, State.SIGNED): _l("Signed: publish it, and say where"),
    (Kind.APOLOGY, State.PUBLISHED): _l("Published: look at it, then close it"),
}
TONES: Mapping[State, tuple[str, str]] = {  # how a state is marked: tone and sign
    State.OWED: ("warn", "triangle"),
    State.DRAFTED: ("silent", "ring"),
    State.REVIEWED: ("warn", "triangle"),
    State.NUMBERED: ("silent", "ring"),
    State.SIGNED: ("good", "check"),
    State.SENT: ("warn", "triangle"),
    State.ANSWERED: ("good", "check"),
    State.PUBLISHED: ("good", "check"),
    State.CLOSED: ("good", "check"),
    State.WITHDRAWN: ("silent", "ring"),
}
MOVES: Mapping[Move, Text] = {
    Move.DRAFT: _l("Letter of urging drafted"),
    Move.OWE: _l("Apology asked for"),
    Move.WRITE: _l("Words changed"),
    Move.SUBMIT: _l("Reviewed, put before the signatory"),
    Move.HAND_BACK: _l("Handed back"),
    Move.SIGN: _l("Signed and numbered"),
    Move.NUMBER: _l("Numbered, to be signed on paper"),
    Move.SCAN: _l("Signed paper taken in"),
    Move.SEND: _l("Sent to the body"),
    Move.ANSWER: _l("Answered"),
    Move.ASK_AGAIN: _l("Asked for more"),
    Move.PUBLISH: _l("Published"),
    Move.NOT_FOUND: _l("Not found where it was said to be"),
    Move.CLOSE: _l("Closed"),
    Move.SETTLE: _l("Closed: all that was late is done"),
    Move.WITHDRAW: _l("Withdrawn"),
}
WAYS: Mapping[str, Text] = {"product": _l("in the product"), "paper": _l("on paper")}


def what_is_late(what: str, period: str | None) -> str:
    """What of a target is late."""
    if what == What.DEADLINE:
        return _("Deadline of the target")
    if period is None:
        return _("Answer on the completion") if what == What.RETURN else _("Report on completion")
    name = period_name(period)
    if what == What.RETURN:
        return _("Answer on the report for %(period)s", period=name)
    return capital(_("Report for %(period)s", period=name))
