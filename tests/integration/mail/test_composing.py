"""Whatever language a person chose, or none: a mail is written in one that it names."""

from __future__ import annotations

import pytest

from tracker.mail.composing import compose

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(("chosen", "named"), [("vi", "vi"), ("en", "en"), (None, "vi"), ("fr", "vi")])
def test_a_mail_names_the_language_that_it_is_written_in(context: None, chosen: str | None, named: str) -> None:
    told = compose("account_notice", chosen, receiver="Văn thư", sentence="Đã đổi.", when="09:00", home="/account")
    assert f'<html lang="{named}">' in (told.html or "")
    assert ("Your account" in told.subject) == (named == "en")
