"""Settings, read once from the environment. Every name starts with ``RELIE_``; docs/configuration.md lists them."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from portal.core import providers
from portal.core.errors import ConfigError
from portal.core.providers import Provider

MIB = 1024 * 1024


@dataclass(frozen=True)
class Settings:
    """What one running portal was told. ``secret_key`` and ``vault_keys`` never appear in a repr."""

    database_url: str
    vault_url: str
    secret_key: str
    vault_keys: Mapping[str, bytes]
    """Key name → 32 bytes. The first wraps new objects; the others still open old ones."""
    owner_database_url: str | None = None
    """PostgreSQL, as the role that owns the schema: for the commands that change it, never for pages."""
    smtp_url: str | None = None
    journal_folder: Path | None = None
    """Where the revocation journal is kept, outside the database. None only in a demo, and where nothing is served."""
    backup_keys: Mapping[str, bytes] = field(default_factory=dict)
    """As ``vault_keys``, for backups."""
    mail_folder: Path | None = None
    mail_from: str = "relie@localhost"
    public_url: str = "https://localhost"
    demo: bool = False
    bind: str = "127.0.0.1:8000"
    dui_endpoint: str | None = None
    dui_folder: Path | None = None
    """Where what goes back to the DUI is written, one file each."""
    max_bundle_bytes: int = 64 * MIB
    trusted_hops: int = 0
    """How many proxies in front of us may speak for the client's address."""
    staff_passphrase: bool = False
    """Whether staff too may come in with a passphrase and a code; else by passkeys only."""
    oidc: tuple[Provider, ...] = ()
    """Services that say who somebody is."""

    sms_url: str = ""
    """The gateway of text messages; "" for none."""
    sms_authorization: str = ""
    sms_body: str = '{"to": "{to}", "text": "{text}"}'
    push_key: str = ""
    """The private key of web push; "" for none."""
    push_services: tuple[str, ...] = ()
    """Hosts that a browser may have us send to, a leading dot standing for all of its own; none: the usual ones."""

    controller: str = ""
    """Who answers for what people's data become, with their address: public pages name them (RGPD 13-1-a)."""
    dpo: str = ""
    """How the data protection officer is written to."""
    hosting: str = ""
    """Who keeps the machines, with their address."""

    def __repr__(self) -> str:
        return f"Settings(demo={self.demo}, bind={self.bind!r})"

    def with_(self, **changes: object) -> Settings:
        """A copy with some values replaced."""
        return replace(self, **changes)  # type: ignore[arg-type]


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings of this process.

    Raises ``ConfigError`` naming the variable when one is missing or unreadable.
    """
    env = os.environ if environ is None else environ
    return Settings(
        database_url=_required(env, "RELIE_DATABASE_URL"),
        vault_url=_required(env, "RELIE_VAULT_URL"),
        secret_key=_secret(_required(env, "RELIE_SECRET_KEY")),
        vault_keys=_keys(_required(env, "RELIE_VAULT_KEYS"), "RELIE_VAULT_KEYS"),
        owner_database_url=env.get("RELIE_OWNER_DATABASE_URL") or None,
        smtp_url=env.get("RELIE_SMTP_URL") or None,
        journal_folder=_folder(env.get("RELIE_JOURNAL_FOLDER", ""), "RELIE_JOURNAL_FOLDER"),
        backup_keys=_keys(env["RELIE_BACKUP_KEYS"], "RELIE_BACKUP_KEYS") if env.get("RELIE_BACKUP_KEYS") else {},
        mail_folder=Path(env["RELIE_MAIL_FOLDER"]) if env.get("RELIE_MAIL_FOLDER") else None,
        mail_from=env.get("RELIE_MAIL_FROM", "relie@localhost"),
        public_url=env.get("RELIE_PUBLIC_URL", "https://localhost").rstrip("/"),
        demo=env.get("RELIE_DEMO", "") == "1",
        bind=env.get("RELIE_BIND", "127.0.0.1:8000"),
        dui_endpoint=env.get("RELIE_DUI_ENDPOINT") or None,
        dui_folder=_folder(env.get("RELIE_DUI_FOLDER", ""), "RELIE_DUI_FOLDER"),
        max_bundle_bytes=_number(env, "RELIE_MAX_BUNDLE_BYTES", 64 * MIB),
        trusted_hops=_number(env, "RELIE_TRUSTED_HOPS", 0),
        staff_passphrase=env.get("RELIE_STAFF_PASSPHRASE", "") == "1",
        oidc=providers.read(env),
        sms_url=env.get("RELIE_SMS_URL", ""),
        sms_authorization=env.get("RELIE_SMS_AUTHORIZATION", ""),
        sms_body=env.get("RELIE_SMS_BODY") or Settings.sms_body,
        push_key=env.get("RELIE_PUSH_KEY", ""),
        push_services=_list(env.get("RELIE_PUSH_SERVICES", "")),
        controller=env.get("RELIE_CONTROLLER", ""),
        dpo=env.get("RELIE_DPO", ""),
        hosting=env.get("RELIE_HOSTING", ""),
    )


def _required(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "")
    if not value:
        raise ConfigError(f"{name} is not set: see docs/configuration.md")
    return value


def _secret(value: str) -> str:
    if len(value) < 32:
        raise ConfigError("RELIE_SECRET_KEY is too short: give at least 32 random characters")
    return value


def _folder(value: str, variable: str) -> Path | None:
    if value and not Path(value).is_absolute():
        raise ConfigError(f"{variable} wants an absolute folder, so that every command finds the same one")
    return Path(value) if value else None


def _keys(value: str, variable: str) -> dict[str, bytes]:
    """``name:base64,name:base64`` → keys, in the order given."""
    keys: dict[str, bytes] = {}
    for part in value.split(","):
        name, _, encoded = part.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            key = b""
        if not name or len(key) != 32:
            raise ConfigError(f"{variable} wants name:base64 of 32 bytes, separated by commas")
        keys[name] = key
    return keys


def _list(value: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in value.split(",") if one.strip())


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    try:
        return int(env.get(name) or default)
    except ValueError:
        raise ConfigError(f"{name} must be a whole number") from None
