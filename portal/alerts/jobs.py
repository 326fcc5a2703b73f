"""Tell somebody outside that there is something new, and nothing else: a mailbox is read over shoulders.

First it is settled whether, when and by which means (``settle``); then each means is a job of its own, so that a mail
server that is down keeps no telephone waiting. Each asks again, as it leaves, whether there is still something to see.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.access.words import Strength, Viewer
from portal.accounts.queries import zone_of
from portal.alerts import moments, queries, services
from portal.alerts.models import AlertChoice, AlertPhone, Pace, PushDevice
from portal.connectors.mail import AddressRefused, Mailer, MailRefused
from portal.connectors.push import Endpoint, Pusher, PushGone
from portal.connectors.sms import SmsRefused, Texter
from portal.core import clock, scope
from portal.core.errors import BadInput
from portal.core.jobs import GiveUp, enqueue
from portal.core.models import Account, AccountState
from portal.core.work import Handler
from portal.inbox import queries as inbox
from portal.inbox.models import Notice
from portal.inbox.services import MAIL as SETTLE

QUIET = timedelta(hours=4)
"""At most one message a person in that time, but for digests, which keep their own."""

Words = Callable[[str, bool, str], str]
"""Language (``fr``), whether in easy words, French sentence → what to write."""

BY_MAIL, BY_SMS, BY_PUSH = "alerts.mail", "alerts.sms", "alerts.push"


def _(text: str) -> str:
    """Marks a sentence for the catalogues; the reader's language is known later."""
    return text


SUBJECT = _("Il y a du nouveau dans Relie")
TEXT = _(
    "Bonjour,\n\nIl y a du nouveau dans Relie. Pour le lire\u00a0:\n%(address)s\n\n"
    "Pour protéger votre vie privée, ce message n’en dit pas plus."
)
SMS = _("Il y a du nouveau dans Relie. %(address)s")
CODE = _("Votre code pour Relie\u00a0: %(code)s. Ne le donnez à personne.")


