"""Every mail: in a language that it names, the same as text and as HTML, in the product's look, light and dark."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.factories.sample_mails import VALUES
from tracker.core.extensions import HOME
from tracker.mail import composing
from tracker.mail.composing import compose
from tracker.mail.look import PARTS, tokens
from tracker.mail.service import Content

pytestmark = pytest.mark.one_database
RECEIVER = "Giám đốc Sở Tài nguyên <và> Môi trường"
NAMES = sorted(path.parent.name for path in HOME.glob("templates/email/*/body.html"))
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b", re.IGNORECASE)


class Read(HTMLParser):
    """What a mail program shows, the addresses that it leads to, and each element that styles itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.links, self.tags, self.hidden = "", set[str](), set[str](), False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.hidden = self.hidden or tag in {"title", "style"}
        self.tags.add(tag)
        self.links |= {value or "" for name, value in attrs if name == "href"}

    def handle_endtag(self, tag: str) -> None:
        """Note its end."""
        self.hidden = self.hidden and tag not in {"title", "style"}

    def handle_data(self, data: str) -> None:
        """Keep what is shown."""
        self.text += "" if self.hidden else f" {data} "


def plain(text: str) -> str:
    """Without spaces and signs between, which the two write in their own ways."""
    return re.sub(r"[\W_]+", " ", text).strip()


def every(language: str = "vi") -> list[tuple[str, Content]]:
    return [
        (name, compose(name, language, receiver=RECEIVER, **one)) for name, values in VALUES.items() for one in values
    ]


def test_each_mail_is_looked_at_and_says_why_it_comes() -> None:
    assert sorted(VALUES) == sorted(composing.WHY) == NAMES


@pytest.mark.parametrize(("chosen", "named"), [("vi", "vi"), ("en", "en"), (None, "vi"), ("fr", "vi")])
def test_a_mail_names_the_language_that_it_is_written_in(context: None, chosen: str | None, named: str) -> None:
    told = compose("account_notice", chosen, receiver="Văn thư", sentence="Đã đổi.", when="09:00", home="/account")
    assert f'<html lang="{named}">' in (told.html or "")
    assert ("Your account" in told.subject) == (named == "en")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_the_text_says_stands_in_the_html_and_nothing_else_does(context: None, language: str) -> None:
    for name, mail in every(language):
        shown = Read(mail.html or "")
        as_html = plain(re.sub(r"https?://\S+", " ", shown.text))
        links = set(re.findall(r"https?://\S+", mail.text))
        assert shown.links <= links <= shown.links | set(re.findall(r"https?://\S+", shown.text)), name
        words = re.sub(r"https?://\S+", "\n", mail.text)
        for line in re.split(r"\n| · ", words):
            assert plain(re.sub(r"^\d\. ", "", line)) in as_html, (name, line)
        unsaid = set(as_html.split()) - set(plain(mail.text + mail.subject).split())
        assert unsaid <= set(plain(f"{OF_THE_FRAME[language]}").split()), (name, unsaid)


# Head and buttons: where a link is no address to be read, it has a name.
OF_THE_FRAME = {
    "vi": "Sổ cam kết Tỉnh Nghệ An Mở ra xem Tài khoản của ông bà Toàn bộ việc còn phải báo cáo Đặt mật khẩu mới "
    "Nhật ký kiểm toán Công việc chạy nền",
    "en": "Commitment book Province of Nghệ An Open it Your account All that you owe Set your a new password "
    "Audit record Background work",
}


def test_each_mail_is_in_the_look_and_brings_nothing_from_elsewhere(context: None) -> None:
    light, dark = tokens()
    assert not {colour for colour in COLOUR.findall(str(PARTS)) if colour}
    for name, mail in every():
        html = mail.html or ""
        assert not Read(html).tags & {"img", "link", "script", "iframe", "object", "form", "svg"}, name
        assert not re.search(r"url\(|@import|@font-face|src=", html), name
        inlined, _, _ = html.partition("<style>")
        styled = html.partition("</style>")[2]
        assert "{" not in inlined + styled, name
        assert set(COLOUR.findall(styled)) <= set(light.values()), name
        rules = html.partition("prefers-color-scheme:dark")[2].partition("</style>")[0]
        assert set(COLOUR.findall(rules)) <= set(dark.values()), name
        for tag in re.findall(r"<(?:p|h1|h2|td|a|li|ul|ol|code|pre)\b[^>]*>", re.sub(r"<!--.*?-->", "", styled)):
            assert "style=" in tag or tag == '<td align="center">', (name, tag)


def test_a_mail_is_small_enough_to_be_shown_whole(context: None) -> None:
    """Some programs cut a mail off at 102 KB."""
    digest = VALUES["digest"][0]
    body = digest["bodies"][0]
    most = [type(body)(body.name, [body.lines[0]] * 60, 400)]
    mail = compose("digest", "vi", receiver=RECEIVER, **digest | {"bodies": most, "decided": digest["decided"] * 15})
    assert len((mail.html or "").encode()) < 100_000
