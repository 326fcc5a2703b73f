"""Whatever one row of the log or of its seals becomes, the check says so: tried by chance, on both databases."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
from sqlalchemy import delete, select, update

from portal.access.models import Kind, LogEntry, Means, Post
from portal.access.seal_check import AT_ONCE
from portal.access.seals import Head, Seal
from portal.access.words import Action
from portal.core import scope
from tests.access.test_seal import a_line, lines, sealed, wrong
from tests.factories import NOON, an_establishment

pytestmark = pytest.mark.turns

OTHER = {
    "at": lambda chance, one: one.at + timedelta(microseconds=chance.choice((-1, 1, 10**6))),
    "account_id": lambda chance, one: uuid4(),
    "dossier_id": lambda chance, one: uuid4(),
    "establishment_id": lambda chance, one: uuid4(),
    "categories": lambda chance, one: chance.choice([one.categories + " ", one.categories[:-1], "", "menus"]),
    "action": lambda chance, one: chance.choice([a for a in Action if a is not one.action]),
    "strength": lambda chance, one: one.strength + 1,
    "endpoint": lambda chance, one: chance.choice([one.endpoint + "'", one.endpoint + "','", "home.home"]),
    "request_id": lambda chance, one: one.request_id[::-1],
    "kind": lambda chance, one: chance.choice([a for a in Kind if a is not one.kind]),
    "post": lambda chance, one: chance.choice([a for a in Post if a is not one.post]),
    "emergency": lambda chance, one: not one.emergency,
    "means": lambda chance, one: chance.choice([a for a in Means if a is not one.means]),
    "to_relationship": lambda chance, one: uuid4(),
    "told_at": lambda chance, one: NOON,
    "seen_as": lambda chance, one: uuid4(),
}


def alter(db, chance, place):
    one, column = chance.choice(db.scalars(select(LogEntry)).all()), chance.choice(sorted(OTHER))
    db.execute(update(LogEntry).where(LogEntry.id == one.id).values({column: OTHER[column](chance, one)}))


def shift_between_columns(db, chance, place):
    """The same letters, cut elsewhere."""
    one = chance.choice(db.scalars(select(LogEntry)).all())
    db.execute(
        update(LogEntry)
        .where(LogEntry.id == one.id)
        .values(endpoint=one.endpoint + one.request_id[:1], request_id=one.request_id[1:])
    )


def remove(db, chance, place):
    db.execute(delete(LogEntry).where(LogEntry.id == chance.choice(db.scalars(select(LogEntry.id)).all())))


def remove_whole(db, chance, place):
    """A run of lines with their seals, anywhere, the end included."""
    seals = db.scalars(select(Seal).order_by(Seal.month, Seal.position)).all()
    start = chance.randrange(len(seals))
    gone = [one.entry_id for one in seals[start : start + chance.randint(1, 5)]]
    db.execute(delete(Seal).where(Seal.entry_id.in_(gone)))
    db.execute(delete(LogEntry).where(LogEntry.id.in_(gone)))


def swap(db, chance, place):
    one, other = chance.sample(db.scalars(select(Seal.entry_id)).all(), 2)
    aside = uuid4()
    for old, new in ((one, aside), (other, one), (aside, other)):
        db.execute(update(Seal).where(Seal.entry_id == old).values(entry_id=new))


def insert_between(db, chance, place):
    """Room is made for a line that was never read: those after it move up."""
    seals = db.scalars(select(Seal).where(Seal.month == 202611).order_by(Seal.position.desc())).all()
    at = chance.randint(1, len(seals))
    for one in seals:
        if one.position >= at:
            moved = update(Seal).where(Seal.entry_id == one.entry_id)
            db.execute(moved.values(position=one.position + 1), execution_options={"synchronize_session": False})
    forged = a_line(db, place, NOON)
    place_of_it = {"establishment_id": place.id, "month": 202611, "position": at, "entry_id": forged.id}
    db.execute(Seal.__table__.insert(), [place_of_it | {"digest": bytes(32)}])


def insert_old(db, chance, place):
    a_line(db, place, NOON - timedelta(days=chance.randint(1, 30)))


def forget_a_head(db, chance, place):
    numbers = db.scalars(select(Head.number).order_by(Head.number)).all()
    db.execute(delete(Head).where(Head.number == chance.choice(numbers)))


def change_a_digest(db, chance, place):
    table = chance.choice([Seal, Head])
    one = chance.choice(db.scalars(select(table.digest)).all())
    db.execute(update(table).where(table.digest == one).values(digest=bytes([one[0] ^ 1]) + one[1:]))


WAYS = (
    *(alter, shift_between_columns, remove, remove_whole, swap),
    *(insert_between, insert_old, forget_a_head, change_a_digest),
)


@pytest.fixture
def place(db):
    """Twenty lines over two months, sealed in three turns."""
    scope.enter(db, scope.everywhere("tests"))
    place = an_establishment(db)
    for turn in range(3):
        lines(db, place, 7, start=NOON + timedelta(days=6 * turn), apart=timedelta(minutes=7))
        sealed(db, NOON + timedelta(days=6 * turn, hours=2))
    assert wrong(db) == []
    return place


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_one_change_anywhere_is_found(db, place, way):
    chance = Random(way.__name__)
    for _ in range(12):
        kept = [(table, [dict(row._mapping) for row in db.execute(select(table.__table__))]) for table in TABLES]
        way(db, chance, place)
        db.commit()
        assert wrong(db), way.__name__
        for table, rows in kept:
            db.execute(delete(table))
            db.execute(table.__table__.insert(), rows)
        db.commit()
        db.expire_all()
        assert wrong(db) == []


TABLES = (LogEntry, Seal, Head)


def test_more_lines_than_are_held_at_once_are_checked_whole(db, monkeypatch):
    """Late lines, unsealed ones among them, and a change at each end of what is read together."""
    for module in ("seal_lines", "seal_check"):
        monkeypatch.setattr(f"portal.access.{module}.AT_ONCE", 4)
    assert AT_ONCE > 4
    scope.enter(db, scope.everywhere("tests"))
    place = an_establishment(db)
    lines(db, place, 30)
    sealed(db, NOON + timedelta(minutes=50))
    lines(db, place, 5, start=NOON + timedelta(minutes=3, seconds=30))
    sealed(db, NOON + timedelta(minutes=55))
    lines(db, place, 9, start=NOON + timedelta(minutes=5, seconds=20))
    db.commit()
    assert wrong(db) == []
    for position in (1, 4, 5, 8, 9, 29, 30, 31, 35):
        entry = db.scalar(select(Seal.entry_id).where(Seal.position == position))
        said = db.scalar(select(LogEntry.endpoint).where(LogEntry.id == entry))
        db.execute(update(LogEntry).where(LogEntry.id == entry).values(endpoint="other"))
        db.commit()
        assert [one.position for one in wrong(db)] == [position]
        db.execute(update(LogEntry).where(LogEntry.id == entry).values(endpoint=said))
        db.commit()
