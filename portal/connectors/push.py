"""Web push (RFC 8030, 8291, 8292): encrypted to the browser, signed with our key, sent to its maker's own service.

A browser tells us an address to send to, so whoever signs in could name one of ours: only known services are spoken to,
over https, at public addresses, and never elsewhere from there.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02
from pywebpush import WebPushException, webpush

from portal.core.config import Settings
from portal.core.errors import BadInput, ConfigError, PortalError

SERVICES = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    ".notify.windows.com",
    ".push.apple.com",
)
"""Those of Chrome and its kin, Firefox, Edge, and Safari."""

TIMEOUT, LONGEST = 10.0, 1000
KEPT_SECONDS = 24 * 3600
"""How long the service keeps it for a phone that is off."""
_KEY = re.compile(r"[A-Za-z0-9_-]{20,120}")
_HOST = re.compile(r"[a-z0-9.-]+(:443)?", re.IGNORECASE)
"""A name as everybody reads it: whoever sends takes a « \\ » for the end of the name, and we do not."""


class PushError(PortalError):
    """It did not leave; ``code`` says why, without an address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PushUnavailable(PushError):
    """To be tried again."""


class PushGone(PushError):
    """This browser takes no push any more, or never will."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A browser that subscribed."""

    url: str
    p256dh: str
    auth: str


def _addresses(host: str) -> Iterable[str]:
    return {str(found[4][0]) for found in socket.getaddrinfo(host, 443, proto=socket.IPPROTO_TCP)}


class _Straight(requests.Session):
    """Goes nowhere else than where it was sent, and by no proxy of the environment."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False

    def get_redirect_target(self, resp: Any) -> None:
        """Nowhere."""


class Pusher:
    """Sends to browsers, with the key by which their services know us."""

    def __init__(
        self,
        private_key: str,
        contact: str,
        services: Iterable[str],
        *,
        session: requests.Session | None = None,
        resolve: Callable[[str], Iterable[str]] = _addresses,
    ) -> None:
        """``private_key``: 32 bytes in base64url. Raises ``ConfigError`` naming ``RELIE_PUSH_KEY``."""
        try:
            self._key = Vapid02.from_raw(private_key.encode())
        except Exception:  # the library lets those of its own libraries through
            raise ConfigError("RELIE_PUSH_KEY is not a key: make one with portal push keys") from None
        self._contact, self._services, self._resolve = contact, tuple(services), resolve
        self._session = session or _Straight()

    @property
    def public_key(self) -> str:
        """What a browser must be told to subscribe."""
        return public_of(self._key.private_key)

    def checked(self, url: str, p256dh: str, auth: str) -> Endpoint:
        """What a browser sent, if it may be one. Raises ``BadInput`` endpoint « push »."""
        if len(url) > LONGEST or not self._is_known(url) or not (_KEY.fullmatch(p256dh) and _KEY.fullmatch(auth)):
            raise BadInput("endpoint", "push")
        return Endpoint(url, p256dh, auth)

    def send(self, to: Endpoint, text: str) -> None:
        """Raises ``PushGone`` or ``PushUnavailable``."""
        if not self._is_known(to.url):  # the settings may have changed since
            raise PushGone("service_unknown")
        self._refuse_private(to.url)
        try:
            webpush(
                {"endpoint": to.url, "keys": {"p256dh": to.p256dh, "auth": to.auth}},
                json.dumps({"text": text}, ensure_ascii=False),
                vapid_private_key=self._key,
                vapid_claims={"sub": self._contact},
                ttl=KEPT_SECONDS,
                timeout=TIMEOUT,
                requests_session=self._session,
            )
        except WebPushException as refused:
            raise _answered(getattr(refused.response, "status_code", 0)) from None
        except requests.RequestException as error:
            raise PushUnavailable(type(error).__name__.lower()) from None
        except ValueError:  # keys of the browser that are no keys
            raise PushGone("keys") from None

    def _is_known(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
            plain = parts.scheme == "https" and bool(_HOST.fullmatch(parts.netloc))
        except ValueError:
            return False
        host = (parts.hostname or "").lower()
        return plain and any(host == one or (one.startswith(".") and host.endswith(one)) for one in self._services)

    def _refuse_private(self, url: str) -> None:
        try:
            found = [ipaddress.ip_address(one) for one in self._resolve(urlsplit(url).hostname or "")]
        except (OSError, ValueError):
            raise PushUnavailable("unresolved") from None
        if not found or not all(one.is_global and not one.is_multicast for one in found):
            raise PushUnavailable("private_address")


def make_pusher(settings: Settings) -> Pusher | None:
    """None without a key: no push is offered to anybody."""
    if not settings.push_key:
        return None
    return Pusher(settings.push_key, f"mailto:{settings.mail_from}", settings.push_services or SERVICES)


def new_key() -> str:
    """A private key, as ``RELIE_PUSH_KEY`` wants it."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return _base64(number.to_bytes(32, "big"))


def public_of(private: Any) -> str:
    """The point, in base64url."""
    point = serialization.PublicFormat.UncompressedPoint
    return _base64(private.public_key().public_bytes(serialization.Encoding.X962, point))


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _answered(status: int) -> PushError:
    return PushGone(f"http_{status}") if status in (400, 404, 410) else PushUnavailable(f"http_{status}")
