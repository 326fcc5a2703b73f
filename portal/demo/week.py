"""What an ordinary week holds: class, care, the unit's activities. The same timetable all year, as in a real house."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random
from zoneinfo import ZoneInfo

from portal.access.words import Nature
from portal.demo.schooldays import FRIDAY, MONDAY, WEDNESDAY, SchoolYear
from portal.demo.world import ZONE, Happening, House, Status, YoungPerson

TUESDAY, THURSDAY = 1, 3

SLOTS = {
    "M1": (time(9, 15), time(10, 30)),
    "M2": (time(10, 45), time(12, 0)),
    "A1": (time(13, 30), time(14, 45)),
    "A2": (time(15, 0), time(16, 0)),
    "S1": (time(17, 30), time(18, 30)),
}

CANCELLED_SHARE = 0.04
"""One thing in twenty-five falls through, as in any house; never today's, so that today always has something."""
REASONS = ("Professionnel absent", "Véhicule en panne", "Salle occupée", "Météo")


@dataclass(frozen=True)
class Activity:
    """Something done every week. ``by`` is a staff key, or "EDU" for the unit's own educators."""

    title: str
    place: str
    by: str
    bring: str = ""
    nature: Nature = Nature.SOCIAL
    code: str = "2.3.3.4"
    """SERAFIN-PH."""


CLASSES = tuple(Activity("Classe", "CLASSE", f"ENS-{n}", nature=Nature.SCHOOL, code="2.3.3.1") for n in (1, 2, 3, 4))
CARE = (
    Activity("Orthophonie", "SOIN", "ORT-1", nature=Nature.HEALTH, code="2.1.2.1"),
    Activity("Orthophonie", "SOIN", "ORT-2", nature=Nature.HEALTH, code="2.1.2.1"),
    Activity("Psychomotricité", "SOIN", "PSM-1", nature=Nature.HEALTH, code="2.1.2.1"),
    Activity("Psychomotricité", "SOIN", "PSM-2", nature=Nature.HEALTH, code="2.1.2.1"),
    Activity("Ergothérapie", "SOIN", "ERG-1", nature=Nature.HEALTH, code="2.1.2.1"),
    Activity("Kinésithérapie", "SOIN", "KIN-1", nature=Nature.HEALTH, code="2.1.2.1"),
)
OUT = (
    Activity("Piscine", "PISCINE", "SPO-1", "Maillot, serviette et bonnet de bain"),
    Activity("Équitation", "CHEVAL", "EDU", "Pantalon long et bottes"),
    Activity("Sport adapté", "GYMNASE", "SPO-1", "Tenue de sport et baskets"),
)
YOUNGER = (
    Activity("Peinture", "ATELIERS", "EDU"),
    Activity("Musique", "ATELIERS", "EDU"),
    Activity("Conte", "MEDIATHEQUE", "EDU"),
    Activity("Snoezelen", "SNOEZELEN", "EDU"),
    Activity("Jeux de société", "ATELIERS", "EDU"),
    Activity("Danse", "GYMNASE", "EDU"),
)
OLDER = (
    Activity("Atelier cuisine", "CUISINE", "TEC-2", "Un tablier"),
    Activity("Jardinage", "JARDIN", "TEC-1", "Bottes et vêtements qui ne craignent rien"),
    Activity("Menuiserie", "ATELIERS", "TEC-1"),
    Activity("Informatique", "ATELIERS", "EDU"),
    Activity("Théâtre", "ATELIERS", "EDU"),
    Activity("Code de la route", "CLASSE", "ENS-4"),
)
LEISURE = "2.3.4.2"
OUTINGS = (
    Activity("Sortie à la ferme", "FERME", "EDU", "Bottes et manteau de pluie", code=LEISURE),
    Activity("Bibliothèque", "MEDIATHEQUE", "EDU", "Les livres à rendre", code=LEISURE),
    Activity("Vélo", "JARDIN", "SPO-1", "Un casque de vélo", code=LEISURE),
    Activity("Promenade", "JARDIN", "EDU", "Chaussures de marche", code=LEISURE),
)
EVENINGS = (
    Activity("Jeux calmes", "IME", "EDU", code=LEISURE),
    Activity("Cinéma à l’internat", "IME", "EDU", code=LEISURE),
    Activity("Chant", "IME", "EDU", code=LEISURE),
)

Timetable = dict[tuple[int, str], Activity]
"""(weekday, slot) → what is done then."""


def house_timetable(house: House, seed: str) -> Timetable:
    """What the whole unit does together."""
    chance = Random(f"{seed}/{house.key}")
    workshops = list(OLDER if house.ages[0] >= 12 else YOUNGER)
    chance.shuffle(workshops)
    table = {
        (TUESDAY, "A1"): chance.choice(OUT),
        (WEDNESDAY, "M2"): workshops[0],
        (THURSDAY, "A1"): workshops[1],
        (FRIDAY, "M2"): workshops[2],
    }
    if house.boarding:
        table |= {(WEDNESDAY, "A1"): chance.choice(OUTINGS), (THURSDAY, "S1"): chance.choice(EVENINGS)}
    return table


def own_timetable(person: YoungPerson, seed: str) -> Timetable:
    """The unit's timetable, with this person's class and care."""
    chance = Random(f"{seed}/{person.key}")
    teacher = chance.choice(CLASSES)
    therapies = chance.sample(CARE, 2)
    lessons = chance.sample([(MONDAY, "M2"), (TUESDAY, "M1"), (WEDNESDAY, "M1"), (THURSDAY, "M1"), (FRIDAY, "M1")], 4)
    cares = chance.sample([(MONDAY, "A1"), (TUESDAY, "M2"), (THURSDAY, "M2")], 2)
    table = house_timetable(person.house, seed)
    table |= dict.fromkeys(lessons, teacher)
    table |= dict(zip(cares, therapies, strict=True))
    return table


def ordinary(
    person: YoungPerson, days: Iterator[date], year: SchoolYear, today: date, seed: str
) -> Iterator[Happening]:
    """What the timetable gives on each of these days, some of it cancelled."""
    table = own_timetable(person, seed)
    shared = house_timetable(person.house, seed)
    for day in days:
        if not year.is_open(day):
            continue
        for (weekday, slot), activity in sorted(table.items(), key=lambda item: item[0]):
            if weekday == day.weekday():
                whose = person.house.key if shared.get((weekday, slot)) == activity else person.key
                yield _happening(person, day, slot, activity, today, Random(f"{seed}/{whose}/{day}/{slot}"))


def _happening(person: YoungPerson, day: date, slot: str, activity: Activity, today: date, chance: Random) -> Happening:
    start, end = SLOTS[slot]
    fell_through = day != today and chance.random() < CANCELLED_SHARE
    status = Status.CANCELLED if fell_through else Status.DONE if day < today else Status.PLANNED
    return Happening(
        key=f"{person.key}-EVN-{day:%Y%m%d}{slot}",
        title=activity.title,
        starts=at(day, start),
        ends=at(day, end),
        nature=activity.nature,
        code=activity.code,
        people=(f"EDU-{person.house.key}-{chance.randint(1, 2)}" if activity.by == "EDU" else activity.by,),
        place=activity.place,
        bring=activity.bring,
        status=status,
        reason=chance.choice(REASONS) if fell_through else "",
    )


def at(day: date, hour: time) -> datetime:
    """That hour on the wall clock of the establishment."""
    return datetime.combine(day, hour, ZoneInfo(ZONE))
