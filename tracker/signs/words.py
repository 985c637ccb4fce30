"""Signs in words: what each kind is called, what one says with its figures, and why that raises a question."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from tracker.core.languages import Text, _, _l, _n, format_day, format_figure
from tracker.programmes.words import period_name
from tracker.signs.finders import Kind
from tracker.signs.moves import Conclusion, Move, State

KINDS: Mapping[Kind, Text] = {
    Kind.SAME_FILE: _l("One file behind several reports"),
    Kind.LAST_HOUR: _l("Sent in the last hour"),
    Kind.JUST_ENOUGH: _l("Just enough, again and again"),
    Kind.TO_THE_DIGIT: _l("The goal to the digit"),
    Kind.LEVEL: _l("A sudden change of level"),
    Kind.GOAL_EASED: _l("A goal eased shortly before its deadline"),
    Kind.BLANK_TO_ZERO: _l("“Not applicable” became zero"),
    Kind.APPRAISED_BELOW: _l("Less counts than was reported, each time"),
}
STATES: Mapping[State, Text] = {
    State.FOUND: _l("Not asked yet"),
    State.ASKED: _l("Waits for the body's answer"),
    State.ANSWERED: _l("Answered"),
    State.CLOSED: _l("Closed"),
}
TONES: Mapping[State, tuple[str, str]] = {
    State.FOUND: ("watch", "clock"),
    State.ASKED: ("watch", "clock"),
    State.ANSWERED: ("accent", "info"),
    State.CLOSED: ("neutral", "done"),
}
MOVES: Mapping[Move, Text] = {Move.ASK: _l("Asked"), Move.ANSWER: _l("Answered"), Move.CLOSE: _l("Closed")}
CONCLUSIONS: Mapping[Conclusion, Text] = {
    Conclusion.EXPLAINED: _l("It is explained"),
    Conclusion.UNEXPLAINED: _l("It is not explained: to be looked at on the spot"),
    Conclusion.SET_ASIDE: _l("Nothing to ask"),
}
WHY: Mapping[Kind, Text] = {
    Kind.SAME_FILE: _l("Evidence is of one body and one period. One table for several targets of a body is no sign."),
    Kind.LAST_HOUR: _l("What is sent after four in the afternoon of the last day has hardly been looked at again."),
    Kind.JUST_ENOUGH: _l("Figures that are measured lie on both sides of a limit; these lie just on the good side."),
    Kind.TO_THE_DIGIT: _l("A measured figure rarely is its goal, and hardly ever time after time."),
    Kind.LEVEL: _l("The last figure lies farther from those before it than they lie from each other."),
    Kind.GOAL_EASED: _l("Who lowers a goal when its day is near keeps the promise by changing it."),
    Kind.BLANK_TO_ZERO: _l("Nothing to count, and counted none, are two things; the score tells them apart."),
    Kind.APPRAISED_BELOW: _l("An error falls to both sides; the appraiser took away each time."),
}


def sentence(kind: Kind, detail: Mapping[str, str]) -> str:
    """What one sign says, with its figures, in the reader's language."""
    match kind:
        case Kind.SAME_FILE:
            return _(
                "A file behind the report for %(period)s was sent before: "
                "%(other)s, %(target)s, %(other_period)s, on %(day)s.",
                period=_period(detail["period"]),
                other=detail["other"],
                target=detail["target"],
                other_period=_period(detail["other_period"]),
                day=_day(detail["day"]),
            )
        case Kind.LAST_HOUR:
            return _(
                "Of %(of)s reports for %(period)s %(count)s were sent after 16:00 of the last day, %(day)s.",
                of=detail["of"],
                period=_period(detail["period"]),
                count=detail["count"],
                day=_day(detail["day"]),
            )
        case Kind.JUST_ENOUGH:
            return _(
                "%(count)s of the last %(of)s figures lie within a hundredth of the goal (%(goal)s), on its good side; "
                "none on the other.",
                count=detail["count"],
                of=detail["of"],
                goal=_number(detail["goal"]),
            )
        case Kind.TO_THE_DIGIT:
            return _(
                "%(count)s figures one after the other are the goal itself: %(goal)s.",
                count=detail["count"],
                goal=_number(detail["goal"]),
            )
        case Kind.LEVEL:
            return _level(detail)
        case Kind.GOAL_EASED:
            return _eased(detail)
        case Kind.BLANK_TO_ZERO:
            period = _period(detail["period"])
            return _("Of %(period)s “not applicable” was sent first, then a figure of 0.", period=period)
        case Kind.APPRAISED_BELOW:
            return _(
                "%(count)s times in a row less counts than was reported; the last time %(appraised)s of %(reported)s.",
                count=detail["count"],
                appraised=_number(detail["appraised"]),
                reported=_number(detail["reported"]),
            )


def _level(detail: Mapping[str, str]) -> str:
    told = {"before": _number(detail["before"]), "now": _number(detail["now"]), "count": detail["count"]}
    if "steps" in detail:
        return _("From %(before)s to %(now)s; the %(count)s steps before it were not like that.", **told)
    return _("%(now)s, where the %(count)s figures before it lie around %(before)s.", **told)


def _eased(detail: Mapping[str, str]) -> str:
    signed, deadline, left = _day(detail["signed"]), _day(detail["deadline"]), int(detail["left"])
    if left < 0:
        return _(
            "The goal was made easier on %(day)s, after its deadline (%(deadline)s).", day=signed, deadline=deadline
        )
    return _n(
        "The goal was made easier on %(day)s, %(num)s working day before its deadline (%(deadline)s).",
        "The goal was made easier on %(day)s, %(num)s working days before its deadline (%(deadline)s).",
        left,
        day=signed,
        deadline=deadline,
    )


def _day(stored: str) -> str:
    return format_day(date.fromisoformat(stored))


def _period(code: str) -> str:
    return period_name(code) if code else _("Completion")


def _number(plain: str) -> str:
    return format_figure(Decimal(plain)) if plain else ""
