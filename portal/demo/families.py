"""The other seventy young people and those close to them, drawn by chance from a fixed seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from portal.access.models import Authority
from portal.core.clock import ADULT_AGE
from portal.demo.house import HOUSES
from portal.demo.leads import NEARLY, born, dossier_key, leads, with_contacts
from portal.demo.names import BOYS, FAMILIES, GIRLS, STAFF_GIVEN_MEN, STAFF_GIVEN_WOMEN, address, landline, mobile
from portal.demo.world import House, Relative, YoungPerson

CRETON_AGE = 20
"""From this age an IME keeps somebody only by decision (CASF, art. L242-4, « amendement Creton »)."""

NEARLY_ADULT = {39: 18, 41: 80}
"""Number of a young person → how many days before they come of age."""
PARTS = {41: NEARLY}
"""Number of a young person → their part in the demo."""
WELFARE = frozenset({17, 33, 52})
"""In the care of child welfare, beside the one the demo turns around."""
ALONE = 45
"""Nobody but the department: a ward of the State."""
TWINS = (54, 55)


@dataclass
class _Names:
    """What is still to give away."""

    girls: Iterator[str]
    boys: Iterator[str]
    families: Iterator[str]


def make_young(chance: Random, today: date) -> tuple[YoungPerson, ...]:
    """Everybody the house receives: the four of the demo, then the others, unit after unit."""
    written = leads(today)
    names = _Names(_shuffled(chance, GIRLS), _shuffled(chance, BOYS), _shuffled(chance, FAMILIES))
    rooms = [house for house in HOUSES for _ in range(house.size - sum(lead.house == house for lead in written))]
    drawn: list[YoungPerson] = []
    for number, house in enumerate(rooms, len(written) + 1):
        person = _draw(chance, today, names, number, house)
        drawn.append(_twin(person, drawn[-1]) if number == TWINS[1] else person)
    return (*written, *drawn)


def _shuffled(chance: Random, names: tuple[str, ...]) -> Iterator[str]:
    left = list(names)
    chance.shuffle(left)
    return iter(left)


def _draw(chance: Random, today: date, names: _Names, number: int, house: House) -> YoungPerson:
    girl = number % 2 == 0
    years = chance.randint(*house.ages)
    days = chance.randint(10, 350)
    if number in NEARLY_ADULT:
        years, days = ADULT_AGE - 1, 365 - NEARLY_ADULT[number]
    person = YoungPerson(
        key=dossier_key(number),
        given=next(names.girls if girl else names.boys),
        family=next(names.families),
        girl=girl,
        born=born(today, years, days),
        house=house,
        relatives=(),
        referent=f"EDU-{house.key}-{number % 2 + 1}",
        welfare=number in WELFARE or number == ALONE,
        creton=years >= CRETON_AGE,
        role=PARTS.get(number, ""),
    )
    return with_contacts(person, _close(chance, person, number, years))


def _twin(person: YoungPerson, first: YoungPerson) -> YoungPerson:
    """Second of a pair: same day, same home, same people, keys of their own."""
    born_with = replace(person, family=first.family, born=first.born, welfare=first.welfare, birth_order=2)
    return with_contacts(born_with, first.relatives)


def _close(chance: Random, person: YoungPerson, number: int, years: int) -> list[Relative]:
    """Who is there for them: both parents together or apart, one alone, a grandmother, child welfare, a guardian."""
    if number == ALONE:
        return [_welfare()]
    if person.welfare:
        return [_welfare(), _parent(chance, person, number, mother=True, authority=Authority.INFORMED)]
    adult = years >= ADULT_AGE
    way = chance.random()
    people = [_parent(chance, person, number, mother=True, guardian=not adult)]
    if way < 0.8:
        apart = 100 if way > 0.5 else 0
        authority = Authority.INFORMED if way > 0.76 else Authority.FULL
        father = _parent(chance, person, number, mother=False, authority=authority, guardian=not adult, apart=apart)
        people.append(father)
    if way > 0.9:
        people.append(_someone(chance, person, number, "GRMTH", 200))
    if adult:
        people.append(_protector(number))
    return people


def _parent(
    chance: Random,
    person: YoungPerson,
    number: int,
    *,
    mother: bool,
    authority: Authority = Authority.FULL,
    guardian: bool = False,
    apart: int = 0,
) -> Relative:
    someone = _someone(chance, person, number, "MTH" if mother else "FTH", apart)
    return replace(someone, authority=authority, guardian=guardian)


def _someone(chance: Random, person: YoungPerson, number: int, relation: str, apart: int) -> Relative:
    given = chance.choice(STAFF_GIVEN_MEN if relation == "FTH" else STAFF_GIVEN_WOMEN)
    line, postcode, city = address(number + apart)
    phone = mobile(2000 + number + apart + (500 if relation == "FTH" else 0))
    return Relative("", given, person.family, relation, phone=phone, line=line, postcode=postcode, city=city)


def _welfare() -> Relative:
    line, postcode, city = address(300)
    return Relative(
        "", "Céline", "Rivecourte", "RESPRSN", guardian=True, organisation="Aide sociale à l’enfance",
        phone=landline(1102), line=line, postcode=postcode, city=city,
    )  # fmt: skip


def _protector(number: int) -> Relative:
    line, postcode, city = address(301)
    return Relative(
        "", "Odette", "Longueroche", "RESPRSN", guardian=True, protection="TUTEUR" if number % 2 else "CURATEUR",
        organisation="Association tutélaire de l’Ambre", phone=landline(1103), line=line, postcode=postcode, city=city,
    )  # fmt: skip
