"""What another service says of itself: where its doors are, and which keys it signs with."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests
from joserfc.jwk import KeySet

from portal.core import clock
from portal.core.errors import PortalError
from portal.core.providers import Provider

PATIENCE = 5
"""Seconds. A page waits for it."""
KEPT = timedelta(hours=1)
"""What a service says of itself is asked anew after that."""
KEYS_AGAIN = timedelta(minutes=1)
"""An unknown key makes us ask for the keys again, at most so often."""


class Refused(PortalError):
    """What came back proves nothing. ``code``: « abandoned », « unreachable », « weak », « old », « clock », «
    encrypted », « refused » for people; ``fault`` says in a word or two of ours what was wrong, for the log."""

    def __init__(self, code: str, fault: str) -> None:
        super().__init__(f"{code}: {fault}")
        self.code, self.fault = code, fault


@dataclass(slots=True)
class _Known:
    what: dict[str, Any]
    at: datetime


class About:
    """Of one provider. Safe to share between threads: nobody waits for another's question to it."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._lock = threading.Lock()
        self._told: _Known | None = None
        self._keys: _Known | None = None

    def told(self) -> dict[str, Any]:
        """Its description (OpenID Connect Discovery 1.0). Raises ``Refused``, also for one that calls itself otherwise
        than we were told: it is not the one."""
        known = self._told
        if known is None or clock.now() - known.at > KEPT:
            found = read(fetch(self.provider.discovery))
            if found.get("issuer") != self.provider.issuer:
                raise Refused("unreachable", "issuer")
            known = self._told = _Known(found, clock.now())
        return known.what

    def place(self, name: str) -> str:
        """One of its addresses. Raises ``Refused``."""
        found = self.told().get(name)
        if not isinstance(found, str):
            raise Refused("unreachable", name)
        return found

    def keys(self, kid: str | None) -> KeySet:
        """Its public keys; asked again for a key nobody here has seen, and once an hour. Raises ``Refused``."""
        place = self.place("jwks_uri")
        with self._lock:
            known = self._keys
            asks = known is None or self._is_worth_asking(known, kid)
            if asks and known is not None:
                known.at = clock.now()  # the others go on with those there are
        if known is None or asks:
            keys = read(fetch(place)).get("keys")
            public = [one for one in keys if one.get("kty") != "oct"] if isinstance(keys, list) else []
            known = self._keys = _Known({"keys": public}, clock.now())
        return KeySet.import_key_set(known.what)  # type: ignore[arg-type]

    @staticmethod
    def _is_worth_asking(known: _Known, kid: str | None) -> bool:
        age = clock.now() - known.at
        new = kid is not None and kid not in {one.get("kid") for one in known.what["keys"]}
        return age > KEPT or (new and age > KEYS_AGAIN)


def fetch(place: str, headers: Mapping[str, str] | None = None) -> requests.Response:
    """What stands there, without following it elsewhere. Raises ``Refused`` unreachable."""
    try:
        response = requests.get(place, headers=headers, timeout=PATIENCE, allow_redirects=False)
    except requests.RequestException as error:
        raise Refused("unreachable", type(error).__name__) from None
    if response.status_code != 200:
        raise Refused("unreachable", str(response.status_code))
    return response


def read(response: requests.Response) -> dict[str, Any]:
    """An object in JSON. Raises ``Refused`` unreachable for anything else."""
    try:
        found = response.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refused("unreachable", "not JSON")
    return found
