"""Invite, assign, end, see off. A refusal keeps what was typed, and writes nothing."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask import Response, g, request, url_for

from portal.access.models import Post
from portal.access.words import Viewer
from portal.core.errors import BadInput, NotFound
from portal.staffing import forms, queries, services
from portal.staffing.joints import joints
from portal.staffing.rules import Wanted
from portal.staffing.services import Because
from portal.staffing.staff_views import SHOWN, about, bp, managed_dossiers, management, named, said
from portal.web import logs, people
from portal.web.forms import refuse
from portal.web.guard import serves
from portal.web.page import go, page

YOUTH = "jeune"
"""Question behind an address: assign to one young person. Only then is anybody named to choose among."""


@bp.route("/inviter", methods=["GET", "POST"])
@management
def invite(viewer: Viewer, establishments: Collection[UUID]) -> Response:
    """Somebody new: an account and an assignment. Their page then makes the invitation, as often as it is needed."""
    form = forms.Newcomer()
    form.offer(_places(establishments))
    same = queries.named(g.db, establishments, form.name.data or "") if form.name.data else []
    if request.method == "POST" and form.validate():
        if same and not form.other.data:
            form.name.errors = ["staff-exists"]
        else:
            try:
                link = services.enlist(
                    g.db, form.name.data or "", _wanted(form), by=viewer.account_id, mail=form.mail.data or ""
                )
            except BadInput as error:
                form.refused(error)
            else:
                logs.event("staff_added", account=link.account_id, post=link.post)
                return go(url_for("team.person", account_id=link.account_id))
    return _form("staffing/invite.html", form, same=same)


@bp.route("/<uuid:account_id>/affecter", methods=["GET", "POST"])
@serves(*SHOWN)
def assign(viewer: Viewer, account_id: UUID) -> Response:
    """One more assignment: a unit, the whole house, or (``?jeune=1``) one young person."""
    mine = queries.managed(g.db, viewer)
    member = queries.member(g.db, mine, account_id)
    cards = people.cards(viewer, managed_dossiers(mine)) if YOUTH in request.args else {}
    form = forms.Place()
    form.offer(_young(cards) if YOUTH in request.args else _places(mine))
    if request.method == "POST" and form.validate():
        try:
            link = services.assign(g.db, account_id, _wanted(form), by=viewer.account_id)
        except BadInput as error:
            form.refused(error)
        else:
            logs.event("staff_assigned", account=account_id, post=link.post)
            return go(url_for("team.person", account_id=account_id))
    elif request.method != "POST" and member.standing:
        form.post.data = member.standing[0].link.post.value
    return _form("staffing/assign.html", form, member=member, youth=YOUTH in request.args, about=list(cards))


@bp.route("/<uuid:account_id>/<uuid:link_id>/fin", methods=["GET", "POST"])
@serves(*SHOWN)
def end(viewer: Viewer, account_id: UUID, link_id: UUID) -> Response:
    """One assignment ends, now or on a day to come."""
    found = queries.assignment(g.db, queries.managed(g.db, viewer), account_id, link_id)
    form, cards = forms.Ending(), named(viewer, [found])
    if request.method == "POST" and form.validate():
        at = forms.after(form.ends.data, found.zone)
        try:
            services.end(g.db, link_id, at, by=viewer.account_id, because=Because(form.because.data))
        except BadInput as error:
            form.refused(error)
        else:
            return _ended(account_id, later=at is not None)
    return _form("staffing/end.html", form, found=found, cards=cards, about=list(cards), **said())


@bp.route("/<uuid:account_id>/depart", methods=["GET", "POST"])
@serves(*SHOWN)
def leave(viewer: Viewer, account_id: UUID) -> Response:
    """They leave the houses this reader manages: everything ends, now or on a day to come."""
    mine = queries.managed(g.db, viewer)
    member = queries.member(g.db, mine, account_id)
    places = {one.link.establishment_id: one.zone for one in member.standing}
    if not places:
        raise NotFound
    form = forms.Ending()
    if request.method == "POST" and form.validate():
        try:
            with g.db.begin_nested():
                for place, zone in places.items():
                    at = forms.after(form.ends.data, zone)
                    services.leave(
                        g.db, account_id, place, at, by=viewer.account_id, because=Because(form.because.data)
                    )
        except BadInput as error:
            form.refused(error)
        else:
            return _ended(account_id, later=form.ends.data is not None)
    return _form("staffing/leave.html", form, member=member, about=[])


@bp.post("/<uuid:account_id>/invitation")
@serves(*SHOWN)
def letter(viewer: Viewer, account_id: UUID) -> Response:
    """An invitation, shown once. Asked again, it makes another, and the one before is worth nothing."""
    member = queries.member(g.db, queries.managed(g.db, viewer), account_id)
    try:
        place = _works_at(member)
        services.refuse_invitation(g.db, account_id, place, by=viewer.account_id)
    except BadInput as error:
        return page("staffing/person.html", status=422, **about(viewer, member), refused=forms.said(error))
    made = joints().invite(g.db, account_id, establishment_id=place, by=viewer.account_id, handed=True)
    logs.event("staff_invited", account=account_id)
    zone = member.standing[0].zone
    return page("staffing/invitation.html", about=[], member=member, made=made, zone=zone, **said())


@bp.post("/<uuid:account_id>/invitation/annuler")
@serves(*SHOWN)
def unletter(viewer: Viewer, account_id: UUID) -> Response:
    """An invitation went to the wrong hands: it opens nothing any more."""
    member = queries.member(g.db, queries.managed(g.db, viewer), account_id)
    try:
        services.refuse_invitation(g.db, account_id, _works_at(member), by=viewer.account_id)
    except BadInput as error:
        return page("staffing/person.html", status=422, **about(viewer, member), refused=forms.said(error))
    joints().uninvite(g.db, account_id)
    logs.event("staff_uninvited", account=account_id)
    return go(url_for("team.person", account_id=account_id))


def _works_at(member: queries.Member) -> UUID:
    """Where the invitation is made out. Raises ``NotFound`` for whoever works here no more."""
    if not member.standing:
        raise NotFound
    return member.standing[0].link.establishment_id


def _ended(account_id: UUID, *, later: bool) -> Response:
    if not later:
        joints().ended(g.db, account_id)
    logs.event("staff_ended", account=account_id, later=later)
    return go(url_for("team.person", account_id=account_id))


def _form(template: str, form: forms.Facts, **context: Any) -> Response:
    """The page of a form, anew or with its mistakes."""
    return refuse(template, form, **context) if form.errors else page(template, form=form, **context)


def _places(establishments: Collection[UUID]) -> list[tuple[str, str]]:
    """(what a form says, name): each house, then its units."""
    found = queries.establishments(g.db, establishments)
    return [
        one
        for house, units in found
        for one in ((f"e:{house.id}", house.name), *((f"u:{unit.id}", unit.name) for unit in units))
    ]


def _young(cards: people.Cards) -> list[tuple[str, str]]:
    rows = [(", ".join(filter(None, (f"{one.name} {one.family_name}", one.unit))), key) for key, one in cards.items()]
    return [(f"d:{key}", name) for name, key in sorted(rows)]


def _wanted(form: forms.Place) -> Wanted:
    kind, _, key = (form.where.data or "").partition(":")
    house = queries.house_of(g.db, kind, UUID(key))
    return Wanted(
        post=Post(form.post.data),
        establishment_id=house.id,
        unit_id=UUID(key) if kind == "u" else None,
        dossier_id=UUID(key) if kind == "d" else None,
        referent=bool(form.referent.data) and kind == "d",
        starts_at=forms.beginning(form.starts.data, house.time_zone),
        ends_at=forms.after(form.ends.data, house.time_zone),
    )
