"""People, dossiers and things, plainly invented, as short as a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from unittest.mock import patch
from uuid import UUID

from sqlalchemy.orm import Session

from portal.access import reach, services
from portal.access.contradictions import Said, refuse_shape
from portal.access.models import Authority, Kind, Measure, Post, Relationship
from portal.access.words import Category, Strength, Viewer
from portal.core.models import Account, Dossier, Establishment, Organisation, Unit
from portal.planning.models import Event

NOON = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
"""Wednesday 18 November 2026, noon in Paris: the day most tests live on."""
LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)
_number = count(1)


def an_establishment(db: Session, **changes: Any) -> Establishment:
    organisation = Organisation(name="Association des Tilleuls")
    db.add(organisation)
    db.flush()
    facts = {"finess": f"{next(_number):09d}", "name": "IME Les Tilleuls", "organisation_id": organisation.id}
    return _added(db, Establishment(**(facts | changes)))


def a_unit(db: Session, establishment: Establishment, name: str = "Les Érables", **changes: Any) -> Unit:
    return _added(db, Unit(establishment_id=establishment.id, key=f"unit-{next(_number)}", name=name, **changes))


def a_dossier(db: Session, establishment: Establishment | None = None, *, age: int = 12, **changes: Any) -> Dossier:
    """A young person present in an establishment, who turned ``age`` on 1 January 2026."""
    place = establishment or an_establishment(db)
    facts = {
        "establishment_id": place.id,
        "key": f"3{place.finess}/{next(_number)}",
        "birth_date": date(2026 - age, 1, 1),
    }
    return _added(db, Dossier(**(facts | changes)))


def an_account(db: Session, name: str = "Somebody", **changes: Any) -> Account:
    return _added(db, Account(display_name=name, **changes))


def a_link(db: Session, dossier: Dossier, kind: Kind, **facts: Any) -> Relationship:
    """A verified relationship of a new account to this dossier."""
    account = facts.pop("account", None) or an_account(db)
    proved = facts.pop("verified", True)
    to = {"dossier_id": dossier.id} if facts.pop("to_dossier", True) else {}
    more = {name: facts.pop(name) for name in ("referent", "relative_key") if name in facts}
    said = Said(
        account_id=account.id,
        establishment_id=dossier.establishment_id,
        kind=kind,
        starts_at=facts.pop("starts_at", LONG_AGO),
        **to,
        **facts,
    )
    refuse_shape(said)  # and nothing more: access must hold in worlds that nobody could write down (``services.link``)
    one = _added(db, Relationship(**{name: getattr(said, name) for name in Said.__slots__}, **more))
    if proved:
        services.verify(db, one, proof="livret de famille, 2026", by=None)
    return one


def a_parent(db: Session, dossier: Dossier, authority: Authority = Authority.FULL, **facts: Any) -> Relationship:
    return a_link(db, dossier, Kind.PARENT, authority=authority, **facts)


def the_young_person(db: Session, dossier: Dossier, **facts: Any) -> Relationship:
    return a_link(db, dossier, Kind.SELF, **facts)


def a_curator(db: Session, dossier: Dossier, **facts: Any) -> Relationship:
    return a_link(db, dossier, Kind.MEASURE, measure=Measure.PERSON_ASSIST, **facts)


def staff(db: Session, dossier: Dossier, post: Post, **facts: Any) -> Relationship:
    """Somebody at work where the dossier is; with ``unit_id`` or ``to_dossier``, assigned more closely."""
    facts.setdefault("to_dossier", False)
    return a_link(db, dossier, Kind.STAFF, post=post, **facts)


def viewing(one: Relationship, strength: Strength = Strength.SUBSTANTIAL, *serving: Category) -> Viewer:
    return Viewer(one.account_id, strength, frozenset(serving or Category))


def an_event(db: Session, dossier: Dossier, **changes: Any) -> Event:
    """A rendez-vous tomorrow, unless said otherwise."""
    facts = {
        "dossier_id": dossier.id,
        "establishment_id": dossier.establishment_id,
        "key": f"event-{next(_number)}",
        "category": Category.APPOINTMENTS,
        "nature": "health",
        "title": "Neurologue",
        "starts_at": NOON + timedelta(days=1),
        "ends_at": NOON + timedelta(days=1, minutes=45),
    }
    return _added(db, Event(**(facts | changes)))


@contextmanager
def at_once() -> Iterator[None]:
    """Links made inside count from its end: reach is laid out once for all of them. Commit after it, not inside."""
    accounts: dict[Session, set[UUID]] = {}

    def later(db: Session, *, account_ids: Iterable[UUID]) -> None:
        accounts.setdefault(db, set()).update(account_ids)

    with patch.object(reach, "recompute", later):
        yield
    for db, those in accounts.items():
        reach.recompute(db, account_ids=those)


def recomputed(db: Session, dossier: Dossier) -> None:
    reach.recompute(db, dossier_ids=[dossier.id])


def _added(db: Session, thing: Any) -> Any:
    db.add(thing)
    db.flush()
    return thing
