"""Leaving the service that said who one is, and being told by it that somebody left."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, g, request, session

from portal.accounts import federated
from portal.accounts.federated_views import service
from portal.accounts.views import LEAVING
from portal.connectors.oidc_about import Refused
from portal.core.errors import NotFound
from portal.core.providers import Provider
from portal.web import configured, logs
from portal.web.csrf import csrf
from portal.web.guard import public
from portal.web.page import go, page

bp = Blueprint("leaving", __name__)
BYTES = 16 * 1024


@bp.get("/sortir/service")
@public(because="who just left here leaves the service too, which would let the next one in on this device")
def onward() -> Response:
    """A page between: browsers send no form to another site by way of ours. It goes on by itself."""
    try:
        provider, hint = federated.hint_of(g.db, UUID(session.pop(LEAVING, "")))
    except ValueError:
        return go("/entrer")
    settings = configured.settings()
    known = next((one for one in settings.oidc if one.name == provider), None)
    if known is None:
        return go("/entrer")
    g.db.rollback()
    place = service(known.name).leaving(federated.opened(settings.secret_key, hint), f"{settings.public_url}/entrer")
    if place is None:
        return go("/entrer")
    response = page("accounts/leaving.html", provider=known, place=place)
    response.headers["Refresh"] = f"0; url={place}"
    return response


@bp.post("/entrer/deconnexion/<provider>")
@public(because="the service itself says who left, in a token it signed")
def told(provider: str) -> Response:
    """Sessions it names are over, from the next request on (OpenID Connect Back-Channel Logout 1.0)."""
    try:
        one = service(provider)
    except NotFound:
        return Response(status=400, headers={"Cache-Control": "no-store"})
    try:
        if request.content_length is None or request.content_length > BYTES:
            raise Refused("refused", "length")
        g.db.rollback()
        left = one.left(request.form.get("logout_token", ""))
        if not federated.spend(g.db, f"{one.provider.issuer} {left.jti}", left.until):
            raise Refused("refused", "again")
    except Refused as error:
        return _answer(one.provider, error)
    logs.event("signed_out", where="service", provider=provider, sessions=federated.end(g.db, one.provider, left))
    return Response(status=200, headers={"Cache-Control": "no-store"})


csrf.exempt(told)


def _answer(provider: Provider, error: Refused) -> Response:
    g.db.rollback()
    logs.event("sign_out_refused", provider=provider.name, code=error.code, fault=error.fault)
    status = 503 if error.code == "unreachable" else 400
    return Response(status=status, headers={"Cache-Control": "no-store"})
