"""What can be wrong with a package: a stable code and a sentence for each. Finding it lives elsewhere in the room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tracker.commitments import constraints
from tracker.commitments.life import moving
from tracker.commitments.terms.limits import SENTENCES
from tracker.commitments.terms.terms import UNAMENDABLE
from tracker.core.languages import Text, _l
from tracker.programmes import reporting
from tracker.programmes.constraints import FIRST_CUT_OFF
from tracker.programmes.moving import COME

LONGEST_QUOTE = 60  # characters of a faulty value that a message repeats


class Code(StrEnum):
    """Every kind of fault. The value is stable: programs may act on it."""

    # The file as text
    NOT_JSON = "not_json"
    WRONG_ENCODING = "wrong_encoding"
    BYTE_ORDER_MARK = "byte_order_mark"
    TOO_DEEP = "too_deep"
    TOO_LONG = "too_long"
    TRAILING_TEXT = "trailing_text"
    DUPLICATE_KEY = "duplicate_key"
    # The schema
    UNKNOWN_KEY = "unknown_key"
    KEY_MISSING = "key_missing"
    KEY_NOT_HERE = "key_not_here"
    NOT_TEXT = "not_text"
    NOT_OBJECT = "not_object"
    NOT_LIST = "not_list"
    NOT_WHOLE_NUMBER = "not_whole_number"
    NOT_TRUE_OR_FALSE = "not_true_or_false"
    NOT_ONE_OF = "not_one_of"
    WRONG_FORMAT = "wrong_format"
    BAD_DAY = "bad_day"
    BAD_MOMENT = "bad_moment"
    BAD_DIGEST = "bad_digest"
    BAD_FIGURE = "bad_figure"
    BAD_CODE = "bad_code"
    BAD_KIND = "bad_kind"
    BAD_TEXT = "bad_text"
    BAD_LETTERS = "bad_letters"
    TEXT_TOO_LONG = "text_too_long"
    NUMBER_TOO_SMALL = "number_too_small"
    NUMBER_TOO_LARGE = "number_too_large"
    LIST_TOO_SHORT = "list_too_short"
    LIST_TOO_LONG = "list_too_long"
    NO_GOAL = "no_goal"
    # Calendar, agencies, programmes
    DAY_TWICE = "day_twice"
    CALENDAR_DIFFERS = "calendar_differs"
    CODE_TWICE = "code_twice"
    CODE_USED = "code_used"
    CODE_OTHER_CASE = "code_other_case"
    AGENCY_DIFFERS = "agency_differs"
    CLASSIFIED_SINCE_BEGINNING = "classified_since_beginning"
    CLASSIFIED_IN_ORDER = "classified_in_order"
    UNKNOWN_AGENCY = "unknown_agency"
    OWN_SUCCESSOR = "own_successor"
    SUCCESSOR_CIRCLE = "successor_circle"
    ENDS_BEFORE_START = "ends_before_start"
    PERIOD_DAYS = "period_days"
    PERIODS_OVERLAP = "periods_overlap"
    PERIOD_IN_USE = "period_in_use"
    FIRST_CUT_OFF = "first_cut_off"
    POLICY_RANGE = "policy_range"
    POLICY_ORDER = "policy_order"
    BANDS_RISE = "bands_rise"
    TEMPLATE_DIFFERS = "template_differs"
    VERSIONS_BROKEN = "versions_broken"
    TEMPLATE_TERMS = "template_terms"
    UNKNOWN_TEMPLATE = "unknown_template"
    PLAN_HEAD = "plan_head"
    # Commitments and terms
    UNKNOWN_PROGRAMME = "unknown_programme"
    IN_FORCE_BEFORE_SIGNING = "in_force_before_signing"
    ADDED_BEFORE = "added_before"
    DUE_BEFORE_START = "due_before_start"
    DEADLINE_PAST_PERIODS = "deadline_past_periods"
    NO_PERIODS = "no_periods"
    WEIGHT_NOT_POSITIVE = "weight_not_positive"
    GOAL_IS_BASELINE = "goal_is_baseline"
    GOAL_IS_BASELINE_AS_KNOWN = "goal_is_baseline_as_known"
    GOAL_NOT_POSITIVE = "goal_not_positive"
    LOW_ABOVE_HIGH = "low_above_high"
    RANGE_BESIDE_GOAL = "range_beside_goal"
    RANGE_DIRECTION = "range_direction"
    WHOLE_TERM_RANGE = "whole_term_range"
    WHOLE_TERM_SUM = "whole_term_sum"
    CUMULATIVE_EVERY_PERIOD = "cumulative_every_period"
    MILESTONE_TWICE = "milestone_twice"
    MILESTONE_OUTSIDE_TERM = "milestone_outside_term"
    MILESTONE_BACKWARDS = "milestone_backwards"
    EXTENSION_SHORTER = "extension_shorter"
    EXTENSION_EARLIER = "extension_earlier"
    SUSPENSION_DAYS = "suspension_days"
    SUSPENSIONS_OVERLAP = "suspensions_overlap"
    AMENDED_BEFORE_SIGNING = "amended_before_signing"
    RECORDED_BEFORE = "recorded_before"
    # Requests and decisions on one target
    REQUEST_OVER = "request_over"
    SECOND_REQUEST = "second_request"
    UNKNOWN_FACT = "unknown_fact"
    # Dossiers
    MOVE_NOT_NOW = "move_not_now"
    OFFICE_OF_MOVE = "office_of_move"
    UNSETTLED = "unsettled"
    NO_PROPOSAL = "no_proposal"
    OWN_PROPOSAL = "own_proposal"
    DAY_BACKWARDS = "day_backwards"
    OTHER_CONTENT = "other_content"
    NO_ASSESSMENT = "no_assessment"
    UNKNOWN_TARGET = "unknown_target"
    TERM_VALUE = "term_value"
    UNAMENDABLE = "unamendable"
    UNKNOWN_COMMITMENT = "unknown_commitment"
    OTHER_COMMITMENT = "other_commitment"
    ONE_DOSSIER = "one_dossier"
    ONE_AMENDMENT = "one_amendment"
    # Reports
    KEEP_WITHOUT_PERIOD = "keep_without_period"
    UNKNOWN_PERIOD = "unknown_period"
    OTHER_FREQUENCY = "other_frequency"
    PERIOD_REPORTED_TWICE = "period_reported_twice"
    OUTSIDE_PERIODS = "outside_periods"
    SECOND_COMPLETION = "second_completion"
    COMPLETION_OF_KEEP = "completion_of_keep"
    COMPLETION_BELOW_GOAL = "completion_below_goal"
    SENT_BEFORE_CUT_OFF = "sent_before_cut_off"
    AS_AT_OUTSIDE_PERIOD = "as_at_outside_period"
    AS_AT_AFTER_SENDING = "as_at_after_sending"
    SEQ_BROKEN = "seq_broken"
    FOLLOWS_UNDECIDED = "follows_undecided"
    SENT_BEFORE_DECISION = "sent_before_decision"
    FIGURE_MISSING = "figure_missing"
    FIGURE_NOT_HERE = "figure_not_here"
    NOT_APPLICABLE_HERE = "not_applicable_here"
    FIGURE_BESIDE_NOT_APPLICABLE = "figure_beside_not_applicable"
    DENOMINATOR_NEGATIVE = "denominator_negative"
    NUMERATOR_NEGATIVE = "numerator_negative"
    NUMERATOR_ABOVE_DENOMINATOR = "numerator_above_denominator"
    PERCENT_RANGE = "percent_range"
    DECIDED_BEFORE_SENDING = "decided_before_sending"
    DECISION_ORDER = "decision_order"
    REOPENED_UNACCEPTED = "reopened_unaccepted"
    NAMED_UNREOPENED = "named_unreopened"
    CORRECTION_UNACCEPTED = "correction_unaccepted"
    CORRECTION_OPENS = "correction_opens"
    CORRECTION_ORDER = "correction_order"
    SECOND_CORRECTION = "second_correction"
    RECALLED_LATE = "recalled_late"
    DECIDED_AFTER_RECALL = "decided_after_recall"
    VALUE_NOT_OF_ACCEPTANCE = "value_not_of_acceptance"
    VALUE_OF_COMPLETION = "value_of_completion"
    VALUE_OF_NOT_APPLICABLE = "value_of_not_applicable"


MESSAGES: Mapping[Code, Any] = {
    **{Code(code): sentence for code, sentence in SENTENCES.items()},  # of terms: at every door the same
    Code.NOT_JSON: _l("The file is not valid JSON at line %(line)s, column %(column)s."),
    Code.WRONG_ENCODING: _l("The file is not UTF-8 text at line %(line)s, column %(column)s."),
    Code.BYTE_ORDER_MARK: _l("The file begins with a byte order mark; save it as plain UTF-8."),
    Code.TOO_DEEP: _l("Values lie too deep inside each other from line %(line)s, column %(column)s on."),
    Code.TOO_LONG: _l("The record that begins at line %(line)s, column %(column)s is too long to be read."),
    Code.TRAILING_TEXT: _l("Something follows the end of the package at line %(line)s, column %(column)s."),
    Code.DUPLICATE_KEY: _l("This key stands here twice."),
    Code.UNKNOWN_KEY: _l("The format does not know this key."),
    Code.KEY_MISSING: _l("“%(key)s” is missing."),
    Code.KEY_NOT_HERE: _l("This key does not belong to a record of this kind."),
    Code.NOT_TEXT: _l("A text is expected here."),
    Code.NOT_OBJECT: _l("An object is expected here."),
    Code.NOT_LIST: _l("A list is expected here."),
    Code.NOT_WHOLE_NUMBER: _l("A whole number is expected here."),
    Code.NOT_TRUE_OR_FALSE: _l("true or false is expected here."),
    Code.NOT_ONE_OF: _l("“%(value)s” is none of: %(allowed)s."),
    Code.WRONG_FORMAT: _l("The format must be “%(allowed)s”."),
    Code.BAD_DAY: _l("“%(value)s” is not a day such as 2021-06-30, between 1900 and 2199."),
    Code.BAD_MOMENT: _l("“%(value)s” is not an instant in UTC such as 2021-06-30T08:15:00Z."),
    Code.BAD_DIGEST: _l("“%(value)s” is not a SHA-256: 64 signs of 0-9 and a-f."),
    Code.BAD_FIGURE: _l("“%(value)s” is not a figure such as -12.50 (18 digits before the point, 12 after it)."),
    Code.BAD_CODE: _l("“%(value)s” is not a code: letters, digits and . _ - only, and first a letter or a digit."),
    Code.BAD_KIND: _l("“%(value)s” is not a name of small letters, digits, - and _."),
    Code.BAD_TEXT: _l(
        "The text is empty or of signs alone, holds signs that cannot be shown, or lost letters to question marks."
    ),
    Code.BAD_LETTERS: _l("“%(value)s” is not written in Unicode, but in letters of %(encoding)s."),
    Code.TEXT_TOO_LONG: _l("The text has more than %(limit)s characters."),
    Code.NUMBER_TOO_SMALL: _l("The number is below %(limit)s."),
    Code.NUMBER_TOO_LARGE: _l("The number is above %(limit)s."),
    Code.LIST_TOO_SHORT: _l("The list needs at least %(limit)s entry."),
    Code.LIST_TOO_LONG: _l("The list has more than %(limit)s entries."),
    Code.NO_GOAL: _l("A target to keep needs a goal or a range (low, high)."),
    Code.DAY_TWICE: _l("The day %(value)s stands in the calendar twice."),
    Code.CALENDAR_DIFFERS: _l("A calendar named “%(value)s” is stored with other days."),
    Code.CODE_TWICE: _l("“%(value)s” is used twice in the package."),
    Code.CODE_USED: _l("“%(value)s” is stored already."),
    Code.CODE_OTHER_CASE: _l("“%(value)s” stands as “%(other)s” already: codes do not differ by their case alone."),
    Code.AGENCY_DIFFERS: _l("The agency “%(value)s” is stored with other particulars."),
    Code.CLASSIFIED_SINCE_BEGINNING: _l("The first kind counts since the beginning of the agency, and names no day."),
    Code.CLASSIFIED_IN_ORDER: _l("The day does not follow that of the kind before it (%(day)s)."),
    Code.UNKNOWN_AGENCY: _l("There is no agency “%(value)s”."),
    Code.OWN_SUCCESSOR: _l("An agency cannot succeed itself."),
    Code.SUCCESSOR_CIRCLE: _l("“%(value)s” cannot succeed it: it came before it, itself or by others."),
    Code.ENDS_BEFORE_START: _l("The end lies before the start (%(start)s)."),
    Code.PERIOD_DAYS: reporting.WORDS[reporting.Wrong.OUT_OF_ORDER],
    Code.PERIODS_OVERLAP: reporting.WORDS[reporting.Wrong.OVERLAP],
    Code.PERIOD_IN_USE: COME,
    Code.FIRST_CUT_OFF: FIRST_CUT_OFF,
    Code.POLICY_RANGE: _l("The value must lie between %(low)s and %(high)s."),
    Code.POLICY_ORDER: _l("“at risk” must not be above “on track” (%(limit)s)."),
    Code.BANDS_RISE: _l("The bands must fall from excellent to average."),
    Code.TEMPLATE_DIFFERS: _l("The template “%(value)s” is stored with other versions."),
    Code.VERSIONS_BROKEN: _l("Versions are numbered 1, 2, … in order; %(expected)s is expected here."),
    Code.TEMPLATE_TERMS: "%(sentence)s",
    Code.UNKNOWN_TEMPLATE: _l("There is no version %(version)s of a template “%(value)s”."),
    Code.PLAN_HEAD: "%(sentence)s",
    Code.REQUEST_OVER: _l("What was withdrawn is not decided on."),
    Code.SECOND_REQUEST: _l("One request about a target waits at a time."),
    Code.UNKNOWN_FACT: _l("The target has none that this names."),
    Code.MOVE_NOT_NOW: _l("As the commitment stands then (%(state)s), this side does not do that."),
    Code.OFFICE_OF_MOVE: moving.NOT_YOURS,
    Code.UNSETTLED: moving.UNSETTLED,
    Code.NO_PROPOSAL: _l("No move before it made a proposal that still waits for an answer."),
    Code.OWN_PROPOSAL: _l("The other side answers a proposal; one's own side takes it back."),
    Code.DAY_BACKWARDS: _l("The day lies before what was signed or dated earlier."),
    Code.OTHER_CONTENT: _l("This is not the SHA-256 of what the assessment says."),
    Code.NO_ASSESSMENT: _l("This is not what an assessment tells (%(fault)s)."),
    Code.UNKNOWN_TARGET: _l("It has no target “%(value)s”."),
    Code.TERM_VALUE: "%(sentence)s",
    Code.UNAMENDABLE: UNAMENDABLE,
    Code.UNKNOWN_COMMITMENT: _l("There is no commitment “%(value)s”."),
    Code.OTHER_COMMITMENT: _l("The commitment “%(value)s” is of another body, programme or day."),
    Code.ONE_DOSSIER: constraints.ONE_FIRST,
    Code.ONE_AMENDMENT: constraints.ONE_AMENDMENT,
    Code.UNKNOWN_PROGRAMME: _l("There is no programme “%(value)s”."),
    Code.ADDED_BEFORE: _l("An amendment adds no target before its commitment is in force (%(first)s)."),
    Code.IN_FORCE_BEFORE_SIGNING: _l("The commitment is in force before it is signed (%(signed)s)."),
    Code.UNKNOWN_PERIOD: _l("The programme has no period “%(value)s”."),
    Code.OTHER_FREQUENCY: _l("The period “%(value)s” has another frequency than the target."),
    Code.PERIOD_REPORTED_TWICE: _l("The period “%(value)s” has two reports."),
    Code.OUTSIDE_PERIODS: _l("The period “%(value)s” is none of those of this target to keep."),
    Code.SECOND_COMPLETION: _l("A target has one report of completion."),
    Code.COMPLETION_OF_KEEP: _l("A target to keep has no report of completion."),
    Code.COMPLETION_BELOW_GOAL: _l("The report of completion does not meet the goal."),
    Code.SENT_BEFORE_CUT_OFF: _l("The report was sent before the cut-off of its period (%(cut_off)s)."),
    Code.AS_AT_OUTSIDE_PERIOD: _l("The as-at day lies outside the period (%(start)s to %(cut_off)s)."),
    Code.AS_AT_AFTER_SENDING: _l("The as-at day lies after the day of sending (%(sent)s)."),
    Code.SEQ_BROKEN: _l("Revisions are numbered 1, 2, … in order; %(expected)s is expected here."),
    Code.FOLLOWS_UNDECIDED: _l("A revision follows only one that was returned, reopened or recalled."),
    Code.SENT_BEFORE_DECISION: _l("The revision was sent before the decision that it answers (%(decided)s)."),
    Code.FIGURE_MISSING: _l("The figure is missing: %(key)s."),
    Code.FIGURE_NOT_HERE: _l("A ratio has a numerator and a denominator, any other figure a value."),
    Code.NOT_APPLICABLE_HERE: _l("Only a target to keep can be “not applicable”."),
    Code.FIGURE_BESIDE_NOT_APPLICABLE: _l("What is “not applicable” has no figure."),
    Code.DENOMINATOR_NEGATIVE: _l("The denominator is below zero."),
    Code.NUMERATOR_NEGATIVE: _l("The numerator is below zero."),
    Code.NUMERATOR_ABOVE_DENOMINATOR: _l("The numerator is above the denominator."),
    Code.PERCENT_RANGE: _l("The figure of a deliverable lies between 0 and 100."),
    Code.DECIDED_BEFORE_SENDING: _l("The decision was taken before the revision was sent (%(sent)s)."),
    Code.DECISION_ORDER: _l("The decision was taken before the one that it follows (%(decided)s)."),
    Code.REOPENED_UNACCEPTED: _l("Only an accepted revision can be reopened."),
    Code.NAMED_UNREOPENED: _l("Only a reopening names the decision on which it rests."),
    Code.CORRECTION_UNACCEPTED: _l("Only the correction of an accepted revision can be asked for."),
    Code.CORRECTION_OPENS: _l("As many corrections are granted as reopenings name one as their ground."),
    Code.CORRECTION_ORDER: _l("A correction ends after it was asked for, and after the one before it."),
    Code.SECOND_CORRECTION: _l("A second correction cannot wait beside another one."),
    Code.RECALLED_LATE: _l("A revision is recalled before any other decision on it."),
    Code.DECIDED_AFTER_RECALL: _l("Nothing is decided on a recalled revision."),
    Code.VALUE_NOT_OF_ACCEPTANCE: _l("Only an acceptance names a figure."),
    Code.VALUE_OF_COMPLETION: _l("The acceptance of a completion names no other figure."),
    Code.VALUE_OF_NOT_APPLICABLE: _l("The acceptance of “not applicable” names no figure."),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the JSON pointer (RFC 6901) of the exact thing, its code, and what its sentence names."""

    pointer: str
    code: Code
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The sentence, in the language of the context."""
        told = {name: str(value) if name == "sentence" else quote(value) for name, value in self.values.items()}
        return str(MESSAGES[self.code]) % told

    def __str__(self) -> str:
        return f"{shown(self.pointer)}: {self.message}"


@dataclass(frozen=True, slots=True)
class Remark:
    """What is loaded all the same, and told: a figure that its unit does not have, a day that has not come."""

    pointer: str
    message: Text

    def __str__(self) -> str:
        return f"{shown(self.pointer)}: {self.message}"


def step(pointer: str, key: object) -> str:
    """The pointer of a member of what `pointer` names."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def quote(value: object) -> str:
    """A value as a message repeats it: short, and without signs that would play tricks on a terminal."""
    text = shown(str(value))
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"


def shown(text: str) -> str:
    """The text with whatever cannot be printed written as an escape."""
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape", "surrogatepass").decode() for sign in text
    )
