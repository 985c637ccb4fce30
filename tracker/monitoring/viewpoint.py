"""What every page of this door begins with: the programme and the day that the address asks for, and their cut-off."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from flask import request, url_for
from sqlalchemy.orm import Session

from tracker.agencies.classifications import group_on
from tracker.core import clock, letters
from tracker.core.clock import VIETNAM, Moment
from tracker.core.db.folding import stands_in
from tracker.core.db.named import exists, nothing_is
from tracker.core.errors import NotFound, WrongAddress
from tracker.core.languages import Text, _, _l, format_day, format_instant, text_by_language
from tracker.core.numbers import DayError, parse_day
from tracker.core.tables import LONGEST_VALUE, PAGE_SIZE, Column
from tracker.core.web.requests import demand
from tracker.monitoring import queries
from tracker.monitoring.queries import ProgrammeRow
from tracker.rule.calendar import ONE_DAY

NIGHTLY_AT = time(0, 15)  # when the nightly run brings every status to its day
_PLACE = "PLACE"
AHEAD = _l("This day is still ahead")
NOT_BEFORE = _l("The day to compare with must be before the day that is shown")


class DayAsked(NamedTuple):
    """A day of the address, or another one where that cannot be asked for: then what was typed, and why not."""

    day: date
    typed: str = ""
    fault: Text | None = None

    @property
    def faults(self) -> tuple[Text, ...]:
        """What was typed and why it cannot be asked for, if so."""
        return (_("“%(typed)s”: %(fault)s.", typed=self.typed, fault=self.fault),) if self.fault else ()

    @property
    def notices(self) -> tuple[Text, ...]:
        """The same for a page, which shows the other day."""
        return tuple(_("%(fault)s Shown is %(day)s.", fault=one, day=format_day(self.day)) for one in self.faults)


@dataclass(frozen=True)
class Viewpoint:
    """One programme as a day saw it. `programme` is none where there is no programme at all."""

    now: Moment
    on: date
    programme: ProgrammeRow | None
    programmes: Sequence[ProgrammeRow]
    assessed_on: date | None
    asked: DayAsked

    @property
    def notices(self) -> tuple[Text, ...]:
        """What was asked for and cannot be shown."""
        return self.asked.notices

    @property
    def live(self) -> bool:
        """Whether the day is today, so that the open steps answer."""
        return self.on >= self.now.on

    @property
    def last_on(self) -> date:
        """The last day that can be shown, which pages open on: today, or a programme's last: none after it counts."""
        return last_day(self.programme, self.now.on)

    @property
    def closed(self) -> bool:
        """Whether the programme is over."""
        return self.last_on < self.now.on

    def day_text(self, day: date) -> str | None:
        """A day as an address names it; none for the one that pages open on."""
        return None if day == self.last_on else day.isoformat()

    @property
    def past_day(self) -> date | None:
        """The day, where it is past; none for today."""
        return None if self.live else self.on

    @property
    def chosen(self) -> ProgrammeRow:
        """The programme. Raises NotFound where there is none."""
        if self.programme is None:
            raise NotFound(_l("There is no such programme."))
        return self.programme

    @property
    def as_at(self) -> datetime:
        """The cut-off of what is shown: the last instant (UTC) whose facts and days are in it."""
        return cut_off(self.on, self.now, self.assessed_on)

    def demand(self, faults: Iterable[Text], *known: str) -> None:
        """Raises WrongAddress where the day or anything else that a file is asked for is not there."""
        demand((*self.asked.faults, *faults), "programme", "on", *known)

    def arguments(self, **more: str | Sequence[str] | None) -> list[tuple[str, str]]:
        """What an address must carry to come back to this programme and day, and more."""
        pairs = [("programme", self.programme.code)] if self.programme else []
        if (on := self.day_text(self.on)) is not None:
            pairs.append(("on", on))
        for name, value in more.items():
            if value is not None:
                pairs += [(name, text) for text in ([value] if isinstance(value, str) else value)]
        return pairs

    def addresses(self, endpoint: str, argument: str) -> Callable[[str], str]:
        """A function from a code or token to the address of its page: a page has many, so they are made from one."""
        before, after = self.around(endpoint, argument)
        return lambda code: f"{before}{quote(code, safe='')}{after}"

    def around(self, endpoint: str, argument: str) -> tuple[str, str]:
        """What stands in such an address before the quoted code or token, and what after it."""
        before, after = self.url(url_for(endpoint, _external=None, **{argument: _PLACE})).split(_PLACE, 1)
        return before, after

    def url(self, path: str, **more: str | Sequence[str] | None) -> str:
        """An address of this door with the programme and the day, and more arguments."""
        pairs = self.arguments(**more)
        return f"{path}?{urlencode(pairs)}" if pairs else path


def cut_off(on: date, now: Moment, assessed_on: date | None) -> datetime:
    """Up to which instant (UTC) what is shown of a day is known: now, or when the nightly run closed the day.

    Facts land together with their consequences, so today is always as at this moment, once the night has been made up.
    """
    if assessed_on is None or (on >= now.on and assessed_on >= now.on):
        return now.at
    closed_on = min(on + ONE_DAY, assessed_on) if on < now.on else assessed_on
    return min(now.at, datetime.combine(closed_on, NIGHTLY_AT, VIETNAM).astimezone(UTC))


