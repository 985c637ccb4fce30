"""What a command prints: rows as JSON or CSV on standard output, messages on standard error."""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any


def print_json(rows: Iterable[Mapping[str, Any]], _columns: Sequence[str]) -> None:
    """Rows as one JSON array, a row a line, streamed."""
    before = "[\n"
    for row in rows:
        sys.stdout.write(before + json.dumps(row, ensure_ascii=False))
        before = ",\n"
    sys.stdout.write("[]\n" if before == "[\n" else "\n]\n")


def print_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Rows as CSV with a heading; what is no text is written as JSON, none as nothing."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([plain(row[name]) for name in columns])


def plain(value: Any) -> str:
    """A value as the text of a CSV cell."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


PRINTERS: Mapping[str, Callable[[Iterable[Mapping[str, Any]], Sequence[str]], None]] = {
    "json": print_json,
    "csv": print_csv,
}


def say(message: str) -> None:
    """A message for whoever typed the command."""
    print(message, file=sys.stderr, flush=True)
