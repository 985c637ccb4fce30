"""The page of which authorities are trusted in signatures that were made outside, and how fresh their lists are."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from flask import current_app, render_template

from tracker.audit.chain import grouped
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.extensions import settings_of
from tracker.core.languages import format_day, format_instant
from tracker.signing.blueprint import blueprint
from tracker.signing.outside import certificates
from tracker.signing.outside.trusted import addresses, trusted

Found = TypeVar("Found")


@blueprint.get("/trust")
@action(Action.SEE_AUDIT)
def trust() -> str:
    """What stands in the folder, as it is read for a signature."""
    settings, now = settings_of(current_app), clock.now()
    stands = trusted(settings.instance)
    unread: list[str] = []
    found = [one for many in _read(stands.certificates, certificates.certificates_in, unread) for one in many]
    lists = list(_read(stands.lists, certificates.list_in, unread))
    return render_template(
        "signing/trust.html",
        authorities=[_authority(one) for one in found],
        lists=[
            {
                "issuer": certificates.name_of(one.issuer),
                "made": format_instant(one.last_update_utc),
                "until": one.next_update_utc and format_instant(one.next_update_utc),
                "fresh": certificates.is_fresh(one, now),
                "revoked": len(one),
            }
            for one in lists
        ],
        addresses=addresses(settings.instance),
        unread=unread,
    )


def _authority(one: Any) -> dict[str, Any]:
    told = certificates.described(one)
    return {
        "name": certificates.name_of(one.subject),
        "issuer": None if certificates.is_anchor(one) else told["issuer"],
        "until": format_day(clock.day_of(one.not_valid_after_utc)),
        "sha256": grouped(told["sha256"]),
    }


def _read(paths: Sequence[Path], read: Callable[[bytes], Found], unread: list[str]) -> Iterator[Found]:
    """What each file holds; the names of those that hold something else are noted."""
    for path in paths:
        try:
            yield read(path.read_bytes())
        except (OSError, ValueError):
            unread.append(path.name)
