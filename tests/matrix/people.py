"""Who asks: everybody who may come to the portal's door, tied to one family and a stranger to the others."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import granting, limiting, opening
from portal.access.acts import Act
from portal.access.mandates import Mandate, Paper
from portal.access.models import Authority, Kind, Post, Relationship
from portal.access.sharing import Against, Source
from portal.access.words import Category, Nature, Strength, Viewer
from portal.accounts.models import CalendarFeed, Federation, Passkey, SignIn
from portal.accounts.services import open_session
from portal.dossier.models import Contact
from portal.sharing import acting
from portal.ties import services as ties
from tests.factories import (
    LONG_AGO,
    NOON,
    a_curator,
    a_link,
    a_parent,
    a_unit,
    an_establishment,
    staff,
    the_young_person,
)
from tests.matrix.things import FAMILIES, Family, a_family, furnish, somebody, word

UNIT, HERE = ("child", "grown"), ("child", "grown", "near")
"""Families of one unit, and of one establishment."""
Tie = Callable[[Session, Family, Any], Relationship]
SEALED = "treatment seizures intimatecare wishes documents"
"""What the shipped perimeter opens to nobody but care, or only as published: nothing is published in this world."""
CLOSED = f"{SEALED} plan household"


@dataclass(frozen=True)
class Persona:
    """Somebody at the door, at home in the families ``own`` (the first is asked for) and a stranger to the others."""

    tie: Tie | None
    own: tuple[str, ...] = ("child",)
    never: str = CLOSED
    """Words of their own families that no page may show them."""
    strength: Strength = Strength.SUBSTANTIAL
    account: str = ""
    """Whose account it is, when it is not one of their own."""
    staff: bool = False
    """Knows the names of the groups of the establishment."""
    through: str = ""
    """Whom of that family they look through, at every page they open (« Vu par… »)."""

    @property
    def strangers(self) -> tuple[str, ...]:
        return tuple(name for name in FAMILIES if name not in self.own)

    @property
    def forbidden(self) -> re.Pattern[str]:
        """What must stand in nothing they are answered."""
        if not self.tie and not self.account:
            return re.compile(rf"({'|'.join(FAMILIES)}|here|unit)qz\w*")
        words = [rf"{name}qz\w*" for name in self.strangers]
        words += [word(name, what) for name in self.own for what in self.never.split()]
        words += [] if {*HERE} & {*self.own} else [r"\b(here|unit)qz\w*"]
        words += [] if self.staff else [word("unit", "theirs") if {*UNIT} & {*self.own} else word("unit", "ours")]
        return re.compile("|".join(words))


def parent(authority: Authority = Authority.FULL) -> Tie:
    return lambda db, family, account: a_parent(db, family.dossier, authority, account=account)


def at_work(post: Post, *, in_unit: bool = False) -> Tie:
    def tie(db: Session, family: Family, account: Any) -> Relationship:
        assigned = {"unit_id": family.unit.id} if in_unit else {}
        return staff(db, family.dossier, post, account=account, **assigned)

    return tie


def relative(db: Session, family: Family, account: Any) -> Relationship:
    return a_link(db, family.dossier, Kind.RELATIVE, account=account)


def oneself(db: Session, family: Family, account: Any) -> Relationship:
    return the_young_person(db, family.dossier, account=account)


def curator(db: Session, family: Family, account: Any) -> Relationship:
    return a_curator(db, family.dossier, account=account)


HOMES = "motherhome fatherhome"
ALL = f"{CLOSED} {HOMES} request key identity planning appointments menus diet protocol"

PERSONAS = {
    "nobody": Persona(None),
    "mother": Persona(parent(), never=f"{CLOSED} fatherhome"),
    "father": Persona(parent(), never=f"{CLOSED} motherhome"),
    "informed": Persona(parent(Authority.INFORMED), never=ALL.replace("identity ", "").replace("menus ", "")),
    "withdrawn": Persona(parent(Authority.WITHDRAWN), never=ALL),
    "relative": Persona(relative, never=ALL.replace("menus ", "").replace("identity ", "")),
    "child": Persona(oneself, never=f"identity diet protocol {CLOSED} {HOMES}", strength=Strength.ACCOMPANIED),
    "grown": Persona(oneself, ("grown",), never="intimatecare"),
    "curator": Persona(curator, ("grown",), never=ALL.replace("menus ", "")),
    "educator": Persona(at_work(Post.EDUCATION, in_unit=True), UNIT, never=f"{SEALED} household {HOMES}", staff=True),
    "educator_other": Persona(
        at_work(Post.EDUCATION, in_unit=True), ("near",), never=f"{SEALED} household", staff=True
    ),
    "nurse": Persona(at_work(Post.CARE), HERE, never=f"wishes documents household {HOMES}", staff=True),
    "secretary": Persona(at_work(Post.ADMINISTRATION), HERE, never=SEALED, staff=True),
    "director": Persona(at_work(Post.MANAGEMENT), HERE, never=SEALED, staff=True),
    "director_far": Persona(at_work(Post.MANAGEMENT), ("far",), never=SEALED),
    "stranger": Persona(parent(), ("near",)),
    "parent_far": Persona(parent(), ("far",)),
    "previewer": Persona(None, never=f"{CLOSED} {HOMES}", account="educator", staff=True, through="mother"),
    "weak": Persona(None, never=ALL.replace("planning ", ""), strength=Strength.LOW, account="mother"),
}
"""In the order of the table. ``weak`` is the mother again, come in by a code in a mail; ``previewer`` the educator, who
looks through her eyes."""


def settle(db: Session) -> dict[str, Family]:
    """The world: two establishments, three units, four young people, and everybody above."""
    here, there = an_establishment(db, phone="02 61 91 00 12"), an_establishment(db, name="IME d’ailleurs", phone="03")
    unit, other, outside = (
        a_unit(db, place, name)
        for name, place in ((word("unit", "ours"), here), (word("unit", "theirs"), here), (word("far", "unit"), there))
    )
    families = {
        "child": a_family(db, "child", here, unit),
        "grown": a_family(db, "grown", here, unit, age=20),
        "near": a_family(db, "near", here, other),
        "far": a_family(db, "far", there, outside),
    }
    for name, persona in PERSONAS.items():
        if persona.tie:
            family = families[persona.own[0]]
            account = somebody(db, family.name, name)
            family.links[name] = link = persona.tie(db, family, account)
            if link.kind is Kind.STAFF and family.place is here:
                account.display_name = word("here", name)  # no secret of any family there
    for holder, family in zip(("mother", "grown", "stranger", "parent_far"), families.values(), strict=True):
        furnish(db, family, family.links[holder].account_id)
    for one in ("mother", "father"):
        _home(db, families["child"], one)
    decide(db, families)
    return families


def decide(db: Session, families: dict[str, Family]) -> None:
    """What people decided about sharing: something of each kind in each family, so that it has an identifier."""
    givers = {"child": "mother", "grown": "grown", "near": "stranger", "far": "parent_far"}
    for name, family in families.items():
        director = families["far" if name == "far" else "child"].links["director_far" if name == "far" else "director"]
        aunt = family.links.get("relative") or relative(db, family, somebody(db, name, "relative"))
        family.links["relative"] = aunt
        giver = family.links[givers[name]].account_id
        family.passkey, family.service, family.device = ways_in(db, name, giver)
        family.feed = a_feed(db, name, giver)
        (family.agreement,) = granting.agree(db, to=aunt, rows=[(Category.IDENTITY, Nature.NONE)], by=giver)
        family.restriction = limiting.restrict(
            db,
            family.dossier,
            source=Source.COURT_ORDER,
            against=Against.ONE,
            account_id=aunt.account_id,
            rows=[(Category.PLAN, Nature.NONE)],
            proof=word(name, "proof"),
            by=director.account_id,
        )
        asker = Viewer(director.account_id, Strength.SUBSTANTIAL)
        family.request = acting.ask(db, asker, family.dossier, act=Act.OUTING, what=word(name, "request"))
        family.waiting = a_link(
            db, family.dossier, Kind.RELATIVE, account=somebody(db, name, "waiting"), verified=False
        )
        family.colleague = staff(
            db, family.dossier, Post.EDUCATION, to_dossier=True, account=somebody(db, name, "colleague")
        )
        family.colleague.verified_at = LONG_AGO
        family.mandate = Mandate(
            account_id=aunt.account_id,
            dossier_id=family.dossier.id,
            establishment_id=family.place.id,
            themes="menus planning",
            starts_at=LONG_AGO,
            ends_at=NOON + timedelta(days=30),
            paper=Paper.FORM,
            paper_on=LONG_AGO.date(),
            recorded_by=director.account_id,
        )
        db.add(family.mandate)
        family.correction = ties.ask(db, aunt.id, by=aunt.account_id, words=word(name, "correction"))
        if name in ("child", "far"):
            because = word("far" if name == "far" else "here", "because")
            made = opening.decide_perimeter(db, family.place.id, {}, by=director.account_id, because=because)
        family.perimeter = made


def ways_in(db: Session, family: str, holder: UUID) -> tuple[Passkey, Federation, SignIn]:
    """Two passkeys, so that one may be removed, a service, and a device signed in."""
    keys = [
        Passkey(
            account_id=holder,
            credential_id=f"{family} {number}".encode(),
            public_key=b"",
            sign_count=0,
            name=word(family, "device"),
            synced=False,
            vouched=True,
        )
        for number in range(2)
    ]
    service = Federation(account_id=holder, provider="fc", issuer="https://fc", subject=family, vouched=False)
    db.add_all([*keys, service])
    open_session(db, holder, Strength.LOW, device=word(family, "device"))
    db.flush()
    return keys[0], service, db.scalars(select(SignIn).where(SignIn.account_id == holder)).one()


def _home(db: Session, family: Family, one: str) -> None:
    """Where each of two separated parents lives, which the other does not read."""
    facts = {"dossier_id": family.dossier.id, "establishment_id": family.place.id, "category": "household"}
    mine = family.links[one].account_id
    db.add(Contact(**facts, kind="address", value=word("child", f"{one}home"), owner=one, private_to=mine))
    db.flush()


def a_feed(db: Session, family: str, holder: UUID) -> CalendarFeed:
    """An address that somebody made for their calendar."""
    one = CalendarFeed(
        account_id=holder, name=family, token_hash=uuid4().bytes * 2, expires_at=NOON + timedelta(days=9)
    )
    db.add(one)
    db.flush()
    return one
