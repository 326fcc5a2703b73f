"""The portal, put together. Read this first."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from easyread import lexicon
from portal import joining
from portal.about import views as about
from portal.access.models import Post
from portal.accounts import wiring as accounts
from portal.agenda import wiring as agenda
from portal.alerts import wiring as alerts
from portal.beside import wiring as beside
from portal.connectors.vault import make_vault
from portal.core import roles, scope
from portal.core.config import Settings
from portal.core.db import make_sessions
from portal.core.taking import opened
from portal.deadlines import wiring as deadlines
from portal.demo import safety
from portal.demo import views as demo
from portal.dossier import around_views as around
from portal.dossier import staff_views as staff_reception
from portal.dossier import views as fhir
from portal.dossier.cards import cards
from portal.enlisting import Enlisting
from portal.home import views as home
from portal.inbox import views as inbox
from portal.inbox.models import NoticeKind
from portal.inbox.services import tell
from portal.letters import wiring as letters
from portal.liaison import wiring as liaison
from portal.lookers import staff_views as telling
from portal.lookers import views as lookers
from portal.lookers.queries import named
from portal.menus import views as menus
from portal.perimeter import staff_views as perimeter
from portal.planning import wiring as timetable
from portal.planning.models import Event
from portal.reception import make_intake
from portal.safekeeping import declared as _declared  # noqa: F401 - what the journal holds
from portal.sharing import wiring as sharing
from portal.sheets import wiring as sheets
from portal.staffing import wiring as staffing
from portal.tablets import wiring as tablets
from portal.ties import wiring as ties
from portal.units import views as units
from portal.web import dates, menu, setup
from portal.web.guard import refuse_unguarded_views
from portal.web.words import _
from portal.why import staff_views as through
from portal.why import views as why


def create_app(settings: Settings, *, sessions: sessionmaker[Session] | None = None) -> Flask:
    """A portal ready to serve. ``sessions`` replaces the database of the settings, for tests.

    Raises ``UnguardedView`` when a route does not say whom it serves, ``ConfigError`` when a demo is not safe or
    PostgreSQL's row-level security would not hold the role that serves.
    """
    app = Flask("portal", static_folder=None)
    sessions = sessions or make_sessions(opened(settings))
    roles.refuse_powerful(sessions.kw["bind"])
    setup.init_app(app, settings, sessions)
    dates.init_app(app)
    accounts.init_app(app)
    _add_features(app)
    sharing.init_app(app, lambda db, account_id: tell(db, account_id, NoticeKind.ACT_ASKED))
    ties.init_app(app, joining)
    staffing.init_app(app, Enlisting(settings.secret_key, settings.public_url))
    why.init_app(app, event=Event)
    fhir.init_app(app, make_intake(settings, sessions, make_vault(settings)))
    _list_pages(app)
    if settings.demo:
        with sessions() as db, scope.within(db, scope.everywhere("demo")):
            safety.refuse_unless_safe(settings, db)
        app.register_blueprint(demo.bp)
    lexicon.warm()  # before the first page rather than during it
    refuse_unguarded_views(app)
    return app


def _add_features(app: Flask) -> None:
    """Those that need nothing but the application."""
    app.extensions["cards"] = cards
    app.extensions["staff named"] = named
    for one in (home.bp, around.bp, inbox.bp, staff_reception.bp, lookers.bp, telling.bp, perimeter.bp, through.bp):
        app.register_blueprint(one)
    for room in (
        *(timetable, menus, liaison, agenda, units, alerts, deadlines),
        *(letters, sheets, beside, tablets, about),
    ):
        room.init_app(app)


def _list_pages(app: Flask) -> None:
    """The menu, in its order."""
    menu.add(
        app,
        menu.Entry("home.home", "home", "sharing", lambda: _("Accueil")),
        menu.Entry("inbox.news", "warn", "sharing", lambda: _("Nouveau")),
        units.entry(),
        *timetable.entries(),
        menu.Entry("planning.appointments", "appointments", "appointments", lambda: _("Rendez-vous")),
        menus.entry(),
        *liaison.entries(),
        menu.Entry("sharing.charts", "sharing", "sharing", lambda: _("Partage")),
        menu.Entry("lookers.everybody", "open", "sharing", lambda: _("Qui a regardé")),
        *ties.entries(),
        *beside.entries(),
        *letters.entries(),
        *sheets.entries(),
        *staffing.entries(),
        *tablets.entries(),
        *deadlines.entries(),
        *alerts.entries(),
        menu.Entry("ways.mine", "key", "identity", lambda: _("Mes connexions"), seldom=True),
        menu.Entry("perimeter.first", "shield", "sharing", lambda: _("Périmètre"), (Post.MANAGEMENT,), seldom=True),
        menu.Entry(
            "reception.state",
            "documents",
            "documents",
            lambda: _("Réception du DUI"),
            staff_reception.POSTS,
            seldom=True,
        ),
    )
