"""What the server writes for whoever runs it: a line for each thing that happened, as text or JSON, and nobody in it.

Lines are about the server: that it began, that a command was carried out, that something failed. At no level do they
hold a visit, an address, a name, a code or an answer; of a failure they say the kind and where in the program it was
(`serving.without_values`). Libraries write warnings and worse, whatever is asked of Rapport itself.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

OURS = ("analytics", "dashboard", "data", "surveys")


@contextmanager
def kept(level: str, form: str) -> Iterator[None]:
    """Write what happens from now on to the standard error: from this level on, as 'text' or as 'json'."""
    root = logging.getLogger()
    handler = logging.StreamHandler()
    handler.setFormatter(Json() if form == "json" else Text())
    root.addHandler(handler)
    ours = [logging.getLogger(name) for name in OURS]
    for log in ours:
        log.setLevel(level.upper())
    try:
        yield
    finally:
        for log in ours:
            log.setLevel(logging.NOTSET)
        root.removeHandler(handler)


class Text(logging.Formatter):
    """A line that begins with the time in UTC.

    >>> line = logging.makeLogRecord({"created": 0.0, "levelname": "INFO", "name": "data.store", "msg": "Open."})
    >>> Text().format(line)
    '1970-01-01T00:00:00Z info Open.'
    """

    def format(self, record: logging.LogRecord) -> str:
        """Lay one line out."""
        return " ".join(str(value) for name, value in _said(record).items() if name != "logger")


class Json(logging.Formatter):
    """The same as an object: time, level, logger, message and, where something failed, failure.

    >>> line = logging.makeLogRecord({"created": 0.0, "levelname": "INFO", "name": "data.store", "msg": "Open."})
    >>> Json().format(line)
    '{"time": "1970-01-01T00:00:00Z", "level": "info", "logger": "data.store", "message": "Open."}'
    """

    def format(self, record: logging.LogRecord) -> str:
        """Lay one line out."""
        return json.dumps(_said(record), ensure_ascii=False)


def _said(record: logging.LogRecord) -> dict[str, str]:
    said = {
        "time": datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": " ".join(record.getMessage().split()),
    }
    return said | ({"failure": record.exc_text} if record.exc_text else {})
