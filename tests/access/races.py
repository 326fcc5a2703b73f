"""A withdrawal against somebody who keeps reading, in two threads, through the real portal.

One side takes access back and commits; the instant is noted when the commit has returned. Whatever the other side asked
for after that instant must not show the thing. A channel is a function below; so is a way of withdrawing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from threading import Event as Flag
from threading import Thread
from time import perf_counter, sleep
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, sessionmaker

from portal.access import granting, limiting, reach, services
from portal.access.models import Kind, Post, Relationship
from portal.access.perimeter import Row, row_named
from portal.access.sharing import Against, Agreement, Source
from portal.access.words import Category, Strength
from portal.accounts.services import open_session
from portal.agenda.services import make
from portal.alerts.jobs import BY_MAIL, Means, handlers
from portal.alerts.models import AlertChoice
from portal.core import clock
from portal.core.jobs import Job, enqueue
from portal.core.models import Account, Dossier, DossierState, Establishment, HiddenFrom
from portal.core.work import run_once
from portal.dossier.models import Identity
from portal.inbox.models import Notice, NoticeKind
from portal.inbox.services import MAIL, relabel, tell
from portal.planning.models import Event
from tests.factories import a_dossier, a_link, a_parent, an_account, an_establishment, an_event, staff

BASE = "https://localhost"
TITLE = "Visite du collège"
NEWS = "Un rendez-vous est prévu"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
OUTING: Row = row_named("appointments")
"""The row that the rendez-vous of a race belongs to: a school's, which a relative reads on agreement."""
LONGEST = 0.012
"""Seconds a withdrawal waits at most: about as long as two pages take, so that it falls anywhere in one."""
BREATH = 0.03
"""Seconds between two requests of one reader."""
HOUSE = 40
"""Readers of one establishment: what staff reach stays as large as it is in life."""


@dataclass
class Reader:
    """Somebody who reads one rendez-vous, and what the withdrawal needs to know of them."""

    account_id: UUID
    link_id: UUID
    dossier_id: UUID
    event_id: UUID
    notice_id: UUID
    director_id: UUID
    giver_id: UUID
    cookies: dict[str, str] = field(default_factory=dict)
    """Of the reader, and of the member of staff who looks through them."""
    feed: str = ""
    """The secret of their calendar."""


class Course:
    """A portal on one database, and an establishment to race in. ``hand``: reads and writes everything."""

    def __init__(self, app: Flask, hand: sessionmaker[Session], portal: sessionmaker[Session]) -> None:
        self.app, self.hand, self.portal = app, hand, portal
        self.client = app.test_client(use_cookies=False)
        self.mails: list[str] = []
        self._made = 0

    def get(self, reader: Reader, path: str, who: str = "reader") -> str:
        return self.client.get(path, base_url=BASE, headers={"Cookie": reader.cookies[who]}).text

    def post(self, reader: Reader, path: str, form: dict[str, Any]) -> None:
        page = self.get(reader, "/lecture")
        token = TOKEN.search(page)
        form = {"csrf_token": token[1] if token else ""} | form
        self.client.post(path, base_url=BASE, headers={"Cookie": reader.cookies["reader"]}, data=form)

    def send(self, to: str, _subject: str, _text: str) -> None:
        """The postman of the channel of mails."""
        self.mails.append(to)

    def reader(self, kind: Kind) -> Reader:
        """A parent, or a relative by agreement, who reads a rendez-vous of a young person and was told of it."""
        with self.hand.begin() as db:
            if self._made % HOUSE == 0:
                self.place_id = an_establishment(db).id
            place = db.get_one(Establishment, self.place_id)
            dossier = _somebody(db, place)
            if self._made % HOUSE == 0:
                self.director_id = staff(db, dossier, Post.MANAGEMENT).account_id
            self._made += 1
            hour = clock.now() + timedelta(days=1)
            event = an_event(db, dossier, nature="school", title=TITLE, starts_at=hour, ends_at=hour)
            account = an_account(db, email="lectrice@famille.example")
            db.add(AlertChoice(account_id=account.id, quiet_from=0, quiet_to=0))  # races are run at night too
            giver = a_parent(db, dossier, **({"account": account} if kind is Kind.PARENT else {}))
            link = giver if kind is Kind.PARENT else a_link(db, dossier, kind, account=account)
            if link is not giver:
                granting.agree(db, to=link, rows=[OUTING], by=giver.account_id)
            reach.recompute(db, dossier_ids=[dossier.id])
            tell(db, account.id, NoticeKind.APPOINTMENT_ADDED, about=event)
            notice = db.scalars(select(Notice.id).where(Notice.account_id == account.id)).one()
            found = Reader(account.id, link.id, dossier.id, event.id, notice, self.director_id, giver.account_id)
            for who, one in {"reader": account.id, "staff": self.director_id}.items():
                found.cookies[who] = self._cookie(open_session(db, one, Strength.SUBSTANTIAL))
            found.feed = make(db, account.id, "Téléphone")
        return found

    def _cookie(self, token: str) -> str:
        """What a device holds that signed in with this token, and has drawn a form once."""
        with self.app.test_request_context("/", base_url=BASE):
            interface: Any = self.app.session_interface
            held = {"_user_id": token, "_fresh": True, "csrf_token": "0" * 40}
            return f"__Host-relie={interface.get_signing_serializer(self.app).dumps(held)}"