@dataclass(frozen=True, slots=True)
class Means:
    """How messages leave. ``texter`` and ``pusher``: None where the establishment has none."""

    mailer: Mailer
    texter: Texter | None
    pusher: Pusher | None
    public_url: str
    words: Words
    secret_key: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a message goes to, and the words they read."""

    viewer: Viewer
    email: str
    say: Callable[[str], str]
    choice: AlertChoice
    zone: str


def handlers(means: Means) -> dict[str, Handler]:
    """The jobs of telling, for the worker."""
    jobs = {SETTLE: settle, BY_MAIL: send_mail, BY_SMS: send_sms, BY_PUSH: send_push, services.CODE: send_code}
    return {kind: partial(job, means=means) for kind, job in jobs.items()}


def settle(db: Session, args: dict[str, Any], *, means: Means) -> None:
    """Whether to tell an account what is unread, still theirs to see and not announced yet; now, or at its time.

    Nobody who is told at once is told twice in ``QUIET``; a digest is of all that waits, and never empty.
    """
    services.forget_left(db, UUID(args["account"]))
    reader = _reader(db, UUID(args["account"]), means)
    waits = [] if reader is None else db.execute(inbox.not_mailed(reader.viewer)).all()
    fresh = {one.id: one.created_at for one in waits}
    ways = [] if reader is None or not fresh else _ways(db, reader, means)
    if reader is None or not ways:
        return
    account_id, since = reader.viewer.account_id, min(fresh.values())
    last = inbox.last_mail(db, account_id)
    if reader.choice.pace is Pace.AT_ONCE and last is not None:
        since = max(since, last + QUIET)
    at = moments.due(reader.choice, since, reader.zone)
    if at > clock.now():
        enqueue(db, SETTLE, args, due=at, key=f"{SETTLE}:{account_id}")
        return
    db.execute(update(Notice).where(Notice.id.in_(fresh)).values(mailed_at=clock.now()))
    for kind, more in ways:
        enqueue(db, kind, more, key=f"{kind}:{next(iter(more.values()))}")


def send_mail(db: Session, args: dict[str, Any], *, means: Means) -> None:
    """A refused address is noted for the secretary, and written to no more."""
    reader = _still(db, BY_MAIL, args, means)
    if reader is None or not _takes_mail(db, reader):
        return
    db.rollback()  # the server may be slow
    try:
        means.mailer.send(reader.email, reader.say(SUBJECT), reader.say(TEXT) % {"address": means.public_url} + "\n")
    except AddressRefused as refused:
        services.came_back(db, reader.email, refused.code)
    except MailRefused as refused:
        raise GiveUp(refused.code) from None
    except BadInput:
        services.came_back(db, reader.email, "bad_address")


def send_sms(db: Session, args: dict[str, Any], *, means: Means) -> None:
    reader = _still(db, BY_SMS, args, means)
    phone = None if reader is None else _sms_phone(db, reader)
    if reader is None or phone is None or means.texter is None:
        return
    number = phone.number
    db.rollback()
    try:
        means.texter.send(number, reader.say(SMS) % {"address": means.public_url})
    except SmsRefused as refused:
        raise GiveUp(refused.code) from None


def send_push(db: Session, args: dict[str, Any], *, means: Means) -> None:
    """``args``: the browser, and its account. One that takes none any more goes."""
    reader = _still(db, BY_PUSH, args, means)
    if reader is None or means.pusher is None:
        return
    device_id, account_id = UUID(args["device"]), reader.viewer.account_id
    one = next((one for one in queries.devices_of(db, account_id) if one.id == device_id), None)
    if one is None:
        return
    to = Endpoint(one.endpoint, one.p256dh, one.auth)
    db.rollback()
    try:
        means.pusher.send(to, reader.say(SUBJECT))
    except PushGone:
        db.execute(delete(PushDevice).where(PushDevice.id == device_id))


def send_code(db: Session, args: dict[str, Any], *, means: Means) -> None:
    """The code that proves a telephone. Sent again after a failure, it is another code."""
    scope.enter(db, scope.everywhere("sms code"))
    phone = db.get(AlertPhone, UUID(args["phone"]))
    if phone is None or phone.code_until is None or phone.code_until <= clock.now() or means.texter is None:
        return
    account = db.get_one(Account, phone.account_id)
    number, code, say = phone.number, services.draw(), partial(means.words, account.locale, account.mode != "")
    db.rollback()
    try:
        means.texter.send(number, say(CODE) % {"code": code})
    except SmsRefused as refused:
        raise GiveUp(refused.code) from None
    phone = db.get(AlertPhone, UUID(args["phone"]))
    if phone is not None and phone.number == number:
        phone.code_hash = services.hash_of_code(means.secret_key, phone, code)


def _reader(db: Session, account_id: UUID, means: Means) -> Reader | None:
    """None for an account that is closed or gone. From here on the session works for that account."""
    scope.enter(db, scope.account(account_id))
    account = db.execute(
        select(Account.email, Account.locale, Account.mode).where(
            Account.id == account_id, Account.state == AccountState.ACTIVE
        )
    ).one_or_none()
    if account is None:
        return None
    return Reader(
        Viewer(account_id, Strength.SUBSTANTIAL),
        account.email or "",
        partial(means.words, account.locale, account.mode != ""),
        queries.choice_of(db, account_id),
        zone_of(db, account_id),
    )


def _still(db: Session, kind: str, args: dict[str, Any], means: Means) -> Reader | None:
    """Whom to tell now: nobody when all was read or withdrawn meanwhile. In a quiet hour, the job comes back after."""
    reader = _reader(db, UUID(args["account"]), means)
    if reader is None or db.scalar(select(Notice.id).where(*inbox.unread(reader.viewer)).limit(1)) is None:
        return None
    now = clock.now()
    at = moments.after_quiet(reader.choice, now, reader.zone)
    if at > now:
        enqueue(db, kind, args, due=at, key=f"{kind}:{next(iter(args.values()))}")
        return None
    return reader


def _ways(db: Session, reader: Reader, means: Means) -> list[tuple[str, dict[str, str]]]:
    account = {"account": str(reader.viewer.account_id)}
    ways = [(BY_MAIL, account)] if _takes_mail(db, reader) else []
    ways += [(BY_SMS, account)] if means.texter is not None and _sms_phone(db, reader) is not None else []
    if means.pusher is not None:
        devices = queries.devices_of(db, reader.viewer.account_id)
        ways += [(BY_PUSH, {"device": str(one.id), **account}) for one in devices]
    return sorted(ways, key=lambda one: (one[0], *one[1].values()))


def _takes_mail(db: Session, reader: Reader) -> bool:
    return bool(reader.choice.by_mail and reader.email) and queries.dead_since(db, reader.viewer.account_id) is None


def _sms_phone(db: Session, reader: Reader) -> AlertPhone | None:
    phone = queries.phone_of(db, reader.viewer.account_id)
    return phone if reader.choice.by_sms and phone is not None and phone.verified_at is not None else None
