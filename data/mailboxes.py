"""Messages as mail programs save them: an mbox, one message, or a folder of messages. Each as it stands, one by one."""

import mailbox
import re
from collections.abc import Iterator
from pathlib import Path

from data.records import Problem

LARGEST = 10_000_000
"""Bytes of a message that are read; what follows them is left out."""
MOST = 10_000
"""Messages that are read."""
SAVED = ".eml"

_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:")
"""How a message begins."""


def messages(path: Path) -> Iterator[bytes]:
    """Read the messages of a file or a folder, one after the other.

    `Problem` where there is none, where they are more than `MOST`, and for what cannot be read or is no message.
    """
    count = 0
    try:
        for count, message in enumerate(_each(path), start=1):
            if count > MOST:
                raise Problem(f"{path} holds more than {MOST} messages; expected fewer, such as those of a week.")
            yield message
    except OSError as error:
        raise Problem(f"{error.filename or path} cannot be read: {error.strerror}.") from error
    if not count:
        raise Problem(f"{path} holds no message; expected messages saved as {SAVED}.")


def _each(path: Path) -> Iterator[bytes]:
    if path.is_dir():
        for file in sorted(path.iterdir()):
            if file.suffix.lower() == SAVED:
                yield _saved(file)
    elif _beginning(path, 5) == b"From ":
        yield from _in_mbox(path)
    else:
        yield _saved(path)


def _saved(file: Path) -> bytes:
    message = _beginning(file, LARGEST)
    if not _HEADER.match(message):
        raise Problem(f"{file} is no message; expected an mbox, a message saved as {SAVED}, or a folder of such.")
    return message


def _in_mbox(path: Path) -> Iterator[bytes]:
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            yield box.get_file(key).read(LARGEST)
    finally:
        box.close()


def _beginning(file: Path, most: int) -> bytes:
    with file.open("rb") as opened:
        return opened.read(most)
