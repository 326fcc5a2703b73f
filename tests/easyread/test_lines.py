"""A line: its text, its rows, what is emphasised in it; and texts cut into lists."""

from __future__ import annotations

import pytest

from easyread.lines import Line, fill, sentence, words
from easyread.things import begins_with_article, things


def test_a_row_begins_at_the_bar_and_what_is_marked_is_emphasised():
    line = sentence("À {hour!b}, |{who} arrive.", {"hour": "8 h 30", "who": "Inès"})
    assert line.text == "À 8 h 30, Inès arrive."
    assert line.rows == ((("À ", False), ("8 h 30", True), (", ", False)), (("Inès arrive.", False),))


def test_rows_say_exactly_the_text_and_its_list():
    line = sentence("{a!b} et |{b!b}\u00a0:", {"a": "un", "b": "deux"}, items=("trois", "et quatre."))
    assert ["".join(piece for piece, _ in row) for row in line.rows] == ["un et ", "deux\u00a0:", "trois", "et quatre."]
    assert line.plain == "un et deux\u00a0: trois et quatre."
    assert len(line.said) == 2


@pytest.mark.parametrize("value", ["{name}", "a|b", "{", "}", "%s", "<b>gras</b>", "!b", ""])
def test_a_value_is_never_read_as_a_template(value):
    text, strong, breaks = fill("Bonjour {who!b}, |viens.", {"who": value})
    assert text == f"Bonjour {value}, viens."
    assert strong == ((8, 8 + len(value)),)
    assert breaks == (len(f"Bonjour {value}, "),)


def test_what_is_not_known_to_the_template_is_an_error_not_a_hole():
    with pytest.raises(KeyError):
        fill("{who}", {})


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("À 14\u00a0h\u00a030, Inès a un rendez-vous.", 6),
        ("L’IME a donné ces informations\u00a0:", 5),
        ("«\u00a0Piscine\u00a0»", 1),
        ("…", 0),
        ("Jeudi 10\u00a0décembre", 2),
    ],
)
def test_what_is_held_together_is_one_word(text, count):
    assert words(text) == count


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("La carte Vitale et le cahier de crises", ("la carte Vitale", "le cahier de crises")),
        ("maillot de bain, serviette, bonnet", ("maillot de bain", "serviette", "bonnet")),
        ("2 photos; l’ordonnance", ("2 photos", "l’ordonnance")),
        ("- la carte Vitale\n- le carnet", ("la carte Vitale", "le carnet")),
        ("Une tenue de sport", ("une tenue de sport",)),
        ("", ()),
        ("   ", ()),
    ],
)
def test_a_plain_list_is_cut(text, cut):
    assert things(text) == cut


@pytest.mark.parametrize(
    "text",
    [
        "Carnet de santé et de vaccination",
        "Carte Vitale et mutuelle",
        "Une tenue chaude, car il fait froid",
        "Le repas, sans gluten",
        "Maillot, pas de bouée",
        "Prévoir 1,5 litre d’eau",
        "Le pique-nique. Merci de mettre un nom dessus",
        "Attention : venir à jeun, avec les résultats",
        "Les papiers du bilan, ou une copie si vous ne les avez plus à la maison",
    ],
)
def test_a_text_that_a_cut_could_change_stays_whole(text):
    assert [one.lower() for one in things(text)] == [text.lower()]


def test_only_an_article_loses_its_capital():
    assert things("La carte Vitale") == ("la carte Vitale",)
    assert things("Vitamines d’Inès") == ("Vitamines d’Inès",)


@pytest.mark.parametrize(
    ("text", "begins"), [("l’ordonnance", True), ("2 photos", True), ("Lunettes", False), ("lait", False)]
)
def test_an_article_is_a_whole_word(text, begins):
    assert begins_with_article(text) is begins


def test_a_line_is_compared_by_what_it_says():
    assert Line("a") == Line("a")
    assert Line("a") != Line("a", items=("b",))
