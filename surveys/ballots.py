"""Link secrets, the hashes a database may hold of them, and boxes that only the wave's key opens. Pure.

One secret lives in each link. What the database keeps are hashes of it under different words, so that none of them can
be turned into another: `nullifier` names the ballot, `reader` opens the results page after the close, `link_hash` finds
the member of a network link. Boxes are sealed with HPKE (RFC 9180: X25519, HKDF-SHA256, ChaCha20-Poly1305) to a
public key, after padding to one size, so that neither length nor content of an answer can be read from the database.
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
import unicodedata
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ANSWERS_SIZE = 4096
"""Bytes that every sealed set of answers is padded to."""
GROUP_SIZE = 256
"""Bytes that every sealed group id is padded to."""
NOTE_SIZE = 256
"""Bytes that every group note is padded to."""

_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
_BOX_USE = b"rapport box 1"  # the use is part of the seal: bytes sealed for anything else do not open as a box
_NOTE_USE = b"rapport group note 1"
_INVITATION_USE = b"rapport introduction 1"
_LENGTH = 2  # bytes of the length prefix
_SALT = 16
_NONCE = 12
_SECRET = 16
_CODE = 26  # 128 bits at 5 bits a letter
_DRAWN, _CHECKED = 10, 2  # letters of a short code: 50 bits of a secret, and 10 bits by which it is known to be one
_SHORT = _DRAWN + _CHECKED
_SHORT_USE = b"rapport short code 1"
_SHORT_MEMORY = 8 * 1024  # KiB of Argon2id: about 10 ms a code here

_RFC4648 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: they are misread, or spell things
_TO_CROCKFORD = str.maketrans(_RFC4648, _CROCKFORD)
_FROM_CROCKFORD = str.maketrans({**dict(zip(_CROCKFORD, _RFC4648, strict=True)), "O": "A", "I": "B", "L": "B"})
_LETTERS = frozenset(_CROCKFORD + "OIL")
_LONGEST_CODE = 200  # whatever is longer is not a code, and not worth cleaning
_IGNORED = re.compile(r"[\s\u00ad\u200b\u2010-\u2015\u2212_-]")  # spaces, and the dashes that a word processor makes


class Secret(bytes):
    """Bytes that do not show themselves in a log line, a traceback or a debugger's list.

    >>> Secret(b"anything")
    Secret(8 bytes)
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Secret({len(self)} bytes)"

    __str__ = __repr__


def new_key() -> Secret:
    """A fresh key for a wave's links: 32 random bytes."""
    return Secret(secrets.token_bytes(32))


def secret(key: bytes, member_id: str) -> Secret:
    """The secret in one member's link: the first 16 bytes of HMAC-SHA256(key, member id).

    Links can be made again as long as the key exists, and nobody can make them once it is destroyed: nothing that
    leads from a member to a ballot is ever stored. Pulse and network links have keys of their own.
    """
    return Secret(hmac.digest(key, member_id.encode(), "sha256")[:_SECRET])


def invitation(key: bytes, member_id: str, other_id: str) -> Secret:
    """The secret in the link with which a member is asked whether they would like to meet another.

    Made from the key of the wave's network links, and no other link's secret: whoever holds one opens one introduction.
    """
    pair = json.dumps([member_id, other_id])
    return secret(HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_INVITATION_USE).derive(key), pair)


def code(secret: bytes) -> str:
    """The secret as people read and type it: 26 letters and digits of Crockford's base32, in groups of five.

    >>> code(bytes(16))
    '00000-00000-00000-00000-00000-0'
    """
    letters = base64.b32encode(secret).decode().rstrip("=").translate(_TO_CROCKFORD)
    return "-".join(letters[start : start + 5] for start in range(0, len(letters), 5))


def new_salt() -> bytes:
    """What the short codes of a wave are made and stretched with: 16 random bytes."""
    return secrets.token_bytes(_SALT)


