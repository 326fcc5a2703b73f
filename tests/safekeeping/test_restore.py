"""The drill: an old backup comes back on another machine, and nothing that was taken away since comes back with it."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from functools import cache
from itertools import product
from threading import Event, Thread
from time import sleep

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy import event as event_of

from portal.access import reach, services
from portal.access.acts import Act, Said
from portal.access.mandates import Mandate, Paper
from portal.access.models import Authority, LogEntry, Relationship
from portal.access.perimeter import Column
from portal.access.sharing import Against, Agreement, Opening, Perimeter, Restriction
from portal.access.words import Category, Strength
from portal.accounts import enrolment
from portal.accounts.models import SignIn
from portal.accounts.services import open_session
from portal.agenda import services as feeds
from portal.beside import mandating
from portal.core import clock, scope
from portal.core.db import Base, make_sessions
from portal.core.errors import BadInput
from portal.core.models import AccountState, Dossier, DossierState, Establishment, HiddenFrom, Mark
from portal.core.standing import StaffWord, Withheld
from portal.dossier import clients
from portal.dossier.models import DuiClient
from portal.inbox.models import Notice, NoticeKind
from portal.inbox.services import tell
from portal.lookers.models import Naming
from portal.planning.models import Event as EventRow
from portal.safekeeping import erasing
from portal.safekeeping.declared import What
from portal.safekeeping.restoring import MARK, restore
from portal.sharing.models import ActAnswer, ActRequest
from tests.browsing import BASE
from tests.factories import NOON, a_dossier, a_parent, an_establishment, an_event
from tests.safekeeping.conftest import a_home
from tests.safekeeping.eyes import everything
from tests.safekeeping.sharing import a_perimeter, a_restriction
from tests.safekeeping.world import SOON, a_world, account, event, link, place_of

pytestmark = pytest.mark.turns

KEY = "k" * 40


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


@pytest.fixture(scope="module")
def settled(request, tmp_path_factory):
    """Kind of database → a portal with the world in it and its identifiers; written once, to be copied."""
    with ExitStack() as until_the_end:

        @cache
        def of(kind):
            first = until_the_end.enter_context(a_home(request, kind, tmp_path_factory.mktemp(kind)))
            with clock.frozen(NOON), first.sessions().begin() as db:
                world = a_world(db, first.vault)
            first.leave()
            return first, world

        yield of


@pytest.fixture(params=["sqlite", "postgres"])
def home(request, tmp_path, settled):
    """A portal with the world in it."""
    like, _ = settled(request.param)
    with a_home(request, request.param, tmp_path, like) as there:
        yield there


@pytest.fixture
def world(home, settled):
    return settled("postgres" if home.settings.owner_database_url else "sqlite")[1]


@pytest.fixture
def then(home, world):
    """Do something to the world after a backup, restore that backup elsewhere, and look: (what was there, what is)."""

    def since(change):
        backup = home.back_up()
        with home.sessions().begin() as db:
            change(db)
            db.flush()
            reach.recompute(db)
        there, told = home.restored(backup)
        before, after = everything(home.sessions()), everything(there.sessions())
        assert after <= before, sorted(map(str, after - before))[:5]
        return there, told

    return since


def test_a_backup_restored_at_once_is_the_same_portal(home, world):
    before = everything(home.sessions())
    there, told = home.restored(home.back_up())
    assert everything(there.sessions()) == before
    assert (told.objects, told.known, told.unopened, dict(told.replayed.done)) == (2, 0, 0, {})
    assert there.vault.read(world.object, 10**6) == b"message " * 50_000


def test_every_table_comes_back_whole(home, world):
    there, _ = home.restored(home.back_up())
    moved = {"mark", "sign_in"}
    with home.owner().connect() as old, there.owner().connect() as new:
        for one in (old, new):
            if one.dialect.name == "postgresql":
                one.execute(text("SELECT set_config('relie.everywhere', 'test', true)"))
        for table in Base.metadata.sorted_tables:
            if table.name not in moved:
                query = select(table).order_by(*table.primary_key)
                assert new.execute(query).all() == old.execute(query).all(), table.name


# Each thing taken away


def test_an_agreement_withdrawn_stays_withdrawn(then, world):
    def withdraw(db):
        db.get_one(Agreement, world.agreement).withdrawn_at = clock.now()

    there, told = then(withdraw)
    assert told.replayed.done == {What.WITHDRAWN: 1}
    assert ("sees", world.people["aunt"], world.events["swimming"], 1, "Piscine") not in everything(there.sessions())


def test_a_mandate_taken_back_stays_taken_back(home, then, world):
    facts = {"account_id": world.people["mother"], "dossier_id": world.dossier, "themes": "planning"}
    facts |= {"starts_at": NOON, "ends_at": NOON + timedelta(days=30), "paper": Paper.FORM, "paper_on": NOON.date()}
    with home.sessions().begin() as db:
        place = db.get_one(Dossier, world.dossier).establishment_id
        one = Mandate(**facts, establishment_id=place, recorded_by=world.people["director"])
        db.add(one)
    there, told = then(lambda db: mandating.take_back(db, one.id, by=world.people["mother"]))
    assert told.replayed.done == {What.WITHDRAWN: 1}
    with there.sessions()() as db:
        assert db.get_one(Mandate, one.id).withdrawn_at is not None


def test_the_address_of_a_calendar_taken_back_stays_taken_back(home, then, world):
    mother = world.people["mother"]
    with home.sessions().begin() as db:
        token = feeds.make(db, mother, "Mon téléphone")
        (one,) = feeds.of_account(db, mother)
    there, told = then(lambda db: feeds.revoke(db, mother, one.id))
    assert told.replayed.done == {What.FEED_SHUT: 1}
    with there.sessions()() as db:
        assert feeds.holder(db, token) is None


def test_an_agreement_cut_short_ends_at_its_date(then, world):
    there, _ = then(lambda db: setattr(db.get_one(Agreement, world.agreement), "ends_at", SOON))
    swimming = ("sees", world.people["aunt"], world.events["swimming"], 1, "Piscine")
    assert swimming in everything(there.sessions())
    with clock.frozen(SOON + timedelta(seconds=1)):
        assert swimming not in everything(there.sessions())


@pytest.mark.parametrize("against", [Against.FAMILIES, Against.ONE, Against.REPRESENTATIVES])
def test_a_restriction_is_set_again_without_the_words_of_its_proof(then, world, against):
    def restrict(db):
        only = {"account_id": world.people["father"]} if against is Against.ONE else {}
        a_restriction(db, db.get_one(Dossier, world.dossier), against=against, rows="appointments:health diet", **only)

    there, told = then(restrict)
    assert told.replayed.done == {What.RESTRICTED: 1}
    assert ("sees", world.people["father"], world.events["doctor"], 1, "Neurologue") not in everything(there.sessions())
    with there.sessions()() as db:
        assert db.scalars(select(Restriction.proof)).all() == ["journal"]


def test_a_restriction_that_was_lifted_before_the_backup_stays_lifted(home, world):
    with home.sessions().begin() as db:
        a_restriction(db, db.get_one(Dossier, world.dossier), rows="diet")
    with home.sessions().begin() as db:
        db.scalars(select(Restriction)).one().lifted_at = clock.now()
        db.flush()
        reach.recompute(db)
    there, told = home.restored(home.back_up())
    assert everything(there.sessions()) == everything(home.sessions())
    assert told.replayed.done == {}


def test_a_restriction_made_stricter_is_held_as_strict(home, then, world):
    with home.sessions().begin() as db:
        a_restriction(db, db.get_one(Dossier, world.dossier), rows="diet", ends_at=SOON)

    def stricter(db):
        one = db.scalars(select(Restriction)).one()
        one.rows, one.ends_at = "diet planning", None

    there, _ = then(stricter)
    assert ("sees", world.people["mother"], world.events["swimming"], 1, "Piscine") not in everything(there.sessions())


def test_a_restriction_against_somebody_the_backup_does_not_know_is_named_to_be_set_again(home, world):
    backup = home.back_up()
    with home.sessions().begin() as db:
        dossier = db.get_one(Dossier, world.dossier)
        a_restriction(db, dossier, against=Against.ONE, account_id=a_parent(db, dossier).account_id)
    _, told = home.restored(backup)
    assert told.replayed.dossiers == {world.dossier}
    assert told.replayed.absent == {What.RESTRICTED: 1}


def test_a_link_that_ended_stays_ended(then, world):
    there, _ = then(lambda db: services.end(db, link(db, world, "father")))
    assert not [fact for fact in everything(there.sessions()) if fact[1] == world.people["father"]]


def test_a_link_that_became_another_is_verified_again(then, world):
    def turn(db):
        link(db, world, "father").authority = Authority.INFORMED
        link(db, world, "mother").verified_at = None

    there, _ = then(turn)
    with there.sessions()() as db:
        assert [link(db, world, who).verified_at for who in ("father", "mother")] == [None, None]


def test_an_account_that_closed_stays_closed(then, world):
    there, _ = then(lambda db: services.close_account(db, account(db, world, "nurse")))
    with there.sessions()() as db:
        assert account(db, world, "nurse").state is AccountState.CLOSED


@pytest.mark.parametrize("version", [2, 1], ids=["one before", "none before"])
def test_a_perimeter_that_closed_stays_closed_and_what_it_opened_waits(home, then, world, version):
    with home.sessions().begin() as db:
        place = (place_of(db, world) if version == 2 else an_establishment(db)).id

    def decide(db):
        cells = {(Column.PARENT, Category.DIET): False, (Column.PARENT, Category.TREATMENT): True}
        a_perimeter(db, db.get_one(Establishment, place), cells, starts_at=NOON, version=version)

    there, told = then(decide)
    assert told.replayed.done == {What.PERIMETER: 1}
    with there.sessions()() as db:
        here = Perimeter.establishment_id == place
        last = db.scalars(select(Perimeter).where(here).order_by(Perimeter.version.desc()).limit(1)).one()
        cells = db.scalars(select(Opening).where(Opening.perimeter_id == last.id)).all()
        assert [(one.category, one.is_open) for one in cells] == [(Category.DIET, False)]
        assert last.because == "journal"


def test_a_cell_that_a_perimeter_no_longer_closes_stays_closed(home, then, world):
    with home.sessions().begin() as db:
        a_perimeter(db, place_of(db, world), {(Column.PARENT, Category.DIET): False}, starts_at=NOON, version=2)
    moment = NOON + timedelta(hours=1)

    def open_again(db):
        a_perimeter(db, place_of(db, world), {(Column.PARENT, Category.PLAN): True}, starts_at=moment, version=3)

    with clock.frozen(moment):
        there, _ = then(open_again)
        told = {fact[3] for fact in everything(there.sessions()) if fact[:2] == ("may", world.people["mother"])}
    assert not told & {Category.DIET, Category.PLAN}


HELD_BACK = (
    {"held_until": clock.FOREVER},
    {"hidden_from": HiddenFrom.REPRESENTATIVES},
    {"hidden_from": HiddenFrom.FAMILIES},
    {"private_to": "mother", "held_until": None},
)


def test_what_was_held_back_stays_held_back_and_so_does_what_was_told_of_it(home, then, world):
    """Each way to hold something back, on a thing of its own."""
    with home.sessions().begin() as db:
        dossier = db.get_one(Dossier, world.dossier)
        things = [an_event(db, dossier, title=f"Neurologue {number}").id for number in range(len(HELD_BACK))]
        for thing, who in product(things, ("mother", "father")):
            tell(db, world.people[who], NoticeKind.APPOINTMENT_ADDED, about=db.get_one(EventRow, thing))

    def hold(db):
        for thing, change in zip(things, HELD_BACK, strict=True):
            for name, value in change.items():
                setattr(db.get_one(EventRow, thing), name, world.people.get(value, value))

    titles = {("sees", world.people["father"], thing, 1, f"Neurologue {at}") for at, thing in enumerate(things)}
    assert titles <= everything(home.sessions())
    there, _ = then(hold)
    assert not titles & everything(there.sessions())
    with there.sessions()() as db:
        for thing in things:
            notices = db.scalars(select(Notice).where(Notice.item_id == thing)).all()
            labels = {(one.held_until, one.hidden_from, one.private_to) for one in notices}
            one = db.get_one(EventRow, thing)
            assert (len(notices), labels) == (2, {(one.held_until, one.hidden_from, one.private_to)})


HANDS = [
    (first, hands) for first in (None, "aunt") for hands in (["aunt", None], ["aunt", "father"], [None], ["father"])
]


def test_a_thing_that_changed_hands_is_nobody_s_until_somebody_looks(home, then, world):
    """Whosever it was, and whoever had it in turn: a thing of its own for each."""
    with home.sessions().begin() as db:
        dossier = db.get_one(Dossier, world.dossier)
        things = [an_event(db, dossier, private_to=world.people.get(first)).id for first, _ in HANDS]

    def pass_on(db):
        for thing, (_, hands) in zip(things, HANDS, strict=True):
            for who in hands:
                db.get_one(EventRow, thing).private_to = world.people.get(who)
                db.flush()

    there, _ = then(pass_on)
    with there.sessions()() as db:
        for thing, (first, hands) in zip(things, HANDS, strict=True):
            one = db.get_one(EventRow, thing)
            assert (one.private_to is None) is (hands[-1] is None), (first, hands)
            assert (one.held_until == clock.FOREVER) is (hands != [first]), (first, hands)


def test_a_hold_on_what_the_backup_does_not_know_waits_for_the_dui(home, world):
    backup = home.back_up()
    with home.sessions().begin() as db:
        known = db.get_one(Dossier, world.dossier)
        one = an_event(db, known, key="rdv-77")
        db.commit()
    with home.sessions().begin() as db:
        db.get_one(type(one), one.id).held_until = SOON
    there, told = home.restored(backup)
    assert told.replayed.absent == {What.HELD: 1}
    with there.sessions()() as db:
        kept = db.scalars(select(Withheld)).one()
        assert (kept.dossier_id, kept.table_name, kept.key, kept.held_until) == (world.dossier, "event", "rdv-77", SOON)


def test_staff_s_word_that_closed_is_kept_and_one_that_opened_is_to_be_said_again(then, world):
    def say(db):
        for dossier, state in ((world.dossier, DossierState.LEFT), (world.left, DossierState.PRESENT)):
            said = {"dossier_id": dossier, "establishment_id": place_of(db, world).id, "because": "Départ annoncé"}
            db.add(StaffWord(**said, state=state, said_by=world.people["director"]))

    there, _ = then(say)
    with there.sessions()() as db:
        words = [(one.dossier_id, one.state, one.because) for one in db.scalars(select(StaffWord))]
        assert words == [(world.dossier, DossierState.LEFT, "journal")]


def test_a_word_taken_back_is_gone(home, then, world):
    with home.sessions().begin() as db:
        said = {"dossier_id": world.dossier, "establishment_id": place_of(db, world).id, "because": "Il reste"}
        db.add(StaffWord(**said, state=DossierState.PRESENT, said_by=world.people["director"]))
    there, _ = then(lambda db: db.execute(delete(StaffWord)))
    with there.sessions()() as db:
        assert db.scalars(select(StaffWord)).all() == []


def test_a_yes_taken_back_and_a_no_are_not_forgotten(home, then, world):
    with home.sessions().begin() as db:
        about = {"dossier_id": world.dossier, "establishment_id": place_of(db, world).id}
        asked = ActRequest(**about, act=Act.IMAGE, what="Photo de classe", asked_by=world.people["teacher"])
        db.add(asked)
        db.flush()
        about |= {"request_id": asked.id, "capacity": "parent_full"}
        yes = ActAnswer(**about, account_id=world.people["mother"], said=Said.YES)
        db.add(yes)

    def refuse(db):
        db.get_one(ActAnswer, yes.id).ended_at = clock.now()
        db.add(ActAnswer(**about, account_id=world.people["mother"], said=Said.NO))
        db.add(ActAnswer(**about, account_id=world.people["father"], said=Said.YES))

    there, told = then(refuse)
    assert told.replayed.done == {What.ANSWERED: 1, What.TAKEN_BACK: 1}
    with there.sessions()() as db:
        standing = db.scalars(select(ActAnswer).where(ActAnswer.ended_at.is_(None))).all()
        assert [(one.account_id, one.said) for one in standing] == [(world.people["mother"], Said.NO)]


def test_names_of_staff_that_families_no_longer_read_stay_unread(home, then, world):
    with home.sessions().begin() as db:
        db.add(Naming(establishment_id=place_of(db, world).id, named=True, decided_by=world.people["director"]))

    def unname(db):
        facts = {"decided_by": world.people["director"], "decided_at": clock.now() + timedelta(hours=1)}
        db.add(Naming(establishment_id=place_of(db, world).id, named=False, **facts))

    with clock.frozen(SOON):
        there, _ = then(unname)
        with there.sessions()() as db:
            last = db.scalars(select(Naming).order_by(Naming.decided_at.desc())).first()
            assert not last.named


def test_what_was_published_no_more_is_published_no_more(home, then, world):
    with home.sessions().begin() as db:
        event(db, world, "doctor").published_to = 0b111
    there, _ = then(lambda db: setattr(event(db, world, "doctor"), "published_to", 0b010))
    with there.sessions()() as db:
        assert event(db, world, "doctor").published_to == 0b010


def test_a_young_person_who_left_has_left_and_one_who_moved_waits_for_the_dui(then, world):
    def leave(db):
        db.get_one(Dossier, world.left).state = DossierState.LEFT
        db.get_one(Dossier, world.dossier).unit_id = None

    there, told = then(leave)
    assert told.replayed.done == {What.STANDS: 1, What.MOVED: 1}
    assert not [fact for fact in everything(there.sessions()) if fact[1] == world.people["other"]]


def test_a_birth_date_corrected_has_family_links_verified_again(then, world):
    def correct(db):
        one = db.get_one(Dossier, world.dossier)
        one.birth_date = one.birth_date.replace(year=2005)

    there, _ = then(correct)
    assert not [fact for fact in everything(there.sessions()) if fact[1] == world.people["mother"]]


def test_an_erased_dossier_is_erased_again_with_its_objects_and_nobody_else_s(home, then, world):
    there, told = then(lambda db: home.vault.delete(*(erasing.erase(db, world.erased) or ())))
    with there.sessions()() as db:
        assert db.get(Dossier, world.erased) is None
        assert db.get(Dossier, world.dossier) is not None
        assert db.get(Relationship, world.links["stranger"]) is None
    assert (there.vault.exists(world.object), there.vault.exists(world.other_object)) == (False, True)
    assert told.replayed.done[What.ERASED] == 1


def test_a_letter_that_served_or_was_revoked_opens_nothing_after_an_old_backup_came_back(home, then, world):
    facts = {"secret_key": KEY, "by": None, "handed": True}
    made = {}
    with home.sessions().begin() as db:
        place = db.get_one(Dossier, world.dossier).establishment_id
        for who in ("mother", "father", "aunt"):
            made[who] = enrolment.issue(db, world.people[who], establishment_id=place, **facts)

    def since(db):
        enrolment.redeem(db, made["mother"].number, made["mother"].secret, secret_key=KEY)
        enrolment.revoke(db, world.people["father"])

    there, told = then(since)
    assert told.replayed.done == {What.LETTER_SHUT: 2}
    with there.sessions().begin() as db:
        for who in ("mother", "father"):
            with pytest.raises(BadInput):
                enrolment.redeem(db, made[who].number, made[who].secret, secret_key=KEY)
        assert enrolment.redeem(db, made["aunt"].number, made["aunt"].secret, secret_key=KEY)


def test_the_token_of_a_dui_that_was_revoked_opens_nothing_and_one_replaced_runs_out(then, world):
    there, _ = then(lambda db: clients.revoke(db, "DUI"))
    with there.sessions()() as db:
        assert clients.authenticate(db, world.token) is None


def test_the_former_token_of_a_dui_keeps_the_week_it_was_promised(home, world):
    backup = home.back_up()
    with home.sessions().begin() as db:
        clients.rotate(db, "DUI")
    there, _ = home.restored(backup)
    for day, opens in ((6, True), (8, False)):
        with clock.frozen(NOON + timedelta(days=day)), there.sessions()() as db:
            assert (clients.authenticate(db, world.token) is not None) is opens
    with there.sessions()() as db:
        assert db.scalars(select(DuiClient.revoked_at)).one() is None


def test_what_was_given_since_is_not_given_again(home, world):
    backup = home.back_up()
    with home.sessions().begin() as db:
        a_parent(db, db.get_one(Dossier, world.dossier))
        link(db, world, "teacher").referent = True
        a_dossier(db, place_of(db, world))
    there, told = home.restored(backup)
    assert told.replayed.done == {}
    with there.sessions()() as db:
        assert db.scalar(select(func.count()).select_from(Dossier)) == 3


def test_a_line_whose_commit_failed_takes_nothing_away(home, world):
    backup = home.back_up()
    written = home.journal.append([{"what": "closed", "of": "account", "id": str(world.people["mother"])}])
    home.journal.append(void=written.number)
    there, told = home.restored(backup)
    assert told.replayed.done == {}
    with there.sessions()() as db:
        assert account(db, world, "mother").state is AccountState.ACTIVE


def test_what_was_taken_away_and_given_back_before_the_backup_is_left_alone(home, world):
    with home.sessions().begin() as db:
        services.end(db, link(db, world, "father"))
    with home.sessions().begin() as db:
        link(db, world, "father").ends_at = None
        reach.recompute(db)
    there, _ = home.restored(home.back_up())
    assert everything(there.sessions()) == everything(home.sessions())


def test_a_change_between_its_line_and_its_commit_is_waited_for(home, world):
    """Else it would be neither in the backup nor after it in the journal."""
    engine, written = home.opened(), Event()
    event_of.listen(engine, "commit", lambda _connection: (written.set(), sleep(0.5)))

    def change():
        with make_sessions(engine, scope.everywhere("test")).begin() as db:
            link(db, world, "father").ends_at = NOON

    changing = Thread(target=change)
    changing.start()
    assert written.wait(20)
    backup = home.back_up()
    changing.join()
    there, _ = home.restored(backup)
    with there.sessions()() as db:
        assert link(db, world, "father").ends_at == NOON


# What restoring always does


def test_nobody_stays_signed_in_and_the_database_says_where_it_comes_from(home, world):
    backup = home.back_up()
    there, _ = home.restored(backup)
    with there.sessions()() as db:
        assert db.scalar(select(func.count()).where(SignIn.ended_at.is_(None))) == 0
        assert NOON.isoformat() in db.get_one(Mark, MARK).value
    assert [line.said["restored"] for line in home.journal.lines() if "restored" in line.said] == [NOON.isoformat()]


def test_a_second_disaster_replays_both_stretches_of_the_journal(home, world):
    first = home.back_up()
    with home.sessions().begin() as db:
        services.end(db, link(db, world, "father"))
    there, _ = home.restored(first)
    with there.sessions().begin() as db:
        services.close_account(db, account(db, world, "nurse"))
    last, _ = there.restored(first)
    with last.sessions()() as db:
        assert link(db, world, "father").ends_at is not None
        assert account(db, world, "nurse").state is AccountState.CLOSED


def test_the_real_pages_show_what_decide_says(home, world):
    backup = home.back_up()
    path = f"/rendez-vous/{world.events['doctor']}"
    for who in ("mother", "father", "nurse"):
        assert "Neurologue" in home.browser().sign_in(world.people[who]).open(path).text()
    with home.sessions().begin() as db:
        services.end(db, link(db, world, "father"))
        a_restriction(db, db.get_one(Dossier, world.dossier), rows="appointments:health")
        services.close_account(db, account(db, world, "nurse"))
        db.flush()
        reach.recompute(db)
    there, _ = home.restored(backup)
    for who in ("mother", "father"):
        page = there.browser().sign_in(world.people[who]).open(path, status=404)
        assert "Neurologue" not in page.text()
    for who, token in (("nurse", None), ("father", world.device)):
        browser = there.browser()
        with browser.client.session_transaction(base_url=BASE) as session:
            session["_user_id"] = token or _a_session(there, world.people[who])
        answer = browser.client.get(path, base_url=BASE)
        assert answer.status_code in (303, 404)
        assert "Neurologue" not in answer.text
    with there.sessions()() as db:
        assert db.scalar(select(func.count()).select_from(LogEntry)) == 0


def _a_session(there, account_id):
    with there.sessions().begin() as db:
        return open_session(db, account_id, Strength.SUBSTANTIAL)


def test_a_journal_lost_closes_everything_until_staff_verify_again(home, world):
    backup = home.back_up()
    home.journal.path.unlink()
    there = home.elsewhere()
    told = restore(there.settings.with_(journal_folder=None), backup, keeping=[world.people["director"]])
    there.grant()
    there.journal.ready()
    assert told.without_journal
    may = {fact[1] for fact in everything(there.sessions()) if fact[0] in ("may", "sees")}
    assert may == {world.people["director"]}
    with there.sessions().begin() as db:
        services.verify(db, link(db, world, "aunt"), proof="Livret de famille", by=world.people["director"])
    assert ("sees", world.people["aunt"], world.events["swimming"], 1, "Piscine") not in everything(there.sessions())
    with there.sessions()() as db:
        assert clients.authenticate(db, world.token) is None
