"""Everybody around the young people of a bench, with accounts and verified links."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from portal.access import reach
from portal.access.models import Authority, Kind, Measure, Post, Relationship
from portal.core.db import make_engine, make_sessions
from portal.core.models import Account, Dossier, Establishment, Unit
from portal.demo.house import unit_key
from portal.demo.world import World

SINCE = datetime(2020, 9, 1, tzinfo=UTC)


def settle(url: str, world: World) -> int:
    """Two parents of each young person, and the whole team: how many accounts that makes."""
    with make_sessions(make_engine(url)).begin() as db:
        place = db.scalars(select(Establishment.id)).one()
        dossiers: dict[str, UUID] = {key: id_ for id_, key in db.execute(select(Dossier.id, Dossier.key))}
        units: dict[str, UUID] = {key: id_ for id_, key in db.execute(select(Unit.id, Unit.key))}
        links = [*_families(world, dossiers), *_team(world, units)]
        accounts = [{"id": link["account_id"], "display_name": "Somebody"} for link in links]
        db.execute(insert(Account), accounts)
        db.execute(insert(Relationship), [{"establishment_id": place} | link for link in links])
        reach.recompute(db)
    return len(accounts)


def link(kind: Kind, **facts: Any) -> dict[str, Any]:
    """A verified relationship of a new account."""
    return {
        "id": uuid4(), "account_id": uuid4(), "dossier_id": None, "unit_id": None, "kind": kind,
        "authority": Authority.NONE, "measure": Measure.NONE, "post": Post.NONE, "referent": False,
        "starts_at": SINCE, "verified_at": SINCE, "proof": "vu", **facts,
    }  # fmt: skip


def _families(world: World, dossiers: dict[str, UUID]) -> Iterator[dict[str, Any]]:
    for person in world.young:
        for relative in person.relatives[:2]:
            yield link(
                Kind.PARENT,
                dossier_id=dossiers[person.key],
                authority=relative.authority or Authority.FULL,
                relative_key=relative.key,
            )


def _team(world: World, units: dict[str, UUID]) -> Iterator[dict[str, Any]]:
    for one in world.staff:
        if one.post:
            yield link(Kind.STAFF, post=one.post, unit_id=units[unit_key(one.house)] if one.house else None)
