"""Dishes → a CSV file as SCDL "menus-collectifs" 1.2.3 wants it: what ``scdl.read`` reads back without a remark."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.menus.scdl_columns import Column
from portal.menus.scdl_records import DishRecord
from portal.menus.scdl_text import split
from portal.menus.scdl_words import ALLERGENS, COURSES, EVERYONE, MEALS, NO_ALLERGEN, TEXTURES
from portal.menus.words import Texture


@dataclass(frozen=True, slots=True)
class Kitchen:
    """Who publishes the menus and who cooks: what SCDL asks for on every line beside the dish."""

    publisher: str = ""
    publisher_siret: str = ""
    name: str = ""
    siret: str = ""
    insee: str = ""


def write(dishes: Iterable[DishRecord], kitchen: Kitchen | None = None) -> bytes:
    """The file: UTF-8, commas, one dish a line, in the order given.

    Reading it gives the same dishes, save that a dish given twice is read once. Text is kept as it is, even when it
    looks like a formula: this file goes from program to program.
    """
    kitchen = kitchen or Kitchen()
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, [column.value for column in Column], restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_line(dish, kitchen) for dish in dishes)
    return out.getvalue().encode()


def _line(dish: DishRecord, kitchen: Kitchen) -> dict[str, str]:
    return {
        Column.COLL_NAME: kitchen.publisher,
        Column.COLL_SIRET: kitchen.publisher_siret,
        Column.KITCHEN_NAME: kitchen.name,
        Column.KITCHEN_SIRET: kitchen.siret,
        Column.RESTAURANT: dish.restaurant,
        Column.RESTAURANT_INSEE: kitchen.insee,
        Column.RESTAURANT_ID: dish.restaurant_id,
        Column.RESTAURANT_ID_TYPE: "autre" if dish.restaurant_id else "sans",
        Column.RESTAURANT_TYPE: dish.restaurant_type,
        Column.GUESTS: dish.guests or EVERYONE,
        Column.DAY: dish.day.isoformat(),
        Column.MEAL: MEALS.names[dish.meal],
        Column.COURSE: COURSES.names[dish.course],
        Column.NAME: dish.name,
        Column.CODE: dish.code,
        Column.SIGNS: _list(dish.signs),
        Column.LABELS: _loose_list(dish.labels),
        Column.PRECISION: dish.precision,
        Column.DIETS: _list(dish.diets),
        Column.ALLERGENS: _allergens(dish),
        Column.TEXTURES: _list([_texture(word) for word in dish.textures]),
        Column.PUBLISHED: _instant(dish.published_at),
        Column.MODIFIED: _instant(dish.modified_at),
    }


def _texture(word: str) -> str:
    return TEXTURES.names[Texture(word)] if word in frozenset(Texture) else word


def _allergens(dish: DishRecord) -> str:
    """« aucun » when the kitchen says there are none; an empty cell only when nothing was given."""
    if dish.allergens == () and not dish.allergens_unread:
        return _list([NO_ALLERGEN])
    return _list([ALLERGENS.names[allergen] for allergen in dish.allergens or ()] + list(dish.allergens_unread))


def _list(items: Sequence[str]) -> str:
    return json.dumps(items, ensure_ascii=False, separators=(",", ":")) if items else ""


def _loose_list(items: Sequence[str]) -> str:
    """``a;b``, the way of ``menuPlatLabel``, unless an item would not survive it."""
    joined = ";".join(items)
    return joined if split(joined) == list(items) else _list(items)


def _instant(at: datetime | None) -> str:
    return at.isoformat() if at else ""
