"""Typical targets of a province: composites of published plans, each with its source, to begin templates from."""

import json
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "data" / "typical_targets.json"


def targets() -> list[dict[str, Any]]:
    """Domain, titles, shape, unit and the usual terms of each, in a fixed order; days and wording are those of 2021."""
    found: list[dict[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return found
