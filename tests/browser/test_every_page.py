"""Every page that a person can come to by links: axe finds nothing in light and dark, and nothing scrolls sideways.

320 px is the narrowest screen, 720 px is a desk of 1,440 at 200 % zoom.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.browser.pages import OFFICES, Person, Screen
from tests.browser.product import Product

WIDTHS = (320, 390, 720)
FILES = re.compile(r"\.(csv|xlsx)\b|^/evidence/")
# Pages of one kind: one target stands for all, in each way of looking at the board and the list.
KINDS = (
    (re.compile(r"^/(targets|appraisals|agencies|mail|plans|audit)/[^/?]+"), r"/\1/…"),
    (re.compile(r"^/(programmes|templates)/(?!begin$|new$)[^/?]+"), r"/\1/…"),
    (re.compile(r"^/accounts/(requests/)?(?!invite$|mails$|requests$)[^/?]+"), r"/accounts/\1…"),
    (re.compile(r"^/permissions/(agencies|targets|reports)/[^/?]+"), r"/permissions/\1/…"),
    (re.compile(r"^/(offices|people)/[^/?]+"), r"/\1/…"),
    (re.compile(r"^/holdings/(stand-ins/)?(?!give)[^/?]+"), r"/holdings/\1…"),
    # Of commitments each one's own page: the demo holds one in each state. What lies below is of one kind for all.
    (re.compile(r"^/commitments/[^/?]+/"), "/commitments/…/"),
    (re.compile(r"^/commitments/…/(targets|proposals)/(?!new$)[^/?]+"), r"/commitments/…/\1/…"),
    (re.compile(r"^/(documents|verify|signing-keys)/[^/?]+"), r"/\1/…"),
    (re.compile(r"^/(figures|sheets)/[^/?]+/[^/?]+"), r"/\1/…"),
)
WAYS = ("view=status", "status=all", "known_on=")


def kind(address: str, signed: frozenset[str] = frozenset()) -> str:
    """What page an address is of. `signed`: the pages of commitments that a package brought, which are alike."""
    path, _, asked = address.partition("?")
    path = "/commitments/signed" if path in signed else path
    for pattern, instead in KINDS:
        path = pattern.sub(instead, path)
    return path + "".join(way for way in WAYS if way in asked)


def walk(person: Person, signed: frozenset[str]) -> dict[str, str]:
    """Follow links from the first page on; returns the address that was visited for each kind of page."""
    visited: dict[str, str] = {}
    waiting = ["/", *person.addresses()]
    while waiting:
        address = waiting.pop(0)
        if kind(address, signed) in visited or FILES.search(address):
            continue
        visited[kind(address, signed)] = address
        person.go(address)
        waiting.extend(person.addresses())
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
