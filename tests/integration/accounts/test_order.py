"""The list of accounts in Vietnamese order, whatever the database's own order is; and the key that follows the name."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from tests.factories.errand import province
from tests.support.signing_in import sign_in
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.db.sorting import sort_key
from tracker.core.db.unit_of_work import unit_of_work
from tracker.people import service as people
from tracker.people.models import Person

IN_ORDER = [
    "An",
    "Ân",
    "Dân",
    "Đan",
    "Đô",
    "Em",
    "Êm",
    "ma",
    "mà",
    "mả",
    "mã",
    "má",
    "mạ",
    "Ốc",
    "Ơn",
    "Ý",
    "Zet 2",
    "Zet 10",
]


def test_accounts_are_listed_in_vietnamese_order(app: Flask, session: Any) -> None:
    now = clock.moment()
    with unit_of_work(now):
        administrator = province(session).people[("VP", Office.ADMINISTRATOR)].id
        for number, name in enumerate(reversed(IN_ORDER)):
            people.register(session, now, actor_id=None, name=name, email=f"{number}@example.org")
    client = app.test_client()
    sign_in(app, client, administrator)
    page = client.get("/accounts").get_data(as_text=True)
    shown = [name for name in re.findall(r"<a[^>]*>([^<]+)</a>", page[page.index("<tbody>") :]) if name in IN_ORDER]
    assert shown == IN_ORDER


def test_the_key_follows_the_name_and_goes_with_it(context: None, session: Any) -> None:
    now = clock.moment()
    with unit_of_work(now):
        person = people.register(session, now, actor_id=None, name="Đặng Thị Ấn")
        key = person.sort_key
        people.erase(session, now, person.id)
    erased = session.get_one(Person, person.id)
    assert key == sort_key("Đặng Thị Ấn")
    assert erased.sort_key == sort_key(erased.name) != key
