"""Which week a page of paper is about, and a PDF as an answer."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Response, request

from portal.core import clock
from portal.core.errors import BadInput
from portal.planning.days import week_of

FRIDAY = 4
"""From then on one prints the week to come."""
FAR = timedelta(days=370)
"""Sheets are of about now."""


def asked(zone: str) -> date:
    """The Monday of the week that is asked for (``le``), else of the one to print today. Raises ``BadInput``."""
    today = clock.local_date(clock.now(), zone)
    said = request.values.get("le")
    if not said:
        return week_of(today) + (timedelta(days=7) if today.weekday() >= FRIDAY else timedelta())
    try:
        monday = week_of(date.fromisoformat(said))
    except (ValueError, OverflowError):
        raise BadInput("le", "unreadable") from None
    if abs(monday - today) > FAR:
        raise BadInput("le", "unreadable")
    return monday


def pdf(made: bytes, name: str) -> Response:
    """To be opened or printed by whoever asked; no cache of ours keeps it, and its name says nobody."""
    response = Response(made, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response.cache_control.no_store = True
    return response
