"""What a DUI message changes in dossiers: who they are, who is close, who follows them, their stays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, select, update
from sqlalchemy.orm import Session

from portal.access.words import Category
from portal.connectors.dui.reception import Reception
from portal.connectors.dui.records import (
    Contact,
    DossierRecord,
    KeptRecord,
    ReferentRecord,
    RelativeRecord,
    StayRecord,
    StayState,
)
from portal.connectors.dui.upsert import Values, by_key, chunks, keep, remove, shared, write
from portal.core.models import Dossier, DossierState, Unit
from portal.core.standing import StaffWord
from portal.dossier import models
from portal.dossier.opening import open_dossiers, open_establishment, remember_sources

__all__ = ["open_establishment", "receive", "settle"]


def receive(db: Session, reception: Reception) -> None:
    """Take a message's dossiers in. Must run before the other features: it says which dossiers may change."""
    open_dossiers(db, reception)
    remember_sources(db, reception)
    _identities(db, reception)
    _close_ones(db, reception)
    _professionals(db, reception)
    _referents(db, reception)
    _stays(db, reception)
    keep(db, reception, models.Kept, reception.message.kept, _kept(reception), also=("resource_type",))
    mine = {dossier.id: key for key, dossier in reception.dossiers.items()}
    settle(db, mine, reception.at)
    told = {record.key: record for record in reception.message.dossiers}
    for key in sorted(mine[one] for one in contradicted(db, mine)):
        reception.warn("staff-word-kept", told[key].entry if key in told else None)


def _identities(db: Session, reception: Reception) -> None:
    found = dict(reception.mine(reception.message.dossiers))
    before: dict[tuple[Any, ...], Row[Any]] = {}
    for batch in chunks(found.values()):
        query = select(*models.Identity.__table__.c).where(models.Identity.dossier_id.in_(batch))
        before |= by_key(db, query, ("dossier_id",))
    rows = [_identity(record, dossier_id, reception) for record, dossier_id in found.items()]
    stored = write(db, models.Identity, ("dossier_id",), rows, before)
    reception.count("identity", len(stored.touched))


def _identity(record: DossierRecord, dossier_id: UUID, reception: Reception) -> Values:
    return shared(record, dossier_id, reception, Category.IDENTITY) | {
        "family_name": record.family_name,
        "given_name": record.given_name,
        "gender": record.gender,
    }


def _close_ones(db: Session, reception: Reception) -> None:
    def row(record: RelativeRecord, dossier_id: UUID, _before: Row[Any] | None) -> Values:
        return shared(record, dossier_id, reception, Category.HOUSEHOLD) | {
            "key": record.key,
            "family_name": record.family_name,
            "given_name": record.given_name,
            "relation": record.relation,
            "relation_label": record.relation_label,
            "role": record.role,
            "protection": record.protection,
            "protection_label": record.protection_label,
        }

    keep(db, reception, models.Relative, reception.message.relatives, row)
    _contacts(db, reception)


def _contacts(db: Session, reception: Reception) -> None:
    """Those of an owner the message speaks of are replaced as a whole: a phone it no longer gives is no longer true."""
    message = reception.message
    wanted: dict[tuple[UUID, str], list[Values]] = {}
    for person, dossier_id in reception.mine(message.dossiers):
        wanted[dossier_id, ""] = _reached(person, "", person.contacts, dossier_id, reception)
    for relative, dossier_id in reception.mine(message.relatives):
        told = () if relative.withdrawn else relative.contacts
        wanted[dossier_id, relative.key] = _reached(relative, relative.key, told, dossier_id, reception)
    names = ("dossier_id", "owner", "position")
    before: dict[tuple[Any, ...], Row[Any]] = {}
    for batch in chunks({dossier_id for dossier_id, _ in wanted}):
        query = select(*models.Contact.__table__.c).where(models.Contact.dossier_id.in_(batch))
        before |= by_key(db, query, names)
    rows = [values for told in wanted.values() for values in told]
    stays = {tuple(values[name] for name in names) for values in rows}
    gone = [row.id for key, row in before.items() if (key[0], key[1]) in wanted and key not in stays]
    remove(db, models.Contact, gone)
    stored = write(db, models.Contact, names, rows, before)
    reception.count("contact", len(stored.touched) + len(gone))


