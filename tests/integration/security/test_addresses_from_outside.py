"""What somebody writes into an address, a parameter or a header leads nobody to another site and splits no answer."""

from __future__ import annotations

from email import message_from_bytes
from urllib.parse import quote, urljoin, urlsplit

import pytest
from flask.testing import FlaskClient

from tests.integration.permissions.names import PLACEHOLDER
from tests.integration.permissions.town import Town
from tests.integration.security.conftest import Browsers, Way
from tests.support.signing_in import token
from tracker.accounts import links
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.mail import service as outbox
from tracker.mail.models import OutboxMail
from tracker.mail.service import Content, Outgoing
from tracker.mail.writing import message
from tracker.people import service as people
from tracker.settings import Settings, Site

pytestmark = pytest.mark.one_database("sqlite")

LEADING = ("next", "url", "return", "return_to", "redirect", "redirect_uri", "to", "back", "continue", "goto", "dest")
SPLIT = "x\r\nSet-Cookie: planted=1\r\n\r\n<script>"


def test_no_parameter_leads_to_another_site(town: Town, ways: list[Way], browsers: Browsers) -> None:
    """(`safe_next` has tests of its own, with every way to write another site.)"""
    asked = dict.fromkeys(LEADING, "https://evil.example/")
    typed = dict.fromkeys(LEADING, "/\\evil.example")
    led = 0
    for way in ways:
        visitor = browsers.of(way.role)
        client = town.app.test_client()
        client.set_cookie("session", visitor.cookie)
        data = (
            {"csrf_token": visitor.csrf, "language": "vi", "theme": "dark", **typed} if way.method == "POST" else None
        )
        answer = client.open(way.address, method=way.method, query_string=asked, data=data)
        if way.rule == "/sign-out":
            visitor.come_in()
        for name in ("Location", "HX-Redirect", "HX-Location", "Refresh"):
            place = answer.headers.get(name)
            if place is not None:
                led += 1
                assert urlsplit(urljoin("http://localhost/", place.replace("\\", "/"))).netloc == "localhost", (
                    way,
                    place,
                )
                assert not place.startswith("//"), (way, place)
    assert led >= 5


def test_no_part_of_an_address_splits_an_answer(town: Town, ways: list[Way], browsers: Browsers) -> None:
    for way in ways:
        visitor = browsers.of(way.role)
        client = town.app.test_client()
        client.set_cookie("session", visitor.cookie)
        address = PLACEHOLDER.sub(quote(SPLIT, safe=""), way.rule)
        data = {"csrf_token": visitor.csrf, "language": "vi", "next": "/" + SPLIT} if way.method == "POST" else None
        query = {"next": "/" + SPLIT, "q": SPLIT, "sort": SPLIT, "cursor": SPLIT}
        answer = client.open(address, method=way.method, query_string=query, data=data)
        if way.rule == "/sign-out":
            visitor.come_in()
        assert answer.status_code < 500 or way.rule == "/readyz", (way, answer.status_code)
        for name, value in answer.headers:
            assert "\r" not in value, way
            assert "\n" not in value, way
            assert "planted" not in value.partition("=")[0] if name == "Set-Cookie" else True, way
        assert b"<script>" not in answer.data, way


ODD = (
    "\x00",
    "9" * 30,
    "-1",
    "\ud800",
    "%",
    "' OR 1=1 --",
    "{{7*7}}",
    "../../etc/passwd",
    "٣",
    "NaN",
    "1e999",
    "9999-12-31",
)
READ = ("q", "sort", "cursor", "page", "on", "known_on", "programme", "agency", "domain", "status", "value", "version")
TYPED = (*READ, "email", "password", "factor_code", "code", "reason", "name", "decision")


def test_odd_signs_break_nothing(town: Town, ways: list[Way], browsers: Browsers) -> None:
    """In an address, a parameter that a page reads, or a field that a form has: refused or not found, never a fault."""
    for number, way in enumerate(ways):
        if way.rule in {"/sign-out", "/readyz"} or "<path:" in way.rule:
            continue
        visitor = browsers.of(way.role)
        for odd in ODD[number % 6 :: 6]:
            client = town.app.test_client()
            client.set_cookie("session", visitor.cookie)
            sign = quote(odd.encode("utf-8", "surrogatepass"), safe="")
            data = {"csrf_token": visitor.csrf, **dict.fromkeys(TYPED, odd.encode("utf-8", "replace").decode())}
            address = PLACEHOLDER.sub(sign, way.rule) if number % 2 == 0 else way.address
            query = "&".join(f"{name}={sign}" for name in READ)
            given = data if way.method == "POST" else None
            answer = client.open(f"{address}?{query}", method=way.method, data=given)
            assert answer.status_code < 500, (way, odd, answer.status_code)


