"""Every setting that there is: one line each, in one table.

What a run reads, what `rapport config check` looks for and what the README lists all follow this table, so a new
setting is a new line. How settings hang together, such as the user of a mail server and a password, is said in
`dashboard.settings`.
"""

import re
import stat
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from data.nearest import did_you_mean
from data.records import Problem

SHORTEST_KEY = 20
"""Characters. DuckDB makes a guess cheap: the key must be too long to be guessed at all."""
SMTP_PORTS = {"smtp": 587, "smtps": 465}
HIGHEST_PORT = 65_535
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class Said:
    """What was said of a setting, before anybody looks whether it can be so."""

    text: str
    at: str
    """What to call it in a sentence: 'RAPPORT_URL', or 'serve.url in rapport.toml'."""
    source: Literal["option", "environment", "file", "default"] = "option"
    folder: Path = Path()
    """Where a relative path begins."""


Reader = Callable[[Said], Any]
"""Gives what holds, which may be printed as it is; a `Problem` where what was said cannot be."""


@dataclass(frozen=True)
class Secret:
    """A secret that does not show itself, and the file in which it was, if it was in one.

    >>> str(Secret("one line that nobody guesses"))
    'set'
    """

    text: str = field(repr=False)
    file: Path | None = None

    def __str__(self) -> str:
        return str(self.file or "set")


@dataclass(frozen=True)
class Setting:
    """One thing that can be set.

    >>> SETTINGS["serve.port"].variable, SETTINGS["serve.port"].usual
    ('RAPPORT_SERVE_PORT', '`8501`')
    """

    name: str
    """In rapport.toml, 'serve.port': the table and the key in it."""
    variable: str
    """In the environment."""
    means: str
    read: Reader
    default: str = ""
    """What holds where nobody says anything, written as somebody would; a path begins in the data folder."""
    otherwise: str = ""
    """The same in words, where words say it better."""
    secret: bool = False
    """Never stands in rapport.toml, and is never printed. The setting `<name>_file` names a file that holds it."""

    @property
    def usual(self) -> str:
        """What the README's table says of the default."""
        return self.otherwise or (f"`{self.default}`" if self.default else "")

    @property
    def in_file(self) -> bool:
        """Whether it may stand in rapport.toml."""
        return bool(self.name) and not self.secret

    @property
    def guards(self) -> bool:
        """Whether it is a secret or names the file of one: left empty it is lost, and not left out."""
        return self.secret or self.name.removesuffix("_file") in SECRETS


# --------------------------------------------------------------------------------------------------- how each is read


def path(said: Said) -> Path:
    """Read a path that need not exist."""
    return (said.folder / Path(said.text).expanduser()).resolve()


def line(said: Said) -> str:
    """Read a text on one line."""
    if not said.text.isprintable():
        raise Problem(f"{said.at} is {said.text!r}; expected one line of text.")
    return said.text


def port(said: Said) -> int:
    """Read the number of a port."""
    if not re.fullmatch(r"[0-9]{1,5}", said.text) or int(said.text) > HIGHEST_PORT:
        raise Problem(f"{said.at} is '{_shown(said)}'; expected a number from 0 to {HIGHEST_PORT}, where 0 is any.")
    return int(said.text)


def address(said: Said) -> str:
    """Read what links begin with, and leave a slash at the end away."""
    try:
        parts = urlsplit(said.text)
    except ValueError:  # brackets that do not close
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise Problem(
            f"{said.at} is '{_shown(said)}'; expected an address without a path, such as https://rapport.example.org."
        )
    return f"{parts.scheme}://{parts.netloc}"


def one_of(*known: str) -> Reader:
    """Read one of a few words; capitals do not count."""

    def read(said: Said) -> str:
        word = said.text.lower()
        if word not in known:
            shown = _shown(said).lower()
            raise Problem(f"{said.at} is '{shown}'; expected one of {', '.join(known)}.{did_you_mean(word, known)}")
        return word

    return read