def _reached(
    record: DossierRecord | RelativeRecord,
    owner: str,
    contacts: Iterable[Contact],
    dossier_id: UUID,
    reception: Reception,
) -> list[Values]:
    base = shared(record, dossier_id, reception, Category.HOUSEHOLD)
    return [
        base | {"owner": owner, "position": place, "kind": one.kind, "value": one.value, "use": one.use}
        for place, one in enumerate(contacts)
    ]


def _professionals(db: Session, reception: Reception) -> None:
    """Also renames them where they are already shown as referents."""
    told = {record.key: record for record in reception.message.professionals}
    place, names = reception.establishment.id, ("establishment_id", "key")
    before: dict[tuple[Any, ...], Row[Any]] = {}
    for batch in chunks(told):
        table = models.Professional
        query = select(*table.__table__.c).where(table.establishment_id == place, table.key.in_(batch))
        before |= by_key(db, query, names)
    rows = [
        {"establishment_id": place, "key": one.key, "name": one.name, "role": one.role, "role_code": one.role_code}
        for one in told.values()
    ]
    stored = write(db, models.Professional, names, rows, before)
    reception.count("professional", len(stored.touched))
    for _, key in stored.touched & before.keys():
        renamed = update(models.Referent).where(
            models.Referent.professional_key == key, models.Referent.establishment_id == place
        )
        db.execute(renamed.values(name=told[key].name))


def _referents(db: Session, reception: Reception) -> None:
    def row(record: ReferentRecord, dossier_id: UUID, _before: Row[Any] | None) -> Values:
        return shared(record, dossier_id, reception, Category.IDENTITY) | {
            "key": record.key,
            "team": record.team,
            "professional_key": record.professional,
            "name": record.name,
            "role": record.role,
            "since": record.since,
            "until": record.until,
        }

    message = reception.message
    stored = keep(db, reception, models.Referent, message.referents, row)
    teams = {(reception.dossiers[key].id, team) for key, team in message.teams if key in reception.dossiers}
    held = select(models.Referent.id, models.Referent.dossier_id, models.Referent.team, models.Referent.key)
    for batch in chunks({dossier_id for dossier_id, _ in teams}):
        rows = db.execute(held.where(models.Referent.dossier_id.in_(batch))).all()
        here = [one for one in rows if (one.dossier_id, one.team) in teams]
        left = [one.id for one in here if (one.dossier_id, one.key) not in stored.ids]
        remove(db, models.Referent, left)
        reception.count("referent", len(left))


def _stays(db: Session, reception: Reception) -> None:
    units = _units(db, reception)

    def row(record: StayRecord, dossier_id: UUID, _before: Row[Any] | None) -> Values:
        return shared(record, dossier_id, reception, Category.IDENTITY) | {
            "key": record.key,
            "state": record.state,
            "starts_at": record.starts_at,
            "ends_at": record.ends_at,
            "unit_id": units.get(record.unit) if record.unit else None,
            "service": record.service,
        }

    keep(db, reception, models.Stay, reception.message.stays, row)


def _units(db: Session, reception: Reception) -> dict[str, UUID]:
    """Key → identifier of the establishment's units, those of the message included.

    A unit is for boarding as soon as somebody sleeps there; nothing in a message makes it stop being so.
    """
    place = reception.establishment.id
    query = select(Unit.id, Unit.key, Unit.name, Unit.boarding).where(Unit.establishment_id == place)
    before = by_key(db, query, ("key",))
    wanted: dict[str, Values] = {}
    for record, _ in reception.mine(reception.message.stays):
        if record.unit and not record.withdrawn:
            known = before.get((record.unit,))
            values = wanted.setdefault(
                record.unit,
                {"key": record.unit, "name": known.name if known else "", "boarding": bool(known and known.boarding)},
            )
            values["name"] = record.unit_name or values["name"] or record.unit
            values["boarding"] = values["boarding"] or bool(record.boarding)
    rows = [values if (key,) in before else {**values, "establishment_id": place} for key, values in wanted.items()]
    stored = write(db, Unit, ("key",), rows, before)
    reception.count("unit", len(stored.touched))
    return {row.key: row.id for row in before.values()} | {key[0]: id_ for key, id_ in stored.ids.items()}


def _kept(reception: Reception) -> Any:
    def row(record: KeptRecord, dossier_id: UUID, _before: Row[Any] | None) -> Values:
        return shared(record, dossier_id, reception, record.category) | {
            "key": record.key,
            "resource_type": record.resource_type,
            "vault_key": reception.vault_key,
            "entry": record.entry,
        }

    return row


