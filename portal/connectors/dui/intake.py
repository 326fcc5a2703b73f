"""One message, from bytes to committed rows: opened, checked against the store, given to each feature, logged.

All or nothing. What is refused leaves nothing but its own line in the log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from portal.connectors.dui.mapping import understand
from portal.connectors.dui.opening import Opened, open_message
from portal.connectors.dui.reception import Reception
from portal.connectors.dui.records import Issue, Message, State
from portal.connectors.dui.references import Known, Needs
from portal.connectors.dui.refusal import TOO_LARGE, Limits, Refused, refuse
from portal.core import clock, scope
from portal.core.models import Establishment

FAST_CLOCK = timedelta(minutes=5)
"""How far ahead of ours a sender's clock may run."""

Receiver = Callable[[Session, Reception], None]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who brings a message, and the establishments (by FINESS) they may write."""

    name: str
    establishments: Mapping[str, Establishment]
    client_id: UUID | None = None
    """None for the command line."""

    @property
    def only_establishment(self) -> Establishment | None:
        """Whose staff learn of a message so wrong that it names nobody; None when it could be several."""
        found = list(self.establishments.values())
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of the log of reception. Codes and places, no value."""

    sender: Sender
    at: datetime
    state: State
    digest: str
    size: int
    establishment: Establishment | None = None
    sent_at: datetime | None = None
    version: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[Issue, ...] = ()
    issues: tuple[Issue, ...] = ()
    vault_key: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the message, for whoever must be answered."""

    state: State
    entries: tuple[tuple[str, str, bool], ...] = ()
    """(type, id, whether it is new) of each entry, in order; empty when refused."""
    issues: tuple[Issue, ...] = ()
    """Why it was refused."""
    warnings: tuple[Issue, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


class Vault(Protocol):
    """Where raw messages are kept."""

    def put(self, content: bytes, *, about: str) -> str:
        """Store, encrypted, and return its key once it is safe on disk."""

    def delete(self, key: str) -> None:
        """Forget it."""


class Store(Protocol):
    """What the dossier feature keeps about reception; given, because connectors know no feature."""

    def lock(self, db: Session, establishment: Establishment) -> None:
        """Let one message at a time change an establishment, so that « newest wins » means something."""

    def known(self, db: Session, establishment: Establishment, needs: Needs) -> Known:
        """What it holds of what a message refers to."""

    def is_repeated(self, db: Session, establishment: Establishment, message: Message) -> bool:
        """Whether every dossier of the message was last told by this very message."""

    def log(self, db: Session, line: Logged) -> None:
        """Add a line to the log."""


@dataclass(frozen=True, slots=True)
class Intake:
    """The door by which every DUI message comes in, wired once by ``app`` and ``cli``."""

    sessions: sessionmaker[Session]
    vault: Vault
    store: Store
    receivers: Sequence[Receiver]
    """Each feature's ``receive``, the dossier's first."""
    limits: Limits = field(default_factory=Limits)

    def take_in(self, raw: bytes, sender: Sender) -> Outcome:
        """Take one message in, in one transaction, or refuse it and log why in another.

        Anything else than a refusal is raised, and nothing is stored.
        """
        at = clock.now()
        place = sender.only_establishment
        try:
            opened = open_message(raw, self.limits)
            place = sender.establishments[opened.finess(sender.establishments.keys())]
            return self._take(_Arrival(raw, sender, at, opened, place))
        except Refused as refusal:
            digest = hashlib.sha256(raw).hexdigest()
            return self._refuse(
                Logged(sender, at, State.REFUSED, digest, len(raw), establishment=place, issues=refusal.issues)
            )

    def turn_away(self, sender: Sender, size: int) -> Outcome:
        """Refuse, and log, a message announced as too large: not a byte of it was read."""
        issues = refuse(TOO_LARGE).issues
        place = sender.only_establishment
        return self._refuse(Logged(sender, clock.now(), State.REFUSED, "", size, establishment=place, issues=issues))

    def _refuse(self, line: Logged) -> Outcome:
        with self.sessions.begin() as db:
            scope.enter(db, scope.establishments(line.establishment.id) if line.establishment else scope.NOBODY)
            self.store.log(db, line)
        return Outcome(State.REFUSED, issues=line.issues)

    def _take(self, arrival: _Arrival) -> Outcome:
        kept: list[str] = []
        try:
            with self.sessions.begin() as db:
                scope.enter(db, scope.establishments(arrival.establishment.id))
                return self._store(db, arrival, kept)
        except BaseException:
            for key in kept:  # nothing was committed, so nothing will ever ask for it
                self.vault.delete(key)
            raise

    def _store(self, db: Session, arrival: _Arrival, kept: list[str]) -> Outcome:
        place = arrival.establishment
        self.store.lock(db, place)
        message = arrival.understood(self.store.known(db, place, arrival.opened.needs()))
        reception = Reception(message, place, arrival.at, "", warnings=list(message.warnings))
        if self.store.is_repeated(db, place, message):
            reception.existing = {f"{type_}/{id_}" for type_, id_ in message.entries}
            return self._close(db, arrival, reception, State.REPEATED)
        reception.vault_key = self.vault.put(arrival.raw, about=f"dui:{place.finess}")
        kept.append(reception.vault_key)
        for receive in self.receivers:
            receive(db, reception)
        ignored = bool(message.dossier_keys) and not reception.dossiers
        return self._close(db, arrival, reception, State.IGNORED if ignored else State.TAKEN)

    def _close(self, db: Session, arrival: _Arrival, reception: Reception, state: State) -> Outcome:
        message = reception.message
        line = Logged(
            sender=arrival.sender,
            at=arrival.at,
            state=state,
            digest=message.digest,
            size=len(arrival.raw),
            establishment=arrival.establishment,
            sent_at=message.sent_at,
            version=message.version,
            counts=dict(reception.stored),
            warnings=tuple(reception.warnings),
            vault_key=reception.vault_key or None,
        )
        self.store.log(db, line)
        entries = ((type_, id_, f"{type_}/{id_}" not in reception.existing) for type_, id_ in message.entries)
        return Outcome(state, tuple(entries), warnings=line.warnings, counts=line.counts)


@dataclass(frozen=True, slots=True)
class _Arrival:
    raw: bytes
    sender: Sender
    at: datetime
    opened: Opened
    establishment: Establishment

    def understood(self, known: Known) -> Message:
        place = self.establishment
        message = understand(self.opened, known, client=self.sender.name, finess=place.finess, zone=place.time_zone)
        if message.sent_at is None or message.sent_at <= self.at + FAST_CLOCK:
            return message
        # left as it is, a date in 2099 would make every later message « older »
        ahead = Issue("timestamp-in-future", path="Bundle.timestamp")
        return replace(message, sent_at=None, warnings=(*message.warnings, ahead))
