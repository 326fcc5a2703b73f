"""The page of the demo: whom to sign in as, in one tap. Registered only where ``safety`` allowed it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, g, request

from easyread import pictures
from easyread.pictures import Picture
from portal.accounts.models import Method
from portal.accounts.views import sign_in
from portal.connectors.mail import FolderMailer, Mail
from portal.core import clock
from portal.core.config import Settings
from portal.core.errors import BadInput, NotFound
from portal.demo import queries
from portal.demo.cast import BY_NAME, account_id
from portal.demo.people import strengths
from portal.demo.world import ZONE
from portal.web import configured
from portal.web.guard import public
from portal.web.page import go, page

bp = Blueprint("demo", __name__, url_prefix="/demo")

GROUPS = {
    "family": ("mother", "father", "aunt", "grandmother"),
    "young": ("child", "nearly-adult", "young-adult"),
    "beside": ("nearly-adult-mother", "young-adult-mother", "curator", "child-welfare"),
    "staff": ("educator", "nurse", "secretary", "director"),
}
"""Every role once, in the order of the page."""

MAILS = 10
"""How many mails the page shows."""

FACES = {
    "mother": "renard",
    "father": "hibou",
    "aunt": "chat",
    "grandmother": "mouton",
    "child": "lapin",
    "nearly-adult": "chien",
    "nearly-adult-mother": "poule",
    "young-adult": "cheval",
    "young-adult-mother": "papillon",
    "curator": "tortue",
    "child-welfare": "oiseau",
    "educator": "abeille",
    "nurse": "canard",
    "secretary": "escargot",
    "director": "éléphant",
}
"""An animal for each, so that one finds them again; a face would have to be somebody's."""


@dataclass(frozen=True)
class Card:
    """Somebody to sign in as."""

    role: str
    name: str
    face: Picture | None


@bp.get("")
@public(because="only invented people live here, and the page exists in no other portal")
def choose() -> Response:
    """Everybody of the demo, the mails it would have sent, and when the DUI last spoke."""
    names = queries.names(g.db)
    cards = {role: Card(role, names[account_id(role)], pictures.find(face)) for role, face in FACES.items()}
    heard = queries.last_message_at(g.db)
    return page(
        "demo/choose.html",
        groups={group: [cards[role] for role in roles] for group, roles in GROUPS.items()},
        mails=_mails(configured.settings()),
        heard=clock.local(heard, ZONE) if heard else None,
        today=clock.local_date(clock.now(), ZONE),
    )


def _mails(settings: Settings) -> list[Mail]:
    """The last mails that would have left, newest first."""
    if settings.mail_folder is None:
        return []
    return FolderMailer(settings.mail_folder, settings.mail_from).messages()[:MAILS]


@bp.post("/sign-in/<role>")
@public(because="the demo lets anybody be anybody")
def enter(role: str) -> Response:
    """Be this person, as surely as ``strength`` says; the child, unless told otherwise, with an adult beside."""
    chosen = BY_NAME.get(role)
    if chosen is None:
        raise NotFound
    known = {strength.name.lower(): strength for strength in strengths(chosen)}
    said = request.form.get("strength", "")
    if said and said not in known:
        raise BadInput("strength", "unknown")
    sign_in(account_id(role), known[said] if said else chosen.strength, method=Method.DEMO)
    return go("/")
