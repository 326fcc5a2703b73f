"""``POST /fhir``: where a DUI sends its transactions. Machines only: a bearer token, no cookie, no form, FHIR JSON."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from portal.connectors.dui import answers
from portal.connectors.dui.intake import Intake, Sender
from portal.connectors.dui.records import State
from portal.dossier.clients import authenticate
from portal.web import errors
from portal.web.csrf import csrf
from portal.web.guard import public

FHIR = "application/fhir+json"
TAKEN = frozenset({FHIR, "application/json"})

_SAYS = {
    400: ("invalid", "La requête ne peut pas être lue."),
    404: ("not-found", "Il n’y a rien à cette adresse."),
    405: ("not-supported", "Seul POST est accepté ici."),
    413: ("too-costly", "Le message dépasse la taille acceptée."),
}

bp = Blueprint("fhir", __name__)


def init_app(app: Flask, intake: Intake) -> None:
    """Open the door: the address, the way errors are said behind it, and what takes messages in."""
    app.extensions["intake"] = intake
    csrf.exempt(bp)
    app.register_blueprint(bp)
    errors.answer_in(app, "/fhir", say_error)


@bp.post("/fhir")
@bp.post("/fhir/")
@public(because="a DUI signs in with its own bearer token; no cookie is read")
def take_in() -> Response:
    """One transaction, taken whole or refused. Who is asking is settled before a byte of the body is read."""
    sender = _sender()
    if sender is None:
        refused = _answer(401, answers.lone_outcome("login", "Le jeton est absent, inconnu ou expiré."))
        refused.headers["WWW-Authenticate"] = 'Bearer realm="fhir"'
        return refused
    if request.mimetype not in TAKEN:
        return _answer(415, answers.lone_outcome("not-supported", "Le contenu attendu est application/fhir+json."))
    intake: Intake = current_app.extensions["intake"]
    # A body without an announced length is cut there without a word: one byte more tells it from a whole one.
    request.max_content_length = intake.limits.bytes + 1
    try:
        outcome = intake.take_in(request.get_data(cache=False), sender)
    except RequestEntityTooLarge:
        outcome = intake.turn_away(sender, request.content_length or 0)
    except ClientDisconnected:
        return _answer(400, say(400))
    if outcome.state is State.REFUSED:
        return _answer(answers.status_of(outcome.issues), answers.operation_outcome(outcome.issues))
    return _answer(200, answers.transaction_response(outcome.entries, outcome.warnings))


def say_error(status: int, reference: str) -> Response:
    """Any error behind ``/fhir``, for machines; ``reference`` is what our log calls this request."""
    return _answer(status, say(status, reference))


def say(status: int, reference: str = "") -> dict[str, Any]:
    """The OperationOutcome of an HTTP error."""
    code, sentence = _SAYS.get(status, ("exception", "Le portail n’a pas pu répondre ; rien n’a été enregistré."))
    return answers.lone_outcome(code, f"{sentence} ({reference})" if reference else sentence)


def _sender() -> Sender | None:
    said = request.authorization
    if said is None or said.type != "bearer" or not said.token:
        return None
    intake: Intake = current_app.extensions["intake"]
    with intake.sessions() as db:
        return authenticate(db, said.token)


def _answer(status: int, resource: dict[str, Any]) -> Response:
    body = json.dumps(resource, ensure_ascii=False)
    answer = Response(body, status, content_type=f"{FHIR}; charset=utf-8")
    answer.cache_control.no_store = True
    return answer
