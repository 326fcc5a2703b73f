"""« Mes appareils et connexions »: one's own ways in, and where one is signed in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request

from portal.access.words import Strength
from portal.accounts import device_cookie, devices, entrance, federated, passkeys, passphrases, queries, ways
from portal.accounts.forms import KeyForm, blame, text
from portal.accounts.fresh import ask_again, is_alone_as_a_minor, is_fresh, is_helped
from portal.accounts.models import Method
from portal.accounts.passkey_views import strength
from portal.accounts.queries import SignedIn
from portal.accounts.strengths import may_have
from portal.accounts.views import sign_in
from portal.core import clock
from portal.core.errors import BadInput, NotFound
from portal.web import configured, logs, nexts
from portal.web.forms import refuse
from portal.web.guard import for_oneself
from portal.web.page import go, page

bp = Blueprint("ways", __name__, url_prefix="/ma-connexion")
PAGE = "/ma-connexion"


@bp.get("")
@for_oneself(because="one's own ways in, and one's own devices")
def mine(who: SignedIn) -> Response:
    return _mine(who)


def _mine(who: SignedIn, *, refused: str = "", status: int = 200) -> Response:
    own, zone = ways.ways_of(g.db, who.account_id), queries.zone_of(g.db, who.account_id)
    return page(
        "accounts/mine.html",
        status=status,
        ways=own,
        numbers=passphrases.numbers_of(g.db, who.account_id) if own.passphrase else [],
        devices=queries.devices_of(g.db, who.account_id),
        this_one=who.sign_in_id,
        local=lambda at: clock.local(at, zone),
        today=clock.local_date(clock.now(), zone),
        refused=refused,
        phrase_open=phrase_is_open(who),
        changes=not is_helped(who),
        adds=not is_helped(who) and not is_alone_as_a_minor(who),
    )


def phrase_is_open(who: SignedIn) -> bool:
    """Whether they may have a passphrase."""
    if is_alone_as_a_minor(who):
        return False
    staff = queries.is_staff(g.db, who.account_id)
    return may_have(Method.PASSPHRASE, staff=staff, staff_passphrase=configured.settings().staff_passphrase)


@bp.get("/choisir")
@for_oneself(because="after a letter, its holder chooses how to come in")
def choose(who: SignedIn) -> Response:
    return page("accounts/choose.html", suite=nexts.safe(request.args.get("suite")), phrase_open=phrase_is_open(who))


@bp.get("/cle")
@for_oneself(because="one adds a passkey to one's own account")
def new_key(who: SignedIn) -> Response:
    if is_alone_as_a_minor(who):
        raise NotFound
    if not is_fresh(who):
        return ask_again()
    form = KeyForm(name=devices.name_of(request.headers.get("User-Agent", "")))
    return page("accounts/new_key.html", form=form, **_of_key(who))


def _of_key(who: SignedIn) -> dict[str, Any]:
    has = ways.ways_of(g.db, who.account_id).passkeys
    question = passkeys.asking_for_one_more(
        entrance.site(), device_cookie.here(), who.account_id, who.display_name, has
    )
    return {"question": question, "suite": nexts.safe(request.values.get("suite") or PAGE)}


@bp.post("/cle")
@for_oneself(because="one adds a passkey to one's own account")
def add_key(who: SignedIn) -> Response:
    """Keep it. Whoever came by a letter is signed in by it from now on, as surely as it opens."""
    if is_alone_as_a_minor(who):
        raise NotFound
    if not is_fresh(who):
        return ask_again(f"{PAGE}/cle")
    form = KeyForm()
    if not form.validate():
        return refuse("accounts/new_key.html", form, **_of_key(who))
    try:
        made = passkeys.add(
            g.db,
            entrance.site(),
            device_cookie.here(),
            who.account_id,
            text(form, "answer"),
            name=text(form, "name").strip(),
            vouched=vouches(who),
            has=len(ways.ways_of(g.db, who.account_id).passkeys),
        )
    except BadInput as error:
        blame(form, "answer", error.code)
        return refuse("accounts/new_key.html", form, **_of_key(who))
    logs.event("way_in_added", account=who.account_id, way=Method.PASSKEY, vouched=made.vouched)
    if who.method is Method.LETTER:
        sign_in(who.account_id, strength(made), method=Method.PASSKEY)
    return go(nexts.safe(request.form.get("suite") or PAGE))


def vouches(who: SignedIn) -> bool:
    """Whether staff's word on who holds the account is true of whoever is here now: they came by a letter, or surely.

    Somebody who knows a passphrase and reads a mailbox must not make themselves a key to everything.
    """
    return who.method is Method.LETTER or who.strength is Strength.SUBSTANTIAL


@bp.post("/cle/<uuid:way_id>/nom")
@for_oneself(because="one names one's own passkeys")
def name_key(who: SignedIn, way_id: UUID) -> Response:
    one = ways.passkey_of(g.db, who.account_id, way_id)
    if is_helped(who):
        raise NotFound
    if name := request.form.get("name", "").strip()[: passkeys.NAME_SIGNS]:
        one.name = name
    return go(PAGE)


@bp.post("/cle/<uuid:way_id>/retirer")
@for_oneself(because="one takes away a passkey of one's own")
def remove_key(who: SignedIn, way_id: UUID) -> Response:
    return _removed(who, ways.passkey_of(g.db, who.account_id, way_id), Method.PASSKEY)


@bp.post("/phrase/retirer")
@for_oneself(because="one takes away one's own passphrase")
def remove_phrase(who: SignedIn) -> Response:
    return _removed(who, ways.ways_of(g.db, who.account_id).passphrase, Method.PASSPHRASE)


@bp.post("/application/retirer")
@for_oneself(because="one takes away one's own authenticator app")
def remove_app(who: SignedIn) -> Response:
    return _removed(who, ways.ways_of(g.db, who.account_id).app, Method.PASSPHRASE)


@bp.post("/service/<uuid:way_id>/retirer")
@for_oneself(because="one takes away a service of one's own")
def remove_service(who: SignedIn, way_id: UUID) -> Response:
    return _removed(who, federated.of_account(g.db, who.account_id, way_id), Method.FEDERATED)


def _removed(who: SignedIn, way: ways.Way | None, method: Method) -> Response:
    """It opens nothing any more, nor does what it had opened elsewhere. Never the last of whoever adds some alone."""
    if way is None:
        raise NotFound
    if not is_fresh(who):
        return ask_again(PAGE)
    try:
        ways.remove(g.db, who.account_id, way, even_last=is_alone_as_a_minor(who))
    except BadInput as error:
        return _mine(who, refused=error.code, status=422)
    ways.end_others(g.db, who.account_id, who.sign_in_id, method)
    logs.event("way_in_removed", account=who.account_id, way=method)
    return go(PAGE)


@bp.post("/appareils/<uuid:sign_in_id>/sortir")
@for_oneself(because="one signs out a device of one's own")
def sign_out(who: SignedIn, sign_in_id: UUID) -> Response:
    ways.end_one(g.db, who.account_id, sign_in_id)
    logs.event("signed_out", account=who.account_id, where="elsewhere")
    return go(PAGE)


@bp.post("/sortir-partout")
@for_oneself(because="one signs out every other device of one's own")
def sign_out_everywhere(who: SignedIn) -> Response:
    ways.end_others(g.db, who.account_id, who.sign_in_id)
    logs.event("signed_out", account=who.account_id, where="everywhere else")
    return go(PAGE)
