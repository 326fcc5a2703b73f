"""Which dossiers a message may change: new ones are opened, those that a newer message told about are left alone."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4
from zoneinfo import available_timezones

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from portal.access import reach
from portal.connectors.dui.reception import Reception
from portal.connectors.dui.records import DossierRecord
from portal.connectors.dui.upsert import chunks
from portal.core import clock
from portal.core.errors import BadInput
from portal.core.models import Dossier, Establishment, Organisation
from portal.dossier.models import DossierSource, SourceReference


def open_dossiers(db: Session, reception: Reception) -> None:
    """Fill ``reception.dossiers``. A message without a date counts as sent when it was received."""
    message = reception.message
    told = {record.key: record for record in message.dossiers}
    held = _held(db, reception)
    sent_at = message.sent_at or reception.at
    for key in sorted(message.dossier_keys):
        dossier, source = held.get(key, (None, None))
        record = told.get(key)
        if source is not None and source.digest == message.digest:
            continue  # this very message told it last
        if source is not None and source.sent_at > sent_at:
            reception.warn("older-message", record.entry if record else None)
            continue
        if dossier is None:
            dossier = _open(db, reception, record)
        elif record is not None and record.birth_date and record.birth_date != dossier.birth_date:
            reception.warn("birth-date-changed", record.entry, f"Bundle.entry[{record.entry}].resource.birthDate")
            if not _undoes_majority(dossier.birth_date, record.birth_date, reception):
                dossier.birth_date = record.birth_date
        if source is None:
            source = DossierSource(dossier_id=dossier.id, establishment_id=dossier.establishment_id)
            db.add(source)
        source.sent_at, source.digest = sent_at, message.digest
        source.ins = record.ins if record and record.ins else source.ins
        dossier.received_at = reception.at
        reception.dossiers[key] = dossier
    db.flush()


def _undoes_majority(held: date, told: date, reception: Reception) -> bool:
    """Whether believing the message would make an adult a minor again, and give parents back what ended.

    Staff are warned; the date stays until a person, not a message, says otherwise.
    """
    zone = reception.establishment.time_zone
    return clock.majority(held, zone) <= reception.at < clock.majority(told, zone)


def _held(db: Session, reception: Reception) -> dict[str, tuple[Dossier, DossierSource | None]]:
    """Dossiers of the message already opened, each with what reception remembers of it."""
    found: dict[str, tuple[Dossier, DossierSource | None]] = {}
    query = select(Dossier, DossierSource).outerjoin(DossierSource, DossierSource.dossier_id == Dossier.id)
    query = query.where(Dossier.establishment_id == reception.establishment.id)
    for batch in chunks(reception.message.dossier_keys):
        for dossier, source in db.execute(query.where(Dossier.key.in_(batch))):
            found[dossier.key] = dossier, source
    return found


def _open(db: Session, reception: Reception, record: DossierRecord | None) -> Dossier:
    assert record is not None, "understand() refuses what is about a stranger"
    assert record.birth_date is not None, "understand() refuses a stranger without a birth date"
    dossier = Dossier(
        id=uuid4(), establishment_id=reception.establishment.id, key=record.key, birth_date=record.birth_date
    )
    db.add(dossier)
    reception.count("dossier", 1)
    return dossier


def remember_sources(db: Session, reception: Reception) -> None:
    """Keep how the sender refers to things, and learn which of them it had told before."""
    place = reception.establishment.id
    told = {}
    for record in reception.message.sources:
        if record.dossier is None or record.dossier in reception.dossiers:
            told[record.reference] = record
        else:
            reception.existing.add(record.reference)  # ignored: nothing of it is created
    before: dict[str, tuple[str, str | None]] = {}
    for batch in chunks(told):
        before |= known_references(db, place, batch)
    reception.existing |= before.keys()
    rows = [
        {"establishment_id": place, "reference": record.reference, "key": record.key, "dossier_key": record.dossier}
        for record in told.values()
        if before.get(record.reference) != (record.key, record.dossier)
    ]
    for some in chunks((row for row in rows if row["reference"] not in before), 2000):
        db.execute(insert(SourceReference), some)
    for some in chunks((row for row in rows if row["reference"] in before), 2000):
        db.execute(update(SourceReference), some)


def open_establishment(
    db: Session, *, finess: str, name: str, organisation: str, phone: str = "", time_zone: str = "Europe/Paris"
) -> Establishment:
    """The establishment of this FINESS number, opened if it is not there, under the organisation of this name.

    Another time zone moves the midnight at which people come of age: what is open to whom follows at once. Raises
    ``BadInput`` for a zone nobody knows: no page of this establishment could be drawn.
    """
    if time_zone not in available_timezones():
        raise BadInput("time_zone", "unknown")
    found = db.scalar(select(Establishment).where(Establishment.finess == finess))
    if found is None:
        parent = db.scalar(select(Organisation).where(Organisation.name == organisation))
        if parent is None:
            parent = Organisation(id=uuid4(), name=organisation)
            db.add(parent)
            db.flush()
        found = Establishment(id=uuid4(), organisation_id=parent.id, finess=finess)
        db.add(found)
    moved = found.time_zone is not None and found.time_zone != time_zone
    found.name, found.phone, found.time_zone = name, phone, time_zone
    db.flush()
    if moved:
        here = select(Dossier.id).where(Dossier.establishment_id == found.id)
        reach.recompute(db, dossier_ids=list(db.scalars(here)))
    return found


def known_references(db: Session, place: UUID, references: list[str]) -> dict[str, tuple[str, str | None]]:
    """``Type/id`` → (key, key of its dossier), for those an establishment's DUI has told before."""
    query = select(SourceReference.reference, SourceReference.key, SourceReference.dossier_key).where(
        SourceReference.establishment_id == place, SourceReference.reference.in_(references)
    )
    return {reference: (key, dossier) for reference, key, dossier in db.execute(query)}
