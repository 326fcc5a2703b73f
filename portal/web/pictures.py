"""Pictures of easy reading that templates name themselves, for what no data says: a category, a person."""

from __future__ import annotations

from flask import Flask

from easyread import pictures
from easyread.by_word import by_word
from easyread.lines import Line
from portal.web import reading

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


def words_pictured(line: Line) -> tuple[tuple[str, pictures.Picture], ...]:
    """Each word of an easy line with its picture, for whoever chose that. The lexicon reads French only."""
    reader = reading.current()
    return by_word(line.text) if reader.pics == "word" and reader.lang == "fr" else ()


def init_app(app: Flask) -> None:
    said = (category_picture, person_picture, words_pictured)
    app.jinja_env.globals |= {function.__name__: function for function in said}
