"""Write a link down, verify it, end it, say where a young person stands. Staff only; a refusal keeps what was typed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask import Response, g, request, url_for

from portal.access import services as access
from portal.access.axes import Link
from portal.access.services import PLACED_BY
from portal.access.words import Viewer
from portal.core import clock
from portal.core.errors import BadInput, NotFound
from portal.core.models import DossierState
from portal.ties import forms, queries, services
from portal.ties.joints import CloseOne, joints
from portal.ties.kinds import suggested
from portal.ties.queries import Standing, Tie
from portal.ties.staff_views import SHOWN, allow, said_on
from portal.ties.staff_views import bp as staff
from portal.web import people
from portal.web.forms import refuse
from portal.web.guard import for_staff, serves
from portal.web.page import go, page


@staff.route("/<uuid:dossier_id>/nouveau", methods=["GET", "POST"])
@serves(*SHOWN)
def new(viewer: Viewer, dossier_id: UUID) -> Response:
    """From a relative of the DUI (``proche``), like a link that ended (``comme``), or typed."""
    mine = allow(viewer, dossier_id)
    place, relative = queries.place(g.db, dossier_id), _relative(viewer, dossier_id)
    form = forms.Link(data={} if request.method == "POST" else _first(dossier_id, place.zone, relative))
    same = queries.accounts_named(g.db, list(mine), form.name.data or "")
    if request.method == "POST" and form.validate() and _is_told_apart(form, same):
        try:
            link = services.write(g.db, place.dossier, _wanted(form, relative, place.zone), by=viewer.account_id)
        except BadInput as error:
            form.refused(error)
        else:
            joints().verified(g.db, link)
            return go(url_for("ties.links") if relative else url_for("ties.of", dossier_id=dossier_id))
    return _form(viewer, "ties/new.html", form, dossier_id, place.zone, relative=relative, same=same)


@staff.route("/<uuid:dossier_id>/<uuid:link_id>/verifier", methods=["GET", "POST"])
@serves(*SHOWN)
def verify(viewer: Viewer, dossier_id: UUID, link_id: UUID) -> Response:
    """A link that waits: which document proves it."""
    allow(viewer, dossier_id)
    tie = queries.tie(g.db, dossier_id, link_id)
    form = forms.Seen()
    if request.method == "POST" and form.validate():
        link = queries.row(g.db, tie)
        try:
            access.verify(g.db, link, proof=form.document, by=viewer.account_id)
        except BadInput as error:
            form.refused(error)
        else:
            joints().verified(g.db, link)
            return go(url_for("ties.links"))
    return _form(viewer, "ties/verify.html", form, dossier_id, tie.zone, tie=tie)


@staff.route("/<uuid:dossier_id>/<uuid:link_id>/fin", methods=["GET", "POST"])
@serves(*SHOWN)
def end(viewer: Viewer, dossier_id: UUID, link_id: UUID) -> Response:
    """It ends now, or with a day to come; what it opened is gone with it. Why it ended is said once."""
    allow(viewer, dossier_id)
    tie = queries.tie(g.db, dossier_id, link_id)
    if tie.standing is Standing.OVER:
        raise NotFound
    form = forms.Ending()
    if request.method == "POST" and form.validate():
        at = forms.after(form.ends.data, tie.zone)
        try:
            access.end(g.db, queries.row(g.db, tie), at, by=viewer.account_id, because=form.because.data or "")
        except BadInput as error:
            form.refused(error)
        else:
            joints().ended(g.db, tie.account_id)
            return go(url_for("ties.of", dossier_id=dossier_id))
    return _form(viewer, "ties/end.html", form, dossier_id, tie.zone, tie=tie)


@staff.route("/<uuid:dossier_id>/situation", methods=["GET", "POST"])
@serves(*SHOWN)
def standing(viewer: Viewer, dossier_id: UUID) -> Response:
    """Where staff say the young person stands: their word stands against the DUI's."""
    _allow_to_place(viewer, dossier_id)
    place = queries.place(g.db, dossier_id)
    units = queries.units(g.db, [place.dossier.establishment_id])
    form = forms.Standing(data={} if request.method == "POST" else {"state": place.dossier.state.value})
    form.state.choices = forms.options(*DossierState)
    form.unit.choices = [*forms.options(""), *forms.named(units)]
    if request.method == "POST" and form.validate():
        unit_id = UUID(form.unit.data) if form.unit.data else None
        said: dict[str, Any] = {"state": DossierState(form.state.data), "unit_id": unit_id}
        try:
            access.place(g.db, place.dossier, **said, by=viewer.account_id, because=form.because.data or "")
        except BadInput as error:
            form.refused(error)
        else:
            closed = said["state"] is DossierState.LEFT  # nobody reads it any more, the reader of this page no more
            return go(url_for("ties.closed") if closed else url_for("ties.of", dossier_id=dossier_id))
    return _form(viewer, "ties/standing.html", form, dossier_id, place.zone, place=place)


