"""The current programme on today's bodies, laid out around the day of the first start. Pure.

What a person of the demo does on that day itself (drafts, sendings, a return) is done by `deeds`, not told here.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from tracker.demo import bodies, figures, layout, packages, promises
from tracker.demo.bodies import Body
from tracker.demo.layout import Layout
from tracker.demo.packages import Change, Year
from tracker.demo.reporting import (
    KEEPS_WORD,
    RETURNED,
    SILENT,
    STEADY,
    TARDY,
    WEAK,
    Character,
    Performance,
    decision,
    revision,
)
from tracker.rule.calendar import ONE_DAY, WorkingCalendar

Record = dict[str, Any]

# The bodies whose people have accounts: what they find on their desks is arranged, the rest is chance.
DESKS = ("SYT", bodies.HOME_AFFAIRS)
NOT_SENT = ("T04", "T09", "T10", "T11", "T19", "T21")  # monthly: left for the people of those bodies
UNREPORTED = ("SYT", "T10")  # there the month before was never reported, and is long past its grace
# Quarterly, in every body: of these one report is late, one came back and one waits for the appraiser.
IN_TURN = ("T07", "T12", "T16", "T18")

# What these were called in 2021 is past: online services have no levels any more.
TITLES: Mapping[str, Mapping[str, str]] = {
    "T21": {"vi": "Tỷ lệ hồ sơ tiếp nhận trực tuyến", "en": "Share of files received online"},
    "T27": {
        "vi": "Số dịch vụ công trực tuyến toàn trình đưa vào sử dụng",
        "en": "Online services put into use that need no visit at all",
    },
}
CHARACTERS: Mapping[str, Character] = {
    "SYT": STEADY,
    bodies.HOME_AFFAIRS: KEEPS_WORD,
    "SXD25": WEAK,
    "SVHTTDL": SILENT,
    "PVINHLOC": WEAK,
    "SCT": TARDY,
    "PCUALO": TARDY,
    "STP": KEEPS_WORD,
    "PTRUONGVINH": KEEPS_WORD,
    "PTHANHVINH": KEEPS_WORD,
}
PERFORMANCES: Mapping[tuple[str, str], Performance] = {
    ("SYT", "T01"): Performance.DONE,
    ("SYT", "T03"): Performance.SHORT,
    ("SYT", "T19"): Performance.LATE,
    ("SYT", "T09"): Performance.DONE,
    ("SYT", "T04"): Performance.DONE,
    (bodies.HOME_AFFAIRS, "T03"): Performance.LATE,
    (bodies.HOME_AFFAIRS, "T19"): Performance.DONE,
    ("STP", "T01"): Performance.LATE,
    ("SXD25", "T01"): Performance.SHORT,
    ("SXD25", "T11"): Performance.LATE,
    ("SVHTTDL", "T21"): Performance.SILENT,
    ("SCT", "T13"): Performance.SHORT,
    ("SKHCN25", "T27"): Performance.DONE,
    ("PCUALO", "T27"): Performance.SHORT,
}


def package(today: date, calendar: Record) -> Record:
    """The whole package for a first start on a day; `calendar` as a record of a package."""
    working = packages.working_calendar(calendar)
    laid = layout.lay_out(today, working)
    year = Year(
        f"PAR-{today.year}",
        {
            "vi": f"Cam kết cải cách hành chính năm {today.year}",
            "en": f"Public administrative reform commitments {today.year}",
        },
        laid.starts_on,
        laid.ends_on,
        laid.signed_on,
        laid.periods,
        working,
        laid.until,
        changes=_changes(laid),
        performances=PERFORMANCES,
    )
    commitments = [
        year.commitment(
            f"{place:02}/{today.year}/CK-{body.code}", body, character(body), targets(body, laid, today.year)
        )
        for place, body in enumerate(bodies.of_today(), 1)
    ]
    for place, commitment in enumerate(commitments):
        _arrange(commitment, laid, working, in_turn(place))
    return packages.package(calendar, year, commitments)


def character(body: Body) -> Character:
    """How a body behaves."""
    chance = Random(body.code).choice([KEEPS_WORD, STEADY, STEADY, STEADY, TARDY])
    return CHARACTERS.get(body.code, chance)


def targets(body: Body, laid: Layout, year: int) -> Iterator[Record]:
    """What a body promises this year, without reports."""
    for code, template in promises.numbered():
        if not promises.signs(body, code):
            continue
        due_on = laid.deadline(date.fromisoformat(template["deadline"]), template["reporting"])
        record = promises.target(code, template, title(code, template, year), laid.signed_on, due_on)
        if code == "T06":  # one report a quarter: how many there are depends on where the programme begins
            record["goal"] = str(sum(period["frequency"] == "quarterly" for period in laid.periods))
        yield record


def title(code: str, template: Record, year: int) -> dict[str, str]:
    """The title of a typical target in another year than 2021."""
    given = TITLES.get(code, {"vi": template["title_vi"], "en": template["title_en"]})
    return {
        language: text.replace("2021", str(year)).replace("2020", str(year - 1)) for language, text in given.items()
    }


def in_turn(place: int) -> tuple[str, str, str]:
    """Codes of the targets whose newest quarterly report is late, came back and waits, in the body at a place."""
    late, back, waiting = ((place + step) % len(IN_TURN) for step in range(3))
    return IN_TURN[late], IN_TURN[back], IN_TURN[waiting]


def _arrange(commitment: Record, laid: Layout, calendar: WorkingCalendar, turn: tuple[str, str, str]) -> None:
    """See to it that each body has something late, returned and waiting, and the people with accounts something due."""
    late, back, waiting = turn
    for target in commitment["targets"]:
        code = target["code"]
        if (commitment["agency"], code) == UNREPORTED:
            _drop(target, laid.month_before)
        if commitment["agency"] in DESKS and code in NOT_SENT:
            _drop(target, laid.due_month)
        if code == late:
            _drop(target, laid.late_quarter)
        elif code in (back, waiting):
            sent = _sent_in_time(commitment["agency"], target, laid, calendar)
            if code == back:
                _return(sent, laid, calendar)


def _drop(target: Record, period: str) -> None:
    target["reports"] = [report for report in target["reports"] if report.get("period") != period]


def _sent_in_time(agency: str, target: Record, laid: Layout, calendar: WorkingCalendar) -> Record:
    """The newest quarter's report as it was sent in time; nobody has decided on it."""
    _drop(target, laid.late_quarter)
    period = next(p for p in laid.periods if p["code"] == laid.late_quarter)
    first, last = date.fromisoformat(period["cut_off"]), date.fromisoformat(period["due_on"])
    days = [day for count in range((last - first).days) if calendar.is_working(day := first + timedelta(days=count))]
    rng = Random(f"{agency} {target['code']}")
    sent = revision(
        1, rng.choice(days or [last]), figures.kept(rng, target, figures.size_of(rng, target["code"]), True)
    )
    target["reports"].append({"kind": "periodic", "period": period["code"], "revisions": [sent]})
    return sent


