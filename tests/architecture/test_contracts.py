"""The order of the rooms holds: whoever checks or tests lints the contracts in pyproject.toml, and they bite."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

LINT = Path(sys.executable).with_name("lint-imports")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([LINT, "--no-cache"], cwd=folder, capture_output=True, check=False, text=True)


@pytest.mark.parametrize("goal", ["check", "test"])
def test_the_contracts_are_linted_before_the_tests_run(goal: str) -> None:
    done = subprocess.run(["make", "--dry-run", goal], cwd=ROOT, capture_output=True, check=True, text=True)
    steps = [line for line in done.stdout.splitlines() if "lint-imports" in line or "pytest" in line]
    assert ["lint-imports" in step for step in steps] == [True, False]


def test_each_contract_is_named_by_a_whole_sentence() -> None:
    for contract in SETTINGS["contracts"]:
        assert contract["name"].endswith(".")
        assert len(contract["name"].split()) > 5


def test_a_room_that_imports_upwards_breaks_the_contract(tmp_path: Path) -> None:
    """The real contracts over a small product with one wrong import in it."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    containers = {one.replace(".", "/") for contract in contracts for one in contract.get("containers", ())}
    files = {
        **{f"{container}/__init__.py": "" for container in containers},
        "jobs/__init__.py": "",
        "tracker/__init__.py": "",
        "tracker/setting_values.py": "",
        "tracker/settings.py": "",
        "tracker/headless.py": "",
        "tracker/core/__init__.py": "from tracker.people import queries",
        "tracker/people/__init__.py": "",
        "tracker/people/queries.py": "",
        "tracker/rule/__init__.py": "",
        "pyproject.toml": (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = lint(tmp_path)
    assert done.returncode == 1
    assert "tracker.core is not allowed to import tracker.people" in done.stdout
