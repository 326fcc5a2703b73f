"""« Équipe », for management: who works here, as what, until when, how they come in; and the look of each quarter."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, request, url_for

from portal.access.models import Kind
from portal.access.words import Category, Viewer
from portal.core import clock
from portal.core.errors import BadInput
from portal.staffing import forms, queries, services
from portal.staffing.joints import joints
from portal.staffing.queries import MANAGES, Assignment, Member
from portal.web import finding, logs, people
from portal.web.forms import refuse
from portal.web.guard import dossiers, for_staff, serves
from portal.web.page import go, page

bp = Blueprint("team", __name__, url_prefix="/equipe")

management = for_staff(*MANAGES, because="who works in an establishment is no secret to whoever runs it")
SHOWN = (Category.IDENTITY,)


@bp.get("")
@management
def everybody(viewer: Viewer, establishments: Collection[UUID]) -> Response:
    """By name; no young person is named here, so that looking at the team is looking at nobody."""
    everybody, sought = queries.members(g.db, establishments), finding.asked()
    found = [one for one in everybody if _is_sought(one, sought)]
    return page(
        "staffing/everybody.html",
        members=found,
        sought=sought,
        groups=sorted({each.unit for one in everybody for each in one.assignments} - {""}),
        ways=joints().ways(g.db, [one.account_id for one in found]),
        to_review=queries.count_due(g.db, establishments, viewer.account_id),
        several=len(establishments) > 1,
        own=viewer.account_id,
        **said(),
    )


def _is_sought(one: Member, sought: dict[str, str]) -> bool:
    unit = sought.get(finding.GROUP, "")
    in_unit = not unit or unit in {each.unit for each in one.assignments}
    return in_unit and finding.fits(sought.get(finding.NAME, ""), one.name)


@bp.route("/a-revoir", methods=["GET", "POST"])
@serves(*SHOWN)
def review(viewer: Viewer) -> Response:
    """What nobody looked at for a quarter: it stays, said by this very person today, or it ends.

    Young people are named: nobody can say that somebody is still the referent of they do not know whom.
    """
    establishments = queries.managed(g.db, viewer)
    waiting = queries.to_review(g.db, establishments, viewer.account_id)
    form = forms.Looked()
    form.links.choices = forms.options(*(str(each.link.id) for one in waiting for each in one.assignments))
    if request.method == "POST" and form.validate():
        try:
            kept = services.confirm(g.db, [UUID(one) for one in form.links.data or ()], by=viewer.account_id)
        except BadInput as error:
            form.refused(error)
        else:
            logs.event("staff_reviewed", kept=kept)
            return go(url_for("team.review"))
    cards = named(viewer, [each for one in waiting for each in one.assignments])
    context: dict[str, Any] = {"waiting": waiting, "several": len(establishments) > 1, "cards": cards, **said()}
    context |= {"alone": any(queries.is_alone(g.db, one, viewer.account_id) for one in establishments)}
    context |= {"about": list(cards)}
    shown = "staffing/review.html"
    return refuse(shown, form, **context) if form.errors else page(shown, form=form, **context)


@bp.get("/<uuid:account_id>")
@serves(*SHOWN)
def person(viewer: Viewer, account_id: UUID) -> Response:
    """Somebody's assignments and ways in; the young people they are assigned to one by one are named."""
    found = queries.member(g.db, queries.managed(g.db, viewer), account_id)
    return page("staffing/person.html", **about(viewer, found), refused="")


def about(viewer: Viewer, found: Member) -> dict[str, Any]:
    """What the page of somebody shows."""
    cards = named(viewer, found.assignments)
    return {
        "about": list(cards),
        "cards": cards,
        "member": found,
        "ways": joints().ways(g.db, [found.account_id])[found.account_id],
        "own": found.account_id == viewer.account_id,
        "places": {one.link.establishment_id: one.place for one in found.standing},
        **said(),
    }


def named(viewer: Viewer, assignments: Iterable[Assignment]) -> people.Cards:
    """Young people these assignments are for, as far as the reader reads of them: perhaps as family, or no more."""
    wanted = {one.link.dossier_id for one in assignments} & dossiers(g.scope, SHOWN)
    return people.cards(viewer, [one for one in wanted if one is not None])


def managed_dossiers(establishments: Collection[UUID]) -> list[UUID]:
    """Dossiers the reader works on as management: never those of their own family."""
    return [
        one.dossier_id
        for one in g.scope
        if one.kind is Kind.STAFF
        and one.post in MANAGES
        and not one.emergency
        and one.establishment_id in establishments
        and Category.IDENTITY in one.categories
    ]


def said() -> dict[str, Any]:
    """What templates need to say days where the establishment is."""
    return {"now": clock.now(), "day": _day, "last_day": _last_day}


def _day(at: datetime, zone: str) -> date:
    return clock.local_date(at, zone)


def _last_day(at: datetime, zone: str) -> date:
    """The last day of what ends at ``at``: midnight belongs to the day before."""
    return clock.local_date(at - timedelta(microseconds=1), zone)
