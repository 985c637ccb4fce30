"""How a mail looks: each part with its style, written on the element itself, since mail programs read little else.

Colours are the product's tokens (`static/css/_tokens.scss`). The dark ones stand in the head, for programs that ask it.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

from tracker.core.extensions import HOME

TOKENS = HOME / "static" / "css" / "_tokens.scss"
FONT = "font-family:'Noto Sans','Segoe UI',Roboto,Helvetica,Arial,sans-serif"
# {name}: a token. What names none is the same in the dark.
PARTS: Mapping[str, str] = {
    "page": "margin:0;padding:0;background-color:{paper}",
    "summary": "display:none;max-height:0;overflow:hidden;color:{paper}",
    "outer": "background-color:{paper}",
    "column": "width:100%;max-width:640px",
    "head": f"padding:14px 24px;background-color:{{head}};border-bottom:3px solid {{gold}};{FONT}",
    "name": "font-size:17px;line-height:1.3;font-weight:600;color:{on-lacquer}",
    "place": "font-size:13px;line-height:1.4;color:{on-lacquer-soft}",
    "body": f"padding:24px;background-color:{{card}};color:{{ink}};font-size:16px;line-height:1.5;{FONT}",
    "to": "margin:0 0 14px;font-size:14px;color:{soft}",
    "title": "margin:0 0 14px;font-size:20px;line-height:1.35;font-weight:600;color:{ink}",
    "text": "margin:0 0 14px",
    "soft": "margin:0 0 14px;font-size:14px;color:{soft}",
    "note": "margin:0 0 18px;padding:12px 14px;border-left:4px solid {lacquer-text};color:{ink};"
    "background-color:{sunken}",
    "section": "margin:26px 0 0;padding:0 0 6px;border-bottom:2px solid {rule};font-size:17px;line-height:1.35;"
    "font-weight:600;color:{ink}",
    "row": "padding:11px 0;border-bottom:1px solid {hairline};vertical-align:top",
    "figure": "padding:11px 0 11px 12px;border-bottom:1px solid {hairline};vertical-align:top;text-align:right;"
    "white-space:nowrap;font-variant-numeric:tabular-nums",
    "what": "font-size:14px;color:{soft}",
    "more": "margin:8px 0 0;font-size:14px;color:{soft}",
    "link": "color:{link};text-decoration:underline",
    "lead": "font-weight:600;color:{link};text-decoration:underline",
    "list": "margin:0 0 14px;padding:0 0 0 22px",
    "item": "margin:0 0 6px",
    "code": "font-family:Consolas,Menlo,monospace;font-size:13px;word-break:break-all;overflow-wrap:anywhere",
    "address": "font-family:Consolas,Menlo,monospace;font-size:13px;word-break:break-all;color:{link}",
    "block": "margin:0 0 14px;padding:10px 12px;background-color:{sunken};color:{ink};font-size:13px;"
    "font-family:Consolas,Menlo,monospace;white-space:pre-wrap;word-break:break-all",
    "press": "padding:14px 0 4px",
    "button": "border-radius:6px;background-color:{lacquer}",
    "press_link": "display:inline-block;padding:11px 20px;font-size:16px;font-weight:600;color:{on-lacquer};"
    "text-decoration:none",
    "foot": f"padding:16px 24px 28px;font-size:13px;line-height:1.5;color:{{soft}};{FONT}",
    "foot_text": "margin:0 0 8px;color:{soft}",
    "foot_link": "color:{soft};text-decoration:underline",
    **{
        tone: f"font-size:14px;font-weight:600;color:{{{ink}}}"
        for tone, ink in {"bad": "bad", "warn": "warn", "good": "good", "info": "info", "silent": "silent"}.items()
    },
}
NARROW = "@media (max-width:480px){.m-head,.m-body,.m-foot{padding-left:16px !important;padding-right:16px !important}}"
_TOKEN = re.compile(r"--t-([\w-]+):\s*(#[0-9a-f]{6})")
_NAMED = re.compile(r"\{([\w-]+)\}")


def look(part: str) -> Markup:
    """Class and style of a part, as attributes of its element. Raises KeyError where there is no such part."""
    return _written()[part]


@lru_cache
def sheet() -> Markup:
    """What stands in the head: less room at the sides of a phone, and the dark colours."""
    dark = "".join(f".m-{part}{{{';'.join(rules)}}}" for part, rules in _dark())
    return Markup(f"{NARROW}@media (prefers-color-scheme:dark){{{dark}}}")  # noqa: S704  # this file's


@lru_cache
def tokens(path: Path = TOKENS) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The colours by their names, light and dark."""
    light: dict[str, str] = {}
    dark: dict[str, str] = {}
    found = light
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(("@", ":root")):
            found = dark if "dark" in line else light
        if named := _TOKEN.search(line):
            found.setdefault(*named.groups())
    return light, {**light, **dark}


@lru_cache
def _written() -> Mapping[str, Markup]:
    light, _dark_ones = tokens()
    return {
        part: Markup(f'class="m-{part}" style="{_coloured(style, light)}"')  # noqa: S704  # this file's
        for part, style in PARTS.items()
    }


def _dark() -> Iterator[tuple[str, list[str]]]:
    """Of each part what names a token. Important: it stands against what is written on the element."""
    _light, dark = tokens()
    for part, style in PARTS.items():
        rules = [f"{_coloured(rule, dark)} !important" for rule in style.split(";") if "{" in rule]
        if rules:
            yield part, rules


def _coloured(style: str, colours: Mapping[str, str]) -> str:
    return _NAMED.sub(lambda named: colours[named[1]], style)
