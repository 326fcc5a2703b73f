"""Rendez-vous to plan, told from today: those of the demo's people one by one, and what happens to anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from portal.access.words import Nature
from portal.demo.leads import CHILD, NEARLY, PLACED, SIBLING, YOUNG_ADULT
from portal.demo.world import Label

HEALTH_PAPERS = "La carte Vitale et le cahier de crises"
BUS = "Minibus de l’établissement"


@dataclass(frozen=True)
class Plan:
    """A rendez-vous told from today. ``days`` may be negative; ``inside`` waits for a day when the house is open."""

    days: int
    hour: time
    minutes: int
    title: str
    code: str
    """SERAFIN-PH, or a nature of ours where SERAFIN has no word for a rendez-vous."""
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
    escorts: tuple[str, ...] = ()
    """Professionals who go along."""


DOCTOR, NURSE, PSYCHOLOGIST, THERAPY = "2.1.1.1", "2.1.1.2", "2.1.1.3", "2.1.2.1"
PROJECT, COORDINATION, RIGHTS, MEASURES, WORK = "2.3.1.1", "2.4.1", "2.3.5.1", "2.3.5.3", "2.3.3.3"
SCHOOL, SOCIAL, JUSTICE = "school", "social", "justice"

NATURES = {
    DOCTOR: Nature.HEALTH,
    NURSE: Nature.HEALTH,
    PSYCHOLOGIST: Nature.HEALTH,
    THERAPY: Nature.HEALTH,
    PROJECT: Nature.MEETING,
    COORDINATION: Nature.MEETING,
    RIGHTS: Nature.SOCIAL,
    MEASURES: Nature.SOCIAL,
    WORK: Nature.SOCIAL,
    SCHOOL: Nature.SCHOOL,
    SOCIAL: Nature.SOCIAL,
    JUSTICE: Nature.JUSTICE,
}

PLANS: dict[str, tuple[Plan, ...]] = {
    CHILD: (
        Plan(-40, time(14, 30), 45, "Consultation de neurologie", DOCTOR, "HOPITAL", ("EXT-3",), escorts=("INF-1",),
             bring=HEALTH_PAPERS, by="Taxi"),
        Plan(-9, time(10, 0), 30, "Rendez-vous chez l’ophtalmologue", DOCTOR, "YEUX", ("EXT-2",), by="Taxi"),
        Plan(1, time(9, 30), 30, "Rendez-vous chez le dentiste", DOCTOR, "DENTISTE", ("EXT-1",),
             cancelled="Le cabinet est fermé ce jour-là."),
        Plan(2, time(14, 30), 45, "Consultation de neurologie", DOCTOR, "HOPITAL", ("EXT-3",), escorts=("INF-1",),
             relatives=(1, 2), bring=HEALTH_PAPERS, note="L’infirmière de l’IME accompagne. Vous pouvez venir aussi.",
             by="Taxi"),
        Plan(3, time(11, 0), 45, "Bilan d’orthophonie", THERAPY, "SOIN", inside=True,
             display_only="Madame Fauverelle, orthophoniste remplaçante"),
        Plan(4, time(16, 0), 45, "Entretien avec la psychologue", PSYCHOLOGIST, "SOIN", ("PSY-1",), inside=True,
             label=Label.HIDDEN_FROM_REPRESENTATIVES),
        Plan(6, time(14, 0), 60, "Équipe de suivi de la scolarisation", SCHOOL, "SALLE", ("ENS-1", "EDU-ERABLES-1"),
             relatives=(1, 2), inside=True, bring="Le cahier de classe", note="La réunion se fait à l’IME."),
        Plan(8, time(9, 0), 90, "Électroencéphalogramme", DOCTOR, "EEG", ("EXT-4",), relatives=(1, 2),
             bring="La carte Vitale et un doudou", note="Venir avec les cheveux propres, sans gel.", moved_by=-3),
        Plan(12, time(17, 0), 60, "Réunion du projet personnalisé", PROJECT, "SALLE",
             ("EDU-ERABLES-1", "PSY-1", "DIR-2"), relatives=(1, 2), inside=True,
             note="Votre enfant est présent. Vous pouvez préparer vos idées avec lui."),
        Plan(33, time(10, 30), 30, "Rendez-vous chez le dentiste", DOCTOR, "DENTISTE", ("EXT-1",), by="Taxi"),
        Plan(92, time(14, 30), 45, "Consultation de neurologie", DOCTOR, "HOPITAL", ("EXT-3",), relatives=(1, 2),
             bring=HEALTH_PAPERS, by="Taxi"),
    ),
    SIBLING: (
        Plan(-5, time(15, 30), 20, "Vaccin", NURSE, "SOIN", ("MED-2",), inside=True, bring="Le carnet de santé"),
        Plan(2, time(10, 30), 30, "Rendez-vous chez le dentiste", DOCTOR, "DENTISTE", ("EXT-1",), relatives=(1,),
             bring="La carte Vitale"),
        Plan(5, time(13, 30), 60, "Bilan de psychomotricité", THERAPY, "SOIN", ("PSM-1",), inside=True, moved_by=-1),
        Plan(10, time(11, 0), 30, "Visite du médecin", DOCTOR, "SOIN", ("MED-2",), inside=True),
        Plan(13, time(16, 30), 60, "Réunion avec l’école", SCHOOL, "SALLE", ("ENS-2", "EDU-SAULES-1"), relatives=(1, 2),
             inside=True),
    ),
    NEARLY: (
        Plan(3, time(14, 0), 60, "Rencontre pour préparer les 18 ans", COORDINATION, "SALLE",
             ("EDU-TILLEULS-2", "ASS-1"), relatives=(1,), inside=True),
        Plan(8, time(10, 0), 45, "Rendez-vous à la maison des personnes handicapées", RIGHTS, "MDPH", ("EXT-5",),
             escorts=("ASS-1",), bring="La carte d’identité", by=BUS),
    ),
    YOUNG_ADULT: (
        Plan(-12, time(9, 30), 20, "Prise de sang", NURSE, "SOIN", ("INF-1",), inside=True),
        Plan(1, time(13, 30), 90, "Stage en entreprise", WORK, "ESAT", ("EXT-6",), bring="Des chaussures de sécurité",
             by=BUS),
        Plan(2, time(16, 30), 45, "Rencontre avec le curateur", MEASURES, "SALLE", ("ASS-1",), relatives=(2,),
             inside=True),
        Plan(4, time(10, 0), 60, "Rendez-vous à la maison des personnes handicapées", RIGHTS, "MDPH", ("EXT-5",),
             escorts=("ASS-1",), bring="La carte d’identité et la notification d’orientation",
             by=BUS),
        Plan(7, time(9, 0), 45, "Consultation de neurologie", DOCTOR, "HOPITAL", ("EXT-3",), escorts=("INF-2",),
             bring=HEALTH_PAPERS, by="Taxi"),
        Plan(9, time(14, 0), 120, "Visite du foyer de vie", SOCIAL, "FOYER", ("EDU-TILLEULS-1",),
             by=BUS),
        Plan(11, time(17, 0), 60, "Réunion du projet personnalisé", PROJECT, "SALLE",
             ("EDU-TILLEULS-1", "PSY-2", "DIR-2"), relatives=(2,), inside=True),
    ),
    PLACED: (
        Plan(-14, time(14, 0), 60, "Visite médiatisée", SOCIAL, "SOLIDARITES", escorts=("ASS-1",), by="Taxi"),
        Plan(3, time(14, 0), 60, "Visite médiatisée", SOCIAL, "SOLIDARITES", escorts=("ASS-1",), relatives=(2,),
             by="Taxi"),
        Plan(6, time(11, 0), 60, "Réunion de synthèse", COORDINATION, "SALLE", ("EDU-BOULEAUX-1", "ASS-1", "PSY-2"),
             relatives=(1,), inside=True, label=Label.HIDDEN_FROM_PATIENT),
        Plan(7, time(9, 30), 45, "Audience chez le juge des enfants", JUSTICE, "TRIBUNAL", escorts=("ASS-1",),
             relatives=(1, 2), bring="La convocation", by=BUS),
        Plan(9, time(15, 0), 30, "Rendez-vous chez le dentiste", DOCTOR, "DENTISTE", ("EXT-1",), by="Taxi"),
    ),
}  # fmt: skip

ORDINARY = (
    Plan(0, time(14, 30), 45, "Consultation de neurologie", DOCTOR, "HOPITAL", ("EXT-3",), bring=HEALTH_PAPERS,
         by="Taxi"),
    Plan(0, time(9, 30), 30, "Rendez-vous chez le dentiste", DOCTOR, "DENTISTE", ("EXT-1",), bring="La carte Vitale"),
    Plan(0, time(10, 0), 30, "Rendez-vous chez l’ophtalmologue", DOCTOR, "YEUX", ("EXT-2",), by="Taxi"),
    Plan(0, time(9, 0), 90, "Électroencéphalogramme", DOCTOR, "EEG", ("EXT-4",), relatives=(1,), by="Taxi"),
    Plan(0, time(11, 0), 30, "Visite du médecin", DOCTOR, "SOIN", ("MED-1",), inside=True),
    Plan(0, time(14, 0), 60, "Équipe de suivi de la scolarisation", SCHOOL, "SALLE", ("ENS-3",), (1,), inside=True),
    Plan(0, time(17, 0), 60, "Réunion du projet personnalisé", PROJECT, "SALLE", ("PSY-1", "DIR-2"), (1,), inside=True),
    Plan(0, time(10, 30), 45, "Rendez-vous à la maison des personnes handicapées", RIGHTS, "MDPH", ("EXT-5",), (1,)),
    Plan(0, time(9, 30), 20, "Prise de sang", NURSE, "SOIN", ("INF-2",), inside=True),
)  # fmt: skip
