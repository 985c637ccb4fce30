"""The one fixed form of a package: stable byte for byte, whatever the order of what goes in."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.unit.interchange.life import package_3
from tests.unit.interchange.sample import package, read_bytes, told
from tracker.interchange.dumping.writing import Life, NotCarried, write
from tracker.interchange.judging import schema

EXAMPLES = Path(__file__).parents[3].parent / "shared" / "data" / "rule_examples.json"


def written(whole: dict[str, Any]) -> str:
    """In the present format; what is in format 1 says the same in it."""
    commitments = sorted(whole["commitments"], key=lambda record: str(record["number"]))
    agencies = whole["agencies"]
    if whole["format"] == schema.FORMAT_1:
        agencies = [
            {"classifications": [{key: one.get(key) for key in ("kind", "peer_group")}], **one} for one in agencies
        ]
    life = Life(*(whole.get(name, ()) for name in ("templates", "plans", "numbers", "dossiers")))
    return "".join(write(whole["calendar"], agencies, whole["programmes"], commitments, life))


def shuffled(value: Any, chance: random.Random) -> Any:
    """The same package with keys, and the lists whose order says nothing, in another order."""
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: _any_order(key, shuffled(value[key], chance), chance) for key in keys}
    return [shuffled(one, chance) for one in value] if isinstance(value, list) else value


def _any_order(key: str, value: Any, chance: random.Random) -> Any:
    if key in {
        "agencies",
        "programmes",
        "commitments",
        "targets",
        "periods",
        "reports",
        "milestones",
        "suspensions",
    } | {
        *("templates", "versions", "plans", "numbers"),
    }:
        chance.shuffle(value)
    return value


def wholes() -> list[dict[str, Any]]:
    return [
        package(),
        package_3(),
        *(example["package"] for example in json.loads(EXAMPLES.read_text(encoding="utf-8"))),
    ]


@pytest.mark.parametrize("whole", wholes(), ids=["sample", "life", "first", "second", "third"])
def test_writing_what_was_written_gives_the_same_bytes(whole: dict[str, Any], tmp_path: Path) -> None:
    once = written(whole)
    faults, parts = read_bytes(tmp_path, once.encode())
    assert told(faults) == []
    assert written(json.loads(once)) == once
    assert [part.record for part in parts if part.kind == "commitment"] == json.loads(once)["commitments"]
    for seed in range(5):
        assert written(shuffled(whole, random.Random(seed))) == once


def test_digits_stay_and_what_says_nothing_is_left_out() -> None:
    whole = package()
    whole["agencies"][0].update(exists_from=None, successors=[])
    target = whole["commitments"][0]["targets"][0]
    target.update(
        ratio=False, weight="1.00", ended={"on": "2021-10-01", "decided_on": "2021-08-25", "recorded_on": "2021-08-25"}
    )
    target["amendments"][0]["milestones"] = []
    found = json.loads(written(whole))
    assert found["agencies"][1] == package()["agencies"][0]
    kept = found["commitments"][0]["targets"][0]
    assert kept["weight"] == "1.00"
    assert kept["ended"] == {"on": "2021-10-01", "decided_on": "2021-08-25"}
    assert kept["amendments"][0]["milestones"] == []
    assert "ratio" not in kept


@pytest.mark.parametrize(
    ("where", "kind"),
    [
        (("moves", 0, "detail"), "detail"),
        (("moves", 11, "detail", "signatory"), "signatory"),
        (("moves", 3, "proposal", "changes", 0), "difference"),
        (("targets", 0, "terms"), "terms"),
    ],
)
def test_what_the_format_has_no_key_for_is_no_loss_unsaid(where: tuple[Any, ...], kind: str) -> None:
    """Details and terms stand in the database as they are told: a new key of them ends the dump, loudly. Of who signs
    the person alone is left out, and on purpose."""
    whole = package_3()
    (lived,) = (one for one in whole["dossiers"] if len(one["moves"]) > 11)
    lived["moves"][0]["detail"], lived["moves"][11]["detail"]["signatory"] = {}, {"authority": "TM.", "title": "x"}
    found: Any = lived
    for step in where:
        found = found[step]
    found["person_id"] = 7
    if kind == "signatory":
        assert "person_id" not in written(whole)
        found["colour"] = "red"
    with pytest.raises(NotCarried, match=kind):
        written(whole)


def test_the_layout_is_one_record_a_line() -> None:
    names = ("templates", "programmes", "plans", "numbers", "commitments", "dossiers")
    lines = written({**package(), "programmes": [], "commitments": []}).splitlines()
    assert lines[0] == '{"format": "commitment-package/3",'
    assert lines[1].startswith(' "calendar": {"name": "VN 2021", "off_days": ["2021-01-01", ')
    assert lines[2] == ' "agencies": ['
    assert lines[3].startswith('  {"code": "SDL", "classifications": [{"kind": "department"}], "name": {"vi": "Sở ')
    assert lines[3].endswith('"exists_to": "2025-02-28", "successors": ["SNV"]},')
    assert lines[5:] == [" ],", *(f' "{name}": [],' for name in names[:-1]), f' "{names[-1]}": []}}']
