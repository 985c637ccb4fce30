"""docs/architecture.md says where things belong: what it names is there, and no room is left out."""

from __future__ import annotations

import re

from tests.architecture.source import ROOT

PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
NO_ROOMS = {"migrations", "translations"}


def test_what_it_names_is_there() -> None:
    named = set(re.findall(r"`((?:tracker|jobs|templates)/[\w./]*)`", PAGE))
    assert len(named) > 30
    assert sorted(one for one in named if not (ROOT / one).exists()) == []


def test_every_room_and_every_folder_of_a_room_stands_in_it() -> None:
    rooms = {path.parent for path in (ROOT / "tracker").glob("*/__init__.py")}
    left_out = [room.name for room in rooms if room.name not in NO_ROOMS and f"`tracker/{room.name}/`" not in PAGE]
    folders = {path.parent for room in rooms for path in room.glob("*/__init__.py")}
    left_out += [
        f"{folder.parent.name}/{folder.name}" for folder in folders if not stands(folder.parent.name, folder.name)
    ]
    assert sorted(left_out) == []


def stands(room: str, folder: str) -> bool:
    """Whether the line of a room names a folder of it."""
    lines = [line for line in PAGE.splitlines() if line.startswith(f"| `tracker/{room}/`")]
    return any(f"`{folder}/`" in line for line in lines)
