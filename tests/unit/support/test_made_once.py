"""What is made once in a run: by the first who asks, whole, and begun anew where somebody failed at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.made_once import made_once


def test_it_is_made_once_and_only_whole(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    name, built = tmp_path_factory.mktemp("once").name, list[Path]()

    def build(folder: Path) -> None:
        built.append(folder)
        (folder / f"part-{len(built)}").touch()
        if len(built) == 1:
            raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        made_once(tmp_path_factory, f"made-{name}", build)
    found = [made_once(tmp_path_factory, f"made-{name}", build) for _ in range(2)]
    assert len(built) == 2
    assert found[0] == found[1] != built[1]
    assert [path.name for path in found[0].iterdir()] == ["part-2"]


def test_all_processes_of_a_run_have_the_same(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    monkeypatch.setattr(tmp_path_factory, "getbasetemp", lambda: tmp_path / "popen-gw0")
    assert made_once(tmp_path_factory, "made", lambda _folder: None) == tmp_path / "made"
