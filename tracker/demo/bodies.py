"""The bodies of the demo: those of 2021, those of today, who took over from whom, and what their offices are called.

No person's name stands here or comes from here: a person of the demo is called by the office.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker.programmes import typical

DATA = Path(__file__).parent / "data"

HOME_AFFAIRS_2021, HOME_AFFAIRS, PPC_OFFICE = "SNV", "SNV25", "VPUBND"
DEPARTMENTS_MERGED_ON = "2025-03-01"
LAST_DAY_OF_DEPARTMENTS = "2025-02-28"
WARDS_SINCE = "2025-07-01"
LAST_DAY_OF_DISTRICTS = "2025-06-30"
# Cửa Lò joined Vinh on 1 December 2024, seven months before the district level ended.
CUA_LO, VINH, LAST_DAY_OF_CUA_LO = "413", "412", "2024-11-30"

HEADS = {
    PPC_OFFICE: "Chánh Văn phòng UBND tỉnh",
    "TTT": "Chánh Thanh tra tỉnh",
    "BQLKKT": "Trưởng Ban Quản lý Khu kinh tế Đông Nam",
}


@dataclass(frozen=True, slots=True)
class Body:
    """A body as a package names it. Days are ISO texts, both ends inside; none: open."""

    code: str
    kind: str
    vi: str
    en: str
    exists_from: str | None = None
    exists_to: str | None = None
    successors: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The Vietnamese name as it stands in a title."""
        return self.vi.replace("Ủy ban nhân dân", "UBND")

    @property
    def head(self) -> str:
        """What its head is called."""
        if self.code in HEADS:
            return HEADS[self.code]
        return f"{'Chủ tịch' if self.kind in ('district', 'commune') else 'Giám đốc'} {self.short}"

    @property
    def officer(self) -> str:
        """What its officer is called."""
        return f"Chuyên viên {self.short}"

    def record(self) -> dict[str, Any]:
        """The body as a record of a package."""
        return {
            "code": self.code,
            "kind": self.kind,
            "peer_group": f"{self.kind}s",
            "name": {"vi": self.vi, "en": self.en},
            "exists_from": self.exists_from,
            "exists_to": self.exists_to,
            "successors": list(self.successors),
        }


def of_2021() -> list[Body]:
    """The 42 bodies that signed in 2021, with what became of them."""
    took_over: dict[str, list[str]] = {CUA_LO: [VINH]}
    for row in _read("bodies_now.json"):
        for code in row["from"]:
            took_over.setdefault(code, []).append(row["code"])
    return [_of_2021(row, took_over.get(row["code"], [])) for row in _read("bodies_2021.json")]


def of_today() -> list[Body]:
    """The departments after the merger of 1 March 2025, the economic zone's board, and six wards that followed Vinh."""
    going_on = [body for body in of_2021() if body.exists_to is None]
    new = [
        Body(
            row["code"],
            row["kind"],
            row["name_vi"],
            row["name_en"],
            exists_from=WARDS_SINCE if row["kind"] == "commune" else DEPARTMENTS_MERGED_ON,
        )
        for row in _read("bodies_now.json")
    ]
    return going_on + new


def records() -> list[dict[str, Any]]:
    """All bodies as records of a package, each once."""
    return [body.record() for body in {body.code: body for body in of_2021() + of_today()}.values()]


def templates() -> list[dict[str, Any]]:
    """Typical targets, in the order that gives them their codes T01, T02, …; days and wording are those of 2021."""
    return typical.targets()


def _of_2021(row: dict[str, Any], successors: Sequence[str]) -> Body:
    last = None
    if row["kind"] == "district":
        last = LAST_DAY_OF_CUA_LO if row["code"] == CUA_LO else LAST_DAY_OF_DISTRICTS
    elif successors:
        last = LAST_DAY_OF_DEPARTMENTS
    return Body(row["code"], row["kind"], row["name_vi"], row["name_en"], exists_to=last, successors=tuple(successors))


def _read(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return rows
