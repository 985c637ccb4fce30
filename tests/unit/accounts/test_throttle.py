"""How often one may try to sign in."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.accounts.sessions.throttle import Limit, key, origin, read_limit, wait

NOON = datetime(2021, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "limit"),
    [("20 per minute", Limit(20, 60)), ("5/hour", Limit(5, 3600)), (" 100 Per Days ", Limit(100, 86_400))],
)
def test_a_limit_is_read(text: str, limit: Limit) -> None:
    assert read_limit(text) == limit


@pytest.mark.parametrize("text", ["", "often", "0 per minute", "20", "20 per fortnight", "-1 per hour"])
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="per minute"):
        read_limit(text)


@pytest.mark.parametrize(
    ("tries", "after", "seconds"),
    [(1, 0, 0), (8, 0, 0), (9, 0, 900), (9, 600, 300), (50, 899, 1), (50, 900, 1)],
)
def test_the_wait_ends_with_the_window(tries: int, after: int, seconds: int) -> None:
    assert wait(Limit(8, 900), tries, NOON, NOON + timedelta(seconds=after)) == seconds


@given(st.integers(1, 100), st.integers(1, 86_400), st.integers(1, 1000), st.integers(0, 86_400))
def test_nobody_waits_longer_than_the_window(most: int, length: int, tries: int, after: int) -> None:
    limit = Limit(most, length)
    assert 0 <= wait(limit, tries, NOON, NOON + timedelta(seconds=min(after, length))) <= length


@pytest.mark.parametrize(
    ("address", "sender"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        (None, "unknown"),
        ("unix:", "unix:"),
    ],
)
def test_a_sender_is_told_by_its_network(address: str | None, sender: str) -> None:
    assert origin(address) == sender


def test_keys_tell_no_address_and_depend_on_the_secret() -> None:
    made = key("secret", "pair", "203.0.113.7", "a@example.vn")
    assert made != key("other", "pair", "203.0.113.7", "a@example.vn")
    assert made != key("secret", "pair", "203.0.113.7a", "@example.vn")
    assert "example" not in made
