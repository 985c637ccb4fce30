"""The digest: one mail a day to a person, a line for each report that is owed. Says what stands now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.commitments.terms.words import days_left
from tracker.compliance.telling.owed import OwedFigure, WhyOwed
from tracker.core.clock import Moment
from tracker.core.languages import _, capital, format_day, format_instant, in_language, text_by_language
from tracker.mail.composing import compose
from tracker.mail.service import Content
from tracker.programmes.words import period_name
from tracker.settings import Site


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One line as the mail shows it; the subject counts what is late, due today and due soon."""

    agency: str
    title: str
    what: str
    when: str
    url: str
    left: int  # working days


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom a digest is for: the language (none: the product's own), and the name that it addresses."""

    person_id: int
    name: str
    language: str | None


def content(
    receiver: Receiver,
    figures: Collection[OwedFigure],
    agencies: Mapping[int, tuple[str, Mapping[str, str]]],
    now: Moment,
    site: Site,
) -> Content:
    """The mail about these figures. `agencies`: code and name by language, by id."""
    with in_language(receiver.language):
        lines = [_line(figure, agencies, site) for figure in in_order(figures)]
        written = format_instant(now.at)
    return compose(
        "digest",
        receiver.language,
        receiver=receiver.name,
        lines=lines,
        late=sum(line.left < 0 for line in lines),
        today=sum(line.left == 0 for line in lines),
        soon=sum(line.left > 0 for line in lines),
        on=now.on,
        written=written,
        home=f"{site.base_url}/",
    )


def in_order(figures: Collection[OwedFigure]) -> Sequence[OwedFigure]:
    """Most urgent first."""
    return sorted(figures, key=lambda figure: (figure.by, figure.agency_id, figure.commitment, figure.target_code))


def _line(figure: OwedFigure, agencies: Mapping[int, tuple[str, Mapping[str, str]]], site: Site) -> DigestLine:
    return DigestLine(
        agency=text_by_language(agencies[figure.agency_id][1]),
        title=text_by_language(figure.title),
        what=_what(figure),
        when=_when(figure.by, figure.left),
        url=f"{site.base_url}/figures/{figure.target_token}/{figure.period_code or 'completion'}",
        left=figure.left,
    )


def _what(figure: OwedFigure) -> str:
    if figure.why is WhyOwed.RETURNED:
        if figure.period_code is None:
            return _("Returned: answer the appraiser on the completion")
        return _("Returned: answer the appraiser on the report for %(period)s", period=period_name(figure.period_code))
    if figure.period_code is None:
        return _("Report on completion")
    return capital(_("Report for %(period)s", period=period_name(figure.period_code)))


def _when(by: date, left: int) -> str:
    day = format_day(by)
    if left == 0:
        return _("due today, %(day)s", day=day)
    text = _("due %(day)s, %(meaning)s") if left > 0 else _("was due %(day)s, %(meaning)s")
    return text % {"day": day, "meaning": days_left(left)}
