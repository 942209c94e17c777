"""Where the database, its keys and its addresses are: options first, then the environment, then what suits one machine.

Loads neither Streamlit nor DuckDB, because every command reads it before it knows who will carry the command out.
"""

import os
import re
import stat
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from data.nearest import did_you_mean
from data.records import Problem

HOST = "127.0.0.1"
"""Loopback, until somebody decides otherwise: Rapport speaks plain HTTP and leaves TLS to a proxy."""
PORT = 8501
KEY = "RAPPORT_DB_KEY"
NEW_KEY = "RAPPORT_NEW_DB_KEY"
SHORTEST_KEY = 20
"""Characters. DuckDB makes a guess cheap: the key must be too long to be guessed at all."""
LEVELS, FORMS = ("debug", "info", "warning", "error"), ("text", "json")
"""From what on the server writes lines for whoever runs it, and how."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
SMTP, FROM, PASSWORD = "RAPPORT_SMTP", "RAPPORT_MAIL_FROM", "RAPPORT_SMTP_PASSWORD"
"""RAPPORT_SMTP_PASSWORD_FILE names a file instead."""
SMTP_PORTS = {"smtp": 587, "smtps": 465}
OPENID, OPENID_CLIENT, OPENID_SECRET = "RAPPORT_OIDC", "RAPPORT_OIDC_CLIENT", "RAPPORT_OIDC_SECRET"
"""RAPPORT_OIDC_SECRET_FILE names a file instead."""
OPENID_MEMBER, OPENID_ADMINISTRATORS = "RAPPORT_OIDC_MEMBER", "RAPPORT_OIDC_ADMINISTRATORS"


@dataclass(frozen=True)
class Mail:
    """How letters leave: by which mail server, and from whom."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    """'none' only to a mail server on this machine."""
    name: str
    """Of the sender; may be empty."""
    address: str
    """Of the sender, who gets what is answered."""
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def domain(self) -> str:
        """What stands behind the @ of the sender."""
        return self.address.rpartition("@")[2]

    @property
    def loopback(self) -> bool:
        """Whether the mail server is on this machine."""
        return self.host in LOOPBACK


@dataclass(frozen=True)
class OpenId:
    """With which accounts people sign in: an OpenID provider, and how it is read who somebody is."""

    issuer: str
    """The provider's address, without a slash at its end."""
    client: str
    secret: str | None = field(default=None, repr=False)
    """None for a client that has none."""
    member: str = "email"
    """The claim that says who somebody is: 'email' as the roster has it, or any other as the member_id."""
    administrators: tuple[str, str] | None = None
    """(claim, value) of those who run Rapport; None: nobody signs in as administrator by their account."""

    @property
    def needs(self) -> frozenset[str]:
        """The claims without which nothing can be said of somebody."""
        return frozenset({self.member, *((self.administrators[0],) if self.administrators else ())})


@dataclass(frozen=True)
class Settings:
    """What one run of Rapport was told."""

    database: Path
    keys: Path | None
    """The folder of the waves' keys; None: '<database name>.keys' beside the database."""
    url: str | None
    """What links begin with, without a slash at the end; None: what `rapport serve` prints."""
    host: str = HOST
    port: int = PORT
    key: str | None = field(default=None, repr=False)
    """What the database is encrypted with; None: it is not."""

    reports: Path | None = None
    """Where the server puts a quarter's reports when it has ended; None: nowhere."""
    log_level: str = "warning"
    log_format: str = "text"
    mail: Mail | None = None
    """How letters leave; None: they do not."""
    openid: OpenId | None = None
    """With which accounts people sign in; None: with links and accounts of ours alone."""

    @property
    def address(self) -> str:
        """What links begin with.

        >>> Settings(Path("a.duckdb"), None, None, port=9000).address
        'http://127.0.0.1:9000'
        """
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.url or f"http://{host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether links lead to this machine only."""
        return urlsplit(self.address).hostname in LOOPBACK

    @property
    def socket(self) -> Path:
        """Where a server that holds this database takes commands."""
        return self.database.with_name(f"{self.database.name}.sock")


