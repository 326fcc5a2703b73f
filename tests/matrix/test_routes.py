"""Route × persona × method × object: every address, asked for by everybody, answers what ``routes.tsv`` says."""

from __future__ import annotations

from itertools import cycle
from uuid import UUID, uuid4

import pytest
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from portal.web.preview import PARAM
from tests.matrix import table
from tests.matrix.people import PERSONAS
from tests.matrix.routes import CHANGING, QUERY, Route, routes
from tests.matrix.trying import Trial, differences, told

ROWS = table.rows()
AT_THE_ROUTER = ("nobody", "mother", "director", "weak")
"""The router answers before anybody asks who somebody is."""
STAFF = ("educator", "educator_other", "nurse", "director", "director_far")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
PAPER = "/papier"
"""Addresses of PDFs, each a second of drawing: asked for by everybody once, by their rows, and in no other way."""
WAYS = ({"reading": "easy....fr"}, {"reading": "pictures....en"}, {"headers": {"HX-Request": "true"}})


@pytest.fixture
def all_of_them(trial: Trial) -> list[Route]:
    return routes(trial.door.app)


@pytest.fixture
def every(all_of_them: list[Route]) -> list[Route]:
    """Those whose parameters are known: the others fail a test of their own."""
    return [one for one in all_of_them if not one.unknown]


def test_every_route_has_its_rows(trial: Trial, every: list[Route]) -> None:
    """A new address comes with what it answers to each of us."""
    lines = trial.missing(every, ROWS)
    assert not lines, (
        "tests/matrix/routes.tsv has no row for these. Today they answer as follows: read each word, "
        "then add the lines.\n" + "\n".join(lines)
    )


def test_every_parameter_of_an_address_is_known(all_of_them: list[Route]) -> None:
    unknown = {f"<{name}> of {one.rule} ({one.endpoint})" for one in all_of_them for name in one.unknown}
    assert not unknown, f"tests/matrix/objects.py: say in OBJECTS what these name, or in NOBODYS: {sorted(unknown)}"


def test_every_row_has_its_route(every: list[Route]) -> None:
    there = {(one.endpoint, one.method) for one in every}
    gone = [" ".join(row.key) for row in ROWS if row.key[:2] not in there]
    assert not gone, f"tests/matrix/routes.tsv: no address is left for these rows: {gone}"
    odd = [
        " ".join(row.key)
        for row in ROWS
        for one in every
        if (one.endpoint, one.method) == row.key[:2]
        and row.thing not in one.things
        and not (row.thing == "form" and one.beside)
        and not (row.thing == "asked" and one.beside == QUERY)
    ]
    assert not odd, f"tests/matrix/routes.tsv: these addresses name no such thing: {odd}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(row.key))
def test_an_address_answers_everybody_what_the_table_says(trial: Trial, every: list[Route], row: table.Row) -> None:
    """And what is somebody else's answers as what does not exist, tells no name and changes nothing."""
    trial.restore()
    these = [one for one in every if (one.endpoint, one.method) == row.key[:2]]
    wrong = list(trial.row(row, these))
    assert not wrong, "\n".join(wrong)


def test_what_a_form_names_beside_the_address_tells_and_changes_nothing(trial: Trial, every: list[Route]) -> None:
    """Where no row says otherwise: a form that names somebody else's thing is answered like one that names nothing."""
    trial.restore()
    said = {row.key: row for row in ROWS}
    wrong = []
    for one in every:
        key = (one.endpoint, one.method)
        if one.beside and one.address and (*key, "form") not in said and (*key, "own") in said:
            wrong += trial.row(table.Row(*key, "form", said[*key, "own"].answers), [one])
        if one.beside == QUERY and (*key, "asked") not in said and (*key, one.things[0]) in said:
            wrong += trial.row(table.Row(*key, "asked", said[*key, one.things[0]].answers), [one])
    assert not wrong, "\n".join(wrong)


def test_what_no_address_declares_is_refused_to_everybody(trial: Trial, every: list[Route]) -> None:
    matching = trial.door.app.url_map.bind("localhost", url_scheme="https")
    wrong = []
    for rule, route in {one.rule: one for one in every}.items():
        path = route.own(trial.door.families["child"]).path
        for method in METHODS:
            try:
                matching.match(path, method=method)
            except MethodNotAllowed:
                for who in AT_THE_ROUTER:
                    answer = trial.door.ask(who, method, path)
                    if answer.status != 405 or "Allow" not in answer.headers:
                        wrong.append(f"{who}, {method} {rule}: {answer.status} instead of 405")
                    wrong += told(f"{who}, {method} {rule}", who, answer)
            except HTTPException as error:
                wrong.append(f"{method} {rule}: {error}")
    assert not wrong, "\n".join(wrong)


