"""The door of the DUI, put together: who receives a message, and in which order."""

from __future__ import annotations

from sqlalchemy.orm import Session, sessionmaker

from portal import announcing, households
from portal.access import reach
from portal.connectors.dui.intake import Intake, Vault
from portal.connectors.dui.reception import Reception
from portal.connectors.dui.refusal import Limits
from portal.core.config import Settings
from portal.dossier import services as dossier


def make_intake(settings: Settings, sessions: sessionmaker[Session], vault: Vault) -> Intake:
    """Takes messages in: every feature's rows and what they change of access, in one transaction."""
    receivers = (dossier.receive, households.receive, announcing.receive, lay_out)
    return Intake(sessions, vault, announcing.Store(), receivers, Limits(bytes=settings.max_bundle_bytes))


def lay_out(db: Session, reception: Reception) -> None:
    """A message may change a birth date, a unit, where somebody stands: what is open to whom follows at once."""
    reach.recompute(db, dossier_ids=[dossier.id for dossier in reception.dossiers.values()])
