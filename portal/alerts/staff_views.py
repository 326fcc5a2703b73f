"""« Adresses qui ne répondent pas »: whose mail came back, for the secretary."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, g, url_for

from portal.access.models import Post
from portal.access.words import Viewer
from portal.accounts.queries import zone_of
from portal.alerts import queries, services
from portal.core import clock
from portal.core.errors import NotFound
from portal.web import logs
from portal.web.guard import for_staff
from portal.web.page import go, page

bp = Blueprint("addresses", __name__, url_prefix="/adresses")

POSTS = (Post.ADMINISTRATION, Post.MANAGEMENT)
BECAUSE = "whom mail does not reach is to be called, whatever it would have said"


@bp.get("")
@for_staff(*POSTS, because=BECAUSE)
def listed(viewer: Viewer, establishments: frozenset[UUID]) -> Response:
    zone = zone_of(g.db, viewer.account_id)
    return page(
        "alerts/addresses.html",
        rows=queries.dead_in(g.db, establishments),
        said_day=lambda at: clock.local_date(at, zone),
        today=clock.local_date(clock.now(), zone),
    )


@bp.post("/<uuid:account_id>/corrigee")
@for_staff(*POSTS, because=BECAUSE)
def correct(_viewer: Viewer, establishments: frozenset[UUID], account_id: UUID) -> Response:
    """It answers again, or the DUI has another: mail goes there from now on."""
    if account_id not in {one.account_id for one in queries.dead_in(g.db, establishments)}:
        raise NotFound
    services.corrected(g.db, account_id)
    logs.event("address_corrected", account=account_id)
    return go(url_for("addresses.listed"))
