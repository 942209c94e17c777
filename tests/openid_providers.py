"""Two OpenID providers on this machine: a real one (canaille), and one that lies where it is told to.

with real(people, back) as provider:      # people sign in there in a browser, with a name and a password
    provider.settings                      # what Rapport is set to
with Lying(claims) as provider:            # signs whatever it is told
    provider.lie(nonce="another")
"""

import datetime as dt
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import dumps, loads
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, urlsplit

from dashboard.settings import OpenId

CLIENT, SECRET, PASSWORD = "rapport", "a secret between two", "correct horse battery"


@dataclass(frozen=True)
class Account:
    """Somebody at the provider's."""

    user_name: str
    email: str
    groups: tuple[str, ...] = ()


@contextmanager
def real(accounts: list[Account], back: str) -> Iterator[OpenId]:
    """The settings of a provider in a process of its own, which ends with this."""
    told = dumps({"back": back, "accounts": [vars(account) for account in accounts]})
    process = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        process.stdin.write(told + "\n")
        process.stdin.flush()
        issuer = process.stdout.readline().strip()
        assert issuer, "The provider did not start."
        yield OpenId(issuer, CLIENT, SECRET, administrators=("groups", "rapport-admins"))
    finally:
        process.kill()
        process.wait()


def _serve(told: Mapping[str, object]) -> None:
    """Run canaille with these accounts, in memory, until somebody ends this process."""
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    from canaille import create_app
    from canaille.app import models
    from canaille.backends import Backend
    from joserfc.jwk import JWKRegistry

    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # the provider's own: it is reached on this machine only

    class Silent(WSGIRequestHandler):
        def log_request(self, code="-", size="-"):
            """Say nothing."""

    server = make_server("127.0.0.1", 0, None, handler_class=Silent)
    host = f"localhost:{server.server_port}"
    key = JWKRegistry.generate_key("RSA", 2048)
    key.ensure_kid()
    app = create_app(
        config={
            "SECRET_KEY": uuid.uuid4().hex,
            "SERVER_NAME": host,
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE": {"DATABASE": "memory", "JAVASCRIPT": False, "ACL": {"DEFAULT": {"PERMISSIONS": ["use_oidc"]}}},
            "CANAILLE_OIDC": {"ACTIVE_JWKS": [key.as_dict(private=True)]},
        },
        env_file=None,
    )
    with app.app_context():
        users = {}
        for account in told["accounts"]:
            user = models.User(
                user_name=account["user_name"],
                formatted_name=account["user_name"].capitalize(),
                family_name=account["user_name"].capitalize(),
                emails=[account["email"]],
                password=PASSWORD,
            )
            Backend.instance.save(user)
            for group in account["groups"]:
                users.setdefault(group, []).append(user)
        for group, members in users.items():
            Backend.instance.save(models.Group(display_name=group, members=members))
        client = models.Client(
            client_id=CLIENT,
            client_secret=SECRET,
            client_name="Rapport",
            client_uri="http://127.0.0.1",
            redirect_uris=[told["back"]],
            grant_types=["authorization_code"],
            response_types=["code"],
            scope=["openid", "email", "profile", "groups"],
            token_endpoint_auth_method="client_secret_basic",  # noqa: S106  the name of a way
            id_token_signed_response_alg="RS256",  # noqa: S106  the name of a signature
            client_id_issued_at=dt.datetime.now(dt.UTC),
        )
        Backend.instance.save(client)
        client.audience = [client]
        Backend.instance.save(client)
    server.set_app(app)
    print(f"http://{host}", flush=True)  # noqa: T201  whoever started this process reads it
    server.serve_forever()


@dataclass
class Lying:
    """A provider that says what it is told. It asks nobody anything: whoever comes is sent back at once."""

    claims: Mapping[str, object]
    described: dict[str, object] = field(default_factory=dict)
    """What its description says otherwise."""
    header: dict[str, object] = field(default_factory=dict)
    """What stands in the head of its statement otherwise."""
    signed_with: str = "its own key"
    userinfo: dict[str, object] | None = None
    status: int = 200
    asked: list[str] = field(default_factory=list)
    """Every path that was asked for."""
    tokens_for: list[dict[str, list[str]]] = field(default_factory=list)
    """What came with each request for tokens."""

    def __enter__(self) -> Self:
        from joserfc.jwk import OctKey, RSAKey

        self.key, self.other_key = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
        for key in (self.key, self.other_key):
            key.ensure_kid()
        self.secret_key = OctKey.import_key(SECRET)
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                provider.answer(self, {})

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                provider.answer(self, parse_qs(body))

            def log_message(self, *args):
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def settings(self) -> OpenId:
        return OpenId(self.issuer, CLIENT, SECRET, administrators=("groups", "rapport-admins"))

    def answer(self, request, posted):
        path = urlsplit(request.path).path
        self.asked.append(path)
        said = {
            "/.well-known/openid-configuration": self.description,
            "/token": lambda: self.token(posted),
            "/keys": lambda: {"keys": [self.key.as_dict(private=False)]},
            "/userinfo": lambda: self.userinfo,
        }[path]()
        body = dumps(said).encode()
        request.send_response(self.status)
        request.send_header("content-type", "application/json")
        request.send_header("content-length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def description(self):
        here = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            **({"userinfo_endpoint": f"{self.issuer}/userinfo"} if self.userinfo is not None else {}),
            **self.described,
        }
        return {name: value for name, value in here.items() if value is not None}

    def token(self, posted):
        from joserfc import jwt

        self.tokens_for.append(posted)
        key, alg = {
            "its own key": (self.key, "RS256"),
            "another key": (self.other_key, "RS256"),
            "our secret": (self.secret_key, "HS256"),
        }.get(self.signed_with, (self.key, "RS256"))
        header = {"alg": alg, "kid": self.key.kid, **self.header}
        token = jwt.encode(header, self.standing(), key, algorithms=["RS256", "HS256"])
        if self.signed_with == "nothing":
            import base64

            head = base64.urlsafe_b64encode(dumps({"alg": "none"}).encode()).rstrip(b"=").decode()
            token = f"{head}.{token.split('.')[1]}."
        return {"access_token": "a token", "token_type": "Bearer", "expires_in": 60, "id_token": token}

    def standing(self):
        now = int(time.time())
        usual = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "1",
            "iat": now,
            "exp": now + 60,
            "nonce": self.nonce,
        }
        return {name: value for name, value in {**usual, **self.claims}.items() if value is not None}

    nonce: str = ""
    """What the browser was given; the test tells it, as a browser would."""


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    _serve(loads(sys.stdin.readline()))
