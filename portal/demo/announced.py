"""What the invented establishment tells its families: a closure to come, and a word of today."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.models import Kind, Post, Relationship
from portal.core.models import Establishment
from portal.demo.world import World
from portal.planning.models import Bulletin, BulletinKind

SOON = timedelta(days=9)


def announce(db: Session, world: World, place: Establishment) -> None:
    """Signed by whoever manages."""
    boss = select(Relationship.account_id).where(
        Relationship.establishment_id == place.id,
        Relationship.kind == Kind.STAFF,
        Relationship.post == Post.MANAGEMENT,
    )
    author = db.scalar(boss.order_by(Relationship.created_at, Relationship.id).limit(1))
    if author is None:
        return
    facts = {"establishment_id": place.id, "published_by": author}
    closed = world.today + SOON
    db.add(
        Bulletin(
            **facts,
            kind=BulletinKind.CLOSURE,
            first_day=closed,
            last_day=closed,
            text="Journée de formation de l’équipe : l’établissement est fermé.",
            easy_text="L’équipe est en formation. L’IME est fermé.",
        )
    )
    db.add(
        Bulletin(
            **facts,
            kind=BulletinKind.MESSAGE,
            first_day=world.today,
            last_day=world.today,
            text="Les photos de la fête d’automne sont affichées dans l’entrée.",
            easy_text="Les photos de la fête sont dans l’entrée.",
        )
    )
