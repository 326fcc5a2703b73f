"""The words of a menu. The French words of files and screens stand in ``scdl_words`` and in the templates."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum


class Meal(StrEnum):
    """« Repas », in the order of a day (SCDL ``menuRepasType``)."""

    BREAKFAST = "breakfast"
    COLLATION = "collation"
    """« Collation » : the small meal of the morning."""
    LUNCH = "lunch"
    PICNIC = "picnic"
    SNACK = "snack"
    """« Goûter »."""
    DINNER = "dinner"
    OTHER = "other"


class Course(StrEnum):
    """« Type de plat », in the order of a meal (SCDL ``menuPlatType``)."""

    STARTER = "starter"
    MAIN = "main"
    SIDE = "side"
    DAIRY = "dairy"
    DESSERT = "dessert"
    BREAD = "bread"
    OTHER = "other"


class Allergen(StrEnum):
    """The fourteen substances of annex II of regulation (EU) 1169/2011 (INCO), in its order."""

    GLUTEN = "gluten"
    CRUSTACEANS = "crustaceans"
    EGGS = "eggs"
    FISH = "fish"
    PEANUTS = "peanuts"
    SOYBEANS = "soybeans"
    MILK = "milk"
    NUTS = "nuts"
    """« Fruits à coque »."""
    CELERY = "celery"
    MUSTARD = "mustard"
    SESAME = "sesame"
    SULPHITES = "sulphites"
    LUPIN = "lupin"
    MOLLUSCS = "molluscs"


class Texture(StrEnum):
    """The textures SCDL names. A kitchen's other words are kept as written: a wrong guess could make someone choke."""

    NORMAL = "normal"
    SOFT = "soft"
    """« Fondant »."""
    MINCED = "minced"
    """« Haché »."""
    BLENDED = "blended"
    """« Mixé »."""
    SMOOTH = "smooth"
    """« Mixé lissé »."""


class Declared(StrEnum):
    """What the kitchen said of the allergens of a dish. Saying nothing is never saying "none"."""

    LISTED = "listed"
    NONE = "none"
    """The kitchen wrote that there are none."""
    NOT_GIVEN = "not_given"
    """« Non renseigné »."""


def declared(allergens: Sequence[str] | None, unread: Sequence[str]) -> Declared:
    """Which of the three, from a dish's two lists; a word nobody could read counts as listed."""
    if allergens or unread:
        return Declared.LISTED
    return Declared.NOT_GIVEN if allergens is None else Declared.NONE
