"""The closed lists of SCDL "menus-collectifs" files, and what real files write instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from portal.menus.scdl_text import blank, fold
from portal.menus.words import Allergen, Course, Meal, Texture

W = TypeVar("W", bound=str)


@dataclass(frozen=True)
class Words(Generic[W]):
    """A closed list: what each member is called in a file, and the spellings met for it."""

    names: Mapping[W, str]
    known: Mapping[str, W]

    def find(self, text: str) -> W | None:
        """The member this text means, whatever its capitals, accents and plurals; ``None`` when no spelling fits."""
        return self.known.get(fold(text))

    def proper(self, text: str, word: W) -> bool:
        """Whether the text is the list's own spelling, capitals apart."""
        return text.casefold() == self.names[word].casefold()


def _words(table: Mapping[W, str]) -> Words[W]:
    """From ``member: "name in the list, other spelling, …"``."""
    spellings = {word: [name.strip() for name in names.split(",")] for word, names in table.items()}
    return Words(
        names={word: names[0] for word, names in spellings.items()},
        known={fold(name): word for word, names in spellings.items() for name in names},
    )


MEALS = _words(
    {
        Meal.BREAKFAST: "petit-déjeuner, petit-dej, breakfast",
        Meal.COLLATION: "collation, collation matinale, collation du matin",
        # « meal » and « snack » are what a common kitchen software exports for « déjeuner » and « goûter »
        Meal.LUNCH: "déjeuner, repas, repas de midi, repas du midi, midi, meal, lunch",
        Meal.PICNIC: "pique-nique, piquenique, picnic",
        Meal.SNACK: "goûter, snack",
        Meal.DINNER: "dîner, souper, repas du soir, soir, dinner",
        Meal.OTHER: "autre, other",
    }
)

COURSES = _words(
    {
        Course.STARTER: "entrée, hors-d'oeuvre, starter",
        Course.MAIN: "plat principal, plat, plat chaud, plat de résistance, main course",
        Course.SIDE: "garniture, accompagnement, side dish",
        Course.DAIRY: "produit laitier, laitage, fromage, dairy",
        Course.DESSERT: "dessert",
        Course.BREAD: "pain, bread",
        # 0.1 and 0.2 allowed the name of a meal here
        Course.OTHER: "autre, other, boisson, collation, collation matinale, goûter",
    }
)

ALLERGENS = _words(
    {
        Allergen.GLUTEN: "céréales contenant du gluten, gluten, céréales, blé, froment, seigle, orge, avoine, épeautre,"
        " kamut, triticale, wheat",
        Allergen.CRUSTACEANS: "crustacés, crustaceans",
        Allergen.EGGS: "oeufs, oeufs de poule, eggs",
        Allergen.FISH: "poissons, fish",
        Allergen.PEANUTS: "arachides, cacahuètes, cacahouètes, peanuts",
        Allergen.SOYBEANS: "soja, soya, soy, soybeans",
        Allergen.MILK: "lait, lait de vache, lactose, lait et lactose, lait y compris lactose, protéines de lait,"
        " protéines de lait de vache, produits laitiers, milk",
        Allergen.NUTS: "fruits à coques, fruits à coque, fruits coque, amandes, noisettes, noix, noix de cajou, cajou,"
        " noix de pécan, noix du Brésil, pistaches, macadamia, noix de macadamia, noix du Queensland, nuts, tree nuts",
        Allergen.CELERY: "céleri, celery",
        Allergen.MUSTARD: "moutarde, mustard",
        Allergen.SESAME: "graines de sésame, sésame, sesame seeds",
        Allergen.SULPHITES: "anhydride sulfureux et sulfites, anhydride sulfureux, sulfites, sulphites, SO2,"
        " dioxyde de soufre, E220, E221, E222, E223, E224, E226, E227, E228",
        Allergen.LUPIN: "lupin",
        Allergen.MOLLUSCS: "mollusques, molluscs",
    }
)
"""Annex II of regulation (EU) 1169/2011; the cereals and nuts it names one by one lead to their family."""

TEXTURES = _words(
    {
        Texture.NORMAL: "sans texture modifiée, sans texture modifié, texture normale, normale, normal",
        Texture.SOFT: "fondant",
        Texture.MINCED: "haché, hachée",
        Texture.BLENDED: "mixé, mixée",
        Texture.SMOOTH: "mixé lissé, mixé lisse, mixée lissée",
    }
)

SIGNS: Words[str] = _words(
    {
        "bio": "agriculture biologique, bio, AB",
        "aop": "appellation d'origine protégée, AOP",
        "aoc": "appellation d'origine contrôlée, AOC",
        "aop_aoc": "appellation d'origine protégée/contrôlée",
        "igp": "indication géographique protégée, IGP",
        "stg": "spécialité traditionnelle garantie, STG",
        "label_rouge": "label rouge",
    }
)
"""Official signs of quality and origin (SIQO)."""

RESTAURANT_TYPES: Words[str] = _words(
    {
        "nursery": "crèche",
        "preschool": "maternelle, école maternelle",
        "primary": "élémentaire, école élémentaire",
        "middle": "collège",
        "high": "lycée",
        "university": "université",
        "training": "centre de formation",
        "administration": "administration, administration locale",
        "seniors": "résidence sénior",
        "care_home": "EHPAD",
        "home": "repas à domicile",
        "leisure": "centre de loisirs",
        "company": "restaurant d'entreprise",
        "other": "autre",
    }
)

EVERYONE = "tous"
"""What ``menuRestaurantConvive`` says when the menu is for everybody."""

NO_ALLERGEN = "aucun"


def _folded(names: str) -> frozenset[str]:
    return frozenset(fold(name) for name in names.split(","))


_NO_ALLERGEN = _folded(
    "aucun, aucune, aucun allergène, aucun allergène majeur, aucun allergène présent, néant, sans, sans allergène,"
    "pas d'allergène, absence d'allergène"
)
_NO_DIET = _folded(
    "aucun, aucun régime, aucun régime particulier, sans régime, pas de régime, régime normal, normal, sans"
)
_NOT_GIVEN = _folded(
    "nc, n.c., nr, n.r., na, n/a, non renseigné, non communiqué, non précisé, non disponible, non connu, inconnu,"
    "information non disponible, indisponible, à préciser, à compléter, null, none, nan, undefined"
)


def says_no_allergen(text: str) -> bool:
    """Whether the kitchen wrote that there is none.

    ``None`` and ``null`` are what programs write for "no value": they are ``says_nothing``.
    """
    return fold(text) in _NO_ALLERGEN


def says_no_diet(text: str) -> bool:
    """Whether the dish is said to follow no particular diet."""
    return fold(text) in _NO_DIET


def says_nothing(text: str) -> bool:
    """Whether nothing was given: blank, or words such as « non renseigné »."""
    return blank(text) or fold(text) in _NOT_GIVEN
