"""Columns under the names of every published version."""

from __future__ import annotations

import pytest

from portal.menus import scdl
from portal.menus.scdl_columns import NOT_KEPT, Column, find_columns
from portal.menus.scdl_records import Problem, WrongFile
from tests.menus.parts import a_csv

# The lists of properties as published, version by version, on schema.data.gouv.fr (scdl/menus-collectifs).
V0_7 = (
    "collectiviteNom collectiviteSiret etablissementNom etablissementSiret restaurantNom restaurantInsee restaurantId"
    " restaurantIdType restaurantType restaurantConvive menuDate menuTypeRepas menuTypePlat menuNomPlat menuCodePlat"
    " menuSiqoPlat menuLabelPlat menuPrecisionPlat menuRegimePlat menuAllergenePlat menuTexturePlat"
    " MenuPublicationPlatDate menuModificationPlatDate menuModificationInformation"
)
V0_9 = (
    "menu_coll_nom menu_coll_siret menu_etab_nom menu_etab_siret menu_rest_nom menu_rest_insee menu_rest_id"
    " menu_rest_id_type menu_rest_type menu_rest_convive menu_date menu_type_repas menu_type_plat menu_nom_plat"
    " menu_code_plat menu_siqo_plat menu_label_plat menu_prec_plat menu_reg_plat menu_text_plat menu_nutri-score_plat"
    " menu_prix_plat menu_pub_date menu_mod_date menu_mod_info"
)
V1_2_0 = (
    "menuCollNom menuCollSiret menuEtablissementNom menuEtablissementSiret menuRestaurantNom menuRestaurantInsee"
    " menuRestaurantId menuRestaurantIdType menuRestaurantType menuRestaurantConvive menuDate menuTypeRepas"
    " menuTypePlat menuNomPlat menuCodePlat menuPlatSiqo menuPlatLabel menuPlatPrecision menuPlatRegime"
    " menuPlatAllergene menuPlatTexture menuPlatNutriscore menuPlatPrix menuPublicationDate menuModificationDate"
    " menuModificationInfo"
)
V1_2_3 = " ".join(Column)


@pytest.mark.parametrize(
    ("names", "without"),
    [
        (V0_7, {Column.NUTRISCORE, Column.PRICE}),
        (V0_9, {Column.ALLERGENS}),  # 0.9 had no allergens at all
        (V1_2_0, set()),
        (V1_2_3, set()),
    ],
)
def test_every_published_name_is_known(names: str, without: set[Column]) -> None:
    assert find_columns(names.split()) == [column for column in Column if column not in without]


@pytest.mark.parametrize("name", ["menuCodePLat", "menuAllergenePLat", "menuModificationActivite"])
def test_slips_of_the_first_versions_are_known(name: str) -> None:
    assert find_columns([name]) != [None]


def test_capitals_dashes_and_underscores_do_not_matter() -> None:
    assert find_columns(["MENU_DATE", "menu-repas-type", " MenuPlatNom "]) == [Column.DAY, Column.MEAL, Column.NAME]


def test_an_older_file_is_read_and_its_names_are_told() -> None:
    data = b"menuDate;menuTypeRepas;menuTypePlat;menuNomPlat\r\n2025-02-03;d\xe9jeuner;dessert;Kiwi\r\n"
    reading = scdl.read(data)
    assert reading.dishes[0].meal == "lunch"
    assert reading.older_names == {
        "menuTypeRepas": Column.MEAL,
        "menuTypePlat": Column.COURSE,
        "menuNomPlat": Column.NAME,
    }


def test_unknown_absent_and_unkept_columns_are_told() -> None:
    reading = scdl.read(a_csv({"couleur": "vert", "menuPlatPrix": "2.10", "menuCollNom": "Ville"}))
    assert reading.unknown_columns == ["couleur"]
    assert reading.not_kept == [Column.COLL_NAME, Column.PRICE]
    assert Column.ALLERGENS in reading.absent_columns
    assert not NOT_KEPT & set(reading.absent_columns)


@pytest.mark.parametrize("missing", [Column.DAY, Column.NAME])
def test_a_file_without_days_or_names_is_refused_and_the_column_named(missing: Column) -> None:
    data = a_csv().replace(missing.encode(), b"autreChose")
    with pytest.raises(WrongFile) as caught:
        scdl.read(data)
    assert caught.value.problem == Problem.MISSING_COLUMNS
    assert caught.value.columns == (missing,)


def test_two_columns_of_allergens_refuse_the_file() -> None:
    with pytest.raises(WrongFile) as caught:
        scdl.read(a_csv({"menuPlatAllergene": "lait", "menuAllergenePlat": "oeufs"}))
    assert caught.value.problem == Problem.REPEATED_COLUMNS
    assert caught.value.columns == (Column.ALLERGENS,)


@pytest.mark.parametrize(
    "data", [b"a,b,c\r\n1,2,3\r\n", b"Bonjour", b"menuDate\r\n2025-02-03\r\n", b"menuDate,menuRepasType"]
)
def test_a_table_that_is_no_menu_is_refused(data: bytes) -> None:
    with pytest.raises(WrongFile) as caught:
        scdl.read(data)
    assert caught.value.problem == Problem.NO_COLUMNS


def test_days_and_names_are_enough() -> None:
    reading = scdl.read(b"menuDate;menuPlatNom\r\n2025-02-03;Kiwi\r\n")
    assert [(dish.name, dish.meal, dish.allergens) for dish in reading.dishes] == [("Kiwi", "other", None)]


def test_columns_without_a_line_give_no_dish() -> None:
    reading = scdl.read(a_csv().splitlines()[0])
    assert (reading.lines, reading.dishes) == (0, [])
