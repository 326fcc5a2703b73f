"""The log is what was sealed: any line altered, removed, added or moved is found, and where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, text, update

from portal.access.models import Kind, LogEntry, Means, Post
from portal.access.seal import AT_MOST, LATE, month_end, month_of, newest_head, purge_month, seal
from portal.access.seal_check import Finding, Tail, Wrong, check
from portal.access.seal_digests import ADDED, COLUMNS, FIRST, line, line_digest
from portal.access.seals import Head, Seal
from portal.access.words import Action
from portal.core import clock, scope
from portal.core.errors import BadInput, NotFound
from tests.factories import NOON, an_establishment

NOVEMBER = 202611


@pytest.fixture(autouse=True)
def _everything(db):
    scope.enter(db, scope.everywhere("tests"))


def a_line(db, establishment, at=NOON, **changes):
    facts = {
        "at": at,
        "account_id": uuid4(),
        "dossier_id": uuid4(),
        "establishment_id": establishment.id,
        "categories": "appointments identity",
        "action": Action.VIEW,
        "endpoint": "planning.appointments",
        "request_id": "ABCD2345",
        "kind": Kind.STAFF,
        "post": Post.EDUCATION,
    }
    line = LogEntry(**(facts | changes))
    db.add(line)
    db.flush()
    return line


def lines(db, establishment, number, start=NOON, apart=timedelta(minutes=1)):
    return [a_line(db, establishment, start + apart * place) for place in range(number)]


def sealed(db, at=NOON + timedelta(hours=3)):
    with clock.frozen(at):
        done = seal(db)
    db.commit()
    return done


def wrong(db, kept=()):
    return [one for one in check(db, kept) if isinstance(one, Finding)]


def tail(db, establishment):
    return next(one for one in check(db) if isinstance(one, Tail) and one.establishment_id == establishment.id)


@pytest.fixture
def place(db):
    return an_establishment(db)


@pytest.fixture
def chained(db, place):
    """Nine sealed lines of one month."""
    made = lines(db, place, 9)
    sealed(db)
    return made


# The chain


def test_every_column_of_the_log_is_sealed():
    assert sorted(COLUMNS + ADDED) == sorted(LogEntry.__table__.c.keys())


def text_of(db, entry):
    return db.scalar(select(line(db.get_bind().dialect.name)).where(LogEntry.id == entry.id))


def test_a_line_without_a_helper_says_what_lines_said_before_there_were_any(db, place):
    """Months sealed before keep their digests: seventeen literals, and nothing of a column that came later."""
    said = text_of(db, a_line(db, place, account_id=UUID(int=1), dossier_id=UUID(int=2), id=UUID(int=3)))
    one, two, three = (f"'{UUID(int=number).hex}'" for number in (1, 2, 3))
    assert said == (
        f"{three},'2026-11-18 11:00:00.000000',{one},{two},'{place.id.hex}','appointments identity','view','1',"
        "'planning.appointments','ABCD2345','staff','education','0','page',NULL,NULL,NULL"
    )


def test_a_helper_stands_behind_the_line(db, place):
    helper = UUID(int=7)
    assert text_of(db, a_line(db, place, helper_id=helper)).endswith(f"NULL,helper_id='{helper.hex}'")


@pytest.mark.parametrize(("was", "becomes"), [(UUID(int=7), None), (None, UUID(int=7)), (UUID(int=7), UUID(int=8))])
def test_a_helper_taken_out_put_in_or_changed_is_found(db, place, was, becomes):
    made = a_line(db, place, helper_id=was)
    sealed(db)
    db.execute(update(LogEntry).where(LogEntry.id == made.id).values(helper_id=becomes))
    assert [one.wrong for one in wrong(db)] == [Wrong.CHANGED]


def test_what_was_sealed_and_not_touched_is_whole(db, place, chained):
    assert wrong(db) == []
    assert (tail(db, place).sealed, tail(db, place).unsealed) == (9, 0)


def test_the_tail_that_waits_is_stated(db, place, chained):
    lines(db, place, 2, start=NOON + timedelta(hours=4))
    db.commit()
    assert tail(db, place).unsealed == 2
    assert tail(db, place).until == NOON + timedelta(hours=3)
    assert wrong(db) == []


def test_each_establishment_and_each_month_has_its_own_chain(db, place):
    other = an_establishment(db)
    october = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    for one in (place, other):
        lines(db, one, 3)
        lines(db, one, 2, start=october)
    sealed(db)
    positions = db.execute(select(Seal.establishment_id, Seal.month, Seal.position)).all()
    assert sorted(positions) == sorted(
        (one.id, month, number)
        for one in (place, other)
        for month, many in ((202610, 2), (NOVEMBER, 3))
        for number in range(1, many + 1)
    )
    assert wrong(db) == []


def test_sealing_again_with_nothing_new_writes_nothing(db, chained):
    before = db.scalars(select(Head)).all()
    assert sealed(db).lines == 0
    assert db.scalars(select(Head)).all() == before


def test_a_turn_takes_the_oldest_and_says_that_more_wait(db, place):
    made = lines(db, place, 5)
    with clock.frozen(NOON + timedelta(days=2)):
        done = seal(db, at_most=2)
        assert (done.lines, done.more) == (2, True)
        assert set(db.scalars(select(Seal.entry_id))) == {made[0].id, made[1].id}
        while seal(db, at_most=2).more:
            pass
    db.commit()
    assert wrong(db) == []
    assert tail(db, place).unsealed == 0


def test_a_turn_may_cut_between_lines_of_one_instant(db, place):
    lines(db, place, 7, apart=timedelta())
    with clock.frozen(NOON + timedelta(days=2)):
        while seal(db, at_most=3).more:
            pass
    db.commit()
    assert (wrong(db), tail(db, place).sealed) == ([], 7)


def test_the_worker_keeps_up_with_a_country_in_one_turn():
    assert AT_MOST >= 10_000


# What is found


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", NOON + timedelta(minutes=2, microseconds=1)),
        ("account_id", uuid4()),
        ("dossier_id", uuid4()),
        ("establishment_id", uuid4()),
        ("categories", "identity"),
        ("action", Action.PUBLISH),
        ("strength", 3),
        ("endpoint", "home.home"),
        ("request_id", "ABCD2346"),
        ("kind", Kind.PARENT),
        ("post", Post.CARE),
        ("emergency", True),
        ("means", Means.PHONE),
        ("to_relationship", uuid4()),
        ("told_at", NOON),
        ("seen_as", uuid4()),
    ],
)
def test_a_changed_column_is_found_where_it_is(db, place, chained, column, value):
    db.execute(update(LogEntry).where(LogEntry.id == chained[2].id).values({column: value}))
    db.commit()
    found = wrong(db)
    assert Finding(Wrong.CHANGED, place.id, NOVEMBER, 3) in found
    assert [one for one in found if one.establishment_id == place.id] == [Finding(Wrong.CHANGED, place.id, NOVEMBER, 3)]


def test_an_identifier_that_changed_is_a_line_gone_and_one_added(db, place, chained):
    db.execute(update(LogEntry).where(LogEntry.id == chained[2].id).values(id=uuid4()))
    db.commit()
    assert wrong(db)[0] == Finding(Wrong.REMOVED, place.id, NOVEMBER, 3)


def test_a_word_that_no_code_knows_is_found_and_stops_nothing(db, place, chained):
    db.execute(text("UPDATE access_log SET kind = 'ghost', means = '' WHERE at = :at"), {"at": _held(db, NOON)})
    db.commit()
    assert wrong(db) == [Finding(Wrong.CHANGED, place.id, NOVEMBER, 1)]


@pytest.mark.parametrize("position", [1, 5, 9])
def test_a_line_changed_with_every_digest_after_it_computed_anew_is_found_by_the_head(db, place, chained, position):
    db.execute(update(LogEntry).where(LogEntry.id == chained[position - 1].id).values(endpoint="home.home"))
    last = FIRST
    for seal_ in db.scalars(select(Seal).order_by(Seal.position)).all():
        said = db.scalar(select(line(db.get_bind().dialect.name)).where(LogEntry.id == seal_.entry_id))
        seal_.digest = last = line_digest(last, place.id, NOVEMBER, seal_.position, said)
    db.commit()
    assert wrong(db) == [Finding(Wrong.CHANGED, place.id, NOVEMBER, 9)]


@pytest.mark.parametrize("position", [1, 5, 9])
def test_a_removed_line_is_found(db, place, chained, position):
    db.execute(delete(LogEntry).where(LogEntry.id == chained[position - 1].id))
    db.commit()
    assert wrong(db) == [Finding(Wrong.REMOVED, place.id, NOVEMBER, position)]


@pytest.mark.parametrize(("position", "many"), [(1, 1), (5, 1), (9, 1), (7, 3), (1, 9)])
def test_lines_removed_with_their_seals_are_found(db, place, chained, position, many):
    gone = [one.id for one in chained[position - 1 : position - 1 + many]]
    db.execute(delete(Seal).where(Seal.entry_id.in_(gone)))
    db.execute(delete(LogEntry).where(LogEntry.id.in_(gone)))
    db.commit()
    assert Finding(Wrong.UNSEALED, place.id, NOVEMBER, position, many) in wrong(db)


def test_two_lines_that_changed_places_are_found(db, place, chained):
    _swap(db, Seal.entry_id, chained[1].id, chained[6].id)
    assert [one.position for one in wrong(db)] == [2, 7]
    assert {one.wrong for one in wrong(db)} == {Wrong.CHANGED}


def test_two_lines_that_changed_places_with_their_seals_are_found(db, place, chained):
    for one, position in ((chained[1], 1000), (chained[6], 2), (chained[1], 7)):
        db.execute(update(Seal).where(Seal.entry_id == one.id).values(position=position))
    db.commit()
    assert {2, 7} <= {one.position for one in wrong(db)}


def test_a_line_written_afterwards_with_an_old_date_is_found(db, place, chained):
    a_line(db, place, NOON)
    sealed(db, NOON + timedelta(hours=5))
    assert wrong(db) == [Finding(Wrong.BACKDATED, place.id, NOVEMBER)]
    assert tail(db, place).unsealed == 0


def test_a_line_slipped_in_with_a_seal_of_its_own_is_found(db, place, chained):
    forged = a_line(db, place, NOON)
    db.add(Seal(establishment_id=place.id, month=NOVEMBER, position=10, entry_id=forged.id, digest=bytes(32)))
    db.commit()
    assert wrong(db) == [Finding(Wrong.ADDED, place.id, NOVEMBER, 10)]


def test_seals_of_a_month_that_was_never_sealed_are_found(db, place, chained):
    forged = a_line(db, place, NOON - timedelta(days=90))
    db.add(Seal(establishment_id=place.id, month=202608, position=1, entry_id=forged.id, digest=bytes(32)))
    db.commit()
    assert wrong(db) == [Finding(Wrong.ADDED, place.id, 202608, 1)]


def test_a_whole_month_gone_is_found(db, place, chained):
    for table in (LogEntry, Seal):
        db.execute(delete(table).where(table.establishment_id == place.id))
    db.commit()
    assert wrong(db) == [Finding(Wrong.UNSEALED, place.id, NOVEMBER, 1, 9)]


def test_a_whole_month_gone_with_its_heads_is_found_by_those_of_the_next(db, place, chained):
    lines(db, place, 2, start=NOON + timedelta(days=20))
    sealed(db, NOON + timedelta(days=21))
    for table, column in ((Seal, Seal.month), (Head, Head.month)):
        db.execute(delete(table).where(column == NOVEMBER))
    db.execute(delete(LogEntry).where(LogEntry.at < NOON + timedelta(days=1)))
    db.commit()
    assert wrong(db) == [Finding(Wrong.HEAD_REMOVED, place.id, position=1)]


@pytest.mark.parametrize(("column", "value"), [("length", 8), ("last", bytes(32)), ("purged", True), ("until", NOON)])
def test_a_changed_head_is_found(db, place, chained, column, value):
    db.execute(update(Head).values({column: value}))
    db.commit()
    assert Finding(Wrong.HEAD_CHANGED, place.id, NOVEMBER, 1) in wrong(db)


def test_the_end_cut_off_with_everything_about_it_is_found_by_a_head_kept_outside(db, place, chained):
    lines(db, place, 2, start=NOON + timedelta(hours=4))
    sealed(db, NOON + timedelta(hours=5))
    kept = _kept(db, place)
    db.execute(delete(Head).where(Head.number == 2))
    gone = select(Seal.entry_id).where(Seal.position > 9)
    db.execute(delete(LogEntry).where(LogEntry.id.in_(gone)))
    db.execute(delete(Seal).where(Seal.position > 9))
    db.commit()
    assert wrong(db) == []
    assert wrong(db, [kept]) == [Finding(Wrong.KEPT_MISSING, place.id, position=2)]


def test_a_log_written_anew_from_the_start_is_found_by_a_head_kept_outside(db, place, chained):
    kept = _kept(db, place)
    db.execute(delete(Seal))
    db.execute(delete(Head))
    db.execute(update(LogEntry).where(LogEntry.id == chained[0].id).values(categories="menus"))
    db.commit()
    sealed(db)
    assert wrong(db) == []
    assert wrong(db, [kept]) == [Finding(Wrong.KEPT_DIFFERS, place.id, NOVEMBER, 1)]


def test_a_head_kept_outside_stays_good_when_the_log_goes_on(db, place, chained):
    kept = _kept(db, place)
    lines(db, place, 2, start=NOON + timedelta(hours=4))
    sealed(db, NOON + timedelta(hours=5))
    assert wrong(db, [kept]) == []


def test_a_head_of_an_establishment_that_is_gone_is_missed(db, chained):
    assert wrong(db, [(UUID(int=1), 1, bytes(32))]) == [Finding(Wrong.KEPT_MISSING, UUID(int=1), position=1)]


# Late and concurrent


def test_a_line_that_commits_after_younger_ones_were_sealed_joins_the_end(db, place):
    lines(db, place, 3)
    sealed(db)
    late = a_line(db, place, NOON + timedelta(hours=3) - LATE + timedelta(minutes=1))
    db.commit()
    sealed(db, NOON + timedelta(hours=4))
    assert db.scalar(select(Seal.position).where(Seal.entry_id == late.id)) == 4
    assert wrong(db) == []


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_a_transaction_still_open_while_others_are_sealed_breaks_nothing(sessions, db, place):
    """On SQLite two transactions never write at once."""
    db.commit()
    with sessions() as slow:
        scope.enter(slow, scope.everywhere("tests"))
        early = a_line(slow, place, NOON)
        lines(db, place, 3, start=NOON + timedelta(minutes=1))
        sealed(db, NOON + timedelta(minutes=10))
        slow.commit()
    sealed(db, NOON + timedelta(minutes=25))
    assert db.scalar(select(Seal.position).where(Seal.entry_id == early.id)) == 4
    assert wrong(db) == []


def test_a_line_dated_ahead_of_our_clock_waits_for_its_time(db, place):
    a_line(db, place, NOON + timedelta(seconds=30))
    assert sealed(db, NOON).lines == 0
    assert sealed(db, NOON + timedelta(minutes=15)).lines == 1
    assert wrong(db) == []


# A month that is purged


DECEMBER = NOON + timedelta(days=20)


@pytest.fixture
def aged(db, place, chained):
    lines(db, place, 2, start=DECEMBER)
    sealed(db, DECEMBER + timedelta(days=1))


def test_a_purged_month_leaves_its_head_and_nothing_else(db, place, aged):
    before = newest_head(db, place.id, NOVEMBER)
    assert purge_month(db, place.id, NOVEMBER) == 9
    db.commit()
    assert {month_of(at) for at in db.scalars(select(LogEntry.at))} == {202612}
    head = newest_head(db, place.id, NOVEMBER)
    assert (head.purged, head.length, head.last) == (True, before.length, before.last)
    assert wrong(db) == []
    assert (tail(db, place).purged, tail(db, place).sealed) == (9, 2)


def test_the_log_goes_on_after_a_purge(db, place, aged):
    purge_month(db, place.id, NOVEMBER)
    a_line(db, place, DECEMBER + timedelta(days=2))
    sealed(db, DECEMBER + timedelta(days=3))
    assert wrong(db) == []


def test_lines_back_in_a_purged_month_are_found(db, place, aged):
    purge_month(db, place.id, NOVEMBER)
    forged = a_line(db, place, NOON)
    db.add(Seal(establishment_id=place.id, month=NOVEMBER, position=4, entry_id=forged.id, digest=bytes(32)))
    db.commit()
    assert wrong(db) == [Finding(Wrong.ADDED, place.id, NOVEMBER, 4)]


def test_a_month_that_lines_may_still_join_is_not_purged(db, place, chained):
    with pytest.raises(BadInput) as refused:
        purge_month(db, place.id, NOVEMBER)
    assert (refused.value.field, refused.value.code) == ("month", "not_over")


def test_a_month_is_purged_once(db, place, aged):
    purge_month(db, place.id, NOVEMBER)
    with pytest.raises(NotFound):
        purge_month(db, place.id, NOVEMBER)
    with pytest.raises(NotFound):
        purge_month(db, place.id, 202501)


def test_months_end_where_the_next_begins():
    assert month_end(NOVEMBER) == datetime(2026, 12, 1, tzinfo=UTC)
    assert month_end(202612) == datetime(2027, 1, 1, tzinfo=UTC)


def _kept(db, place):
    head = newest_head(db, place.id)
    return place.id, head.number, head.digest


def _swap(db, column, one, other):
    aside = uuid4()
    for old, new in ((one, aside), (other, one), (aside, other)):
        db.execute(update(Seal).where(column == old).values(entry_id=new))
    db.commit()


def _held(db, at):
    return at if db.get_bind().dialect.name == "postgresql" else at.strftime("%Y-%m-%d %H:%M:%S.%f")
