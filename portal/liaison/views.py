"""A family answers a rendez-vous: « je viens », « je ne peux pas ». The page is that of the rendez-vous."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, url_for
from flask_login import current_user
from sqlalchemy import Subquery

from portal.access.models import Kind
from portal.access.words import Action, Viewer
from portal.core import clock, helped
from portal.core.errors import BadInput
from portal.core.names import names_of
from portal.liaison import papers, preparing, queries, services
from portal.liaison.forms import AnswerForm
from portal.liaison.models import Coming, Part
from portal.planning import views as planning
from portal.planning.telling import Told
from portal.web import guard, logs
from portal.web.contacts import contacts
from portal.web.guard import serves
from portal.web.page import go, page

bp = Blueprint("liaison", __name__)


@dataclass(frozen=True, slots=True)
class Answering:
    """What the page of a rendez-vous says of the reader's answer."""

    may: bool
    """They may answer, and it is still time."""
    staff: bool
    coming: str = ""
    reason: str = ""
    other_moment: bool = False
    said_at: datetime | None = None
    stale: bool = False
    """It was said before the hour changed."""
    seen: str = ""
    helped: str | None = None
    """With whose help it was said, as the reader may know it (``core.helped.told``)."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One part of what staff prepared, as the page says it."""

    name: Part
    word: str
    text: str
    to_whom: str


class Beside:
    """What this feature adds to the page of a rendez-vous (``planning.views.Beside``)."""

    def columns(self, viewer: Viewer) -> Sequence[Subquery]:
        more = [*preparing.texts(viewer)] + ([preparing.preparable(viewer)] if guard.is_staff() else [])
        return [*queries.beside(viewer), *(query.subquery() for query in more)]

    def told(self, row: Any, one: Told) -> dict[str, Any]:
        starts = row.starts_at
        still = row.state in queries.OPEN and starts > clock.now()
        return {
            "changed": None,
            "over": False,
            "answering": Answering(
                may=bool(row.may_answer) and still and current_user.mandate is None,
                staff=guard.works_with(row.dossier_id),
                coming=row.my_coming or "",
                reason=row.my_reason or "",
                other_moment=bool(row.my_other_moment),
                said_at=clock.local(row.my_said_at, one.reader.zone) if row.my_said_at else None,
                stale=row.my_for_start is not None and row.my_for_start != starts,
                seen=starts.isoformat(),
                helped=with_help(row.my_helper_id),
            ),
            "prepared": _prepared(row, one),
            "may_prepare": bool(getattr(row, "may_prepare", False)),
            "form": AnswerForm(
                formdata=None,
                coming=row.my_coming or "",
                reason=row.my_reason or "",
                other_moment=bool(row.my_other_moment),
                seen=starts.isoformat(),
            ),
        }


@bp.post("/rendez-vous/<uuid:event_id>/reponse")
@serves(*planning.SHOWN, action=Action.ANSWER)
def answer(viewer: Viewer, event_id: UUID) -> Response:
    form = AnswerForm()
    if not form.validate():
        return _again(viewer, event_id, form)
    said = services.Said(
        Coming(form.coming.data or ""), form.hour(), form.reason.data or "", bool(form.other_moment.data)
    )
    try:
        services.answer(g.db, viewer, event_id, said)
    except services.Changed:
        return _again(viewer, event_id, form, changed=said.for_start)
    except BadInput as error:
        if error.field == "event":
            return _again(viewer, event_id, form, over=True)
        form[error.field].errors = [error.code]
        return _again(viewer, event_id, form)
    return go(url_for("planning.appointment", event_id=event_id) + "#reponse")


def _again(
    viewer: Viewer, event_id: UUID, form: AnswerForm, *, changed: datetime | None = None, over: bool = False
) -> Response:
    """The rendez-vous as it is now, what changed, and everything that was typed."""
    logs.event("form_refused", fields=sorted(form.errors))
    return planning.show(viewer, event_id, status=422, form=form, changed=changed, over=over, local=clock.local)


def with_help(helper_id: UUID | None) -> str | None:
    """What whoever said something is told of who sat beside them. No statement when nobody did."""
    return helped.told(helper_id, names_of(g.db, [helper_id]) if helper_id else {}, mine=True, whole=False)


def helpers_of(rows: Sequence[Any]) -> dict[UUID, str]:
    """Who sat beside those who said these things, for whoever said them or works here. No statement for nobody."""
    found = {row.helper_id for row in rows if row.helper_id}
    return dict.fromkeys(found, "") | names_of(g.db, found) if found else {}


def _prepared(row: Any, one: Told) -> list[Prepared]:
    found = row._mapping
    return [
        Prepared(part, word, text, preparing.to_whom(found[f"{part}_published_to"]).value)
        for part, word in papers.words(own=one.reader.own).items()
        if (text := found[f"{part}_text"])
    ]


def nobody() -> Response:
    """Whoever may announce nothing is told whom to call."""
    young = any(one.kind is Kind.SELF for one in g.scope)
    return page("liaison/nobody.html", about=[], young=young, contacts=contacts(g.db))
