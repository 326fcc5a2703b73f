"""Rendez-vous in the calendar of a telephone: one of them as a file, or all of them by an address of one's own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Response, g, request

from portal.access import log
from portal.access.queries import reached
from portal.access.words import Action, Category, Viewer
from portal.accounts import throttle
from portal.agenda import queries, services
from portal.agenda.ics import Hours, Names, calendar
from portal.core import clock, scope
from portal.core.errors import NotFound
from portal.web import configured, logs
from portal.web.guard import public, serves
from portal.web.words import _, translations

bp = Blueprint("agenda", __name__)

WRONG = throttle.Budget("calendar", per_account=300, per_device=300, window=timedelta(hours=1))
"""Addresses that answer nobody, of everybody together: a calendar shows no cookie, and nobody finds 256 bits by trying.
It bounds what trying costs; an address that is right is never refused by it."""
EVERYBODY = ""


@bp.get("/rendez-vous/<uuid:event_id>/agenda.ics")
@serves(Category.APPOINTMENTS)
def one(viewer: Viewer, event_id: UUID) -> Response:
    dossier_id, hours = queries.one(g.db, viewer, event_id)
    g.about = (dossier_id,)
    answer = _file([hours], viewer.account_id, _("Rendez-vous"))
    answer.headers["Content-Disposition"] = "attachment; filename=rendez-vous.ics"
    answer.cache_control.no_store = True
    return answer


@bp.get("/agenda/<token>.ics")
@public(because="a calendar has no cookie: the secret in its address says whose it is, and opens hours alone")
def feed(token: str) -> Response:
    """Each rendez-vous of its holder, as a weak sign-in reads it now; 304 when nothing changed, logged all the same."""
    holder = services.holder(g.db, token)
    if holder is None:
        throttle.refuse_if_spent(g.db, WRONG, EVERYBODY, EVERYBODY)
        throttle.count(g.db, WRONG, EVERYBODY, EVERYBODY)
        raise NotFound
    viewer = queries.weakly(holder.account_id)
    scope.enter(g.db, scope.account(holder.account_id))
    theirs = queries.families(reached(g.db, viewer))
    hours = queries.coming(g.db, viewer, {each.dossier_id for each in theirs})
    services.notice(g.db, holder)
    log.record(g.db, viewer, theirs, action=Action.VIEW, endpoint=str(request.endpoint), request_id=logs.reference())
    word = translations(holder.locale, False).gettext("Rendez-vous")
    return _unless_known(holder, hours, word)


def _unless_known(holder: services.Holder, hours: list[Hours], word: str) -> Response:
    """The file, or 304. The mark is of what it says, and of whose it is: two people's are never the same."""
    mark = hashlib.sha256(repr((holder.feed_id, word, hours)).encode()).hexdigest()[:32]
    known = request.if_none_match.contains_weak(mark)
    answer = Response(status=304) if known else _file(hours, holder.account_id, word)
    answer.set_etag(mark, weak=True)
    answer.cache_control.private = True
    answer.cache_control.no_cache = True
    return answer


def _file(hours: Iterable[Hours], account_id: UUID, word: str) -> Response:
    names = Names(configured.secret_key(), account_id)
    return Response(calendar(hours, word, names, clock.now()), mimetype="text/calendar")


def refused(status: int, reference: str) -> Response:
    """What a calendar is answered when there is nothing for it: no page, and no word of its address."""
    return Response(f"{status} {reference}\n", status, mimetype="text/plain")