@staff.post("/<uuid:dossier_id>/situation/dui")
@serves(*SHOWN)
def follow(viewer: Viewer, dossier_id: UUID) -> Response:
    """The DUI says again where the young person stands."""
    _allow_to_place(viewer, dossier_id)
    dossier = queries.place(g.db, dossier_id).dossier
    access.follow_dui(g.db, dossier, by=viewer.account_id)
    joints().settle(g.db, dossier)
    return go(url_for("ties.of", dossier_id=dossier_id))


@staff.route("/fermes", methods=["GET", "POST"])
@for_staff(*sorted(PLACED_BY), because="dossiers staff closed, by the number the DUI gives them: no name is read")
def closed(viewer: Viewer, establishments: Collection[UUID]) -> Response:
    """What staff closed, and opening it again as the DUI says: a mistake of a list must not need a technician."""
    found = queries.closed(g.db, establishments)
    if request.method != "POST":  # HEAD asks no token: it must not change anything
        return page("ties/closed.html", found=[(dossier.id, dossier.key, word) for dossier, word in found])
    chosen = request.form.get("dossier", type=UUID)
    for dossier, _word in found:
        if dossier.id == chosen:
            access.follow_dui(g.db, dossier, by=viewer.account_id)
            joints().settle(g.db, dossier)
            return go(url_for("ties.closed"))
    raise NotFound


def _allow_to_place(viewer: Viewer, dossier_id: UUID) -> None:
    if dossier_id not in queries.working(g.scope, viewer, PLACED_BY):
        raise NotFound


def _form(viewer: Viewer, template: str, form: forms.Facts, dossier_id: UUID, zone: str, **more: Any) -> Response:
    """The page of a form, anew or with its mistakes."""
    card = people.cards(viewer, [dossier_id])[dossier_id]
    context = {"about": [dossier_id], "dossier_id": dossier_id, "card": card, **said_on(zone), **more}
    return refuse(template, form, **context) if form.errors else page(template, form=form, **context)


def _relative(viewer: Viewer, dossier_id: UUID) -> CloseOne | None:
    """The relative of the DUI that the address names. Raises ``NotFound`` for one there is not."""
    key = request.args.get("proche")
    if key is None:
        return None
    for one in joints().close_ones(g.db, viewer, [dossier_id]):
        if one.key == key:
            return one
    raise NotFound


def _first(dossier_id: UUID, zone: str, relative: CloseOne | None) -> dict[str, Any]:
    """What stands in the boxes first."""
    today = clock.local_date(clock.now(), zone)
    if relative is not None:
        adult = queries.readable(g.db, [dossier_id]).get(dossier_id, False)
        link, _ = suggested(relative.relation, relative.role, relative.protection, adult=adult)
        first = {"name": relative.name, "mail": relative.mail, "starts": today}
        return first | ({"link": link.value} if link else {})
    like = request.args.get("comme", type=UUID)
    if like is None:
        return {"starts": today}
    tie: Tie = queries.tie(g.db, dossier_id, like)
    return {"name": tie.name, "link": tie.link.value, "starts": today, "account": str(tie.account_id)}


def _is_told_apart(form: forms.Link, same: dict[UUID, str]) -> bool:
    """Somebody of that name has an account already: is it the same person? Nobody is guessed to be."""
    chosen = form.account.data or ""
    if chosen in (forms.NEW, *map(str, same)) or (not chosen and not same):
        return True
    form.name.errors = ["tie-exists"]
    return False


def _wanted(form: forms.Link, relative: CloseOne | None, zone: str) -> services.Wanted:
    known = form.account.data not in ("", forms.NEW, None)
    starts_at = forms.beginning(form.starts.data, zone)
    assert starts_at is not None, "the form asks for it"
    return services.Wanted(
        link=Link(form.link.data),
        starts_at=starts_at,
        ends_at=forms.after(form.ends.data, zone),
        account_id=UUID(form.account.data) if known else None,
        name=form.name.data or "",
        mail=form.mail.data or "",
        relative_key=relative.key if relative else None,
        proof=form.document if form.proof.data else "",
    )
