"""What the guard writes in the log, whatever the status of the answer: everything that is read, and nothing else."""

from __future__ import annotations

import pytest
from flask import Response
from sqlalchemy import select

from portal.access.models import LogEntry
from portal.access.words import Category
from portal.web.guard import serves
from portal.web.page import go, page
from portal.web.people import Freshness
from tests.browsing import BASE
from tests.factories import a_dossier, a_parent


@pytest.fixture
def opened(db, app, browser):
    """Opens a view added to the portal as a parent; the answer, and the dossiers of the lines it left."""
    dossier = a_dossier(db)
    mother = a_parent(db, dossier)
    db.commit()

    def visit(view):
        app._got_first_request = False
        app.add_url_rule("/essai", view.__name__, view)
        answer = browser.sign_in(mother.account_id).client.get("/essai", base_url=BASE)
        return answer, list(db.scalars(select(LogEntry.dossier_id)))

    visit.dossier = dossier
    return visit


def test_a_form_shown_again_with_its_mistakes_is_read_too(opened):
    @serves(Category.PLANNING)
    def form(viewer):
        shown = {"days": [], "freshness": Freshness(None, "", False), "more": ""}
        return page("planning/past.html", about=[opened.dossier.id], status=422, **shown)

    answer, lines = opened(form)
    assert (answer.status_code, lines) == (422, [opened.dossier.id])


def test_a_mistake_that_does_not_say_whom_it_shows_is_not_served(opened):
    @serves(Category.PLANNING)
    def silent(viewer):
        return Response("Inès", 422)

    answer, lines = opened(silent)
    assert (answer.status_code, lines) == (500, [])
    assert "Inès" not in answer.text


@pytest.mark.parametrize("status", [204, 303])
def test_being_sent_elsewhere_shows_nobody(opened, status):
    @serves(Category.PLANNING)
    def away(viewer):
        return Response(status=204) if status == 204 else go("/")

    answer, lines = opened(away)
    assert (answer.status_code, lines) == (status, [])
