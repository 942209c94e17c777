"""What one run of Rapport was told: options first, then the environment, then rapport.toml, then what suits a machine.

Which settings there are stands in `dashboard.settings_known`, where they are looked for in `dashboard.settings_said`;
here they become what the rest of the program goes by. Loads neither Streamlit nor DuckDB, because every command reads
it before it knows who will carry the command out.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parseaddr
from functools import partial
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from dashboard import settings_known, settings_said
from dashboard.settings_known import SETTINGS, SMTP_PORTS, Said
from dashboard.settings_said import Told
from data.records import Problem

LOOPBACK = settings_known.LOOPBACK
KEY, NEW_KEY = SETTINGS["database.key"].variable, SETTINGS["database.new_key"].variable


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
    member: str = SETTINGS["account.member"].default
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
    host: str = SETTINGS["serve.host"].default
    """Loopback, until somebody decides otherwise: Rapport speaks plain HTTP and leaves TLS to a proxy."""
    port: int = int(SETTINGS["serve.port"].default)
    key: str | None = field(default=None, repr=False)
    """What the database is encrypted with; None: it is not."""
    key_source: str = f"the variable {KEY}"
    """Where the key is, for whoever must not lose it."""
    new_key: str | None = field(default=None, repr=False)
    """What `rapport rekey` encrypts it with; None: it asks."""

    reports: Path | None = None
    """Where the server puts a quarter's reports when it has ended; None: nowhere."""
    log_level: str = "warning"
    log_format: str = "text"
    mail: Mail | None = None
    """How letters leave; None: they do not."""
    channels: tuple[str, ...] = field(default=(), repr=False)
    """Where a wave is announced; each address is a secret."""
    openid: OpenId | None = None
    """With which accounts people sign in; None: with links alone."""

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
    host: str | None = None,
    port: int | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """Read the settings: what a command was given, then the environment, then the file that is found.

    A `Problem` for the first that cannot be. It holds no secret.
    """
    given = address(url)
    told = settings_said.gather(environment)
    try:
        told.check_file()
        key, new_key = told.secret("database.key"), told.secret("database.new_key")
        channels = told.secret("messages.to")
        return Settings(
            database=settings_known.path(Said(str(database), "--db")) if database else told.value("database.file"),
            keys=told.value("keys.folder"),
            url=given or told.value("serve.url"),
            host=host or told.value("serve.host"),
            port=told.value("serve.port") if port is None else port,
            key=key.text if key else None,
            key_source=f"the file {key.file}" if key and key.file else f"the variable {KEY}",
            new_key=new_key.text if new_key else None,
            reports=told.value("reports.folder"),
            log_level=told.value("log.level"),
            log_format=told.value("log.format"),
            mail=_mail(told),
            channels=tuple(channels.text.split()) if channels else (),
            openid=_openid(told),
        )
    except Problem as problem:
        if told.file is None:
            raise
        raise Problem(f"{problem} rapport config check names every mistake.") from problem


def _mail(told: Told) -> Mail | None:
    """Read how letters leave; None where no mail server is named.

    A `Problem`, which never holds the password, where there is no sender, and where a user comes without a password or
    a password without a user.
    """
    said = told.value("mail.server")
    if not said:
        return None
    server = urlsplit(said)
    name, address = _sender(told)
    user = unquote(server.username) if server.username else None
    password = told.secret("mail.password")
    at, variable = told.called("mail.server"), SETTINGS["mail.password"].variable
    if user and password is None:
        raise Problem(f"{at} names the user '{user}'; expected a password in {variable} or {variable}_FILE.")
    if password and not user:
        holder = told.called("mail.password_file" if password.file else "mail.password")
        raise Problem(f"{at} names no user for the password in {holder}; expected smtp://user@host.")
    host = server.hostname or ""
    plain: Literal["starttls", "none"] = "none" if host in LOOPBACK else "starttls"
    security: Literal["tls", "starttls", "none"] = "tls" if server.scheme == "smtps" else plain
    port = server.port or SMTP_PORTS[server.scheme]
    secret = password.text if password else None
    return Mail(host, port, security, name, address, user=user, password=secret)


def _sender(told: Told) -> tuple[str, str]:
    """Read from whom letters come, which must be known once there is a mail server."""
    if "mail.server" in told.said and "mail.from" not in told.said:
        settings_known.sender(Said("", told.called("mail.from")))
    return parseaddr(told.value("mail.from") or "")


def _openid(told: Told) -> OpenId | None:
    """Read with which accounts people sign in; None where no provider is named. A `Problem` where the client is not."""
    issuer, client = told.value("account.provider"), told.value("account.client")
    if not issuer:
        return None
    if not client:
        at, gave = told.called("account.client"), urlsplit(issuer).hostname
        raise Problem(f"{at} is not set; expected the client id that {gave} gave to Rapport.")
    secret = told.secret("account.secret")
    return OpenId(
        issuer,
        client,
        secret.text if secret else None,
        told.value("account.member"),
        told.value("account.administrators"),
    )


def check_key(key: str, at: str) -> None:
    """Raise a `Problem`, which does not hold the key, unless it can be one. `at` is where it comes from."""
    settings_known.key(Said(key, at))


def address(said: str | None) -> str | None:
    """Read the option --url."""
    return settings_known.address(Said(said, "--url")) if said else None


# ----------------------------------------------------------------------------------------------- what a server was told

_at_start: list[Settings] = []


@contextmanager
def held(chosen: Settings) -> Iterator[None]:
    """Have pages, and the commands that this server carries out, go by what the server was told at its start."""
    _at_start[:] = [chosen]
    try:
        yield
    finally:
        _at_start.clear()


def in_force() -> Settings:
    """Tell what this process goes by: a server by what it was told at its start, anybody else by what is said now."""
    return _at_start[0] if _at_start else read()


# ------------------------------------------------------------------------------------------------------- looking at all


def mistakes(told: Told, environment: Mapping[str, str] = os.environ) -> list[str]:
    """Name every mistake in what was said, a sentence each: of the file, of the environment, of what hangs together."""
    found = [*told.mistakes, *settings_said.strangers(environment), *told.wrong.values()]
    together: list[Callable[[], object]] = [
        *(partial(told.secret, name) for name, setting in SETTINGS.items() if setting.secret),
        partial(_sender, told),
        partial(_mail, told),
        partial(_openid, told),
    ]
    for read_together in together:
        try:
            read_together()
        except Problem as problem:
            found.append(str(problem))
    return list(dict.fromkeys(found))


def rows(told: Told) -> list[dict[str, str]]:
    """List every setting, what holds, and its source: 'environment', 'file' or 'default'. No secret is told."""
    return [_row(told, name) for name in SETTINGS]


def _row(told: Told, name: str) -> dict[str, str]:
    setting, said = SETTINGS[name], told.said.get(name)
    usual = setting.usual.replace("`", "")
    value = str(told.value(name)) if said else usual
    return {"setting": name, "value": value, "source": said.source if said else "default"}
