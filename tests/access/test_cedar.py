"""A second engine, written in Cedar from docs/fr/regles-d-acces.md, gives the same answers as ``decide()``."""

from __future__ import annotations

import itertools
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

import cedarpy
import pytest

from portal.access.axes import NO_TIE, Cover, Decision, Facts, Item, Link, Opened, Restricted
from portal.access.decision import decide
from portal.access.models import Post
from portal.access.reach import POINTS
from portal.access.words import Action, Category, Nature, Scope, Strength
from portal.core.models import DossierState
from tests.access import page
from tests.conftest import ROOT

FRENCH = page.words()
RUBRICS = page.rubrics()
LEVELS = {None: -1, Scope.HOUR: 0, Scope.NO_PLACE: 1, Scope.ALL: 2}
READING = [f"lire {FRENCH['étendue'][scope.value]}" for scope in (Scope.HOUR, Scope.NO_PLACE, Scope.ALL)]
Point = tuple[object, ...]
"""Values in the order of an axis list: facts, then (category, nature), then the action."""

FAMILY = {
    "link": tuple(link for link in Link if link is not Link.STAFF),
    "adult": (False, True),
    "dossier": tuple(DossierState),
    "strength": tuple(Strength),
    "opened": tuple(Opened),
    "agreed": (False, True),
    "restricted": tuple(Restricted),
    "item": tuple(Item),
    "point": POINTS,
    "action": tuple(Action),
}
STAFF = {
    "link": (Link.STAFF,),
    "post": tuple(Post),
    "cover": tuple(Cover),
    "dossier": tuple(DossierState),
    "strength": tuple(Strength),
    "opened": tuple(Opened),
    "item": tuple(Item),
    "point": POINTS,
    "action": tuple(Action),
}


def dense(axes: dict[str, tuple[object, ...]]) -> dict[str, tuple[object, ...]]:
    """The same with a link that counts and a young person who is present: where most is permitted."""
    return axes | {"dossier": (DossierState.PRESENT,), "link": tuple(one for one in axes["link"] if one not in NO_TIE)}


