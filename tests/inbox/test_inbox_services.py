"""What somebody is told, and who else never learns of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from portal.access.audience import audience
from portal.access.models import Authority, Kind, Relationship
from portal.access.perimeter import Column
from portal.access.words import Category, Strength, Viewer
from portal.core import clock
from portal.core.jobs import Job
from portal.core.models import Dossier, HiddenFrom
from portal.inbox.models import Notice, NoticeKind
from portal.inbox.queries import SHOWN, waiting
from portal.inbox.services import mark_read, relabel, seen, tell
from portal.planning.models import Event
from tests.factories import NOON, a_dossier, a_link, a_parent, an_account, an_event, viewing

ADDED, CHANGED, CANCELLED = (
    NoticeKind.APPOINTMENT_ADDED,
    NoticeKind.APPOINTMENT_CHANGED,
    NoticeKind.APPOINTMENT_CANCELLED,
)


@pytest.fixture
def dossier(db: Session) -> Dossier:
    return a_dossier(db)


@pytest.fixture
def mother(db: Session, dossier: Dossier) -> Relationship:
    return a_parent(db, dossier)


@pytest.fixture
def event(db: Session, dossier: Dossier) -> Event:
    return an_event(db, dossier)


def kinds(db: Session, viewer: Viewer) -> list[NoticeKind]:
    return [notice.kind for notice in waiting(db, viewer)]


def test_somebody_is_told(db: Session, dossier: Dossier, mother: Relationship, event: Event) -> None:
    with clock.frozen(NOON):
        tell(db, mother.account_id, ADDED, about=event, params={"reception": str(event.id)})
        (notice,) = waiting(db, viewing(mother))
    assert (notice.kind, notice.dossier_id, notice.item_id) == (ADDED, dossier.id, event.id)
    assert (notice.params, notice.created_at) == ({"reception": str(event.id)}, NOON)


def test_notice_and_mail_are_asked_for_with_the_change(
    sessions: sessionmaker[Session], mother: Relationship, event: Event, db: Session
) -> None:
    db.commit()
    for ending, expected in ((Session.rollback, 0), (Session.commit, 1)):
        with sessions() as other:
            tell(other, mother.account_id, ADDED, about=event)
            ending(other)
        with sessions() as other:
            assert [other.scalar(select(func.count()).select_from(table)) for table in (Notice, Job)] == [expected] * 2


def test_the_newest_comes_first_and_the_list_ends(db: Session, dossier: Dossier, mother: Relationship) -> None:
    for minute in range(SHOWN + 3):
        with clock.frozen(NOON + timedelta(minutes=minute)):
            tell(db, mother.account_id, ADDED, about=an_event(db, dossier))
    with clock.frozen(NOON + timedelta(days=1)):
        times = [notice.created_at for notice in waiting(db, viewing(mother))]
    assert times == sorted(times, reverse=True)
    assert (len(times), times[0]) == (SHOWN, NOON + timedelta(minutes=SHOWN + 2))


def test_the_same_thing_told_again_is_read_once(
    db: Session, dossier: Dossier, mother: Relationship, event: Event
) -> None:
    for hours in range(3):
        with clock.frozen(NOON + timedelta(hours=hours)):
            tell(db, mother.account_id, CHANGED, about=event)
    with clock.frozen(NOON + timedelta(hours=3)):
        tell(db, mother.account_id, CHANGED, about=an_event(db, dossier))
        tell(db, mother.account_id, CANCELLED, about=event)
        notices = waiting(db, viewing(mother))
    assert sorted(notice.kind for notice in notices) == [CANCELLED, CHANGED, CHANGED]
    assert NOON + timedelta(hours=2) in [notice.created_at for notice in notices]


def test_what_was_read_is_told_anew(db: Session, mother: Relationship, event: Event) -> None:
    tell(db, mother.account_id, CHANGED, about=event)
    mark_read(db, viewing(mother))
    assert waiting(db, viewing(mother)) == []
    tell(db, mother.account_id, CHANGED, about=event)
    assert kinds(db, viewing(mother)) == [CHANGED]


def test_one_notice_is_read_and_the_others_wait(
    db: Session, dossier: Dossier, mother: Relationship, event: Event
) -> None:
    tell(db, mother.account_id, CHANGED, about=event)
    tell(db, mother.account_id, CANCELLED, about=an_event(db, dossier))
    first = next(notice for notice in waiting(db, viewing(mother)) if notice.kind == CHANGED)
    mark_read(db, viewing(mother), [first.id])
    assert kinds(db, viewing(mother)) == [CANCELLED]
    mark_read(db, viewing(mother), [])
    assert kinds(db, viewing(mother)) == [CANCELLED]


def test_opening_the_thing_answers_what_was_said_of_it(
    db: Session, dossier: Dossier, mother: Relationship, event: Event
) -> None:
    tell(db, mother.account_id, ADDED, about=event)
    tell(db, mother.account_id, CHANGED, about=event)
    tell(db, mother.account_id, CANCELLED, about=an_event(db, dossier))
    seen(db, viewing(mother), event.id)
    assert kinds(db, viewing(mother)) == [CANCELLED]


def test_each_parent_has_their_own_notices(db: Session, dossier: Dossier, mother: Relationship, event: Event) -> None:
    father = a_parent(db, dossier)
    tell(db, mother.account_id, ADDED, about=event)
    assert waiting(db, viewing(father)) == []
    tell(db, father.account_id, CHANGED, about=event)
    (hers,) = waiting(db, viewing(mother))
    mark_read(db, viewing(father), [hers.id])
    mark_read(db, viewing(father))
    seen(db, viewing(father), event.id)
    assert kinds(db, viewing(mother)) == [ADDED]
    assert kinds(db, viewing(father)) == []


def test_when_it_was_read_is_kept(db: Session, mother: Relationship, event: Event) -> None:
    tell(db, mother.account_id, ADDED, about=event)
    for hours in (1, 2):
        with clock.frozen(NOON + timedelta(hours=hours)):
            mark_read(db, viewing(mother))
    assert db.scalars(select(Notice.read_at)).all() == [NOON + timedelta(hours=1)]


@pytest.mark.parametrize(
    "changes",
    [
        {"held_until": clock.FOREVER},
        {"hidden_from": HiddenFrom.REPRESENTATIVES},
        {"hidden_from": HiddenFrom.FAMILIES},
        {"category": Category.TREATMENT, "nature": ""},
    ],
)
def test_a_notice_about_what_one_may_not_see_is_not_seen(
    db: Session, dossier: Dossier, mother: Relationship, changes: dict[str, Any]
) -> None:
    tell(db, mother.account_id, ADDED, about=an_event(db, dossier, **changes))
    assert waiting(db, viewing(mother)) == []


def test_what_is_published_to_somebody_is_told_to_them_as_long_as_it_is(
    db: Session, dossier: Dossier, mother: Relationship
) -> None:
    event = an_event(db, dossier, private_to=an_account(db).id, published_to=audience([Column.PARENT]))
    tell(db, mother.account_id, ADDED, about=event)
    assert kinds(db, viewing(mother)) == [ADDED]
    event.published_to = 0
    db.flush()
    relabel(db, Event, [dossier.id])
    assert waiting(db, viewing(mother)) == []


def test_somebody_with_no_link_is_told_nothing(db: Session, event: Event) -> None:
    stranger = an_account(db)
    tell(db, stranger.id, ADDED, about=event)
    assert waiting(db, Viewer(stranger.id, Strength.SUBSTANTIAL)) == []


def test_a_relative_who_may_not_see_appointments_is_told_nothing(db: Session, dossier: Dossier, event: Event) -> None:
    aunt = a_link(db, dossier, Kind.RELATIVE)
    tell(db, aunt.account_id, ADDED, about=event)
    assert waiting(db, viewing(aunt)) == []


def test_a_parent_without_authority_is_told_nothing(db: Session, dossier: Dossier, event: Event) -> None:
    parent = a_parent(db, dossier, Authority.WITHDRAWN)
    tell(db, parent.account_id, ADDED, about=event)
    assert waiting(db, viewing(parent)) == []


def test_a_link_that_ends_silences_its_notices_at_once(db: Session, dossier: Dossier, event: Event) -> None:
    parent = a_parent(db, dossier, ends_at=NOON + timedelta(hours=1))
    tell(db, parent.account_id, ADDED, about=event)
    with clock.frozen(NOON):
        assert kinds(db, viewing(parent)) == [ADDED]
    with clock.frozen(NOON + timedelta(hours=1)):
        assert waiting(db, viewing(parent)) == []


def test_a_row_hidden_since_is_hidden_when_told_again(db: Session, mother: Relationship, event: Event) -> None:
    tell(db, mother.account_id, CHANGED, about=event)
    event.held_until = clock.FOREVER
    tell(db, mother.account_id, CHANGED, about=event)
    assert waiting(db, viewing(mother)) == []


def test_a_weak_sign_in_does_not_learn_of_a_health_appointment(db: Session, mother: Relationship, event: Event) -> None:
    tell(db, mother.account_id, ADDED, about=event)
    assert waiting(db, viewing(mother, Strength.LOW)) == []


def test_a_page_shows_notices_of_the_categories_it_declares(db: Session, mother: Relationship, event: Event) -> None:
    tell(db, mother.account_id, ADDED, about=event)
    assert waiting(db, viewing(mother, Strength.SUBSTANTIAL, Category.MENUS)) == []
    assert kinds(db, viewing(mother, Strength.SUBSTANTIAL, Category.APPOINTMENTS)) == [ADDED]


def test_a_notice_about_no_dossier_is_for_its_account_alone(db: Session) -> None:
    secretary, other = an_account(db), an_account(db)
    tell(db, secretary.id, NoticeKind.RECEPTION_REFUSED, params={"message": str(uuid4())})
    assert kinds(db, Viewer(secretary.id, Strength.LOW)) == [NoticeKind.RECEPTION_REFUSED]
    assert waiting(db, Viewer(other.id, Strength.SUBSTANTIAL)) == []


def test_a_notice_never_carries_a_value(db: Session, mother: Relationship, event: Event) -> None:
    with pytest.raises(ValueError, match="who"):
        tell(db, mother.account_id, ADDED, about=event, params={"who": "Léa Martin"})
    assert db.scalars(select(Notice)).all() == []


def test_only_a_row_that_says_who_may_see_it_is_told_of(db: Session, mother: Relationship, dossier: Dossier) -> None:
    with pytest.raises(TypeError):
        tell(db, mother.account_id, ADDED, about=dossier)


def test_reading_costs_one_statement_whatever_waits(
    db: Session, dossier: Dossier, mother: Relationship, count: Callable[[], int]
) -> None:
    for _ in range(20):
        tell(db, mother.account_id, ADDED, about=an_event(db, dossier))
    before = count()
    assert len(waiting(db, viewing(mother))) == 20
    assert count() - before == 1
