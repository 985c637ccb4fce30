"""Documents by hand: a commitment with so many targets of every shape, an amendment of it, the assessment that closes
it."""

from __future__ import annotations

from typing import Any

BASE_URL = "https://cam-ket.example.vn"
_KINDS: list[dict[str, Any]] = [
    {
        "title": {
            "vi": "Ban hành kế hoạch cải cách hành chính năm 2026 của cơ quan",
            "en": "Issue the body's PAR plan of 2026",
        },
        "domain": 1,
        "shape": "deliverable",
        "unit": "%",
        "weight": "1",
        "frequency": "quarterly",
        "due_on": "2026-02-28",
        "evidence": "Quyết định ban hành kế hoạch; văn bản đăng trên cổng thông tin điện tử",
    },
    {
        "title": {"vi": "Rà soát, cắt giảm thời gian giải quyết thủ tục hành chính thuộc thẩm quyền"},
        "domain": 3,
        "shape": "reach",
        "unit": "procedures",
        "weight": "2",
        "frequency": "quarterly",
        "due_on": "2026-06-30",
        "baseline": "0",
        "goal": "1234",
        "milestones": [{"on": "2026-03-31", "value": "90"}, {"on": "2026-04-30", "value": "600"}],
        "template": {"code": "TTHC-01", "version": 3},
    },
    {
        "title": {"vi": "Tỷ lệ hồ sơ thủ tục hành chính được giải quyết trước và đúng hạn"},
        "domain": 3,
        "shape": "keep",
        "unit": "files",
        "ratio": True,
        "direction": "at_least",
        "judged_by": "whole_term",
        "weight": "1.5",
        "frequency": "monthly",
        "due_on": "2026-12-31",
        "goal": "95.5",
        "evidence": "Số liệu trích xuất từ hệ thống thông tin một cửa điện tử",
    },
    {
        "title": {"vi": "Thời gian bình quân trả lời phản ánh, kiến nghị của người dân, doanh nghiệp"},
        "domain": 8,
        "shape": "keep",
        "unit": "days",
        "direction": "at_most",
        "weight": "1",
        "frequency": "half_yearly",
        "due_on": "2026-12-31",
        "goal": "5",
    },
    {
        "title": {"vi": "Tỷ lệ cán bộ, công chức được bồi dưỡng kỹ năng số, nằm trong khoảng cho phép"},
        "domain": 5,
        "shape": "keep",
        "unit": "%",
        "weight": "1",
        "frequency": "yearly",
        "due_on": "2026-12-31",
        "low": "60",
        "high": "80",
    },
    {
        "title": {"vi": "Không để hồ sơ quá hạn tồn đọng; xin lỗi bằng văn bản với 100% hồ sơ trễ hạn"},
        "domain": 7,
        "shape": "keep",
        "unit": "cases",
        "direction": "at_most",
        "cumulative": True,
        "judged_by": "whole_term",
        "weight": "1",
        "frequency": "quarterly",
        "due_on": "2026-12-31",
        "goal": "0",
    },
]


def targets(count: int) -> list[dict[str, Any]]:
    """So many, of each shape in turn."""
    return [
        {"code": f"T{place + 1:02d}", "starts_on": "2026-02-04", **_KINDS[place % len(_KINDS)]}
        for place in range(count)
    ]


def commitment(count: int = 6, **other: Any) -> dict[str, Any]:
    """A commitment of the Department of Home Affairs."""
    return {
        "format": "commitment-document/1",
        "kind": "commitment",
        "number": "01/CK-SNV",
        "date": "2026-02-04",
        "place": "Nghệ An",
        "version": 1,
        "amends": None,
        "programme": {
            "code": "CCHC-2026",
            "title": {"vi": "Chương trình cải cách hành chính năm 2026", "en": "PAR programme 2026"},
            "year": 2026,
            "slogan": {"vi": "Kỷ cương, trách nhiệm, hành động, sáng tạo, phục vụ"},
            "basis": [
                "Căn cứ Luật Tổ chức chính quyền địa phương;",
                "Căn cứ Quyết định số 123/QĐ-UBND ngày 15 tháng 01 năm 2026 của Ủy ban nhân dân tỉnh Nghệ An.",
            ],
        },
        "body": {
            "code": "SNV",
            "name": {"vi": "Sở Nội vụ", "en": "Department of Home Affairs"},
            "parent": "UBND tỉnh Nghệ An",
        },
        "ppc": {"name": {"vi": "Ủy ban nhân dân tỉnh Nghệ An", "en": "Nghệ An People's Committee"}},
        "signatories": [
            {"side": "body", "title": "Giám đốc"},
            {"side": "ppc", "authority": "TM.", "title": "Chủ tịch"},
        ],
        "targets": targets(count),
        **other,
    }


