"""What a message changes in dossiers: identity, people, referents, stays, where one stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from portal.access.words import Category
from portal.connectors.dui.intake import Outcome
from portal.connectors.dui.records import State
from portal.core import clock
from portal.core.models import Dossier, DossierState, HiddenFrom, Unit
from portal.dossier import services
from portal.dossier.models import Contact, Identity, Kept, Professional, Referent, Relative, Stay
from tests.connectors.dui.test_people import role, team
from tests.connectors.dui.test_stays import UNIT
from tests.connectors.dui.writing import HUGO, ZOE, appointment, event, patient, practitioner, relative, stay

Send = Callable[..., Outcome]
Sessions = sessionmaker[Session]
LATER = "2026-11-19T06:00:00+01:00"
MEMBER = {"member": {"reference": "PractitionerRole/role"}}
IN_UNIT = [{"location": {"reference": "Location/erables"}}]


@pytest.fixture(autouse=True)
def _one_day() -> Any:
    with clock.frozen(datetime(2026, 11, 19, 11, tzinfo=UTC)):
        yield


def every(sessions: Sessions, model: type[Any]) -> list[Any]:
    with sessions() as db:
        return list(db.scalars(select(model)))


def the_dossier(sessions: Sessions) -> Dossier:
    (found,) = every(sessions, Dossier)
    return found


class TestIdentity:
    def test_a_dossier_is_opened_without_a_name_and_the_name_is_an_item_like_any_other(
        self, send: Send, sessions: Sessions
    ) -> None:
        send(patient(gender="male"))
        dossier = the_dossier(sessions)
        assert (dossier.key, dossier.birth_date, dossier.received_at) == (HUGO, date(2014, 9, 15), clock.now())
        (name,) = every(sessions, Identity)
        assert (name.given_name, name.family_name, name.gender) == ("Hugo", "Durand", "male")
        assert (name.category, name.dossier_id, name.hidden_from) == (Category.IDENTITY, dossier.id, HiddenFrom.NOBODY)

    def test_a_changed_name_is_changed_and_a_changed_birth_date_is_told(self, send: Send, sessions: Sessions) -> None:
        send(patient())
        outcome = send(patient(birthDate="2008-09-15", name=[{"family": "Petit"}]), sent=LATER)
        assert [one.code for one in outcome.warnings] == ["birth-date-changed"]
        assert [one.family_name for one in every(sessions, Identity)] == ["Petit"]
        assert the_dossier(sessions).birth_date == date(2008, 9, 15)

    def test_a_message_never_makes_an_adult_a_minor_again(self, send: Send, sessions: Sessions) -> None:
        """Parents would get back, at once, what ended at majority: a person decides that, not a message."""
        send(patient(birthDate="2005-09-15"))
        outcome = send(patient(birthDate="2014-09-15"), sent=LATER)
        assert [one.code for one in outcome.warnings] == ["birth-date-changed"]
        assert the_dossier(sessions).birth_date == date(2005, 9, 15)

    def test_a_label_hides_it(self, send: Send, sessions: Sessions) -> None:
        send(patient(meta={"security": [{"code": "INVISIBLE_REPRESENTANTS_LEGAUX"}]}))
        assert [one.hidden_from for one in every(sessions, Identity)] == [HiddenFrom.REPRESENTATIVES]


class TestRelatives:
    def test_a_mother_and_how_to_reach_her(self, send: Send, sessions: Sessions) -> None:
        send(patient(), relative())
        (mother,) = every(sessions, Relative)
        assert (mother.relation, mother.given_name, mother.category) == ("MTH", "Marie", Category.HOUSEHOLD)
        (phone,) = every(sessions, Contact)
        assert (phone.owner, phone.kind, phone.value) == (f"{HUGO}-mere", "phone", "06 12 34 56 78")
        assert phone.category == Category.HOUSEHOLD

    def test_a_phone_no_longer_given_is_no_longer_true(self, send: Send, sessions: Sessions) -> None:
        send(patient(telecom=[{"system": "phone", "value": "01"}, {"system": "phone", "value": "02"}]), relative())
        send(patient(telecom=[{"system": "phone", "value": "02"}]), sent=LATER)
        found = {(one.owner, one.value, one.position) for one in every(sessions, Contact)}
        assert found == {("", "02", 0), (f"{HUGO}-mere", "06 12 34 56 78", 0)}, "hers were not spoken of, and stay"

    def test_a_relative_withdrawn_goes_with_their_phones(self, send: Send, sessions: Sessions) -> None:
        send(patient(), relative(), relative("pere", "FTH"))
        send(patient(), relative(active=False), sent=LATER)
        assert [one.relation for one in every(sessions, Relative)] == ["FTH"]
        assert [one.owner for one in every(sessions, Contact)] == [f"{HUGO}-pere"]

    def test_one_child_s_relatives_are_never_another_s(self, send: Send, sessions: Sessions) -> None:
        send(patient(), patient(ZOE), relative(), relative("mere-z", about="654321"))
        with sessions() as db:
            rows = db.execute(select(Dossier.key, Relative.key).join(Relative, Relative.dossier_id == Dossier.id)).all()
        assert sorted(rows) == [(HUGO, f"{HUGO}-mere"), (ZOE, f"{ZOE}-mere-z")]


class TestProfessionals:
    def test_referents_are_those_of_the_last_list(self, send: Send, sessions: Sessions) -> None:
        paul = practitioner("20202", "Petit", "Paul")
        both = team(MEMBER, {"member": {"reference": "Practitioner/20202"}})
        send(patient(), practitioner(), role(), paul, both)
        assert sorted(one.name for one in every(sessions, Referent)) == ["Claire Martin", "Paul Petit"]
        send(patient(), practitioner(), role(), team(MEMBER), sent=LATER)
        (left,) = every(sessions, Referent)
        assert (left.name, left.role, left.category) == ("Claire Martin", "Infirmière", Category.IDENTITY)
        send(patient(), team(), sent="2026-11-19T07:00:00+01:00")
        assert every(sessions, Referent) == []

    def test_another_list_is_left_alone(self, send: Send, sessions: Sessions) -> None:
        other = team({"member": {"display": "Dr Paul"}}, identifier=[{"value": f"{HUGO}-MEDECINS"}])
        send(patient(), practitioner(), role(), team(MEMBER), other)
        send(patient(), team(), sent=LATER)
        assert [one.name for one in every(sessions, Referent)] == ["Dr Paul"]

    def test_a_professional_who_changes_name_changes_it_where_they_are_shown(
        self, send: Send, sessions: Sessions
    ) -> None:
        send(patient(), practitioner(), team({"member": {"reference": "Practitioner/10101"}}))
        send(practitioner(family="Durand"), sent=LATER)
        assert [one.name for one in every(sessions, Professional)] == ["Claire Durand"]
        assert [one.name for one in every(sessions, Referent)] == ["Claire Durand"]


class TestStays:
    @pytest.mark.parametrize(
        ("stays", "state"),
        [
            ([], DossierState.PRESENT),
            ([stay()], DossierState.PRESENT),
            ([stay(period={"start": "2024-09-02", "end": "2026-11-19"})], DossierState.PRESENT),  # today is inside
            ([stay(period={"start": "2024-09-02", "end": "2026-11-18"})], DossierState.LEFT_READABLE),
            (
                [stay(status="finished", period={"start": "2024-09-02", "end": "2026-11-01"})],
                DossierState.LEFT_READABLE,
            ),
            ([stay(status="planned", period={"start": "2027-01-04"})], DossierState.PRE_ADMISSION),
            ([stay(period={"start": "2026-11-20"})], DossierState.PRE_ADMISSION),
            ([stay(status="planned", period={"start": "2026-09-01"})], DossierState.PRE_ADMISSION),  # not confirmed yet
            ([stay(status="cancelled")], DossierState.PRESENT),  # nothing is said
            (
                [stay("S1", status="finished", period={"start": "2020-09-01", "end": "2022-07-05"}), stay("S2")],
                DossierState.PRESENT,
            ),
            (
                [
                    stay("S1", status="finished", period={"start": "2020-09-01", "end": "2022-07-05"}),
                    stay("S2", status="planned", period={"start": "2027-01-04"}),
                ],
                DossierState.PRE_ADMISSION,
            ),
        ],
    )
    def test_stays_say_where_somebody_stands(
        self, send: Send, sessions: Sessions, stays: list[Any], state: DossierState
    ) -> None:
        assert send(patient(), *stays).state is State.TAKEN
        assert the_dossier(sessions).state is state

    def test_the_unit_is_that_of_the_stay_that_counts(self, send: Send, sessions: Sessions) -> None:
        old = stay("S1", status="finished", period={"start": "2020-09-01", "end": "2022-07-05"})
        old["location"] = [{"location": {"display": "Les Ormes"}}]
        send(patient(), UNIT, old, stay("S2", location=IN_UNIT))
        units = {one.name: one for one in every(sessions, Unit)}
        assert set(units) == {"Les Ormes", "Les Érables"}
        assert the_dossier(sessions).unit_id == units["Les Érables"].id
        assert units["Les Érables"].boarding

    def test_a_unit_keeps_its_boarding_and_takes_its_new_name(self, send: Send, sessions: Sessions) -> None:
        send(patient(), UNIT, stay(location=IN_UNIT))
        day = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}
        by_day = stay("S9", about="654321", location=IN_UNIT) | {"class": day}
        send(patient(ZOE), UNIT | {"name": "Les Grands Érables"}, by_day, sent=LATER)
        (unit,) = every(sessions, Unit)
        assert (unit.name, unit.boarding) == ("Les Grands Érables", True)

    def test_left_for_good_is_undone_only_by_a_return(self, send: Send, sessions: Sessions) -> None:
        over = stay(status="finished", period={"start": "2020-09-01", "end": "2022-07-05"})
        send(patient(), over)
        with sessions.begin() as db:
            db.scalars(select(Dossier)).one().state = DossierState.LEFT
        send(patient(), over, event(), sent=LATER)
        assert the_dossier(sessions).state is DossierState.LEFT
        send(patient(), stay("S2"), sent="2026-11-19T07:00:00+01:00")
        assert the_dossier(sessions).state is DossierState.PRESENT

    def test_a_stay_entered_in_error_goes_away(self, send: Send, sessions: Sessions) -> None:
        send(patient(), stay())
        send(patient(), stay(status="entered-in-error"), sent=LATER)
        assert every(sessions, Stay) == []

    def test_a_stay_that_ends_by_itself_is_settled_when_asked(self, send: Send, sessions: Sessions) -> None:
        send(patient(), stay(period={"start": "2024-09-02", "end": "2026-12-01"}))
        dossier = the_dossier(sessions)
        assert dossier.state is DossierState.PRESENT
        with sessions.begin() as db:
            services.settle(db, [dossier.id], datetime(2026, 12, 1, 23, tzinfo=UTC))
        assert the_dossier(sessions).state is DossierState.LEFT_READABLE


DOCUMENT = {
    "resourceType": "DocumentReference",
    "status": "current",
    "content": [{"attachment": {"title": "Bilan"}}],
}


class TestKept:
    def document(self, **changes: Any) -> Any:
        mine = {"identifier": [{"value": f"{HUGO}-DOC-1"}], "subject": {"reference": "Patient/123456"}}
        return DOCUMENT | mine | changes

    def test_only_where_it_lies_is_stored(self, send: Send, sessions: Sessions) -> None:
        send(patient(), self.document())
        (kept,) = every(sessions, Kept)
        assert (kept.resource_type, kept.entry, kept.vault_key, kept.category) == (
            "DocumentReference",
            1,
            "object-0",
            Category.DOCUMENTS,
        )
        assert "Bilan" not in str(vars(kept))

    def test_a_new_version_lies_elsewhere_and_an_error_nowhere(self, send: Send, sessions: Sessions) -> None:
        send(patient(), self.document())
        send(patient(), appointment(), self.document(), sent=LATER)
        assert [(one.vault_key, one.entry) for one in every(sessions, Kept)] == [("object-1", 2)]
        send(patient(), self.document(status="entered-in-error"), sent="2026-11-19T07:00:00+01:00")
        assert every(sessions, Kept) == []


def test_an_establishment_is_opened_once(sessions: Sessions) -> None:
    facts = {"finess": "750000001", "organisation": "Les Ormes"}
    with sessions.begin() as db:
        first = services.open_establishment(db, name="IME", **facts)
        again = services.open_establishment(
            db, name="IME des Ormes", phone="01 02", time_zone="Indian/Reunion", **facts
        )
        other = services.open_establishment(db, name="SESSAD", finess="750000002", organisation="Les Ormes")
        assert first.id == again.id
        assert (again.name, again.phone, again.time_zone) == ("IME des Ormes", "01 02", "Indian/Reunion")
        assert other.organisation_id == first.organisation_id
