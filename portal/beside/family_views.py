"""Somebody of the family on a device that staff gave over: who sits beside them, and who does not come in there."""

from __future__ import annotations

from uuid import UUID

from flask import Flask, Response, g, session
from flask_login import current_user

from portal.accounts.helping import GIVEN, Beside
from portal.beside import queries, services
from portal.core.errors import PortalError
from portal.web import logs
from portal.web.page import page


class NotForThem(PortalError):
    """The device was given over for somebody else, or too long ago: nobody is signed in on it.

    Why is not told. Had they come in all the same, the session of a family would stand on a hall's tablet, with nobody
    beside them and for as long as at home.
    """


def init_app(app: Flask) -> None:
    app.extensions["given over"] = beside_whom
    app.register_error_handler(NotForThem, _not_for_them)
    app.jinja_env.globals["lent"] = lent


def beside_whom(account_id: UUID) -> Beside | None:
    """Who sits beside somebody who just proved who they are here; None for staff who come back to their own work.

    Raises ``NotForThem``.
    """
    device = services.lent(g.db, session[GIVEN])
    if services.is_at_work_only(g.db, device, account_id):
        return None
    beside = services.serve(g.db, device, account_id) if device else None
    if beside is None:
        logs.event("sign_in_refused", account=account_id, code="given_over")
        g.db.commit()  # what they proved is spent all the same
        raise NotForThem
    return beside


def lent() -> str | None:
    """Who will sit beside the family that this device waits for; None when it waits for nobody of a family."""
    if g.get("failing") or GIVEN not in session or current_user.is_authenticated:
        return None
    device = services.lent(g.db, session[GIVEN])
    if device is None or device.account_id is not None or not device.waits:
        return None
    return queries.helper_name(g.db, device.helper_id)


def _not_for_them(_error: NotForThem) -> Response:
    g.db.rollback()
    return page("beside/not_for_them.html", status=403)
