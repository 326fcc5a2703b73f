"""The fifteen people the demo signs in as, and the verified links that say what each may see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.models import Authority, Kind, Measure, Relationship
from portal.access.words import Strength
from portal.core import clock
from portal.core.models import Account, Dossier, Establishment, Unit
from portal.demo.house import unit_key
from portal.demo.leads import CHILD, NEARLY, PLACED, SIBLING, YOUNG_ADULT
from portal.demo.world import ZONE, Relative, World, YoungPerson
from portal.households import own_parts

NAMES = UUID("2f1f2c0e-6d1c-5a7e-9a44-6f6f1d0c7a31")
"""Accounts of the demo keep their identifier when it is made anew."""


@dataclass(frozen=True)
class Tie:
    """What links somebody to one young person (by their part in the demo), and the paper that proves it."""

    part: str
    kind: Kind
    relation: str = ""
    """TRE_R216 code of the relative this account is; "" when the young person themselves."""
    authority: Authority = Authority.NONE
    measure: Measure = Measure.NONE
    proof: str = ""


@dataclass(frozen=True)
class Role:
    """One person to sign in as. Staff have ``staff`` (their key in the DUI) and no tie."""

    name: str
    ties: tuple[Tie, ...] = ()
    staff: str = ""
    unit_only: bool = False
    """An educator is assigned to a unit; the others to the establishment."""
    strength: Strength = Strength.SUBSTANTIAL
    """How they are signed in unless something else is asked."""
    mode: str = ""
    """How they like to read: "" (standard), "easy" or "pictures"."""


_BOTH = (CHILD, SIBLING)
_BIRTH = "Livret de famille"


def _parent(part: str, relation: str) -> Tie:
    return Tie(part, Kind.PARENT, relation, Authority.FULL, proof=_BIRTH)


ROLES: tuple[Role, ...] = (
    Role("mother", tuple(_parent(part, "MTH") for part in _BOTH)),
    Role("father", tuple(_parent(part, "FTH") for part in _BOTH)),
    Role(
        "child",
        (Tie(CHILD, Kind.SELF, proof="Identité vérifiée à l’admission"),),
        strength=Strength.ACCOMPANIED,
        mode="pictures",
    ),
    Role("nearly-adult", (Tie(NEARLY, Kind.SELF, proof="Carte d’identité"),), mode="easy"),
    Role("nearly-adult-mother", (_parent(NEARLY, "MTH"),)),
    Role("young-adult", (Tie(YOUNG_ADULT, Kind.SELF, proof="Carte d’identité"),)),
    Role("young-adult-mother", (_parent(YOUNG_ADULT, "MTH"),)),
    Role(
        "curator",
        (
            Tie(
                YOUNG_ADULT,
                Kind.MEASURE,
                "RESPRSN",
                measure=Measure.PERSON_ASSIST,
                proof="Jugement de curatelle renforcée",
            ),
        ),
    ),
    Role("child-welfare", (Tie(PLACED, Kind.CHILD_WELFARE, "RESPRSN", proof="Ordonnance de placement"),)),
    Role("aunt", (Tie(CHILD, Kind.RELATIVE, "AUNT", proof="Accord écrit des deux parents"),)),
    Role("grandmother", (Tie(CHILD, Kind.RELATIVE, "GRMTH", proof="Accord écrit de la mère"),)),
    Role("educator", staff="EDU-ERABLES-1", unit_only=True),
    Role("nurse", staff="INF-1"),
    Role("secretary", staff="SEC-1"),
    Role("director", staff="DIR-1"),
)
"""In the order of the page: the family, the young people, those who stand beside them, the team."""

BY_NAME: Mapping[str, Role] = {role.name: role for role in ROLES}


def account_id(role: str) -> UUID:
    """The account of a role, the same in every demo."""
    return uuid5(NAMES, role)


def settle(db: Session, world: World, establishment: Establishment) -> None:
    """Make the accounts and their verified links, once the DUI's dossiers were taken in. Flushes, does not commit."""
    young = {person.role: person for person in world.young if person.role}
    dossiers = {dossier.key: dossier for dossier in db.scalars(select(Dossier))}
    for role in ROLES:
        name = _name(role, world, young)
        mail = f"{role.name}@relie.invalid"
        account = Account(id=account_id(role.name), display_name=name, email=mail, mode=role.mode)
        account.identity_checked_at = clock.now() if role.strength is Strength.SUBSTANTIAL else None
        db.add(account)
    db.flush()
    for account in db.scalars(select(Account).where(Account.identity_checked_at.is_not(None))):
        account.identity_checked_by = account_id("secretary" if account.id == account_id("director") else "director")
    db.flush()
    for role in ROLES:
        family = (_family_link(tie, young[tie.part], dossiers, world.today) for tie in role.ties)
        for link in (*family, *_staff_links(db, role, world, dossiers)):
            link.account_id = account_id(role.name)
            link.establishment_id = establishment.id
            link.verified_at = link.starts_at
            link.verified_by = account_id("director")
            db.add(link)
    db.flush()
    own_parts(db, [dossier.id for dossier in dossiers.values()])


def relative_of(person: YoungPerson, relation: str) -> Relative:
    """The first person with this relation (TRE_R216) to them."""
    return next(one for one in person.relatives if one.relation == relation)


def _name(role: Role, world: World, young: Mapping[str, YoungPerson]) -> str:
    if role.staff:
        return next(one.name for one in world.staff if one.key == role.staff)
    tie = role.ties[0]
    person = young[tie.part]
    return person.name if tie.kind is Kind.SELF else relative_of(person, tie.relation).name


def _family_link(tie: Tie, person: YoungPerson, dossiers: Mapping[str, Dossier], today: date) -> Relationship:
    """Since two Septembers ago; a measure and a placement have an end, as a judge writes one."""
    since = date(today.year - 2, 9, 1)
    ends = {Kind.MEASURE: _months(today, 40), Kind.CHILD_WELFARE: _months(today, 14)}.get(tie.kind)
    return Relationship(
        dossier_id=dossiers[person.key].id,
        kind=tie.kind,
        authority=tie.authority,
        measure=tie.measure,
        starts_at=clock.midnight(since, ZONE),
        ends_at=clock.midnight(ends, ZONE) if ends else None,
        relative_key=relative_of(person, tie.relation).key if tie.relation else None,
        proof=tie.proof,
    )


def _months(day: date, months: int) -> date:
    """The first of a month, about so many months later."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def _staff_links(db: Session, role: Role, world: World, dossiers: Mapping[str, Dossier]) -> Iterator[Relationship]:
    """One for the unit or the establishment, and one for each young person they are the referent of."""
    if not role.staff:
        return
    somebody = next(one for one in world.staff if one.key == role.staff)
    since = clock.midnight(date(world.today.year - 2, 9, 1), ZONE)
    unit = db.scalars(select(Unit).where(Unit.key == unit_key(somebody.house))).one() if role.unit_only else None
    yield Relationship(
        kind=Kind.STAFF,
        post=somebody.post,
        unit_id=unit.id if unit else None,
        starts_at=since,
        proof="Contrat de travail",
    )
    for person in world.young:
        if person.referent == role.staff:
            yield Relationship(
                kind=Kind.STAFF,
                post=somebody.post,
                dossier_id=dossiers[person.key].id,
                referent=True,
                starts_at=since,
                proof="Désignation comme référent",
            )