def test_a_number_of_thousands_of_digits_is_none(town: Town, browsers: Browsers) -> None:
    """Python refuses to read one, with an error that no page expects."""
    sheet = ("head", "/sheets/SXD/2021-H1/send", "draft", "target-SXD-T02")
    report = town.sides["other"].of_body["report"]
    for role, address, name, token_ in (sheet, ("appraiser", "/appraisals/accept", "report", report)):
        visitor = browsers.of(role)
        client = town.app.test_client()
        client.set_cookie("session", visitor.cookie)
        fields = {"csrf_token": visitor.csrf, name: f"{token_}:{'9' * 5000}", "version": "9" * 5000, "confirmed": "1"}
        assert client.post(address, data=fields).status_code in {200, 303}


def test_a_sign_that_no_keyboard_sends_is_refused_at_the_door(client: FlaskClient) -> None:
    """PostgreSQL takes it in no text, so no page is to meet it."""
    form = {"csrf_token": token(client), "email": "a@example.vn"}
    assert client.get("/targets/x%00y").status_code == 400
    assert client.get("/sign-in?next=/%00").status_code == 400
    assert client.post("/sign-in/forgotten", data={**form, "email": "a\x00@example.vn"}).status_code == 400
    assert client.post("/sign-in/forgotten", data=form).status_code == 200


def test_a_host_that_is_not_ours_gets_nothing(town: Town, ways: list[Way]) -> None:
    client = town.app.test_client()
    for way in ways:
        for host in ("evil.example", "localhost.evil.example", "localhost@evil.example"):
            answer = client.open(way.address, method=way.method, headers={"Host": host})
            assert answer.status_code == 400, way
            assert "evil" not in answer.text, way
            assert "Location" not in answer.headers, way


def test_no_header_says_which_host_is_ours(town: Town) -> None:
    for name in ("X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL"):
        value = "host=evil.example" if name == "Forwarded" else "evil.example"
        answer = town.app.test_client().get("/account", headers={name: value})
        assert answer.location == "/sign-in?next=/account", name
        assert "evil" not in answer.text


def test_links_in_mails_lead_to_the_address_of_the_settings(town: Town, browsers: Browsers) -> None:
    """Whatever host the request named: a forged one would have a link sent that gives the key away."""
    administrator = browsers.of("administrator")
    client = town.app.test_client()
    client.set_cookie("session", administrator.cookie)
    fields = {"csrf_token": administrator.csrf, "name": "Chuyên viên", "email": "new@example.org", "language": "vi"}
    headers = {"Host": "localhost:9999", "X-Forwarded-Host": "evil.example"}
    assert client.post("/accounts/invite", data=fields, headers=headers).status_code == 303
    client.post(
        "/sign-in/forgotten", data={"csrf_token": administrator.csrf, "email": "p1@example.org"}, headers=headers
    )
    with town.app.app_context(), unit_of_work() as session:
        texts = [f"{mail.text}{mail.html}" for mail in session.query(OutboxMail)]
    assert any("http://localhost/choose-password/" in text for text in texts)
    assert not any("9999" in text or "evil" in text for text in texts)


def test_no_name_adds_a_line_to_the_head_of_a_mail(town: Town) -> None:
    """A name is shown in the text of a mail, as text; in its head stands nothing that somebody typed."""
    now = clock.moment()
    name = "Chuyên viên\r\nBcc: everybody@evil.example\r\n\r\n<img src=x>"
    with town.app.app_context(), unit_of_work(now) as session:
        person = people.register(session, now, actor_id=None, name=name, email="split@example.org", language="vi")
        actor_id, site = town.people["administrator"], Site("http://localhost", "localhost")
        links.invite(session, now, person, actor_id=actor_id, site=site)
        session.query(OutboxMail).filter(OutboxMail.person_id != person.id).delete()
        mail = outbox.claim(session, now)
    assert mail is not None
    sent = message(mail, settings_of(town.app))
    head, _, text = sent.partition(b"\r\n\r\n")
    assert b"\r\nBcc" not in head
    assert message_from_bytes(sent)["To"] == "split@example.org"
    assert b"evil" not in head
    assert text
    assert mail.content.html is not None
    assert "<img" not in mail.content.html


@pytest.mark.parametrize("part", ["address", "message_id", "subject"])
def test_a_mail_whose_head_would_be_split_is_not_sent(part: str) -> None:
    split = {"address": "a@example.org", "message_id": "<a@b>", "subject": "Hai báo cáo đến hạn"}
    split[part] += "\r\nBcc: b@evil.example"
    content = Content(split["subject"], "Kính gửi …\n")
    mail = Outgoing(1, 1, split["message_id"], split["address"], content, "vi", clock.now())
    with pytest.raises(ValueError, match=r"linefeed|newline|carriage"):
        message(mail, Settings())