def _return(sent: Record, laid: Layout, calendar: WorkingCalendar) -> None:
    """It came back on the last working day, so that there is still time to answer."""
    returned_on = laid.until
    while not calendar.is_working(returned_on):
        returned_on -= ONE_DAY
    sent["decisions"] = [decision("returned", returned_on, reason=RETURNED[1])]


def _changes(laid: Layout) -> Mapping[tuple[str, str], Change]:
    """What befalls single targets, so that every status is there to be seen."""
    today = laid.today

    def rests(target: Record) -> None:
        target["suspensions"] = [
            {
                "from": (today - timedelta(days=12)).isoformat(),
                "to": (today + timedelta(days=20)).isoformat(),
                "decided_on": (today - timedelta(days=13)).isoformat(),
                "reason": "Tạm dừng chờ hướng dẫn của bộ về nền tảng dùng chung.",
            }
        ]

    def begins_later(target: Record) -> None:
        target["starts_on"] = (today + timedelta(days=15)).isoformat()
        target.pop("milestones", None)

    def ended(target: Record) -> None:
        target["ended"] = {
            "on": (today - timedelta(days=20)).isoformat(),
            "decided_on": (today - timedelta(days=25)).isoformat(),
            "reason": "Nhiệm vụ chuyển về Sở Khoa học và Công nghệ.",
        }

    def is_short(target: Record) -> None:
        cut_offs = [p["cut_off"] for p in laid.periods if p["frequency"] == target["frequency"]]
        target["due_on"] = max(day for day in cut_offs if day < (today - timedelta(days=40)).isoformat())

    def extended(target: Record) -> None:
        target["extensions"] = [
            {
                "granted_on": (date.fromisoformat(target["due_on"]) - timedelta(days=5)).isoformat(),
                "due_on": (date.fromisoformat(target["due_on"]) + timedelta(days=15)).isoformat(),
                "reason": "Chờ phương án được cấp trên phê duyệt.",
            }
        ]

    return {
        ("SKHCN25", "T27"): rests,
        ("STP", "T17"): begins_later,
        ("PCUALO", "T27"): ended,
        ("SXD25", "T11"): is_short,
        ("SGDDT", "T01"): extended,
    }
