"""Who speaks for each channel, by its name."""

from collections.abc import Mapping
from functools import partial

from tracker.channels import gateway
from tracker.channels.protocol import Channel, Name
from tracker.channels.push import sender
from tracker.settings import Settings


def of(settings: Settings) -> Mapping[Name, Channel]:
    """The channels that this installation has beside mail and inbox."""
    found: dict[Name, Channel] = {Name.PUSH: partial(sender.send, settings=settings)}
    if settings.webhook_url:
        found[Name.GATEWAY] = partial(gateway.send, settings=settings)
    return found
