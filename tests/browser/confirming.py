"""Signing by an electronic confirmation, on a device that the browser pretends."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.pages import Person


def confirmed(person: Person, page: str, what: str) -> None:
    """Make a key on a device that knows its owner, and confirm the document with it."""
    words = person.words
    person.go(page)
    person.press(person.link(words(what)))
    expect(person.page.locator(".t-pages__page").first).to_be_visible()
    eye, person.eye = person.eye, None  # its sessions with the debugger would end that of the authenticator
    keys = person.device.new_cdp_session(person.page)
    keys.send("WebAuthn.enable")
    held = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    kept = keys.send("WebAuthn.addVirtualAuthenticator", {"options": {**held, "isUserVerified": True}})
    person.press(person.link(words("Make a signing key")))
    person.press(person.button(words("Make the key")))
    person.sees(words("Fingerprint of the key"))
    person.go(f"{page}/sign")
    identity = {"authenticatorId": kept["authenticatorId"]}
    keys.send("WebAuthn.setUserVerified", {**identity, "isUserVerified": False})
    person.click(person.button(words("Confirm and sign")))
    failed = words("Nothing was signed. You can try again, or sign in another way.")
    expect(person.page.get_by_text(failed)).to_be_visible()
    keys.send("WebAuthn.setUserVerified", {**identity, "isUserVerified": True})
    person.go(f"{page}/sign")  # a button that was just pressed takes no second press for a moment
    person.press(person.button(words("Confirm and sign")))
    person.sees(words("Electronic confirmation (passkey)"))
    keys.detach()
    person.eye = eye
    person.go(page)
