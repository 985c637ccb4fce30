"""The closed programme PAR-2021: the commitments of 42 bodies, and a year of sample reports with their days. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from tracker.demo import bodies, packages, promises
from tracker.demo.bodies import Body
from tracker.demo.packages import Change, Year
from tracker.demo.reporting import KEEPS_WORD, SILENT, STEADY, TARDY, WEAK, Performance

Record = dict[str, Any]

CODE = "PAR-2021"
TITLE = {"vi": "Cam kết cải cách hành chính năm 2021", "en": "Public administrative reform commitments 2021"}
STARTS_ON, ENDS_ON, SIGNED_ON = date(2020, 12, 15), date(2021, 12, 31), date(2021, 2, 4)
# Parts of what the province did in the first half-year and counted of its online services.
PROVINCE = {"T24": 234, "T25": 1447, "T27": 506 + 549}
CHARACTERS = [KEEPS_WORD] * 13 + [STEADY] * 15 + [TARDY] * 6 + [WEAK] * 5 + [SILENT] * 3


def package(calendar: Record) -> Record:
    """The whole package; `calendar` as a record of a package."""
    year = Year(
        CODE,
        TITLE,
        STARTS_ON,
        ENDS_ON,
        SIGNED_ON,
        periods(),
        packages.working_calendar(calendar),
        changes=CHANGES,
        performances=PERFORMANCES,
    )
    signed = bodies.of_2021()
    characters = CHARACTERS[:]
    Random(CODE).shuffle(characters)
    return packages.package(
        calendar,
        year,
        [
            year.commitment(f"{place + 1:02}/CK-{body.code}", body, character, targets(body, place, len(signed)))
            for place, (body, character) in enumerate(zip(signed, characters, strict=True))
        ],
    )


def periods() -> list[Record]:
    """The reporting calendar: a month runs from the 15th to the 14th, and there is no Q2 and no Q4 report."""
    found = [_period("monthly", f"2021-M{month:02}", _day_15(month - 1), _day_14(month)) for month in range(1, 13)]
    found += [
        _period("quarterly", "2021-Q1", _day_15(0), _day_14(3)),
        _period("quarterly", "2021-H1", _day_15(3), _day_14(6)),
        _period("quarterly", "2021-Q3", _day_15(6), _day_14(9)),
        _period("quarterly", "2021-Y", _day_15(9), _day_14(12)),
        _period("half_yearly", "2021-S1", _day_15(0), _day_14(6)),
        _period("half_yearly", "2021-S2", _day_15(6), _day_14(12)),
        _period("yearly", "2021-YR", _day_15(0), _day_14(12)),
    ]
    return found


def targets(body: Body, place: int, count: int) -> Iterator[Record]:
    """What a body promised, without reports."""
    for code, template in promises.numbered():
        if not promises.signs(body, code):
            continue
        title = {"vi": template["title_vi"], "en": template["title_en"]}
        record = promises.target(code, template, title, SIGNED_ON, date.fromisoformat(template["deadline"]))
        if code in PROVINCE:
            record["goal"] = str(promises.portion(PROVINCE[code], place, count))
        yield record


def _day_15(month: int) -> date:
    return date(2020, 12, 15) if month == 0 else date(2021, month, 15)


def _day_14(month: int) -> date:
    return date(2021, month, 14)


def _period(frequency: str, code: str, starts_on: date, cut_off: date) -> Record:
    return {
        "frequency": frequency,
        "code": code,
        "starts_on": starts_on.isoformat(),
        "cut_off": cut_off.isoformat(),
        "due_on": (cut_off + timedelta(days=6)).isoformat(),
    }


def _extended(granted_on: str, due_on: str, recorded_on: str | None = None) -> Change:
    def change(target: Record) -> None:
        extension = {"granted_on": granted_on, "due_on": due_on, "reason": "Chờ phương án được cấp trên phê duyệt."}
        target["extensions"] = [extension | ({"recorded_on": recorded_on} if recorded_on else {})]

    return change


def _suspended(target: Record) -> None:
    """Inspections rested while people stayed at home; the deadline was moved by a decision of its own."""
    target["suspensions"] = [
        {
            "from": "2021-08-23",
            "to": "2021-09-12",
            "decided_on": "2021-08-22",
            "reason": "Tạm dừng kiểm tra trực tiếp để phòng, chống dịch bệnh.",
        }
    ]
    target["extensions"] = [
        {"granted_on": "2021-09-13", "due_on": "2021-12-20", "reason": "Bù thời gian tạm dừng kiểm tra."}
    ]


def _amended(goal: str) -> Change:
    def change(target: Record) -> None:
        target["amendments"] = [
            {"signed_on": "2021-07-05", "from": "2021-07-15", "goal": goal, "reason": "Một số dịch vụ do bộ cung cấp."}
        ]

    return change


def _ended(target: Record) -> None:
    target["ended"] = {
        "on": "2021-09-01",
        "decided_on": "2021-08-25",
        "reason": "Chuyển nhiệm vụ sang Sở Thông tin và Truyền thông.",
    }


CHANGES: Mapping[tuple[str, str], Change] = {
    ("STTTT", "T13"): _extended("2021-09-24", "2021-10-31"),
    ("SGTVT", "T26"): _extended("2021-06-25", "2021-07-31"),
    ("417", "T26"): _extended("2021-06-28", "2021-08-15", "2021-07-02"),
    ("412", "T24"): _extended("2021-06-24", "2021-07-31"),
    ("412", "T05"): _suspended,
    ("413", "T05"): _suspended,
    ("421", "T05"): _suspended,
    ("425", "T05"): _suspended,
    ("STTTT", "T27"): _amended("20"),
    ("SKHCN", "T27"): _amended("22"),
    ("SDL", "T27"): _ended,
}
PERFORMANCES: Mapping[tuple[str, str], Performance] = {
    ("STTTT", "T13"): Performance.DONE,
    ("SGTVT", "T26"): Performance.DONE,
    ("417", "T26"): Performance.LATE,
    ("412", "T24"): Performance.DONE,
    ("SDL", "T27"): Performance.SHORT,
    ("STTTT", "T27"): Performance.DONE,
    ("SKHCN", "T27"): Performance.DONE,
    # Nobody's year is without a fault.
    ("418", "T13"): Performance.SHORT,
    ("BQLKKT", "T17"): Performance.SHORT,
    ("417", "T27"): Performance.SHORT,
    ("430", "T25"): Performance.SHORT,
    ("SGTVT", "T27"): Performance.SHORT,
    ("414", "T13"): Performance.SHORT,
}