def strided(axes: dict[str, tuple[object, ...]], wanted: int) -> Iterator[Point]:
    """``wanted`` points spread over all of them: the stride shares no divisor with any axis, so none is skipped."""
    sizes = [len(values) for values in axes.values()]
    total = math.prod(sizes)
    stride = next(one for one in itertools.count(total // wanted) if math.gcd(one, total) == 1)
    for number in range(0, stride * wanted, stride):
        rest, point = number % total, []
        for values in axes.values():
            rest, place = divmod(rest, len(values))
            point.append(values[place])
        yield tuple(point)


def neighbours(axes: dict[str, tuple[object, ...]]) -> Iterator[Point]:
    """Around every permitted point of a present young person, a sure sign-in and no restriction: each other value of
    each axis, the others being kept."""
    best = dense(axes) | {"strength": (Strength.SUBSTANTIAL,), "restricted": (Restricted.NO,), "opened": (Opened.OPEN,)}
    best = {name: values for name, values in best.items() if name in axes}
    for point in itertools.product(*best.values()):
        if decided(axes, point).allowed:
            for place, values in enumerate(axes.values()):
                yield from ((*point[:place], value, *point[place + 1 :]) for value in values)


def decided(axes: dict[str, tuple[object, ...]], point: Point) -> Decision:
    *facts, (category, nature), action = point
    return decide(Facts(**dict(zip(axes, facts, strict=False))), category, nature, action)


# Cedar's side: questions in the words of the page


def french(sort: str, word: object) -> str:
    return FRENCH[sort][str(int(word)) if sort == "connexion" else str(word)]


@cache
def entities() -> cedarpy.Entities:
    """Each thing belongs to the rubric that the page says; each extent of reading is a reading."""
    things = [
        {"uid": uid("Chose", of(point)), "attrs": {}, "parents": [uid("Rubrique", rubric(point))]} for point in POINTS
    ]
    reading = [{"uid": uid("Action", one), "attrs": {}, "parents": [uid("Action", "lire")]} for one in READING]
    return cedarpy.Entities.from_json_str(json.dumps([*things, *reading]))


def uid(sort: str, name: str) -> dict[str, str]:
    return {"type": sort, "id": name}


@cache
def of(point: tuple[str, str]) -> str:
    return ", ".join((french("rubrique", point[0]), french("nature", point[1])))


@cache
def rubric(point: tuple[str, str]) -> str:
    what, nature = french("rubrique", point[0]), french("nature", point[1])
    return RUBRICS.get((what, nature), what)


@cache
def principal(link: Link, post: Post | None) -> tuple[str, str]:
    if link is Link.STAFF:
        return "Personnel", french("métier", post)
    return "SansLien" if link in NO_TIE else "Famille", french("lien", link)


CONTEXT = {
    "etat": ("dossier", "état"),
    "connexion": ("strength", "connexion"),
    "affectation": ("cover", "affectation"),
    "case": ("opened", "case"),
    "restriction": ("restricted", "restriction"),
    "chose": ("item", "chose"),
}


@cache
def context(facts: tuple[tuple[str, object], ...]) -> str:
    known = dict(facts)
    said: dict[str, object] = {
        name: french(sort, known[axis]) for name, (axis, sort) in CONTEXT.items() if axis in known
    }
    return json.dumps(
        {"restriction": "aucune", "majeur": known.get("adult", False), "accord": known.get("agreed", False)} | said
    )


def policies_text() -> str:
    return "\n".join((ROOT / "tests" / "access" / f"{name}.cedar").read_text("utf-8") for name in FILES)


FILES = ("rules", "families", "staff")
POLICIES = json.loads(cedarpy.policies_to_json_str(policies_text()))["staticPolicies"]


@cache
def slice_for(sort: str, action: str, of_rubric: str) -> cedarpy.PolicySet:
    """The policies whose heads can match such a question: the others cannot answer it, and would only take time."""
    chosen = {
        name: policy
        for name, policy in POLICIES.items()
        if _may_match(policy["principal"], {sort})
        and _may_match(policy["action"], {action, *(["lire"] if action in READING else [])})
        and _may_match(policy["resource"], {of_rubric})
    }
    whole = {"staticPolicies": chosen, "templates": {}, "templateLinks": []}
    return cedarpy.PolicySet.from_json_str(json.dumps(whole))


def _may_match(head: dict, names: set[str]) -> bool:
    if head["op"] == "All":
        return True
    if head["op"] == "is":
        return head["entity_type"] in names
    entities_ = head.get("entities") or [head["entity"]]
    return any(one["type"] in names or one["id"] in names for one in entities_)


def question(axes: dict[str, tuple[object, ...]], point: Point, action: str) -> dict[str, object]:
    *facts, thing, _ = point
    known = dict(zip(axes, facts, strict=False))
    sort, name = principal(known.pop("link"), known.pop("post", None))
    return {
        "principal": uid(sort, name),
        "action": uid("Action", action),
        "resource": uid("Chose", of(thing)),
        "context": context(tuple(known.items())),
    }


def expected(axes: dict[str, tuple[object, ...]], point: Point) -> list[tuple[str, bool]]:
    """What to ask Cedar of a point, and the answer ``decide()`` gives: the widest reading allowed, and the next one."""
    decision, action = decided(axes, point), point[-1]
    if action is not Action.VIEW:
        return [(french("action", action), decision.allowed)]
    level = LEVELS[decision.scope] if decision.allowed else -1
    return [(READING[one], one <= level) for one in (level, level + 1) if 0 <= one < len(READING)]


def disagreements(axes: dict[str, tuple[object, ...]], points: Iterable[Point]) -> list[object]:
    grouped = defaultdict(list)
    for point in points:
        for action, answer in expected(axes, point):
            asked = question(axes, point, action)
            grouped[asked["principal"]["type"], action, rubric(point[-2])].append((asked, answer))
    wrong: list[object] = []
    for key, pairs in grouped.items():
        answers = cedarpy.is_authorized_batch([asked for asked, _ in pairs], slice_for(*key), entities())
        wrong += [(asked, answer) for (asked, answer), given in zip(pairs, answers, strict=True) if bad(given, answer)]
    return wrong


def bad(given: cedarpy.AuthzResult, answer: bool) -> bool:
    return given.allowed is not answer or bool(given.diagnostics.errors)


SHARES = {
    "family, everywhere": (FAMILY, lambda: strided(FAMILY, 35_000)),
    "family, where most is permitted": (FAMILY, lambda: strided(dense(FAMILY), 30_000)),
    "family, around what is permitted": (FAMILY, lambda: neighbours(FAMILY)),
    "staff, everywhere": (STAFF, lambda: strided(STAFF, 15_000)),
    "staff, where most is permitted": (STAFF, lambda: strided(dense(STAFF), 15_000)),
    "staff, around what is permitted": (STAFF, lambda: neighbours(STAFF)),
}


@cache
def points_of(name: str) -> frozenset[Point]:
    return frozenset(SHARES[name][1]())


@pytest.mark.parametrize("name", SHARES)
def test_cedar_and_the_code_never_disagree(name):
    assert disagreements(SHARES[name][0], points_of(name)) == []


def test_at_least_two_hundred_thousand_points_are_compared():
    counts = {name: len(points_of(name)) for name in SHARES}
    print(counts)
    family = frozenset().union(*(points_of(name) for name in SHARES if SHARES[name][0] is FAMILY))
    staff = frozenset().union(*(points_of(name) for name in SHARES if SHARES[name][0] is STAFF))
    assert len(family) + len(staff) >= 200_000


@pytest.mark.parametrize(("name", "axes"), [("family, everywhere", FAMILY), ("staff, everywhere", STAFF)])
def test_every_pair_of_values_of_two_axes_is_among_them(name, axes):
    for (one, values), (other, more) in itertools.combinations(enumerate(axes.values()), 2):
        met = {(point[one], point[other]) for point in points_of(name)}
        assert len(met) == len(set(values)) * len(set(more)), (list(axes)[one], list(axes)[other])


def test_asking_a_slice_of_the_policies_is_asking_them_all():
    whole = cedarpy.PolicySet.from_str(policies_text())
    for axes, name in ((FAMILY, "family, around what is permitted"), (STAFF, "staff, around what is permitted")):
        asked = [
            question(axes, point, action)
            for point in sorted(points_of(name), key=str)[::200]
            for action in ({french("action", one) for one in Action} - {"lire"}) | set(READING)
        ]
        answers = cedarpy.is_authorized_batch(asked, whole, entities())
        for one, given in zip(asked, answers, strict=True):
            (sliced,) = cedarpy.is_authorized_batch([one], _slice_of(one), entities())
            assert sliced.allowed is given.allowed, one


def _slice_of(asked: dict) -> cedarpy.PolicySet:
    what, nature = asked["resource"]["id"].split(", ")
    return slice_for(asked["principal"]["type"], asked["action"]["id"], RUBRICS.get((what, nature), what))


def test_who_reads_more_reads_less_too():
    policies = cedarpy.PolicySet.from_str(policies_text())
    for axes, name in ((FAMILY, "family, everywhere"), (STAFF, "staff, everywhere")):
        points = sorted(points_of(name), key=str)[::60]
        answers = [
            cedarpy.is_authorized_batch([question(axes, point, one) for point in points], policies, entities())
            for one in READING
        ]
        for hour, no_place, whole in zip(*answers, strict=True):
            assert hour.allowed >= no_place.allowed >= whole.allowed


# The page and the policies say the same rules


def of_rule(mark: str) -> dict[str, set[str]]:
    found = defaultdict(set)
    for policy in POLICIES.values():
        notes = policy["annotations"]
        if mark in notes:
            found[notes["regle"]].add(notes[mark].translate(page.NARROW))
    return dict(found)


def test_every_rule_in_words_has_a_policy_that_quotes_it_and_the_other_way_round():
    assert of_rule("texte") == {number: {text} for number, text in page.sentences().items()}


def test_every_word_of_a_table_has_a_policy_and_the_other_way_round():
    """« Jamais » needs none: what nothing permits is refused."""
    assert {number: marks - {"jamais"} for number, marks in of_rule("mot").items()} == {
        number: marks - {"jamais"} for number, marks in page.lines().items()
    }


def test_every_policy_decides_something():
    deciding, grouped = set(), defaultdict(list)
    for axes, name in ((FAMILY, "family, around what is permitted"), (STAFF, "staff, around what is permitted")):
        for point in sorted(points_of(name), key=str)[::5]:
            for action, _ in expected(axes, point):
                asked = question(axes, point, action)
                grouped[asked["principal"]["type"], action, rubric(point[-2])].append(asked)
    for key, questions in grouped.items():
        for given in cedarpy.is_authorized_batch(questions, slice_for(*key), entities()):
            deciding |= set(given.diagnostics.reasons)
    assert {POLICIES[name]["annotations"]["regle"] for name in set(POLICIES) - deciding} == set()


def test_the_words_of_the_page_are_those_of_the_code():
    sorts = {"lien": Link, "état": DossierState, "métier": Post, "affectation": Cover, "case": Opened}
    sorts |= {"restriction": Restricted, "chose": Item, "rubrique": Category, "nature": Nature, "action": Action}
    assert {sort: set(FRENCH[sort]) for sort in sorts} == {sort: {*map(str, kind)} for sort, kind in sorts.items()}
    assert all(len(set(ways.values())) == len(ways) for ways in FRENCH.values())
