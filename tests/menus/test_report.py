"""What the command line says: a line for each odd line, then what happened, in French that tells what to do."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from portal.menus import report, scdl
from portal.menus.scdl_columns import Column
from portal.menus.scdl_outline import MOST_LINES, MOST_REFUSALS, MOST_VALUES, outline
from portal.menus.scdl_records import Code, Problem, Reason, WrongFile
from portal.menus.services import Report, Served
from portal.menus.words import Meal
from tests.menus.parts import a_csv, an_xlsx

NB = "\u00a0"


def said(*lines: dict[str, str], **facts: object) -> list[str]:
    """The report of a file of these lines, with plain spaces."""
    reading = scdl.read(a_csv(*lines))
    outcome = Report(reading, "Europe/Paris", taken=len(reading.dishes), **facts)  # type: ignore[arg-type]
    return [line.replace(NB, " ") for line in report.lines(outcome)]


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        ({"menuRepasType": "meal"}, "menuRepasType « meal » lu comme « déjeuner »"),
        ({"menuRepasType": "Brunch"}, "menuRepasType « Brunch » non reconnu, lu comme « autre »"),
        ({"menuRepasType": ""}, "menuRepasType vide, lu comme « autre »"),
        ({"menuPlatAllergene": "kiwi"}, "menuPlatAllergene « kiwi » non reconnu, montré tel quel aux familles"),
        ({"menuPlatAllergene": "NC"}, "menuPlatAllergene « NC » lu comme « non renseigné »"),
        (
            {"menuPlatAllergene": "aucun;lait"},
            "menuPlatAllergene dit « aucun » à côté d’un allergène, l’allergène est gardé",
        ),
        ({"menuPlatTexture": "mouliné"}, "menuPlatTexture « mouliné » non reconnu, montré tel quel aux familles"),
        ({"menuPlatSiqo": "Pavillon"}, "menuPlatSiqo « Pavillon » non reconnu, gardé tel quel"),
        ({"menuPublicationDate": "hier"}, "menuPublicationDate « hier » non reconnu, laissé de côté"),
        ({"menuPlatRegime": "Aucun regime"}, "menuPlatRegime « Aucun regime » lu comme « aucun »"),
        ({"menuPlatNom": "x" * 161}, "menuPlatNom dépasse 160 caractères, gardé en entier"),
        ({"menuDate": ""}, "refusée, la date manque (menuDate)"),
        (
            {"menuDate": "31/02/2025"},
            "refusée, menuDate « 31/02/2025 » n’est pas une date possible (attendu : 2025-02-03 ou 03/02/2025)",
        ),
        (
            {"menuDate": "mardi 3 février 2025"},
            "refusée, menuDate « mardi 3 février 2025 » : le jour de la semaine et la date ne vont pas ensemble",
        ),
        ({"menuPlatNom": ""}, "refusée, le nom du plat manque (menuPlatNom)"),
        ({"menuPlatPrecision": "x" * 2_001}, "refusée, menuPlatPrecision est beaucoup trop long"),
    ],
)
def test_each_odd_line_is_told_by_its_number(cells: dict[str, str], line: str) -> None:
    assert said(cells)[0] == f"ligne 2 : {line}"


def test_a_repeated_line_and_a_dish_with_other_allergens_point_to_the_first() -> None:
    lines = said({}, {}, {"menuPlatAllergene": "lait"})
    assert lines[0] == "ligne 3 : répète la ligne 2, comptée une seule fois"
    assert lines[1] == "ligne 4 : même plat qu’à la ligne 2 avec d’autres allergènes (« lait »), les deux sont gardés"


def test_several_remarks_on_a_line_stand_together_in_the_order_of_the_columns() -> None:
    line = said({"menuPlatAllergene": "Celeri", "menuRepasType": "meal"})[0]
    assert line == (
        "ligne 2 : menuRepasType « meal » lu comme « déjeuner » ; menuPlatAllergene « Celeri » lu comme « céleri »"
    )


def test_lines_come_in_the_order_of_the_file() -> None:
    lines = said({"menuRepasType": "meal"}, {"menuDate": ""}, {"menuRepasType": "meal"}, {"menuRepasType": "meal"})
    assert [line.split(" :")[0] for line in lines[:4]] == ["ligne 2", "ligne 3", "ligne 4", "ligne 5"]


def test_a_sheet_is_named_when_there_are_several() -> None:
    header = ["menuDate", "menuRepasType", "menuPlatType", "menuPlatNom"]
    data = an_xlsx([header, ["x", "", "", "Riz"]], [["Notice"]], titles=["S6", "Lisez-moi"])
    lines = [line.replace(NB, " ") for line in report.lines(Report(scdl.read(data), "Europe/Paris"))]
    assert lines[0].startswith("feuille « S6 », ligne 2 : refusée")
    assert "Feuilles masquées ou sans menu, non lues : Lisez-moi." in lines


def test_a_plain_file_is_told_in_a_few_lines() -> None:
    lines = said({"menuPlatAllergene": "lait"}, {"menuDate": "2025-02-04", "menuPlatAllergene": "aucun"})
    assert lines[-2:] == [
        "2 lignes lues : 2 plats sur 2 jours, du lundi 3 février 2025 au mardi 4 février 2025.",
        "2 plats pris.",
    ]
    assert not any(line.startswith("ligne ") for line in lines)


def test_the_summary_counts_each_odd_value_the_commonest_first() -> None:
    bread = {"menuRepasType": "meal", "menuPlatNom": "Pain"}
    lines = said({"menuRepasType": "snack"}, {"menuRepasType": "meal"}, bread)
    first = lines.index("menuRepasType « meal » lu comme « déjeuner » : 2 fois.")
    assert lines[first + 1] == "menuRepasType « snack » lu comme « goûter » : 1 fois."


def test_the_summary_says_what_to_look_at() -> None:
    lines = said({"menuPlatAllergene": "kiwi"}, {"menuPlatNom": "Pain"}, {"menuPlatNom": "Pain"}, {"menuDate": "x"})
    assert "1 ligne refusée : à corriger dans le fichier, puis à renvoyer." in lines
    assert "1 ligne répétée, comptée une seule fois." in lines
    assert "4 lignes lues : 2 plats sur 1 jour, le lundi 3 février 2025." in lines
    assert "1 ligne à vérifier avec la cuisine : valeur non reconnue ou contradictoire." in lines
    assert "Allergènes non renseignés pour 1 plat : cela ne veut pas dire « sans allergène »." in lines


def test_columns_are_told_once() -> None:
    data = b"menuDate;menuTypeRepas;menuNomPlat;couleur;menuPlatPrix\r\n2025-02-03;d\xc3\xa9jeuner;Kiwi;vert;2\r\n"
    lines = [line.replace(NB, " ") for line in report.summary(Report(scdl.read(data), "Europe/Paris", taken=1))]
    assert lines[0] == "Anciens noms de colonnes reconnus : menuTypeRepas (menuRepasType), menuNomPlat (menuPlatNom)."
    assert lines[1] == "Colonnes inconnues, non lues : couleur."
    assert lines[2].startswith("Colonnes absentes : menuRestaurantNom, ")
    assert "menuPlatAllergene" in lines[2]
    assert lines[3] == "Colonnes connues mais non conservées : menuPlatPrix."


@pytest.mark.parametrize(
    ("facts", "last"),
    [
        ({"replaced": 1}, "1 plat pris, à la place de 1 plat."),
        ({"replaced": 12}, "1 plat pris, à la place de 12 plats."),
        (
            {"older": [Served(date(2025, 2, 3), Meal.LUNCH, "IME", "")]},
            "1 plat pris ; 1 repas plus récent laissé en place.",
        ),
        (
            {"already": datetime(2025, 2, 2, 23, 30, tzinfo=UTC)},
            "Ce fichier avait déjà été pris le lundi 3 février 2025 : rien n’a changé.",
        ),
    ],
)
def test_the_last_line_says_what_changed(facts: dict[str, object], last: str) -> None:
    assert said({}, **facts)[-1] == last


def test_a_file_that_gave_nothing_says_that_nothing_changed() -> None:
    assert said({"menuDate": ""})[-1] == "Aucun plat n’a été pris : les menus en place n’ont pas changé."


def test_another_restaurants_lines_are_counted() -> None:
    reading = scdl.read(a_csv({"menuRestaurantNom": "A"}, {"menuRestaurantNom": "B"}), only="A")
    lines = [line.replace(NB, " ") for line in report.summary(Report(reading, "Europe/Paris", taken=1))]
    assert "1 ligne d’un autre restaurant, à part." in lines


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([{}], 0),
        ([{"menuRepasType": "meal", "menuPlatAllergene": "kiwi"}], 0),
        ([{}, {}], 0),
        ([{}, {"menuDate": "x"}], 1),
        ([{"menuDate": "x"}], 1),
    ],
)
def test_the_exit_code_is_one_when_somebody_must_look_at_the_file(lines: list[dict[str, str]], code: int) -> None:
    assert report.exit_code(Report(scdl.read(a_csv(*lines)), "Europe/Paris")) == code


def test_a_file_already_taken_is_no_failure() -> None:
    outcome = Report(scdl.read(a_csv()), "Europe/Paris", already=datetime(2025, 2, 3, tzinfo=UTC))
    assert report.exit_code(outcome) == 0


def test_columns_alone_are_a_failure() -> None:
    assert report.exit_code(Report(scdl.read(a_csv().splitlines()[0]), "Europe/Paris")) == 1


@pytest.mark.parametrize("problem", Problem)
def test_every_problem_says_what_it_is_and_what_to_do(problem: Problem) -> None:
    text = report.problem(WrongFile(problem, (Column.DAY,)))
    assert text.endswith(".")
    assert "{" not in text
    if problem in (Problem.MISSING_COLUMNS, Problem.REPEATED_COLUMNS):
        assert "menuDate" in text


def test_every_code_and_reason_has_its_words() -> None:
    assert set(report._NOTES) == set(Code)
    assert set(report._REASONS) == set(Reason)


def test_typography_is_french() -> None:
    reading = scdl.read(a_csv({"menuRepasType": "meal", "menuPlatAllergene": "Celeri;kiwi"}, {"menuDate": ""}))
    for line in report.lines(Report(reading, "Europe/Paris")):
        assert "'" not in line
        for mark in ":;»":
            assert f" {mark}" not in line
        assert "« " not in line


def test_a_very_long_value_is_cut() -> None:
    line = said({"menuRepasType": "x" * 500})[0]
    assert "x" * 59 + "… »" in line
    assert "x" * 60 not in line


def test_a_reading_told_in_little_keeps_its_counts_whole() -> None:
    odd = [{"menuRepasType": f"Repas {number % 250}", "menuPlatNom": f"{number}"} for number in range(5_000)]
    bad = [{"menuDate": "x"}] * 300
    short = outline(scdl.read(a_csv(*odd, *bad)))
    assert (len(short["values"]), short["values_more"]) == (MOST_VALUES, 250 - MOST_VALUES)
    assert {value["count"] for value in short["values"]} == {20}
    assert {len(value["lines"]) for value in short["values"]} == {MOST_LINES}
    assert len(short["refused"]) == MOST_REFUSALS