def mail_server(said: Said) -> str:
    """Read the address of a mail server. What may be a password is not repeated."""
    shown = re.sub(r"(//[^:]*):.*@", r"\1:…@", _shown(said))
    try:
        server = urlsplit(said.text)
        port, known = server.port, server.scheme in SMTP_PORTS
    except ValueError:  # no number, or too large a one
        raise Problem(f"{said.at} is '{shown}'; expected smtp://user@host:587 or smtps://user@host:465.") from None
    if not known or not server.hostname or port == 0 or server.path.strip("/") or server.query or server.fragment:
        raise Problem(f"{said.at} is '{shown}'; expected smtp://user@host:587 or smtps://user@host:465.")
    if server.password is not None:
        password = SETTINGS["mail.password_file"]
        where = password.name if said.source == "file" else password.variable
        raise Problem(f"{said.at} is '{shown}', with a password in it; expected the password in {where}.")
    return said.text


def sender(said: Said) -> str:
    """Read from whom letters come: a name, which may be left out, and an address."""
    _, found = parseaddr(said.text)
    text = said.text
    if not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", found) or not text.isprintable() or not found.isascii():
        raise Problem(f"{said.at} is '{_shown(said)}'; expected a sender such as 'People team <people@example.org>'.")
    return text


def provider(said: Said) -> str:
    """Read the address of an OpenID provider, and leave a slash at the end away."""
    try:
        parts = urlsplit(said.text)
    except ValueError:  # brackets that do not close
        parts = urlsplit("")
    trusted = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not trusted or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise Problem(
            f"{said.at} is '{_shown(said)}'; expected the provider's address, such as https://login.example.org."
        )
    return said.text.rstrip("/")


class Claim(tuple[str, str]):
    """A claim and a value of it, as 'groups=rapport-admins'."""

    __slots__ = ()

    def __str__(self) -> str:
        return "=".join(self)


def claim(said: Said) -> Claim:
    """Read a claim and a value of it."""
    name, _, value = said.text.partition("=")
    if not name or not value:
        raise Problem(f"{said.at} is '{_shown(said)}'; expected a claim and its value, such as groups=rapport-admins.")
    return Claim((name, value))


def key(said: Said) -> Secret:
    """Read the key of a database. The `Problem` does not hold it."""
    if len(said.text) < SHORTEST_KEY or not said.text.isprintable():
        raise Problem(
            f"The key in {said.at} has {len(said.text)} characters; expected one line of at least {SHORTEST_KEY}, such "
            f"as `openssl rand -base64 32` prints."
        )
    return Secret(said.text)


def password(said: Said) -> Secret:
    """Read a password. The `Problem` does not hold it."""
    if not (said.text and said.text.isascii() and said.text.isprintable()):
        raise Problem(f"The password in {said.at} is none; expected one line of letters, digits and signs of ASCII.")
    return Secret(said.text)


def channels(said: Said) -> Secret:
    """Read addresses of channels, with spaces or line ends between. The `Problem` holds none: each is a secret."""
    if not all(re.match(r"[A-Za-z][\w+.-]*://\S", each) for each in said.text.split() or [""]):
        raise Problem(
            f"What {said.at} holds are no channels; expected addresses such as slack://…, with spaces or line ends "
            f"between."
        )
    return Secret(said.text)


def file_of(secret: Callable[[Said], Secret]) -> Reader:
    """Read a secret from the file that is named."""

    def read(said: Said) -> Secret:
        file = (said.folder / Path(said.text).expanduser()).absolute()
        return replace(secret(replace(said, text=_first_line(file, said.at))), file=file)

    return read


