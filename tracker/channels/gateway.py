"""The province's gateway for short messages, called by a signed webhook (Standard Webhooks): its operator's program
turns what it gets into an SMS or a message, and answers 2xx."""

import base64
import hashlib
import hmac
import json
from datetime import datetime

from tracker.channels import posting
from tracker.channels.protocol import Answer, Call
from tracker.core import clock
from tracker.settings import Settings, webhook_keys


def send(call: Call, settings: Settings) -> Answer:
    """Hand one word over. Tried again it carries the same id: whoever got it before needs nothing."""
    content = body(call, settings.site.base_url)
    return posting.post(settings.webhook_url, headers(call, content, clock.now(), webhook_keys(settings)), content)


def body(call: Call, base_url: str) -> bytes:
    """What is said: to which number, in which language, how many things wait, and where."""
    told = {
        "type": "reminder.waiting",
        "timestamp": call.created_at.isoformat(),
        "data": {
            "to": call.phone,
            "person": call.person,
            "language": call.language,
            "count": call.count,
            "text": call.text,
            "url": f"{base_url}/inbox",
        },
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def headers(call: Call, content: bytes, at: datetime, keys: tuple[bytes, ...]) -> dict[str, str]:
    """The id, the instant of this try, and a signature over both and the body by each key that is set: two while one
    takes the other's place."""
    instant = str(int(at.timestamp()))
    signed = b".".join((call.token.encode(), instant.encode(), content))
    return {
        "Content-Type": "application/json; charset=utf-8",
        "webhook-id": call.token,
        "webhook-timestamp": instant,
        "webhook-signature": " ".join(f"v1,{signature(key, signed)}" for key in keys),
    }


def signature(key: bytes, signed: bytes) -> str:
    """HMAC-SHA256, in base64.

    >>> key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")  # the example of the specification
    >>> signature(key, b'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}')
    'g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
