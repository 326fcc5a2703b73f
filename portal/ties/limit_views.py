"""« Restrictions » : each post sees the sources it may set, and no other. What they do is said before they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request, url_for

from portal.access import limiting
from portal.access.axes import Link
from portal.access.limiting import BAN_ROWS, BY_TWO, OPPOSED_ROWS, SET_BY
from portal.access.models import Kind
from portal.access.perimeter import FAMILY, ROWS, Cell, Row, row_name, row_named
from portal.access.sharing import Against, Restriction, Source
from portal.access.words import Category, Viewer
from portal.core import clock
from portal.core.errors import BadInput, NotFound
from portal.core.names import names_of
from portal.ties import forms, limits, queries
from portal.ties.effects import effects
from portal.ties.queries import Place, Standing, Tie
from portal.ties.staff_views import said_on
from portal.web import people
from portal.web.forms import refuse
from portal.web.guard import serves
from portal.web.page import go, page

bp = Blueprint("limits", __name__)

NAMED = (Category.IDENTITY,)
POSTS = tuple(sorted(frozenset().union(*SET_BY.values())))
_READ = tuple(row for row in ROWS if set(FAMILY[row].values()) != {Cell.NEVER})
"""Rows that somebody of a family may read at all."""
CHOSEN: dict[Source, tuple[Row, ...]] = {
    Source.COURT_ORDER: _READ,
    Source.CONTACT_BAN: tuple(row for row in _READ if row not in BAN_ROWS),
    Source.OPPOSITION: OPPOSED_ROWS,
    Source.FREEZE: (),
}
"""Rows one may choose to close; a ban closes its own besides, a freeze closes all."""
GROUPS: dict[Source, tuple[Against, ...]] = {
    Source.COURT_ORDER: (Against.REPRESENTATIVES, Against.FAMILIES, Against.EVERYBODY),
    Source.OPPOSITION: (Against.REPRESENTATIVES,),
}
"""Whom a source may hold back besides one person."""


@bp.get("/restrictions")
@serves(*NAMED)
def everyone(viewer: Viewer) -> Response:
    """The young people one may set a restriction for, and those who have one that one may know of."""
    mine = queries.working(g.scope, viewer, POSTS)
    known = {one: sources(one) for one in mine}
    cards = people.cards(viewer, mine)
    listed = sorted((card.name, card.unit, one) for one, card in cards.items())
    found = limits.of(g.db, mine)
    held = {one.dossier_id for one in found if one.source in known[one.dossier_id] and limits.stands(one)}
    return page("ties/restricted.html", about=mine, listed=listed, held=held)


@bp.get("/liens/<uuid:dossier_id>/restrictions")
@serves(*NAMED)
def of(viewer: Viewer, dossier_id: UUID) -> Response:
    mine = _allow(viewer, dossier_id)
    place = queries.place(g.db, dossier_id)
    known = [one for one in limits.of(g.db, [dossier_id]) if one.source in mine]
    return page(
        "ties/restrictions.html",
        known=[(one, limits.stands(one)) for one in known],
        names=names_of(g.db, limits.people(known)),
        sources=[source for source in Source if source in mine],
        by_two=BY_TWO,
        frozen=any(one.source is Source.FREEZE and limits.stands(one) for one in known),
        rows_of=rows_of,
        me=viewer.account_id,
        **_about(viewer, dossier_id, place),
    )


@bp.route("/liens/<uuid:dossier_id>/restrictions/nouvelle/<source>", methods=["GET", "POST"])
@serves(*NAMED)
def new(viewer: Viewer, dossier_id: UUID, source: str) -> Response:
    """Asked, then shown with what it will take from whom; kept when whoever asks has read that (``lu``)."""
    kind = _source(viewer, dossier_id, source)
    place = queries.place(g.db, dossier_id)
    ties = [one for one in queries.ties(g.db, [dossier_id]) if one.standing is not Standing.OVER]
    form = _form(kind, ties)
    shown = {"kind": kind, "choices": CHOSEN[kind], "ban": BAN_ROWS if kind is Source.CONTACT_BAN else (), "ties": ties}
    if request.method == "POST" and form.validate():
        draft = _draft(kind, form, place, viewer)
        try:
            if "lu" in request.form or kind is Source.FREEZE:
                limits.keep(g.db, place.dossier, draft)
                return go(url_for("limits.of", dossier_id=dossier_id))
            limits.refuse(g.db, place.dossier, draft)
        except BadInput as error:
            form.refused(error)
        else:
            return _preview("ties/preview.html", viewer, dossier_id, place, draft, form=form, kind=kind)
    if kind is Source.FREEZE:
        draft = _draft(kind, form, place, viewer)
        shown["effects"] = effects(g.db, dossier_id, draft, clock.now())
    context = {**shown, "rows_of": rows_of, **_about(viewer, dossier_id, place)}
    template = "ties/freeze.html" if kind is Source.FREEZE else "ties/limit.html"
    return refuse(template, form, **context) if form.errors else page(template, form=form, **context)


@bp.route("/liens/<uuid:dossier_id>/restrictions/<uuid:restriction_id>/levee", methods=["GET", "POST"])
@serves(*NAMED)
def lift(viewer: Viewer, dossier_id: UUID, restriction_id: UUID) -> Response:
    """One person asks with the document, another confirms; of what is no judge's, one is enough."""
    mine = _allow(viewer, dossier_id)
    one = limits.one(g.db, dossier_id, restriction_id)
    if one.source not in mine or not limits.stands(one):
        raise NotFound
    place, form = queries.place(g.db, dossier_id), forms.Seen()
    asks = one.source in BY_TWO and one.lift_asked_by is None
    waits = one.lift_asked_by == viewer.account_id
    if request.method == "POST" and not waits and (not asks or form.validate()):
        try:
            if asks:
                limiting.ask_to_lift(g.db, one, by=viewer.account_id, proof=form.document)
            else:
                limiting.lift(g.db, one, by=viewer.account_id)
        except BadInput as error:
            form.refused(error)
        else:
            return go(url_for("limits.of", dossier_id=dossier_id))
    more = {"form": form, "asks": asks, "waits": waits}
    return _preview("ties/lift.html", viewer, dossier_id, place, one, **more)


