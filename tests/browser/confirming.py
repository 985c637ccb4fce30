"""Signing by an electronic confirmation, on a device that the browser pretends; and sending with its key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import expect

from tests.browser.pages import Person


def confirmed(person: Person, page: str, what: str) -> None:
    """Make a key on a device that knows its owner, and confirm the document with it."""
    words = person.words
    person.go(page)
    person.press(person.link(words(what)))
    expect(person.page.locator(".t-pages__page").first).to_be_visible()
    with a_device(person) as knows_its_owner:
        _made(person)
        person.go(f"{page}/sign")
        knows_its_owner(False)
        person.click(person.button(words("Confirm and sign")))
        failed = words("Nothing was signed. You can try again, or sign in another way.")
        expect(person.page.get_by_text(failed)).to_be_visible()
        knows_its_owner(True)
        person.go(f"{page}/sign")  # a button that was just pressed takes no second press for a moment
        person.press(person.button(words("Confirm and sign")))
        person.sees(words("Electronic confirmation (passkey)"))
    person.go(page)


def sent_with_a_key(person: Person, page: str) -> None:
    """On the page of sending: without a key it leads to making one; with it the device confirms what is sent."""
    words, send = person.words, person.words("Send to the People's Committee")
    person.go(page)
    expect(person.button(send)).to_have_count(0)
    with a_device(person) as knows_its_owner:
        _made(person)
        person.go(page)
        knows_its_owner(False)
        person.click(person.button(send))
        expect(person.page.get_by_text(words("Nothing was sent. You can try again."))).to_be_visible()
        knows_its_owner(True)
        person.go(page)
        person.press(person.button(send))


@contextmanager
def a_device(person: Person) -> Iterator[Callable[[bool], object]]:
    """A device that keeps keys; whether it recognises its owner is said by what is returned."""
    eye, person.eye = person.eye, None  # its sessions with the debugger would end that of the authenticator
    keys = person.device.new_cdp_session(person.page)
    keys.send("WebAuthn.enable")
    held = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    kept = keys.send("WebAuthn.addVirtualAuthenticator", {"options": {**held, "isUserVerified": True}})
    identity = {"authenticatorId": kept["authenticatorId"]}
    yield lambda knows: keys.send("WebAuthn.setUserVerified", {**identity, "isUserVerified": knows})
    keys.detach()
    person.eye = eye


def _made(person: Person) -> None:
    person.press(person.link(person.words("Make a signing key")))
    person.press(person.button(person.words("Make the key")))
    person.sees(person.words("Fingerprint of the key"))
