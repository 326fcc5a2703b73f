"""The columns of SCDL "menus-collectifs" files, under the names of every published version from 0.1 to 1.2.3."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum


class Column(StrEnum):
    """Column names of version 1.2.3, in its order."""

    COLL_NAME = "menuCollNom"
    COLL_SIRET = "menuCollSiret"
    KITCHEN_NAME = "menuEtablissementNom"
    KITCHEN_SIRET = "menuEtablissementSiret"
    RESTAURANT = "menuRestaurantNom"
    RESTAURANT_INSEE = "menuRestaurantInsee"
    RESTAURANT_ID = "menuRestaurantId"
    RESTAURANT_ID_TYPE = "menuRestaurantIdType"
    RESTAURANT_TYPE = "menuRestaurantType"
    GUESTS = "menuRestaurantConvive"
    DAY = "menuDate"
    MEAL = "menuRepasType"
    COURSE = "menuPlatType"
    NAME = "menuPlatNom"
    CODE = "menuPlatCode"
    SIGNS = "menuPlatSiqo"
    LABELS = "menuPlatLabel"
    PRECISION = "menuPlatPrecision"
    DIETS = "menuPlatRegime"
    ALLERGENS = "menuPlatAllergene"
    TEXTURES = "menuPlatTexture"
    NUTRISCORE = "menuPlatNutriscore"
    PRICE = "menuPlatPrix"
    PUBLISHED = "menuPublicationDate"
    MODIFIED = "menuModificationDate"
    MODIFIED_INFO = "menuModificationInfo"


REQUIRED = (Column.DAY, Column.NAME)
"""Without these two a file says nothing a portal could show."""

NOT_KEPT = frozenset(
    {
        Column.COLL_NAME,
        Column.COLL_SIRET,
        Column.KITCHEN_NAME,
        Column.KITCHEN_SIRET,
        Column.RESTAURANT_INSEE,
        Column.RESTAURANT_ID_TYPE,
        Column.NUTRISCORE,
        Column.PRICE,
        Column.MODIFIED_INFO,
    }
)
"""Columns families need nothing of: used at most to choose lines, then let go."""

_OLDER = {
    Column.COLL_NAME: "collectiviteNom menu_coll_nom",
    Column.COLL_SIRET: "collectiviteSiret menu_coll_siret",
    Column.KITCHEN_NAME: "etablissementNom menu_etab_nom",
    Column.KITCHEN_SIRET: "etablissementSiret menu_etab_siret",
    Column.RESTAURANT: "restaurantNom menu_rest_nom",
    Column.RESTAURANT_INSEE: "restaurantInsee menu_rest_insee",
    Column.RESTAURANT_ID: "restaurantId menu_rest_id",
    Column.RESTAURANT_ID_TYPE: "restaurantIdType menu_rest_id_type",
    Column.RESTAURANT_TYPE: "restaurantType menu_rest_type",
    Column.GUESTS: "restaurantConvive menu_rest_convive",
    Column.MEAL: "menuTypeRepas menu_type_repas",
    Column.COURSE: "menuTypePlat menu_type_plat",
    Column.NAME: "menuNomPlat menu_nom_plat",
    Column.CODE: "menuCodePlat menu_code_plat",
    Column.SIGNS: "menuSiqoPlat menu_siqo_plat",
    Column.LABELS: "menuLabelPlat menu_label_plat",
    Column.PRECISION: "menuPrecisionPlat menu_prec_plat",
    Column.DIETS: "menuRegimePlat menu_reg_plat",
    Column.ALLERGENS: "menuAllergenePlat menuPlatAllergenes menuPlatAllergène",
    Column.TEXTURES: "menuTexturePlat menu_text_plat",
    Column.NUTRISCORE: "menu_nutri-score_plat",
    Column.PRICE: "menu_prix_plat",
    Column.PUBLISHED: "MenuPublicationPlatDate menu_pub_date",
    Column.MODIFIED: "menuModificationPlatDate menu_mod_date",
    Column.MODIFIED_INFO: "menuModificationActivite menuModificationInformation menu_mod_info",
}
"""0.1 to 0.7 gave most names no prefix, 0.9 wrote ``menu_type_repas``, 1.0 to 1.2.0 ``menuTypeRepas``."""


def _letters(name: str) -> str:
    return re.sub(r"[^0-9a-zà-ÿ]", "", name.casefold())


_KNOWN = {_letters(column): column for column in Column} | {
    _letters(name): column for column, names in _OLDER.items() for name in names.split()
}


def find_columns(header: Sequence[str]) -> list[Column | None]:
    """The column each header cell names, ``None`` for one we do not know. Capitals, ``_`` and ``-`` do not count."""
    return [_KNOWN.get(_letters(name)) for name in header]
