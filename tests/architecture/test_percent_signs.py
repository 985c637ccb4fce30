"""A percent sign is written twice where values are set into a text, and only there: elsewhere both would be seen."""

from __future__ import annotations

from tools.catalogues import used_strings


def test_no_text_without_values_has_a_double_percent_sign() -> None:
    wrong = [one for one in used_strings() for text in one.texts if "%%" in text and "%(" not in text]
    assert wrong == []
