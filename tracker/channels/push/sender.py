"""Telling a browser, by its push service: a count and nothing of what waits, since locked phones show it to anybody."""

import json

from tracker.channels import posting
from tracker.channels.protocol import Answer, Call, Fault
from tracker.channels.push import encryption, keys
from tracker.core import clock
from tracker.settings import Settings

KEPT_SECONDS = 12 * 3600  # by the push service, for a browser that is away: then the day is over
TOPIC = "waiting"  # of two that the browser has not got yet the later one is kept


def send(call: Call, settings: Settings) -> Answer:
    """One push."""
    key, browser = keys.own(settings), call.browser
    if key is None or browser is None:
        return Answer("NoKey", Fault.LATER)
    said = json.dumps({"text": call.text, "id": call.token, "url": "/inbox"}, ensure_ascii=False).encode()
    site = settings.base_url
    contact = site if site.startswith("https:") else f"mailto:{settings.mail_from}"
    head = {
        "Authorization": keys.authorization(key, browser.endpoint, contact, clock.now()),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEPT_SECONDS),
        "Topic": TOPIC,
        "Urgency": "normal",
    }
    return posting.post(browser.endpoint, head, encryption.encrypt(said, browser.public_key, browser.secret))