def sources(dossier_id: UUID) -> frozenset[Source]:
    """The sources whoever reads may set, lift and know of, for this young person: by their posts there."""
    posts = {one.post for one in g.scope if one.dossier_id == dossier_id and _at_work(one.kind, one.emergency)}
    return frozenset(source for source, who in SET_BY.items() if posts & who)


def rows_of(one: Restriction) -> list[Row]:
    """The rows it closes, in the order of the perimeter."""
    return [row for row in ROWS if row_name(row) in one.rows.split()]


def _at_work(kind: Kind, emergency: bool) -> bool:
    return kind is Kind.STAFF and not emergency


def _allow(viewer: Viewer, dossier_id: UUID) -> frozenset[Source]:
    if dossier_id not in queries.working(g.scope, viewer, POSTS):
        raise NotFound
    return sources(dossier_id)


def _source(viewer: Viewer, dossier_id: UUID, said: str) -> Source:
    mine = _allow(viewer, dossier_id)
    if said not in [source.value for source in mine]:
        raise NotFound
    return Source(said)


def _form(kind: Source, ties: Sequence[Tie]) -> forms.Facts:
    if kind is Source.FREEZE:
        return forms.Words()
    form = forms.Limit()
    form.whom.choices = forms.named((one.account_id, one.name) for one in _may_be_held(kind, ties))
    form.whom.choices += forms.options(*GROUPS.get(kind, ()))
    form.rows.choices = forms.options(*map(row_name, CHOSEN[kind]))
    return form


def _may_be_held(kind: Source, ties: Iterable[Tie]) -> list[Tie]:
    """Each person once; never the young person, whose own access a judge or an opposition does not aim at."""
    found = {one.account_id: one for one in ties if one.link is not Link.SELF}
    parental = {Link.RELATIVE, Link.TRUSTED} if kind is Source.OPPOSITION else set()
    return [one for one in found.values() if one.link not in parental]


def _draft(kind: Source, form: forms.Facts, place: Place, viewer: Viewer) -> Restriction:
    """As it would stand, in no session yet."""
    if not isinstance(form, forms.Limit):
        words = form.words.data or "" if isinstance(form, forms.Words) else ""
        return limits.draft(place.dossier, kind, Against.FAMILIES, None, ROWS, words, viewer.account_id)
    said = form.whom.data or ""
    groups = [group.value for group in GROUPS.get(kind, ())]
    against = Against(said) if said in groups else Against.ONE
    rows = [row_named(name) for name in form.rows.data or ()]
    return limits.draft(
        place.dossier,
        kind,
        against,
        UUID(said) if against is Against.ONE else None,
        [*rows, *(BAN_ROWS if kind is Source.CONTACT_BAN else ())],
        form.document,
        viewer.account_id,
        starts_at=forms.beginning(form.starts.data, place.zone),
        ends_at=forms.after(form.ends.data, place.zone),
    )


def _preview(template: str, viewer: Viewer, dossier_id: UUID, place: Place, one: Restriction, **more: Any) -> Response:
    at: datetime = max(clock.now(), one.starts_at)
    context = {
        "one": one,
        "effects": effects(g.db, dossier_id, one, at),
        "rows_of": rows_of,
        **_about(viewer, dossier_id, place),
        **more,
    }
    refused = more["form"].errors or (request.method == "POST" and more.get("waits"))
    return refuse(template, **context) if refused else page(template, **context)


def _about(viewer: Viewer, dossier_id: UUID, place: Place) -> dict[str, Any]:
    card = people.cards(viewer, [dossier_id])[dossier_id]
    return {"about": [dossier_id], "dossier_id": dossier_id, "card": card, **said_on(place.zone)}
