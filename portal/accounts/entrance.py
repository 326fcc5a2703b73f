"""The page by which everybody comes in, and the same page again with what went wrong; asked again of who is inside."""

from __future__ import annotations

from uuid import UUID

from flask import Response, g
from flask_login import current_user

from portal.access.words import Strength
from portal.accounts import device_cookie, passkeys, ways
from portal.accounts.forms import PhraseForm, forget
from portal.accounts.passkeys import Site, site_of
from portal.web import configured, nexts
from portal.web.contacts import contacts
from portal.web.page import page


def site() -> Site:
    return site_of(configured.settings())


def shown(suite: str, *, form: PhraseForm | None = None, refused: str = "", status: int = 200) -> Response:
    """The entrance. ``refused``: why a passkey did not open; ``form``: what was wrong in its boxes.

    Whoever is signed in already is asked to prove it again, by what is at least as sure as what they came in by.
    """
    form = form or PhraseForm()
    forget(form)
    inside = own_ways() if current_user.is_authenticated else None
    return page(
        "accounts/again.html" if inside else "accounts/enter.html",
        status=status,
        form=form,
        ways=inside,
        by_phrase=inside is None or (inside.passphrase is not None and current_user.strength is Strength.LOW),
        suite=nexts.safe(suite),
        refused=refused,
        question=passkeys.asking(site(), device_cookie.here()),
        demo=configured.settings().demo,
        contacts=contacts(g.db),
    )


def own_ways() -> ways.Ways:
    """Those of whoever is signed in."""
    return ways.ways_of(g.db, current_user.account_id)


def is_another(account_id: UUID) -> bool:
    """Whether somebody is signed in here, and proved to be somebody else."""
    return bool(current_user.is_authenticated and current_user.account_id != account_id)
