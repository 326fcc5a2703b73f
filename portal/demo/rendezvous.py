"""Rendez-vous: those of the demo's people fall around today whatever the date, those of the others are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from random import Random

from portal.access.words import Nature
from portal.demo.leads import CHILD, PLACED, SIBLING, YOUNG_ADULT
from portal.demo.schooldays import DAY, SATURDAY, SchoolYear
from portal.demo.week import at
from portal.demo.world import Form, Happening, Label, Status, Trip, YoungPerson

HEALTH_PAPERS = "La carte Vitale et le cahier de crises"


@dataclass(frozen=True)
class Plan:
    """A rendez-vous told from today. ``days`` may be negative; ``inside`` waits for a day when the house is open."""

    days: int
    hour: time
    minutes: int
    title: str
    nature: Nature
    place: str
    people: tuple[str, ...] = ()
    relatives: tuple[int, ...] = ()
    """Numbers of the relatives invited, from 1."""
    inside: bool = False
    bring: str = ""
    note: str = ""
    cancelled: str = ""
    moved_by: int = 0
    """Days it was moved by since the DUI first told of it."""
    label: Label = Label.NONE
    display_only: str = ""
    by: str = ""
    """How one gets there and back, "" when nobody drives."""


_H, _S, _L, _M, _J = Nature.HEALTH, Nature.SCHOOL, Nature.SOCIAL, Nature.MEETING, Nature.JUSTICE

PLANS: dict[str, tuple[Plan, ...]] = {
    CHILD: (
        Plan(-40, time(14, 30), 45, "Consultation de neurologie", _H, "HOPITAL", ("EXT-3", "INF-1"),
             bring=HEALTH_PAPERS, by="Taxi"),
        Plan(-9, time(10, 0), 30, "Rendez-vous chez l’ophtalmologue", _H, "YEUX", ("EXT-2",), by="Taxi"),
        Plan(1, time(9, 30), 30, "Rendez-vous chez le dentiste", _H, "DENTISTE", ("EXT-1",),
             cancelled="Le cabinet est fermé ce jour-là."),
        Plan(2, time(14, 30), 45, "Consultation de neurologie", _H, "HOPITAL", ("EXT-3", "INF-1"), relatives=(1, 2),
             bring=HEALTH_PAPERS, note="L’infirmière de l’IME accompagne. Vous pouvez venir aussi.", by="Taxi"),
        Plan(3, time(11, 0), 45, "Bilan d’orthophonie", _H, "SOIN", inside=True,
             display_only="Madame Fauverelle, orthophoniste remplaçante"),
        Plan(4, time(16, 0), 45, "Entretien avec la psychologue", _H, "SOIN", ("PSY-1",), inside=True,
             label=Label.HIDDEN_FROM_REPRESENTATIVES),
        Plan(6, time(14, 0), 60, "Équipe de suivi de la scolarisation", _S, "SALLE", ("ENS-1", "EDU-ERABLES-1"),
             relatives=(1, 2), inside=True, bring="Le cahier de classe", note="La réunion se fait à l’IME."),
        Plan(8, time(9, 0), 90, "Électroencéphalogramme", _H, "EEG", ("EXT-4", "INF-2"), relatives=(1, 2),
             bring="La carte Vitale et un doudou", note="Venir avec les cheveux propres, sans gel.", moved_by=-3,
             by="Taxi"),
        Plan(12, time(17, 0), 60, "Réunion du projet personnalisé", _M, "SALLE",
             ("EDU-ERABLES-1", "PSY-1", "DIR-2"), relatives=(1, 2), inside=True,
             note="Votre enfant est présent. Vous pouvez préparer vos idées avec lui."),
        Plan(33, time(10, 30), 30, "Rendez-vous chez le dentiste", _H, "DENTISTE", ("EXT-1",), by="Taxi"),
        Plan(92, time(14, 30), 45, "Consultation de neurologie", _H, "HOPITAL", ("EXT-3",), relatives=(1, 2),
             bring=HEALTH_PAPERS, by="Taxi"),
    ),
    SIBLING: (
        Plan(-5, time(15, 30), 20, "Vaccin", _H, "SOIN", ("MED-2",), inside=True, bring="Le carnet de santé"),
        Plan(2, time(10, 30), 30, "Rendez-vous chez le dentiste", _H, "DENTISTE", ("EXT-1",), relatives=(1,),
             bring="La carte Vitale"),
        Plan(5, time(13, 30), 60, "Bilan de psychomotricité", _H, "SOIN", ("PSM-1",), inside=True, moved_by=-1),
        Plan(10, time(11, 0), 30, "Visite du médecin", _H, "SOIN", ("MED-2",), inside=True),
        Plan(13, time(16, 30), 60, "Réunion avec l’école", _S, "SALLE", ("ENS-2", "EDU-SAULES-1"), relatives=(1, 2),
             inside=True),
    ),
    YOUNG_ADULT: (
        Plan(-12, time(9, 30), 20, "Prise de sang", _H, "SOIN", ("INF-1",), inside=True),
        Plan(1, time(13, 30), 90, "Stage en entreprise", _L, "ESAT", ("EXT-6",), bring="Des chaussures de sécurité",
             by="Minibus de l’établissement"),
        Plan(2, time(16, 30), 45, "Rencontre avec le curateur", _L, "SALLE", ("ASS-1",), relatives=(2,), inside=True),
        Plan(4, time(10, 0), 60, "Rendez-vous à la maison des personnes handicapées", _L, "MDPH", ("EXT-5", "ASS-1"),
             bring="La carte d’identité et la notification d’orientation", by="Minibus de l’établissement"),
        Plan(7, time(9, 0), 45, "Consultation de neurologie", _H, "HOPITAL", ("EXT-3", "INF-2"), bring=HEALTH_PAPERS,
             by="Taxi"),
        Plan(9, time(14, 0), 120, "Visite du foyer de vie", _L, "FOYER", ("EDU-TILLEULS-1",),
             by="Minibus de l’établissement"),
        Plan(11, time(17, 0), 60, "Réunion du projet personnalisé", _M, "SALLE", ("EDU-TILLEULS-1", "PSY-2", "DIR-2"),
             relatives=(2,), inside=True),
    ),
    PLACED: (
        Plan(-14, time(14, 0), 60, "Visite médiatisée", _L, "SOLIDARITES", ("ASS-1",), by="Taxi"),
        Plan(3, time(14, 0), 60, "Visite médiatisée", _L, "SOLIDARITES", ("ASS-1",), relatives=(2,), by="Taxi"),
        Plan(6, time(11, 0), 60, "Réunion de synthèse", _M, "SALLE", ("EDU-BOULEAUX-1", "ASS-1", "PSY-2"),
             relatives=(1,), inside=True, label=Label.HIDDEN_FROM_PATIENT),
        Plan(7, time(9, 30), 45, "Audience chez le juge des enfants", _J, "TRIBUNAL", ("ASS-1",), relatives=(1, 2),
             bring="La convocation", by="Minibus de l’établissement"),
        Plan(9, time(15, 0), 30, "Rendez-vous chez le dentiste", _H, "DENTISTE", ("EXT-1",), by="Taxi"),
    ),
}  # fmt: skip

ORDINARY = (
    Plan(0, time(14, 30), 45, "Consultation de neurologie", _H, "HOPITAL", ("EXT-3",), bring=HEALTH_PAPERS, by="Taxi"),
    Plan(0, time(9, 30), 30, "Rendez-vous chez le dentiste", _H, "DENTISTE", ("EXT-1",), bring="La carte Vitale"),
    Plan(0, time(10, 0), 30, "Rendez-vous chez l’ophtalmologue", _H, "YEUX", ("EXT-2",), by="Taxi"),
    Plan(0, time(9, 0), 90, "Électroencéphalogramme", _H, "EEG", ("EXT-4",), relatives=(1,), by="Taxi"),
    Plan(0, time(11, 0), 30, "Visite du médecin", _H, "SOIN", ("MED-1",), inside=True),
    Plan(0, time(14, 0), 60, "Équipe de suivi de la scolarisation", _S, "SALLE", ("ENS-3",), (1,), inside=True),
    Plan(0, time(17, 0), 60, "Réunion du projet personnalisé", _M, "SALLE", ("PSY-1", "DIR-2"), (1,), inside=True),
    Plan(0, time(10, 30), 45, "Rendez-vous à la maison des personnes handicapées", _L, "MDPH", ("EXT-5",), (1,)),
    Plan(0, time(9, 30), 20, "Prise de sang", _H, "SOIN", ("INF-2",), inside=True),
)  # fmt: skip


def plans_of(person: YoungPerson, chance: Random, reach: int) -> Iterator[Plan]:
    """What is planned for somebody: their part in the demo, or two things drawn within ``reach`` days of today."""
    if person.role in PLANS:
        yield from PLANS[person.role]
        return
    for plan in chance.sample(ORDINARY, 2):
        yield replace(plan, days=chance.randint(-reach // 2, reach))


def rendezvous(
    person: YoungPerson, plans: Iterator[Plan], year: SchoolYear, today: date
) -> Iterator[tuple[Happening, tuple[Trip, ...]]]:
    """Each plan on a real day, with its journeys."""
    for number, plan in enumerate(plans, 1):
        day = _free_day(today + timedelta(days=plan.days), plan.inside, year, forward=plan.days >= 0)
        happening = _happening(person, f"{person.key}-EVN-R{number}", plan, day, today)
        yield happening, tuple(_journeys(person, happening, plan, number))


def _free_day(day: date, inside: bool, year: SchoolYear, *, forward: bool) -> date:
    """The nearest day it can take place, going away from today: an office keeps weekdays, the house its open days."""
    step = DAY if forward else -DAY
    for _ in range(70):
        if year.is_open(day) if inside else _office_open(day, year):
            return day
        day += step
    return day


def _office_open(day: date, year: SchoolYear) -> bool:
    closure = year.closure(day)
    public_holiday = closure is not None and closure.first == closure.last
    return day.weekday() < SATURDAY and not public_holiday


def _happening(person: YoungPerson, key: str, plan: Plan, day: date, today: date) -> Happening:
    starts = at(day, plan.hour)
    status = Status.CANCELLED if plan.cancelled else Status.DONE if day < today else Status.PLANNED
    return Happening(
        key=key,
        title=plan.title,
        starts=starts,
        ends=starts + timedelta(minutes=plan.minutes),
        nature=plan.nature,
        form=Form.EVENT if plan.inside else Form.APPOINTMENT,
        people=plan.people,
        display_only=plan.display_only,
        relatives=tuple(person.relatives[n - 1].key for n in plan.relatives if n <= len(person.relatives)),
        place=plan.place,
        bring=plan.bring,
        note=plan.note,
        status=status,
        reason=plan.cancelled,
        label=plan.label,
        was=starts + timedelta(days=plan.moved_by) if plan.moved_by else None,
    )


def _journeys(person: YoungPerson, happening: Happening, plan: Plan, number: int) -> Iterator[Trip]:
    if not plan.by or happening.status is Status.CANCELLED:
        return
    way = timedelta(minutes=40)
    stem = f"{person.key}-TPU-R{number}"
    yield Trip(f"{stem}A", plan.by, happening.starts - way, happening.starts, False, happening.key)
    yield Trip(f"{stem}R", plan.by, happening.ends, happening.ends + way, False, happening.key)
