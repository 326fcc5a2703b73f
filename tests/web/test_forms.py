"""A form fails kindly: it says where, keeps what was typed, and reads nothing it did not ask for."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from wtforms import DateField, IntegerField, RadioField, StringField, TimeField
from wtforms.validators import InputRequired, Length

from portal.web.forms import CODES, Form
from tests.web.conftest import HOST, Phone
from tests.web.probe import Wish


@pytest.fixture
def refused(phone: Phone) -> BeautifulSoup:
    phone.get("/lecture")
    answer = phone.post("/essai/formulaire", {"words": "long " * 20, "day": 'le "3"'})
    assert answer.status_code == 422
    return BeautifulSoup(answer.text, "html.parser")


def test_the_title_says_there_is_an_error(refused: BeautifulSoup) -> None:
    assert refused.title is not None
    assert refused.title.text == "Erreur\u00a0: Souhait – Relie"


def test_the_summary_comes_first_and_leads_to_each_box(refused: BeautifulSoup) -> None:
    summary = refused.select_one("main > .note")
    assert summary is not None
    assert summary.has_attr("autofocus")
    assert summary["tabindex"] == "-1"
    assert summary.select_one("[role=alert]")
    assert [link["href"] for link in summary.select("a")] == ["#words", "#day"]
    assert [link.text.split("\u00a0: ")[0] for link in summary.select("a")] == ["Vos mots", "Le jour"]


def test_each_box_says_its_error_and_keeps_what_was_typed(refused: BeautifulSoup) -> None:
    words, day = refused.select_one("#words"), refused.select_one("#day")
    assert words is not None
    assert day is not None
    assert (words["value"], day["value"]) == ("long " * 20, 'le "3"')
    assert words["aria-invalid"] == day["aria-invalid"] == "true"
    assert words["aria-describedby"] == "words-aide words-erreur"
    error = refused.select_one("#day-erreur")
    assert error is not None
    assert error.text.strip() == "Erreur\u00a0: Écrivez une date, par exemple 3/12/2026."


def test_every_box_has_its_label(refused: BeautifulSoup) -> None:
    boxes = {box["id"] for box in refused.select("main input:not([type=hidden])")}
    assert boxes == {label["for"] for label in refused.select("main label")}


def test_a_good_answer_goes_on(phone: Phone) -> None:
    phone.get("/lecture")
    assert phone.post("/essai/formulaire", {"words": "Piscine", "day": "2026-12-03"}).status_code == 303


def test_what_no_field_declares_is_never_read(app: Flask) -> None:
    sent = {"words": "Piscine", "day": "2026-12-03", "account_id": "1", "is_admin": "true"}
    with app.test_request_context("/", base_url=HOST, method="POST", data=sent):
        form = Wish()
        assert form.validate()
        assert set(form.data) == {"words", "day"}


class Every(Form):
    """One field of each kind, and a wrong answer for each."""

    required = StringField(validators=[InputRequired()])
    too_long = StringField(validators=[Length(max=3)])
    length = StringField(validators=[Length(min=2, max=3)])
    choice = RadioField(choices=["a"])
    date = DateField()
    hour = TimeField()
    number = IntegerField()


WRONG = {"required": "", "too_long": "1234", "length": "1", "choice": "z", "date": "x", "hour": "x", "number": "x"}


def test_every_kind_of_error_has_its_code(app: Flask) -> None:
    with app.test_request_context("/", base_url=HOST, method="POST", data=WRONG):
        form = Every()
        assert not form.validate()
        assert form.errors == {name: [name] for name in WRONG}


def test_every_code_has_its_sentence(app: Flask) -> None:
    with app.test_request_context("/", base_url=HOST):
        say = app.jinja_env.get_template("components/error_words.html").module.error_words
        said = {code: str(say(code)) for code in {*CODES.values(), "anything else"}}
    assert len(set(said.values())) == len(said)


def test_a_field_is_never_drawn_by_the_library(app: Flask) -> None:
    with app.test_request_context("/", base_url=HOST), pytest.raises(TypeError):
        Wish().words()