def _somebody(db: Session, place: Establishment) -> Dossier:
    born = (clock.now() - timedelta(days=12 * 365)).date()
    dossier = a_dossier(db, place, birth_date=born, received_at=clock.now())
    facts = {"dossier_id": dossier.id, "establishment_id": place.id, "category": Category.IDENTITY}
    db.add(Identity(**facts, given_name="Inès", family_name="Exemple"))
    db.flush()
    return dossier


# Channels: one request, begun when it is called. True: it showed the thing, or did what only a reader of it may do.


def listed(course: Course, reader: Reader) -> bool:
    return TITLE in course.get(reader, "/rendez-vous/")


def opened(course: Course, reader: Reader) -> bool:
    return TITLE in course.get(reader, f"/rendez-vous/{reader.event_id}")


def at_home(course: Course, reader: Reader) -> bool:
    return TITLE in course.get(reader, "/")


def on_its_day(course: Course, reader: Reader) -> bool:
    tomorrow = clock.local_date(clock.now() + timedelta(days=1), "Europe/Paris")
    return TITLE in course.get(reader, f"/jour/{reader.dossier_id}?le={tomorrow}")


def in_the_calendar(course: Course, reader: Reader) -> bool:
    """The address of one's own that a calendar pulls: hours alone, and none of what is not theirs."""
    return "BEGIN:VEVENT" in course.client.get(f"/agenda/{reader.feed}.ics", base_url=BASE).text


def in_the_news(course: Course, reader: Reader) -> bool:
    return NEWS in course.get(reader, "/nouveau")


def told_at_home(course: Course, reader: Reader) -> bool:
    return NEWS in course.get(reader, "/")


def marked_as_seen(course: Course, reader: Reader) -> bool:
    """``POST /nouveau`` marks what the reader may see, and nothing else. It is unmarked again for the next time.

    What hides a thing leaves alone what was read about it: once unmarked, it takes the label that the thing has by now.
    Nobody but this race unmarks, so it holds the thing meanwhile: what hides it comes wholly before, or wholly after.
    """
    course.post(reader, "/nouveau", {"shown": reader.notice_id})
    with course.hand.begin() as db:
        db.get_one(Event, reader.event_id, with_for_update=True)
        notice = db.get_one(Notice, reader.notice_id)
        seen, notice.read_at = notice.read_at is not None, None
        db.flush()
        relabel(db, Event, [reader.dossier_id])
    return seen


def looked_through(course: Course, reader: Reader) -> bool:
    """« Vu par… » : staff who look through the reader."""
    return TITLE in course.get(reader, f"/rendez-vous/?vu_par={reader.link_id}", "staff")


def explained(course: Course, reader: Reader) -> bool:
    """« Pourquoi je vois cette page ? » of that rendez-vous."""
    asked = f"rubriques=appointments&chose=event.{reader.event_id}"
    answer = course.client.get(
        f"/pourquoi/{reader.dossier_id}?{asked}", base_url=BASE, headers={"Cookie": reader.cookies["reader"]}
    )
    return answer.status_code == 200


def mailed(course: Course, reader: Reader) -> bool:
    """The job that writes to somebody, begun now; those of earlier races that have come due are not its business."""
    with course.hand.begin() as db:
        db.execute(delete(Job).where(Job.kind.in_((MAIL, BY_MAIL))))
        db.execute(update(Notice).where(Notice.id == reader.notice_id).values(mailed_at=None))
        enqueue(db, MAIL, {"account": str(reader.account_id)})
    before = len(course.mails)
    means = Means(course, None, None, "https://relie.example", lambda _lang, _easy, text: text, "x" * 40)
    for _ in (MAIL, BY_MAIL):  # it is settled, then it leaves
        run_once(course.portal, handlers(means))
    return len(course.mails) > before


