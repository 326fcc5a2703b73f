"""« Mon accord » : what one agreed to, what one is asked, and the young person's own word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, g, request, url_for

from easyread import pictures
from easyread.pictures import Picture
from portal.access.acts import USUAL, Act, Said
from portal.access.models import Kind
from portal.access.readers import Eye
from portal.access.words import Strength, Viewer
from portal.core import clock, helped
from portal.core.errors import BadInput, NeedsStrength, NotFound
from portal.core.names import names_of
from portal.sharing import acting, papers, queries, services
from portal.sharing.models import Voice
from portal.sharing.queries import Given, Readable
from portal.sharing.views import ANY, NAMED, Wall
from portal.web import people
from portal.web.guard import serves
from portal.web.page import go, page

bp = Blueprint("agreements", __name__, url_prefix="/accords")


PICTURES = {
    Act.TRANSPORT: "bus",
    Act.USUAL_CARE: "visite médicale",
    Act.SHARE_PLANNING: "calendrier",
    Act.SURGERY: "hôpital",
    Act.ORIENTATION: "école",
    Act.TRAVEL_ABROAD: "valise",
    Act.IMAGE: "photo",
}
"""Concepts of the lexicon; an act that is not here has no picture, rather than a doubtful one."""


@bp.app_template_global()
def act_picture(act: Act) -> Picture | None:
    return pictures.find(PICTURES.get(act))


@dataclass(frozen=True, slots=True)
class Told:
    """One receipt, as this reader may know it."""

    given: Given
    to: str
    by: str
    own: bool
    """The reader is the young person."""
    may_take: bool
    voice: Voice | None = None
    wall: Wall | None = None
    helped: str | None = None
    """With whose help it was given, as the reader may know it (``core.helped.told``)."""
    taken_with: str | None = None
    said_with: str | None = None
    """With whose help the young person said what they think of it."""


@bp.get("/")
@serves(NAMED, via=ANY)
def mine(viewer: Viewer) -> Response:
    found = _readable(viewer)
    asked = acting.requests(g.db, viewer.account_id, {key: one.cases for key, one in found.items()})
    asked = [one for one in asked if one.mine or one.may_answer]
    told = _told(found)
    return page(
        "sharing/agreements.html",
        about=found,
        cards=people.cards(viewer, found),
        young=any(one.reader.eye is Eye.YOUNG for one in found.values()),
        waiting=[one for one in asked if one.may_answer and one.mine is None],
        answered=[one for one in asked if one.mine is not None],
        helped=_helped(asked),
        questions=[one for one in told if one.own and one.given.stands and one.voice is None],
        told=told,
        charts=sorted(found),
    )


@bp.get("/<uuid:receipt>")
@serves(NAMED, via=ANY)
def receipt(viewer: Viewer, receipt: UUID) -> Response:
    one = _one(viewer, receipt)
    cards = people.cards(viewer, [one.given.dossier_id])
    return page("sharing/receipt.html", about=[one.given.dossier_id], one=one, card=cards[one.given.dossier_id])


@bp.get("/<uuid:receipt>/papier")
@serves(NAMED, via=ANY)
def paper(viewer: Viewer, receipt: UUID) -> Response:
    one = _one(viewer, receipt)
    card = people.cards(viewer, [one.given.dossier_id])[one.given.dossier_id]
    g.about = (one.given.dossier_id,)
    made = papers.receipt(one, card, Wall(card.zone, clock.now()))
    return papers.answer(made, papers.file_name(receipt))


@bp.post("/<uuid:receipt>/retirer")
@serves(NAMED, via=ANY)
def take_back(viewer: Viewer, receipt: UUID) -> Response:
    """All that the receipt still grants ends now."""
    one = _one(viewer, receipt)
    if one.given.stands:
        if not one.may_take:
            raise NotFound
        services.withdraw(g.db, viewer, queries.agreements(g.db, receipt))
    return go(url_for("agreements.receipt", receipt=receipt))


@bp.post("/<uuid:receipt>/avis")
@serves(NAMED, via=ANY)
def say(viewer: Viewer, receipt: UUID) -> Response:
    """The young person's own word on it."""
    if not _one(viewer, receipt).own:
        raise NotFound
    services.say(g.db, viewer, receipt, _said())
    return go(url_for("agreements.mine"))


