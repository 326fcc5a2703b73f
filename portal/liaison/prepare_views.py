"""« Préparer ce rendez-vous » : staff write what to ask and what to bring; its sheet on A4, for whoever reads it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, url_for
from wtforms import StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length

from portal.access.words import Viewer
from portal.core.errors import BadInput, NotFound
from portal.liaison import papers, preparing
from portal.liaison.models import Part
from portal.liaison.preparing import LONGEST, Said, ToWhom
from portal.planning import queries as planning
from portal.planning.models import EventState
from portal.planning.telling import tell
from portal.planning.views import SHOWN, reader
from portal.web import guard, people
from portal.web.forms import Form, refuse
from portal.web.guard import serves
from portal.web.page import go, page

bp = Blueprint("preparing", __name__, url_prefix="/rendez-vous")

_WHOM = [one.value for one in ToWhom]


class PrepareForm(Form):
    """Two parts, each with who reads it."""

    questions = TextAreaField(validators=[Length(max=LONGEST)])
    questions_to = StringField(default=ToWhom.STAFF.value, validators=[InputRequired(), AnyOf(_WHOM)])
    documents = TextAreaField(validators=[Length(max=LONGEST)])
    documents_to = StringField(default=ToWhom.PARENTS.value, validators=[InputRequired(), AnyOf(_WHOM)])

    def said(self) -> dict[Part, Said]:
        """What was typed, after ``validate()``."""
        return {
            Part.QUESTIONS: Said(self.questions.data or "", ToWhom(self.questions_to.data or "")),
            Part.DOCUMENTS: Said(self.documents.data or "", ToWhom(self.documents_to.data or "")),
        }


@bp.get("/<uuid:event_id>/preparer")
@serves(*SHOWN)
def show(viewer: Viewer, event_id: UUID) -> Response:
    row, context = _found(viewer, event_id)
    form = PrepareForm(formdata=None)
    for part in Part:
        if text := row[f"{part}_text"]:
            form[part].data = text
            form[f"{part}_to"].data = preparing.to_whom(row[f"{part}_published_to"]).value
    return page("liaison/prepare.html", about=[context["one"].dossier_id], form=form, **context)


@bp.post("/<uuid:event_id>/preparer")
@serves(*SHOWN)
def write(viewer: Viewer, event_id: UUID) -> Response:
    form = PrepareForm()
    if form.validate():
        try:
            g.about = (preparing.prepare(g.db, viewer, event_id, form.said()),)
            return go(url_for("planning.appointment", event_id=event_id) + "#preparation")
        except BadInput as error:
            form[error.field].errors = [error.code]
    _, context = _found(viewer, event_id)
    g.about = (context["one"].dossier_id,)
    return refuse("liaison/prepare.html", form, **context)


@bp.get("/<uuid:event_id>/papier")
@serves(*SHOWN)
def paper(viewer: Viewer, event_id: UUID) -> Response:
    """The sheet of a rendez-vous: what its page says, and room to write."""
    row, one = _rows(viewer, event_id)
    g.about = (one.dossier_id,)
    off = one.state is EventState.CANCELLED  # nothing is to be brought
    return papers.answer(papers.sheet(one, {part: "" if off else row[f"{part}_text"] or "" for part in Part}))


def _found(viewer: Viewer, event_id: UUID) -> tuple[Any, dict[str, Any]]:
    """The rendez-vous, for whoever may prepare it. Raises ``NotFound``, ``NeedsStrength``."""
    row, one = _rows(viewer, event_id)
    if not guard.is_staff() or not row["may_prepare"]:
        raise NotFound
    return row, {"one": one}


def _rows(viewer: Viewer, event_id: UUID) -> tuple[Any, Any]:
    joined = [query.subquery() for query in (*preparing.texts(viewer), preparing.preparable(viewer))]
    rows = planning.one(g.db, viewer, event_id, joined)
    dossier_id = rows[0].dossier_id
    return rows[0]._mapping, tell(rows, reader(dossier_id, people.cards(viewer, [dossier_id])))
