"""The DUIs allowed to send us dossiers: a bearer token each, shown once, kept hashed, expiring, replaceable."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.connectors.dui.intake import Sender
from portal.core import clock
from portal.core.errors import BadInput, NotFound
from portal.core.models import Establishment
from portal.dossier.models import DuiClient, DuiClientScope

LASTS = timedelta(days=365)
BOTH_WORK = timedelta(days=7)
"""How long the former token still opens after a rotation."""
COMMAND = "portal dui import"
"""Under which name files imported by hand are logged."""
PREFIX = "relie-dui"
NOBODY = hashlib.sha256(b"nobody").hexdigest()


def add_client(db: Session, name: str, finess: Iterable[str], lasts: timedelta = LASTS) -> str:
    """A new DUI, and its token: the only time anybody sees it.

    Raises ``BadInput`` when the name is taken or empty, or an establishment is not ours.
    """
    name = name.strip()
    if not name or db.scalar(select(DuiClient.id).where(DuiClient.name == name)):
        raise BadInput("name", "taken" if name else "empty")
    wanted = set(finess)
    places = db.scalars(select(Establishment).where(Establishment.finess.in_(wanted))).all()
    if not wanted or len(places) != len(wanted):
        raise BadInput("finess", "unknown")
    client = DuiClient(id=uuid4(), name=name, token_digest="", expires_at=clock.now() + lasts)
    db.add(client)
    db.flush()
    db.add_all(DuiClientScope(client_id=client.id, establishment_id=place.id) for place in places)
    return _give(client)


def rotate(db: Session, name: str, lasts: timedelta = LASTS) -> str:
    """Another token for a DUI; the former one works for a week more. Raises ``NotFound``."""
    client = _named(db, name)
    now = clock.now()
    client.former_digest, client.former_until = client.token_digest, min(client.expires_at, now + BOTH_WORK)
    client.rotated_at, client.expires_at = now, now + lasts
    return _give(client)


def revoke(db: Session, name: str) -> None:
    """Close a DUI's door at once, its former token's too. Raises ``NotFound``."""
    _named(db, name).revoked_at = clock.now()
    db.flush()


def authenticate(db: Session, token: str) -> Sender | None:
    """The sender a token stands for; None when it is unknown, expired or revoked.

    The secret is compared in constant time, and an unknown client costs the same comparison.
    """
    client_id, secret = _parts(token)
    client = db.get(DuiClient, client_id) if client_id else None
    digest, now = _digest(secret), clock.now()
    current = hmac.compare_digest(digest, client.token_digest if client else NOBODY)
    former = hmac.compare_digest(digest, (client.former_digest if client else None) or NOBODY)
    if client is None or client.revoked_at is not None:
        return None
    lives = (current and now < client.expires_at) or bool(former and client.former_until and now < client.former_until)
    return Sender(client.name, _scope(db, client.id), client.id) if lives else None


def everywhere(db: Session) -> Sender:
    """The command line, that may write every establishment."""
    return Sender(COMMAND, {place.finess: place for place in db.scalars(select(Establishment))})


def _named(db: Session, name: str) -> DuiClient:
    client = db.scalar(select(DuiClient).where(DuiClient.name == name.strip()))
    if client is None:
        raise NotFound
    return client


def _give(client: DuiClient) -> str:
    secret = secrets.token_urlsafe(32)
    client.token_digest = _digest(secret)
    return f"{PREFIX}.{client.id.hex}.{secret}"


def _parts(token: str) -> tuple[UUID | None, str]:
    prefix, _, rest = token.partition(".")
    name, _, secret = rest.partition(".")
    try:
        return (UUID(hex=name) if prefix == PREFIX else None), secret
    except ValueError:
        return None, secret


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _scope(db: Session, client_id: UUID) -> dict[str, Establishment]:
    query = select(Establishment).join(DuiClientScope, DuiClientScope.establishment_id == Establishment.id)
    return {place.finess: place for place in db.scalars(query.where(DuiClientScope.client_id == client_id))}
