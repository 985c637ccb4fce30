"""Mails of accounts: an invitation, a new password, and notices of what changed in how one signs in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tracker.core.languages import Text, _l, format_instant, in_language
from tracker.mail.composing import compose
from tracker.mail.service import Content
from tracker.settings import Site


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a mail is for."""

    name: str
    language: str


# What happened to an account, as its owner is told: whoever did not do it themselves learns of it.
NOTICES: Mapping[str, Text] = {
    "password_changed": _l("Your password was changed."),
    "app_added": _l("An authenticator app was added as your second factor."),
    "app_removed": _l("The authenticator app was removed from your account."),
    "passkey_added": _l("A passkey was added to your account."),
    "signing_key_made": _l("A key was made that signs documents in your name."),
    "passkey_removed": _l("A passkey was removed from your account."),
    "codes_made": _l("New recovery codes were made; the ones before are no longer good."),
    "code_used": _l("One of your recovery codes was used to sign in."),
    "factors_removed": _l("Two administrators removed your second factors, so that you can set up new ones."),
}


def invitation(to: Reader, site: Site, key: str, expires_at: datetime) -> Content:
    """The mail with which somebody is let in."""
    return _with_link("invitation", to, site, key, expires_at)


def new_password(to: Reader, site: Site, key: str, expires_at: datetime) -> Content:
    """The mail that answers somebody who forgot the password."""
    return _with_link("new_password", to, site, key, expires_at)


def notice(to: Reader, site: Site, what: str, at: datetime) -> Content:
    """The mail that says what changed; `what` is one of NOTICES."""
    with in_language(to.language):
        sentence, when = str(NOTICES[what]), format_instant(at)
    return compose(
        "account_notice", to.language, receiver=to.name, sentence=sentence, when=when, home=f"{site.base_url}/account"
    )


def office_notice(to: Reader, site: Site, sentence: str, at: datetime) -> Content:
    """The mail that says which office was given, corrected or ended, by a sentence in the reader's language."""
    with in_language(to.language):
        when = format_instant(at)
    return compose(
        "office_notice", to.language, receiver=to.name, sentence=sentence, when=when, home=f"{site.base_url}/account"
    )


def stop_notice(to: Reader, site: Site, sentence: str, at: datetime) -> Content:
    """The mail that says who disabled or enabled an administrator's account, by a sentence in the reader's language."""
    with in_language(to.language):
        when = format_instant(at)
    return compose("stop_notice", to.language, receiver=to.name, sentence=sentence, when=when, home=site.base_url)


def approval(to: Reader, site: Site, what: str, token: str, expires_at: datetime) -> Content:
    """The mail that asks an administrator to decide on what another one asked for."""
    with in_language(to.language):
        until = format_instant(expires_at)
    link = f"{site.base_url}/accounts/requests/{token}"
    return compose("approval", to.language, receiver=to.name, what=what, link=link, until=until)


def _with_link(name: str, to: Reader, site: Site, key: str, expires_at: datetime) -> Content:
    with in_language(to.language):
        until = format_instant(expires_at)
    link = f"{site.base_url}/choose-password/{key}"
    return compose(name, to.language, receiver=to.name, link=link, until=until, address=site.base_url)
