"""However a change is made, what it takes away is in the journal before it is in the database."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, event, func, insert, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from portal.access import services
from portal.access.models import Authority, Kind, Relationship
from portal.access.perimeter import Column
from portal.access.sharing import Agreement, Opening, Perimeter, Restriction
from portal.access.words import Category, Strength
from portal.accounts import enrolment
from portal.accounts.models import SignIn
from portal.accounts.services import end_all, end_session, open_session
from portal.core import clock
from portal.core.errors import BadInput
from portal.core.models import Account, AccountState, Dossier, DossierState, Establishment, HiddenFrom
from portal.core.taking import Unjournaled
from portal.dossier import clients
from portal.dossier.models import DuiClient, DuiClientScope
from portal.planning.models import Event
from portal.safekeeping.declared import What
from tests.factories import NOON, a_dossier, a_link, a_parent, a_unit, an_event
from tests.safekeeping.sharing import a_perimeter, a_restriction, an_agreement

LATER = NOON + timedelta(days=1)


@pytest.fixture
def db(home):
    with clock.frozen(NOON), home.sessions()() as session:
        yield session


@pytest.fixture
def said(home, db):
    """Commits, then what the journal says since the last time it was asked: (what, identifier)."""
    heard = [0]

    def since():
        db.commit()
        lines = [line for line in home.journal.lines() if line.number > heard[0]]
        heard[0] = max([heard[0], *(line.number for line in lines)])
        void = {line.void for line in lines}
        return [(one["what"], one["id"]) for line in lines if line.number not in void for one in line.taken]

    return since


@pytest.fixture
def dossier(db):
    return a_dossier(db)


@pytest.fixture
def mother(db, dossier, said):
    link = a_parent(db, dossier)
    assert said() == []
    return link


# Each way of taking away


def test_what_only_gives_leaves_no_line(db, dossier, mother, said):
    event_ = an_event(db, dossier, held_until=LATER, hidden_from=HiddenFrom.PATIENT)
    device = open_session(db, mother.account_id, Strength.LOW)
    an_agreement(db, a_link(db, dossier, Kind.RELATIVE), mother)
    db.commit()
    event_.held_until, event_.hidden_from, event_.published_to = None, HiddenFrom.NOBODY, 3
    db.get_one(Account, mother.account_id).display_name = "Camille"
    assert device
    assert said() == []


def test_a_link_that_ends(db, mother, said):
    services.end(db, mother)
    assert said() == [(What.ENDED, str(mother.id))]


def test_an_end_put_off_gives_and_a_sooner_one_takes(db, dossier, said):
    link = a_parent(db, dossier, ends_at=LATER)
    said()
    link.ends_at = LATER + timedelta(days=1)
    assert said() == []
    link.ends_at = LATER
    assert said() == [(What.ENDED, str(link.id))]


@pytest.mark.parametrize(
    "change", [{"verified_at": None}, {"authority": Authority.INFORMED}, {"starts_at": NOON}], ids=str
)
def test_a_link_that_becomes_another(db, mother, said, change):
    for name, value in change.items():
        setattr(mother, name, value)
    assert said() == [(What.UNPROVED, str(mother.id))]


def test_a_link_that_goes(db, dossier, said):
    link = a_parent(db, dossier, verified=False)
    said()
    db.delete(link)
    assert said() == [(What.UNPROVED, str(link.id))]


def test_an_account_that_closes(db, mother, said):
    account = db.get_one(Account, mother.account_id)
    services.close_account(db, account)
    assert said() == [(What.CLOSED, str(account.id))]


def test_a_letter_that_serves_or_is_revoked_and_not_one_that_is_made_or_guessed_at(db, mother, said):
    facts = {"secret_key": "k" * 40, "establishment_id": mother.establishment_id, "by": None, "handed": True}
    first = enrolment.issue(db, mother.account_id, **facts)
    with pytest.raises(BadInput):
        enrolment.look(db, first.number, "x", secret_key="k" * 40)
    assert said() == []
    second = enrolment.issue(db, mother.account_id, **facts)
    assert [what for what, _ in said()] == [What.LETTER_SHUT]
    enrolment.redeem(db, second.number, second.secret, secret_key="k" * 40)
    assert [what for what, _ in said()] == [What.LETTER_SHUT]


def test_one_device_then_every_device(db, mother, said):
    tokens = [open_session(db, mother.account_id, Strength.LOW) for _ in range(3)]
    said()
    end_session(db, tokens[0])
    assert [what for what, _ in said()] == [What.SIGNED_OUT]
    end_all(db, mother.account_id)
    assert [what for what, _ in said()] == [What.SIGNED_OUT] * 2
    end_all(db, mother.account_id)
    assert said() == []


def test_an_agreement_cut_short_then_withdrawn(db, dossier, mother, said):
    given = an_agreement(db, a_link(db, dossier, Kind.RELATIVE), mother)
    said()
    given.ends_at = LATER
    assert said() == [(What.CUT_SHORT, str(given.id))]
    given.withdrawn_at = NOON
    assert said() == [(What.WITHDRAWN, str(given.id))]


def test_a_restriction_whole_when_it_is_set_and_not_when_it_is_lifted(home, db, dossier, said):
    one = a_restriction(db, dossier, ends_at=LATER)
    assert said() == [(What.RESTRICTED, str(one.id))]
    line = [line for line in home.journal.lines() if line.taken][-1].taken[0]
    assert (line["rows"], line["against"], line["source"]) == ("planning", "families", "court_order")
    one.lift_proof, one.lifted_at = "Arrêt", NOON
    assert said() == []
    one.lifted_at = None
    assert said() == [(What.RESTRICTED, str(one.id))]
    one.rows = "diet planning"
    assert said() == [(What.RESTRICTED, str(one.id))]


def test_a_restriction_that_ends_sooner_gives_and_later_takes(db, dossier, said):
    one = a_restriction(db, dossier, ends_at=LATER + timedelta(days=1))
    said()
    one.ends_at = LATER
    assert said() == []
    one.ends_at = None
    assert said() == [(What.RESTRICTED, str(one.id))]


def test_a_perimeter_whole(db, dossier, said):
    place = db.get_one(Establishment, dossier.establishment_id)
    cells = {(Column.PARENT, Category.DIET): False, (Column.PARENT, Category.PLAN): True}
    one = a_perimeter(db, place, cells, starts_at=NOON)
    told = said()
    assert told[0] == (What.PERIMETER, str(one.id))
    assert sorted(what for what, _ in told) == [What.CELL, What.CELL, What.PERIMETER]


def test_a_perimeter_is_never_rewritten(db, dossier, said):
    place = db.get_one(Establishment, dossier.establishment_id)
    one = a_perimeter(db, place, {(Column.PARENT, Category.DIET): False}, starts_at=NOON)
    said()
    for statement in (update(Opening).values(is_open=True), delete(Opening), delete(Perimeter)):
        with pytest.raises(Unjournaled, match=r"never change"):
            db.execute(statement)
        db.rollback()
    one.starts_at = LATER
    with pytest.raises(Unjournaled, match=r"never change"):
        db.flush()


def test_what_is_held_back_hidden_or_kept_for_one(db, dossier, mother, said):
    one = an_event(db, dossier, published_to=0b110)
    said()
    one.held_until = LATER
    assert said() == [(What.HELD, str(one.id))]
    one.held_until = clock.FOREVER
    assert said() == [(What.HELD, str(one.id))]
    one.hidden_from = HiddenFrom.PATIENT
    assert said() == [(What.HIDDEN, str(one.id))]
    for owner in (mother.account_id, None):
        one.private_to = owner
        assert said() == [(What.PRIVATE, str(one.id))]
    one.published_to = 0b010
    assert said() == [(What.UNPUBLISHED, str(one.id))]
    one.published_to = 0b111
    assert said() == []


def test_a_young_person_who_leaves_moves_or_comes_of_age_sooner(db, dossier, said):
    db.refresh(dossier)
    dossier.unit_id = a_unit(db, db.get_one(Establishment, dossier.establishment_id)).id
    assert said() == []
    dossier.unit_id = None
    assert said() == [(What.MOVED, str(dossier.id))]
    dossier.state = DossierState.LEFT
    assert said() == [(What.STANDS, str(dossier.id))]
    dossier.state = DossierState.PRESENT
    assert said() == []
    dossier.birth_date = date(2008, 1, 1)
    assert said() == [(What.REBORN, str(dossier.id))]


def test_a_dossier_erased(db, dossier, said):
    said()
    db.delete(dossier)
    assert said() == [(What.ERASED, str(dossier.id))]


def test_the_door_of_a_dui(db, dossier, said):
    place = db.get_one(Establishment, dossier.establishment_id)
    clients.add_client(db, "DUI", [place.finess])
    said()
    clients.rotate(db, "DUI")
    assert [what for what, _ in said()] == [What.KEY_CHANGED]
    db.execute(delete(DuiClientScope))
    assert [what for what, _ in said()] == [What.KEY_SHUT]
    clients.revoke(db, "DUI")
    assert [what for what, _ in said()] == [What.KEY_SHUT]


# Each way of changing rows


def test_statements_over_many_rows_are_looked_up(db, dossier, said):
    links = [a_parent(db, dossier) for _ in range(3)]
    said()
    db.execute(update(Relationship).where(Relationship.id != links[0].id).values(ends_at=LATER))
    assert sorted(said()) == sorted((What.ENDED, str(link.id)) for link in links[1:])
    db.execute(update(Relationship.__table__).values(verified_at=None))
    assert sorted(said()) == sorted((What.UNPROVED, str(link.id)) for link in links)
    db.execute(update(Relationship).values(verified_at=None, proof=""))
    assert said() == []


def test_rows_given_by_their_identifiers_are_looked_at(db, dossier, said):
    events = [an_event(db, dossier) for _ in range(2)]
    said()
    db.execute(update(Event), [{"id": one.id, "title": "Piscine", "held_until": None} for one in events])
    assert said() == []
    db.execute(update(Event), [{"id": one.id, "hidden_from": HiddenFrom.FAMILIES} for one in events])
    assert said() == [(What.HIDDEN, str(one.id)) for one in events]


def test_rows_deleted_by_a_statement_are_looked_up(db, dossier, mother, said):
    given = an_agreement(db, a_link(db, dossier, Kind.RELATIVE), mother)
    said()
    db.execute(delete(Agreement).where(Agreement.dossier_id == dossier.id))
    assert said() == [(What.WITHDRAWN, str(given.id))]


def test_rows_inserted_by_a_statement_are_looked_at(db, dossier, said):
    row = {"id": uuid4(), "dossier_id": dossier.id, "establishment_id": dossier.establishment_id, "rows": "diet"}
    row |= {"source": "freeze", "against": "families", "starts_at": NOON, "proof": "x", "created_at": NOON}
    db.execute(insert(Restriction), [row])
    assert said() == [(What.RESTRICTED, str(row["id"]))]
    with pytest.raises(Unjournaled, match="identifier"):
        db.execute(insert(Restriction), [{key: value for key, value in row.items() if key != "id"}])


def test_a_value_that_only_the_database_works_out_is_refused(db, mother):
    with pytest.raises(Unjournaled, match=r"relationship\.ends_at"):
        db.execute(update(Relationship).values(ends_at=func.now()))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE relationship SET verified_at = NULL",
        'update "sign_in" set ended_at = NULL',
        "DELETE FROM agreement",
        "  DELETE FROM dossier",
        "UPDATE opening SET is_open = true",
        "INSERT INTO restriction SELECT * FROM restriction",
        'insert or replace into "staff_word" SELECT * FROM staff_word',
    ],
)
def test_sql_of_one_s_own_is_refused_where_something_is_taken_away(home, db, sql):
    with pytest.raises(Unjournaled):
        db.execute(text(sql))
    db.rollback()
    with db.get_bind().connect() as connection, pytest.raises(Unjournaled):
        connection.exec_driver_sql(sql)


def test_a_connection_of_one_s_own_and_the_ways_around_a_flush_are_refused(db, mother):
    with pytest.raises(Unjournaled):
        db.connection().execute(update(Relationship).values(ends_at=LATER))
    with pytest.raises(Unjournaled):
        db.bulk_update_mappings(Relationship, [{"id": mother.id, "ends_at": LATER}])
    db.rollback()
    row = {"dossier_id": mother.dossier_id, "establishment_id": mother.establishment_id, "rows": "diet"}
    with pytest.raises(Unjournaled):
        db.bulk_save_objects([Restriction(**row, source="freeze", against="families", starts_at=NOON, proof="x")])


def test_a_row_that_may_be_there_already_is_not_written_over(db, mother):
    upsert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"id": mother.account_id, "display_name": "", "state": AccountState.CLOSED}
    with pytest.raises(Unjournaled, match="account"):
        db.execute(upsert(Account).values(row).on_conflict_do_update(index_elements=["id"], set_={"state": "closed"}))


def test_what_takes_nothing_away_may_be_said_in_any_way(db, mother):
    db.connection().execute(update(SignIn).values(last_seen_at=NOON))
    db.execute(text("UPDATE account SET theme = 'dark'"))
    db.connection().execute(delete(SignIn))


# When


def test_the_line_is_there_before_the_commit(home, db, mother):
    seen = []
    event.listen(db.get_bind(), "commit", lambda _connection: seen.append(len(list(home.journal.lines()))))
    services.end(db, mother)
    assert len(list(home.journal.lines())) == 1
    db.commit()
    assert seen == [2]


def test_one_transaction_is_one_line(home, db, dossier, mother):
    services.end(db, mother)
    a_restriction(db, dossier)
    db.commit()
    (line,) = [line for line in home.journal.lines() if line.taken]
    assert sorted(one["what"] for one in line.taken) == [What.ENDED, What.RESTRICTED]


def test_a_transaction_rolled_back_before_its_end_leaves_no_line(home, db, mother):
    services.end(db, mother)
    db.rollback()
    db.commit()
    assert [line for line in home.journal.lines() if line.taken] == []


def test_what_a_savepoint_undid_is_not_said_and_the_rest_is(db, dossier, mother, said):
    father = a_parent(db, dossier)
    said()
    services.end(db, mother)
    with db.begin_nested() as undone:
        services.end(db, father)
        with db.begin_nested():
            a_restriction(db, dossier)
        undone.rollback()
    with db.begin_nested():
        db.get_one(Account, father.account_id).state = AccountState.CLOSED
    assert said() == [(What.ENDED, str(mother.id)), (What.CLOSED, str(father.account_id))]


def test_a_commit_that_fails_makes_its_line_void(home, db, mother, monkeypatch):
    services.end(db, mother)

    def full(_connection):
        raise IntegrityError("commit", {}, Exception("disk full"))

    monkeypatch.setattr(db.connection().dialect, "do_commit", full)
    with pytest.raises(IntegrityError):
        db.commit()
    monkeypatch.undo()
    db.rollback()
    written, void = [line for line in home.journal.lines() if line.number]
    assert (written.taken[0]["what"], void.void) == (What.ENDED, written.number)


def test_a_connection_lost_at_the_commit_leaves_the_line_since_nobody_knows(home, db, mother, monkeypatch):
    services.end(db, mother)
    connection = db.connection()

    def lost(_connection):
        connection.invalidate()
        raise IntegrityError("commit", {}, Exception("gone"), connection_invalidated=True)

    monkeypatch.setattr(connection.dialect, "do_commit", lost)
    with pytest.raises(IntegrityError):
        db.commit()
    monkeypatch.undo()
    db.rollback()
    assert [line.void for line in home.journal.lines()] == [None, None]


def test_a_change_that_cannot_be_written_down_is_not_made(home, db, mother):
    home.journal.path.unlink()
    services.end(db, mother)
    with pytest.raises(OSError, match="No such file"):
        db.commit()
    db.rollback()
    assert db.get_one(Relationship, mother.id, populate_existing=True).ends_at is None


def test_no_word_a_person_wrote_is_in_the_journal(home, db, dossier, mother):
    secret = "Zzyzx"
    mother.proof = mother.emergency = secret
    a_restriction(db, dossier, proof=secret, lift_proof=secret)
    one = an_event(db, dossier, title=secret, note=secret)
    db.commit()
    one.held_until, mother.verified_at = LATER, None
    db.get_one(Account, mother.account_id).display_name = secret
    services.close_account(db, db.get_one(Account, mother.account_id))
    a_perimeter(db, db.get_one(Establishment, dossier.establishment_id), {}, starts_at=NOON).because = secret
    db.execute(update(DuiClient).values(revoked_at=NOON))
    db.commit()
    written = home.journal.path.read_text()
    assert secret not in written
    assert dossier.birth_date.isoformat() not in written
    assert len([line for line in home.journal.lines() if line.taken]) == 2
    assert db.query(Dossier).count() == 1
