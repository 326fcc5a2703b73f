"""« Comment me prévenir »: by which means, how soon, at which hours; a telephone, and the browsers that are told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, g, request, url_for
from flask_login import user_logged_out

from portal.accounts import device_cookie, throttle
from portal.accounts.queries import SignedIn, zone_of
from portal.accounts.ways import ways_of
from portal.alerts import moments, queries, services
from portal.alerts.forms import ChoiceForm, CodeForm, PhoneForm
from portal.alerts.models import AlertChoice, Pace
from portal.connectors import sms
from portal.connectors.push import Pusher
from portal.core import clock
from portal.core.errors import BadInput, NotFound
from portal.web import configured, logs
from portal.web.dates import hour_said, weekday_said
from portal.web.forms import Form, refuse
from portal.web.guard import for_oneself
from portal.web.page import go, page

bp = Blueprint("alerts", __name__, url_prefix="/me-prevenir")

CODES = throttle.Budget("sms code", 5, 5, throttle.KEPT)
"""Text messages cost, and ring in somebody's pocket."""


@bp.get("")
@for_oneself(because="how one is told of what is new")
def mine(who: SignedIn) -> Response:
    return _page(who)


@bp.post("")
@for_oneself(because="one chooses how one is told")
def choose(who: SignedIn) -> Response:
    form = ChoiceForm()
    if not form.validate():
        return _page(who, choice=form)
    said: dict[str, Any] = {name: int(form[name].data) for name in ("hour", "weekday", "quiet_from", "quiet_to")}
    said["pace"] = Pace(form.pace.data)
    if said["pace"] is not Pace.AT_ONCE and moments.is_quiet(AlertChoice(**said), said["hour"]):
        form.hour.errors = [*form.hour.errors, "alert-quiet"]
        return _page(who, choice=form)
    means = set(form.means.data or ())
    services.choose(g.db, who.account_id, said | {"by_mail": "mail" in means, "by_sms": "sms" in means})
    return go(url_for("alerts.mine"))


@bp.post("/telephone")
@for_oneself(because="a telephone of one's own")
def phone(who: SignedIn) -> Response:
    """A code goes to it, at most five times a day."""
    if current_app.extensions["texter"] is None:
        raise NotFound
    form = PhoneForm()
    try:
        number = sms.e164(form.phone.data or "") if form.validate() else ""
    except BadInput as error:
        form.phone.errors = [error.code]
        number = ""
    if not number:
        return _page(who, phone=form)
    throttle.spend(g.db, CODES, str(who.account_id), device_cookie.here())
    services.ask_code(g.db, who.account_id, number)
    return go(url_for("alerts.mine"))


@bp.post("/telephone/code")
@for_oneself(because="a telephone of one's own")
def code(who: SignedIn) -> Response:
    form = CodeForm()
    if not form.validate():
        return _page(who, code=form)
    try:
        services.count_try(g.db, who.account_id)
        services.verify(g.db, who.account_id, form.code.data or "", configured.secret_key())
    except BadInput as error:
        form.code.errors, form.code.data = [error.code], ""
        return _page(who, code=form)
    logs.event("phone_verified", account=who.account_id)
    return go(url_for("alerts.mine"))


@bp.post("/telephone/retirer")
@for_oneself(because="a telephone of one's own")
def forget_phone(who: SignedIn) -> Response:
    services.forget_phone(g.db, who.account_id)
    return go(url_for("alerts.mine"))


@bp.post("/appareil")
@for_oneself(because="a browser of one's own")
def subscribe(who: SignedIn) -> Response:
    """What the browser's push service gave it. Never on a tablet that staff gave over."""
    pusher: Pusher | None = current_app.extensions["pusher"]
    if pusher is None or who.helper_id is not None:
        raise NotFound
    told = [request.form.get(name, "") for name in ("endpoint", "p256dh", "auth")]
    services.add_device(g.db, who.account_id, device_cookie.key(), pusher.checked(*told))
    return go(url_for("alerts.mine"))


@bp.post("/appareil/<uuid:device_id>/retirer")
@for_oneself(because="a browser of one's own")
def unsubscribe(who: SignedIn, device_id: UUID) -> Response:
    services.remove_device(g.db, who.account_id, device_id)
    return go(url_for("alerts.mine"))


@bp.app_template_global()
def hour_of_day(hour: int) -> str:
    """« 18 h », in the reader's words."""
    return hour_said(datetime(2024, 1, 1, hour, tzinfo=UTC))


@bp.app_template_global()
def day_of_week(number: int) -> str:
    """« Lundi » is 0."""
    return weekday_said(date(2024, 1, 1 + number))


def _page(
    who: SignedIn, *, choice: Form | None = None, phone: Form | None = None, code: Form | None = None
) -> Response:
    kept, zone = queries.choice_of(g.db, who.account_id), zone_of(g.db, who.account_id)
    refused = next((form for form in (choice, phone, code) if form is not None), None)
    pusher: Pusher | None = current_app.extensions["pusher"]
    context: dict[str, Any] = {
        "choice": choice or ChoiceForm(formdata=None, data=_said(kept)),
        "phone_form": phone or PhoneForm(formdata=None),
        "code_form": code or CodeForm(formdata=None),
        "phone": queries.phone_of(g.db, who.account_id),
        "email": ways_of(g.db, who.account_id).email,
        "dead_since": queries.dead_since(g.db, who.account_id),
        "texts": current_app.extensions["texter"] is not None,
        "push_key": pusher.public_key if pusher is not None and who.helper_id is None else "",
        "devices": queries.devices_of(g.db, who.account_id) if pusher is not None else [],
        "this_device": device_cookie.key(),
        "now": clock.now(),
        "local": lambda at: clock.local(at, zone),
        "today": clock.local_date(clock.now(), zone),
    }
    if refused is not None:
        return refuse("alerts/mine.html", refused, **context)
    return page("alerts/mine.html", form=context["choice"], **context)


def _said(kept: AlertChoice) -> dict[str, Any]:
    """What was chosen, as the form says it."""
    means = [name for name, chosen in (("mail", kept.by_mail), ("sms", kept.by_sms)) if chosen]
    hours = {name: str(getattr(kept, name)) for name in ("hour", "weekday", "quiet_from", "quiet_to")}
    return {"means": means, "pace": kept.pace.value, **hours}


def _left(_app: Any, user: SignedIn) -> None:
    """Somebody signs out of this device: it is told nothing more of them."""
    services.forget_left(g.db, user.account_id)


def init_app(app: Any) -> None:
    user_logged_out.connect(_left, app)
