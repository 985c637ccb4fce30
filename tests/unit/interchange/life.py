"""A small package of format 3 without a fault, in which every kind of record of the life of commitments stands once."""

import json
from typing import Any

from tests.unit.interchange.sample import package, target

SHA = "5" * 64
T01 = {
    **target("T01", shape="reach", baseline="0", goal="234"),
    "evidence": "Quyết định công bố thủ tục\n(bản có dấu)",
    "milestones": [{"on": "2021-04-30", "value": "90"}],
}
T02 = target("T02", shape="deliverable")
T08 = {**T02, "code": "T08"}
OPEN = {"code": "T01", "title": {"vi": "Còn bỏ ngỏ"}, "shape": "keep", "goal": "95"}


def move(name: str, side: str, at: str, **more: Any) -> dict[str, Any]:
    """A move of the nine o'clock of a day, in Vietnam."""
    return {"move": name, "side": side, "at": f"{at}T02:00:00Z", **more}


def in_force() -> dict[str, Any]:
    """A dossier that became the commitment, once frozen in vain."""
    first = {"number": "01/CK-SNV-2021", "day": "2021-02-02", "version": 1, "sha256": SHA}
    last = {**first, "number": "01/CK-SNV", "version": 2}
    change = {"term": "goal", "from": "240", "to": "234"}
    return {
        "programme": "PAR-2021",
        "agency": "SNV",
        "expires_on": "2021-02-28",
        "targets": [
            {"terms": T01, "template": {"code": "3.01", "version": 2}, "version": 2},
            {"terms": T02},
            {"terms": {**T02, "code": "T09"}, "dropped": True},
        ],
        "moves": [
            move("draft", "ppc", "2021-02-01", office="monitor"),
            move("offer", "ppc", "2021-02-01", office="monitor"),
            move("comment", "body", "2021-02-01", comment={"target": "T01", "term": "goal", "value": "9", "text": "x"}),
            move("propose", "body", "2021-02-01", proposal={"target": "T01", "changes": [change], "reason": "Khó đạt"}),
            move("propose", "ppc", "2021-02-01", proposal={"changes": [{"term": "target", "to": T08}]}),
            move("accept", "ppc", "2021-02-01", answers=4, detail={"target": "T01"}),
            move("refuse", "body", "2021-02-01", answers=5, office="head", reason="Không thuộc nhiệm vụ"),
            move("agree", "body", "2021-02-01", office="head"),
            move("freeze", "ppc", "2021-02-02", detail=first),
            move("reopen", "ppc", "2021-02-02", reason="Nhầm tên", detail={"number": "01/CK-SNV-2021", "sha256": SHA}),
            move("agree", "body", "2021-02-03"),
            move("freeze", "ppc", "2021-02-03", detail={**last, "day": "2021-02-03"}),
            move("sign", "body", "2021-02-04", detail={**DAY, "signed_how": "product"}),
            move("countersign", "ppc", "2021-02-04", detail={**DAY, "signed_how": "passkey"}),
            move("come_into_force", "ppc", "2021-02-04", detail={"number": "01/CK-SNV", "from_on": "2021-02-04"}),
        ],
    }  # fmt: skip


DAY = {"number": "01/CK-SNV", "day": "2021-02-04", "sha256": SHA}


def amendment() -> dict[str, Any]:
    """An amendment that is offered."""
    return {
        "programme": "PAR-2021",
        "agency": "SNV",
        "amends": "01/CK-SNV",
        "targets": [{"terms": {**T01, "goal": "220"}, "base": T01}],
        "moves": [move("draft", "ppc", "2021-05-03"), move("offer", "ppc", "2021-05-04")],
    }


def negotiated() -> dict[str, Any]:
    """A dossier with open terms, of which one is proposed."""
    change = {"term": "direction", "to": "at_least"}
    changed = {"target": "T01", "changes": [{"term": "goal", "to": "95"}]}
    return {
        "programme": "PAR-2021",
        "agency": "SDL",
        "targets": [{"terms": OPEN, "follows": {"commitment": "01/CK-SNV", "target": "T03"}}],
        "moves": [
            move("draft", "ppc", "2021-03-01"),
            move("change", "ppc", "2021-03-01", detail={"targets": [changed]}),
            move("offer", "ppc", "2021-03-01"),
            move("propose", "body", "2021-03-02", proposal={"target": "T01", "changes": [change]}),
            move("set_days", "ppc", "2021-03-02", office="monitor", detail={"countersign_until": "2021-04-05"}),
        ],
    }


