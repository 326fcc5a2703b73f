"""A proof that is minutes old: asked for before a way in changes, so that a phone left on a table changes none."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from flask import Response

from portal.access.words import Strength
from portal.accounts.models import Method
from portal.accounts.queries import SignedIn
from portal.accounts.strengths import TO_CHOOSE
from portal.core import clock
from portal.web import nexts
from portal.web.page import go

FRESH = timedelta(minutes=10)


def is_helped(who: SignedIn) -> bool:
    """Whether somebody sits beside them, or opened their space: nothing of their ways in changes then."""
    opened = who.strength is Strength.ACCOMPANIED and who.method is not Method.PASSKEY
    return opened or who.helper_id is not None


def is_alone_as_a_minor(who: SignedIn) -> bool:
    """A young person on their own tablet: they may take a way in away, and their referent alone adds one."""
    return who.strength is Strength.ACCOMPANIED and not is_helped(who)


def is_fresh(who: SignedIn) -> bool:
    """Whether they proved who they are a moment ago.

    A letter cannot be shown twice: until they have chosen a way in, the hour of its session is fresh. Somebody whose
    space was opened by staff proved nothing themselves.
    """
    if is_helped(who):
        return False
    limit = TO_CHOOSE[1] if who.method is Method.LETTER else FRESH
    return clock.now() - who.proved_at <= limit


def ask_again(back: str | None = None) -> Response:
    """To the page that asks for a fresh proof; from there to ``back``, or to the page being read."""
    return go(f"/entrer/encore?{urlencode({'suite': nexts.safe(back) if back else nexts.here()})}")