def test_a_form_without_its_token_is_refused_to_everybody_and_changes_nothing(trial: Trial, every: list[Route]) -> None:
    trial.restore()
    wrong = []
    for one in every:
        if one.method not in CHANGING:
            continue
        for who in PERSONAS:
            asked = one.own(trial.door.families[PERSONAS[who].own[0]])
            answer = trial.door.ask(who, one.method, asked.path, form=asked.form, token=False)
            if answer.status not in (400, 401):
                wrong.append(f"{who}, {one.method} {one.rule} without a token: {answer.status}")
            wrong += told(f"{who}, {one.method} {one.rule} without a token", who, answer)
        if trial.door.digest() != trial.first:
            wrong.append(f"{one.method} {one.rule}: a form without its token changed a row")
            trial.restore()
    assert not wrong, "\n".join(wrong)


def test_head_and_options_say_no_more_than_the_page(trial: Trial, every: list[Route]) -> None:
    """HEAD is the page without its body, so a third of us ask for it, in turn; OPTIONS reads nothing for anybody."""
    said = {row.key: row for row in ROWS}
    wrong, people = [], [*PERSONAS]
    for number, one in enumerate(every):
        row = said.get((one.endpoint, one.method, one.things[0]))
        for who in people[number % 3 :: 3] if row and _is_read(one) else ():
            asked = one.own(trial.door.families[PERSONAS[who].own[0]], asking=True)
            head = trial.door.ask(who, "HEAD", asked.path)
            options = trial.door.ask(who, "OPTIONS", asked.path)
            if row and (head.outcome != row.answers[who] or head.body):
                wrong.append(f"{who}, HEAD {one.rule}: {head.outcome}, not {row.answers[who]} with an empty body")
            if options.status != 200 or options.body or options.statements:
                wrong.append(f"{who}, OPTIONS {one.rule}: {options.status}, {len(options.statements)} statements")
            wrong += [*told(f"{who}, HEAD {one.rule}", who, head), *told(f"{who}, OPTIONS {one.rule}", who, options)]
    assert not wrong, "\n".join(wrong)


def test_no_way_of_reading_tells_more(trial: Trial, every: list[Route]) -> None:
    """Easy words, pictures, English, and the parts that htmx asks for; each of us reads one of these ways in turn."""
    wrong, ways = [], cycle(WAYS)
    for one in every:
        for who in PERSONAS if _is_read(one) else ():
            asked, how = one.own(trial.door.families[PERSONAS[who].own[0]], asking=True), next(ways)
            answer = trial.door.ask(who, "GET", asked.path, query=asked.query, **how)
            wrong += told(f"{who}, GET {one.rule}, {how}", who, answer)
            if answer.status >= 500:
                wrong.append(f"{who}, GET {one.rule}, {how}: {answer.status}")
    assert not wrong, "\n".join(wrong)


def test_nobody_looks_through_somebody_of_another_family(trial: Trial, every: list[Route]) -> None:
    """« Vu par… » : a link of strangers answers as one that does not exist, and no form is sent through anybody."""
    trial.restore()
    wrong = []
    for one in every:
        serves = hasattr(trial.door.app.view_functions[one.endpoint], "previewable")
        for who in STAFF if serves else ():
            asked = one.own(trial.door.families[PERSONAS[who].own[0]])
            foreign, absent, own = (
                trial.door.ask(who, one.method, asked.path, query={PARAM: str(link)}, form=asked.form)
                for link in (_link(trial, PERSONAS[who].strangers[-1]), uuid4(), _link(trial, PERSONAS[who].own[0]))
            )
            place = f"{who}, {one.method} {one.rule}, through a stranger"
            wrong += [*told(place, who, foreign), *(f"{place}: {said}" for said in differences(foreign, absent))]
            if foreign.status != 404 or (one.method in CHANGING and own.status != 404):
                wrong.append(f"{place}: {foreign.outcome}; through somebody of one's own: {own.outcome}")
        if one.method in CHANGING and trial.door.digest() != trial.first:
            wrong.append(f"{one.method} {one.rule}: a form sent through somebody changed a row")
        trial.restore()
    assert not wrong, "\n".join(wrong)


def _is_read(route: Route) -> bool:
    return route.method == "GET" and not route.rule.endswith(PAPER)


def _link(trial: Trial, family: str) -> UUID:
    """A link through which somebody may be looked through."""
    return trial.door.families[family].links["relative"].id
