"""Languages: which one a reader gets, its catalogue, and numbers, days and instants written by its custom.

There are those of the product, and beside them those of pages for everybody, which nobody signs in for: such a page
says so (`for_everybody`), and has its language in its address once one was chosen, so that a link can be passed on.
Message ids are English, so English needs no catalogue. Reading numbers that people typed is in `numbers`.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import flask_babel
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, has_request_context, request
from flask.globals import _cv_app
from flask_babel import Babel, Domain, lazy_ngettext
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from tracker.core.clock import VIETNAM

__all__ = [
    "_",
    "_l",
    "_n",
    "current_language",
    "in_language",
    "lazy_ngettext",
    "ngettext",
]

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
PUBLIC_LANGUAGES = {**LANGUAGES, "ru": "Русский"}
DEFAULT = "vi"
COOKIE = "language"
IN_ADDRESS = "lang"  # of a page for everybody
CATALOGUES = Path(__file__).parents[1] / "translations"
NOTHING = "–"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SEPARATORS: Mapping[str, dict[int, str]] = {  # of thousands and of decimals, from the English ones
    "vi": {ord(","): ".", ord("."): ","},
    "ru": {ord(","): "\u00a0", ord("."): ","},
}
_BEFORE_DAY = {"vi": "ngày ", "en": "on "}
KIBIBYTE = 1024
_HUNDREDTH = Decimal("0.01")

View = TypeVar("View", bound=Callable[..., object])


class Text(Protocol):
    """A string, or a lazy one that is translated when it is shown."""

    def __str__(self) -> str: ...


@dataclass(frozen=True)
class Readers:
    """How core asks the rooms above it about the signed-in reader, whom it does not know itself."""

    signed_in: Callable[[], bool] = lambda: False
    language_of_reader: Callable[[], str | None] = lambda: None
    remember_language: Callable[[str], None] = lambda language: None


class QuickDomain(Domain):  # type: ignore[misc]  # Flask-Babel comes without types
    """Flask-Babel's domain, which keeps the catalogue in the context instead of finding it anew for each string."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of the context's language. `force_locale` empties the place where it is kept."""
        context = flask_babel._get_current_context()
        kept = getattr(context, "babel_translations", None) if context is not None else None
        if kept is None and context is not None:
            kept = context.babel_translations = self._of_language(str(flask_babel.get_locale()))
        return NullTranslations() if kept is None else kept

    def _of_language(self, language: str) -> Translations:
        """All rooms' catalogues as one. (A room without this language must not say which its plural forms are.)"""
        found = self.cache.get(language)
        if found is None:
            found = Translations()
            for folder in self.translation_directories:
                one = Translations.load(folder, [language], self.domain[0])
                if isinstance(one, Translations):
                    found.merge(one)
                    found.plural = one.plural
            self.cache[language] = found
        return cast(Translations, found)


def set_readers(app: Flask, readers: Readers) -> None:
    """Say how the signed-in reader's language is found and kept; called once by the room that knows accounts."""
    app.extensions["readers"] = readers


def readers_of(app: Flask) -> Readers:
    """How core asks about the signed-in reader."""
    return cast(Readers, app.extensions["readers"])


def init_app(app: Flask) -> None:
    """Wire catalogues, the choice of language and the Jinja filters.

    Filters: number, score, percent, day, instant, row_count, by_language. Globals: `_` and `ngettext`, whose `%(num)s`
    is written by the custom of the language.
    """
    set_readers(app, Readers())
    folders = sorted(str(folder) for folder in CATALOGUES.glob("*") if folder.is_dir())
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(folders) or str(CATALOGUES)
    babel = Babel(app, default_locale=DEFAULT, default_timezone="Asia/Ho_Chi_Minh", locale_selector=_choose)
    babel.domain_instance = QuickDomain()
    app.jinja_env.filters.update(
        number=format_number,
        score=format_score,
        percent=format_percent,
        day=format_day,
        instant=format_instant,
        row_count=format_row_count,
        by_language=text_by_language,
    )
    app.jinja_env.globals.update(_=_jinja_gettext, ngettext=_jinja_ngettext, _n=_jinja_ngettext)
    app.url_defaults(_keep_in_address)


def for_everybody(view: View) -> View:
    """Declare a page for everybody: told in each of its languages to whoever has not signed in."""
    view.__for_everybody__ = True  # type: ignore[attr-defined]
    return view


def is_for_everybody(endpoint: str | None) -> bool:
    """Whether the page of an endpoint is."""
    return hasattr(current_app.view_functions.get(endpoint or ""), "__for_everybody__")


def offered_here() -> dict[str, str]:
    """The languages of this page, for this reader."""
    everybody = is_for_everybody(request.endpoint) and not readers_of(current_app).signed_in()
    return PUBLIC_LANGUAGES if everybody else LANGUAGES


