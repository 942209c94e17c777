"""Patience with those who guess codes or press a button without end; nobody behind a shared address is locked out.

Only codes that do not exist count against an address, so that a whole company behind one address can answer at once.
An address is kept for the running minute only, and only as a hash under a key that is thrown away with the minute.
Headers in which a proxy names somebody's address are not read: anybody can send them. Behind a proxy all wrong codes
therefore count together, which slows down those who guess and nobody who has a code that works.
"""

import hmac
import secrets
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from ipaddress import IPv6Address, IPv6Network, ip_address
from threading import Lock
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

WRONG_CODES = 30
"""Codes that do not exist, an address and minute."""
WRONG_PASSWORDS = 5
"""Of one name and minute, whether anybody is called so or not."""
POSTS = 20
"""Sets of answers, a link and minute."""
WAITING = 50
"""Short codes, of 10 ms each, that wait to be worked on."""

Result = TypeVar("Result")


class Limits:
    """Counts of the running minute. Safe to use from any thread."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Count by the minutes of `clock`."""
        self._one_at_a_time = CapacityLimiter(1)
        self._clock = clock
        self._lock = Lock()
        self._minute = ""
        self._key = b""
        self._counts: Counter[bytes] = Counter()

    def too_many_wrong_codes(self, address: str) -> bool:
        """Count a code that does not exist; true from the 31st of this address in this minute."""
        return self._count(b"address" + network(address).encode()) > WRONG_CODES

    def had_too_many_wrong_codes(self, address: str) -> bool:
        """Whether this address sent 30 codes that do not exist in this minute; counts nothing."""
        with self._lock:
            here = self._minute == self._clock().isoformat(timespec="minutes")
            name = hmac.digest(self._key, b"address" + network(address).encode(), "sha256")
            return here and self._counts[name] >= WRONG_CODES

    def too_many_passwords(self, name: str) -> bool:
        """Count a password that was tried for this name; true from the 6th in this minute."""
        return self._count(b"name" + name.casefold().encode()) > WRONG_PASSWORDS

    def too_many_posts(self, link: bytes) -> bool:
        """Count a set of answers; true from the 21st of this link in this minute. `link` is the hash of its secret."""
        return self._count(b"link" + link) > POSTS

    async def one_at_a_time(self, work: Callable[[], Result]) -> Result | None:
        """Do what takes a processor's time in a thread, after whatever waits already; None where too many wait."""
        if self._one_at_a_time.statistics().tasks_waiting >= WAITING:
            return None
        return await to_thread.run_sync(work, limiter=self._one_at_a_time)

    def _count(self, what: bytes) -> int:
        with self._lock:
            minute = self._clock().isoformat(timespec="minutes")
            if minute != self._minute:
                self._minute, self._key, self._counts = minute, secrets.token_bytes(32), Counter()
            name = hmac.digest(self._key, what, "sha256")
            self._counts[name] += 1
            return self._counts[name]


def network(address: str) -> str:
    """Give what one household or office has of the internet: an IPv4 address, or the /64 that an IPv6 address is in.

    >>> network("2001:db8:1:2:3:4:5:6"), network("::ffff:192.0.2.7"), network("192.0.2.7")
    ('2001:db8:1:2::/64', '192.0.2.7', '192.0.2.7')
    """
    try:
        read = ip_address(address)
    except ValueError:
        return address  # a socket of another kind, or none
    if not isinstance(read, IPv6Address):
        return address
    return str(read.ipv4_mapped or IPv6Network((read, 64), strict=False))
