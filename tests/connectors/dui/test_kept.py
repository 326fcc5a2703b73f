"""What is kept raw for features to come: where it lies, under which category, and what its attachments weigh."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from portal.access.words import Category
from portal.connectors.dui import kept
from portal.core.models import HiddenFrom
from tests.connectors.dui.writing import HUGO, TDDUI, codes, patient, read

MINE = {"subject": {"reference": "Patient/123456"}}
GOAL = {"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "Lire seul"}} | MINE
DOCUMENT = {"resourceType": "DocumentReference", "status": "current"} | MINE
CONTENT = b"%PDF-1.4 bilan"


def document(**attachment: Any) -> Any:
    return DOCUMENT | {"identifier": [{"value": f"{HUGO}-DOC-1"}], "content": [{"attachment": attachment}]}


@pytest.mark.parametrize(
    ("resource", "category"),
    [
        (GOAL, Category.PLAN),
        (GOAL | {"meta": {"profile": [f"{TDDUI}tddui-goal-attente"]}}, Category.WISHES),
        (GOAL | {"meta": {"profile": [f"{TDDUI}tddui-goal-attente|2.3.0"]}}, Category.WISHES),
        ({"resourceType": "CarePlan", "status": "active", "intent": "plan"} | MINE, Category.PLAN),
        ({"resourceType": "ServiceRequest", "status": "active", "intent": "plan"} | MINE, Category.PLAN),
        (document(title="Bilan"), Category.DOCUMENTS),
        (
            {"resourceType": "NutritionOrder", "status": "active", "intent": "order", "dateTime": "2026-01-01"}
            | {"patient": MINE["subject"]},
            Category.DIET,
        ),
        ({"resourceType": "Condition"} | MINE, Category.INTIMATE_CARE),
        ({"resourceType": "QuestionnaireResponse", "status": "completed"} | MINE, Category.INTIMATE_CARE),
    ],
)
def test_each_kind_falls_under_its_category_and_the_unknown_under_the_most_careful(
    resource: Any, category: Category
) -> None:
    found = read(patient(), resource).kept
    assert [(one.resource_type, one.category, one.dossier, one.entry) for one in found] == [
        (resource["resourceType"], category, HUGO, 1)
    ]


def test_every_category_of_the_table_is_a_word_of_access() -> None:
    assert {*kept._BY_TYPE.values(), *kept._BY_PROFILE.values(), kept.CAREFUL} <= {one.value for one in Category}


def test_nothing_of_what_it_says_is_in_the_record() -> None:
    assert "Lire seul" not in repr(read(patient(), GOAL).kept)


def test_its_labels_are_honoured() -> None:
    hidden = DOCUMENT | {"content": [{"attachment": {"title": "x"}}]}
    hidden |= {"securityLabel": [{"coding": [{"code": "INVISIBLE_REPRESENTANTS_LEGAUX"}]}]}
    assert read(patient(), hidden).kept[0].hidden is HiddenFrom.REPRESENTATIVES


def test_what_was_entered_in_error_goes_away() -> None:
    assert read(patient(), document(title="x") | {"status": "entered-in-error"}).kept[0].withdrawn
    assert read(patient(), GOAL | {"lifecycleStatus": "entered-in-error"}).kept[0].withdrawn


def test_without_identifier_another_content_is_another_thing() -> None:
    first, second = (read(patient(), GOAL | {"description": {"text": text}}).kept[0] for text in ("Lire", "Nager"))
    again = read(patient(), GOAL | {"description": {"text": "Lire"}, "id": "other", "meta": {"versionId": "2"}}).kept[0]
    assert first.key.startswith(f"{HUGO}#Goal:")
    assert first.key == again.key != second.key


class TestAttachments:
    SHA1 = base64.b64encode(hashlib.sha1(CONTENT).digest()).decode()
    DATA = base64.b64encode(CONTENT).decode()

    @pytest.mark.parametrize(
        ("told", "expected"),
        [
            ({}, []),
            ({"size": len(CONTENT), "hash": SHA1}, []),
            ({"size": 345678}, ["attachment-size"]),
            ({"hash": base64.b64encode(b"x" * 20).decode()}, ["attachment-hash"]),
            ({"size": 0, "hash": "AAAA"}, ["attachment-size", "attachment-hash"]),
        ],
    )
    def test_size_and_hash_are_measured_not_believed(self, told: Any, expected: list[str]) -> None:
        assert codes(read(patient(), document(data=self.DATA, **told))) == expected

    def test_the_content_may_stand_in_another_entry(self) -> None:
        binary = {"resourceType": "Binary", "contentType": "application/pdf", "data": self.DATA}
        entry = {"fullUrl": "urn:uuid:8da1cfcc-05db-4aca-86ad-82aa756a64bb", "resource": binary}
        told = document(url=entry["fullUrl"], size=1)
        assert codes(read(patient(), entry, told)) == ["attachment-size"]

    def test_a_content_that_is_not_in_the_message_is_told(self) -> None:
        assert codes(read(patient(), document(url="Binary/6789"))) == ["attachment-elsewhere"]