def chosen_here() -> str | None:
    """The language that the address of this page names, where it is one for everybody."""
    if not has_request_context() or not is_for_everybody(request.endpoint):
        return None
    chosen = request.args.get(IN_ADDRESS)
    return chosen if chosen in PUBLIC_LANGUAGES else None


def _keep_in_address(endpoint: str, values: dict[str, Any]) -> None:
    """From a page for everybody to another one the chosen language goes along."""
    chosen = chosen_here()
    if chosen is not None and is_for_everybody(endpoint):
        values.setdefault(IN_ADDRESS, chosen)


def _(text: str, /, **values: object) -> str:
    """The text in the language of this context; placeholders as %(name)s."""
    translated = _catalogue().gettext(text)
    return translated % values if values else translated


def ngettext(singular: str, plural: str, num: int | Decimal, **values: object) -> str:
    """The singular or the plural; `%(num)s` is the number, written by the custom of the language."""
    translated = _catalogue().ngettext(singular, plural, cast(int, num))
    return translated % {"num": format_number(num), **values}


def _l(text: str, /, **values: object) -> Any:
    """The same text, translated when it is shown, by the quick way of `_`."""
    return LazyString(_, text, **values)


_n = ngettext


@pass_eval_context
def _jinja_gettext(context: EvalContext, text: str, **values: object) -> str:
    """`_` in templates: as in Python, values escaped. A page has hundreds, so Jinja's own, slower one is out."""
    translated = _catalogue().gettext(text)
    if context.autoescape:
        translated = Markup(translated)  # noqa: S704  # our catalogue
    return translated % values if values else translated


@pass_eval_context
def _jinja_ngettext(context: EvalContext, singular: str, plural: str, num: int | Decimal, **values: object) -> str:
    translated = _catalogue().ngettext(singular, plural, cast(int, num))
    if context.autoescape:
        translated = Markup(translated)  # noqa: S704  # our catalogue
    return translated % {"num": format_number(num), **values}


def _kept() -> Any:
    """What Flask-Babel keeps in this context (locale, catalogue), if anything yet; none outside any context.

    Its own way there goes through a dozen proxies, at every string of a page.
    """
    context = _cv_app.get(None)
    return None if context is None else context.g.__dict__.get("_flask_babel")


def _catalogue() -> NullTranslations:
    """The catalogue of this context's language; an empty one outside any context."""
    found: NullTranslations = getattr(_kept(), "babel_translations", None) or flask_babel.get_translations()
    return found


def current_language() -> str:
    """Code of the language of this context ("vi" outside any)."""
    locale = getattr(_kept(), "babel_locale", None) or flask_babel.get_locale()
    return str(locale.language) if locale is not None else DEFAULT


@contextmanager
def in_language(language: str | None) -> Iterator[None]:
    """Write what the block writes in a person's language (none: the default), whatever the request's is."""
    with flask_babel.force_locale(language if language in PUBLIC_LANGUAGES else DEFAULT):
        yield


def _choose() -> str:
    """The person's language, else the one chosen on this device, else the browser's, else Vietnamese. Of a page for
    everybody first of all the one in its address, unless somebody has signed in."""
    if not has_request_context():
        return DEFAULT
    readers, offered = readers_of(current_app), offered_here()
    chosen = None if readers.signed_in() else chosen_here()
    for language in (chosen, readers.language_of_reader(), request.cookies.get(COOKIE)):
        if language in offered:
            return language
    return request.accept_languages.best_match(offered) or DEFAULT


def by_each_language(tell: Callable[[], str]) -> dict[str, str]:
    """What is told, in every language: a text that is kept for readers whose language nobody knows yet."""
    found = {}
    for language in LANGUAGES:
        with in_language(language):
            found[language] = tell()
    return found


def text_by_language(texts: Mapping[str, str], language: str | None = None) -> str:
    """A text kept by language: the reader's, else the Vietnamese one, which every such text has.

    Raises ValueError where it has none.
    """
    text = texts.get(language or current_language()) or texts.get(DEFAULT)
    if not text:
        raise ValueError("a text by language needs its Vietnamese")
    return text


def text_beside(texts: Mapping[str, str], other: Mapping[str, str]) -> str:
    """Such a text where it stands beside another one: in each language in which they differ, named where that is not
    the reader's alone."""
    languages = dict.fromkeys((*LANGUAGES, *texts, *other))
    told = {one: texts.get(one) or NOTHING for one in languages if texts.get(one) != other.get(one)}
    if not told or list(told) == [current_language()]:
        return text_by_language(texts)
    return " · ".join(f"{text} ({LANGUAGES.get(one, one)})" for one, text in told.items())


def capital(text: str) -> str:
    """A text of ours that begins a line: with a capital, where the same words may stand within a sentence too."""
    return text[:1].upper() + text[1:]


