"""A wrong picture is worse than none: the traps that were met, or planted."""

from __future__ import annotations

import pytest

from easyread import lexicon, pictures
from easyread.things import things


def shown(text: str, names: tuple[str, ...] = ()) -> set[str]:
    """The picture of every unit of a text that would be drawn."""
    units = [unit for unit in lexicon.units(text, names) if not unit.negated]
    return {picture.code for unit in units if (picture := pictures.find(unit.concept))}


def traps(block: str) -> list[str]:
    """The texts of a block, between bars."""
    return [text.strip() for text in block.replace("\n", " ").split("|") if text.strip()]


NAMES = traps(
    """
    Pierre | Rose arrive | Olive et Clémentine | avec Marguerite | Monsieur Boulanger | M. Boulanger |
    Mme Berger | Noël Martin | Capucine vient | chez Reine | groupe des Papillons, avec Lapin |
    le docteur Dauphin | Prune, Cerise et Violette
    """
)

DOUBTFUL = traps(
    """
    tête | la tête | avocat | Avocate | orange | un pull orange | un avocat | langue | cœur | par cœur |
    glace | pêche | radio | serviette | carte Vitale | toilette | porte | elle porte | Inès lit |
    elle le lit | en train de | en main | Il a marché | vacances | parents | casque | frère | marron |
    fauteuil | crise | absence | sel | un coup de main | avoir besoin | mise au point | devoir | ça marche |
    se gare | surprise | stade 2 | maison de retraite | maison départementale | sac de couchage |
    coup de soleil | prise en charge | il la porte | elle tente | crêpe | gaufre | soir | fille | calme |
    gants de toilette
    """
)

MEDICAL = traps(
    """
    prise de sang | bilan sanguin | vaccin | rappel de vaccin | injection | piqûre | perfusion | Dépakine |
    dépakine | Keppra 500 mg | Buccolam | Valium intra-rectal | sirop | gouttes | suppositoire | insuline |
    seringue | aiguille | traitement | sonde | gastrostomie | opération | anesthésie | sang | pommade |
    épilepsie | convulsion
    """
)

DENIED = traps(
    """
    sans injection | Pas de piscine | Sans piscine | pas d’équitation | aucune pomme | ni pomme ni poire |
    plus de musique | sans œuf, lait | Il ne va pas à la piscine | Elle n’aime pas le chocolat |
    Piscine annulée | La piscine est fermée | jamais de chocolat | allergie aux cacahuètes |
    éviter le chocolat | interdit au chien | sauf la piscine | sans viande ni poisson | sans porc ou poulet |
    arrêt du vélo | pas encore de vélo | séance de vélo supprimée
    """
)


@pytest.mark.parametrize("text", NAMES)
def test_a_name_is_never_drawn(text):
    assert shown(text) <= {"1F465", "1F9D1-200D-2695-FE0F"}


def test_a_name_told_by_the_caller_is_never_drawn_even_where_a_sentence_begins():
    assert shown("Chat vient demain")
    assert not shown("Chat vient demain", ("Chat Duval",))
    assert lexicon.concept("Piscine", ("Piscine",)) is None


@pytest.mark.parametrize("text", ["PIA", "IME", "IRM", "ESAT", "PISCINE", "POMME", "ORL", "MAIN", "SEL", "Réunion AIL"])
def test_an_acronym_or_a_word_in_capitals_is_never_looked_up(text):
    assert shown(text) <= {"E246"}


@pytest.mark.parametrize("text", ["14 h 30", "2", "10/12", "1er", "3e", "500 mg", "8h15", "12,5"])
def test_a_number_is_never_looked_up(text):
    assert not shown(text)


@pytest.mark.parametrize("text", DOUBTFUL)
def test_a_doubtful_word_has_no_picture(text):
    assert not shown(text)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("rendez-vous", "1F484"),
        ("maman", "1F931"),
        ("tête", "1F480"),
        ("cuisine", "1F52A"),
        ("champignon", "1F344"),
        ("casque", "1FA96"),
        ("pommes noisettes", "1F34E"),
        ("salle de bain", "1F6CF"),
        ("chat en ligne", "1F408"),
        ("bottes", "1F462"),
        ("argent", "1F4B6"),
        ("rendez-vous", "1F4C5"),
        ("famille d’accueil", "1F46A"),
        ("auto-école", "1F3EB"),
        ("chauve-souris", "1F401"),
        ("cochon d’Inde", "1F416"),
        ("jeu de rôle", "1F3B2"),
        ("classe verte", "1F9D1-200D-1F3EB"),
    ],
)
def test_a_known_mistake_is_not_made(text, wrong):
    assert wrong not in shown(text)


@pytest.mark.parametrize(
    ("text", "right"), [("rendez-vous", "1F5D3"), ("maman", "1F469"), ("papa", "1F468"), ("des oranges", "1F34A")]
)
def test_the_right_picture_is_there(text, right):
    assert shown(text) == {right}


NEEDLES_AND_BLOOD = {"1F489", "1FA78", "1FA79", "E30C", "E30D", "E318", "1FA9A", "1F9EC", "2695"}


@pytest.mark.parametrize("text", MEDICAL)
def test_a_medicine_or_a_route_shows_nothing(text):
    assert not shown(text)


def test_no_concept_at_all_shows_a_needle_or_blood():
    medical = {picture.code for picture in pictures.every()} & NEEDLES_AND_BLOOD
    # A plaster is a plaster, and a saw is woodwork: neither is a medicine.
    assert medical == {"1FA79", "1FA9A"}
    assert {
        entry.concept for entry in lexicon.entries() if (p := pictures.find(entry.concept)) and p.code in medical
    } == {
        "pansement",
        "menuiserie",
        "travail du bois",
    }


@pytest.mark.parametrize("text", DENIED)
def test_what_is_denied_is_never_drawn(text):
    assert not shown(text)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Pas de piscine. Musique à la place", {"1F3B6"}),
        ("sans chocolat mais avec une pomme", {"1F34E"}),
        ("Piscine, pas de vélo", {"1F3CA"}),
        ("La piscine est fermée. Cinéma", {"1F3AC"}),
    ],
)
def test_what_follows_a_denial_is_drawn_again(text, right):
    assert shown(text) == right


def test_a_denied_title_has_no_picture_beside_it():
    assert lexicon.pictured("Pas de piscine, musique") is None
    assert lexicon.pictured("Piscine annulée") is None


@pytest.mark.parametrize(
    "text", ["ne pas venir seul et 500 mg", "n’oubliez pas la carte et le cahier", "ne rien manger et une bouteille"]
)
def test_a_negation_is_never_counted_as_a_thing_to_bring(text):
    assert things(text) == (text,)
