"""How far a sheet reaches costs nothing: each file that says more than it holds is read, or refused, in little memory.

In a process of its own with a limit of memory, since what goes wrong here ends the process.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.factories.workbooks import cell, row, workbook

MOST_BYTES, SECONDS = 100 * 1024 * 1024, 5  # beyond what the process needs to begin with; of its processor
READING = """
import os, resource, sys
from pathlib import Path
from tracker.core.files import incoming
from tracker.core.files.kinds import ContentError

most_bytes, seconds, *paths = sys.argv[1:]
for path in paths:
    if os.fork():
        print(Path(path).stem, os.waitstatus_to_exitcode(os.wait()[1]), sep=",", flush=True)
        continue
    held = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + int(most_bytes),) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds),) * 2)
    try:
        found = incoming.read(Path(path).read_bytes(), "table.xlsx")
    except ContentError:
        print("refused", end=",")
    else:
        print(f"{len(found.rows)} rows {len(found.faults)} faults", end=",")
    sys.stdout.flush()
    os._exit(0)
"""
TEXT = cell("A2", "x" * 900)


def strings(count: int) -> str:
    return "".join(f"<si><t>{number:0900}</t></si>" for number in range(count))


FILES = {
    "a cell in the last row and column": (workbook(row(2, TEXT), row(1048576, cell("XFD1048576", "x"))), "refused"),
    "a blank there": (workbook(row(2, TEXT), row(1048576, cell("XFD1048576", " "))), "1 rows 0 faults"),
    "a cell in the last row": (workbook(row(2, TEXT), row(1048576, cell("A1048576", "x"))), "2 rows 0 faults"),
    "all rows at the first column": (workbook(*(row(n, f'<c r="A{n}" s="0"/>') for n in range(2, 100_000))), "refused"),
    "more cells than a table has": (workbook(*(row(n, "<c/>" * 500) for n in range(2, 1_200))), "refused"),
    "a dimension that is not so": (
        workbook(row(2, TEXT), before='<dimension ref="A1:XFD1048576"/>'),
        "1 rows 0 faults",
    ),
    "a column over all": (
        workbook(row(2, TEXT), before='<cols><col min="1" max="999999999"/></cols>'),
        "1 rows 0 faults",
    ),
    "merged over all": (
        workbook(row(2, TEXT), behind='<mergeCells><mergeCell ref="A2:XFD1048576"/></mergeCells>'),
        "1 rows 1 faults",
    ),
    "many strings": (workbook(row(2, TEXT), strings=strings(20_000)), "refused"),
    "one string in every cell": (
        workbook(
            *(row(n, *('<c t="s"><v>0</v></c>' for _ in range(60))) for n in range(2, 3_000)),
            strings=f"<si><t>{'x' * 1000}</t></si>",
        ),
        "refused",
    ),
    "entities in entities": (
        workbook(strings='<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><si><t>&b;</t></si>'),
        "refused",
    ),
}


def test_what_a_file_says_of_its_size_costs_nothing(shared: Path, tmp_path: Path) -> None:
    expected, paths = {"stray_far_cell": "1 rows 0 faults"}, [shared / "data/trials/stray_far_cell.xlsx"]
    for name, (content, answer) in FILES.items():
        paths.append(tmp_path / f"{name}.xlsx")
        paths[-1].write_bytes(content)
        expected[name] = answer
    done = subprocess.run(
        [sys.executable, "-c", READING, str(MOST_BYTES), str(SECONDS), *map(str, paths)],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line.split(",") for line in done.stdout.splitlines()]
    assert {name: answer for answer, name, _code in lines} == expected, done.stderr
    assert {code for _answer, _name, code in lines} == {"0"}