def viewpoint(session: Session, programme_id: int | None = None) -> Viewpoint:
    """What this request asks for; the programme is that of what is shown, where that has one.

    Raises NotFound for a programme that does not exist.
    """
    programmes, assessed_on = queries.programmes(session)
    if programme_id is not None:
        return viewpoint_of(next(one for one in programmes if one.id == programme_id), assessed_on, programmes)
    code = request.args.get("programme", "")
    if code:
        meant = letters.meant(code, (one.code for one in programmes))
        if meant is None:
            raise NotFound(_l("There is no such programme."))
        return viewpoint_of(next(one for one in programmes if one.code == meant), assessed_on, programmes)
    today = clock.today()
    on = day_asked("on", today, today).day
    begun = (one for one in programmes if one.starts_on <= on)
    return viewpoint_of(next(begun, programmes[-1] if programmes else None), assessed_on, programmes)


def viewpoint_of(
    programme: ProgrammeRow | None, assessed_on: date | None, programmes: Sequence[ProgrammeRow] = ()
) -> Viewpoint:
    """The same of one programme that is known already."""
    now = clock.moment()
    last = last_day(programme, now.on)
    asked = day_asked("on", last, now.on)
    if asked.day > last:
        fault = _l("The programme ended on %(day)s, and no day after it counts", day=format_day(last))
        asked = DayAsked(last, request.args.get("on", "").strip(), fault)
    return Viewpoint(now, asked.day, programme, programmes, assessed_on, asked)


def last_day(programme: ProgrammeRow | None, today: date) -> date:
    """The last day of a programme that has come."""
    return today if programme is None else min(today, programme.ends_on)


def day_asked(name: str, otherwise: date, latest: date, refusal: Text = AHEAD) -> DayAsked:
    """The day of an argument; `otherwise` where nothing was asked, or what is no day or one after the `latest`."""
    text = request.args.get(name, "").strip()
    if not text:
        return DayAsked(otherwise)
    try:
        day = parse_day(text)
    except DayError as error:
        return DayAsked(otherwise, text[:LONGEST_VALUE], error.message)
    return DayAsked(day) if day <= latest else DayAsked(otherwise, text, refusal)


def one_of(name: str, known: Collection[str]) -> tuple[str | None, tuple[Text, ...]]:
    """The choice of an argument; none where nothing was chosen, or nothing that is there: then why."""
    text = request.args.get(name, "")
    if not text or text in known:
        return text or None, ()
    return None, (_("“%(typed)s” is none of the choices here. It was left out.", typed=text[:LONGEST_VALUE]),)


def group_asked(session: Session, on: date) -> tuple[str | None, tuple[Text, ...]]:
    """The peer group of the address, and what is wrong where no body is in one like that on the day."""
    group = request.args.get("group", "").strip()[:LONGEST_VALUE] or None
    if group is None or exists(session, group_on(on) == group):
        return group, ()
    return group, (nothing_is(_l("Peer group"), group),)


def of_file(session: Session) -> Viewpoint:
    """The same for a file, which never answers another question: raises WrongAddress for a programme that does not
    exist. What else is wrong, `Viewpoint.demand` refuses."""
    try:
        return viewpoint(session)
    except NotFound as error:
        raise WrongAddress(error.message) from error


def month_end(before: date) -> date:
    """The last day of the month before a day's month."""
    return before.replace(day=1) - ONE_DAY


def day_choices(viewpoint: Viewpoint) -> list[tuple[str, date]]:
    """The days that are one press away: today or the programme's last day, and the two ends of months before it."""
    last = viewpoint.last_on
    first = month_end(last)
    days = {last: _("Last day of the programme") if viewpoint.closed else _("Today"), first: "", month_end(first): ""}
    return [(text, day) for day, text in sorted(days.items(), reverse=True)]


def programme_columns(viewpoint: Viewpoint) -> list[Column]:
    """What a file says of its programme: the code, by which programs know it, and the title."""
    code, title = viewpoint.chosen.code, text_by_language(viewpoint.chosen.title)
    return [
        Column("programme", _l("Programme"), value=lambda row: code),
        Column("programme_title", _l("Name of the programme"), value=lambda row: title),
    ]


def up_to(at: datetime) -> str:
    """What a file says of the instant that its figures stand at."""
    return _("Figures up to %(as_at)s", as_at=format_instant(at))


@dataclass(frozen=True)
class Wanted:
    """Words by which a list that is shown whole is searched, as they were typed; `without`: its address without them,
    where there are any."""

    text: str
    fault: Text | None
    without: str | None

    @property
    def faults(self) -> tuple[Text, ...]:
        """The fault, for a file, which is what was asked for or nothing."""
        return (self.fault,) if self.fault else ()

    def finds(self, *texts: str | None) -> bool:
        """Whether the row of these texts is wanted."""
        return not self.text or (self.fault is None and stands_in(self.text, *texts))


def wanted(without: str) -> Wanted:
    """The words of `q`, and what is wrong with them."""
    text = request.args.get("q", "").strip()
    fault = _l("Use %(most)s characters or fewer", most=LONGEST_VALUE) if len(text) > LONGEST_VALUE else None
    return Wanted(text, fault, without if text else None)


def page_values(viewpoint: Viewpoint, **more: Any) -> dict[str, Any]:
    """What the templates of this door read of every page."""
    as_at = format_instant(viewpoint.as_at)
    if viewpoint.closed:
        ended = _("the programme ended on %(day)s", day=format_day(viewpoint.last_on))
        as_at = f"{as_at} · {ended}"
    return {"viewpoint": viewpoint, "as_at": as_at, "many": PAGE_SIZE, **more}
