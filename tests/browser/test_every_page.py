"""Every page that a person can come to by links: axe finds nothing in light and dark, and nothing scrolls sideways.

320 px is the narrowest screen, 720 px is a desk of 1,440 at 200 % zoom.

Offices see many pages that differ in addresses and tokens alone. A page is opened unless each of its parts (what stands
around its main part; that, with the page's own scripts) was so in a page that was opened and found right: the parts
stand under one another, each in the middle of the page, which is looked at with the rest (`eye.js`), so that none
makes another one wider.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit, urlunsplit

import pytest
import turbohtml
from playwright.sync_api import Browser

from tests.browser.pages import OFFICES, Person, Screen
from tests.browser.product import Product

WIDTHS = (320, 390, 720)
FILES = re.compile(r"\.(csv|xlsx)\b|^/evidence/[^/]+$")
# Pages of one kind: one target stands for all, in each way of looking at the board and the list.
KINDS = (
    (re.compile(r"^/appraisals/sheets/[^/?]+/[^/?]+"), "/a-sheet/…"),
    (re.compile(r"^/appraisals/reasons/(?!new$)[^/?]+"), "/a-reason/…"),
    (re.compile(r"^/appraisals/(?!sheets|reasons)[^/?]+"), "/appraisals/…"),
    (re.compile(r"^/(evidence|questions)/[^/?]+"), r"/\1/…"),
    (re.compile(r"^/(targets|agencies|conclusions|mail|plans|audit|corrections|reports|unreported)/[^/?]+"), r"/\1/…"),
    (re.compile(r"^/(programmes|templates)/(?!begin$|new$)[^/?]+"), r"/\1/…"),
    (re.compile(r"^/accounts/(requests/)?(?!invite$|mails$|messages$|requests$)[^/?]+"), r"/accounts/\1…"),
    (re.compile(r"^/permissions/(agencies|targets|reports)/[^/?]+"), r"/permissions/\1/…"),
    (re.compile(r"^/(offices|people)/[^/?]+"), r"/\1/…"),
    (re.compile(r"^/holdings/(stand-ins/)?(?!give)[^/?]+"), r"/holdings/\1…"),
    (re.compile(r"^/signs/[^/?]+/"), "/signs/…/"),
    (re.compile(r"^/letters/[^/?]+/"), "/letters/…/"),  # and each one's own page: one is drafted, one was sent
    # Of commitments each one's own page: the demo holds one in each state. What lies below is of one kind for all.
    (re.compile(r"^/commitments/[^/?]+/"), "/commitments/…/"),
    (re.compile(r"^/commitments/…/(targets|proposals)/(?!new$)[^/?]+"), r"/commitments/…/\1/…"),
    (re.compile(r"^/(documents|verify|signing-keys)/[^/?]+"), r"/\1/…"),
    (re.compile(r"^/(figures|sheets)/[^/?]+/[^/?]+"), r"/\1/…"),
)
PLAIN = re.compile(r'( (?:href|action)="| type="hidden" name="\w+" value="|<code>)[\w/.?=:;&~%-]+')
TITLE, MAIN = re.compile(r"<title>[^<]+</title>"), re.compile(r"<main.*</main>", re.DOTALL)
LINK = "a[href]:not([download])"
_kinds: set[str] = set()
_opened: set[str] = set()
WAYS = ("view=status", "status=all", "known_on=", "figure=")


def kind(address: str, signed: frozenset[str] = frozenset()) -> str:
    """What page an address is of. `signed`: the pages of commitments that a package brought, which are alike."""
    path, _, asked = address.partition("?")
    path = "/commitments/signed" if path in signed else path
    for pattern, instead in KINDS:
        path = pattern.sub(instead, path)
    return path + "".join(way for way in WAYS if way in asked)


def parts(page: str) -> frozenset[str]:
    """What a page is made of, but for addresses and tokens: what is around its main part; that, with its scripts."""
    head, _, body = TITLE.sub("<title>-</title>", PLAIN.sub(r"\1-", page)).partition("</head>")
    found = MAIN.search(body)
    if not found:
        return frozenset({head + body})
    return frozenset({head + found[0], body[: found.start()] + "…" + body[found.end() :]})


def links(page: str, at: str) -> list[str]:
    """The product's own pages to which the one at this address links."""
    told = (urlsplit(urljoin(at, str(link.attrs["href"]))) for link in turbohtml.parse(page).select(LINK))
    return [urlunsplit(("", "", *to[2:4], "")) for to in told if not to.netloc]


def walk(person: Person, signed: frozenset[str]) -> dict[str, str]:
    """Follow links from the first page on; returns the address that was visited for each kind of page."""
    visited: dict[str, str] = {}
    waiting = ["/"]
    while waiting:
        address = waiting.pop(0)
        what = kind(address, signed)
        if what in visited or FILES.search(address):
            continue
        visited[what] = address
        page = person.read(address) if what in _kinds else ""
        if not page or not parts(page) <= _opened:
            page = person.go(address)
            _opened.update(parts(page))
            _kinds.add(what)
        waiting.extend(links(page, address))
    return visited


@pytest.mark.parametrize("office", OFFICES)
def test_every_page_of_an_office(browser: Browser, product: Product, office: str) -> None:
    person = Person(browser, product.address, Screen(widths=WIDTHS))
    person.sign_in(office)
    signed = product.asked(
        "SELECT token FROM commitment WHERE id NOT IN (SELECT commitment_id FROM dossier WHERE commitment_id > 0)"
    )
    visited = walk(person, frozenset(f"/commitments/{one}" for one in signed))
    wrong = person.leave()
    assert len(visited) > 5, visited
    assert not wrong, "\n".join(f"{page}\n  " + "\n  ".join(found) for page, found in wrong.items())


def test_pages_that_differ_in_addresses_and_tokens_alone_are_one() -> None:
    page = (
        "<head><title>One</title><script src='forms.js'></script></head><body><header><a href=\"/a?b=1\">A</a></header>"
        '<main class="t-page"><form action="/to/1"><input type="hidden" name="token" value="x-1"></form></main></body>'
    )
    assert parts(page) == parts(page.replace("/a?b=1", "/c?d=2").replace("x-1", "y-2").replace("One", "Another"))
    around, own = parts(page), parts(page.replace("t-page", "t-page wide"))
    assert len(around & own) == 1  # what is around it is the same
    for a, b in (("forms.js", "other.js"), (">A<", ">AA<"), ("<form", "<form class"), ("<title>One", "<title>")):
        assert not parts(page.replace(a, b)) <= parts(page), a
