"""One situation of docs/fr/situations.md: what it says of the world, and what it expects."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from portal.access.axes import Link, Told
from portal.access.models import Post
from portal.access.perimeter import ROWS, of_row
from portal.access.sharing import Against, Source
from portal.access.words import Action, Category, Nature, Scope, Strength
from portal.core.models import DossierState, HiddenFrom
from tests.access import page
from tests.access.oracle import POSTS, ROW_OF

Point = tuple[Category, Nature]

LINKS = {french: Link(code) for code, french in page.words()["lien"].items()}
STATES = {french: DossierState(code) for code, french in page.words()["état"].items()}
STRENGTHS = {french: Strength(int(code)) for code, french in page.words()["connexion"].items()}
ACTIONS = {french: Action(code) for code, french in page.words()["action"].items() if code != "view"}
COVERS = {
    "affecté à l’établissement": "establishment",
    "affecté à l’unité du jeune": "unit",
    "affecté à une autre unité": "elsewhere",
    "affecté au dossier": "dossier",
    "référent": "referent",
    "bris de glace": "break_glass",
}
SOURCES = {
    "décision d’un juge": Source.COURT_ORDER,
    "interdiction de contact": Source.CONTACT_BAN,
    "gel de protection": Source.FREEZE,
    "opposition du jeune": Source.OPPOSITION,
}
AGAINST = {
    "cette personne": Against.ONE,
    "une autre personne": None,
    "les représentants": Against.REPRESENTATIVES,
    "les familles": Against.FAMILIES,
    "tous": Against.EVERYBODY,
}
LABELS = {
    "cachée au jeune": HiddenFrom.PATIENT,
    "cachée aux représentants": HiddenFrom.REPRESENTATIVES,
    "cachée aux deux": HiddenFrom.FAMILIES,
}
AUDIENCES = {
    "le jeune mineur": "self_minor",
    "le jeune majeur": "self_adult",
    "les parents": "parent",
    "les parents sans exercice": "parent_informed",
    "le représentant": "represent",
    "l’assistant": "assist",
    "l’aide sociale à l’enfance": "child_welfare",
    "les proches": "relative",
    "le référent": "referent",
} | {french: post.value for french, post in POSTS.items() if post}
THINGS = {french: of_row(row) for french, row in ROW_OF.items() if row in ROWS and french != "rendez-vous"} | {
    "séance de santé": (Category.PLANNING, Nature.HEALTH),
    "séance de justice": (Category.PLANNING, Nature.JUSTICE),
    "rendez-vous de nature inconnue": (Category.APPOINTMENTS, Nature.NONE),
}
EVERYTHING = tuple(of_row(row) for row in ROWS)
TOLD = {
    "rien de tel": Told.NOT_FOUND,
    "connexion trop faible": Told.STEP_UP,
    "dossier fermé": Told.DOSSIER_CLOSED,
    "majorité": Told.MAJORITY,
    "pas partagé": Told.NOT_SHARED,
}


class Unreadable(Exception):
    """A line of the page that says nothing we can check."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(f"docs/fr/situations.md, ligne {line} : {sentence}")


@dataclass
class Tie:
    """One link of the person the situation is about."""

    link: Link
    post: Post = Post.NONE
    cover: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    verified: bool = True
    closed: bool = False


@dataclass
class Grant:
    rows: list[Point]
    capacity: Link
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    withdrawn_at: datetime | None = None


@dataclass
class Limit:
    source: Source
    against: Against | None
    """None: against somebody else."""
    rows: list[Point] = field(default_factory=list)
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    lifted_at: datetime | None = None


@dataclass
class Thing:
    """What the thing itself carries; ``mine`` None: it belongs to nobody in particular."""

    held_until: datetime | None = None
    hidden_from: HiddenFrom = HiddenFrom.NOBODY
    mine: bool | None = None
    published: tuple[str, ...] = ()


@dataclass
class Version:
    opened: list[Point] = field(default_factory=list)
    closed: list[Point] = field(default_factory=list)
    starts_at: datetime | None = None


@dataclass
class Situation:
    number: int
    title: str
    line: int
    at: datetime
    born: str = "12 ans"
    state: DossierState = DossierState.PRESENT
    ties: list[Tie] = field(default_factory=list)
    strength: Strength = Strength.SUBSTANTIAL
    versions: list[Version] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    thing: Thing | None = None
    expected: dict[tuple[Point, Action], Scope | None] = field(default_factory=dict)
    told: Told | None = None