def within(text: str) -> str:
    """A text of ours within a sentence: begun small, but for an abbreviation; what else is written large stays so."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def by_any_name(things: Mapping[str, Text], text: str) -> list[str]:
    """The things that a text means: the one of this code, else those that are called so in any of the languages."""
    meant = _as_called(text)
    by_code = [code for code in things if _as_called(code) == meant]
    return by_code or [code for code, names in _called(things).items() if meant in names]


def _called(things: Mapping[str, Text]) -> dict[str, set[str]]:
    names: dict[str, set[str]] = {code: set() for code in things}
    for language in LANGUAGES:
        with in_language(language):
            for code, label in things.items():
                names[code].add(_as_called(str(label)))
    return names


def _as_called(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split())).casefold()


def format_number(value: Decimal | int | str | None, language: str | None = None) -> str:
    """A number digit for digit, thousands set apart: 1.447 and 85,28 in Vietnamese, 1,447 and 85.28 in English.

    A string is a figure as it is stored ("1447.50"). Raises TypeError for a float, whose digits are not exact.
    """
    if value is None:
        return NOTHING
    if isinstance(value, float):
        raise TypeError("a float is not exact: use Decimal")
    number = Decimal(value) if isinstance(value, str) else value
    text = f"{number:,d}" if isinstance(number, int) else f"{number:z,f}"  # z: no zero below zero
    return text.translate(_SEPARATORS.get(language or current_language(), {}))


def format_figure(value: Decimal | int | str | None, language: str | None = None) -> str:
    """A figure exactly, without idle zeros: 95.00 is 95, 94.50 is 94,5 in Vietnamese."""
    return NOTHING if value is None else _figure(value, language or current_language())


@lru_cache(maxsize=1 << 14)
def _figure(value: Decimal | int | str, language: str) -> str:
    """Kept, as the same figures come back on every page: equal numbers are written alike."""
    whole, _point, decimals = format(Decimal(value), "f").partition(".")
    decimals = decimals.rstrip("0")
    return format_number(f"{whole}.{decimals}" if decimals else whole, language)


def format_row_count(count: int, most: int | None = None) -> str:
    """How many rows a list has, in words; told as more than `most` where it has more than are counted or shown."""
    if most is not None and count > most:
        return _("more than %(number)s rows", number=format_number(most))
    return _n("%(num)s row", "%(num)s rows", count)


def format_size(size: int) -> str:
    """The size of a file, given in bytes: 12 KB, 3,4 MB."""
    if size < KIBIBYTE * KIBIBYTE:
        return f"{format_number(max(1, round(size / KIBIBYTE)))}\u00a0KB"
    return f"{format_number(Decimal(size * 10 // (KIBIBYTE * KIBIBYTE)) / 10)}\u00a0MB"


def format_score(value: Decimal | int | None, language: str | None = None) -> str:
    """A score with two decimals. An int is in hundredths, as they are stored (8450 → 84,50); a Decimal is in points."""
    if value is None:
        return NOTHING
    points = Decimal(value).scaleb(-2) if isinstance(value, int) else value
    return format_number(points.quantize(_HUNDREDTH, ROUND_HALF_UP), language)


def format_percent(value: Decimal | int | str | None, language: str | None = None) -> str:
    """A number that is in percent already: 95 → 95%; in Russian the sign stands apart."""
    if value is None:
        return NOTHING
    return format_number(value, language) + ("\u00a0%" if (language or current_language()) == "ru" else "%")


def format_day(value: date | None, language: str | None = None) -> str:
    """A day in Vietnam: 20/06/2021, in English 20 Jun 2021, in Russian 20.06.2021."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = value.astimezone(VIETNAM).date() if value.tzinfo else _refuse_naive()
    chosen = language or current_language()
    if chosen == "en":
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return ("." if chosen == "ru" else "/").join((f"{value.day:02d}", f"{value.month:02d}", str(value.year)))


def format_span(first: date, last: date, *, with_year: bool = True) -> str:
    """Days from one to another: 15/12/2020–14/03/2021, without their years 27/10–26/11."""
    cut = 0 if with_year else len("/2021")  # as long as " 2021"
    return "\u2013".join(text[: len(text) - cut] for text in map(format_day, (first, last)))


def format_instant(value: datetime | None, language: str | None = None) -> str:
    """An instant in Vietnam's zone: 00:15 ngày 01/07/2021, in English 00:15 on 1 Jul 2021, in Russian
    01.07.2021, 00:15. Naive ones are refused."""
    if value is None:
        return NOTHING
    if value.tzinfo is None:
        _refuse_naive()
    chosen = language or current_language()
    local = value.astimezone(VIETNAM)
    day = format_day(local.date(), chosen)
    hour = f"{local.hour:02d}:{local.minute:02d}"
    return f"{day}, {hour}" if chosen == "ru" else f"{hour} {_BEFORE_DAY.get(chosen, '')}{day}"


def _refuse_naive() -> Any:
    raise ValueError("an instant needs a time zone")