def short_code(key: bytes, salt: bytes, member_id: str) -> str:
    """A code that is typed sooner, in three groups of four: 50 bits of the secret of an ordinary link, 10 to check it.

    >>> short_code(bytes(32), bytes(16), "ana")
    'N988-H2VA-QKA5'
    """
    drawn = code(secret(key, member_id)).replace("-", "")[:_DRAWN]
    letters = drawn + _check_letters(drawn, salt)
    return "-".join(letters[start : start + 4] for start in range(0, _SHORT, 4))


def is_short(code: str) -> bool:
    """Whether a typed code could be a short one of some wave.

    >>> is_short("vvzr jft0 w97c"), is_short("vvzr")
    (True, False)
    """
    return len(code) <= _LONGEST_CODE and len(letters := _letters(code)) == _SHORT and _LETTERS.issuperset(letters)


def checks(short: str, salt: bytes) -> bool:
    """Whether a short code can be one of the wave with this salt: of those typed at random, one in 1,024.

    >>> checks("n988 h2va qka5", bytes(16)), checks("n988 h2va qka6", bytes(16))
    (True, False)
    """
    letters = _plain(short)
    return hmac.compare_digest(letters[_DRAWN:], _check_letters(letters[:_DRAWN], salt))


def stretched(short: str, salt: bytes) -> Secret:
    """The secret behind a short code, by Argon2id: 50 bits alone could be guessed by whoever has the hashes of a file.

    It takes 10 ms and 8 MiB, so that a guess is dear. Written in whatever way `secret_from` reads.
    """
    kdf = Argon2id(salt=salt, length=_SECRET, iterations=1, lanes=1, memory_cost=_SHORT_MEMORY)
    return Secret(kdf.derive(_plain(short).encode()))


def secret_from(code: str) -> Secret | None:
    """The secret behind a typed code that is not a short one, or None where it cannot be one.

    Case, spaces and dashes do not matter; O is read as 0, I and L as 1, as Crockford's alphabet asks.

    >>> secret_from("ooooo ooooo-ooooo ooooo ooooo o") == bytes(16)
    True
    """
    if len(code) > _LONGEST_CODE:
        return None
    letters = _letters(code)
    if len(letters) != _CODE or not _LETTERS.issuperset(letters):
        return None
    found = base64.b32decode(letters.translate(_FROM_CROCKFORD) + "======")
    # 26 letters carry two bits more than a secret; only the code that `code` makes is one, so a link has one spelling.
    return Secret(found) if base64.b32encode(found).startswith(letters.translate(_FROM_CROCKFORD).encode()) else None


def _letters(code: str) -> str:
    return _IGNORED.sub("", code).upper()


def _plain(short: str) -> str:
    return _letters(short).translate(_FROM_CROCKFORD).translate(_TO_CROCKFORD)


def _check_letters(drawn: str, salt: bytes) -> str:
    mark = hmac.digest(salt, _SHORT_USE + drawn.encode(), "sha256")
    return base64.b32encode(mark).decode()[:_CHECKED].translate(_TO_CROCKFORD)


def nullifier(secret: bytes) -> bytes:
    """Names the ballot of a pulse link without giving the link away."""
    return hashlib.sha256(b"ballot" + secret).digest()


def reader(secret: bytes) -> bytes:
    """Recognizes a pulse link after the close; not to be matched with its `nullifier` by anyone without the link."""
    return hashlib.sha256(b"reader" + secret).digest()


def link_hash(secret: bytes) -> bytes:
    """Finds the member of a network link without holding the link."""
    return hashlib.sha256(secret).digest()


def new_box_key() -> tuple[Secret, bytes]:
    """A fresh pair for one wave: the private half opens boxes, the public half seals them. 32 bytes each."""
    private = X25519PrivateKey.generate()
    return Secret(private.private_bytes_raw()), private.public_key().public_bytes_raw()


