"""The state of reception: how long the DUI has been silent, what was odd, what was refused. One's own place only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from portal.connectors.dui.intake import Intake, Outcome, Sender
from portal.connectors.dui.records import State
from portal.core import clock
from portal.core.models import Establishment
from portal.dossier import queries, services
from portal.dossier.queries import Said
from tests.connectors.dui.writing import bundle, event, patient, raw

NOON = datetime(2026, 11, 19, 11, tzinfo=UTC)
FIRST, LATER = "2026-11-18T06:00:00+01:00", "2026-11-19T06:00:00+01:00"
Send = Callable[..., Outcome]
Sessions = sessionmaker[Session]


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def test_the_age_of_the_last_message_understood(send: Send, sessions: Sessions, establishment: Establishment) -> None:
    with clock.frozen(NOON):
        send(patient(), event(), sent=LATER)
    with clock.frozen(at(1)):
        send(patient(), sent=FIRST)
    with clock.frozen(at(26)), sessions() as db:
        (found,) = queries.receptions(db, [establishment.id])
        assert (found.client, found.establishment, found.zone) == (
            "DUI des Tilleuls",
            "IME Les Tilleuls",
            "Europe/Paris",
        )
        assert found.heard_at == NOON, "an ignored message says nothing new"
        assert found.silent_for == timedelta(hours=26)


def test_a_repeated_message_shows_that_the_dui_still_speaks(
    send: Send, sessions: Sessions, establishment: Establishment
) -> None:
    for hour in (0, 5):
        with clock.frozen(at(hour)):
            send(patient(), event(), sent=LATER)
    with sessions() as db:
        assert queries.receptions(db, [establishment.id])[0].heard_at == at(5)


def test_refusals_since_the_last_message_understood_are_counted(
    send: Send, sessions: Sessions, establishment: Establishment
) -> None:
    for hour, about in [(0, "999"), (1, "123456"), (2, "999"), (3, "999")]:
        with clock.frozen(at(hour)):
            send(patient(), event(about=about), sent=LATER)
    with clock.frozen(at(4)), sessions() as db:
        (found,) = queries.receptions(db, [establishment.id])
        assert (found.heard_at, found.refused_since) == (at(1), 2)


def test_a_dui_that_was_never_understood_comes_first(
    door: Intake, sender: Sender, sessions: Sessions, establishment: Establishment
) -> None:
    with clock.frozen(NOON):
        door.take_in(raw(bundle(patient())), sender)
        door.take_in(b"{", Sender("DUI muet", sender.establishments))
    with clock.frozen(at(1)), sessions() as db:
        found = queries.receptions(db, [establishment.id])
        assert [(one.client, one.heard_at, one.silent_for) for one in found] == [
            ("DUI muet", None, None),
            ("DUI des Tilleuls", NOON, timedelta(hours=1)),
        ]


def test_messages_say_what_was_odd_by_code_and_place(
    send: Send, sessions: Sessions, establishment: Establishment
) -> None:
    with clock.frozen(NOON):
        send(patient(), event(meta={"security": [{"code": "SECRET_DEFENSE"}]}), sent=LATER)
    with clock.frozen(at(1)):
        send(patient(), event(about="999"))
    with sessions() as db:
        refused, taken = queries.messages(db, [establishment.id])
    assert (refused.state, taken.state) == (State.REFUSED, State.TAKEN)
    assert refused.issues == (Said("unresolved-reference", 1, "Bundle.entry[1].resource.subject"),)
    assert taken.warnings == (Said("unknown-label", 1, "Bundle.entry[1].resource.meta.security"),)
    assert taken.counts["event"] == 1


def test_another_establishment_s_messages_are_not_shown(
    send: Send, sessions: Sessions, establishment: Establishment
) -> None:
    send(patient(), event())
    with sessions.begin() as db:
        other = services.open_establishment(db, finess="750000001", name="Ailleurs", organisation="Ailleurs")
        assert queries.messages(db, [other.id]) == []
        assert queries.receptions(db, [other.id]) == []
        assert queries.receptions(db, []) == []


def test_only_the_last_messages_are_listed(send: Send, sessions: Sessions, establishment: Establishment) -> None:
    for hour in range(queries.AT_MOST + 2):
        with clock.frozen(at(hour)):
            send(event(about="999"))
    with sessions() as db:
        found = queries.messages(db, [establishment.id])
    assert [one.received_at for one in found] == [at(queries.AT_MOST + 1 - hour) for hour in range(queries.AT_MOST)]
