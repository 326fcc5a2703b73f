"""What the journal holds whole, written into a database that does not know it: rows that close something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.access.acts import Said
from portal.core import clock
from portal.core.journal import Taken
from portal.core.models import Account, Dossier, DossierState, Establishment
from portal.core.standing import StaffWord, Withheld
from portal.lookers.models import Naming
from portal.safekeeping.declared import ANSWER_ROW, NAMING_ROW, PROOF, What
from portal.sharing.models import ActAnswer, ActRequest


def withhold(db: Session, what: What, one: Taken) -> None:
    """The DUI may send again a thing the backup does not know: what was decided of it waits for it."""
    dossier = db.get(Dossier, UUID(one["dossier_id"]))
    if dossier is None or what not in (What.HELD, What.PRIVATE):
        return
    known = {"dossier_id": dossier.id, "table_name": one["of"], "key": one["key"]}
    kept = db.scalar(select(Withheld).filter_by(**known))
    kept = kept or Withheld(**known, establishment_id=dossier.establishment_id)
    db.add(kept)
    owner = UUID(one["to"]) if one.get("to") else None
    until = datetime.fromisoformat(one["until"]) if what is What.HELD else clock.FOREVER
    kept.held_until = max(until, kept.held_until or until)
    if owner is not None and db.get(Account, owner) is not None:
        kept.private_to = owner
    db.flush()


def _say(db: Session, one: Taken) -> bool:
    """Staff's word on where a young person stands, when it closes; one that opened must be said again."""
    dossier_id = UUID(one["id"])
    db.execute(delete(StaffWord).where(StaffWord.dossier_id == dossier_id))
    if db.get(Dossier, dossier_id) is None:
        return False
    state = DossierState(one.get("state", DossierState.PRESENT))
    if state is not DossierState.PRESENT and db.get(Account, UUID(one["said_by"])) is not None:
        facts = {"establishment_id": UUID(one["establishment_id"]), "said_by": UUID(one["said_by"])}
        db.add(StaffWord(dossier_id=dossier_id, state=state, because=PROOF, **facts))
        db.flush()
    return True


def _answer(db: Session, one: Taken) -> bool:
    """Somebody did not agree to an act; nothing to do when the backup does not know that it was asked."""
    row = {name: UUID(one[name]) for name in ANSWER_ROW if name != "said"}
    if db.get(ActRequest, row["request_id"]) is None or db.get(Account, row["account_id"]) is None:
        return False
    if db.get(ActAnswer, UUID(one["id"])) is None:
        former = update(ActAnswer).where(ActAnswer.request_id == row["request_id"], ActAnswer.ended_at.is_(None))
        db.execute(former.where(ActAnswer.account_id == row["account_id"]).values(ended_at=clock.now()))
        db.add(ActAnswer(id=UUID(one["id"]), said=Said(one["said"]), capacity=PROOF, **row))
        db.flush()
    return True


def _unname(db: Session, one: Taken) -> bool:
    """Families read no names of staff, until management decides so again."""
    row = {name: UUID(one[name]) for name in NAMING_ROW}
    if db.get(Establishment, row["establishment_id"]) is None or db.get(Account, row["decided_by"]) is None:
        return False
    db.add(Naming(named=False, **row))
    db.flush()
    return True


WRITES: dict[What, Callable[[Session, Taken], bool]] = {
    What.WORD: _say,
    What.ANSWERED: _answer,
    What.UNNAMED: _unname,
}
"""Each answers False when the backup does not know what the row is about."""
