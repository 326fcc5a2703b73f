"""The young people the demo turns around, written out one by one, with those close to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from portal.access.models import Authority
from portal.core.clock import birthday
from portal.demo.house import FINESS, HOUSES
from portal.demo.names import address, landline, mobile
from portal.demo.world import House, Relative, YoungPerson

CHILD, SIBLING, YOUNG_ADULT, PLACED = "child", "sibling", "young-adult", "placed"
NEARLY = "nearly-adult"
"""Parts of the young people in the demo. ``PLACED`` is in the care of child welfare, ``NEARLY`` comes of age soon."""


def dossier_key(number: int) -> str:
    """Business key of a young person: ``3+FINESS/local-id``."""
    return f"3{FINESS}/{1000 + number}"


def born(today: date, years: int, days: int) -> date:
    """Birth date of somebody who turned ``years`` about ``days`` days before ``today``, never on 29 February."""
    turned = today - timedelta(days=days)
    birth = date(turned.year - years, turned.month, min(turned.day, 28))
    assert birthday(birth, years) <= today < birthday(birth, years + 1)
    return birth


def leads(today: date) -> tuple[YoungPerson, ...]:
    """The twelve-year-old and the sibling, the young adult, and the child in the care of child welfare."""
    mother = Relative(
        "", "Samia", "Ouardamel", "MTH", Authority.FULL, True, phone=mobile(1001), email="samia@famille.invalid"
    )
    father = Relative(
        "", "Julien", "Valdombre", "FTH", Authority.FULL, True, phone=mobile(1002), email="julien@famille.invalid"
    )
    aunt = Relative("", "Leïla", "Ouardamel", "AUNT", phone=mobile(1003), email="leila@famille.invalid")
    granny = Relative("", "Zohra", "Ouardamel", "GRMTH", phone=mobile(1007), email="zohra@famille.invalid")
    child = _young(1, "Ilyes", "Valdombre", False, born(today, 12, 140), _house("ERABLES"), CHILD)
    sibling = _young(2, "Camélia", "Valdombre", True, born(today, 9, 60), _house("SAULES"), SIBLING)
    return (
        with_contacts(child, [_at(mother, 401), _at(father, 402), _at(aunt, 403), _at(granny, 409)]),
        with_contacts(sibling, [_at(mother, 401), _at(father, 402)]),
        _young_adult(today),
        _placed(today),
    )


def _young_adult(today: date) -> YoungPerson:
    mother = Relative("", "Awa", "Kouyatré", "MTH", Authority.FULL, phone=mobile(1004), email="awa@famille.invalid")
    curator = Relative(
        "", "Bernard", "Montaloin", "RESPRSN", guardian=True, protection="CURATEUR",
        organisation="Association tutélaire de l’Ambre", phone=landline(1101), email="curatelle@association.invalid",
    )  # fmt: skip
    person = _young(3, "Anatole", "Kouyatré", False, born(today, 20, 95), _house("TILLEULS"), YOUNG_ADULT)
    return replace(with_contacts(person, [_at(mother, 404), _at(curator, 405)]), creton=True)


def _placed(today: date) -> YoungPerson:
    service = Relative(
        "", "Céline", "Rivecourte", "RESPRSN", guardian=True, organisation="Aide sociale à l’enfance",
        phone=landline(1102), email="ase@departement.invalid",
    )  # fmt: skip
    mother = Relative("", "Sandra", "Brumelle", "MTH", Authority.INFORMED, phone=mobile(1005))
    foster = Relative("", "Mireille", "Champdoré", "MTHFOST", phone=mobile(1006))
    person = _young(4, "Maëlle", "Brumelle", True, born(today, 10, 200), _house("BOULEAUX"), PLACED)
    return replace(with_contacts(person, [_at(service, 406), _at(mother, 407), _at(foster, 408)]), welfare=True)


def _house(key: str) -> House:
    return next(house for house in HOUSES if house.key == key)


def _young(number: int, given: str, family: str, girl: bool, birth: date, house: House, role: str) -> YoungPerson:
    return YoungPerson(dossier_key(number), given, family, girl, birth, house, (), f"EDU-{house.key}-1", role)


def _at(relative: Relative, number: int) -> Relative:
    line, postcode, city = address(number)
    return replace(relative, line=line, postcode=postcode, city=city)


def with_contacts(person: YoungPerson, relatives: Iterable[Relative]) -> YoungPerson:
    """The young person with these people close to them, each under a key of their own."""
    keyed = tuple(replace(one, key=f"{person.key}-CONTACT-{n}") for n, one in enumerate(relatives, 1))
    return replace(person, relatives=keyed)