def seal(public: bytes, plain: bytes, size: int = ANSWERS_SIZE) -> bytes:
    """The plain bytes in a box of constant size (`size` + 48 bytes). ValueError when they do not fit."""
    return _SUITE.encrypt(_padded(plain, size), X25519PublicKey.from_public_bytes(public), info=_BOX_USE)


def opener(private: bytes) -> Callable[[bytes], bytes]:
    """What opens one box after the other: reading the key takes half as long as opening a box.

    It raises ValueError for what was sealed to another key, or is not a box at all.
    """
    key = X25519PrivateKey.from_private_bytes(private)

    def unseal(sealed: bytes) -> bytes:
        try:
            return _unpadded(_SUITE.decrypt(sealed, key, info=_BOX_USE))
        except InvalidTag:
            raise ValueError("This box does not open with this key.") from None

    return unseal


def unseal(private: bytes, sealed: bytes) -> bytes:
    """What is in one box. ValueError as from `opener`."""
    return opener(private)(sealed)


def opens(private: bytes, public: bytes) -> bool:
    """Whether a box sealed to `public` opens with `private`: tried on a test box."""
    try:
        return unseal(private, seal(public, b"proof", size=_LENGTH + 5)) == b"proof"
    except ValueError:
        return False


def group_note(secret: bytes, path: str) -> bytes:
    """'Your answers count in …', readable with the link only; of constant size, whatever the team is called.

    A path that does not fit keeps its end, which is the part that names the team.
    """
    key = _note_key(secret)
    nonce = secrets.token_bytes(_NONCE)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, _padded(_shortened(path), NOTE_SIZE), None)


def read_note(secret: bytes, note: bytes) -> str:
    """The path in a group note. ValueError when the note belongs to another link."""
    try:
        padded = ChaCha20Poly1305(_note_key(secret)).decrypt(note[:_NONCE], note[_NONCE:], None)
    except InvalidTag:
        raise ValueError("This note does not belong to this link.") from None
    return _unpadded(padded).decode()


def lock(private: bytes, passphrase: str) -> bytes:
    """The private box key as a trustee keeps it on disk: encrypted under a passphrase.

    Argon2id with 64 MiB, three passes and four lanes (RFC 9106, second recommendation), then ChaCha20-Poly1305.
    Unicode forms and blanks around the passphrase do not matter, so that a text file with a final newline serves.
    """
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    return salt + nonce + ChaCha20Poly1305(_passphrase_key(passphrase, salt)).encrypt(nonce, private, None)


def unlock(locked: bytes, passphrase: str) -> Secret:
    """The private box key back from `lock`. ValueError when the passphrase is another one."""
    salt, nonce, sealed = locked[:_SALT], locked[_SALT : _SALT + _NONCE], locked[_SALT + _NONCE :]
    try:
        return Secret(ChaCha20Poly1305(_passphrase_key(passphrase, salt)).decrypt(nonce, sealed, None))
    except InvalidTag:
        raise ValueError("The passphrase does not open this key.") from None


def _padded(plain: bytes, size: int) -> bytes:
    room = size - _LENGTH
    if len(plain) > room:
        raise ValueError(f"{len(plain)} bytes do not fit into a box that holds {room}.")
    return (len(plain).to_bytes(_LENGTH) + plain).ljust(size, b"\0")


def _unpadded(padded: bytes) -> bytes:
    return padded[_LENGTH : _LENGTH + int.from_bytes(padded[:_LENGTH])]


def _shortened(path: str) -> bytes:
    encoded = path.encode()
    room = NOTE_SIZE - _LENGTH
    if len(encoded) <= room:
        return encoded
    mark = "… ".encode()
    return mark + encoded[len(encoded) - room + len(mark) :].decode(errors="ignore").encode()


def _note_key(secret: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_NOTE_USE).derive(secret)


def _passphrase_key(passphrase: str, salt: bytes) -> bytes:
    words = unicodedata.normalize("NFKC", passphrase).strip().encode()
    return Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=64 * 1024).derive(words)
