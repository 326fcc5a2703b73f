"""« Familles à joindre », for management and the secretary: who was reached how and when, and whom to call."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, g, url_for

from portal.access.models import Post
from portal.access.words import Category, Viewer
from portal.core import clock
from portal.core.errors import BadInput
from portal.sheets import reached
from portal.sheets.forms import ContactForm
from portal.sheets.models import Channel, Outcome
from portal.sheets.reached import REACHES
from portal.ties.queries import working
from portal.web import finding, people
from portal.web.guard import serves
from portal.web.page import go, page

bp = Blueprint("reached", __name__, url_prefix="/familles")

POSTS = (Post.MANAGEMENT, Post.ADMINISTRATION)
SHOWN = (Category.HOUSEHOLD, Category.IDENTITY, Category.PLANNING, Category.APPOINTMENTS)


@bp.get("")
@serves(*SHOWN)
def everybody(viewer: Viewer) -> Response:
    """Those to call first; by the name of the young person, and in no other order."""
    mine = working(g.scope, viewer, POSTS)
    cards, sought, now = people.cards(viewer, mine), finding.asked(), clock.now()
    theirs = {one: card for one, card in cards.items() if sought.get(finding.GROUP, card.unit) == card.unit}
    found = sorted(
        reached.households(g.db, viewer, theirs),
        key=lambda one: (cards[one.dossier_ids[0]].name.casefold(), one.people[0].name.casefold()),
    )
    said = sought.get(finding.NAME, "")
    found = [
        one
        for one in found
        if finding.fits(said, *(person.name for person in one.people), *(cards[each].name for each in one.dossier_ids))
    ]
    zone = next(card.zone for card in cards.values())
    return page(
        "sheets/reached.html",
        about={each for one in found for each in one.dossier_ids},
        to_call=[one for one in found if one.to_call(now)],
        others=[one for one in found if not one.to_call(now)],
        ways=REACHES,
        young=lambda one: ", ".join(cards[each].name for each in one.dossier_ids),
        sought=sought,
        groups=sorted({card.unit for card in cards.values()} - {""}),
        today=clock.local_date(now, zone),
        local=lambda at: clock.local(at, zone),
    )


@bp.post("/<uuid:dossier_id>")
@serves(*SHOWN)
def note(viewer: Viewer, dossier_id: UUID) -> Response:
    """A call, or a meeting. Never what was said."""
    working([one for one in g.scope if one.dossier_id == dossier_id], viewer, POSTS)
    form = ContactForm()
    if not form.validate():
        raise BadInput(next(iter(form.errors)), "choice")
    try:
        reader_id = UUID(form.reader.data or "")
    except ValueError:
        raise BadInput("reader", "choice") from None
    reached.note(
        g.db, viewer, dossier_id, reader_id, Channel(form.channel.data or ""), Outcome(form.outcome.data or "")
    )
    return go(url_for("reached.everybody"))
