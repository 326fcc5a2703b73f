"""« Carte du partage » : who sees what of one young person, and giving, taking back or ending what is on agreement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request, url_for

from portal.access.perimeter import ROWS, Row, row_name, row_named
from portal.access.words import Category, Viewer
from portal.core import clock
from portal.core.errors import BadInput, NotFound
from portal.sharing import papers, queries, services, signing
from portal.sharing.chart import Person, Shown, State
from portal.sharing.forms import UntilForm, note
from portal.sharing.queries import Known
from portal.web import configured, forms, people
from portal.web.contacts import contacts
from portal.web.guard import dossiers, public, serves
from portal.web.page import go, page
from portal.web.people import Card

bp = Blueprint("sharing", __name__, url_prefix="/partage")

NAMED = Category.IDENTITY
ANY = tuple(Category)
"""A chart speaks of sharing itself: whoever reaches anything of a dossier may ask for it."""


@dataclass(frozen=True, slots=True)
class Wall:
    """The clock and calendar of one establishment."""

    zone: str
    now: datetime

    @property
    def today(self) -> date:
        return clock.local_date(self.now, self.zone)

    def day(self, instant: datetime) -> date:
        return clock.local_date(instant, self.zone)

    def last_day(self, instant: datetime) -> date:
        """The day on which something that ends at this instant is still there."""
        return clock.local_date(instant - timedelta(microseconds=1), self.zone)

    def end_of(self, day: date) -> datetime:
        return clock.midnight(day + timedelta(days=1), self.zone)


@bp.get("/")
@serves(NAMED, via=ANY)
def charts(viewer: Viewer) -> Response:
    """The dossiers whose chart one may read; of only one, the chart itself."""
    mine = queries.charted(g.db, viewer, g.scope)
    if len(mine) == 1:
        return go(url_for("sharing.chart", dossier_id=next(iter(mine))))
    cards = people.cards(viewer, mine)
    listed = sorted(mine, key=lambda one: (cards[one].name, one))
    return page("sharing/charts.html", about=mine, cards=cards, listed=listed, contacts=[] if mine else contacts(g.db))


@bp.get("/<uuid:dossier_id>")
@serves(NAMED, via=ANY)
def chart(viewer: Viewer, dossier_id: UUID) -> Response:
    queries.sure(viewer, g.scope, dossier_id)
    known = queries.known(g.db, viewer, dossier_id)
    card, wall = here(viewer, dossier_id)
    return page(
        "sharing/chart.html",
        about=[dossier_id],
        table="tableau" in request.args,
        lines=[(row, known.chart.line(row)) for row in ROWS],
        **spoken(dossier_id, known, card, wall),
    )


@bp.get("/<uuid:dossier_id>/papier")
@serves(NAMED, via=ANY)
def paper(viewer: Viewer, dossier_id: UUID) -> Response:
    """The chart on one A4 page, signed."""
    queries.sure(viewer, g.scope, dossier_id)
    known = queries.known(g.db, viewer, dossier_id)
    card, wall = here(viewer, dossier_id)
    g.about = (dossier_id,)
    return papers.answer(papers.chart(known, card, wall, people.is_own(dossier_id)), papers.file_name(dossier_id))


@bp.get("/verifier")
@public(because="whoever holds a paper may ask whether it is ours; the number names nobody")
def verify() -> Response:
    asked = request.args.get("numero", "").strip()
    signed = signing.read(configured.secret_key(), asked) if asked else None
    return page("sharing/verify.html", asked=asked, signed=signed, today=clock.now().date())


@bp.get("/case/<uuid:relationship_id>/<row>")
@serves(NAMED, via=ANY)
def cell(viewer: Viewer, relationship_id: UUID, row: str) -> Response:
    return _cell(viewer, relationship_id, row, UntilForm())


@bp.post("/case/<uuid:relationship_id>/<row>/donner")
@serves(NAMED, via=ANY)
def give(viewer: Viewer, relationship_id: UUID, row: str) -> Response:
    def change(known: Known, wanted: Row, until: datetime | None) -> None:
        to = queries.link_of(known.cases, relationship_id).relationship
        services.grant(g.db, viewer, to, [wanted], until)

    return _change(viewer, relationship_id, row, "give", change)


@bp.post("/case/<uuid:relationship_id>/<row>/retirer")
@serves(NAMED, via=ANY)
def take(viewer: Viewer, relationship_id: UUID, row: str) -> Response:
    def change(_known: Known, wanted: Row, _until: datetime | None) -> None:
        services.withdraw(g.db, viewer, services.standing_of(g.db, relationship_id, wanted))

    return _change(viewer, relationship_id, row, "take", change)


@bp.post("/case/<uuid:relationship_id>/<row>/fin")
@serves(NAMED, via=ANY)
def end(viewer: Viewer, relationship_id: UUID, row: str) -> Response:
    def change(_known: Known, wanted: Row, until: datetime | None) -> None:
        if until is None:
            raise BadInput("until", "required")
        services.set_end(g.db, viewer, services.standing_of(g.db, relationship_id, wanted), until)

    return _change(viewer, relationship_id, row, "take", change)


Change = Callable[[Known, Row, datetime | None], None]


def _change(viewer: Viewer, relationship_id: UUID, name: str, needs: str, change: Change) -> Response:
    """Do it when the chart offers it to this reader, else ``NotFound``; a refusal comes back beside what was typed."""
    dossier_id = queries.dossier_of(g.db, viewer, g.scope, queries.of_link(relationship_id))
    known = queries.known(g.db, viewer, dossier_id)
    _person, shown, row = _find(known, relationship_id, name)
    cell_url = url_for("sharing.cell", relationship_id=relationship_id, row=name)
    if not shown.may:
        raise NotFound
    if shown.may != needs:
        return go(cell_url)  # pressed twice: it is done
    form, wall = UntilForm(), here(viewer, dossier_id)[1]
    if form.validate():
        try:
            day = form.day()
            change(known, row, wall.end_of(day) if day else None)
            return go(cell_url)
        except BadInput as error:
            note(form, error, "until")
    return _cell(viewer, relationship_id, name, form)


def _cell(viewer: Viewer, relationship_id: UUID, name: str, form: UntilForm) -> Response:
    dossier_id = queries.dossier_of(g.db, viewer, g.scope, queries.of_link(relationship_id))
    known = queries.known(g.db, viewer, dossier_id)
    person, shown, row = _find(known, relationship_id, name)
    card, wall = here(viewer, dossier_id)
    context = spoken(dossier_id, known, card, wall) | {"person": person, "shown": shown, "row": row}
    if form.errors:
        g.about = (dossier_id,)
        return forms.refuse("sharing/cell.html", form, **context)
    return page("sharing/cell.html", about=[dossier_id], form=form, **context)


def _find(known: Known, relationship_id: UUID, name: str) -> tuple[Person, Shown, Row]:
    """The cell of that link and row. Raises ``NotFound`` for one that is not on this reader's chart."""
    try:
        row = row_named(name)
    except ValueError:
        raise NotFound from None
    if row_name(row) != name:  # one address for one cell
        raise NotFound
    account_id = queries.link_of(known.cases, relationship_id).relationship.account_id
    for person, shown in known.chart.line(row):
        if person.account_id == account_id:
            return person, shown, row
    raise NotFound


def here(viewer: Viewer, dossier_id: UUID) -> tuple[Card, Wall]:
    """Whom the page is about, and the time where they are."""
    card = people.cards(viewer, dossiers(g.scope, ANY) & {dossier_id})[dossier_id]
    return card, Wall(card.zone, clock.now())


def spoken(dossier_id: UUID, known: Known, card: Card, wall: Wall) -> dict[str, Any]:
    """What every page of a chart says."""
    return {
        "known": known,
        "chart": known.chart,
        "card": card,
        "wall": wall,
        "dossier_id": dossier_id,
        "own": people.is_own(dossier_id),
        "row_name": row_name,
        "opens": frozenset({State.OPEN, State.AGREED, State.BOTH, State.OWN, State.PUBLISHED}),
        "contacts": contacts(g.db),
    }
