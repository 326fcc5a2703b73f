"""Coming in by another service: there, back again, and joining it to one’s own account."""

from __future__ import annotations

import base64
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, current_app, g, request, session
from flask_login import current_user
from werkzeug.utils import redirect

from portal.access.words import Strength
from portal.accounts import entrance, federated, queries
from portal.accounts.federated import WAITS
from portal.accounts.forms import LetterForm
from portal.accounts.fresh import ask_again, is_alone_as_a_minor, is_fresh, is_helped
from portal.accounts.models import Method
from portal.accounts.own_views import vouches
from portal.accounts.queries import SignedIn
from portal.accounts.views import sign_in
from portal.accounts.ways import Ways
from portal.connectors.oidc import Asked, Proof, Service
from portal.connectors.oidc_about import Refused
from portal.core import clock, scope
from portal.core.errors import BadInput, NotFound
from portal.core.providers import Provider
from portal.web import configured, logs, nexts
from portal.web.contacts import contacts
from portal.web.guard import for_oneself, public
from portal.web.page import go, page

bp = Blueprint("federated", __name__)
ASKED, PROVED = "asked", "proved"
"""Where the session of this browser keeps what was asked, and what came back of somebody we do not know."""
HINT_SIGNS = 1800
"""A longer ID token is not kept while somebody looks for their letter: a cookie holds some 4,000 signs."""


@dataclass(frozen=True, slots=True)
class Proved:
    """A service said who they are, and nobody here is joined to that yet."""

    provider: str
    subject: str
    sid: str | None
    hint: str
    proved_at: str
    until: str


def service(name: str) -> Service:
    """Raises ``NotFound`` for one this portal was not told of."""
    found: Service | None = current_app.extensions["oidc"].get(name)
    if found is None:
        raise NotFound
    return found


@bp.get("/entrer/avec/<provider>")
@public(because="one must be able to come in; nothing changes here but what this browser waits for")
def start(provider: str) -> Response:
    """To the service. Whoever is inside already proves it there anew, whatever it remembers."""
    one, suite = service(provider), nexts.safe(request.args.get("suite"))
    g.db.rollback()  # nobody waits for the database while another machine answers
    try:
        place, asked = one.ask(_back(one.provider), anew=bool(current_user.is_authenticated))
    except Refused as error:
        return _refused(one.provider, error, suite)
    session[ASKED] = asked.kept() | {"suite": suite, "until": (clock.now() + WAITS).isoformat()}
    return current_app.make_response(redirect(place, 303))


@bp.get("/entrer/retour/<provider>")
@public(because="one must be able to come in: the service sends people back here")
def back(provider: str) -> Response:
    """What the service answered. Whatever is wrong with it opens nothing, and is said in words."""
    one, kept = service(provider), session.pop(ASKED, None) or {}
    suite = nexts.safe(kept.get("suite"))
    try:
        proof = _proof(one, kept)
        found = federated.known(g.db, proof)
        if found is None:
            return _nobody_yet(one.provider, proof, suite)
        if entrance.is_another(found.account_id):
            raise Refused("another", "another account")
        _refuse_unless_open(one.provider, found.account_id)
    except Refused as error:
        return _refused(one.provider, error, suite)
    _come_in(one.provider, found.account_id, checked=found.checked, proved=_proved(one.provider, proof))
    return go(suite)


def _proof(one: Service, kept: dict[str, Any]) -> Proof:
    """Raises ``Refused``. Asked of this browser, of this service, minutes ago, and answered once."""
    try:
        until = datetime.fromisoformat(kept["until"])
        asked = Asked(*(kept[name] for name in Asked.__slots__))
    except (KeyError, ValueError, TypeError):
        raise Refused("refused", "nothing asked") from None
    if asked.provider != one.provider.name:
        raise Refused("refused", "another service")
    if clock.now() > until:
        raise Refused("old", "too late")
    first = federated.spend(g.db, asked.state, until + WAITS)
    g.db.commit()
    if not first:
        raise Refused("refused", "again")
    return one.proof(_back(one.provider), asked, request.args)


def _refuse_unless_open(provider: Provider, account_id: UUID) -> None:
    with scope.within(g.db, scope.account(account_id)):
        staff = queries.is_staff(g.db, account_id)
    if not federated.may_use(provider, staff=staff, staff_passphrase=configured.settings().staff_passphrase):
        raise Refused("not_open", "not for them")


def _come_in(provider: Provider, account_id: UUID, *, checked: bool, proved: Proved) -> None:
    checked = checked and not queries.is_minor(g.db, account_id)
    sign_in(account_id, federated.strength_of(provider, checked=checked), method=Method.FEDERATED)
    at = datetime.fromisoformat(proved.proved_at)
    hint = base64.urlsafe_b64decode(proved.hint) or None
    federated.remember(g.db, current_user.token, provider, sid=proved.sid, hint=hint, proved_at=at)


def _proved(provider: Provider, proof: Proof) -> Proved:
    hint = base64.urlsafe_b64encode(federated.sealed(configured.secret_key(), proof.token)).decode()
    until = (clock.now() + WAITS).isoformat()
    return Proved(provider.name, proof.subject, proof.sid, hint, proof.proved_at.isoformat(), until)


def _nobody_yet(provider: Provider, proof: Proof, suite: str) -> Response:
    """Nobody is joined to this. Somebody signed in may join it; anybody else shows their letter first."""
    if provider.for_staff_only and current_user.is_authenticated:
        _refuse_unless_open(provider, current_user.account_id)
    found = _proved(provider, proof)
    session[PROVED] = asdict(found if len(found.hint) <= HINT_SIGNS else replace(found, hint=""))
    logs.event("sign_in_refused", way=Method.FEDERATED, provider=provider.name, code="unknown")
    place = "/ma-connexion/service" if current_user.is_authenticated else "/entrer/inconnu"
    return go(f"{place}?{urlencode({'suite': suite})}")


