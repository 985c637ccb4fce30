"""Reading as a stream: any order of the members, any way of writing, bounded memory, and never a traceback."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.unit.interchange.sample import package, read_bytes, text_of, told
from tracker.interchange.judging import scanning, schema
from tracker.interchange.judging.faults import shown
from tracker.interchange.judging.scanning import Item, Opened, Scanner

EXAMPLES = Path(__file__).parents[3].parent / "shared" / "data" / "rule_examples.json"

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["2021-03-16", "-1", "keep"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside of this one."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way] + [place for key, member in members for place in places(member, (*way, key))]


PLACES = [place for place in places(package()) if place]


@pytest.mark.parametrize("index", range(3))
def test_the_worked_examples_of_the_rule_are_good_packages(index: int, tmp_path: Path) -> None:
    example = json.loads(EXAMPLES.read_text(encoding="utf-8"))[index]["package"]
    faults, parts = read_bytes(tmp_path, text_of(example))
    assert told(faults) == []
    assert [part.record for part in parts if part.kind == "commitment"] == example["commitments"]


@pytest.mark.parametrize("chunk", [1, 7, 64, 1 << 20])
@pytest.mark.parametrize("indent", [None, 3])
def test_how_a_file_is_written_or_cut_into_chunks_changes_nothing(
    chunk: int, indent: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "CHUNK", chunk)
    data = json.dumps(package(), indent=indent).encode()
    faults, parts = read_bytes(tmp_path, data)
    assert told(faults) == []
    assert [part.record for part in parts if part.kind == "commitment"] == package()["commitments"]


def test_members_may_stand_in_any_order(tmp_path: Path) -> None:
    backwards = dict(reversed(package().items()))
    assert next(iter(backwards)) == "commitments"
    faults, parts = read_bytes(tmp_path, text_of(backwards))
    assert told(faults) == []
    assert [part.kind for part in parts] == ["calendar", "agency", "agency", "programme", "commitment"]


def test_a_fault_of_syntax_names_line_and_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "CHUNK", 16)
    text = json.dumps(package(), indent=1, ensure_ascii=False).replace('"kind": "completion"', '"kind" "completion"')
    before = text[: text.index('"kind" "completion"') + len('"kind" ')]
    line = before.count("\n") + 1
    column = len(before) - before.rindex("\n")
    fault = read_bytes(tmp_path, text.encode())[0][-1]
    assert (fault.pointer, fault.code.value) == ("/commitments/0", "not_json")
    assert fault.values == {"line": line, "column": column}
    assert f"line {line}" in str(fault)


def test_a_record_without_end_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "LONGEST_RECORD", 1000)
    monkeypatch.setattr(scanning, "CHUNK", 100)
    faults, _parts = read_bytes(tmp_path, b'{"calendar": {"name": "' + b"x" * 100_000)
    assert told(faults) == [("/calendar", "too_long")]


def peak_of_scanning(path: Path, commitments: int) -> int:
    """Bytes held at most while a package with so many commitments passes."""
    whole = package()
    commitment = json.dumps(whole.pop("commitments")[0])
    with path.open("w") as file:
        file.write(json.dumps(whole)[:-1] + ', "commitments": [')
        file.write(",".join(commitment.replace("01/CK", f"{number}/CK") for number in range(commitments)) + "]}")
    tracemalloc.start()
    with path.open("rb") as file:
        passed = sum(isinstance(event, Item) and event.key == "commitments" for event in Scanner(file).members())
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert passed == commitments
    return peak


def test_memory_does_not_grow_with_the_number_of_commitments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "CHUNK", 1 << 14)
    assert peak_of_scanning(tmp_path / "long.json", 500) < 1.5 * peak_of_scanning(tmp_path / "short.json", 50)


def test_the_members_of_a_list_are_told_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(b' {"a": [1, {"b": 2}], "c": [], "d": 3}\n')
    with path.open("rb") as file:
        found = [(e.key, e.is_list) if isinstance(e, Opened) else (e.pointer, e.value) for e in Scanner(file).members()]
    assert found == [("a", True), ("/a/0", 1), ("/a/1", {"b": 2}), ("c", True), ("d", False), ("/d", 3)]


@given(st.sampled_from(PLACES), ANY_JSON)
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_anywhere_gives_faults_or_loads(tmp_path: Path, place: tuple[Any, ...], value: Any) -> None:
    whole = package()
    holder: Any = whole
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    data = json.dumps(whole).encode()
    faults, parts = read_bytes(tmp_path, data)
    assert [str(fault) for fault in faults] or [part.kind for part in parts].count("commitment") == len(
        whole["commitments"]
    )


@given(st.binary(max_size=20), st.integers(0, len(text_of(package()))))
@example(b"\x7f", 2)  # in a name, which its pointer tells
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_bytes_stand_in_the_file_give_faults_or_load(tmp_path: Path, noise: bytes, at: int) -> None:
    data = text_of(package())
    faults, _parts = read_bytes(tmp_path, data[:at] + noise + data[at + len(noise) :])
    assert all(str(fault).startswith(shown(fault.pointer)) for fault in faults)
    assert all(str(fault).isprintable() for fault in faults)


def test_the_shipped_schema_is_a_schema_and_accepts_the_sample() -> None:
    document = dict(schema.document())
    Draft202012Validator.check_schema(document)
    Draft202012Validator(document).validate(package())