def _first_line(file: Path, at: str) -> str:
    """Read a text from a file that only its owner can read, without the end of its line."""
    try:
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Problem(f"{at} names {file}, which others can read; expected a file for its owner only (0600).")
        return file.read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
    except OSError as error:
        raise Problem(f"{at} names {file}, which cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise Problem(f"{at} names {file}, which is not text; expected a key on one line.") from None


def _shown(said: Said) -> str:
    """Write a value into a sentence, which is one line."""
    return " ".join(said.text.split())


# ----------------------------------------------------------------------------------------------------------- the table

CONFIG = Setting(
    "", "RAPPORT_CONFIG", "the file that holds the settings below; empty: none is read",
    path, otherwise="`rapport.toml` where you stand, or else in your data folder",
)  # fmt: skip
"""The one that cannot stand in the file."""

SETTINGS = {setting.name: setting for setting in (
    Setting("database.file", "RAPPORT_DB", "the database file",
            path, default="rapport.duckdb", otherwise="`rapport.duckdb` in your data folder"),
    Setting("keys.folder", "RAPPORT_KEYS",
            "the folder of the waves' keys; put it on another disk than the backups",
            path, otherwise="`<database name>.keys` beside the database"),
    Setting("serve.url", "RAPPORT_URL", "what links begin with", address, otherwise="what `rapport serve` prints"),
    Setting("serve.host", "RAPPORT_SERVE_HOST", "the address at which `rapport serve` listens",
            line, default="127.0.0.1"),
    Setting("serve.port", "RAPPORT_SERVE_PORT", "its port; 0 takes a free one", port, default="8501"),
    Setting("reports.folder", "RAPPORT_REPORTS",
            "a folder into which the server writes every team's report once a quarter has ended",
            path, otherwise="none are written"),
    Setting("mail.server", "RAPPORT_SMTP",
            "the mail server: `smtp://user@host:587` (always STARTTLS, unless it is on this machine) or "
            "`smtps://user@host:465`",
            mail_server, otherwise="no letters are sent"),
    Setting("mail.password", "RAPPORT_SMTP_PASSWORD", "the password of that user", password, secret=True),
    Setting("mail.password_file", "RAPPORT_SMTP_PASSWORD_FILE", "a file (0600) that holds the password instead",
            file_of(password)),
    Setting("mail.from", "RAPPORT_MAIL_FROM",
            "from whom letters come, such as `People team <people@example.org>`; answers go there",
            sender, otherwise="needed with a mail server"),
    Setting("messages.to", "RAPPORT_MESSAGES",
            "the channels that `rapport wave announce` tells (needs the extra `messages`): addresses as apprise writes "
            "them, such as `slack://…` or `msteams://…`, with spaces or line ends between",
            channels, otherwise="nothing is announced", secret=True),
    Setting("messages.to_file", "RAPPORT_MESSAGES_FILE", "a file (0600) that holds them instead", file_of(channels)),
    Setting("account.provider", "RAPPORT_OIDC",
            "the OpenID provider with whose accounts people sign in, such as `https://login.example.org`",
            provider, otherwise="links alone sign people in"),
    Setting("account.client", "RAPPORT_OIDC_CLIENT", "the client id that the provider gave to Rapport",
            line, otherwise="needed with a provider"),
    Setting("account.secret", "RAPPORT_OIDC_SECRET", "the client's secret",
            password, otherwise="a client without one", secret=True),
    Setting("account.secret_file", "RAPPORT_OIDC_SECRET_FILE", "a file (0600) that holds the secret instead",
            file_of(password)),
    Setting("account.member", "RAPPORT_OIDC_MEMBER",
            "the claim by which the roster knows somebody: `email`, or another one that holds the member_id",
            line, default="email"),
    Setting("account.administrators", "RAPPORT_OIDC_ADMINISTRATORS",
            "a claim and its value, such as `groups=rapport-admins`, of those who run Rapport",
            claim, otherwise="nobody runs it by their account"),
    Setting("log.level", "RAPPORT_LOG_LEVEL",
            "from what on the server writes a line: `debug`, `info`, `warning`, `error`; at none does a line hold a "
            "visit, a name or an answer",
            one_of("debug", "info", "warning", "error"), default="warning"),
    Setting("log.format", "RAPPORT_LOG_FORMAT", "how: `text`, or `json`, an object a line",
            one_of("text", "json"), default="text"),
    Setting("database.key", "RAPPORT_DB_KEY",
            "encrypts the database (needs the extra `encryption`); `openssl rand -base64 32` makes one. Losing it "
            "loses the database and its backups",
            key, otherwise="not encrypted", secret=True),
    Setting("database.key_file", "RAPPORT_DB_KEY_FILE",
            "a file (0600) that holds the key instead, such as a systemd credential", file_of(key)),
    Setting("database.new_key", "RAPPORT_NEW_DB_KEY", "the new key for `rapport rekey`",
            key, otherwise="asked for", secret=True),
    Setting("database.new_key_file", "RAPPORT_NEW_DB_KEY_FILE", "a file (0600) that holds the new key instead",
            file_of(key)),
)}  # fmt: skip
"""By name, in the order of the README."""
SECRETS = frozenset(setting.name for setting in SETTINGS.values() if setting.secret)
