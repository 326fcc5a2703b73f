"""A title stays in the history of a telephone that others use too: it says which page it was, never of whom."""

from __future__ import annotations

import re

from tests.conftest import ROOT

TEMPLATES = ROOT / "portal" / "templates"
TITLE = re.compile(r"\{% block title %\}(.*?)\{% endblock %\}", re.S)
PLAIN = re.compile(
    r'\{\{ (_\("Erreur[^"]*"\) ~ " " if refused \}\}\{\{ )?_\("[^"%]*"\)'
    r'( if \w+ else _\("[^"%]*"\)| if not \w+ else _\("[^"%]*"\))? \}\}'
)
SAID = {
    "accounts/federated_add.html": "the service",
    "accounts/federated_join.html": "the service",
    "accounts/leaving.html": "the service",
    "beside/one.html": "staff",
    "lookers/tell.html": "staff",
    "beside/mandates.html": "staff",
    "menus/day.html": "a day",
    "menus/week.html": "a week",
    "planning/day.html": "a day",
    "planning/week.html": "a week",
    "sharing/act.html": "a kind of act",
    "staffing/assign.html": "staff, of a colleague",
    "staffing/invitation.html": "staff, of a colleague",
    "staffing/leave.html": "staff, of a colleague",
    "staffing/person.html": "staff, of a colleague",
    "tablets/one.html": "staff",
    "ties/limit.html": "a kind of restriction",
    "ties/mine.html": "« Mes liens » or « Tes liens »",
    "ties/of.html": "staff",
    "units/day.html": "a day",
    "units/week.html": "a week",
}
"""Titles that hold a value, and whose or of what it is. Never a name or a thing that families or young people read."""


def test_no_title_names_anybody_to_whoever_looks_at_the_history_of_a_telephone() -> None:
    named = {
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*.html")
        for title in TITLE.findall(path.read_text())
        if not PLAIN.fullmatch(title)
    }
    assert named <= SAID.keys()
