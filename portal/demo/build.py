"""Make the demo: an empty database, then everything through the doors that production uses."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, sessionmaker

from portal import tables  # noqa: F401 - every table, so that making anew empties every one
from portal.access import reach
from portal.connectors.dui.intake import Sender
from portal.connectors.dui.records import State
from portal.connectors.vault import Vault, VaultMissing
from portal.core import clock, scope
from portal.core.config import Settings
from portal.core.db import Base
from portal.core.errors import PortalError
from portal.core.models import Establishment, Mark, Organisation
from portal.demo import cretons, safety
from portal.demo.announced import announce
from portal.demo.cast import settle
from portal.demo.house import FINESS, NAME, ORGANISATION, PHONE, SIRET
from portal.demo.imagine import SEED, imagine
from portal.demo.kitchen import menu_files
from portal.demo.liaison import speak
from portal.demo.messages import messages
from portal.demo.sharing import share
from portal.demo.world import ZONE, World
from portal.dossier.models import DuiMessage
from portal.menus import services as menus
from portal.menus.scdl_write import Kitchen, write
from portal.reception import make_intake

OLD = timedelta(days=5)
"""A demo older than this is made anew, so that « cette semaine » is always a week with something in it."""
SENT = time(6, 10)
"""When the DUI sends its messages, every morning."""
CLIENT = "DUI de démonstration"


class DemoRefused(PortalError):
    """One of our own invented messages was not taken in: a defect of ours, told whole since nobody is in it."""


def build(settings: Settings, sessions: sessionmaker[Session], vault: Vault) -> None:
    """Make the demo unless there is a fresh one. The schema must be there.

    Raises ``ConfigError`` when the settings or the database are not a demo's own. Killed half-way, the database keeps
    its mark without a date, and the next start makes it anew.
    """
    safety.refuse_unless_alone(settings)
    with sessions.begin() as db:
        scope.enter(db, scope.everywhere("demo"))
        safety.refuse_to_overwrite(db)
        if is_fresh(db):
            return
        forgotten = _empty(db)
        db.execute(insert(Mark).values(name=safety.MARK, value=""))
    for key in forgotten:
        _forget(vault, key)
    now = clock.now()
    _fill(settings, sessions, vault, imagine(clock.local_date(now, ZONE)), now)
    with sessions.begin() as db:
        mark = db.get_one(Mark, safety.MARK)
        mark.value = now.isoformat()


def is_fresh(db: Session) -> bool:
    """Whether a whole demo stands here, made less than ``OLD`` ago and not in the future."""
    mark = db.get(Mark, safety.MARK)
    if mark is None or not mark.value:
        return False
    return timedelta() <= clock.now() - datetime.fromisoformat(mark.value) < OLD


def _empty(db: Session) -> list[str]:
    """Forget everything. Returns what the vault may forget, once this is committed."""
    keys = [key for key in db.scalars(select(DuiMessage.vault_key)) if key]
    for table in reversed(Base.metadata.sorted_tables):
        db.execute(delete(table))
    return keys


def _forget(vault: Vault, key: str) -> None:
    with suppress(VaultMissing):
        vault.delete(key)


def _fill(settings: Settings, sessions: sessionmaker[Session], vault: Vault, world: World, now: datetime) -> None:
    with sessions.begin() as db:
        organisation = Organisation(name=ORGANISATION)
        db.add(organisation)
        db.flush()
        establishment = Establishment(
            organisation_id=organisation.id, finess=FINESS, name=NAME, phone=PHONE, time_zone=ZONE
        )
        db.add(establishment)
    sender = Sender(CLIENT, {FINESS: establishment})
    intake = make_intake(settings, sessions, vault)
    for name, raw in messages(world, sent_at(now)):
        outcome = intake.take_in(raw, sender)
        if outcome.state is not State.TAKEN:
            raise DemoRefused(f"{name}: {outcome.state}: {[issue.code for issue in outcome.issues]}")
    with sessions.begin() as db:
        kitchen = Kitchen(ORGANISATION, SIRET, NAME, SIRET)
        for name, records in menu_files(world.year, SEED):
            menus.take_in(db, establishment.id, write(records, kitchen), name)
    with sessions.begin() as db:
        scope.enter(db, scope.everywhere("demo"))
        place = db.get_one(Establishment, establishment.id)
        settle(db, world, place)
        cretons.decide(db, world)
        reach.recompute(db)
        share(db, world, place)
        announce(db, world, place)
        speak(db, world)


def sent_at(now: datetime) -> datetime:
    """The last morning message before ``now``."""
    here = clock.local(now, ZONE)
    morning = datetime.combine(here.date(), SENT, ZoneInfo(ZONE))
    return (morning if morning <= here else morning - timedelta(days=1)).astimezone(UTC)
