"""Asking another service who somebody is: OpenID Connect, code flow (Core 1.0, RFC 7636, RFC 9207, logout specs).

Authlib sends and fetches, joserfc opens what is signed; what neither looks at (level, sender, age, userinfo, logout
tokens) is looked at here. Nothing of a name is asked for: ``sub`` is enough, since links come from staff.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jws import JWSRegistry, extract_compact

from portal.connectors.oidc_about import PATIENCE, About, Refused, fetch, read
from portal.core import clock
from portal.core.providers import Provider

ALGORITHMS = ("ES256", "ES384", "RS256", "PS256", "EdDSA", "Ed25519")
"""Signatures made with a key of the service alone. Neither ``none``, nor one that our own secret would check."""
SKEW = 120
"""Seconds by which two clocks may differ."""
RECENT = timedelta(minutes=10)
"""How old a proof may be where a fresh one was asked for."""
A_DAY = timedelta(hours=12)
"""How old one may be at all: somebody who typed it this morning need not type it again."""
ENCRYPTED = 4
"""Dots in a token that is encrypted (RFC 7516, 3.1). Services do so where they were asked to, and we have no key."""
LEFT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser must bring back, kept in its session: 256 random bits each."""

    provider: str
    state: str
    nonce: str
    verifier: str
    anew: bool
    """Whether it must be proved now, not remembered by the service."""

    def kept(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Proof:
    """Who the service says somebody is."""

    issuer: str
    subject: str
    proved_at: datetime
    sid: str | None
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody left there: one session of theirs (``sid``), or each."""

    subject: str | None
    sid: str | None
    jti: str
    until: datetime
    """From when on the token is too old anyway."""


class Service:
    """One provider, as seen from here. Safe to share between threads."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._about = About(provider)

    def ask(self, back: str, *, anew: bool) -> tuple[str, Asked]:
        """Where to send somebody, and what to keep of it. ``back``: our address they return to. Raises ``Refused``."""
        one, random = self.provider, secrets.token_urlsafe
        asked = Asked(one.name, random(32), random(32), random(48), anew)
        more: dict[str, str] = {"nonce": asked.nonce}
        if one.acr:
            more["acr_values"] = one.acr[0]
        if one.is_franceconnect:
            more["prompt"] = "login"  # it knows no max_age, and refuses what it does not know
        else:
            more["max_age"] = str(int((RECENT if anew else A_DAY).total_seconds()))
            more |= {"prompt": "login"} if anew else {}
        if one.pkce:
            more |= {"code_verifier": asked.verifier}
        url, _ = self._client(back).create_authorization_url(
            self._about.place("authorization_endpoint"), state=asked.state, **more
        )
        return str(url), asked

    def proof(self, back: str, asked: Asked, answer: Mapping[str, str]) -> Proof:
        """What the answer proves. The caller made sure that this browser was asked, once. Raises ``Refused``."""
        self._look_at(asked, answer)
        try:
            tokens = self._client(back).fetch_token(
                self._about.place("token_endpoint"),
                grant_type="authorization_code",
                code=answer.get("code", ""),
                **({"code_verifier": asked.verifier} if self.provider.pkce else {}),
            )
        except AuthlibBaseError:
            raise Refused("refused", "code") from None
        except (requests.RequestException, ValueError) as error:
            raise Refused("unreachable", type(error).__name__) from None
        claims = self._opened(str(tokens.get("id_token", "")), "id token", exp=True)
        if not hmac.compare_digest(str(claims.get("nonce", "")), asked.nonce):
            raise Refused("refused", "nonce")
        if claims.get("azp", self.provider.client_id) != self.provider.client_id:
            raise Refused("refused", "azp")
        if self.provider.acr and claims.get("acr") not in self.provider.acr:
            raise Refused("weak", "acr")
        proved_at = self._proved_at(claims, anew=asked.anew)
        self._same_person(str(claims["sub"]), str(tokens.get("access_token", "")))
        sid = claims.get("sid")
        return Proof(
            self.provider.issuer, str(claims["sub"]), proved_at, str(sid) if sid else None, str(tokens["id_token"])
        )

    def leaving(self, hint: str, back: str) -> str | None:
        """Where somebody leaves the service too, and comes back from; None when it has no such place, or is away."""
        try:
            place = self._about.told().get("end_session_endpoint")
        except Refused:
            return None
        said = {"client_id": self.provider.client_id, "post_logout_redirect_uri": back}
        said |= {"state": secrets.token_urlsafe(32)} | ({"id_token_hint": hint} if hint else {})
        return f"{place}?{urlencode(said)}" if place else None

    def left(self, token: str) -> Left:
        """Who left, as the service itself says it. The caller takes each ``jti`` once. Raises ``Refused``."""
        claims = self._opened(token, "logout token", kinds=("logout+jwt", "jwt", ""))
        events, sid, subject = claims.get("events"), claims.get("sid"), claims.get("sub")
        if not isinstance(events, dict) or not isinstance(events.get(LEFT), dict):
            raise Refused("refused", "events")
        if "nonce" in claims or not claims.get("jti") or not (sid or subject):
            raise Refused("refused", "not a logout token")
        at = datetime.fromtimestamp(int(claims["iat"]), UTC)
        if clock.now() - at > RECENT:
            raise Refused("old", "iat")
        until = at + RECENT + timedelta(seconds=SKEW)
        return Left(str(subject) if subject else None, str(sid) if sid else None, str(claims["jti"]), until)

    def _look_at(self, asked: Asked, answer: Mapping[str, str]) -> None:
        """The address they came back by."""
        if not hmac.compare_digest(answer.get("state", ""), asked.state):
            raise Refused("refused", "state")
        must = self._about.told().get("authorization_response_iss_parameter_supported") is True
        if answer.get("iss", None if must else self.provider.issuer) != self.provider.issuer:
            raise Refused("refused", "iss")
        if error := answer.get("error"):
            raise Refused("abandoned" if error in ("access_denied", "login_required") else "refused", "error")
        if not answer.get("code"):
            raise Refused("refused", "no code")

    def _proved_at(self, claims: Mapping[str, Any], *, anew: bool) -> datetime:
        """When they last proved it there. FranceConnect does not say: it was asked to make them prove it now."""
        now, said = clock.now(), claims.get("auth_time")
        if said is None and self.provider.is_franceconnect:
            return now
        if not isinstance(said, int) or isinstance(said, bool):
            raise Refused("refused", "no auth_time")
        at, skew = datetime.fromtimestamp(said, UTC), timedelta(seconds=SKEW)
        if at > now + skew:
            raise Refused("clock", "auth_time")
        if now - at > (RECENT if anew else A_DAY) + skew:
            raise Refused("old", "auth_time")
        return min(at, now)

    def _same_person(self, subject: str, access_token: str) -> None:
        """Userinfo speaks of nobody else. FranceConnect signs it; where others do, the signature is looked at too."""
        place = self._about.told().get("userinfo_endpoint")
        if not place:
            return
        response = fetch(str(place), headers={"Authorization": f"Bearer {access_token}"})
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind == "application/jwt":
            told = self._opened(response.text, "userinfo")
        elif self.provider.is_franceconnect:
            raise Refused("refused", "unsigned userinfo")
        else:
            told = read(response)
        if told.get("sub") != subject:
            raise Refused("refused", "other subject")

    def _opened(self, token: str, what: str, *, exp: bool = False, kinds: tuple[str, ...] = ()) -> Mapping[str, Any]:
        """What the service signed for us, and for nobody else."""
        if token.count(".") == ENCRYPTED:
            raise Refused("encrypted", f"{what} is encrypted: have the service only sign it")
        registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
        try:
            found = jwt.decode(token, self._about.keys(_kid(token)), registry=registry)
            rules: dict[str, Any] = {
                "iss": {"essential": True, "value": self.provider.issuer},
                "aud": {"essential": True, "value": self.provider.client_id},
            }
            if what != "userinfo":
                rules["iat"] = {"essential": True}
            if exp:
                rules |= {"exp": {"essential": True}, "sub": {"essential": True}}
            now = int(clock.now().timestamp())
            jwt.JWTClaimsRegistry(now=now, leeway=SKEW, **rules).validate(found.claims)
        except ExpiredTokenError:
            raise Refused("clock", f"{what} expired") from None
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Refused("refused", f"{what}: {type(error).__name__}") from None
        audience = found.claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and exp and "azp" not in found.claims:
            raise Refused("refused", f"{what}: azp")
        if kinds and str(found.header.get("typ", "")).lower() not in kinds:
            raise Refused("refused", f"{what}: typ")
        return found.claims

    def _client(self, back: str) -> OAuth2Session:
        ways = self._about.told().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        basic = "client_secret_basic" in ways and not self.provider.is_franceconnect
        return OAuth2Session(
            self.provider.client_id,
            self.provider.client_secret,
            scope="openid",
            redirect_uri=back,
            token_endpoint_auth_method="client_secret_basic" if basic else "client_secret_post",
            code_challenge_method="S256",
            default_timeout=PATIENCE,
        )


def _kid(token: str) -> str | None:
    found = extract_compact(token.encode()).headers().get("kid")
    return str(found) if found is not None else None
