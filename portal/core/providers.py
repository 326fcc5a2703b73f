"""Services that say who somebody is (OpenID Connect), as this portal was told of them: ``RELIE_OIDC`` names them.

Their own settings carry that name between it and their last word. None is asked unless it is named: all are off by
default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from portal.core.errors import ConfigError


class ProviderKind(StrEnum):
    """What a service is known to be, and with it what it is asked and what it proves."""

    FRANCECONNECT = "franceconnect"
    FRANCECONNECT_PLUS = "franceconnect_plus"
    PRO_SANTE_CONNECT = "pro_sante_connect"
    ENTERPRISE = "enterprise"
    """A foundation's own directory: Keycloak and the like."""


EIDAS = ("eidas1", "eidas2", "eidas3")
"""Levels of the eIDAS regulation, the weakest first."""
NAMES = re.compile(r"[a-z][a-z0-9]{0,19}")
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_ACR = {
    ProviderKind.FRANCECONNECT: EIDAS,
    ProviderKind.FRANCECONNECT_PLUS: EIDAS[1:],
    ProviderKind.PRO_SANTE_CONNECT: EIDAS,
    ProviderKind.ENTERPRISE: (),
}
_LABELS = {
    ProviderKind.FRANCECONNECT: "FranceConnect",
    ProviderKind.FRANCECONNECT_PLUS: "FranceConnect+",
    ProviderKind.PRO_SANTE_CONNECT: "Pro Santé Connect",
}


@dataclass(frozen=True, slots=True)
class Provider:
    """One of them. ``name`` is ours, and stands in addresses."""

    name: str
    kind: ProviderKind
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    discovery: str
    """Where it describes itself."""
    acr: tuple[str, ...]
    """Levels that are enough; the first is asked for. Empty: none is asked, none is looked at."""
    pkce: bool
    label: str
    """Its name on screens."""
    substantial: bool
    """Whether its word may open everything that a passkey opens."""

    @property
    def is_franceconnect(self) -> bool:
        return self.kind in (ProviderKind.FRANCECONNECT, ProviderKind.FRANCECONNECT_PLUS)

    @property
    def is_national(self) -> bool:
        """Whether a public body runs it, and says how its button reads."""
        return self.kind is not ProviderKind.ENTERPRISE

    @property
    def for_staff_only(self) -> bool:
        return self.kind is ProviderKind.PRO_SANTE_CONNECT


def read(env: Mapping[str, str]) -> tuple[Provider, ...]:
    """Every service named by ``RELIE_OIDC``, in that order. Raises ``ConfigError`` naming the variable."""
    names = [name.strip() for name in env.get("RELIE_OIDC", "").split(",") if name.strip()]
    for name in names:
        if not NAMES.fullmatch(name) or names.count(name) > 1:
            raise ConfigError("RELIE_OIDC wants names of 1 to 20 small letters and digits, each once, between commas")
    return tuple(_one(env, name) for name in names)


def _one(env: Mapping[str, str], name: str) -> Provider:
    def said(what: str, default: str | None = None) -> str:
        found = env.get(_variable(name, what)) or default
        if found is None:
            raise ConfigError(f"{_variable(name, what)} is not set: see docs/configuration.md")
        return found

    kind = _kind(said("KIND"), _variable(name, "KIND"))
    issuer = _address(said("ISSUER"), _variable(name, "ISSUER"))
    found = issuer.rstrip("/") + "/.well-known/openid-configuration"
    return Provider(
        name=name,
        kind=kind,
        issuer=issuer,
        client_id=said("CLIENT_ID"),
        client_secret=said("CLIENT_SECRET"),
        discovery=_address(said("DISCOVERY", found), _variable(name, "DISCOVERY")),
        acr=_levels(kind, said("ACR", ""), _variable(name, "ACR")),
        pkce=_yes(said("PKCE", "0" if kind in _LABELS else "1"), _variable(name, "PKCE")),
        label=said("LABEL", _LABELS.get(kind, name.capitalize())),
        substantial=_substantial(kind, said("STRENGTH", ""), _variable(name, "STRENGTH")),
    )


def _variable(name: str, what: str) -> str:
    return "_".join(("RELIE_OIDC", name.upper(), what))


def _kind(value: str, variable: str) -> ProviderKind:
    try:
        return ProviderKind(value)
    except ValueError:
        raise ConfigError(f"{variable} wants one of: {', '.join(ProviderKind)}") from None


def _address(value: str, variable: str) -> str:
    try:
        parts = urlsplit(value)
    except ValueError:  # brackets that hold no address
        parts = urlsplit("")
    if (parts.scheme == "https" and parts.hostname) or (parts.scheme == "http" and parts.hostname in HERE):
        return value
    raise ConfigError(f"{variable} wants an https:// address")


def _levels(kind: ProviderKind, value: str, variable: str) -> tuple[str, ...]:
    """What is enough. A level of eIDAS stands for the stronger ones too; nothing lowers what a kind asks for."""
    enough, chosen = _ACR[kind], tuple(value.split())
    if not chosen:
        return enough
    if not enough:
        return chosen
    if len(chosen) != 1 or chosen[0] not in enough:
        raise ConfigError(f"{variable} wants one of: {', '.join(enough)}")
    return enough[enough.index(chosen[0]) :]


def _yes(value: str, variable: str) -> bool:
    if value not in ("0", "1"):
        raise ConfigError(f"{variable} wants 0 or 1")
    return value == "1"


def _substantial(kind: ProviderKind, value: str, variable: str) -> bool:
    if kind is not ProviderKind.ENTERPRISE:
        if value:
            raise ConfigError(f"{variable} is for enterprise services: what the others prove is known")
        return kind is not ProviderKind.FRANCECONNECT
    if value not in ("", "low", "substantial"):
        raise ConfigError(f"{variable} wants low or substantial")
    return value == "substantial"
