"""Which language a reader gets, and how it writes numbers, scores, days and instants."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask, render_template_string, url_for

from tracker.core import languages
from tracker.core.languages import (
    Readers,
    _,
    current_language,
    format_day,
    format_instant,
    format_number,
    format_percent,
    format_row_count,
    format_score,
    in_language,
    ngettext,
    text_by_language,
    within,
)


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    languages.init_app(app)
    return app


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (1447, "1.447", "1,447"),
        (Decimal("85.28"), "85,28", "85.28"),
        (Decimal("95.00"), "95,00", "95.00"),
        ("1447.50", "1.447,50", "1,447.50"),
        (Decimal("-1234567.125"), "-1.234.567,125", "-1,234,567.125"),
        (Decimal("1E+3"), "1.000", "1,000"),
        (0, "0", "0"),
        (None, "–", "–"),
    ],
)
def test_numbers(value: Decimal | int | str | None, vi: str, en: str) -> None:
    assert (format_number(value, "vi"), format_number(value, "en")) == (vi, en)


def test_a_float_is_refused_since_its_digits_are_not_exact() -> None:
    with pytest.raises(TypeError):
        format_number(0.1, "vi")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (8450, "84,50"),
        (10000, "100,00"),
        (5, "0,05"),
        (Decimal("84.505"), "84,51"),
        (Decimal(84), "84,00"),
        (None, "–"),
    ],
)
def test_scores_stored_as_hundredths_or_reckoned_in_points(value: Decimal | int | None, text: str) -> None:
    assert format_score(value, "vi") == text


def test_percent_days_and_instants() -> None:
    night = datetime(2021, 6, 30, 17, 15, tzinfo=UTC)
    assert format_percent("95.5", "vi") == "95,5%"
    assert format_day(date(2021, 6, 2), "vi") == "02/06/2021"
    assert format_day(date(2021, 6, 2), "en") == "2 Jun 2021"
    assert format_instant(night, "vi") == "00:15 ngày 01/07/2021"
    assert format_instant(night, "en") == "00:15 on 1 Jul 2021"
    assert format_day(night, "vi") == "01/07/2021"
    with pytest.raises(ValueError, match="time zone"):
        format_instant(datetime(2021, 6, 30), "vi")  # noqa: DTZ001  # a naive one is the case


@pytest.mark.parametrize(
    ("of_person", "cookie", "accept", "chosen"),
    [
        ("en", "vi", "vi", "en"),
        (None, "en", "vi", "en"),
        (None, "", "en-US,en;q=0.9", "en"),
        (None, "", "fr", "vi"),
        (None, "", "", "vi"),
        ("xx", "yy", "vi-VN", "vi"),
        (None, "../../etc", "en", "en"),
    ],
)
def test_the_person_comes_before_the_device_before_the_browser(
    app: Flask, of_person: str | None, cookie: str, accept: str, chosen: str
) -> None:
    languages.set_readers(app, Readers(language_of_reader=lambda: of_person))
    headers = {"Accept-Language": accept, "Cookie": f"language={cookie}"}
    with app.test_request_context("/", headers=headers):
        assert current_language() == chosen


def test_catalogue_by_context_and_in_another_language_for_a_while(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert _("Enter a number") == "Enter a number"
        with in_language("vi"):
            assert _("Enter a number") == "Hãy nhập số"
            with in_language("en"):
                assert _("Enter a number") == "Enter a number"
            assert _("Enter a number") == "Hãy nhập số"
        assert _("Enter a number") == "Enter a number"
    with app.app_context():  # a job: no request, so Vietnamese
        assert _("Enter a number") == "Hãy nhập số"


def test_plurals_write_their_number_by_the_language(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert ngettext("%(num)s day", "%(num)s days", 1) == "1 day"
        assert ngettext("%(num)s day", "%(num)s days", 1447) == "1,447 days"
        template = "{{ ngettext('%(num)s <day>', '%(num)s days of %(who)s', 1447, who='<b>') }}"
        assert render_template_string(template) == "1,447 days of &lt;b&gt;"


def test_rows_are_counted_in_the_same_words_everywhere(app: Flask) -> None:
    cases = ((1, None, "1 row"), (2, None, "2 rows"), (50, 50, "50 rows"), (2001, 2000, "more than 2,000 rows"))
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert [format_row_count(count, most) for count, most, _told in cases] == [told for *_, told in cases]
        assert render_template_string("{{ 3|row_count }} {{ 51|row_count(50) }}") == "3 rows more than 50 rows"


def test_filters_in_templates(app: Flask) -> None:
    values = {"n": Decimal("1447.5"), "s": 8450, "d": date(2021, 6, 20), "t": {"vi": "Sở", "en": "Department"}}
    template = "{{ n|number }} {{ s|score }} {{ n|percent }} {{ d|day }} {{ t|by_language }}"
    with app.test_request_context("/"):
        assert render_template_string(template, **values) == "1.447,5 84,50 1.447,5% 20/06/2021 Sở"


def test_a_text_by_language_falls_back_to_vietnamese() -> None:
    assert text_by_language({"vi": "Sở"}, "en") == "Sở"
    assert text_by_language({"vi": "Sở", "en": ""}, "en") == "Sở"
    with pytest.raises(ValueError, match="Vietnamese"):
        text_by_language({"en": "Department"}, "vi")


def test_a_text_beside_another_is_told_in_each_language_in_which_they_differ() -> None:
    both, english = {"vi": "Sở Xây dựng", "en": "Construction"}, {"vi": "Sở Xây dựng", "en": "Building"}
    told = (languages.text_beside(both, english), languages.text_beside(english, both))
    assert told == ("Construction (English)", "Building (English)")
    assert languages.text_beside({"vi": "A"}, {"vi": "B"}) == "A", "the reader's own language is not named"
    assert languages.text_beside({"vi": "A"}, {"vi": "A", "en": "B"}) == "– (English)"
    assert languages.text_beside({"vi": "A", "ru": "Б"}, {"vi": "C"}) == "A (Tiếng Việt) · Б (ru)"
    assert languages.text_beside(both, both) == "Sở Xây dựng"


@pytest.mark.parametrize(
    ("alone", "in_a_sentence"),
    [
        ("Chờ UBND tỉnh ký", "chờ UBND tỉnh ký"),
        ("UBND tỉnh ký", "UBND tỉnh ký"),
        ("Đang thương lượng", "đang thương lượng"),
        ("", ""),
    ],
)
def test_within_a_sentence_names_and_abbreviations_stay(alone: str, in_a_sentence: str) -> None:
    assert within(alone) == in_a_sentence


def test_russian_of_pages_for_everybody() -> None:
    assert format_number(Decimal("1447.50"), "ru") == "1\u00a0447,50"
    assert format_percent(Decimal("94.5"), "ru") == "94,5\u00a0%"
    assert format_day(date(2021, 6, 5), "ru") == "05.06.2021"
    assert format_instant(datetime(2021, 6, 30, 17, 15, tzinfo=UTC), "ru") == "01.07.2021, 00:15"
    assert "ru" not in languages.LANGUAGES, "nobody who signs in is offered it"


def test_a_page_for_everybody_has_its_language_in_its_address(app: Flask) -> None:
    @languages.for_everybody
    def seen(**_values: object) -> str:
        return f"{current_language()} {url_for('seen')} {url_for('plain')}"

    app.add_url_rule("/seen", "seen", seen)
    app.add_url_rule("/plain", "plain", lambda: f"{current_language()} {url_for('seen')}")
    client, russian = app.test_client(), {"Accept-Language": "ru,en;q=0.3"}
    assert client.get("/seen?lang=ru").text == "ru /seen?lang=ru /plain"
    assert client.get("/seen", headers=russian).text == "ru /seen /plain"
    assert client.get("/seen?lang=en", headers=russian).text == "en /seen?lang=en /plain"
    assert client.get("/seen?lang=xx").text == "vi /seen /plain"
    assert client.get("/plain?lang=ru", headers=russian).text == "en /seen"
    languages.set_readers(app, Readers(signed_in=lambda: True, language_of_reader=lambda: "vi"))
    assert client.get("/seen?lang=ru", headers=russian).text.startswith("vi "), "who signs in has those of the product"
