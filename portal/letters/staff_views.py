"""« Lettres », for management, administration and social work: who has none, and what became of the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request, url_for

from portal.access.services import VERIFIED_BY
from portal.access.words import Category, Viewer
from portal.accounts import enrolment
from portal.core import clock
from portal.core.errors import BadInput
from portal.core.models import Account
from portal.letters import forms, paper, queries, services
from portal.letters.queries import TO_DO, Person, State
from portal.ties import queries as ties
from portal.web import configured, finding, logs, people
from portal.web.forms import refuse
from portal.web.guard import serves
from portal.web.page import go, page

bp = Blueprint("letters", __name__, url_prefix="/lettres")

POSTS = tuple(sorted(VERIFIED_BY))
SHOWN = (Category.IDENTITY, Category.HOUSEHOLD)
EACH = 20
"""People on one page, as many as one batch is easily handed out."""


@bp.get("")
@serves(*SHOWN)
def listed(viewer: Viewer) -> Response:
    """One state at a time; first those with whom there is something to do."""
    return _list(viewer, forms.Making(formdata=None))


@bp.post("/papier")
@serves(*SHOWN)
def make(viewer: Viewer) -> Response:
    """New letters, printed now: their secrets are kept nowhere, so this answer is the only one that holds them."""
    mine = ties.working(g.scope, viewer, POSTS)
    form = forms.Making()
    chosen = set(request.form.getlist("people", type=UUID))
    form.among(chosen)
    if form.validate():
        handed = form.given.data == forms.HANDED
        try:
            made = services.issue(
                g.db, mine, chosen, by=viewer.account_id, handed=handed, secret_key=configured.secret_key()
            )
        except BadInput as error:
            form.refused(error)
        else:
            g.about = tuple({one for letter in made for one in letter.person.dossier_ids})
            logs.event("letters_made", count=len(made), handed=handed)
            return _printed(made)
    return _list(viewer, form)


@bp.get("/<uuid:account_id>")
@serves(*SHOWN)
def one(viewer: Viewer, account_id: UUID) -> Response:
    """Somebody's letters, and what can be done."""
    return _one(viewer, _person(viewer, account_id))


@bp.post("/<uuid:account_id>/annuler")
@serves(*SHOWN)
def revoke(viewer: Viewer, account_id: UUID) -> Response:
    """Their open letter opens nothing any more."""
    person = _person(viewer, account_id)
    g.about = person.dossier_ids
    logs.event("letters_revoked", account=account_id, count=enrolment.revoke(g.db, account_id))
    return go(url_for("letters.one", account_id=account_id))


@bp.post("/<uuid:account_id>/code")
@serves(*SHOWN)
def code(viewer: Viewer, account_id: UUID) -> Response:
    """The second code of a posted letter, shown once, to be read out to somebody one knows."""
    person = _person(viewer, account_id)
    letter = queries.latest(g.db, account_id)
    try:
        said = (
            ""
            if letter is None
            else enrolment.second_code(g.db, letter, by=viewer.account_id, secret_key=configured.secret_key())
        )
    except BadInput:  # it was confirmed meanwhile, or ended: the page says how things stand
        said = ""
    if not said:
        return go(url_for("letters.one", account_id=account_id))
    logs.event("second_code_given", account=account_id)
    return _one(viewer, person, code=said)


def _list(viewer: Viewer, form: forms.Making) -> Response:
    mine = ties.working(g.scope, viewer, POSTS)
    cards, sought = people.cards(viewer, mine), finding.asked()
    everybody = _sought(queries.people(g.db, viewer.account_id, mine), cards, sought)
    counts = {state: sum(one.state is state for one in everybody) for state in State}
    state = _state(request.args.get("etat", ""), counts)
    kept = [one for one in everybody if one.state is state]
    start = EACH * max(0, request.args.get("page", 1, type=int) - 1)
    context = {
        "about": mine,
        "sought": sought,
        "groups": sorted({card.unit for card in cards.values()} - {""}),
        "people": kept[start : start + EACH],
        "state": state,
        "counts": counts,
        "cards": cards,
        "before": start // EACH,
        "more": start // EACH + 2 if len(kept) > start + EACH else 0,
        "to_verify": len(ties.to_verify(g.db, mine)),
        **_said(cards[one].zone for one in mine),
    }
    template = "letters/list.html"
    return refuse(template, form, **context) if form.errors else page(template, form=form, **context)


def _sought(found: Iterable[Person], cards: people.Cards, sought: dict[str, str]) -> list[Person]:
    """Those whose own name, or whose young person's, is looked for; of the group that is."""
    kept = []
    for one in found:
        theirs = [cards[each] for each in one.dossier_ids if each in cards]
        names = (one.name, *(f"{card.name} {card.family_name}" for card in theirs))
        unit = sought.get(finding.GROUP, "")
        if finding.fits(sought.get(finding.NAME, ""), *names) and (not unit or unit in {card.unit for card in theirs}):
            kept.append(one)
    return kept


def _state(asked: str, counts: dict[State, int]) -> State:
    if asked in {state.value for state in State}:
        return State(asked)
    return next((state for state in TO_DO if counts[state]), State.WAITING)


def _one(viewer: Viewer, person: Person, code: str = "") -> Response:
    cards = people.cards(viewer, person.dossier_ids)
    return page(
        "letters/one.html",
        about=person.dossier_ids,
        person=person,
        code=code,
        form=forms.Making(formdata=None),
        cards=[cards[one] for one in person.dossier_ids],
        history=queries.history(g.db, person.account_id),
        **_said(card.zone for card in cards.values()),
    )


def _person(viewer: Viewer, account_id: UUID) -> Person:
    return queries.one(g.db, viewer.account_id, ties.working(g.scope, viewer, POSTS), account_id)


def _printed(made: Sequence[services.Letter]) -> Response:
    places = [queries.place_of(g.db, letter.person.establishment_id) for letter in made]
    read_in = [(letter, g.db.get_one(Account, letter.person.account_id).locale) for letter in made]
    drawn = paper.pages(read_in, places, configured.settings().public_url)
    response = Response(drawn, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="lettres.pdf"'
    response.cache_control.no_store = True
    return response


def _said(zones: Iterable[str]) -> dict[str, Any]:
    """What templates need to say a day where the establishment is."""
    zone = next(iter(zones))
    return {"today": clock.local_date(clock.now(), zone), "said_day": lambda at: clock.local_date(at, zone)}
