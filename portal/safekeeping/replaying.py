"""The journal read again after an older database came back. Each entry only takes away, whatever it meets.

What was given since the backup is not given again: an entry that both gave and took (another unit, another kind of
authority) takes, and staff look at it again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select, update
from sqlalchemy.orm import Session, object_session

from portal.access.models import Kind, Relationship
from portal.access.sharing import Agreement, Restriction
from portal.accounts.enrolments import Enrolment
from portal.accounts.models import CalendarFeed, SignIn
from portal.core import clock
from portal.core.db import Base
from portal.core.journal import Line, Taken
from portal.core.models import Account, AccountState, Dossier, DossierState, HiddenFrom, Shared
from portal.dossier.clients import BOTH_WORK
from portal.dossier.models import DuiClient, DuiClientScope
from portal.inbox import services as inbox
from portal.inbox.models import Notice
from portal.safekeeping import erasing, perimeters
from portal.safekeeping.declared import PROOF, RESTRICTED_ROW, What
from portal.safekeeping.rewriting import WRITES, withhold
from portal.sharing.models import ActAnswer


@dataclass
class Replayed:
    """What replaying did, in counts by ``What``, and what it left for people to do."""

    done: Counter[What] = field(default_factory=Counter)
    absent: Counter[What] = field(default_factory=Counter)
    """Of these, the backup does not know the thing: nothing to take away, unless it comes in again."""
    dossiers: set[UUID] = field(default_factory=set)
    """Dossiers whose restriction could not be set again, since the account it is against came after the backup."""
    objects: list[str] = field(default_factory=list)
    """Names in the vault that went with what was erased."""


def replay(db: Session, lines: Iterable[Line]) -> Replayed:
    """Take away again what these lines took away; void ones must have been left out. Flushes, does not commit."""
    told = Replayed()
    for line in lines:
        cells = [one for one in line.taken if one["what"] == What.CELL]
        versions = [one for one in line.taken if one["what"] == What.PERIMETER]
        for one in versions:
            _count(told, What.PERIMETER, perimeters.decide_again(db, one, cells))
        perimeters.close_cells(db, cells, [one["id"] for one in versions])
        for one in line.taken:
            if (what := What(one["what"])) not in (What.CELL, What.PERIMETER):
                _count(told, what, _again(db, what, one, line.at, told))
        db.flush()
    relabel(db)
    return told


def _count(told: Replayed, what: What, done: bool) -> None:
    (told.done if done else told.absent)[what] += 1


def _again(db: Session, what: What, one: Taken, at: datetime, told: Replayed) -> bool:
    """Take one thing away again; False when the backup does not know it."""
    if what is What.ERASED:
        names = erasing.erase(db, UUID(one["id"]))
        told.objects += names or ()
        return names is not None
    if what is What.EMPTIED:
        names = erasing.empty(db, UUID(one["id"]), one["categories"])
        told.objects += names or ()
        return names is not None
    if what is What.RESTRICTED:
        return _restrict(db, one, told)
    if what in WRITES:
        return WRITES[what](db, one)
    thing: Any = db.get(_MODELS[one["of"]], UUID(one["id"].partition("/")[0]))
    if thing is not None:
        _TAKES[what](thing, one, at)
    elif "key" in one:
        withhold(db, what, one)
    return thing is not None


def _end(link: Relationship | Agreement, one: Taken, _at: datetime) -> None:
    at = max(datetime.fromisoformat(one["ends_at"]), link.starts_at + link.starts_at.resolution)
    link.ends_at = min(at, link.ends_at or at)


def _unprove(link: Relationship, _one: Taken, _at: datetime) -> None:
    link.verified_at = None


def _close(account: Account, _one: Taken, _at: datetime) -> None:
    account.state = AccountState.CLOSED


def _sign_out(device: SignIn, _one: Taken, at: datetime) -> None:
    device.ended_at = device.ended_at or at


def _shut_letter(letter: Enrolment, _one: Taken, at: datetime) -> None:
    if letter.redeemed_at is None:
        letter.revoked_at = letter.revoked_at or at


def _forget(way: Any, _one: Taken, _at: datetime) -> None:
    if db := object_session(way):
        db.delete(way)


def _shut(client: DuiClient | CalendarFeed, _one: Taken, at: datetime) -> None:
    client.revoked_at = client.revoked_at or at


def _let_run_out(client: DuiClient, _one: Taken, at: datetime) -> None:
    """The token of the backup keeps the week it was promised when another took its place."""
    client.expires_at = min(client.expires_at, at + BOTH_WORK)


def _withdraw(agreement: Agreement, _one: Taken, at: datetime) -> None:
    agreement.withdrawn_at = min(at, agreement.withdrawn_at or at)


def _hold(thing: Any, one: Taken, _at: datetime) -> None:
    until = datetime.fromisoformat(one["until"])
    thing.held_until = max(until, thing.held_until or until)


def _hide(thing: Any, one: Taken, _at: datetime) -> None:
    said = {thing.hidden_from, HiddenFrom(one["from"])} - {HiddenFrom.NOBODY}
    thing.hidden_from = said.pop() if len(said) == 1 else HiddenFrom.FAMILIES


def _make_private(thing: Any, one: Taken, _at: datetime) -> None:
    """It changed hands: held until somebody looks, so that neither its former reader nor the next reads the other’s."""
    owner = UUID(one["to"]) if one["to"] else None
    if thing.private_to != owner:
        db = object_session(thing)
        known = owner is None or (db is not None and db.get(Account, owner) is not None)
        thing.private_to = owner if known else thing.private_to
        thing.held_until = clock.FOREVER


def _unpublish(thing: Any, one: Taken, _at: datetime) -> None:
    thing.published_to &= one["to"]


def _stand(dossier: Dossier, one: Taken, _at: datetime) -> None:
    """The less open of the two; neither is less open than the other before and after a stay: then nothing is."""
    state = DossierState(one["state"])
    if dossier.state is DossierState.PRESENT:
        dossier.state = state
    elif dossier.state is not state:
        dossier.state = DossierState.LEFT


def _move(dossier: Dossier, _one: Taken, _at: datetime) -> None:
    dossier.unit_id = None


def _verify_all_again(dossier: Dossier, _one: Taken, _at: datetime) -> None:
    links = update(Relationship).where(Relationship.dossier_id == dossier.id, Relationship.kind != Kind.STAFF)
    if db := object_session(dossier):
        db.execute(links.values(verified_at=None))


def _take_back(answer: ActAnswer, _one: Taken, at: datetime) -> None:
    answer.ended_at = min(at, answer.ended_at or at)


_TAKES: dict[What, Callable[[Any, Taken, datetime], None]] = {
    What.ENDED: _end,
    What.CUT_SHORT: _end,
    What.UNPROVED: _unprove,
    What.CLOSED: _close,
    What.SIGNED_OUT: _sign_out,
    What.WAY_IN_GONE: _forget,
    What.LETTER_SHUT: _shut_letter,
    What.KEY_SHUT: _shut,
    What.FEED_SHUT: _shut,
    What.KEY_CHANGED: _let_run_out,
    What.WITHDRAWN: _withdraw,
    What.HELD: _hold,
    What.HIDDEN: _hide,
    What.PRIVATE: _make_private,
    What.UNPUBLISHED: _unpublish,
    What.STANDS: _stand,
    What.MOVED: _move,
    What.REBORN: _verify_all_again,
    What.TAKEN_BACK: _take_back,
}

_MODELS: dict[str, type[Base]] = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers} | {
    DuiClientScope.__tablename__: DuiClient
}


REPLAYED = _TAKES.keys() | WRITES.keys() | {What.ERASED, What.EMPTIED, What.RESTRICTED, What.PERIMETER, What.CELL}
"""Whatever the journal may say."""


def _restrict(db: Session, one: Taken, told: Replayed) -> bool:
    """Set a restriction again: as it was, or beside one that holds back less. One more only takes away."""
    row = {name: one[name] for name in RESTRICTED_ROW}
    row |= {name: UUID(row[name]) if row[name] else None for name in ("dossier_id", "establishment_id", "account_id")}
    row |= {name: datetime.fromisoformat(row[name]) if row[name] else None for name in ("starts_at", "ends_at")}
    if db.get(Dossier, row["dossier_id"]) is None:
        return False
    if row["account_id"] and db.get(Account, row["account_id"]) is None:
        told.dossiers.add(row["dossier_id"])
        return False
    there = db.get(Restriction, UUID(one["id"]))
    if there is None or not _as_strict(there, row):
        identity = uuid5(there.id, json.dumps(one, sort_keys=True)) if there else UUID(one["id"])
        if db.get(Restriction, identity) is None:
            db.add(Restriction(id=identity, proof=PROOF, **row))
            db.flush()
    return True


def _as_strict(there: Restriction, row: dict[str, Any]) -> bool:
    same = all(getattr(there, name) == row[name] for name in ("source", "against", "account_id", "dossier_id"))
    longer = (there.ends_at or clock.FOREVER) >= (row["ends_at"] or clock.FOREVER)
    longer = longer and there.starts_at <= row["starts_at"]
    return same and longer and there.lifted_at is None and set(row["rows"].split()) <= set(there.rows.split())


def relabel(db: Session) -> None:
    """Notices say again what the things they are about say: what is hidden hides what was told of it."""
    about = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Shared)]
    for model in (one for one in about if one is not Notice):
        inbox.relabel(db, model, db.scalars(select(Dossier.id)).all())
