"""Pictures of easy reading that templates name themselves, for what no data says: a category, a person."""

from __future__ import annotations

from flask import Flask

from easyread import pictures

CATEGORIES = {
    "identity": "carte d’identité",
    "household": "maison",
    "planning": "calendrier",
    "appointments": "rendez-vous",
    "menus": "repas",
    "diet": "assiette",
    "protocol": "trousse de secours",
    "treatment": "médicament",
    "plan": "réunion du projet personnalisé",
    "wishes": "idée",
    "documents": "document",
    "appointments:health": "médecin",
    "appointments:justice": "juge",
    "appointments:school": "école",
}
PEOPLE = {
    "self": "content",
    "parent": "famille",
    "parent_full": "famille",
    "parent_informed": "famille",
    "parent_withdrawn": "famille",
    "relative": "ami",
    "trusted_person": "ami",
    "outside_doctor": "médecin",
    "referent": "groupe",
    "education": "groupe",
    "care": "infirmière",
    "kitchen": "cuisinier",
}
"""Concepts of the lexicon. What is not here has no picture, rather than a doubtful one."""


def category_picture(category: str, nature: str = "") -> pictures.Picture | None:
    """The picture of a category, or of one nature of it."""
    return pictures.find(CATEGORIES.get(f"{category}:{nature}") or CATEGORIES.get(category))


def person_picture(kind: str) -> pictures.Picture | None:
    """The picture of somebody, by their link or the kind of it, their profession or their team."""
    return pictures.find(PEOPLE.get(kind))


def init_app(app: Flask) -> None:
    app.jinja_env.globals |= {"category_picture": category_picture, "person_picture": person_picture}
