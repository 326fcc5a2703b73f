"""Every example of every component is drawn, in each way of reading, and read as a browser and an ear would."""

from __future__ import annotations

import re
from collections.abc import Callable

import html5lib
import pytest
from bs4 import BeautifulSoup
from flask import Flask

from portal.web import reading
from portal.web.reading import Reading
from tests.components.drawing import COMPONENTS, TEMPLATES, Example, examples

HOST = "https://localhost"
EXAMPLES = examples()
READINGS = [
    Reading(),
    Reading(mode="easy"),
    Reading(mode="pictures"),
    Reading(lang="en"),
    Reading(mode="easy", lang="en"),
]

NOT_WORDS = re.compile(
    r"{#.*?#}|{% block (?:kind|\w+_class) %}.*?{% endblock %}|{%.*?%}|{{.*?}}|<!doctype[^>]*>"
    r"|<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>",
    re.S,
)
"""What Jinja and HTML say to each other."""

Draw = Callable[..., str]


@pytest.fixture
def draw(app: Flask) -> Draw:
    def drawn(example: Example, reader: Reading = READINGS[0]) -> str:
        cookie = {"Cookie": f"{reading.COOKIE}={reader.written()}"}
        with app.test_request_context("/", base_url=HOST, headers=cookie):
            return app.jinja_env.from_string(example.source()).render(**example.values())

    return drawn


def component(draw: Draw, name: str, which: str) -> BeautifulSoup:
    example = next(one for one in EXAMPLES if (one.component, one.name) == (name, which))
    return BeautifulSoup(draw(example), "html.parser")


def test_every_component_has_examples_and_every_example_its_component() -> None:
    components = {path.stem for path in COMPONENTS.glob("*.html")}
    assert components == {example.component for example in EXAMPLES}


def test_a_component_is_one_macro_of_its_name_in_a_file_that_says_what_it_is_for() -> None:
    for path in COMPONENTS.glob("*.html"):
        source = path.read_text("utf-8")
        assert re.findall(r"{% macro (\w+)\(", source) == [path.stem]
        assert source.startswith("{# "), path.name


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_it_is_valid_html(draw: Draw, example: Example) -> None:
    for reader in READINGS:
        html = f"<!DOCTYPE html><html lang=fr><head><title>x</title></head><body>{draw(example, reader)}</body></html>"
        html5lib.HTMLParser(strict=True).parse(html)


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_it_is_sound(draw: Draw, example: Example) -> None:
    """What strict parsing does not see: references that lead nowhere, things without a name, inline styles."""
    page = BeautifulSoup(draw(example), "html.parser")
    ids = [one["id"] for one in page.select("[id]")]
    assert len(ids) == len(set(ids))
    for name in ("aria-labelledby", "aria-describedby", "for"):
        targets = {target for one in page.select(f"[{name}]") for target in str(one[name]).split()}
        assert targets <= set(ids), name
    assert {str(link["href"])[1:] for link in page.select('a[href^="#"]')} <= set(ids)
    assert all(image.get("alt") == "" and image["width"] and image["height"] for image in page.select("img"))
    assert all(svg.get("aria-hidden") == "true" for svg in page.select("svg"))
    assert all(one.get_text(strip=True) for one in page.select("a, button, legend, label, h2, dt"))
    assert not page.select("[style], style, script, [onclick]")
    assert all(item.parent is not None and item.parent.name in ("ul", "ol") for item in page.select("li"))
    assert "undefined" not in str(page).lower()


@pytest.mark.parametrize("example", [one for one in EXAMPLES if one.component == "field"], ids=str)
def test_what_was_typed_cannot_break_out_of_its_box(draw: Draw, example: Example) -> None:
    box = BeautifulSoup(draw(example), "html.parser").select_one("input, textarea")
    assert box is not None
    shown = box["value"] if box.name == "input" else box.text
    assert shown == example.args["field"]["value"]


def test_a_screen_reader_hears_a_picture_s_word_once(draw: Draw) -> None:
    page = component(draw, "picture_item", "now")
    assert page.select_one("img")["alt"] == ""  # type: ignore[index]
    assert page.get_text(" ", strip=True) == "Piscine Maintenant"


def test_no_picture_rather_than_a_doubtful_one(draw: Draw) -> None:
    assert str(component(draw, "pictogram", "none rather than a doubtful one")).strip() == ""


def test_the_clock_shows_the_hour_that_is_written(draw: Draw) -> None:
    hands = [path["transform"] for path in component(draw, "clock", "half past two").select("[transform]")]
    assert hands == ["rotate(75.0 36 36)", "rotate(180.0 36 36)"]


def test_an_easy_line_has_one_idea_a_row_and_its_facts_stand_out(draw: Draw) -> None:
    page = component(draw, "easy_line", "with a picture")
    assert page.b.text == "8 h 30"  # type: ignore[union-attr]
    assert len(page.select("br")) == 1
    assert page.p.get_text() == "À 8 h 30, Inès arrive en bus."  # type: ignore[union-attr]


def test_a_list_of_an_easy_line_is_escaped(draw: Draw) -> None:
    assert "et &lt;le&gt; cahier." in str(component(draw, "easy_line", "with a list and nothing beside"))


def test_time_left_is_always_in_words_too(draw: Draw) -> None:
    page = component(draw, "picture_now", "with the time left")
    assert "Encore 45 minutes" in page.text
    assert page.select_one(".count")["aria-hidden"] == "true"  # type: ignore[index]
    assert [("on" in one.get("class", [])) for one in page.select(".count li")] == [True, True, True, False]


def test_an_error_is_told_by_a_word_and_a_drawing_and_not_by_colour_alone(draw: Draw) -> None:
    page = component(draw, "field", "refused, kept as typed")
    error = page.select_one("#code-erreur")
    assert error is not None
    assert error.select_one("svg")
    assert error.get_text(strip=True).startswith("Erreur")
    assert page.select_one("input")["aria-describedby"] == "code-aide code-erreur"  # type: ignore[index]


def test_data_older_than_a_day_say_so(draw: Draw) -> None:
    assert "Elles ont pu changer depuis." not in component(draw, "data_age", "fresh").text
    assert "Elles ont pu changer depuis." in component(draw, "data_age", "late").text
    assert component(draw, "data_age", "fresh").select_one("time")["datetime"] == "2026-11-18T06:10+00:00"  # type: ignore[index]


def test_exactly_one_answer_is_chosen(draw: Draw) -> None:
    for example in (one for one in EXAMPLES if one.component == "choices"):
        page = BeautifulSoup(draw(example), "html.parser")
        assert [one["value"] for one in page.select("[checked]")] == [example.args["chosen"]]


def test_templates_stay_short() -> None:
    long = {path.name: n for path in TEMPLATES.rglob("*.html") if (n := len(path.read_text().splitlines())) > 80}
    assert long == {}


def test_no_template_holds_french_outside_its_words() -> None:
    """Everything a person reads goes through ``_()``, else it stays French in English."""
    for path in TEMPLATES.rglob("*.html"):
        if path.name == "last_resort.html":
            continue
        left = {line.strip() for line in NOT_WORDS.sub("\n", path.read_text("utf-8")).splitlines()}
        assert {line for line in left if re.search(r"[A-Za-zÀ-ÿ]{3,}", line)} <= {"Relie", "– Relie"}, path.name


def test_no_attribute_read_aloud_is_written_outside_words() -> None:
    for path in TEMPLATES.rglob("*.html"):
        found = re.findall(r'\b(?:aria-label|title|alt|placeholder)="(?!{{ _\()[^"]+', path.read_text("utf-8"))
        assert not found, path.name
