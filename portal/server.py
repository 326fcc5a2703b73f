"""Processes: pages (gunicorn), and what runs beside them. Both refuse to start on something half-configured."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from sqlalchemy.orm import Session

from portal import migrations
from portal.access.seal_jobs import SEAL, ask_to_seal, seal_log
from portal.accounts import changes
from portal.accounts import jobs as accounts
from portal.alerts import jobs as alerts
from portal.app import create_app
from portal.connectors.dui.outgoing import make_outgoing
from portal.connectors.mail import make_mailer
from portal.connectors.push import make_pusher
from portal.connectors.sms import make_texter
from portal.core import roles
from portal.core.config import Settings
from portal.core.db import make_engine, make_sessions
from portal.core.errors import ConfigError
from portal.core.journal import Journal
from portal.core.work import Handler
from portal.deadlines.jobs import REMIND, ask_to_remind
from portal.dossier.jobs import SETTLE, ask_to_settle, settle_stays
from portal.enlisting import SEE_OFF, ask_to_see_off, see_off
from portal.inbox.models import NoticeKind
from portal.inbox.services import tell
from portal.liaison import jobs as liaison
from portal.reminding import remind
from portal.retention.jobs import CLOSE, ask_to_close, close_old
from portal.sharing import jobs as sharing
from portal.sheets.jobs import CHECK, ask_to_check, check
from portal.web import logs
from portal.web.words import translations
from portal.worker import run_worker

WORKERS, THREADS = 2, 8


class Lines(Logger):  # type: ignore[misc]
    """gunicorn's own complaints, as our lines: where they come from, and nothing of a request. An address may hold the
    secret of a calendar."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(logs.OneLine())


class Pages(BaseApplication):  # type: ignore[misc]
    """gunicorn, told by our settings instead of a file of its own."""

    def __init__(self, settings: Settings, workers: int) -> None:
        self.settings = settings
        self.workers = workers
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": self.settings.bind,
            "workers": self.workers,
            "threads": THREADS,
            "worker_class": "gthread",
            "accesslog": None,
            "errorlog": "-",
            "logger_class": Lines,
            "loglevel": "warning",
            "proc_name": "relie",
            "forwarded_allow_ips": "",
            "worker_tmp_dir": None,
            "timeout": 60,
            "graceful_timeout": 20,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return create_app(self.settings)


def serve(settings: Settings, *, workers: int = WORKERS) -> None:
    """Serve pages until told to stop. Raises ``ConfigError`` when something they need is not ready."""
    refuse_unless_ready(settings)
    Pages(settings, workers).run()


def work(settings: Settings) -> None:
    """Do jobs until told to stop."""
    refuse_unless_ready(settings)
    engine = make_engine(settings.database_url)
    with make_sessions(engine).begin() as db:
        ask_to_settle(db)
        ask_to_seal(db)
        ask_to_remind(db, first=True)
        ask_to_close(db, first=True)
        ask_to_see_off(db, first=True)
        ask_to_check(db, first=True)
    engine.dispose()
    run_worker(settings, handlers(settings))


def handlers(settings: Settings) -> dict[str, Handler]:
    """Every kind of job there is, and who does it."""
    mailer = make_mailer(settings)
    means = alerts.Means(
        mailer, make_texter(settings), make_pusher(settings), settings.public_url, _say, settings.secret_key
    )
    mails = alerts.handlers(means) | accounts.handlers(mailer, settings.secret_key, _say)
    return {
        SETTLE: settle_stays,
        REMIND: remind,
        CLOSE: close_old,
        SEE_OFF: see_off,
        SEAL: seal_log,
        CHECK: check,
        **mails,
        **changes.handlers(mailer, settings.public_url, _say, _tell_change),
        **sharing.handlers(make_outgoing(settings)),
        **liaison.handlers(make_outgoing(settings)),
    }


def _tell_change(db: Session, account_id: UUID) -> None:
    tell(db, account_id, NoticeKind.WAY_CHANGED)


def _say(lang: str, easy: bool, text: str) -> str:
    return translations(lang, easy).gettext(text)


def refuse_unless_ready(settings: Settings) -> None:
    """Raises ``ConfigError``: an older schema, no journal (a demo needs none), a role the database would not hold back.

    The vault is tried by each worker: one that was used must not be forked.
    """
    engine = make_engine(settings.database_url)
    try:
        if not migrations.is_current(engine):
            raise ConfigError("the database has an older schema: run portal db upgrade, after a backup")
        if settings.journal_folder is not None:
            Journal(settings.journal_folder).ready()
        elif not settings.demo:
            raise ConfigError("RELIE_JOURNAL_FOLDER is not set: see docs/configuration.md")
        roles.refuse_powerful(engine)
    finally:
        engine.dispose()
