"""What the DUI sends: every message is taken by the portal's own reader, with the warnings meant and no other."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from portal.connectors.dui.mapping import understand
from portal.connectors.dui.opening import open_message
from portal.connectors.dui.records import EventStatus, PersonKind, Where
from portal.connectors.dui.references import Known
from portal.core.models import HiddenFrom
from portal.demo.house import FINESS
from portal.demo.imagine import imagine
from portal.demo.leads import CHILD, PLACED, SIBLING, YOUNG_ADULT
from portal.demo.messages import messages
from portal.demo.world import ZONE, Label, Status
from tests.demo.conftest import a_week_of

PARIS = ZoneInfo(ZONE)
TODAY = date(2026, 11, 24)
SENT = datetime(2026, 11, 24, 6, 10, tzinfo=PARIS)


@pytest.fixture(scope="module")
def world():
    return imagine(TODAY)


@pytest.fixture(scope="module")
def sent(world):
    return list(messages(world, SENT))


def read(raw):
    opened = open_message(raw)
    return understand(opened, Known(), client="test", finess=opened.finess([FINESS]), zone=ZONE)


@pytest.fixture(scope="module")
def taken(sent):
    return {name: read(raw) for name, raw in sent}


def of(world, taken, role):
    life = next(life for life in world.lives if life.person.role == role)
    return life, taken[f"{life.person.key.rpartition('/')[2]}-2.json"]


def test_each_young_person_has_one_whole_message_and_two_had_one_before(sent):
    names = [name for name, _ in sent]

    assert len([name for name in names if name.endswith("-2.json")]) == 74
    assert [name for name in names if name.endswith("-1.json")] == names[:2]


def test_the_same_world_writes_the_same_bytes(world, sent):
    assert list(messages(world, SENT)) == sent


def test_only_the_two_traps_that_are_meant_are_warned_about(world, taken):
    warned = {name: [issue.code for issue in message.warnings] for name, message in taken.items() if message.warnings}
    child = next(life.person for life in world.lives if life.person.role == CHILD)

    assert warned == {f"{child.key.rpartition('/')[2]}-2.json": ["unknown-professional", "keyed-by-content"]}


@pytest.mark.parametrize("today", [date(2026, 8, 12), date(2026, 10, 25), date(2027, 3, 28), date(2028, 2, 29)])
def test_messages_are_taken_in_summer_at_both_clock_changes_and_on_a_leap_day(today):
    world = imagine(today)
    some = replace(world, lives=tuple(a_week_of(life, today) for life in world.lives[:20]))
    for _, raw in messages(some, datetime(today.year, today.month, today.day, 6, 10, tzinfo=PARIS)):
        assert {issue.code for issue in read(raw).warnings} <= {"unknown-professional", "keyed-by-content"}


def test_a_message_speaks_of_one_young_person_of_this_establishment(world, taken):
    for life in world.lives:
        message = taken[f"{life.person.key.rpartition('/')[2]}-2.json"]
        about = {
            record.dossier
            for records in (message.dossiers, message.relatives, message.stays, message.events, message.transports)
            for record in records
        }
        assert about == {life.person.key}
        assert message.finess == FINESS


def test_nothing_is_lost_or_changed_between_the_world_and_the_records(world, taken):
    states = {
        Status.PLANNED: EventStatus.PLANNED,
        Status.DONE: EventStatus.DONE,
        Status.CANCELLED: EventStatus.CANCELLED,
    }
    for life in world.lives:
        message = taken[f"{life.person.key.rpartition('/')[2]}-2.json"]
        said = {
            event.key: (event.title, event.starts_at, event.ends_at, event.all_day, event.nature, event.state)
            for event in message.events
        }
        assert said == {
            one.key: (one.title, one.starts, one.ends, one.all_day, one.nature, states[one.status])
            for one in life.happenings
        }


def test_what_to_bring_and_the_note_reach_the_family(world, taken):
    for life in world.lives:
        message = taken[f"{life.person.key.rpartition('/')[2]}-2.json"]
        said = {event.key: (event.bring, event.note) for event in message.events}
        assert said == {one.key: (one.bring, one.note) for one in life.happenings}


def test_people_are_named_with_what_they_do_and_those_who_go_along_are_told_apart(world, taken):
    names = {one.key: one for one in world.staff}
    life, message = of(world, taken, CHILD)
    by_key = {event.key: event for event in message.events}
    for one in life.happenings:
        people = by_key[one.key].people
        told = {(person.kind, person.name, person.role) for person in people if person.kind is not PersonKind.RELATIVE}
        meant = {(PersonKind.PROFESSIONAL, names[key].name, names[key].role) for key in one.people}
        meant |= {(PersonKind.ESCORT, names[key].name, names[key].role) for key in one.escorts}
        meant |= {(PersonKind.PROFESSIONAL, one.display_only, "")} if one.display_only else set()
        assert told == meant


def test_relatives_at_a_rendezvous_are_those_of_this_dossier(world, taken):
    life, message = of(world, taken, CHILD)
    known = {one.key for one in life.person.relatives}
    invited = [person.relative for event in message.events for person in event.people if person.relative]

    assert invited
    assert set(invited) <= known


def test_relatives_arrive_with_relation_protection_and_their_own_address(world, taken):
    for life in world.lives:
        message = taken[f"{life.person.key.rpartition('/')[2]}-2.json"]
        said = {
            one.key: (one.given_name, one.family_name, one.relation, one.protection, {c.value for c in one.contacts})
            for one in message.relatives
        }
        for one in life.person.relatives:
            told = said[one.key]
            assert told[:4] == (one.given, one.family, one.relation, one.protection)
            assert {one.phone, f"{one.line}\n{one.postcode} {one.city}"} <= told[4]
        assert len(said) == len(life.person.relatives)


def test_the_address_of_one_separated_parent_stands_nowhere_but_on_that_parent(world, sent):
    raw = dict(sent)
    for role in (CHILD, SIBLING):
        person = next(life.person for life in world.lives if life.person.role == role)
        bundle = json.loads(raw[f"{person.key.rpartition('/')[2]}-2.json"])
        for relative in person.relatives:
            holders = [
                entry["resource"]["resourceType"]
                for entry in bundle["entry"]
                if relative.line in json.dumps(entry, ensure_ascii=False)
                or relative.phone in json.dumps(entry, ensure_ascii=False)
            ]
            assert holders == ["RelatedPerson"]


def test_labels_hide_from_whom_they_name(world, taken):
    means = {
        Label.NONE: HiddenFrom.NOBODY,
        Label.HIDDEN_FROM_PATIENT: HiddenFrom.PATIENT,
        Label.HIDDEN_FROM_REPRESENTATIVES: HiddenFrom.REPRESENTATIVES,
    }
    for role in (CHILD, PLACED):
        life, message = of(world, taken, role)
        hidden = {event.key: event.hidden for event in message.events}
        assert hidden == {one.key: means[one.label] for one in life.happenings}


def test_a_moved_event_was_first_told_at_another_hour(world, taken):
    moved = [(life, one) for life in world.lives for one in life.happenings if one.was]
    assert len(moved) == 2
    for life, one in moved:
        earlier = taken[f"{life.person.key.rpartition('/')[2]}-1.json"]
        assert [(event.key, event.starts_at) for event in earlier.events] == [(one.key, one.was)]
        assert earlier.sent_at < SENT


def test_each_stay_names_its_unit_and_whether_one_sleeps_there(world, taken):
    for life in world.lives:
        (stay,) = taken[f"{life.person.key.rpartition('/')[2]}-2.json"].stays
        house = life.person.house
        assert (stay.unit_name, stay.boarding) == (house.name, house.boarding)
        assert stay.unit.endswith(f"/{house.key}")


def test_nights_are_in_the_unit_at_home_or_elsewhere(world, taken):
    _, message = of(world, taken, YOUNG_ADULT)
    everywhere = {presence.where for one in taken.values() for presence in one.presences}

    assert {presence.where for presence in message.presences} == {Where.UNIT, Where.HOME}
    assert everywhere == set(Where)


def test_journeys_say_how_and_to_what_and_are_as_private_as_that(world, taken):
    _, message = of(world, taken, PLACED)
    hearing = next(event for event in message.events if event.nature == "justice")
    journeys = [trip for trip in message.transports if trip.event == hearing.key]
    daily = [trip for trip in message.transports if trip.event is None]

    assert [trip.nature for trip in journeys] == ["justice", "justice"]
    assert {trip.category for trip in daily} == {"planning"}
    assert all(trip.mode for trip in message.transports)


def test_no_journey_tells_where_anybody_lives(taken):
    house = "1 chemin des Trois-Ponts\n99210 Ambreuse-les-Prés"
    for message in taken.values():
        for trip in message.transports:
            assert house in (trip.origin, trip.destination)
            if trip.event is None:
                assert {trip.origin, trip.destination} == {house, "Domicile"}


def test_the_project_comes_with_aims_a_wish_and_an_agreement_without_identifier(world, taken, sent):
    life, message = of(world, taken, CHILD)
    kinds = sorted((one.resource_type, one.category) for one in message.kept)
    bundle = json.loads(dict(sent)[f"{life.person.key.rpartition('/')[2]}-2.json"])
    consent = next(one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "Consent")

    assert kinds == [("CarePlan", "plan"), ("Consent", "plan"), ("Goal", "plan"), ("Goal", "plan"), ("Goal", "wishes")]
    assert "identifier" not in consent


def test_messages_hold_the_traps_of_real_ones(sent):
    bundles = [json.loads(raw) for _, raw in sent]
    urls = {entry["request"]["url"] for bundle in bundles for entry in bundle["entry"]}
    full_urls = {entry["fullUrl"].partition(":")[0] for bundle in bundles for entry in bundle["entry"]}

    assert "TDDUIPatient" in urls
    assert full_urls == {"urn", "https"}
