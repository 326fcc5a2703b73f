"""Making the demo: through the doors of production, once, anew when old, never over anything else."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal.connectors.dui.intake import Intake, Outcome
from portal.connectors.dui.records import State
from portal.connectors.vault import VaultMissing
from portal.core import clock
from portal.core.errors import ConfigError
from portal.core.models import Account, Dossier, DossierState, Establishment, Mark, Organisation, Unit
from portal.demo import build, safety
from portal.demo.cast import account_id
from portal.demo.house import FINESS
from portal.demo.leads import dossier_key
from portal.dossier.models import DuiMessage, Identity, Referent
from portal.menus.models import Dish, MenuImport
from portal.planning.models import Event, EventState, Presence, Transport
from tests.demo.conftest import NOW

pytestmark = pytest.mark.turns


def dossier(db, number):
    return db.scalars(select(Dossier).where(Dossier.key == dossier_key(number))).one()


def test_every_message_and_every_menu_was_taken_in_whole(demo):
    with demo() as db:
        messages = db.scalars(select(DuiMessage)).all()
        warned = Counter(str(warning["code"]) for message in messages for warning in message.warnings)
        refused = db.scalar(select(func.sum(MenuImport.refused)))

    assert Counter(message.state for message in messages) == {State.TAKEN: 76}
    assert warned == {"unknown-professional": 1, "keyed-by-content": 1}
    assert refused == 0


def test_seventy_four_dossiers_with_a_name_a_unit_and_a_referent(demo):
    with demo() as db:
        dossiers = db.scalars(select(Dossier)).all()
        units = Counter(unit.boarding for unit in db.scalars(select(Unit)))
        named = db.scalar(select(func.count(func.distinct(Identity.dossier_id))).where(Identity.given_name != ""))
        followed = db.scalar(select(func.count(func.distinct(Referent.dossier_id))).where(Referent.name != ""))

    assert len(dossiers) == 74 == named == followed
    assert all(one.unit_id and one.state is DossierState.PRESENT for one in dossiers)
    assert units == {True: 5, False: 3}


def test_nothing_stands_outside_the_invented_establishment(demo):
    with demo() as db:
        here = db.scalars(select(Establishment)).one()
        for model in (Dossier, Unit, Event, Presence, Transport, Identity, Dish, DuiMessage):
            assert set(db.scalars(select(model.establishment_id).distinct())) == {here.id}, model

    assert here.finess == FINESS


def test_what_was_moved_says_from_when(demo):
    with demo() as db:
        moved = db.scalars(select(Event).where(Event.state == EventState.MOVED)).all()

    assert len(moved) == 2
    assert all(event.moved_from and event.moved_from < event.starts_at for event in moved)


def test_the_child_sleeps_in_the_unit_tonight(demo):
    with demo() as db:
        nights = db.scalars(
            select(Presence).where(
                Presence.dossier_id == dossier(db, 1).id,
                Presence.first_night <= NOW.date(),
                Presence.last_night >= NOW.date(),
            )
        ).all()

    assert [night.where.value for night in nights] == ["unit"]


def test_the_whole_school_year_of_menus_is_there_and_today_s_lunch(demo):
    with demo() as db:
        days = set(db.scalars(select(Dish.day).distinct()))

    assert len(days) > 180
    assert NOW.date() in days


def test_the_database_is_marked_with_when_it_was_made(demo):
    with demo() as db:
        assert datetime.fromisoformat(db.get_one(Mark, safety.MARK).value) == NOW


def test_the_last_message_is_that_of_this_morning(demo):
    with demo() as db:
        assert db.scalar(select(func.max(DuiMessage.sent_at))) == datetime(2026, 11, 24, 5, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "sent"),
    [
        (datetime(2026, 7, 1, 4, 10, tzinfo=UTC), datetime(2026, 7, 1, 4, 10, tzinfo=UTC)),
        (datetime(2026, 7, 1, 4, 9, tzinfo=UTC), datetime(2026, 6, 30, 4, 10, tzinfo=UTC)),
        (datetime(2026, 10, 25, 5, 0, tzinfo=UTC), datetime(2026, 10, 24, 4, 10, tzinfo=UTC)),
        (datetime(2026, 10, 25, 5, 10, tzinfo=UTC), datetime(2026, 10, 25, 5, 10, tzinfo=UTC)),
    ],
)
def test_the_dui_speaks_at_ten_past_six_local_time_never_in_the_future(now, sent):
    assert build.sent_at(now) == sent


# On both databases, with few people: what is done again, what is refused.


def test_a_second_start_makes_nothing_but_an_old_demo_anew_and_its_messages_leave_the_vault(
    small, settings, sessions, vault, monkeypatch
):
    build.build(settings, sessions, vault)
    with monkeypatch.context() as started_again:
        started_again.setattr(build, "_fill", lambda *_: pytest.fail("made again"))
        build.build(settings, sessions, vault)
    with sessions() as db:
        former = [key for key in db.scalars(select(DuiMessage.vault_key)) if key]
        made = datetime.fromisoformat(db.get_one(Mark, safety.MARK).value)

    with clock.frozen(made - timedelta(days=2)), sessions() as db:
        assert not build.is_fresh(db), "from the future"
    with clock.frozen(made + build.OLD):
        build.build(settings, sessions, vault)

    with sessions() as db:
        assert db.get_one(Mark, safety.MARK).value == (made + build.OLD).isoformat()
        assert db.scalar(select(func.count()).select_from(Dossier)) == 6
        assert db.get(Account, account_id("mother"))
    assert former
    for key in former:
        with pytest.raises(VaultMissing):
            b"".join(vault.open(key))


def test_a_demo_killed_half_way_keeps_its_mark_and_is_made_anew(small, settings, sessions, vault, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(build, "settle", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            build.build(settings, sessions, vault)
    with sessions() as db:
        assert safety.is_marked(db)
        assert not build.is_fresh(db)

    build.build(settings, sessions, vault)

    with sessions() as db:
        assert build.is_fresh(db)
        assert db.scalar(select(func.count()).select_from(Dossier)) == 6


def test_a_demo_is_never_made_where_somebody_already_is(small, settings, sessions, vault):
    with sessions.begin() as db:
        db.add(Organisation(name="Une vraie association"))

    with pytest.raises(ConfigError, match="RELIE_DATABASE_URL"):
        build.build(settings, sessions, vault)

    with sessions() as db:
        assert db.scalars(select(Organisation.name)).all() == ["Une vraie association"]
        assert db.get(Mark, safety.MARK) is None


def test_a_demo_is_not_made_beside_a_mail_server(small, settings, sessions, vault):
    with pytest.raises(ConfigError, match="RELIE_SMTP_URL"):
        build.build(settings.with_(smtp_url="smtps://mail.invalid"), sessions, vault)

    with sessions() as db:
        assert db.get(Mark, safety.MARK) is None


def test_a_message_of_ours_that_is_refused_stops_everything(small, settings, sessions, vault, monkeypatch):
    monkeypatch.setattr(Intake, "take_in", lambda *_: Outcome(State.REFUSED))

    with pytest.raises(build.DemoRefused, match=r"\d{4}-[12]\.json: refused"):
        build.build(settings, sessions, vault)
