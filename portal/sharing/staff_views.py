"""Acts, for staff: ask those who decide, and see where each request stands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, g, url_for

from portal.access.acts import USUAL, Act
from portal.access.readers import Eye
from portal.access.words import Viewer
from portal.core import clock
from portal.core.errors import BadInput, NotFound
from portal.core.names import names_of
from portal.sharing import acting, queries
from portal.sharing.forms import AskForm, note
from portal.sharing.queries import Readable
from portal.sharing.views import ANY, NAMED, Wall, here
from portal.web import forms
from portal.web.guard import serves
from portal.web.page import go, page

bp = Blueprint("acts", __name__, url_prefix="/actes")


@bp.get("/<uuid:dossier_id>")
@serves(NAMED, via=ANY)
def asked(viewer: Viewer, dossier_id: UUID) -> Response:
    return _page(viewer, dossier_id, AskForm())


@bp.post("/<uuid:dossier_id>")
@serves(NAMED, via=ANY)
def ask(viewer: Viewer, dossier_id: UUID) -> Response:
    found, form = _whole(viewer, dossier_id), AskForm()
    if form.validate():
        try:
            one = acting.ask(
                g.db,
                viewer,
                found.cases[0].dossier,
                act=Act(form.act.data or ""),
                what=form.what.data or "",
                can_say=form.can_say.data != "no",
            )
            for account_id in acting.asked_of(g.db, one):
                current_app.extensions["tell_asked"](g.db, account_id)
            return go(url_for("acts.asked", dossier_id=dossier_id))
        except BadInput as error:
            note(form, error, "what")
    return _page(viewer, dossier_id, form)


@bp.post("/demandes/<uuid:request_id>/fermer")
@serves(NAMED, via=ANY)
def close(viewer: Viewer, request_id: UUID) -> Response:
    dossier_id = queries.dossier_of(g.db, viewer, g.scope, queries.of_request(request_id))
    found = _whole(viewer, dossier_id)
    for one in acting.requests(g.db, viewer.account_id, {dossier_id: found.cases}):
        if one.request.id == request_id:
            acting.close(g.db, viewer, one.request)
            return go(url_for("acts.asked", dossier_id=dossier_id))
    raise NotFound


def _whole(viewer: Viewer, dossier_id: UUID) -> Readable:
    """Raises ``NotFound`` for whoever does not see the whole chart."""
    queries.sure(viewer, g.scope, dossier_id)
    found = queries.readable(g.db, viewer, [dossier_id]).get(dossier_id)
    if found is None or found.reader.eye is not Eye.WHOLE:
        raise NotFound
    return found


def _page(viewer: Viewer, dossier_id: UUID, form: AskForm) -> Response:
    found = _whole(viewer, dossier_id)
    card, at = here(viewer, dossier_id)[0], clock.now()
    given = [one for one in queries.givens(found.cases, at) if one.stands]
    listed = acting.requests(g.db, viewer.account_id, {dossier_id: found.cases})
    voices = queries.voices(g.db, [dossier_id])
    wanted = {case.relationship.account_id for case in found.cases} | {one.given_by for one in given}
    wanted |= {who for one in listed for who in one.helpers.values()}
    wanted |= {one.helper_id for one in voices.values() if one.helper_id is not None}
    context: dict[str, Any] = {
        "card": card,
        "dossier_id": dossier_id,
        "listed": listed,
        "given": given,
        "voices": voices,
        "names": names_of(g.db, wanted),
        "usual": USUAL,
        "acts": list(Act),
        "wall": Wall(card.zone, at),
    }
    if form.errors:
        g.about = (dossier_id,)
        return forms.refuse("sharing/acts.html", form, **context)
    return page("sharing/acts.html", about=[dossier_id], form=form, **context)
