"""LibreOffice without a screen, filling in a workbook as somebody at it would: by a macro in a profile of its own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

# As many as stand on this machine, one or none: `make test` does not bring its 500 MB, and where it is missing, pytest
# says that there is nothing to run with.
INSTALLED = [path for path in (shutil.which("soffice"),) if path is not None]
_SECONDS = 300  # which only a fault reaches
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_KIND = '<!DOCTYPE {} PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "{}.dtd">\n'
_LIBRARY = "http://openoffice.org/2000/library"
_SCRIPT = "http://openoffice.org/2000/script"


def filled(soffice: str, content: bytes, values: Mapping[str, float | str], folder: Path) -> bytes:
    """The file as LibreOffice saves it, these cells of its first sheet typed in; one that is locked stays."""
    given, saved = folder / "given.xlsx", folder / "saved.xlsx"
    given.write_bytes(content)
    profile = folder / "profile"
    command = [soffice, "--headless", "--norestore", f"-env:UserInstallation=file://{profile}"]
    _run(*command, "--terminate_after_init")  # it makes its profile, and would put its own library over ours
    _macro(profile / "user/basic/Standard", given, saved, values)
    done = _run(*command, "macro:///Standard.Fill.Main")
    assert saved.exists(), done.stderr.decode(errors="replace")
    return saved.read_bytes()


def _run(*command: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)


def _macro(folder: Path, given: Path, saved: Path, values: Mapping[str, float | str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        "Sub Main",
        "Dim asked(0) As New com.sun.star.beans.PropertyValue",
        'asked(0).Name = "Hidden" : asked(0).Value = True',
        f'book = StarDesktop.loadComponentFromURL(ConvertToURL("{given}"), "_blank", 0, asked())',
        "page = book.Sheets.getByIndex(0)",
        "On Error Resume Next",
        *(_typed(place, value) for place, value in values.items()),
        'asked(0).Name = "FilterName" : asked(0).Value = "Calc MS Excel 2007 XML"',
        f'book.storeToURL(ConvertToURL("{saved}"), asked())',
        "book.close(True)",
        "StarDesktop.terminate()",
        "End Sub",
    ]
    code = "\n".join(lines).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    module = f'<script:module xmlns:script="{_SCRIPT}" script:name="Fill" script:language="StarBasic">{code}'
    (folder / "Fill.xba").write_text(
        f"{_HEAD}{_KIND.format('script:module', 'module')}{module}</script:module>", encoding="utf-8"
    )
    for name, inner in (("script", '<library:element library:name="Fill"/>'), ("dialog", "")):
        head = f"{_HEAD}{_KIND.format('library:library', 'library')}"
        library = f'<library:library xmlns:library="{_LIBRARY}" library:name="Standard" library:readonly="false">'
        (folder / f"{name}.xlb").write_text(f"{head}{library}{inner}</library:library>", encoding="utf-8")


def _typed(place: str, value: float | str) -> str:
    """As if it were typed: what looks like a number or a day becomes one, by the custom of the document."""
    cell = f'page.getCellRangeByName("{place}")'
    if isinstance(value, str):
        text = value.replace('"', '""')
        return f'{cell}.FormulaLocal = "{text}"'
    return f"{cell}.Value = {value!r}"
