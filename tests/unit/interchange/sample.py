"""A small package in which every kind of record stands once, without a fault, and the tools to spoil it."""

import copy
import json
from pathlib import Path
from typing import Any

from tracker.interchange.judging.faults import Fault
from tracker.interchange.judging.known import Known
from tracker.interchange.loading.reading import Part, read

GONE = object()
REACH, DELIVERABLE, KEEP, RANGE, RATIO, CUMULATIVE = (f"/commitments/0/targets/{index}" for index in range(6))

QUARTERS = [
    {
        "frequency": "quarterly",
        "code": "Q1",
        "starts_on": "2020-12-15",
        "cut_off": "2021-03-14",
        "due_on": "2021-03-20",
    },
    {
        "frequency": "quarterly",
        "code": "Q2",
        "starts_on": "2021-03-15",
        "cut_off": "2021-06-14",
        "due_on": "2021-06-20",
    },
    {
        "frequency": "quarterly",
        "code": "Q3",
        "starts_on": "2021-06-15",
        "cut_off": "2021-09-14",
        "due_on": "2021-09-20",
    },
    {"frequency": "yearly", "code": "Y", "starts_on": "2020-12-15", "cut_off": "2021-12-14", "due_on": "2021-12-20"},
]


def target(code: str, **terms: Any) -> dict[str, Any]:
    """A target with what every target has."""
    return {
        "code": code,
        "title": {"vi": f"Chỉ tiêu {code}"},
        "domain": 3,
        "unit": "hồ sơ",
        "weight": "1",
        "frequency": "quarterly",
        "starts_on": "2021-02-04",
        "due_on": "2021-09-30",
        **terms,
    }


def periodic(period: str, sent_on: str, **figure: Any) -> dict[str, Any]:
    """A periodic report of one revision."""
    return {"kind": "periodic", "period": period, "revisions": [{"seq": 1, "submitted_on": sent_on, **figure}]}