CHANNELS: tuple[Callable[[Course, Reader], bool], ...] = (
    listed, opened, at_home, on_its_day, in_the_calendar, told_at_home, in_the_news, marked_as_seen, looked_through,
    explained, mailed,
)  # fmt: skip


# Ways of taking back, in the caller's transaction.


def link_ended(db: Session, reader: Reader) -> None:
    services.end(db, db.get_one(Relationship, reader.link_id))


def account_closed(db: Session, reader: Reader) -> None:
    services.close_account(db, db.get_one(Account, reader.account_id))


def dossier_left(db: Session, reader: Reader) -> None:
    services.place(db, db.get_one(Dossier, reader.dossier_id), state=DossierState.LEFT)


def ordered_by_a_judge(db: Session, reader: Reader) -> None:
    limiting.restrict(
        db,
        db.get_one(Dossier, reader.dossier_id),
        source=Source.COURT_ORDER,
        against=Against.ONE,
        account_id=reader.account_id,
        rows=[OUTING],
        proof="ordonnance, 2026",
        by=reader.director_id,
    )


def frozen(db: Session, reader: Reader) -> None:
    limiting.restrict(
        db,
        db.get_one(Dossier, reader.dossier_id),
        source=Source.FREEZE,
        against=Against.FAMILIES,
        rows=[OUTING],
        proof="gel de protection, 2026",
        by=reader.director_id,
    )


def hidden_by_the_dui(db: Session, reader: Reader) -> None:
    db.execute(update(Event).where(Event.id == reader.event_id).values(hidden_from=HiddenFrom.FAMILIES))
    relabel(db, Event, [reader.dossier_id])


def agreement_withdrawn(db: Session, reader: Reader) -> None:
    given = db.scalars(select(Agreement).where(Agreement.relationship_id == reader.link_id)).all()
    granting.withdraw(db, given, by=reader.giver_id)


_FROM_A_PARENT = (link_ended, account_closed, dossier_left, ordered_by_a_judge, frozen, hidden_by_the_dui)
WITHDRAWALS: dict[Callable[[Session, Reader], None], Kind] = {
    **dict.fromkeys(_FROM_A_PARENT, Kind.PARENT),
    agreement_withdrawn: Kind.RELATIVE,
}
"""With the kind of reader it is tried on."""


def race(course: Course, channel: Any, withdrawal: Any, chance: Random) -> Counter[str]:
    """One race: how many answers showed the thing before, were under way during the commit, and showed it late."""
    reader = course.reader(WITHDRAWALS[withdrawal])
    seen: list[tuple[float, float, bool]] = []
    off, over = Flag(), Flag()
    failed: list[BaseException] = []

    def read() -> None:
        try:
            off.set()
            last = False
            while not last:
                last = over.is_set()  # the one that begins after the instant was noted is the last
                began = perf_counter()
                showed = channel(course, reader)
                seen.append((began, perf_counter(), showed))
                over.wait(BREATH)  # SQLite lets one in at a time, and whoever asks again at once keeps the other out
        except BaseException as error:
            failed.append(error)

    reading = Thread(target=read)
    reading.start()
    off.wait()
    sleep(chance.uniform(0, LONGEST))
    with course.hand() as db:
        withdrawal(db, reader)
        committing = perf_counter()
        db.commit()
        at = perf_counter()
    over.set()
    reading.join(60)
    if failed or reading.is_alive():
        raise RuntimeError("a reader failed") from (failed or [None])[0]
    return Counter(
        races=1,
        shown=sum(showed for began, _, showed in seen if began < at),
        crossed=sum(began < at and ended > committing for began, ended, _ in seen),
        after=sum(began > at for began, _, _ in seen),
        late=sum(showed for began, _, showed in seen if began > at),
    )


def races(course: Course, many: int, chance: Random) -> dict[tuple[str, str], Counter[str]]:
    """So many races, spread over every channel and way of withdrawing."""
    pairs = [(channel, withdrawal) for channel in CHANNELS for withdrawal in WITHDRAWALS]
    chance.shuffle(pairs)
    found: dict[tuple[str, str], Counter[str]] = {}
    for number in range(many):
        channel, withdrawal = pairs[number % len(pairs)]
        counted = found.setdefault((channel.__name__, withdrawal.__name__), Counter())
        counted.update(race(course, channel, withdrawal, chance))
    return found
