"""The young person, those close to them, professionals and referents."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from portal.connectors.dui.records import Contact
from portal.connectors.dui.references import Known
from tests.connectors.dui.writing import (
    HUGO,
    MOS,
    codes,
    concept,
    extension,
    patient,
    practitioner,
    read,
    relative,
)


def role(**changes: Any) -> Any:
    """A PractitionerRole as the guide publishes it: the profession stands in an extension of the code."""
    nurse = concept(f"{MOS}TRE_A02-ProfessionSavFaire-CISIS", "G15_60", "Infirmière")
    facts = {
        "resourceType": "PractitionerRole",
        "id": "role",
        "practitioner": {"reference": "Practitioner/10101"},
        "code": [
            concept(f"{MOS}TRE_R85-RolePriseCharge", "330", "Coordonnateur de parcours")
            | {"extension": [extension("tddui-profession", valueCodeableConcept=nurse)]}
        ],
    }
    return facts | changes


def team(*members: Any, **changes: Any) -> Any:
    facts = {
        "resourceType": "CareTeam",
        "identifier": [{"value": f"{HUGO}-EQUIPE"}],
        "status": "active",
        "subject": {"reference": "Patient/123456"},
        "participant": list(members),
    }
    return facts | changes


class TestYoungPerson:
    def test_they_are_called_by_the_name_they_use(self) -> None:
        names = [
            {"use": "official", "family": "DURAND", "given": ["Hugo", "Marie"]},
            {"use": "usual", "family": "Durand-Petit", "given": ["Hugo"]},
        ]
        found = read(patient(name=names)).dossiers[0]
        assert (found.given_name, found.family_name) == ("Hugo", "Durand-Petit")

    def test_a_usual_name_without_a_first_name_borrows_the_official_one(self) -> None:
        names = [{"use": "official", "family": "DUPONT", "given": ["Jean"]}, {"use": "usual", "family": "Dupont"}]
        found = read(patient(name=names)).dossiers[0]
        assert (found.given_name, found.family_name) == ("Jean", "Dupont")

    @pytest.mark.parametrize(("names", "family"), [([{"text": "Hugo Durand"}], "Hugo Durand"), ([], "")])
    def test_a_name_in_one_piece_or_none_is_no_reason_to_refuse(self, names: Any, family: str) -> None:
        assert read(patient(name=names)).dossiers[0].family_name == family

    def test_birth_and_gender(self) -> None:
        found = read(patient(gender="male")).dossiers[0]
        assert (found.birth_date, found.gender) == (date(2014, 9, 15), "male")

    def test_addresses_and_phones_but_not_the_old_ones(self) -> None:
        told = patient(
            address=[
                {"use": "home", "line": ["12 rue des Lilas"], "postalCode": "75020", "city": "Paris"},
                {"use": "old", "line": ["1 rue d’Avant"], "city": "Lille"},
                {"text": "Chez Mamie"},
            ],
            telecom=[
                {"system": "phone", "value": "01 23 45 67 89", "use": "home"},
                {"system": "phone", "value": "01 23 45 67 89"},
                {"system": "email", "value": "hugo@example.fr"},
                {"system": "fax", "value": "01 00 00 00 00"},
                {"system": "phone", "value": "09 99 99 99 99", "use": "old"},
            ],
        )
        assert read(told).dossiers[0].contacts == (
            Contact("phone", "01 23 45 67 89", "home"),
            Contact("mail", "hugo@example.fr", ""),
            Contact("address", "12 rue des Lilas\n75020 Paris", "home"),
            Contact("address", "Chez Mamie", ""),
        )

    def test_contacts_inside_the_patient_are_told_to_staff_not_lost_in_silence(self) -> None:
        assert "contact-not-read" in codes(read(patient(contact=[{"name": {"family": "Durand"}}])))

    def test_a_name_too_long_for_a_screen_is_cut_and_staff_are_told(self) -> None:
        message = read(patient(name=[{"family": "D" * 300}]))
        assert len(message.dossiers[0].family_name) == 200
        assert "text-cut" in codes(message)


class TestRelatives:
    def test_a_mother_is_known_by_her_relation_and_her_role(self) -> None:
        ties = [
            concept(f"{MOS}TRE_R260-HL7RoleClass/FHIR/TRE-R260-HL7RoleClass", "ECON", "Personne à prévenir"),
            concept(f"{MOS}TRE_R216-HL7RoleCode/FHIR/TRE-R216-HL7RoleCode", "MTH", "Mère"),
        ]
        found = read(patient(), relative(relationship=ties)).relatives[0]
        assert (found.dossier, found.given_name, found.family_name) == (HUGO, "Marie", "Durand")
        assert (found.relation, found.relation_label, found.role, found.protection) == ("MTH", "Mère", "ECON", "")
        assert found.contacts == (Contact("phone", "06 12 34 56 78", "mobile"),)

    @pytest.mark.parametrize("code", ["TUTEUR", "CURATEUR", "MSVG"])
    def test_a_legal_protection_is_told_apart_from_a_relation(self, code: str) -> None:
        ties = [concept(f"{MOS}TRE_R217-ProtectionJuridique/FHIR/TRE-R217-ProtectionJuridique", code, "Mesure")]
        found = read(patient(), relative(relationship=ties)).relatives[0]
        assert (found.protection, found.protection_label, found.relation) == (code, "Mesure", "")

    def test_a_relation_in_a_table_we_do_not_know_says_nothing(self) -> None:
        found = read(patient(), relative(relationship=[concept("http://example.org/roles", "MTH", "Mère")])).relatives[
            0
        ]
        assert (found.relation, found.relation_label) == ("", "")

    def test_a_relative_who_is_no_longer_one_is_withdrawn(self) -> None:
        assert read(patient(), relative(active=False)).relatives[0].withdrawn
        assert not read(patient(), relative(active=True)).relatives[0].withdrawn


class TestProfessionals:
    def test_a_professional_is_named_with_what_they_do(self) -> None:
        message = read(practitioner(), role())
        named = {one.key: (one.name, one.role) for one in message.professionals}
        assert named["3480787529/10101"] == ("Claire Martin", "Infirmier")
        assert named["3480787529/10101/G15_60"] == ("Claire Martin", "Infirmière")

    def test_a_role_whose_holder_is_nowhere_keeps_the_role_and_no_name(self) -> None:
        message = read(role())
        assert [(one.name, one.role) for one in message.professionals] == [("", "Infirmière")]
        assert codes(message) == ["unknown-professional"]

    def test_a_role_whose_holder_was_told_before_has_their_name(self) -> None:
        known = Known(
            references={"Practitioner/10101": ("3480787529/10101", None)},
            professionals={"3480787529/10101": ("Claire Martin", "Infirmier")},
        )
        assert read(role(), known=known).professionals[0].name == "Claire Martin"

    def test_an_identifier_means_something_only_in_its_system(self) -> None:
        systems = ("https://rpps.esante.gouv.fr", "https://adeli.example")
        both = [practitioner(identifier=[{"system": one, "value": "1"}]) | {"id": one[-5:-3]} for one in systems]
        assert len({one.key for one in read(*both).professionals}) == 2


class TestReferents:
    MEMBER = {"member": {"reference": "PractitionerRole/role"}, "period": {"start": "2024-09-02"}}  # noqa: RUF012

    def test_a_team_names_those_who_follow_a_young_person(self) -> None:
        message = read(patient(), practitioner(), role(), team(self.MEMBER))
        found = message.referents[0]
        assert (found.dossier, found.name, found.role, found.since) == (
            HUGO,
            "Claire Martin",
            "Infirmière",
            date(2024, 9, 2),
        )
        assert message.teams == ((HUGO, found.team),)

    def test_what_somebody_does_in_the_team_comes_before_their_profession(self) -> None:
        member = self.MEMBER | {"role": [{"text": "Référente"}]}
        assert read(patient(), practitioner(), role(), team(member)).referents[0].role == "Référente"

    def test_a_relative_or_an_organisation_is_no_referent(self) -> None:
        members = [{"member": {"reference": "RelatedPerson/mere"}}, {"member": {"reference": "Organization/o"}}]
        message = read(patient(), relative(), team(*members))
        assert message.referents == ()
        assert len(message.teams) == 1, "an empty team still replaces the one before"

    def test_a_referent_nobody_knows_is_kept_by_what_is_displayed(self) -> None:
        member = {"member": {"reference": "Practitioner/gone", "display": "Dr Paul"}, "role": [{"text": "Médecin"}]}
        message = read(patient(), team(member))
        assert [(one.name, one.role, one.professional) for one in message.referents] == [("Dr Paul", "Médecin", None)]
        assert "unknown-professional" in codes(message)

    def test_the_professional_a_patient_names_is_a_referent(self) -> None:
        told = patient(generalPractitioner=[{"reference": "Practitioner/10101"}])
        assert [one.name for one in read(told, practitioner()).referents] == ["Claire Martin"]

    def test_the_team_of_somebody_known_by_a_national_number_does_not_carry_it_in_its_key(self) -> None:
        number = "114097500000112"
        both = [{"system": "urn:oid:1.2.250.1.213.1.4.8", "value": number}, *patient()["identifier"]]
        told = patient(identifier=both, generalPractitioner=[{"display": "Dr Paul"}])
        message = read(told)
        assert message.referents
        assert number not in repr((message.referents, message.teams, message.sources))