def _waiting() -> tuple[Service, Proved] | None:
    """What a service said a moment ago, for this browser."""
    try:
        found = Proved(**session.get(PROVED, {}))
    except TypeError:
        return None
    known = current_app.extensions["oidc"].get(found.provider)
    if known is None or clock.now() > datetime.fromisoformat(found.until):
        session.pop(PROVED, None)
        return None
    return known, found


@bp.get("/entrer/inconnu")
@public(because="somebody whom nobody is joined to has no account yet; the page knows nothing of anybody")
def unknown() -> Response:
    """The letter says whose links these are; the service only who holds the telephone."""
    found, suite = _waiting(), nexts.safe(request.args.get("suite"))
    if found is None or current_user.is_authenticated:
        return go("/entrer")
    return page(
        "accounts/federated_unknown.html",
        form=LetterForm(formdata=None),
        provider=found[0].provider,
        suite=suite,
        contacts=contacts(g.db),
    )


@bp.get("/ma-connexion/service/<provider>")
@for_oneself(because="one adds a way in to one's own account")
def add(who: SignedIn, provider: str) -> Response:
    """What is about to happen. A link leads on: browsers send no form to another site by way of ours."""
    one = service(provider)
    if is_alone_as_a_minor(who):
        raise NotFound
    return page("accounts/federated_add.html", provider=one.provider) if is_fresh(who) else ask_again()


@bp.get("/ma-connexion/service")
@for_oneself(because="one adds a way in to one's own account")
def asked_to_join(who: SignedIn) -> Response:
    """They came back: is it meant?"""
    found, suite = _waiting(), nexts.safe(request.args.get("suite") or "/ma-connexion")
    if found is None or is_helped(who) or is_alone_as_a_minor(who):
        return go("/ma-connexion")
    return page("accounts/federated_join.html", provider=found[0].provider, suite=suite, refused="")


@bp.post("/ma-connexion/service")
@for_oneself(because="one adds a way in to one's own account")
def join(who: SignedIn) -> Response:
    """They said yes. Whoever came by a letter is signed in by it from now on, as surely as it opens."""
    found, suite = _waiting(), nexts.safe(request.form.get("suite") or "/ma-connexion")
    if found is None or is_helped(who) or is_alone_as_a_minor(who):
        return go("/ma-connexion")
    provider, proved = found[0].provider, found[1]
    if not is_fresh(who):
        return go(f"/ma-connexion/service/{provider.name}")
    session.pop(PROVED, None)
    try:
        _refuse_unless_open(provider, who.account_id)
        made = federated.add(
            g.db, provider, who.account_id, issuer=provider.issuer, subject=proved.subject, vouched=vouches(who)
        )
    except (Refused, BadInput) as error:
        return _refused(provider, Refused(error.code, "not joined"), suite)
    logs.event("way_in_added", account=who.account_id, way=Method.FEDERATED, vouched=made.vouched)
    if who.method is Method.LETTER:
        checked = entrance.own_ways().checked and made.vouched
        _come_in(provider, who.account_id, checked=checked, proved=proved)
    return go(suite)


def _refused(provider: Provider, error: Refused, suite: str) -> Response:
    g.db.rollback()
    logs.event("sign_in_refused", way=Method.FEDERATED, provider=provider.name, code=error.code, fault=error.fault)
    return page(
        "accounts/federated_refused.html",
        status=503 if error.code == "unreachable" else 422,
        provider=provider,
        code=error.code,
        suite=suite,
        contacts=contacts(g.db),
    )


def _back(provider: Provider) -> str:
    """Where the service sends people, as it was told beforehand."""
    return f"{configured.settings().public_url}/entrer/retour/{provider.name}"


@bp.app_template_global()
def services_offered() -> list[Provider]:
    """Services by which one may come in here, in the order of the settings; those not open to whoever is inside left
    out."""
    every = configured.settings().oidc
    if not every or not current_user.is_authenticated:
        return list(every)
    staff = queries.is_staff(g.db, current_user.account_id)
    phrase = configured.settings().staff_passphrase
    return [one for one in every if federated.may_use(one, staff=staff, staff_passphrase=phrase)]


@bp.app_template_global()
def services_proving(own: Ways) -> list[Provider]:
    """Those by which whoever is inside proves it again, as surely as they came in."""
    return _as_sure_as(own, current_user.strength)


@bp.app_template_global()
def services_opening(own: Ways) -> list[Provider]:
    """Those by which whoever is inside opens everything that they may."""
    return _as_sure_as(own, Strength.SUBSTANTIAL)


def _as_sure_as(own: Ways, wanted: Strength) -> list[Provider]:
    theirs = {one.provider: own.checked and one.vouched for one in own.federations}
    offered = [one for one in services_offered() if one.name in theirs]
    return [one for one in offered if federated.strength_of(one, checked=theirs[one.name]) >= wanted]


@bp.app_template_global()
def service_awaiting() -> Provider | None:
    """A service that just said who they are, and waits to be joined to their account."""
    found = _waiting()
    return found[0].provider if found else None


@bp.app_template_global()
def service_label(name: str) -> str:
    """Its name on screens; of one the portal is told of no more, our own word for it."""
    return next((one.label for one in configured.settings().oidc if one.name == name), name)