def read(
    *,
    database: Path | None = None,
    url: str | None = None,
    host: str = HOST,
    port: int = PORT,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """Read the settings: what a command was given, then the environment.

    A `Problem` where an address is none, and where a key is none: without that, a key that was lost on its way would
    make a database that anybody can read.
    """
    named = database or Path(environment.get("RAPPORT_DB") or data_folder(environment) / "rapport.duckdb")
    keys, reports = environment.get("RAPPORT_KEYS"), environment.get("RAPPORT_REPORTS")
    return Settings(
        database=named.expanduser().resolve(),
        keys=Path(keys).expanduser().resolve() if keys else None,
        url=_address("--url", url) or _address("RAPPORT_URL", environment.get("RAPPORT_URL")),
        host=host,
        port=port,
        key=database_key(environment),
        reports=Path(reports).expanduser().resolve() if reports else None,
        log_level=_one_of(LEVELS, "RAPPORT_LOG_LEVEL", environment, "warning"),
        log_format=_one_of(FORMS, "RAPPORT_LOG_FORMAT", environment, "text"),
        mail=mail(environment),
        openid=openid(environment),
    )


def database_key(environment: Mapping[str, str], name: str = KEY) -> str | None:
    """Read the key of the database, from the variable `name` or from the file that `<name>_FILE` names; None: neither.

    A `Problem`, which never holds the key, where both are set or what they hold is no key.
    """
    said, source = _secret(environment, name)
    if said is not None:
        check_key(said, source)
    return said


def check_key(key: str, name: str) -> None:
    """Raise a `Problem`, which does not hold the key, unless it can be one. `name` is where it comes from."""
    if len(key) < SHORTEST_KEY or not key.isprintable():
        raise Problem(
            f"The key in {name} has {len(key)} characters; expected one line of at least {SHORTEST_KEY}, such as "
            f"`openssl rand -base64 32` prints."
        )


def mail(environment: Mapping[str, str] = os.environ) -> Mail | None:
    """Read how letters leave; None where no mail server is named.

    A `Problem`, which never holds the password, where the mail server, the sender or the password is none, and where a
    user comes without a password.
    """
    said = environment.get(SMTP)
    if not said:
        return None
    server = _mail_server(said)
    name, address = _sender(environment.get(FROM, ""))
    user = unquote(server.username) if server.username else None
    password, source = _secret(environment, PASSWORD)
    if (user is None) != (password is None):
        missing = f"names no user for the password in {source}" if user is None else f"names the user '{user}'"
        expected = "smtp://user@host" if user is None else f"a password in {PASSWORD} or {PASSWORD}_FILE"
        raise Problem(f"{SMTP} {missing}; expected {expected}.")
    if password is not None and not (password and password.isascii() and password.isprintable()):
        raise Problem(f"The password in {source} is none; expected one line of letters, digits and signs of ASCII.")
    host = server.hostname or ""
    plain: Literal["starttls", "none"] = "none" if host in LOOPBACK else "starttls"
    security: Literal["tls", "starttls", "none"] = "tls" if server.scheme == "smtps" else plain
    port = server.port or SMTP_PORTS[server.scheme]
    return Mail(host, port, security, name, address, user=user, password=password)


def _mail_server(said: str) -> SplitResult:
    """Take the address of a mail server apart. What may be a password is not repeated."""
    shown = re.sub(r"(//[^:]*):.*@", r"\1:…@", said)
    try:
        server = urlsplit(said)
        port, known = server.port, server.scheme in SMTP_PORTS
    except ValueError:  # no number, or too large a one
        port, known = None, False
    if not known or not server.hostname or port == 0 or server.path.strip("/") or server.query or server.fragment:
        raise Problem(f"{SMTP} is '{shown}'; expected smtp://user@host:587 or smtps://user@host:465.")
    if server.password is not None:
        raise Problem(f"{SMTP} is '{shown}', with a password in it; expected the password in {PASSWORD}_FILE.")
    return server


def _sender(said: str) -> tuple[str, str]:
    name, address = parseaddr(said)
    if not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", address) or not said.isprintable() or not address.isascii():
        shown = " ".join(said.split())
        raise Problem(f"{FROM} is '{shown}'; expected a sender such as 'People team <people@example.org>'.")
    return name, address


def openid(environment: Mapping[str, str] = os.environ) -> OpenId | None:
    """Read with which accounts people sign in; None where no provider is named.

    A `Problem`, which never holds the secret, where the address is none that can be trusted, the client is missing, or
    the administrators are not told by a claim and its value.
    """
    said = environment.get(OPENID)
    if not said:
        return None
    try:
        address = urlsplit(said)
        known = address.scheme == "https" or (address.scheme == "http" and address.hostname in LOOPBACK)
    except ValueError:
        known = False
    if not known or not address.hostname or address.query or address.fragment or address.username:
        raise Problem(f"{OPENID} is '{said}'; expected the provider's address, such as https://login.example.org.")
    client = environment.get(OPENID_CLIENT)
    if not client:
        raise Problem(f"{OPENID_CLIENT} is not set; expected the client id that {address.hostname} gave to Rapport.")
    claim, equals, value = environment.get(OPENID_ADMINISTRATORS, "").partition("=")
    if bool(claim) != bool(value):
        raise Problem(f"{OPENID_ADMINISTRATORS} is '{claim}{equals}{value}'; expected such as groups=rapport-admins.")
    secret, _ = _secret(environment, OPENID_SECRET)
    return OpenId(
        said.rstrip("/"),
        client,
        secret,
        environment.get(OPENID_MEMBER) or "email",
        (claim, value) if claim else None,
    )


def source_of_key(environment: Mapping[str, str] = os.environ) -> str:
    """Tell where the key of the database comes from, for whoever must not lose it.

    >>> source_of_key({"RAPPORT_DB_KEY_FILE": "/run/key"})
    'the file /run/key'
    """
    return f"the file {environment[f'{KEY}_FILE']}" if f"{KEY}_FILE" in environment else f"the variable {KEY}"


def writes_reports(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the server writes the reports of a quarter by itself, as `read` was told.

    >>> writes_reports({"RAPPORT_REPORTS": "/srv/reports"})
    True
    """
    return bool(environment.get("RAPPORT_REPORTS"))


def _secret(environment: Mapping[str, str], name: str) -> tuple[str | None, str]:
    """Read a secret from the variable `name` or the file that `<name>_FILE` names, and tell which it was."""
    said, file = environment.get(name), environment.get(f"{name}_FILE")
    if said is not None and file is not None:
        raise Problem(f"{name} and {name}_FILE are both set; expected one of them.")
    if file is None:
        return said, name
    return _first_line(Path(file).expanduser(), f"{name}_FILE"), f"{name}_FILE"


def _first_line(file: Path, name: str) -> str:
    """Read a key from a file that only its owner can read, without the end of its line."""
    try:
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Problem(f"{name} names {file}, which others can read; expected a file for its owner only (0600).")
        return file.read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
    except OSError as error:
        raise Problem(f"{name} names {file}, which cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise Problem(f"{name} names {file}, which is not text; expected a key on one line.") from None


def data_folder(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Tell the folder where this person's programs keep their data.

    >>> str(data_folder({"XDG_DATA_HOME": "/home/ana/data"}, "linux"))
    '/home/ana/data/rapport'
    """
    if platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "rapport"
    if platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "rapport"
    return Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "rapport"


def _one_of(known: Sequence[str], name: str, environment: Mapping[str, str], otherwise: str) -> str:
    said = environment.get(name, "").lower() or otherwise
    if said not in known:
        raise Problem(f"{name} is '{said}'; expected one of {', '.join(known)}.{did_you_mean(said, known)}")
    return said


def _address(name: str, value: str | None) -> str | None:
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise Problem(f"{name} is '{value}'; expected an address without a path, such as https://rapport.example.org.")
    return f"{parts.scheme}://{parts.netloc}"