def package_3() -> dict[str, Any]:
    """The package, made anew."""
    whole = package()
    commitment = whole["commitments"][0]
    commitment["signed_how"] = "product"
    set_at = "2021-01-05T02:00:00Z"
    whole["programmes"][0]["signing"] = [
        {"ways": ["paper"], "set_at": set_at},
        {"from": "2021-02-01", "ways": ["passkey", "paper"], "key_to_send": True, "set_at": set_at, "reason": "QĐ 7"},
    ]
    commitment["targets"][0] |= {
        "requests": [
            {
                "kind": "extension",
                "due_on": "2021-10-31",
                "asked_at": "2021-06-20T02:00:00Z",
                "reason": "bão lũ",
                "answer": {
                    "granted": True,
                    "decided_at": "2021-06-25T02:00:00.000001Z",
                    "reason": "khách quan",
                    "extension": "2021-10-05",
                },
            },
            {
                "kind": "suspension",
                "from": "2021-08-01",
                "to": "2021-08-20",
                "asked_at": "2021-07-20T02:00:00Z",
                "reason": "chờ hướng dẫn",
                "withdrawn_at": "2021-07-21T02:00:00Z",
            },
            {"kind": "extension", "due_on": "2021-11-30", "asked_at": "2021-07-26T02:00:00Z", "reason": "chậm"},
        ],
        "rulings": [
            {"kind": "suspension", "decided_at": "2021-05-05T02:00:00Z", "reason": "bão", "suspension": "2021-05-05"},
            {"kind": "end", "decided_at": "2021-08-25T02:00:00Z", "reason": "kết thúc"},
        ],
    }  # fmt: skip
    corrected = commitment["targets"][0]["reports"][0]["revisions"][1]
    corrected["decisions"][1] |= {"reason": "Tính trùng", "named": {"ground": "correction"}}
    corrected["decisions"] += [
        {"outcome": "accepted", "decided_on": "2021-04-23"},
        {
            "outcome": "reopened",
            "decided_on": "2021-04-26",
            "named": {"ground": "finding", "number": "12/KL-TTr", "dated_on": "2021-04-20"},
        },
    ]
    corrected["corrections"] = [
        {
            "asked_at": "2021-04-20T02:00:00Z",
            "reason": "Gõ nhầm",
            "outcome": "refused",
            "ended_at": "2021-04-20T03:00:00Z",
            "answer": "Chưa đủ căn cứ",
        },
        {
            "asked_at": "2021-04-21T02:00:00Z",
            "reason": "Tính trùng",
            "outcome": "granted",
            "ended_at": "2021-04-22T02:00:00Z",
            "answer": "Tính trùng",
        },
        {"asked_at": "2021-04-24T02:00:00Z", "reason": "Còn thiếu"},
    ]
    period = whole["programmes"][0]["periods"][2]
    period["changes"] = [
        {
            "starts_on": "2021-06-15",
            "cut_off": "2021-09-20",
            "due_on": "2021-09-27",
            "set_at": "2021-07-01T02:00:00Z",
            "reason": "bão lũ",
        }
    ]
    plan: dict[str, Any] = {
        "code": "PAR-2021",
        "title": {"vi": "CCHC 2021"},
        "year": 2021,
        "slogan": {"vi": "Kỷ cương"},
        "starts_on": "2020-12-15",
        "ends_on": "2021-12-31",
        "unsigned_until": "2021-02-28",
        "basis": ["Căn cứ Kế hoạch năm 2021"],
        "basis_number": "01/KH-UBND",
        "basis_on": "2020-12-01",
        "basis_issuer": "UBND tỉnh",
        "basis_file": {"name": "Kế hoạch.pdf", "size": 1200, "sha256": SHA},
        "responsible": "SNV",
        "agencies": ["SDL", "SNV"],
        "periods": [dict(one, changes=None) for one in whole["programmes"][0]["periods"]],
        "version": 5,
        "prepared_at": "2020-12-02T02:00:00Z",
        "handed_at": "2020-12-02T02:00:00Z",
        "approved_at": "2020-12-03T02:00:00Z",
    }
    for one in plan["periods"]:
        del one["changes"]
    version = {
        **target("x", shape="reach", baseline="0", goal="240", domain=3),
        "version": 1,
        "set_at": "2020-12-01T02:00:00Z",
        "due": "06-30",
        "milestones": [{"share_of_term": "0.5", "value": "100"}],
        "evidence": {"vi": "Quyết định"},
        "source": "https://example.vn",
    }
    for name in ("code", "starts_on", "due_on"):
        del version[name]
    preparing = {name: plan[name] for name in ("title", "agencies", "periods")}
    whole |= {
        "format": "commitment-package/3",
        "templates": [
            {
                "code": "3.01",
                "retired_at": "2021-06-01T02:00:00Z",
                "versions": [version, {**version, "version": 2, "goal": "234"}],
            }
        ],
        "plans": [
            plan,
            {
                **preparing,
                "code": "PAR-2022",
                "year": 2022,
                "starts_on": "2021-12-15",
                "ends_on": "2022-12-31",
                "based_on": "PAR-2021",
                "version": 1,
                "prepared_at": "2021-12-01T02:00:00Z",
            },
        ],
        "numbers": [
            {"symbol": "CK-SNV", "year": 2021, "number": 1, "drawn_at": "2021-02-03T02:00:00Z"},
            {
                "symbol": "CK-SNV-2021",
                "year": 2021,
                "number": 1,
                "drawn_at": "2021-02-02T02:00:00Z",
                "cancelled_at": "2021-02-02T02:00:00Z",
                "cancel_reason": "Nhầm tên",
            },
        ],
        "dossiers": [negotiated(), in_force(), amendment()],
    }
    made: dict[str, Any] = json.loads(json.dumps(whole))  # where nothing stands twice
    return made
