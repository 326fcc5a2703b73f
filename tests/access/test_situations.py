"""docs/fr/situations.md, replayed from that very file: with rows, links and dates in a database."""

from __future__ import annotations

import itertools
import shutil
from collections import defaultdict

import pytest

from portal.access.axes import NO_TIE, Link
from portal.access.decision import decide
from portal.access.perimeter import row_of
from portal.access.words import Action, Scope
from portal.core import scope
from portal.core.db import make_engine, make_sessions
from tests.access import page
from tests.access.mutation import FAMILIES
from tests.access.situation import Unreadable
from tests.access.situation_rows import WIDTH, build, by_links, explained, listed, width
from tests.access.situations import situations
from tests.access.space import IDLE, STAFF, TIED
from tests.access.test_mutants import COUNTS, is_killed

TEXT = page.read("situations.md")
SITUATIONS = situations(TEXT)
ENOUGH = 0.9


@pytest.fixture
def sqlite_db(sqlite_engine):
    with make_sessions(sqlite_engine, scope.everywhere("test"))() as session:
        yield session


@pytest.mark.parametrize("one", SITUATIONS, ids=lambda one: str(one.number))
def test_each_situation_gets_the_answer_the_page_gives(sqlite_db, one):
    world = build(sqlite_db, one)
    for place, ((point, action), expected) in enumerate(one.expected.items()):
        where = f"ligne {one.line}, {one.title}: {action} {point}"
        decision = by_links(world, point, action)
        assert (decision.scope if decision.allowed else None) == _as_asked(action, expected, decision), where
        if len(world.found) < 2 and place % 6 == 0:  # five statements each: one in six is enough of the whole way
            assert explained(sqlite_db, world, point, action) == decision, where
        if one.told and action is Action.VIEW and expected is None:
            assert decision.told is one.told, where
    for point, action, scope_ in listed(sqlite_db, world):
        assert scope_ == one.expected[point, action], f"ligne {one.line}, {one.title}: the list, {action} {point}"


def _as_asked(action, expected, decision):
    """Only reading has an extent: an action is done or not, wherever it takes place."""
    return decision.scope if expected is not None and decision.allowed and action is not Action.VIEW else expected


# What the situations would notice


@pytest.fixture(scope="module")
def answered(sqlite_template, tmp_path_factory):
    """Every answer the page gives: facts of each link, the question, and how much is read. Most telling first."""
    path = tmp_path_factory.mktemp("situations") / "all.db"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    with make_sessions(engine, scope.everywhere("test"))() as db:
        found = [_answers(build(db, one)) for one in SITUATIONS]
    engine.dispose()
    return defaultdict(list, _by_row_and_action(found))


def _answers(world):
    return [
        (world.facts(point, action), point, action, expected)
        for (point, action), expected in world.situation.expected.items()
    ]


def _by_row_and_action(found):
    sorted_ = defaultdict(list)
    for facts, point, action, expected in itertools.chain.from_iterable(found):
        sorted_[row_of(*point), action].append((facts, point, action, expected))
    return sorted_


def is_noticed(mutant, answered):
    """Whether, with this change, some situation gets another answer than the page's."""
    with mutant.applied():
        return any(_differs(*one) for row in mutant.rows for action in mutant.actions for one in answered[row, action])


def _differs(facts, point, action, expected):
    widest = max(width(decide(one, *point, action)) for one in facts)
    return (widest >= 0) is not (expected is not None) if action is not Action.VIEW else widest != WIDTH[expected]


BLOCK = """\
<!-- survivants -->
{all} changements ; {real} modifient une réponse ; {situations} situations en voient {seen}, soit {percent} %.

{names}
"""


