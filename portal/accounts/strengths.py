"""How strongly somebody signed in, from what they signed in with: the one place that says so."""

from __future__ import annotations

from datetime import timedelta

from portal.access.words import Strength
from portal.accounts.models import Method


def strength_of(method: Method, *, checked: bool = False, minor: bool = False) -> Strength:
    """The strength of a session. ``checked``: staff saw who holds the account. ``minor``: a young person before their
    majority. Nobody's post makes it stronger.

    A passphrase and a code in a mail can both be had by somebody who reads that mail: never more than low. A letter
    just redeemed proves that somebody holds the letter: it lets one choose a way in, and nothing more. Spaces opened by
    staff are as strong as the access rules say; what others say of somebody is decided where they are asked. A minor
    comes in alone on a tablet that their referent made a key: it opens what a space opened beside them does, and never
    more.
    """
    if method is Method.PASSKEY and minor:
        return Strength.ACCOMPANIED
    if method is Method.PASSKEY and checked:
        return Strength.SUBSTANTIAL
    return Strength.ACCOMPANIED if method in (Method.OPENED, Method.MANDATE) else Strength.LOW


def may_have(method: Method, *, staff: bool, staff_passphrase: bool) -> bool:
    """Whether this way in is open to them: staff come in by what cannot be given to a false page (a passkey), unless
    the establishment decided otherwise (``RELIE_STAFF_PASSPHRASE``)."""
    return method is not Method.PASSPHRASE or not staff or staff_passphrase


LIFE = {
    Strength.LOW: (timedelta(days=7), timedelta(days=30)),
    Strength.ACCOMPANIED: (timedelta(minutes=45), timedelta(minutes=45)),
    Strength.SUBSTANTIAL: (timedelta(hours=1), timedelta(hours=12)),
}
"""Longest silence, and longest life, of a family's session. Low opens the timetable and menus only: a family looks at
them all week without typing again. Accompanied is the 45 minutes of the access rules. Substantial opens health data,
and a passkey opens it again in a second."""

AT_WORK = (timedelta(minutes=20), timedelta(hours=10))
"""Staff share desks, and read about many: however they signed in, a break ends it, and so does the day."""

TO_CHOOSE = (timedelta(hours=1), timedelta(hours=1))
"""After a letter: time to choose how to come in, and no more."""


def life_of(method: Method, strength: Strength, *, staff: bool, helped: bool) -> tuple[timedelta, timedelta]:
    """Longest silence and longest life of a session: the shortest of what its role, its way in and its helper allow."""
    lives = [LIFE[strength]]
    lives += [LIFE[Strength.ACCOMPANIED]] if helped else []
    lives += [AT_WORK] if staff else []
    lives += [TO_CHOOSE] if method is Method.LETTER else []
    return min(one for one, _ in lives), min(one for _, one in lives)
