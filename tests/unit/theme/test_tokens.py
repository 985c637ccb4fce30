"""The colours of the look, light and dark: text reads on its ground, borders and marks can be told from it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[3] / "static/css/_tokens.scss").read_text(encoding="utf-8")
STYLES = sorted((Path(__file__).parents[3] / "static/css").glob("_*.scss"))
THEMES = ("light", "dark")
GROUNDS = ("paper", "card", "sunken")

TEXT_ON_GROUND = [
    *[(ink, ground) for ink in ("ink", "soft", "link", "link-hover", "link-visited") for ground in GROUNDS],
    *[(ink, ground) for ink in ("good", "warn", "bad", "silent", "info") for ground in ("paper", "card")],
    ("good", "good-tint"),
    ("good-strong", "good-tint"),
    ("good-pale-ink", "good-pale"),
    ("warn", "warn-tint"),
    ("bad-strong", "bad-tint"),
    ("silent", "silent-tint"),
    ("info", "info-tint"),
    ("sample-ink", "sample"),
    ("on-lacquer", "lacquer"),
    ("on-lacquer", "lacquer-deep"),
    ("on-lacquer-soft", "lacquer"),
    ("focus-ink", "focus"),
    ("card", "ink"),
]
SHAPE_ON_GROUND = [
    *[("control", ground) for ground in GROUNDS],
    *[(mark, "card") for mark in ("good", "warn-mark", "bad", "silent", "info", "plan")],
]


def colours(theme: str) -> dict[str, str]:
    """The tokens of one theme: name without its prefix → #rrggbb."""
    block = re.search(rf"@mixin {theme} \{{(.*?)\n\}}", TOKENS, re.S)
    assert block is not None
    return dict(re.findall(r"--t-([a-z-]+): (#[0-9a-f]{6});", block[1]))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_reckoned_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT_ON_GROUND)
def test_text_reads_on_its_ground(theme: str, ink: str, ground: str) -> None:
    tokens = colours(theme)
    assert contrast(tokens[ink], tokens[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("shape", "ground"), SHAPE_ON_GROUND)
def test_borders_and_marks_are_seen(theme: str, shape: str, ground: str) -> None:
    tokens = colours(theme)
    assert contrast(tokens[shape], tokens[ground]) >= 3


def test_both_themes_name_the_same_tokens() -> None:
    assert colours("light").keys() == colours("dark").keys()


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.stem)
def test_only_the_tokens_and_the_print_style_write_colours(path: Path) -> None:
    if path.stem in ("_tokens", "_print"):
        return
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgba?\(", path.read_text(encoding="utf-8").replace("#{", ""))