def package() -> dict[str, Any]:
    """The package, made anew."""
    reach = target(
        "T01",
        shape="reach",
        baseline="0",
        goal="234",
        milestones=[{"on": "2021-04-30", "value": "90"}, {"on": "2021-06-30", "value": "120.50"}],
        extensions=[
            {"granted_on": "2021-06-25", "due_on": "2021-10-05", "reason": "bão lũ"},
            {"granted_on": "2021-07-25", "due_on": "2021-10-10"},
        ],
        suspensions=[
            {"from": "2021-05-05", "to": "2021-05-20", "decided_on": "2021-05-05"},
            {"from": "2021-06-05", "to": "2021-06-06", "decided_on": "2021-06-05", "recorded_on": "2021-06-07"},
        ],
        amendments=[{"signed_on": "2021-05-10", "from": "2021-05-15", "goal": "200"}],
        ended={"on": "2021-10-01", "decided_on": "2021-08-25", "recorded_on": "2021-08-26"},
        reports=[
            {
                "kind": "periodic",
                "period": "Q1",
                "revisions": [
                    {
                        "seq": 1,
                        "submitted_on": "2021-03-16",
                        "value": "41",
                        "decisions": [
                            {"outcome": "returned", "decided_on": "2021-03-18", "reason": "thiếu minh chứng"}
                        ],
                    },
                    {
                        "seq": 2,
                        "submitted_on": "2021-03-19",
                        "as_at": "2021-03-10",
                        "value": "38",
                        "decisions": [
                            {"outcome": "accepted", "decided_on": "2021-03-22", "value": "37.0"},
                            {"outcome": "reopened", "decided_on": "2021-04-22"},
                        ],
                    },
                ],
            },
            {
                "kind": "completion",
                "revisions": [
                    {
                        "seq": 1,
                        "submitted_on": "2021-06-28",
                        "as_at": "2021-06-25",
                        "value": "210",
                        "decisions": [{"outcome": "recalled", "decided_on": "2021-06-29"}],
                    }
                ],
            },
        ],
    )
    accepted = {"outcome": "accepted", "decided_on": "2021-03-22"}
    return {
        "format": "commitment-package/2",
        "calendar": {"name": "VN 2021", "off_days": ["2021-01-01", "2021-04-30"], "working_days": ["2021-02-27"]},
        "agencies": [
            {
                "code": "SNV",
                "classifications": [
                    {"kind": "department", "peer_group": "departments"},
                    {"from": "2021-07-01", "kind": "vertical"},
                ],
                "name": {"vi": "Sở Nội vụ"},
            },
            {
                "code": "SDL",
                "classifications": [{"kind": "department"}],
                "name": {"vi": "Sở Du lịch"},
                "exists_to": "2025-02-28",
                "successors": ["SNV"],
            },
        ],
        "programmes": [
            {
                "code": "PAR-2021",
                "title": {"vi": "CCHC 2021"},
                "starts_on": "2020-12-15",
                "ends_on": "2021-12-31",
                "policy": {"on_track": "0.90", "at_risk": "0.70", "grace_days": 3},
                "periods": copy.deepcopy(QUARTERS),
            }
        ],
        "commitments": [
            {
                "number": "01/CK-SNV",
                "programme": "PAR-2021",
                "agency": "SNV",
                "signed_on": "2021-02-04",
                "in_force_from": "2021-02-04",
                "targets": [
                    reach,
                    target(
                        "T02",
                        shape="deliverable",
                        milestones=[{"on": "2021-05-01", "value": "50"}],
                        reports=[periodic("Q1", "2021-03-16", value="20", decisions=[{**accepted, "value": "10"}])],
                    ),
                    target(
                        "T03",
                        shape="keep",
                        direction="at_least",
                        goal="95",
                        reports=[periodic("Q1", "2021-03-16", not_applicable=True, decisions=[accepted])],
                    ),
                    target(
                        "T04", shape="keep", low="10", high="20", reports=[periodic("Q2", "2021-06-16", value="15")]
                    ),
                    target(
                        "T05",
                        shape="keep",
                        direction="at_least",
                        goal="95",
                        ratio=True,
                        judged_by="whole_term",
                        reports=[
                            periodic(
                                "Q1",
                                "2021-03-16",
                                numerator="95",
                                denominator="100",
                                decisions=[{**accepted, "numerator": "94", "denominator": "100"}],
                            )
                        ],
                    ),
                    target("T06", shape="keep", direction="at_most", goal="0", judged_by="whole_term", cumulative=True),
                ],
            }
        ],
    }


def spoilt(edits: dict[str, Any]) -> dict[str, Any]:
    """The package with the value at each pointer replaced, added ("-" at the end of a list), or GONE."""
    return edited(package(), edits)


def edited(whole: dict[str, Any], edits: dict[str, Any]) -> dict[str, Any]:
    """The same of any package."""
    for pointer, value in edits.items():
        *way, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
        holder: Any = whole
        for part in way:
            holder = holder[int(part)] if isinstance(holder, list) else holder[part]
        if value is GONE:
            del holder[int(last) if isinstance(holder, list) else last]
        elif last == "-":
            holder.append(value)
        elif isinstance(holder, list):
            holder[int(last)] = value
        else:
            holder[last] = value
    return whole


def text_of(whole: Any) -> bytes:
    """A package as the bytes of a file."""
    return json.dumps(whole, ensure_ascii=False).encode()


def read_bytes(folder: Path, data: bytes, known: Known | None = None) -> tuple[list[Fault], list[Part]]:
    """The faults and the good records of a file with these bytes."""
    path = folder / "package.json"
    path.write_bytes(data)
    found = list(read(path, known or Known()))
    return [one for one in found if isinstance(one, Fault)], [one for one in found if isinstance(one, Part)]


def told(faults: list[Fault]) -> list[tuple[str, str]]:
    """Pointer and code of each fault."""
    return [(fault.pointer, fault.code.value) for fault in faults]
