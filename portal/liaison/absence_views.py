"""Absences: announced by families, seen by the unit. One address, each reader's own page."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, url_for

from easyread import pictures
from portal.access.models import Post
from portal.access.words import Action, Category, Viewer
from portal.core import clock
from portal.core.errors import BadInput, NotFound
from portal.liaison import absences
from portal.liaison.forms import AbsenceForm
from portal.liaison.models import Why
from portal.liaison.views import helpers_of, nobody
from portal.ties.queries import working
from portal.web import forms, guard, people
from portal.web.contacts import Contact
from portal.web.guard import dossiers, serves
from portal.web.page import go, page

bp = Blueprint("absences", __name__, url_prefix="/absences")

SHOWN = (Category.PLANNING, Category.IDENTITY)
PICTURES = {
    Why.NOT_WELL: "repos",
    Why.APPOINTMENT: "rendez-vous",
    Why.FAMILY: "famille",
    Why.TRANSPORT: "voiture",
    Why.OTHER: "autre",
    Why.UNSAID: "je ne veux pas en parler",
}
"""Concepts of the lexicon: nothing that speaks of an illness."""
REFUSED = {
    ("first_day", "too_far"): ("first_day", "absence-too_far"),
    ("last_day", "before_start"): ("last_day", "tie-before_start"),
    ("last_day", "too_long"): ("last_day", "absence-too_long"),
    ("back_at", "one_day"): ("last_day", "absence-one_day"),
    ("back_at", "past"): ("hour", "absence-hour"),
    ("back_at", "missing"): ("hour", "required"),
}
"""What the service refuses → the box it is shown at, and its words."""


@bp.get("/")
@serves(*SHOWN)
def first(viewer: Viewer) -> Response:
    if guard.is_staff():
        return _list(viewer)
    try:
        return _page(viewer, AbsenceForm(formdata=None))
    except NotFound:  # the entry of the menu is everybody's
        return nobody()


@bp.post("/")
@serves(*SHOWN, action=Action.ANSWER)
def announce(viewer: Viewer) -> Response:
    form = AbsenceForm()
    rows, zone = _mine(viewer)
    if form.validate():
        child = next((row.dossier_id for row in rows if str(row.dossier_id) == form.child.data), None)
        if child is None:
            raise NotFound
        try:
            absences.announce(g.db, viewer, child, _said(form, zone))
            return go(url_for("absences.first"))
        except BadInput as error:
            field, code = REFUSED.get((error.field, error.code), (error.field, error.code))
            form[field].errors = [code]
    return _page(viewer, form)


@bp.post("/<uuid:absence_id>/retirer")
@serves(*SHOWN, action=Action.ANSWER)
def withdraw(viewer: Viewer, absence_id: UUID) -> Response:
    absences.withdraw(g.db, viewer, absence_id)
    return go(url_for("absences.first"))


@bp.post("/<uuid:absence_id>/vu")
@serves(*SHOWN)
def see(viewer: Viewer, absence_id: UUID) -> Response:
    if not guard.is_staff():
        raise NotFound
    absences.see(g.db, viewer, absence_id, working(g.scope, viewer, tuple(Post)))
    return go(url_for("absences.first"))


def _page(viewer: Viewer, form: AbsenceForm) -> Response:
    rows, zone = _mine(viewer)
    children = list(dict.fromkeys(row.dossier_id for row in rows))
    today = clock.local_date(clock.now(), zone)
    form.first_day.data = form.first_day.data or (None if form.errors else today)
    form.form_key.data = form.form_key.data or str(uuid4())
    form.child.data = form.child.data or (str(children[0]) if len(children) == 1 else "")
    context: dict[str, Any] = {
        "children": children,
        "cards": people.cards(viewer, dossiers(g.scope, SHOWN)),
        "told": [row for row in rows if row.id is not None],
        "today": today,
        "zone": zone,
        "local": clock.local,
        "pictures": {one: pictures.find(PICTURES[one]) for one in Why},
        "contacts": [Contact(*one) for one in dict.fromkeys((row.name, row.phone) for row in rows) if one[1]],
        "helpers": helpers_of(rows),
    }
    if form.errors:
        g.about = tuple(children)
        return forms.refuse("liaison/absence.html", form, **context)
    return page("liaison/absence.html", about=children, form=form, **context)


def _list(viewer: Viewer) -> Response:
    cards = people.cards(viewer, dossiers(g.scope, SHOWN))
    zone = next((card.zone for card in cards.values()), "Europe/Paris")
    today = clock.local_date(clock.now(), zone)
    rows = absences.announced(g.db, viewer, today)
    return page(
        "liaison/absences.html",
        about={row.dossier_id for row in rows},
        rows=rows,
        helpers=helpers_of(rows),
        cards=cards,
        today=today,
        local=clock.local,
    )


def _mine(viewer: Viewer) -> tuple[list[Any], str]:
    """Whom one may announce for, with what was announced; their time zone. Raises ``NotFound`` for nobody."""
    rows = absences.mine(g.db, viewer, clock.local_date(clock.now(), "Europe/Paris"))
    if not rows:
        raise NotFound
    return rows, rows[0].time_zone


def _said(form: AbsenceForm, zone: str) -> absences.Said:
    first: date = form.first_day.data or date.min
    return absences.Said(
        first,
        form.last_day.data or first,
        _instant(first, form.hour.data, zone) if form.how.data == "late" else None,
        Why(form.why.data or Why.UNSAID),
        form.note.data or "",
        UUID(form.form_key.data or ""),
    )


def _instant(day: date, hour: time | None, zone: str) -> datetime:
    if hour is None:
        raise BadInput("back_at", "missing")
    return datetime.combine(day, hour, ZoneInfo(zone))