def settle(db: Session, dossier_ids: Iterable[UUID], at: datetime) -> set[UUID]:
    """Say where each young person stands, by all their stays: state, and unit of the stay that counts.

    Present now, else expected, else left. Without any stay nothing is said. Where staff say otherwise (``StaffWord``)
    their word stands, and what the DUI says beside it is kept for them to read. « Left for good » is closed: only a
    stay to come or in progress changes it. Returns those whose state or unit is no longer what it was.
    """
    moved = set[UUID]()
    for batch in chunks(dossier_ids):
        words = {word.dossier_id: word for word in db.scalars(select(StaffWord).where(StaffWord.dossier_id.in_(batch)))}
        stays: dict[UUID, list[models.Stay]] = {}
        for stay in db.scalars(select(models.Stay).where(models.Stay.dossier_id.in_(batch))):
            stays.setdefault(stay.dossier_id, []).append(stay)
        for dossier in db.scalars(select(Dossier).where(Dossier.id.in_(stays))):
            before = dossier.state, dossier.unit_id
            _settle(dossier, words.get(dossier.id), stays[dossier.id], at)
            if before != (dossier.state, dossier.unit_id):
                moved.add(dossier.id)
    db.flush()
    return moved


def _settle(dossier: Dossier, word: StaffWord | None, stays: list[models.Stay], at: datetime) -> None:
    state, unit_id = _standing(stays, at)
    if word is not None:
        _beside(word, dossier, state, unit_id)
    elif state is not None and not (state is DossierState.LEFT_READABLE and dossier.state is DossierState.LEFT):
        dossier.state = state
        if state is DossierState.LEFT_READABLE:
            dossier.left_at = _left_at(stays, dossier.left_at or at)
        dossier.unit_id = unit_id or dossier.unit_id


def _beside(word: StaffWord, dossier: Dossier, state: DossierState | None, unit_id: UUID | None) -> None:
    """What the DUI says, next to what staff said; of a unit they said nothing about, the DUI's counts."""
    same = state is word.state or (state is DossierState.LEFT_READABLE and word.state is DossierState.LEFT)
    word.dui_state = None if same else state
    word.dui_unit_id = unit_id if word.unit_id and unit_id != word.unit_id else None
    if word.unit_id is None:
        dossier.unit_id = unit_id or dossier.unit_id


def contradicted(db: Session, dossier_ids: Iterable[UUID]) -> set[UUID]:
    """Of these dossiers, those where the DUI says something else than staff."""
    differs = or_(StaffWord.dui_state.is_not(None), StaffWord.dui_unit_id.is_not(None))
    found = select(StaffWord.dossier_id).where(differs)
    return {one for batch in chunks(dossier_ids) for one in db.scalars(found.where(StaffWord.dossier_id.in_(batch)))}


def _standing(stays: list[models.Stay], at: datetime) -> tuple[DossierState | None, UUID | None]:
    """(state, unit); (None, None) when every stay was cancelled."""
    real = sorted((one for one in stays if one.state is not StayState.CANCELLED), key=_begins)
    present = [one for one in real if _is_present(one, at)]
    expected = [one for one in real if one.state is StayState.PLANNED or _begins(one) > at]
    if present:
        return DossierState.PRESENT, present[-1].unit_id
    if expected:
        return DossierState.PRE_ADMISSION, expected[0].unit_id
    return (DossierState.LEFT_READABLE, real[-1].unit_id) if real else (None, None)


def _left_at(stays: list[models.Stay], known: datetime) -> datetime:
    """The end of the last stay; the day it was learnt when the DUI gives none, or one that is still to come."""
    ends = [one.ends_at for one in stays if one.state is not StayState.CANCELLED and one.ends_at is not None]
    return min(max(ends, default=known), known)


def _begins(stay: models.Stay) -> datetime:
    return stay.starts_at or datetime.min.replace(tzinfo=UTC)


def _is_present(stay: models.Stay, at: datetime) -> bool:
    """A planned stay has begun only when the DUI says so; an ended one is over whatever its dates."""
    over = stay.ends_at is not None and stay.ends_at <= at
    return stay.state is StayState.PRESENT and _begins(stay) <= at and not over
