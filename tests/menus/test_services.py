"""Taking menus in: once, whole meals at a time, never over something newer, all or nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from portal.core import clock
from portal.core.errors import NotFound
from portal.menus import services
from portal.menus.models import Dish, MenuImport
from portal.menus.scdl_records import DishRecord, WrongFile
from portal.menus.scdl_write import write
from portal.menus.words import Allergen, Course, Declared, Meal
from tests.factories import NOON, an_account, an_establishment
from tests.menus.parts import a_csv

MONDAY = date(2025, 2, 3)
JANUARY = datetime(2025, 1, 10, 8, tzinfo=UTC)


def a_dish(name: str = "Riz", **facts: object) -> DishRecord:
    plain = {"day": MONDAY, "meal": Meal.LUNCH, "course": Course.SIDE, "name": name, "restaurant": "IME"}
    return DishRecord(**(plain | facts))  # type: ignore[arg-type]


def take(db: Session, place: UUID, *dishes: DishRecord, **how: object) -> services.Report:
    return services.take_in(db, place, write(dishes), "menus.csv", **how)  # type: ignore[arg-type]


def names(db: Session) -> list[str]:
    return list(db.scalars(select(Dish.name).order_by(Dish.day, Dish.meal, Dish.position, Dish.name)))


@pytest.fixture
def place(db: Session) -> UUID:
    one = an_establishment(db)
    db.commit()
    return one.id


def test_a_dish_is_kept_as_the_kitchen_says_it(db: Session, place: UUID) -> None:
    record = a_dish(
        "Colin au citron",
        allergens=(Allergen.FISH, Allergen.MILK),
        allergens_unread=("kiwi",),
        diets=("sans porc",),
        signs=("label rouge",),
        labels=("MSC",),
        textures=("minced", "mouliné"),
        precision="Menu alternatif",
        guests="Petits",
        restaurant_id="42",
        code="7",
        published_at=JANUARY,
        modified_at=JANUARY + timedelta(days=1),
    )
    with clock.frozen(NOON):
        take(db, place, record)
    db.expire_all()
    dish = db.scalars(select(Dish)).one()
    kept = {name: getattr(dish, name) for name in [column.name for column in Dish.__table__.columns]}
    del kept["id"], kept["import_id"]
    assert kept == {
        "establishment_id": place,
        "category": "menus",
        "received_at": NOON,
        "day": MONDAY,
        "meal": Meal.LUNCH,
        "course": Course.SIDE,
        "position": 0,
        "name": "Colin au citron",
        "allergens": ["fish", "milk"],
        "allergens_unread": ["kiwi"],
        "diets": ["sans porc"],
        "signs": ["label rouge"],
        "labels": ["MSC"],
        "textures": ["minced", "mouliné"],
        "precision": "Menu alternatif",
        "guests": "Petits",
        "restaurant": "IME",
        "restaurant_id": "42",
        "code": "7",
        "issued_at": JANUARY + timedelta(days=1),
    }


@pytest.mark.parametrize(
    ("allergens", "kept", "state"),
    [
        (None, None, Declared.NOT_GIVEN),
        ((), [], Declared.NONE),
        ((Allergen.MILK,), ["milk"], Declared.LISTED),
    ],
)
def test_the_three_states_of_allergens_stay_apart_in_the_database(
    db: Session, place: UUID, allergens: tuple[Allergen, ...] | None, kept: list[str] | None, state: Declared
) -> None:
    take(db, place, a_dish(allergens=allergens))
    db.expire_all()
    dish = db.scalars(select(Dish)).one()
    assert dish.allergens == kept
    assert dish.declared == state
    assert db.scalar(select(func.count()).where(Dish.allergens.is_(None))) == (1 if kept is None else 0)


def test_the_import_says_when_by_whom_and_what(db: Session, place: UUID) -> None:
    account = an_account(db)
    lines = [{"menuRepasType": "meal"}, {"menuDate": "x"}, {"menuRepasType": "meal", "menuPlatNom": "Pain"}]
    with clock.frozen(NOON):
        services.take_in(db, place, a_csv(*lines), "C:\\Menus\\février\\menus  S6.csv", by=account.id)
    db.expire_all()
    one = db.scalars(select(MenuImport)).one()
    assert (one.taken_at, one.taken_by, one.file_name) == (NOON, account.id, "menus S6.csv")
    assert (one.lines, one.dishes, one.refused, one.first_day, one.last_day) == (3, 2, 1, MONDAY, MONDAY)
    assert len(one.sha256) == 64
    assert one.report["values"] == [
        {"column": "menuRepasType", "code": "mapped", "value": "meal", "became": "déjeuner", "count": 2}
        | {"lines": [[2], [4]]}
    ]
    assert one.report["refused"] == [{"line": [3], "reason": "bad_day", "column": "menuDate"}]


def test_a_long_file_name_is_cut_and_its_folders_left(db: Session, place: UUID) -> None:
    services.take_in(db, place, a_csv(), f"/home/somebody/{'x' * 300}")
    assert db.scalars(select(MenuImport.file_name)).one() == "x" * 120


def test_the_same_file_again_changes_nothing(db: Session, place: UUID) -> None:
    with clock.frozen(NOON):
        take(db, place, a_dish("Riz"), a_dish("Pain"))
    before = set(db.execute(select(Dish.id, Dish.received_at)))
    with clock.frozen(NOON + timedelta(days=1)):
        report = take(db, place, a_dish("Riz"), a_dish("Pain"))
    assert (report.already, report.taken, report.replaced) == (NOON, 0, 0)
    assert len(report.reading.dishes) == 2
    assert set(db.execute(select(Dish.id, Dish.received_at))) == before
    assert db.scalar(select(func.count()).select_from(MenuImport)) == 1


def test_an_earlier_file_sent_again_does_not_undo_a_later_one(db: Session, place: UUID) -> None:
    take(db, place, a_dish("Riz"))
    take(db, place, a_dish("Pâtes"))
    assert take(db, place, a_dish("Riz")).already
    assert names(db) == ["Pâtes"]


def test_somebody_may_want_an_earlier_file_again(db: Session, place: UUID) -> None:
    take(db, place, a_dish("Riz"))
    take(db, place, a_dish("Pâtes"))
    report = take(db, place, a_dish("Riz"), again=True)
    assert (report.already, report.taken, report.replaced) == (None, 1, 1)
    assert names(db) == ["Riz"]


def test_a_newer_file_replaces_the_meals_it_covers_and_no_other(db: Session, place: UUID) -> None:
    tuesday = MONDAY + timedelta(days=1)
    take(
        db,
        place,
        a_dish("Riz"),
        a_dish("Colin"),
        a_dish("Soupe", meal=Meal.DINNER),
        a_dish("Purée", day=tuesday),
        a_dish("Frites", restaurant="Annexe"),
    )
    report = take(db, place, a_dish("Semoule"))
    assert (report.taken, report.replaced) == (1, 2)
    assert sorted(names(db)) == ["Frites", "Purée", "Semoule", "Soupe"]


def test_another_establishment_keeps_its_menus(db: Session, place: UUID) -> None:
    other = an_establishment(db).id
    take(db, other, a_dish("Ailleurs"))
    take(db, place, a_dish("Ici"))
    take(db, place, a_dish("Ici, mieux"))
    assert sorted(names(db)) == ["Ailleurs", "Ici, mieux"]
    assert take(db, other, a_dish("Ici")).already is None  # a file known to one is new to the other


@pytest.mark.parametrize(
    ("first", "then", "replaced"),
    [
        (("IME", "42"), ("IME des Genêts", "42"), True),  # renamed, same identifier
        (("IME", "42"), ("IME", "43"), False),  # two places of one name
        (("IME", "42"), ("Ime", ""), True),  # the identifier was left out
        (("IME", ""), ("ime", "42"), True),
        (("IME", ""), ("Annexe", ""), False),
        (("", ""), ("", ""), True),
    ],
)
def test_a_restaurant_is_known_by_its_identifier_else_by_its_name(
    db: Session, place: UUID, first: tuple[str, str], then: tuple[str, str], replaced: bool
) -> None:
    take(db, place, a_dish("Riz", restaurant=first[0], restaurant_id=first[1]))
    take(db, place, a_dish("Pâtes", restaurant=then[0], restaurant_id=then[1]))
    assert sorted(names(db)) == (["Pâtes"] if replaced else ["Pâtes", "Riz"])


@pytest.mark.parametrize(
    ("standing", "coming", "stays"),
    [
        (JANUARY, JANUARY - timedelta(days=1), True),
        (JANUARY, JANUARY, False),
        (JANUARY, JANUARY + timedelta(seconds=1), False),
        (JANUARY, None, False),  # a kitchen that gives no date is believed
        (None, JANUARY, False),
    ],
)
def test_a_meal_published_later_stays(
    db: Session, place: UUID, standing: datetime | None, coming: datetime | None, stays: bool
) -> None:
    take(db, place, a_dish("Riz", published_at=standing))
    report = take(
        db, place, a_dish("Pâtes", published_at=coming), a_dish("Soupe", meal=Meal.DINNER, published_at=coming)
    )
    assert sorted(names(db)) == (["Riz", "Soupe"] if stays else ["Pâtes", "Soupe"])
    assert [served.meal for served in report.older] == ([Meal.LUNCH] if stays else [])
    assert report.taken == (1 if stays else 2)


def test_an_older_meal_is_taken_when_somebody_insists(db: Session, place: UUID) -> None:
    take(db, place, a_dish("Riz", published_at=JANUARY))
    take(db, place, a_dish("Pâtes", published_at=JANUARY - timedelta(days=1)), again=True)
    assert names(db) == ["Pâtes"]


def test_dishes_keep_the_order_of_the_kitchen_within_each_meal(db: Session, place: UUID) -> None:
    take(db, place, a_dish("B"), a_dish("Z", meal=Meal.DINNER), a_dish("A"), a_dish("Y", meal=Meal.DINNER))
    assert set(db.execute(select(Dish.name, Dish.position))) == {("B", 0), ("A", 1), ("Z", 0), ("Y", 1)}


def test_nothing_is_kept_until_the_caller_commits(db: Session, place: UUID) -> None:
    take(db, place, a_dish("Riz"))
    db.commit()
    take(db, place, a_dish("Pâtes"))
    db.rollback()
    assert names(db) == ["Riz"]
    assert db.scalar(select(func.count()).select_from(MenuImport)) == 1


def test_a_file_that_cannot_be_read_changes_nothing(db: Session, place: UUID) -> None:
    take(db, place, a_dish("Riz"))
    with pytest.raises(WrongFile):
        services.take_in(db, place, b"%PDF-1.7", "menus.pdf")
    assert names(db) == ["Riz"]


def test_a_file_without_a_dish_is_not_remembered_so_that_it_may_be_sent_again(db: Session, place: UUID) -> None:
    for _ in range(2):
        report = services.take_in(db, place, a_csv({"menuDate": "demain"}), "menus.csv")
        assert (report.already, report.taken, len(report.reading.refused)) == (None, 0, 1)
    assert db.scalar(select(func.count()).select_from(MenuImport)) == 0


def test_refused_lines_do_not_keep_the_others_out(db: Session, place: UUID) -> None:
    report = services.take_in(db, place, a_csv({}, {"menuDate": "demain"}), "menus.csv")
    assert (report.taken, len(report.reading.refused)) == (1, 1)
    assert names(db) == ["Riz"]


def test_one_restaurant_alone_then_the_whole_file(db: Session, place: UUID) -> None:
    both = (a_dish("Riz"), a_dish("Frites", restaurant="Annexe"))
    assert take(db, place, *both, only="Annexe").taken == 1
    assert names(db) == ["Frites"]
    assert take(db, place, *both).taken == 2
    assert sorted(names(db)) == ["Frites", "Riz"]


def test_an_establishment_nobody_knows_takes_nothing_in(db: Session) -> None:
    with pytest.raises(NotFound):
        services.take_in(db, uuid4(), a_csv(), "menus.csv")


def test_days_are_those_of_the_establishment(db: Session) -> None:
    place = an_establishment(db, time_zone="Indian/Reunion").id
    services.take_in(db, place, a_csv({"menuDate": "2025-02-02T20:00:00Z"}), "menus.csv")
    assert db.scalars(select(Dish.day)).one() == MONDAY


def test_nobody_waits_while_a_file_is_read(db: Session, place: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    during: list[bool] = []
    real = services.scdl.read

    def read(data: bytes, **how: object) -> object:
        during.append(db.in_transaction())
        return real(data, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(services.scdl, "read", read)
    take(db, place, a_dish("Riz"))
    take(db, place, a_dish("Pain"))  # inside the transaction of the first: the caller's own is left alone
    assert during == [False, True]
    db.rollback()
    assert names(db) == []


def test_the_same_file_sent_twice_at_once_is_taken_in_once(
    db: Session, place: UUID, sessions: sessionmaker[Session]
) -> None:
    db.close()
    data, ready, reports = write([a_dish("Riz")]), Barrier(4), []

    def send() -> None:
        with sessions() as session:
            ready.wait()
            reports.append(services.take_in(session, place, data, "menus.csv"))
            session.commit()

    threads = [Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(report.taken for report in reports) == [0, 0, 0, 1]
    assert names(db) == ["Riz"]


def test_a_month_of_menus_costs_a_handful_of_statements(db: Session, place: UUID, count) -> None:
    days = [MONDAY + timedelta(days=number) for number in range(28)]
    month = [a_dish(f"Plat {number}", day=day) for day in days for number in range(10)]
    take(db, place, *month)
    before = count()
    take(db, place, *month, a_dish("De plus"))
    assert count() - before <= 7  # zone, lock, seen before, standing, one delete, entry, one insert
