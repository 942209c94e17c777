"""Signing in with the account people have: OpenID Connect Core 1.0, authorization code with PKCE.

    /signin/with ──▶ the provider asks who it is ──▶ /signin/back ──▶ who that is on the roster ──▶ session

Asked for is who somebody is, and nothing is kept of the answer: no token, no picture, no name. What they may see, the
roster says. What the provider signs is believed only where issuer, audience, time, nonce and signature are right.
"""

import hmac
import logging
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

from dashboard.settings import LOOPBACK, OpenId

_log = logging.getLogger(__name__)

SCOPES = ("openid", "email", "profile")
SIGNATURES: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a key that only the provider has. One with our own secret could be made by whoever reads it here."""
PATIENCE = 10.0
"""Seconds in which the provider has to answer."""
FRESH = 3600.0
"""Seconds for which the provider's own description is believed."""
AFTER_TROUBLE = 15.0
"""Seconds in which a provider that did not answer is not asked again."""
LEEWAY = 60
"""Seconds by which two clocks may differ."""
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


class NotSignedInError(Exception):
    """Why somebody could not be signed in, as a sentence for them. What the provider said goes to the log."""


@dataclass(frozen=True)
class Started:
    """What a browser keeps while its holder is at the provider's. Whoever comes back without it is not let in."""

    state: str
    nonce: str
    verifier: str

    def __str__(self) -> str:
        """Write it into a cookie."""
        return f"{self.state}.{self.nonce}.{self.verifier}"

    @classmethod
    def read(cls, cookie: str) -> "Started | None":
        """Read the cookie; None where it is not one of ours.

        >>> Started.read(str(Started("a", "b", "c")))
        Started(state='a', nonce='b', verifier='c')
        """
        parts = cookie.split(".")
        return cls(*parts) if len(parts) == 3 and all(parts) else None


