"""A password with a second factor, for those who have neither a link at hand nor an account elsewhere. Pure.

No password is kept, and no hash of one. It locks (Argon2id) the secret from which an app on a phone makes six digits
every half minute (TOTP, RFC 6238). Only who has both the password and the phone gets in: the password alone unlocks the
secret, the secret alone tells which digits are right now, and a copy of the database has neither.
"""

import base64
import hmac
import secrets
from collections.abc import Collection
from datetime import UTC, datetime
from functools import cache

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from data.passwords import Lock
from surveys import ballots

DIGITS = 6
HALF_MINUTE = 30
"""Seconds for which digits are right. With SHA-1 these are what every app on a phone knows (RFC 6238)."""
SECRET = 20
"""Bytes, as RFC 4226 recommends."""
SHORTEST, FEWEST = 12, 5
"""Characters of a password, and how many different ones."""
LONGEST = 200
"""Characters of a password, at most: it is posted in a form of a few thousand bytes."""


def new_secret() -> bytes:
    """Make the secret of a second factor."""
    return secrets.token_bytes(SECRET)


def picture(secret: bytes, whose: str) -> str:
    """Draw what a phone photographs to know the secret, as SVG."""
    address = TOTP(secret, DIGITS, SHA1(), HALF_MINUTE).get_provisioning_uri(whose, "Rapport")  # noqa: S303  as RFC 6238
    return segno.make(address, error="m").svg_inline(scale=4, border=4, dark="#000", light="#fff", svgclass="slip")


def typed(secret: bytes) -> str:
    """Write the secret for whoever types it into their phone, in groups of four.

    >>> typed(bytes(20))
    'AAAA AAAA AAAA AAAA AAAA AAAA AAAA AAAA'
    """
    text = base64.b32encode(secret).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def half_minute(now: datetime) -> int:
    """Count the half minutes since 1970 (UTC)."""
    return int(now.replace(tzinfo=UTC).timestamp()) // HALF_MINUTE


def right(secret: bytes, digits: str, now: datetime) -> int | None:
    """Tell of which half minute these digits are: the running one, the last or the next; None: they are wrong.

    Digits of the last and the next one count because somebody types slowly, and the clock of their phone may differ.
    The secret and the moment of RFC 6238, appendix B, whose digits end in 287082:

    >>> right(b"12345678901234567890", "287 082", datetime(1970, 1, 1, 0, 0, 59))
    1
    """
    known = HOTP(secret, DIGITS, SHA1())  # noqa: S303  as RFC 6238
    said = "".join(digits.split()).encode()
    near = (half_minute(now) + step for step in (0, -1, 1))
    return next((step for step in near if step >= 0 and hmac.compare_digest(known.generate(step), said)), None)


def trouble(password: str, again: str, about: Collection[str] = ()) -> str:
    """Say why this cannot be a password; '' where it can. `about` is what everybody knows of its holder.

    >>> trouble("correct horse battery", "correct horse battery")
    ''
    """
    plain = password.strip()
    if not SHORTEST <= len(plain) <= LONGEST:
        return f"Please choose a password of {SHORTEST} to {LONGEST} characters. A few words are easy to remember."
    if len(set(plain)) < FEWEST:
        return "This password repeats few characters, and is guessed at once. Please choose another one."
    if any(word and word.casefold() in plain.casefold() for word in about):
        return "This password holds your name or address, which are guessed first. Please choose another one."
    if password != again:
        return "The two passwords differ. Please type the same one twice."
    return ""


def lock(secret: bytes, password: str) -> bytes:
    """Lock a secret under a password."""
    return ballots.lock(secret, password)


def unlock(found: Lock | None, password: str) -> bytes | None:
    """Give the secret that a password unlocks; None for a wrong one, and, after as long, for somebody without any."""
    try:
        secret = bytes(ballots.unlock(found.locked if found else _nobodys(), password[:LONGEST]))
    except ValueError:
        return None
    return secret if found else None


@cache
def _nobodys() -> bytes:
    return ballots.lock(new_secret(), secrets.token_hex())
