"""Signing in, on a phone and a desk: invited by mail, an authenticator app, a passkey, recovery codes, devices.

The browser's own virtual authenticator makes and keeps passkeys.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email import policy
from email.parser import BytesParser

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.pages import OFFICES, Person, Screen
from tests.browser.product import Product
from tests.support.factors import code_of
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.core import clock

NEW = "một câu dễ nhớ"
LINK = re.compile(r"http://localhost:\d+(/choose-password/[\w-]+)")
PHONE, DESK = Screen(width=390, widths=(320,)), Screen(widths=(720,))
Enter = Callable[[Screen], Person]


@pytest.fixture
def enter(browser: Browser, product: Product) -> Iterator[Enter]:
    """Somebody with a device of their own, not signed in; at the end, nothing was wrong with what they saw."""
    people: list[Person] = []

    def come(screen: Screen) -> Person:
        people.append(Person(browser, product.address, screen))
        return people[-1]

    yield come
    wrong = {page: found for person in people for page, found in person.leave().items()}
    assert not wrong, "\n".join(f"{page}\n  " + "\n  ".join(found) for page, found in wrong.items())


def mailed(product: Product, address: str) -> str:
    """The path of the link in the newest mail to an address, once the job has sent it."""
    done = product.job("deliver")
    assert done.exit_code == 0, done.output
    for path in sorted((product.instance / "mail").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)[::-1]:
        mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        body = mail.get_body(("plain",))
        found = LINK.search(body.get_content()) if body and address in str(mail["To"]) else None
        if found:
            return found.group(1)
    raise AssertionError(f"no link was sent to {address}")


def email_of(person: Person, office: str) -> str:
    """The mail address of an office of the demo, as its sign-in page shows it."""
    person.go("/sign-in")
    offer = person.page.locator(".t-offers li").filter(has_text=person.words(OFFICES[office])).first
    found = re.search(r"[\w.+-]+@[\w.-]+", offer.inner_text())
    assert found
    return found.group()


def by_password(person: Person, email: str, password: str = DEMO_PASSWORD) -> None:
    person.go("/sign-in")
    person.field("Mail address").fill(email)
    person.field("Password").fill(password)
    person.press(person.button(person.words("Sign in")))


def add_app(person: Person) -> str:
    """Set up an authenticator app from one's own account; its key."""
    person.go("/account")
    person.press(person.link(person.words("See or change your second factor")))
    person.press(person.link(person.words("Set up an app")))
    expect(person.page.locator("img.t-qr")).to_be_visible()
    key = person.page.get_by_role("main").locator("code").inner_text()
    person.field("Code that the app shows").fill(code_of(key, clock.now()))
    person.press(person.button(person.words("Add the app")))
    return key


def test_an_officer_sets_up_an_app_and_signs_in_with_a_recovery_code(enter: Enter) -> None:
    officer = enter(PHONE)
    words, email = officer.words, email_of(officer, "officer")
    officer.sign_in("officer")
    add_app(officer)
    codes = officer.page.locator(".t-codes code").all_inner_texts()
    assert len(codes) == 10
    officer.press(officer.link(words("I have kept them, go on")))
    officer.sign_out()

    by_password(officer, email)
    officer.sees(words("Your password is right. One more step shows that it is you."))
    officer.field("Code").fill("000000")
    officer.press(officer.button(words("Go on")))
    officer.sees(words("This code is not right, or was used already"))
    officer.field("Code").fill(codes[0].lower())
    officer.press(officer.button(words("Go on")))
    officer.go("/account")
    officer.sees(words("Authenticator app"))
    officer.sees(words("this device"))
    for page in ("passkeys", "codes", "app", "app/remove", ""):
        officer.go(f"/account/second-factor/{page}".rstrip("/"))


def test_a_head_signs_in_with_a_passkey_alone(enter: Enter) -> None:
    head = enter(DESK)
    head.eye = None  # its sessions with the debugger would end that of the authenticator
    words, email = head.words, email_of(head, "head")
    keys = head.device.new_cdp_session(head.page)
    keys.send("WebAuthn.enable")
    held = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    kept = keys.send("WebAuthn.addVirtualAuthenticator", {"options": {**held, "isUserVerified": True}})
    head.sign_in("head")
    head.go("/account/second-factor")
    head.press(head.link(words("Add a passkey")))
    head.field("Name of this passkey").fill("Máy tính ở cơ quan")
    head.press(head.button(words("Add the passkey")))
    head.sees(words("Your recovery codes"))
    head.press(head.page.get_by_role("main").get_by_role("link", name=words("Your second factor")))
    head.sees("Máy tính ở cơ quan")
    head.sign_out()

    head.press(head.button(words("Sign in with a passkey")))
    expect(head.page).to_have_url(re.compile("/$"))
    head.sign_out()

    by_password(head, email)
    head.press(head.button(words("Use a passkey")))
    head.go("/account")
    head.sees(words("%(num)s passkey", num=1))
    head.sign_out()

    # Somebody whom the device does not know: nothing is sent, and the page says so.
    identity = {"authenticatorId": kept["authenticatorId"]}
    keys.send("WebAuthn.setUserVerified", {**identity, "isUserVerified": False})
    head.click(head.button(words("Sign in with a passkey")))
    expect(
        head.page.get_by_text(words("No passkey was used. You can try again, or sign in another way."))
    ).to_be_visible()


def test_somebody_is_invited_and_forgets_the_password(enter: Enter, product: Product) -> None:
    administrator, invited = enter(DESK), enter(PHONE)
    words, email = administrator.words, "van-thu@example.vn"
    administrator.sign_in("administrator")
    administrator.press(administrator.menu(words("Accounts")))
    administrator.press(administrator.link(words("Invite somebody")))
    administrator.field("Name").fill("Văn thư Sở Xây dựng")
    administrator.field("Mail address").fill(email)
    administrator.press(administrator.button(words("Send the invitation")))
    administrator.sees(words("The invitation is on its way."))

    invited.go(mailed(product, email))
    invited.field("New password").fill(NEW)
    invited.field("The new password again").fill(NEW)
    invited.press(invited.button(words("Set the password")))
    by_password(invited, email, NEW)
    invited.go("/account")
    invited.sees("Văn thư Sở Xây dựng")
    invited.sign_out()

    invited.press(invited.link(words("Forgotten your password?")))
    invited.field("Mail address").fill(email)
    invited.press(invited.button(words("Send me a link")))
    invited.sees(words("Look into your mailbox"))
    path = mailed(product, email)
    invited.go(path)
    for label in ("New password", "The new password again"):
        invited.field(label).fill(NEW + " khác")
    invited.press(invited.button(words("Set the password")))
    invited.go(path)
    invited.sees(words("It was used already, was replaced by a newer one, or its time is over."))

    administrator.press(administrator.link(words("Disable the account")))
    administrator.press(administrator.button(words("Disable the account")))
    administrator.sees(words("The account is disabled, and signed out everywhere."))
    by_password(invited, email, NEW + " khác")
    invited.sees(words("The mail address or the password is wrong"))


def test_without_scripts_an_app_is_set_up_all_the_same(enter: Enter) -> None:
    monitor = enter(Screen(scripts=False))
    words = monitor.words
    monitor.sign_in("monitor")
    monitor.go("/account/second-factor/passkeys")
    expect(monitor.page.locator("noscript .t-flash")).to_be_visible()  # Playwright reads no text in there
    add_app(monitor)
    monitor.sees(words("Your recovery codes"))
    monitor.sign_out()
    expect(monitor.button(words("Sign in with a passkey"))).to_be_hidden()
