"""A month of a whole province as a package: bodies with their figures of two months, the first accepted, the second
sent and waiting for the appraiser; a few of them worse than the month before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

Json = dict[str, Any]
BODIES, FIGURES = 42, 22
WORSE = 8  # in every so-manieth sheet the first figure is worse than last month
EARLIER, LATER = "2026-M09", "2026-M10"


def package(today: date, bodies: int = BODIES, figures: int = FIGURES) -> Json:
    """Everything, laid out before a day: all sent two weeks ago."""
    starts, ends = today - timedelta(days=120), today + timedelta(days=200)
    codes = [f"MB{number:02}" for number in range(bodies)]
    return {
        "format": "commitment-package/2",
        "calendar": {"name": "Lịch của một tháng", "off_days": [], "working_days": []},
        "agencies": [
            {
                "code": code,
                "classifications": [{"kind": "department"}],
                "name": {"vi": f"Sở mẫu {number:02}", "en": f"Sample department {number:02}"},
            }
            for number, code in enumerate(codes)
        ],
        "programmes": [
            {
                "code": "MORNING",
                "title": {"vi": "Một tháng của tỉnh", "en": "A month of the province"},
                "starts_on": f"{starts}",
                "ends_on": f"{ends}",
                "periods": list(_periods(today)),
            }
        ],
        "commitments": [
            {
                "number": f"01/{code}",
                "programme": "MORNING",
                "agency": code,
                "signed_on": f"{starts}",
                "in_force_from": f"{starts}",
                "targets": [_target(today, starts, number, place) for place in range(figures)],
            }
            for number, code in enumerate(codes)
        ],
    }


def _periods(today: date) -> Iterator[Json]:
    for code, end in ((EARLIER, today - timedelta(days=46)), (LATER, today - timedelta(days=16))):
        days = {"starts_on": end - timedelta(days=29), "cut_off": end, "due_on": end + timedelta(days=7)}
        yield {"frequency": "monthly", "code": code, **{name: f"{day}" for name, day in days.items()}}


def _target(today: date, starts: date, number: int, place: int) -> Json:
    before = today - timedelta(days=44)
    worse = place == 0 and number % WORSE == 0
    return {
        "code": f"T{place:02}",
        "title": {"vi": f"Chỉ tiêu mẫu {place:02}", "en": f"Sample target {place:02}"},
        "domain": 1 + place % 8,
        "shape": "keep",
        "direction": "at_least",
        "unit": "%",
        "weight": "1",
        "frequency": "monthly",
        "starts_on": f"{starts}",
        "due_on": f"{today}",
        "goal": "80",
        "reports": [
            {
                "period": EARLIER,
                "kind": "periodic",
                "revisions": [
                    {
                        "seq": 1,
                        "submitted_on": f"{before}",
                        "value": "95",
                        "decisions": [{"outcome": "accepted", "decided_on": f"{before + timedelta(days=1)}"}],
                    }
                ],
            },
            {
                "period": LATER,
                "kind": "periodic",
                "revisions": [
                    {"seq": 1, "submitted_on": f"{today - timedelta(days=14)}", "value": "90" if worse else "96"}
                ],
            },
        ],
    }
