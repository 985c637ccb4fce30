"""Limits that a package shares with the forms: days that have not come, and how long the name of a body is."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.unit.interchange.sample import package, read_bytes, text_of, told
from tracker.agencies.service import LONGEST_NAME
from tracker.interchange.judging.faults import Remark
from tracker.interchange.judging.known import Known
from tracker.interchange.loading.reading import Part, read

OF_A_FACT = {"submitted_on", "decided_on", "granted_on", "signed_on", "recorded_on"}


def days(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Each day of a fact in a package, by its pointer."""
    for key, one in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if key in OF_A_FACT:
            yield f"{pointer}/{key}", one
        yield from days(one, f"{pointer}/{key}")


@pytest.mark.parametrize("today", ["2020-01-01", "2021-02-04", "2021-04-01", "2021-07-01", "2099-01-01"])
def test_every_day_that_has_not_come_is_told_and_no_other(today: str, tmp_path: Path) -> None:
    path = tmp_path / "package.json"
    given = package()
    path.write_bytes(text_of(given))
    found = list(read(path, Known(today=date.fromisoformat(today))))
    ahead = {pointer for pointer, day in days(given) if day > today}
    assert {one.pointer for one in found if isinstance(one, Remark)} == ahead
    assert bool(ahead) is (today < "2022")
    assert all(isinstance(one, Remark | Part) for one in found), "all of it is loaded"


def test_the_name_of_a_body_is_as_long_as_in_a_form(tmp_path: Path) -> None:
    for language in ("vi", "en"):
        for length, faults in (
            (LONGEST_NAME, []),
            (LONGEST_NAME + 1, [(f"/agencies/0/name/{language}", "text_too_long")]),
        ):
            given = package()
            given["agencies"][0]["name"][language] = "S" * length
            assert told(read_bytes(tmp_path, text_of(given))[0]) == faults, length


def test_a_second_body_of_one_name_in_the_same_days_is_told_and_loaded(tmp_path: Path) -> None:
    given = package()
    one = {**given["agencies"][0], "exists_from": "2020-01-01", "exists_to": "2025-02-28"}
    one.pop("successors", None)
    name = one["name"]["vi"]
    after = {**one, "code": "SAU", "exists_from": "2025-03-01", "name": {"vi": name}}
    after.pop("exists_to")
    beside = {**after, "code": "CUNG", "exists_from": "2025-02-28", "name": {"vi": name.upper()}}
    given["agencies"] = [one, *given["agencies"][1:], after, beside]
    place = len(given["agencies"]) - 1
    path = tmp_path / "package.json"
    path.write_bytes(text_of(given))
    found = [str(told) for told in read(path, Known()) if isinstance(told, Remark)]
    assert [told.partition(":")[0] for told in found] == [f"/agencies/{place}/name"]
    assert one["code"] in found[0]
    assert "SAU" in found[0]
    stand = {body["code"]: body for body in (one, after, beside)}
    assert not any(isinstance(told, Remark) for told in read(path, Known(agencies=stand))), "they are called so already"
