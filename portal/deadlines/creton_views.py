"""« Décisions Creton » : who is kept until there is a place for adults, by which decision, until when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request, url_for

from portal.access.queries import one as the_one
from portal.access.words import Action, Category, Strength, Viewer
from portal.core import clock
from portal.core.errors import BadInput, NeedsStrength, NotFound
from portal.core.models import Dossier
from portal.deadlines import queries, services
from portal.deadlines.creton import READERS, Stand, stands
from portal.deadlines.forms import DecisionForm
from portal.deadlines.majority import is_referent
from portal.deadlines.models import CretonDecision
from portal.deadlines.services import RECORDS
from portal.deadlines.views import EVERY, head, today
from portal.web import people
from portal.web.forms import refuse
from portal.web.guard import serves
from portal.web.page import go, page

bp = Blueprint("creton", __name__, url_prefix="/cretons")


@bp.get("")
@serves(Category.IDENTITY)
def everybody(viewer: Viewer) -> Response:
    mine = queries.at_work_on(g.db, viewer, g.scope, RECORDS)
    if not mine:
        raise NotFound
    rows = stands(queries.ages(g.db, mine), queries.decisions(g.db, viewer, mine), clock.now())
    cards = people.cards(viewer, [one.dossier_id for one in rows])
    return page(
        "deadlines/cretons.html",
        about=[one.dossier_id for one in rows],
        rows=[(one, cards[one.dossier_id]) for one in rows],
        today=today(cards),
    )


@bp.get("/<uuid:dossier_id>")
@serves(Category.IDENTITY, via=EVERY)
def show(viewer: Viewer, dossier_id: UUID) -> Response:
    return _shown(viewer, dossier_id, DecisionForm(None))


@bp.post("/<uuid:dossier_id>")
@serves(Category.IDENTITY, action=Action.ADMINISTER)
def record(viewer: Viewer, dossier_id: UUID) -> Response:
    _refuse_others(viewer, dossier_id)
    form = DecisionForm()
    if not form.validate():
        return _shown(viewer, dossier_id, form)
    said: dict[str, Any] = {name: form[name].data for name in ("decided_on", "ends_on", "proof")}
    try:
        services.record(g.db, g.db.get_one(Dossier, dossier_id), **said, by=viewer.account_id)
    except BadInput as wrong:
        _note(form, wrong)
        return _shown(viewer, dossier_id, form)
    return go(url_for("creton.show", dossier_id=dossier_id))


@bp.post("/<uuid:dossier_id>/annuler")
@serves(Category.IDENTITY, action=Action.ADMINISTER)
def cancel(viewer: Viewer, dossier_id: UUID) -> Response:
    """A decision written by mistake is crossed out."""
    _refuse_others(viewer, dossier_id)
    decision_id = request.form.get("decision", type=UUID)
    if decision_id is None:
        raise NotFound
    decision = the_one(g.db, CretonDecision, decision_id, viewer)
    if decision.dossier_id != dossier_id:
        raise NotFound
    services.cancel(g.db, decision, by=viewer.account_id)
    return go(url_for("creton.show", dossier_id=dossier_id))


def _shown(viewer: Viewer, dossier_id: UUID, form: DecisionForm) -> Response:
    """For staff who record, the form under what stands; for the referent and the adult's side, what stands."""
    records = _records(viewer, dossier_id)
    stand = _stand(viewer, dossier_id, records=records)
    said: dict[str, Any] = {"stand": stand, "dossier_id": dossier_id, **head(viewer, dossier_id)}
    if records:
        if form.errors:
            return refuse("deadlines/creton_staff.html", form, about=[dossier_id], **said)
        return page("deadlines/creton_staff.html", about=[dossier_id], form=form, **said)
    return page("deadlines/creton_read.html", about=[dossier_id], own=people.is_own(dossier_id), **said)


def _stand(viewer: Viewer, dossier_id: UUID, *, records: bool) -> Stand:
    """Raises ``NotFound`` for whoever has nothing to do with it, ``NeedsStrength`` for the weak sign-in of another."""
    links = queries.by_dossier(g.db, [dossier_id]).get(dossier_id, [])
    mine = [case for case in links if case.relationship.account_id == viewer.account_id]
    now = clock.now()
    if not (records or any(case.link_at(now) in READERS or is_referent(case, now) for case in mine)):
        raise NotFound
    if viewer.strength is not Strength.SUBSTANTIAL:
        raise NeedsStrength
    held = queries.decisions(g.db, viewer, [dossier_id])
    aged = queries.ages(g.db, [dossier_id])
    found = stands(aged, held, now, whatever_age=True)[0]
    if not found.held and not records:  # a page about nothing would be empty
        raise NotFound
    return found


def _records(viewer: Viewer, dossier_id: UUID) -> bool:
    if viewer.strength is not Strength.SUBSTANTIAL:
        return False
    return dossier_id in queries.at_work_on(g.db, viewer, g.scope, RECORDS)


def _refuse_others(viewer: Viewer, dossier_id: UUID) -> None:
    if viewer.strength is not Strength.SUBSTANTIAL:
        raise NeedsStrength
    if not _records(viewer, dossier_id):
        raise NotFound


def _note(form: DecisionForm, wrong: BadInput) -> None:
    """Beside the box it is about; what is about none of them, beside the last."""
    by_name = {field.name: field for field in form}
    code = wrong.code if wrong.code in ("missing", "not_entitled") else f"creton-{wrong.code}"
    by_name.get(wrong.field, form.proof).errors = [code]
