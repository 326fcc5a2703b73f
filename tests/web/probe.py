"""Pages that exist in tests only: they fail, write, refuse, answer fragments, and open sessions."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask import Blueprint, Response, abort, g, render_template_string, request
from sqlalchemy import select
from werkzeug.exceptions import TooManyRequests
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from portal.access.words import Strength
from portal.accounts import views as accounts
from portal.accounts.models import Method
from portal.core.errors import BadInput, NeedsStrength, NotFound
from portal.core.models import Account
from portal.web.forms import Form, refuse
from portal.web.guard import public
from portal.web.page import go, page

bp = Blueprint("probe", __name__, url_prefix="/essai", template_folder="templates")
because = "it exists in tests only"


class Wish(Form):
    words = StringField(validators=[InputRequired(), Length(max=40)])
    day = DateField()


@bp.post("/entrer/<uuid:account_id>/<int:strength>")
@public(because=because)
def enter(account_id: UUID, strength: int) -> Response:
    accounts.sign_in(account_id, Strength(strength), method=Method.DEMO)
    return go("/essai/page")


@bp.get("/page")
@public(because=because)
def whole() -> Response:
    about = [UUID(one) for one in request.args.getlist("about")]
    return page(
        "whole.html", fragment="_part.html", about=about, said=request.args.get("said", ""), seen=g.get("about")
    )


@bp.get("/attendu/<int:status>")
@public(because=because)
def expected(status: int) -> Response:
    abort(status)


@bp.get("/pause")
@public(because=because)
def pause() -> Response:
    raise TooManyRequests(retry_after=60)


@bp.route("/erreur/<kind>", methods=["GET", "POST"])
@public(because=because)
def error(kind: str) -> Response:
    known = {"absent": NotFound(), "faible": NeedsStrength(), "mauvais": BadInput("day", "unknown")}
    raise known.get(kind) or ValueError(f"the canary {request.args.get('secret')} must never be written")


@bp.post("/ecrire")
@public(because=because)
def write() -> Response:
    """Write a row, then end as asked: well, refused, by an error, or with a failing answer."""
    g.db.add(Account(id=uuid4(), display_name="written"))
    g.db.flush()
    match request.form.get("end"):
        case "error":
            raise ValueError("after the write")
        case "absent":
            raise NotFound
        case "failed":
            return Response("no", 503)
        case "refused":
            return Response("no", 422)
        case "broken":
            g.db.add(Account(id=g.db.scalar(select(Account.id)), display_name="twice"))
    return go("/essai/page")


@bp.get("/souhait")
@public(because=because)
def ask() -> Response:
    return page("form.html", form=Wish())


@bp.post("/formulaire")
@public(because=because)
def form() -> Response:
    form = Wish()
    return go("/essai/page") if form.validate() else refuse("form.html", form)


@bp.get("/brut")
@public(because=because)
def raw() -> Response:
    return Response(render_template_string("{{ undefined_word }}"))


@bp.get("/lourd")
@public(because=because)
def heavy() -> Response:
    return Response("a line of text that repeats itself\n" * 100, mimetype="text/plain")


@bp.get("/vif")
@public(because=because)
def lively() -> Response:
    return page("lively.html")
