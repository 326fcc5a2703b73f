"""« Mes liens » : what is written of one's own links, and saying that it is not true. And the answers of staff."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask import Blueprint, Response, g, request, url_for

from portal.access.words import Category, Viewer
from portal.core.errors import BadInput
from portal.ties import forms, queries, services
from portal.ties.joints import joints
from portal.ties.staff_views import POSTS, SHOWN, said_on
from portal.ties.staff_views import bp as staff
from portal.web import people
from portal.web.forms import refuse
from portal.web.guard import dossiers, serves
from portal.web.page import go, page

bp = Blueprint("own", __name__, url_prefix="/mes-liens")

NAMED = (Category.IDENTITY,)
"""Of the young person, the name at most: one's own link is one's own to read, whatever it opens."""


@bp.get("")
@serves(*NAMED)
def mine(viewer: Viewer) -> Response:
    ties = queries.mine(g.db, viewer)
    names = _names(viewer, (one.dossier_id for one in ties))
    asked = queries.my_corrections(g.db, viewer)
    return page(
        "ties/mine.html",
        about=names,
        ties=ties,
        names=names,
        asked={one.correction.relationship_id: one for one in reversed(asked)},
        own=people.is_own,
        **said_on(ties[0].zone if ties else "Europe/Paris"),
    )


@bp.route("/<uuid:link_id>", methods=["GET", "POST"])
@serves(*NAMED)
def correct(viewer: Viewer, link_id: UUID) -> Response:
    """Say what is not true, in one's own words."""
    tie = queries.one_of_mine(g.db, viewer, link_id)
    form = forms.Words()
    if request.method == "POST" and form.validate():
        try:
            joints().asked(g.db, services.ask(g.db, tie.id, by=viewer.account_id, words=form.words.data or ""))
        except BadInput as error:
            form.refused(error)
        else:
            return go(url_for("own.mine"))
    names = _names(viewer, [tie.dossier_id])
    context = {"about": names, "tie": tie, "names": names, "own": people.is_own, **said_on(tie.zone)}
    template = "ties/correct.html"
    return refuse(template, form, **context) if form.errors else page(template, form=form, **context)


@staff.get("/demandes")
@serves(*SHOWN)
def requests(viewer: Viewer) -> Response:
    """What families ask, the oldest first."""
    allowed = queries.working(g.scope, viewer, POSTS)
    asked = queries.corrections(g.db, allowed)
    names = _names(viewer, (one.correction.dossier_id for one in asked))
    return page("ties/requests.html", about=names, asked=asked, names=names)


@staff.route("/demandes/<uuid:correction_id>", methods=["GET", "POST"])
@serves(*SHOWN)
def answer(viewer: Viewer, correction_id: UUID) -> Response:
    """Yes or no, and why; yes changes nothing by itself."""
    one = queries.correction(g.db, queries.working(g.scope, viewer, POSTS), correction_id)
    dossier_id = one.correction.dossier_id
    form = forms.Answer()
    if request.method == "POST" and form.validate():
        accepted = form.accepted.data == "yes"
        try:
            said = {"by": viewer.account_id, "accepted": accepted, "words": form.words.data or ""}
            joints().answered(g.db, services.answer(g.db, correction_id, **said))
        except BadInput as error:
            form.refused(error)
        else:
            return go(url_for("ties.of", dossier_id=dossier_id) if accepted else url_for("ties.requests"))
    context = {
        "about": [dossier_id],
        "one": one,
        "tie": queries.tie(g.db, dossier_id, one.correction.relationship_id),
        "card": people.cards(viewer, [dossier_id])[dossier_id],
        **said_on(one.zone),
    }
    template = "ties/answer.html"
    return refuse(template, form, **context) if form.errors else page(template, form=form, **context)


def _names(viewer: Viewer, wanted: Iterable[UUID]) -> dict[UUID, str]:
    """First names of those of these young people the viewer may know by name."""
    reached = dossiers(g.scope, NAMED) & set(wanted)
    cards = people.cards(viewer, reached)
    return {one: cards[one].name for one in reached}
