"""How a young person reads, set by their referent until they choose for themselves."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, g, request, url_for

from portal.access.words import Viewer
from portal.core.errors import NotFound
from portal.core.models import Account
from portal.tablets import queries, services
from portal.tablets.staff_views import SHOWN
from portal.web import logs, people, reading
from portal.web.guard import serves
from portal.web.page import go, page

bp = Blueprint("tablet_reading", __name__, url_prefix="/tablettes")


@bp.get("/<uuid:dossier_id>/lecture")
@serves(*SHOWN)
def shown(viewer: Viewer, dossier_id: UUID) -> Response:
    """What is set, and what they chose themselves, which stays."""
    account = _theirs(viewer, dossier_id)
    return page(
        "tablets/reading.html",
        about=[dossier_id],
        card=people.cards(viewer, [dossier_id])[dossier_id],
        dossier_id=dossier_id,
        chosen=_chosen(account),
        own=account.reading_own.split(),
        languages=reading.offered(),
        names=reading.OF_ACCOUNT,
    )


@bp.post("/<uuid:dossier_id>/lecture")
@serves(*SHOWN)
def choose(viewer: Viewer, dossier_id: UUID) -> Response:
    account = _theirs(viewer, dossier_id)
    free = [name for name in reading.OF_ACCOUNT if name not in account.reading_own.split()]
    chosen = reading.asked(_chosen(account), request.form, free)
    services.set_reading(g.db, account.id, chosen.of_account)
    g.about = (dossier_id,)
    logs.event("reading_set", account=account.id, by=viewer.account_id)
    return go(url_for("tablet_reading.shown", dossier_id=dossier_id, garde=1))


def _chosen(account: Account) -> reading.Reading:
    return reading.Reading(**reading.of(account.mode, account.theme, account.locale, account.reading))


def _theirs(viewer: Viewer, dossier_id: UUID) -> Account:
    """The account of that young person. Raises ``NotFound`` but for their referent, ``NeedsStrength``."""
    young = queries.young(g.db, viewer, dossier_id)
    if young is None:
        raise NotFound
    return queries.account(g.db, young)