def amendment(**other: Any) -> dict[str, Any]:
    """The second amendment of it: a goal is lowered again, a deadline moved for the first time; a target ends, and
    another is added."""
    ended, *changed = (dict(target) for target in targets(3))
    changed[0] |= {"goal": "900", "due_on": "2026-09-30"}
    added = {**targets(4)[3], "code": "T10", "title": {"vi": "Cấp lại giấy phép trong ngày làm việc"}}
    changed.append(added)
    changes = [
        {"target": "T02", "term": "goal", "first": "1447", "from": "1234", "to": "900"},
        {"target": "T02", "term": "due_on", "from": "2026-06-30", "to": "2026-09-30"},
        {"target": "T03", "term": "milestones", "from": [{"on": "2026-04-30", "value": "90"}], "to": None},
        {"target": "T01", "term": "target", "from": ended, "to": None},
        {"target": "T10", "term": "target", "from": None, "to": added},
    ]
    return commitment(
        number="07/CK-SNV",
        date="2026-06-12",
        kind="amendment",
        version=3,
        amends="01/CK-SNV",
        effective_from="2026-06-15",
        targets=changed,
        changes=changes,
        signatories=[
            {"side": "body", "title": "Giám đốc"},
            {"side": "ppc", "authority": "KT.", "for": "Chủ tịch", "title": "Phó Chủ tịch"},
        ],
        **other,
    )


def _told_whole(promised: list[dict[str, Any]], results: list[dict[str, Any]]) -> None:
    """The second target with all that can be told of one to reach, the third of one to keep."""
    promised[1] |= {
        "taken_over_from": {
            "number": "09/CK-SNV",
            "programme": "CCHC-2025",
            "target": "T09",
            "on": "2025-12-31",
            "status": "overdue",
            "shape": "reach",
            "unit": "procedures",
            "goal": "777",
            "due_on": "2025-12-31",
            "reached": "555.5",
            "as_at": "2025-12-14",
        }
    }
    results[1] |= {
        "status": "met_late",
        "first": {"goal": "1447", "due_on": "2026-05-31", "weight": "3"},
        "as_at": "2026-12-14",
        "reported": "1250",
        "accepted": "1234",
        "difference": "-16",
        "conclusion": {"vi": "Hoàn thành quá hạn", "en": "Met late"},
        "reason": {"vi": "Đạt ngày 14/07/2026, quá hạn 10 ngày làm việc.", "en": "Met on 14/07/2026, 10 days late."},
        "delivery": "83.33",
        "delivery_exact": "250/3",
        "punctuality": "91.67",
        "reports": {"in_time": 11, "counted": 12},
        "score": "84.17",
        "decided": [
            {
                "on": "2026-05-25",
                "what": {"vi": "Gia hạn: 31/05/2026 → 30/06/2026", "en": "Deadline extended: 31/05/2026 → 30/06/2026"},
                "reason": "Chờ văn bản hướng dẫn của bộ quản lý ngành",
            }
        ],
    }
    results[2] |= {
        "status": "missed",
        "as_at": "2026-12-14",
        "reported": "96",
        "reported_of": {"numerator": "48", "denominator": "50"},
        "accepted": "94",
        "accepted_of": {"numerator": "47", "denominator": "50"},
        "difference": "-2",
        "figures": [
            {
                "period": "2026-M11",
                "as_at": "2026-11-14",
                "reported": "96",
                "reported_of": {"numerator": "48", "denominator": "50"},
                "accepted": "94",
                "accepted_of": {"numerator": "47", "denominator": "50"},
                "difference": "-2",
            },
            {"period": "2026-M12", "as_at": "2026-12-14"},
        ],
    }
    del results[2]["decided"]


def assessment(count: int = 6, **other: Any) -> dict[str, Any]:
    """What came of it: the first target has no score, the others 97.25, 96.25, … ."""
    promised = targets(count)
    results: list[dict[str, Any]] = [
        {"target": "T01", "conclusion": {"vi": "Tạm dừng", "en": "Suspended"}, "score": None}
    ]
    results += [
        {
            "target": target["code"],
            "reported": "92.5",
            "accepted": "91.25",
            "conclusion": {"vi": "Hoàn thành đúng hạn"},
            "delivery": "100.00",
            "punctuality": "75.00",
            "score": f"{97 - place % 20}.25",
            "decided": ["Gia hạn đến 31/07/2026 (quyết định ngày 25/06/2026)"],
        }
        for place, target in enumerate(promised[1:])
    ]
    if count >= 3:
        _told_whole(promised, results)
    weights = [float(target["weight"]) for target in promised[1:]]
    points = [float(result["score"]) for result in results[1:]]
    score = sum(weight * one for weight, one in zip(weights, points, strict=True)) / sum(weights)
    return commitment(
        number="02/ĐG-SNV",
        date="2027-01-15",
        kind="assessment",
        amends="01/CK-SNV",
        targets=promised,
        assessment={
            "on": "2026-12-31",
            "known_on": "2027-01-10",
            "punctuality_weight": "0.10",
            "stated_on": "2027-01-12",
            "statement_until": "2027-01-14",
            "score": f"{score:.2f}",
            "statement": "Cơ quan đã tập trung chỉ đạo.\nMột số chỉ tiêu chậm do nguyên nhân khách quan.",
            "results": results,
        },
        **other,
    )