class Provider:
    """The organization's OpenID provider. Safe to use from any thread."""

    def __init__(self, settings: OpenId) -> None:
        """Ask nothing yet."""
        self.settings = settings
        self._lock = Lock()
        self._said: Mapping[str, Any] = {}
        self._fresh_until = 0.0
        self._not_before = 0.0

    @property
    def name(self) -> str:
        """How people know it: the host of its address."""
        return urlsplit(self.settings.issuer).hostname or self.settings.issuer

    def start(self, back: str) -> tuple[str, Started]:
        """Give the address at which the provider asks who somebody is, and what their browser keeps meanwhile."""
        described = self._description()
        started = Started(*(secrets.token_urlsafe(32) for _ in range(3)))
        wanted = (*SCOPES, *sorted(self.settings.needs - {*SCOPES}))  # some tell groups only to who asks for them
        known = described.get("scopes_supported", SCOPES)
        with self._client(back) as client:
            url, _ = client.create_authorization_url(
                described["authorization_endpoint"],
                scope=" ".join(scope for scope in wanted if scope in known),
                state=started.state,
                nonce=started.nonce,
                code_verifier=started.verifier,
            )
        return url, started

    def finish(self, back: str, started: Started | None, answer: Mapping[str, str]) -> Mapping[str, Any]:
        """Give the claims about whoever came back, once all that makes them trustworthy was checked.

        answer  the query with which the provider sent them

        `NotSignedInError` where something does not fit, where they said no, and where the provider cannot be asked.
        """
        if started is None or not hmac.compare_digest(started.state.encode(), answer.get("state", "").encode()):
            raise NotSignedInError(NOT_BEGUN_HERE)
        described = self._description()
        if answer.get("iss", described["issuer"]) != described["issuer"]:
            raise self._refused("its answer names another issuer")
        if "error" in answer or "code" not in answer:
            raise self._refused(plain(answer.get("error", "no code")))
        with self._client(back) as client:
            tokens = self._tokens(client, described, started, answer["code"])
            claims = self._believed(client, described, started, tokens)
            return self._more(client, described, claims)

    # ------------------------------------------------------------------------------------------- what the provider says

    def _description(self) -> Mapping[str, Any]:
        """Read what the provider says of itself; once an hour, and not again at once where it did not answer."""
        with self._lock:
            now = monotonic()
            if now < self._fresh_until:
                return self._said
            if now < self._not_before:
                raise NotSignedInError(UNREACHABLE)
            self._not_before = now + AFTER_TROUBLE
            self._said = self._checked(self._ask(f"{self.settings.issuer}/.well-known/openid-configuration"))
            self._fresh_until, self._not_before = now + FRESH, 0.0
            return self._said

    def _checked(self, said: Mapping[str, Any]) -> Mapping[str, Any]:
        missing = [name for name in NEEDED if not isinstance(said.get(name), str)]
        if missing:
            raise self._refused(f"its description has no {missing[0]}")
        if said["issuer"].rstrip("/") != self.settings.issuer:
            raise self._refused(f"its description names the issuer {plain(said['issuer'])}")
        for name in (*NEEDED, "userinfo_endpoint"):
            parts = urlsplit(said.get(name, self.settings.issuer))
            if parts.scheme != "https" and parts.hostname not in LOOPBACK:
                raise self._refused(f"its {name} is not reached by https")
        return said

    def _ask(self, url: str) -> Mapping[str, Any]:
        with self._client("") as client:
            return self._json(client.get(url, withhold_token=True, allow_redirects=False), url)

    def _json(self, answer: Any, what: str) -> Mapping[str, Any]:
        found = answer.json() if answer.status_code == 200 else None
        if not isinstance(found, dict):
            raise self._refused(f"{what} answers {answer.status_code}, and nothing that can be read")
        return found

    # ---------------------------------------------------------------------------------------------------- what is asked

    @contextmanager
    def _client(self, back: str) -> Iterator[Any]:
        """Open Authlib's client for one visit; whatever breaks in it becomes one sentence."""
        from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415  no form should wait for it
        from authlib.integrations.requests_client import OAuth2Session  # noqa: PLC0415
        from joserfc.errors import JoseError  # noqa: PLC0415
        from requests import RequestException  # noqa: PLC0415

        session = OAuth2Session(
            self.settings.client,
            self.settings.secret,
            redirect_uri=back,
            code_challenge_method="S256",
            default_timeout=PATIENCE,
            leeway=0,  # a token that ends within a minute is used within a second
        )
        try:
            yield session
        except RequestException as failure:
            _log.warning("The OpenID provider %s cannot be asked: %s.", self.name, type(failure).__name__)
            raise NotSignedInError(UNREACHABLE) from None
        except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as failure:
            claim = getattr(failure, "claim", "")
            raise self._refused(f"{type(failure).__name__} {claim}".rstrip()) from None
        finally:
            session.close()

    def _tokens(self, client: Any, described: Mapping[str, Any], started: Started, code: str) -> Mapping[str, Any]:
        ways = described.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if self.settings.secret and "client_secret_basic" not in ways and "client_secret_post" in ways:
            client.token_endpoint_auth_method = "client_secret_post"  # noqa: S105  the name of a way
        tokens: Mapping[str, Any] = client.fetch_token(
            described["token_endpoint"],
            grant_type="authorization_code",
            code=code,
            code_verifier=started.verifier,
            redirect_uri=client.redirect_uri,
            allow_redirects=False,
        )
        return tokens

    def _believed(
        self, client: Any, described: Mapping[str, Any], started: Started, tokens: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Check the signed statement of who it is, as OpenID Connect Core 1.0 asks for in section 3.1.3.7."""
        from joserfc import jwt  # noqa: PLC0415
        from joserfc.jwk import KeySet  # noqa: PLC0415

        known: Any = self._json(
            client.get(described["jwks_uri"], withhold_token=True, allow_redirects=False), "jwks_uri"
        )
        keys = KeySet.import_key_set(known)
        claims = jwt.decode(str(tokens.get("id_token", "")), keys, algorithms=list(SIGNATURES)).claims
        ours = self.settings.client
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": described["issuer"]},
            sub={"essential": True},
            aud={"essential": True, "values": [ours]},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": started.nonce},
        ).validate(claims)
        audience = claims["aud"]
        if claims.get("azp", ours) != ours or (
            isinstance(audience, list) and len(audience) > 1 and "azp" not in claims
        ):
            raise self._refused("its statement is for somebody else as well")
        return claims

    def _more(self, client: Any, described: Mapping[str, Any], claims: Mapping[str, Any]) -> Mapping[str, Any]:
        """Ask for what the signed statement leaves out, where it is needed and the provider tells it."""
        if "userinfo_endpoint" not in described or self.settings.needs <= claims.keys():
            return claims
        more = self._json(client.get(described["userinfo_endpoint"], allow_redirects=False), "userinfo_endpoint")
        if more.get("sub") != claims["sub"]:
            raise self._refused("its userinfo speaks of somebody else")
        return {**more, **claims}

    def _refused(self, why: str) -> NotSignedInError:
        _log.warning("The OpenID provider %s signs nobody in: %s.", self.name, why)
        return NotSignedInError(REFUSED)


def plain(text: str) -> str:
    """Write what somebody else says on one short line.

    >>> plain("access_denied")
    'access_denied'
    """
    return "".join(sign if sign.isprintable() else " " for sign in text)[:100]


NOT_BEGUN_HERE = "This sign-in did not begin in this browser, or took longer than ten minutes. Please begin again."
UNREACHABLE = "The account that you sign in with cannot be asked just now. Please try again in a minute."
REFUSED = "The account that you sign in with did not say who you are. Please try again, or ask whoever runs Rapport."
