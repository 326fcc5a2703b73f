"""The invented establishment: as many people as promised, coherent, and alive on any day of the year."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from portal.access.words import Nature
from portal.core.clock import birthday
from portal.demo import names
from portal.demo.imagine import imagine
from portal.demo.leads import CHILD, NEARLY, PLACED, SIBLING, YOUNG_ADULT, born
from portal.demo.world import Label, Status, World

TODAY = date(2026, 11, 24)
ANY_DAY = [date(2026, 1, 1) + timedelta(days=n) for n in range(0, 366, 13)]
"""Every weekday, every month, holidays and summer included; the step is prime to seven."""


@pytest.fixture(scope="module")
def world() -> World:
    return imagine(TODAY)


def lead(world, role):
    return next(life for life in world.lives if life.person.role == role)


def age(person, today=TODAY):
    return next(years for years in range(30, 0, -1) if birthday(person.born, years) <= today)


def test_the_same_day_gives_the_same_world(world):
    assert imagine(TODAY) == world


def test_another_day_gives_another_world(world):
    assert imagine(TODAY + timedelta(days=1)) != world


def test_seventy_four_young_people_live_in_five_boarding_and_three_day_units(world):
    assert len(world.young) == 74
    assert Counter(house.boarding for house in world.houses) == {True: 5, False: 3}
    assert Counter(person.house.key for person in world.young) == {house.key: house.size for house in world.houses}


def test_nobody_shares_a_key_or_a_whole_name(world):
    assert len({person.key for person in world.young}) == 74
    assert len({person.name for person in world.young}) == 74
    assert len({one.key for one in world.staff}) == len(world.staff) == len({one.name for one in world.staff})


@pytest.mark.parametrize("today", [*ANY_DAY, date(2028, 2, 29), date(2027, 3, 1)])
def test_the_demo_people_have_the_age_that_the_page_says(today):
    ages = {life.person.role: age(life.person, today) for life in imagine(today).lives if life.person.role}

    assert ages == {CHILD: 12, SIBLING: 9, YOUNG_ADULT: 20, PLACED: 10, NEARLY: 17}


@pytest.mark.parametrize("today", [date(2028, 2, 29), date(2028, 3, 1), date(2026, 12, 31)])
@pytest.mark.parametrize("days", [0, 1, 200, 360])
def test_somebody_who_turned_twelve_some_days_ago_is_twelve(today, days):
    birth = born(today, 12, days)

    assert birthday(birth, 12) <= today < birthday(birth, 13)


def test_everybody_has_the_age_of_an_ime_and_is_kept_past_twenty_only_by_creton(world):
    for person in world.young:
        assert 6 <= age(person) <= 21
        assert person.creton == (age(person) >= 20)
    assert sum(person.creton for person in world.young) >= 2


def test_two_come_of_age_within_three_months(world):
    soon = [person for person in world.young if TODAY < birthday(person.born, 18) <= TODAY + timedelta(days=90)]

    assert len(soon) == 2


def test_several_are_in_the_care_of_child_welfare_and_one_has_nobody_else(world):
    placed = [person for person in world.young if person.welfare]

    assert len(placed) == 5
    assert [len(person.relatives) for person in placed].count(1) == 1


def test_one_pair_of_twins_shares_home_and_birthday_but_no_key(world):
    second = [person for person in world.young if person.birth_order == 2]
    assert len(second) == 1
    twins = [person for person in world.young if (person.family, person.born) == (second[0].family, second[0].born)]

    assert len(twins) == 2
    assert [one.line for one in twins[0].relatives] == [one.line for one in twins[1].relatives]
    assert not {one.key for one in twins[0].relatives} & {one.key for one in twins[1].relatives}


def test_the_parents_of_the_child_live_apart_and_have_nothing_in_common_but_their_children(world):
    child, sibling = lead(world, CHILD).person, lead(world, SIBLING).person
    mother, father, aunt, granny = child.relatives

    assert len({(one.line, one.city) for one in (mother, father, aunt, granny)}) == 4
    assert len({one.phone for one in (mother, father, aunt, granny)}) == 4
    assert [one.name for one in sibling.relatives] == [mother.name, father.name]
    assert {one.key for one in sibling.relatives}.isdisjoint({one.key for one in child.relatives})


def test_nobody_can_be_rung_or_written_to(world):
    fiction = re.compile(r"06 39 98 \d\d \d\d|02 61 91 \d\d \d\d")
    for person in world.young:
        for one in person.relatives:
            assert fiction.fullmatch(one.phone)
            assert one.email == "" or one.email.endswith(".invalid")
            assert one.postcode.startswith("99")


def test_addresses_differ_as_long_as_promised():
    assert len({names.address(number) for number in range(500)}) == 500


def test_events_point_only_to_people_and_places_of_this_world(world):
    staff = {one.key for one in world.staff}
    places = {place.key for place in world.places}
    for life in world.lives:
        close = {one.key for one in life.person.relatives}
        for happening in life.happenings:
            assert set(happening.people) <= staff
            assert set(happening.relatives) <= close
            assert happening.place in places


def test_every_key_belongs_to_its_dossier_and_is_used_once(world):
    keys = [
        (life.person.key, thing.key)
        for life in world.lives
        for things in (life.happenings, life.trips, life.presences)
        for thing in things
    ]

    assert len({key for _, key in keys}) == len(keys)
    assert all(key.startswith(f"{dossier}-") for dossier, key in keys)


def test_everything_ends_after_it_starts_and_knows_its_time_zone(world):
    for life in world.lives:
        for thing in (*life.happenings, *life.trips, *life.presences):
            assert thing.starts < thing.ends
            assert thing.starts.utcoffset() is not None


@pytest.mark.parametrize("today", ANY_DAY)
def test_the_demo_people_always_have_something_today_and_a_rendezvous_in_the_next_two_weeks(today):
    for life in imagine(today).lives:
        if not life.person.role:
            continue
        kept = [happening for happening in life.happenings if happening.status is not Status.CANCELLED]
        days = {happening.starts.date() for happening in kept}
        meetings = {happening.starts.date() for happening in kept if re.search(r"-R\d+$", happening.key)}

        assert today in days, life.person.role
        assert any(today < day <= today + timedelta(days=14) for day in meetings), life.person.role


def test_the_demo_people_have_their_whole_school_year(world):
    for life in world.lives:
        if life.person.role:
            days = {happening.starts.date() for happening in life.happenings}
            open_days = list(world.year.open_days())
            assert min(days) <= open_days[0] + timedelta(days=3)
            assert max(days) >= open_days[-1] - timedelta(days=3)
            assert len(days & set(open_days)) > 0.9 * len(open_days)


def test_the_past_is_done_and_the_future_planned(world):
    midnight = datetime.combine(TODAY, datetime.min.time())
    for life in world.lives:
        for happening in life.happenings:
            if happening.status is not Status.CANCELLED:
                past = happening.starts.replace(tzinfo=None) < midnight
                assert happening.status is (Status.DONE if past else Status.PLANNED)


def test_some_things_fall_through_and_say_why(world):
    everything = [happening for life in world.lives for happening in life.happenings]
    cancelled = [happening for happening in everything if happening.status is Status.CANCELLED]

    assert 0.01 < len(cancelled) / len(everything) < 0.08
    assert all(happening.reason for happening in cancelled)


def test_nothing_of_the_timetable_falls_through_today():
    for days in range(0, 28, 3):
        today = TODAY + timedelta(days=days)
        now = [one for life in imagine(today).lives for one in life.happenings if one.starts.date() == today]
        assert not [one for one in now if one.status is Status.CANCELLED and not re.search(r"-R\d+$", one.key)]


def test_what_a_whole_unit_does_together_falls_through_for_all_of_them(world):
    swims = Counter()
    for life in world.lives:
        for happening in life.happenings:
            if happening.title == "Piscine" and not life.person.role:
                swims[life.person.house.key, happening.starts, happening.status] += 1
    sessions = Counter((house, starts) for house, starts, _ in swims)

    assert sessions
    assert set(sessions.values()) == {1}


def test_a_rendezvous_takes_the_place_of_what_the_timetable_had(world):
    for life in world.lives:
        timed = [one for one in life.happenings if not one.all_day and one.status is not Status.CANCELLED]
        meetings = [one for one in timed if re.search(r"-R\d+$", one.key)]
        others = [one for one in timed if one not in meetings]
        for meeting in meetings:
            assert not [one for one in others if one.starts < meeting.ends and meeting.starts < one.ends]


def test_each_nature_and_each_trap_of_the_format_is_there(world):
    everything = [happening for life in world.lives for happening in life.happenings]

    assert {happening.nature for happening in everything} == set(Nature) - {Nature.NONE}
    assert {happening.label for happening in everything} == set(Label)
    assert any(happening.was for happening in everything)
    assert any(happening.display_only for happening in everything)


def test_justice_concerns_the_placed_child_alone(world):
    who = {life.person.role for life in world.lives for one in life.happenings if one.nature is Nature.JUSTICE}

    assert who == {PLACED}


def test_boarders_sleep_in_their_unit_from_monday_and_at_home_at_weekends(world):
    child = lead(world, CHILD)
    monday = next(one for one in child.presences if one.starts.date() == date(2026, 11, 23))
    weekend = next(one for one in child.presences if one.starts.date() == date(2026, 11, 27))

    assert (monday.away, monday.ends.date()) == (False, date(2026, 11, 27))
    assert (weekend.away, weekend.ends.date()) == (True, date(2026, 11, 30))


def test_day_units_have_no_nights_and_travel_every_day(world):
    sibling = lead(world, SIBLING)
    tuesday = [trip for trip in sibling.trips if trip.starts.date() == TODAY and not trip.event]

    assert not sibling.presences
    assert [trip.inbound for trip in tuesday] == [True, False]


def test_a_presence_never_overlaps_another_of_the_same_kind(world):
    for life in world.lives:
        spans = sorted((one.starts, one.ends) for one in life.presences if one.reason == "")
        assert all(ends <= starts for (_, ends), (starts, _) in pairwise(spans))
