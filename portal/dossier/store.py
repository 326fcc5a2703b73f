"""What is remembered of reception itself: what a message may refer to, what was received, by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.connectors.dui.intake import Logged
from portal.connectors.dui.records import Issue, Message, State
from portal.connectors.dui.references import Known, Needs
from portal.connectors.dui.upsert import chunks
from portal.core.models import Dossier, Establishment
from portal.dossier.models import DossierSource, DuiMessage, Professional, Relative
from portal.dossier.opening import known_references


class ReceptionStore:
    """``connectors.dui.intake.Store``, on our tables."""

    def lock(self, db: Session, establishment: Establishment) -> None:
        """One message at a time an establishment. (SQLite: a transaction that writes already waits for the others.)"""
        query = select(Establishment.id).where(Establishment.id == establishment.id)
        db.execute(query.with_for_update(key_share=True))

    def known(self, db: Session, establishment: Establishment, needs: Needs) -> Known:
        """What we hold of what a message refers to."""
        place = establishment.id
        references: dict[str, tuple[str, str | None]] = {}
        for batch in chunks(sorted(needs.references)):
            references |= known_references(db, place, batch)
        owners = {dossier for _, dossier in references.values() if dossier}
        dossiers = frozenset(_dossiers(db, place, needs.dossiers | owners))
        # a dossier may have been erased since: what was told of it is known no more
        references = {name: said for name, said in references.items() if said[1] is None or said[1] in dossiers}
        return Known(
            references=references,
            dossiers=dossiers,
            ins=_ins(db, place, needs.ins),
            professionals=_professionals(db, place, references),
            relatives=_relatives(db, place, references),
        )

    def is_repeated(self, db: Session, establishment: Establishment, message: Message) -> bool:
        """Whether the very same bytes are what each dossier was last told by: a sender that did not hear our answer."""
        told = message.dossier_keys
        if not told:
            taken = select(DuiMessage.id).where(
                DuiMessage.establishment_id == establishment.id,
                DuiMessage.digest == message.digest,
                DuiMessage.state == State.TAKEN,
            )
            return db.scalars(taken.limit(1)).first() is not None
        found = 0
        for batch in chunks(sorted(told)):
            query = (
                select(DossierSource.dossier_id)
                .join(Dossier, Dossier.id == DossierSource.dossier_id)
                .where(
                    Dossier.establishment_id == establishment.id,
                    Dossier.key.in_(batch),
                    DossierSource.digest == message.digest,
                )
            )
            found += len(db.scalars(query).all())
        return found == len(told)

    def log(self, db: Session, line: Logged) -> None:
        """Add a line to the log of reception."""
        db.add(
            DuiMessage(
                client_id=line.sender.client_id,
                client=line.sender.name,
                establishment_id=line.establishment.id if line.establishment else None,
                received_at=line.at,
                sent_at=line.sent_at,
                state=line.state,
                version=line.version,
                digest=line.digest,
                size=line.size,
                counts=dict(line.counts),
                warnings=_said(line.warnings),
                issues=_said(line.issues),
                vault_key=line.vault_key,
            )
        )
        db.flush()


def _said(issues: Iterable[Issue]) -> list[dict[str, Any]]:
    return [{name: value for name, value in asdict(issue).items() if name != "severity"} for issue in issues]


def _dossiers(db: Session, place: UUID, wanted: Iterable[str]) -> Iterable[str]:
    for batch in chunks(sorted(wanted)):
        yield from db.scalars(select(Dossier.key).where(Dossier.establishment_id == place, Dossier.key.in_(batch)))


def _ins(db: Session, place: UUID, wanted: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for batch in chunks(sorted(wanted)):
        query = select(DossierSource.ins, Dossier.key).join(Dossier, Dossier.id == DossierSource.dossier_id)
        rows = db.execute(query.where(DossierSource.establishment_id == place, DossierSource.ins.in_(batch)))
        found |= {ins: key for ins, key in rows if ins}
    return found


def _professionals(
    db: Session, place: UUID, references: dict[str, tuple[str, str | None]]
) -> dict[str, tuple[str, str]]:
    wanted = {key for reference, (key, _) in references.items() if reference.startswith("Practitioner")}
    found: dict[str, tuple[str, str]] = {}
    for batch in chunks(sorted(wanted)):
        query = select(Professional.key, Professional.name, Professional.role)
        rows = db.execute(query.where(Professional.establishment_id == place, Professional.key.in_(batch)))
        found |= {key: (name, role) for key, name, role in rows}
    return found


def _relatives(db: Session, place: UUID, references: dict[str, tuple[str, str | None]]) -> dict[tuple[str, str], str]:
    wanted = {key for reference, (key, _) in references.items() if reference.startswith("RelatedPerson/")}
    found: dict[tuple[str, str], str] = {}
    for batch in chunks(sorted(wanted)):
        query = select(Dossier.key, Relative.key, Relative.given_name, Relative.family_name)
        query = query.join(Dossier, Dossier.id == Relative.dossier_id)
        for dossier, key, given, family in db.execute(
            query.where(Relative.establishment_id == place, Relative.key.in_(batch))
        ):
            found[dossier, key] = f"{given} {family}".strip()
    return found
