"""The purge: what is past its time goes, each dossier in a transaction of its own, and never by itself.

The journal of revocations keeps that it went, so an old backup that comes back is purged again. What is left behind of
a dossier is the seal of the months in which it was read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session, sessionmaker

from portal.access import services as access
from portal.access.mandates import Mandate
from portal.access.models import Relationship
from portal.access.seal import purge_month
from portal.access.words import Category
from portal.accounts.changes import CHANGED
from portal.accounts.enrolments import Enrolment
from portal.accounts.models import WAYS, CalendarFeed, SignIn
from portal.alerts.jobs import BY_MAIL, BY_SMS
from portal.alerts.models import AlertChoice, AlertPhone, DeadAddress, PushDevice
from portal.alerts.services import forget_left
from portal.beside.models import PictureCode
from portal.core.errors import BadInput
from portal.core.jobs import Job
from portal.core.models import Account, Dossier
from portal.core.taking import note, rules
from portal.inbox.models import Notice
from portal.inbox.services import MAIL
from portal.retention import queries, raw
from portal.safekeeping import erasing
from portal.safekeeping.declared import What
from portal.staffing.models import Review


class Vault(raw.Vault, Protocol):
    """What is asked of the vault."""

    def delete(self, name: str) -> None: ...


@dataclass
class Done:
    """What a purge removed."""

    erased: int = 0
    emptied: int = 0
    accounts: int = 0
    objects: int = 0
    log_lines: int = 0
    sign_ins: int = 0
    ways: int = 0


def purge(sessions: sessionmaker[Session], vault: Vault, now: datetime) -> Done:
    """Do what ``queries.due`` says, one commit after the other: stopped half-way, it goes on where it was."""
    done = Done()
    with sessions() as db:
        due = queries.due(db, now)
    for one in due.erased:
        with _forgetting(sessions, vault, done) as (db, names):
            names += _erase(db, one.id)
            done.erased += 1
    for one, categories in due.emptied:
        with _forgetting(sessions, vault, done) as (db, names):
            names += _empty(db, one.id, categories)
            done.emptied += 1
    _cut_raw(sessions, vault, due, done)
    with sessions.begin() as db:
        for account in db.scalars(select(Account).where(Account.id.in_(queries.leavers(db, now))).order_by(Account.id)):
            access.close_account(db, account)
        done.accounts = anonymise(db, queries.nameless(db))
        for place, month in due.log_months:
            done.log_lines += _purge_month(db, place, month)
        old = queries.old_sign_ins(db, now)
        db.execute(delete(SignIn).where(SignIn.id.in_(old)))
        done.sign_ins = len(old)
        forget_left(db)
        db.execute(delete(Review).where(Review.id.in_(queries.old_reviews(db, now))))
        db.execute(delete(Enrolment).where(Enrolment.id.in_(queries.old_letters(db, now))))
        db.execute(delete(CalendarFeed).where(CalendarFeed.id.in_(queries.old_feeds(db, now))))
        db.execute(delete(Mandate).where(Mandate.id.in_(queries.old_mandates(db, now))))  # its sessions went above
        done.ways = len(without_use := queries.without_use(db, now))
        forget_ways(db, without_use)
    return done


def anonymise(db: Session, account_ids: Iterable[UUID]) -> int:
    """Closed accounts keep their identifier, which lines of the log name, and nothing else. How many."""
    chosen = list(account_ids)
    for account in db.scalars(select(Account).where(Account.id.in_(chosen))):
        account.display_name, account.email = "", None
        account.mode, account.theme, account.locale = "", "", "fr"
        account.reading, account.reading_own = "", ""
    forget_ways(db, chosen)
    for theirs in (AlertChoice, AlertPhone, DeadAddress):
        db.execute(delete(theirs).where(theirs.account_id.in_(chosen)))
    db.execute(delete(Notice).where(Notice.account_id.in_(chosen), Notice.dossier_id.is_(None)))
    waiting = [f"{kind}:{one}" for one in chosen for kind in (MAIL, CHANGED, BY_MAIL, BY_SMS)]
    db.execute(delete(Job).where(Job.key.in_(waiting), Job.lease.is_(None)))
    db.flush()
    return len(chosen)


def forget_ways(db: Session, account_ids: Collection[UUID]) -> None:
    """Nobody comes in by these accounts any more, and nothing says on which device they once were."""
    for theirs in (*WAYS, SignIn, PushDevice, PictureCode, Enrolment, CalendarFeed):
        db.execute(delete(theirs).where(theirs.account_id.in_(account_ids)))


def _erase(db: Session, dossier_id: UUID) -> list[str]:
    """The dossier, and the accounts that were tied to nobody else: closed here, anonymised at the end."""
    theirs = set(db.scalars(select(Relationship.account_id).where(Relationship.dossier_id == dossier_id)))
    names = erasing.erase(db, dossier_id) or []
    tied = exists().where(Relationship.account_id == Account.id)
    for account in db.scalars(select(Account).where(Account.id.in_(theirs), ~tied).order_by(Account.id)):
        access.close_account(db, account)
    return names


def _empty(db: Session, dossier_id: UUID, categories: Collection[Category]) -> list[str]:
    names = erasing.empty(db, dossier_id, categories) or []
    gone = sorted(category.value for category in categories)
    note(db, rules()[Dossier.__tablename__], {"id": dossier_id}, [{"what": What.EMPTIED, "categories": gone}])
    return names


def _purge_month(db: Session, place: UUID, month: int) -> int:
    try:
        return purge_month(db, place, month)
    except BadInput:  # sealing is late: the next purge takes it
        return 0


def _cut_raw(sessions: sessionmaker[Session], vault: Vault, due: queries.Due, done: Done) -> None:
    """Old messages; and all those of an establishment where somebody was erased or emptied, who may be in any."""
    places = {one.establishment_id for one in (*due.erased, *(one for one, _ in due.emptied))}
    with sessions() as db:
        found = {*raw.messages(db, before=due.raw_before), *raw.messages(db, establishments=places)}
    for name, finess in sorted(found):
        with _forgetting(sessions, vault, done) as (db, names):
            cut = raw.cut(db, vault, name, finess)
            names.made += cut.made
            names += cut.left


class _Names(list[str]):
    """Names in the vault to forget once this is committed; ``made``: to forget if it is not."""

    def __init__(self) -> None:
        super().__init__()
        self.made: tuple[str, ...] = ()


@contextmanager
def _forgetting(sessions: sessionmaker[Session], vault: Vault, done: Done) -> Iterator[tuple[Session, _Names]]:
    """One transaction, then the vault: an object outlives the row that names it, never the other way round."""
    names = _Names()
    try:
        with sessions.begin() as db:
            yield db, names
    except BaseException:
        for name in names.made:
            vault.delete(name)
        raise
    for name in names:
        vault.delete(name)
    done.objects += len(names)
