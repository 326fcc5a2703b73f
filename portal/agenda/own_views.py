"""« Mon agenda » : the addresses one gave to calendars; making one, and taking it back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, g, url_for
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from portal.access.models import Kind
from portal.access.queries import reached
from portal.accounts.fresh import ask_again, is_alone_as_a_minor, is_fresh, is_helped
from portal.accounts.queries import SignedIn, zone_of
from portal.agenda import queries, services
from portal.core import clock
from portal.core.errors import BadInput, NotFound
from portal.web import configured, logs
from portal.web.forms import Form, refuse
from portal.web.guard import for_oneself
from portal.web.page import go, page

bp = Blueprint("feeds", __name__, url_prefix="/mon-agenda")
PAGE = "/mon-agenda"


class FeedForm(Form):
    """For which telephone it is."""

    name = StringField(validators=[InputRequired(), Length(max=services.LONGEST)])


@bp.get("")
@for_oneself(because="the addresses one gave to one's own calendars")
def mine(who: SignedIn) -> Response:
    return page("agenda/mine.html", form=FeedForm(formdata=None), **_about(who))


@bp.post("")
@for_oneself(because="one makes an address for one's own calendar; it opens what one reads as a weak sign-in")
def make(who: SignedIn) -> Response:
    """The address stands on the answer, and is found nowhere afterwards."""
    about = _about(who)
    if not about["may"]:
        raise NotFound
    if not is_fresh(who):
        return ask_again(PAGE)
    form = FeedForm()
    if not form.validate():
        return refuse("agenda/mine.html", form, **about)
    try:
        token = services.make(g.db, who.account_id, form.name.data or "")
    except BadInput as error:
        form.name.errors = [f"feed-{error.code}" if error.code == "too_many" else error.code]
        return refuse("agenda/mine.html", form, **about)
    logs.event("feed_made", account=who.account_id)
    site = urlsplit(configured.settings().public_url)
    path = url_for("agenda.feed", token=token)
    return page(
        "agenda/made.html", address=f"{site.scheme}://{site.netloc}{path}", tap=f"webcal://{site.netloc}{path}",
        young=about["young"],
    )  # fmt: skip


@bp.post("/<uuid:feed_id>/retirer")
@for_oneself(because="one takes back an address one gave")
def revoke(who: SignedIn, feed_id: UUID) -> Response:
    if is_helped(who):
        raise NotFound
    if not is_fresh(who):
        return ask_again(PAGE)
    services.revoke(g.db, who.account_id, feed_id)
    logs.event("feed_revoked", account=who.account_id, feed=feed_id)
    return go(PAGE)


def _about(who: SignedIn) -> dict[str, Any]:
    """Nobody makes one beside somebody, nor a minor alone: their referent decides what is added. Staff have none."""
    family = queries.families(reached(g.db, queries.weakly(who.account_id)))
    zone, now = zone_of(g.db, who.account_id), clock.now()
    return {
        "feeds": services.of_account(g.db, who.account_id),
        "may": bool(family) and not is_helped(who) and not is_alone_as_a_minor(who),
        "takes": not is_helped(who),
        "family": bool(family),
        "young": any(one.kind is Kind.SELF for one in family),
        "now": now,
        "today": clock.local_date(now, zone),
        "local": lambda at: clock.local(at, zone),
    }