def test_the_situations_notice_nearly_every_change_that_matters_and_the_page_lists_the_rest(answered):
    missed, real, count = [], 0, 0
    for family, mutants in FAMILIES.items():
        all_ = list(mutants())
        count, real = count + len(all_), real + len(all_) - COUNTS[family][1]
        # test_mutants counted those that change nothing: what goes unnoticed beyond their number changes something
        unnoticed = [mutant for mutant in all_ if not is_noticed(mutant, answered)]
        written = [mutant for mutant in unnoticed if f"`{mutant.name}`" in TEXT and is_killed(mutant)]
        if len(unnoticed) - len(written) != COUNTS[family][1]:
            written = [mutant for mutant in unnoticed if is_killed(mutant)]
        missed += [mutant.name for mutant in written]
    seen = real - len(missed)
    names = "\n".join(f"- `{name}`" for name in missed)
    found = {"all": count, "real": real, "seen": seen, "percent": 100 * seen // real, "situations": len(SITUATIONS)}
    block = BLOCK.format(names=names, **found)
    print(block)
    assert seen >= ENOUGH * real, "these situations let too much through"
    assert TEXT[TEXT.index("<!-- survivants -->") :] == block, f"the end of docs/fr/situations.md must say:\n{block}"


def test_the_facts_found_in_rows_are_among_those_asked_whole(answered):
    """``test_whole`` asks every combination there can be: whatever real rows say is one of them."""
    found = {one for questions in answered.values() for facts, *_ in questions for one in facts}
    asked = {one for space in (TIED, IDLE, STAFF) for one in space.facts}
    assert {one for one in found if one.link not in NO_TIE} <= asked
    assert {one.link for one in found} == set(Link)


# The page as a form


def test_the_page_says_that_a_jurist_must_review_it_and_tells_a_hundred_situations():
    assert "Un juriste doit relire cette page" in TEXT.partition("\n## ")[0]
    assert "Un juriste doit relire cette page" in page.PAGE.partition("\n## ")[0]
    assert len(SITUATIONS) >= 100
    assert len({one.title for one in SITUATIONS}) == len(SITUATIONS)


GOOD = "### 1. La mère\n\n- Qui : parent, autorité entière\n- Lit : menus\n"


def test_a_situation_is_read_as_it_is_written():
    (one,) = situations(GOOD)
    assert (one.title, one.ties[0].link, list(one.expected.values())) == ("La mère", Link.PARENT_FULL, [Scope.ALL])


@pytest.mark.parametrize(
    ("before", "after", "line", "says"),
    [
        ("### 1. La mère", "### La mère", 1, "un titre de situation s’écrit"),
        ("### 1. ", "### 2. ", 1, "n’est pas à sa place"),
        ("parent, autorité entière", "parent", 3, "n’est pas un lien"),
        ("parent, autorité entière", "proche ; depuis le 31 février", 3, "n’est pas une date"),
        ("parent, autorité entière", "proche ; depuis le 31 février 2026", 3, "n’est pas une date"),
        ("parent, autorité entière", "personnel : soins", 3, "a une affectation"),
        ("parent, autorité entière", "personnel : mécanique ; référent", 3, "n’est pas un métier"),
        ("parent, autorité entière", "proche ; référent", 3, "a une affectation"),
        ("- Qui : parent, autorité entière\n", "", 1, "il manque la ligne « Qui »"),
        ("- Lit : menus\n", "", 1, "il manque ce qui est attendu"),
        ("- Lit : menus", "- Lit : menu", 4, "n’est pas une rubrique"),
        ("- Lit : menus", "- Lit:menus", 4, "une ligne s’écrit"),
        ("- Lit : menus", "- Voit : menus", 4, "n’est pas un mot de cette page"),
        ("- Lit : menus", "- Lit : menus\n- Ne lit pas : menus", 5, "dite deux fois"),
        ("- Lit : menus", "- Lit : menus\n- Chose : verte", 5, "ce qu’une chose peut porter"),
        ("- Lit : menus", "- Lit : menus\n- Direction : regarde menus", 5, "la direction"),
        ("- Lit : menus", "- Lit : menus\n- Accord : menus ; demain", 5, "donné par"),
        ("- Lit : menus", "- Lit : menus\n- Restriction : colère contre tous", 5, "une restriction"),
        ("- Lit : menus", "- Lit : menus\n- Restriction : gel de protection contre tous ; demain", 5, "ferme"),
        ("- Lit : menus", "- Lit : menus\n- Jeune : grand", 5, "ni un âge"),
        ("- Lit : menus", "- Lit : menus\n- Connexion : bonne", 5, "une connexion"),
        ("- Lit : menus", "- Lit : menus\n- Ne peut pas : danser : menus", 5, "une action"),
        ("- Lit : menus", "- Lit : menus\n- Menus : oui", 5, "n’est pas un mot de cette page"),
    ],
)
def test_a_line_that_is_not_understood_is_refused_with_its_number_and_a_sentence(before, after, line, says):
    with pytest.raises(Unreadable) as refused:
        situations(GOOD.replace(before, after))
    assert f"ligne {line} : " in str(refused.value)
    assert says in str(refused.value)
