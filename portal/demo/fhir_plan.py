"""The personal project: CarePlan, what people expect and aim at (Goal), and the agreement to it (Consent)."""

from __future__ import annotations

from datetime import date

from portal.demo.fhir import Message, concept, extension, identifier
from portal.demo.fhir_people import role_key
from portal.demo.leads import CHILD
from portal.demo.world import Professional, YoungPerson

AIMS = (
    "Choisir son vêtement le matin, avec deux propositions.",
    "Dire « stop » ou montrer l’image quand le bruit est trop fort.",
    "Aller seul de l’unité à la salle de classe.",
    "Mettre la table pour quatre personnes.",
    "Reconnaître les jours de la semaine sur le planning en images.",
    "Préparer son sac de piscine avec la liste.",
)
WISHES = (
    "Je veux faire du vélo.",
    "J’aimerais dormir plus souvent à la maison.",
    "Je voudrais voir mes copains le mercredi.",
    "Qu’il puisse participer à une sortie de l’école.",
)


def add_plan(message: Message, person: YoungPerson, since: date, referent: Professional) -> None:
    """A plan with two aims, one wish and the agreement.

    The child's agreement has no identifier: the published example has none either.
    """
    number = int(person.key.rpartition("/")[2])
    plan = f"{person.key}-PPER-1"
    consent = f"{person.key}-ACCORD"
    message.add(
        "Consent",
        consent,
        "tddui-consent-accord",
        **({} if person.role == CHILD else {"identifier": identifier("accord", consent)}),
        status="active",
        scope=concept("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy"),
        category=[concept("http://loinc.org", "59284-0")],
        patient=message.reference("Patient", person.key),
        dateTime=since.isoformat(),
        performer=[message.reference("PractitionerRole", role_key(referent))],
        policy=[{"authority": "https://www.cnsa.fr/"}],
    )
    message.add(
        "CarePlan",
        plan,
        "tddui-careplan-projet-personnalise",
        identifier=identifier("projetpersonnalise", plan),
        status="active",
        intent="plan",
        title="Projet personnalisé",
        subject=message.reference("Patient", person.key),
        period={"start": since.isoformat()},
        supportingInfo=[message.reference("Consent", consent)],
    )
    for rank in (1, 2):
        _add_goal(message, person, plan, f"{person.key}-OBJE-{rank}", "objectif", AIMS[(number + rank) % len(AIMS)])
    _add_goal(message, person, plan, f"{person.key}-PPAttente-1", "attente", WISHES[number % len(WISHES)])


def _add_goal(message: Message, person: YoungPerson, plan: str, key: str, kind: str, words: str) -> None:
    content = {"expressedBy": message.reference("Patient", person.key)} if kind == "attente" else {}
    message.add(
        "Goal",
        key,
        f"tddui-goal-{kind}",
        extension=[extension("tddui-careplan-reference", valueReference=message.reference("CarePlan", plan))],
        identifier=identifier(kind, key),
        lifecycleStatus="active",
        description={"text": words},
        subject=message.reference("Patient", person.key),
        **content,
    )