@bp.get("/demandes/<uuid:request_id>")
@serves(NAMED, via=ANY)
def act(viewer: Viewer, request_id: UUID) -> Response:
    one = _asked(viewer, request_id)
    cards = people.cards(viewer, [one.request.dossier_id])
    card = cards[one.request.dossier_id]
    return page(
        "sharing/act.html",
        about=[one.request.dossier_id],
        one=one,
        card=card,
        own=people.is_own(one.request.dossier_id),
        usual=USUAL,
        wall=Wall(card.zone, clock.now()),
        helped=_helped([one]),
    )


@bp.post("/demandes/<uuid:request_id>")
@serves(NAMED, via=ANY)
def answer(viewer: Viewer, request_id: UUID) -> Response:
    """Yes, no, I do not know; or take one's answer back."""
    one = _asked(viewer, request_id)
    if request.form.get("said") == "back":
        acting.take_back(g.db, viewer, one.request)
    elif one.may_answer:
        acting.answer(g.db, viewer, one.request, _said())
    else:
        raise NotFound
    return go(url_for("agreements.act", request_id=request_id))


def _helped(asked: Iterable[acting.Asked]) -> dict[UUID, str | None]:
    """Request → with whose help the reader answered it. No statement when nobody helped."""
    mine = {one.request.id: one.mine.helper_id for one in asked if one.mine and one.mine.helper_id}
    names = names_of(g.db, mine.values()) if mine else {}
    return {key: helped.told(who, names, mine=True, whole=False) for key, who in mine.items()}


def _said() -> Said:
    try:
        said = Said(request.form.get("said", ""))
    except ValueError:
        raise BadInput("said", "unknown") from None
    if said is Said.SILENT:
        raise BadInput("said", "silent")
    return said


def _readable(viewer: Viewer) -> dict[UUID, Readable]:
    """Dossiers of the family one may read the sharing of, at this strength. Raises ``NeedsStrength``."""
    reached = {one.dossier_id for one in g.scope if one.kind is not Kind.STAFF}
    found = queries.readable(g.db, viewer, reached)
    family = {key: one for key, one in found.items() if one.reader.eye is not Eye.WHOLE}
    if any(viewer.strength < _needed(one) for one in family.values()) or (not family and viewer.strength < _SURE):
        raise NeedsStrength
    return family


_SURE = Strength.ACCOMPANIED


def _needed(one: Readable) -> Strength:
    return Strength.ACCOMPANIED if one.reader.eye is Eye.YOUNG else Strength.SUBSTANTIAL


def _told(found: dict[UUID, Readable]) -> list[Told]:
    at = clock.now()
    seen = [
        (one, given)
        for one in found.values()
        for given in queries.givens(one.cases, at)
        if queries.seen_by(given, one.cases, one.reader, at)
    ]
    voices = queries.voices(g.db, found)
    people_of = {who for _, given in seen for who in (given.to, given.given_by, given.helper_id, given.withdrawn_with)}
    names = names_of(g.db, people_of | {one.helper_id for one in voices.values()})
    return [_tell(one, given, names, voices, at) for one, given in seen]


def _tell(one: Readable, given: Given, names: dict[UUID, str], voices: dict[UUID, Voice], at: datetime) -> Told:
    own, voice = one.reader.eye is Eye.YOUNG, voices.get(given.receipt)
    gave, took = (who == one.reader.account_id for who in (given.given_by, given.withdrawn_by))
    hides = one.reader.banned and given.given_by != one.reader.account_id
    return Told(
        given,
        names.get(given.to, ""),
        "" if hides else names.get(given.given_by, ""),
        own,
        queries.may_take(given, one.reader, at),
        voice if own else None,
        Wall(one.zone, at),
        helped.told(given.helper_id, names, mine=gave, whole=False),
        helped.told(given.withdrawn_with, names, mine=took, whole=False),
        helped.told(voice.helper_id, names, mine=own, whole=False) if voice else None,
    )


def _one(viewer: Viewer, receipt: UUID) -> Told:
    for one in _told(_readable(viewer)):
        if one.given.receipt == receipt:
            return one
    raise NotFound


def _asked(viewer: Viewer, request_id: UUID) -> acting.Asked:
    """A request this reader answers, or answered. Raises ``NotFound``."""
    found = {key: one.cases for key, one in _readable(viewer).items()}
    for one in acting.requests(g.db, viewer.account_id, found):
        if one.request.id == request_id and (one.mine or one.may_answer):
            return one
    raise NotFound
