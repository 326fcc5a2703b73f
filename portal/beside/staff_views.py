"""« Accompagner » : staff choose beside whom they sit, give the device over, and close what they opened."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, g, request, session, url_for
from flask_login import current_user, logout_user

from portal.access.services import VERIFIED_BY
from portal.access.words import Category, Viewer
from portal.accounts.helping import GIVEN, Beside
from portal.accounts.models import Method
from portal.accounts.services import end_session
from portal.accounts.strengths import strength_of
from portal.accounts.views import sign_in
from portal.beside import mandating, queries, services
from portal.core import clock, scope
from portal.core.errors import NotFound
from portal.web import finding, logs, people
from portal.web.guard import serves
from portal.web.page import go, page

bp = Blueprint("beside", __name__, url_prefix="/accompagner")
SHOWN = (Category.IDENTITY, Category.PLANNING)
FEW = 12
"""Up to so many, a list is read faster than it is searched."""


@bp.get("")
@serves(*SHOWN)
def everybody(viewer: Viewer) -> Response:
    """Beside whom one may sit; in a long list, a few letters find them."""
    cards, sought = people.cards(viewer, queries.young_people(g.scope, viewer)), finding.asked()
    found = finding.among(cards, sought)
    return page(
        "beside/everybody.html",
        about=found,
        cards=[(one, cards[one]) for one in found],
        sought=sought,
        groups=finding.groups(cards),
        many=len(cards) > FEW,
    )


@bp.get("/<uuid:dossier_id>")
@serves(*SHOWN)
def one(viewer: Viewer, dossier_id: UUID) -> Response:
    """What opening this space does, and what is open now."""
    card, space = people.cards(viewer, [dossier_id])[dossier_id], queries.space(g.db, viewer, dossier_id)
    mandates = mandating.of_dossier(g.db, dossier_id, standing=True)
    return page(
        "beside/one.html",
        about=[dossier_id],
        card=card,
        space=space,
        open_since=queries.open_since(g.db, dossier_id),
        mandates=mandates,
        openable=mandating.openable(g.db, mandates),
        records=bool(g.posts & VERIFIED_BY),
        dossier_id=dossier_id,
        today=clock.local_date(clock.now(), card.zone),
        local=lambda at: clock.local(at, card.zone),
    )


@bp.post("/<uuid:dossier_id>/ouvrir")
@serves(*SHOWN)
def give_over(viewer: Viewer, dossier_id: UUID) -> Response:
    """The helper's session ends here, then the young person says that it is them: nobody finds it on this device."""
    space = queries.space(g.db, viewer, dossier_id)
    if space is None:
        raise NotFound
    g.about = (dossier_id,)
    _put_aside(services.give_over(g.db, space, by=viewer.account_id, anew=request.form.get("anew") == "yes"))
    logs.event("given_over", account=space.account_id, helper=viewer.account_id)
    return go(url_for("given.show"))


@bp.post("/<uuid:dossier_id>/famille")
@serves(*SHOWN)
def give_to_family(viewer: Viewer, dossier_id: UUID) -> Response:
    """The helper is out; the entrance waits for somebody of this family, who comes in as at home."""
    queries.refuse_unless_sits(g.db, viewer, dossier_id)
    g.about = (dossier_id,)
    _put_aside(services.give_to_family(g.db, dossier_id, by=viewer.account_id))
    logs.event("given_over", dossier=dossier_id, helper=viewer.account_id)
    return go("/entrer")


@bp.post("/<uuid:dossier_id>/mandats/<uuid:mandate_id>/ouvrir")
@serves(*SHOWN)
def open_mandate(viewer: Viewer, dossier_id: UUID, mandate_id: UUID) -> Response:
    """The relative's space, beside them, by the mandate they gave; the helper's own session ends here."""
    one = mandating.to_open(g.db, viewer, dossier_id, mandate_id)
    g.about = (dossier_id,)
    by = Beside(viewer.account_id, dossier_id, one.id)
    sign_in(one.account_id, strength_of(Method.MANDATE), method=Method.MANDATE, beside=by)
    scope.enter(g.db, scope.account(viewer.account_id))  # opening it is theirs: so says the line of the log
    logs.event("mandate_used", account=one.account_id, helper=viewer.account_id, mandate=one.id)
    return go("/")


def _put_aside(token: str) -> None:
    """Nobody is signed in on this device any more: it only holds what it was given over for."""
    end_session(g.db, current_user.get_id())
    logout_user()
    session.clear()
    session[GIVEN] = token


@bp.post("/<uuid:dossier_id>/fermer")
@serves(*SHOWN)
def close(viewer: Viewer, dossier_id: UUID) -> Response:
    """It ends wherever it is open."""
    queries.refuse_unless_sits(g.db, viewer, dossier_id)
    g.about = (dossier_id,)
    services.close(g.db, dossier_id)
    logs.event("space_closed", dossier=dossier_id, helper=viewer.account_id)
    return go(url_for("beside.one", dossier_id=dossier_id))
