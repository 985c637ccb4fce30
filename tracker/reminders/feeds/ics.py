"""A calendar as a file of iCalendar (RFC 5545): whole days, since what counts here is the day and no hour of it."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import icalendar

from tracker.core.clock import VIETNAM, Moment
from tracker.core.languages import _, current_language, format_instant, in_language, text_by_language
from tracker.reminders.feeds.entries import KINDS, ONE_DAY, Entry
from tracker.reminders.feeds.service import Calendar
from tracker.settings import Site

REFRESHED_AFTER = timedelta(hours=4)  # as often as a program is asked to look again; most look when they like
RINGS_AT = time(8)
ZONE = "Asia/Ho_Chi_Minh"
_OFFSET = timedelta(hours=7)
_BEGAN = datetime(1975, 6, 13)  # noqa: DTZ001 - of the zone as it is since then, in its own time


def written(calendar: Calendar, now: Moment, site: Site, product: str) -> bytes:
    """The file, in the language of its person."""
    with in_language(calendar.language):
        return _written(calendar, now, site, product)


def _written(calendar: Calendar, now: Moment, site: Site, product: str) -> bytes:
    body = text_by_language(calendar.body) if calendar.body else None
    name = f"{product} – {body}" if body else product
    file = icalendar.Calendar()
    file.add("version", "2.0")
    file.add("prodid", f"-//{site.host}//{product}//{current_language().upper()}")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    for field, text in (
        ("name", name),
        ("x-wr-calname", name),
        ("description", _as_of(now)),
        ("x-wr-caldesc", _as_of(now)),
    ):
        file.add(field, icalendar.vText(text))  # what is not known to be text would not be escaped
    file.add("x-wr-timezone", ZONE)
    file.add("refresh-interval", REFRESHED_AFTER, parameters={"VALUE": "DURATION"})
    file.add("x-published-ttl", "PT4H")
    file.add_component(_zone())
    for entry in calendar.entries:
        file.add_component(_event(entry, now, site))
    return bytes(file.to_ical())


def _event(entry: Entry, now: Moment, site: Site) -> Any:
    address = site.base_url.rstrip("/") + entry.page
    event = icalendar.Event()
    event.add("uid", f"{entry.name}@{site.host}")
    event.add("dtstamp", now.at)
    if entry.moved.at is not None:
        event.add("last-modified", entry.moved.at.astimezone(UTC))
    event.add("sequence", entry.moved.count)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + ONE_DAY)
    event.add("summary", entry.title)
    event.add("description", "\n".join([*entry.text, address, _as_of(now)]))
    event.add("url", address)
    event.add("categories", [str(KINDS[entry.kind])])
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    if entry.rung_on is not None:
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.title)
        at = datetime.combine(entry.rung_on, RINGS_AT, VIETNAM).astimezone(UTC)
        alarm.add("trigger", at, parameters={"VALUE": "DATE-TIME"})
        event.add_component(alarm)
    return event


def _as_of(now: Moment) -> str:
    return _(
        "As of %(at)s. Your calendar may look again only after hours; the product always says what counts.",
        at=format_instant(now.at),
    )


def _zone() -> Any:
    zone, standard = icalendar.Timezone(), icalendar.TimezoneStandard()
    zone.add("tzid", ZONE)
    standard.add("dtstart", _BEGAN)
    standard.add("tzname", "+07")
    standard.add("tzoffsetfrom", _OFFSET)
    standard.add("tzoffsetto", _OFFSET)
    zone.add_component(standard)
    return zone
