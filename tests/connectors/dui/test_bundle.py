"""The envelope: only a transaction of FHIR resources is opened, and the place of each error is said."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from portal.connectors.dui import bundle as bundle_module
from portal.connectors.dui.bundle import open_bundle, wrap
from portal.connectors.dui.refusal import MOST_ISSUES, Limits, Refused
from tests.connectors.dui.writing import bundle, event, patient, practitioner, raw, refusal, refusal_of


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ([], ("not-a-bundle", "Bundle")),
        ("Bundle", ("not-a-bundle", "Bundle")),
        ({}, ("not-a-bundle", "Bundle")),
        (patient(), ("not-a-bundle", "Bundle")),
        (bundle(patient()) | {"type": "batch"}, ("not-a-transaction", "Bundle.type")),
        (bundle(patient()) | {"type": ["transaction"]}, ("not-a-transaction", "Bundle.type")),
        (bundle(), ("empty", "Bundle.entry")),
        (bundle() | {"entry": {"resource": patient()}}, ("empty", "Bundle.entry")),
        (bundle(patient()) | {"timestamp": "yesterday"}, ("structure", "Bundle.timestamp")),
        (bundle(patient()) | {"total": "many"}, ("structure", "Bundle.total")),
        (bundle({"fullUrl": "urn:uuid:1"}), ("no-resource", "Bundle.entry[0]")),
        (bundle() | {"entry": [None]}, ("no-resource", "Bundle.entry[0]")),
        (bundle({"resource": {"id": "1"}}), ("unknown-type", "Bundle.entry[0].resource.resourceType")),
        (bundle({"resourceType": "Parent"}), ("unknown-type", "Bundle.entry[0].resource.resourceType")),
        (bundle({"resourceType": "HumanName"}), ("unknown-type", "Bundle.entry[0].resource.resourceType")),
        (bundle({"resourceType": "../Patient"}), ("unknown-type", "Bundle.entry[0].resource.resourceType")),
    ],
)
def test_what_is_no_transaction_is_refused(message: Any, why: tuple[str, str]) -> None:
    assert refusal_of(message) == [why]


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "GET"])
def test_a_dui_adds_and_replaces_and_does_nothing_else(method: str) -> None:
    entry = {"resource": patient(), "request": {"method": method, "url": "Patient/1"}}
    assert refusal(entry) == [("method-not-taken", "Bundle.entry[0].request.method")]


@pytest.mark.parametrize("request_", [{"method": "POST", "url": "TDDUIPatient"}, {"method": "PUT", "url": "x"}, None])
def test_the_type_comes_from_the_resource_and_never_from_the_address_asked_for(request_: Any) -> None:
    entry = {"resource": patient()} | ({"request": request_} if request_ else {})
    assert [entry.type for entry in open_bundle(raw(bundle(entry))).entries] == ["Patient"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"birthDate": "15/09/2014"}, "birthDate"),
        ({"name": [{"given": "Hugo"}]}, "name[0].given"),
        ({"name": ["Hugo"]}, "name[0]"),
        ({"identifier": {"value": "1"}}, "identifier"),
        ({"shoeSize": 34}, "shoeSize"),
    ],
)
def test_a_resource_against_the_structure_of_fhir_is_refused_with_its_place(change: Any, path: str) -> None:
    assert refusal(event(), patient(**change)) == [("structure", f"Bundle.entry[1].resource.{path}")]


def test_every_faulty_entry_is_said_but_the_answer_stays_short() -> None:
    faulty = [patient(birthDate="?") for _ in range(300)]
    assert len(refusal(*faulty)) == MOST_ISSUES


def test_a_bomb_of_entries_is_refused() -> None:
    entries = bundle(*[patient()] * 11)
    with pytest.raises(Refused, match="too-many-entries"):
        open_bundle(raw(entries), Limits(entries=10))


def test_a_refusal_quotes_nothing_of_the_message() -> None:
    secret = "SECRET"
    said = str(refusal(patient(gender=secret * 2, **{secret: secret}, birthDate=secret)))
    assert secret not in said.replace(f".{secret}", "")  # the name of an unknown element is all that may show


def test_a_message_says_when_it_was_sent_and_what_it_weighs() -> None:
    text = raw(bundle(patient()))
    draft = open_bundle(text)
    assert draft.sent_at == datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
    assert (draft.size, len(draft.digest), draft.version) == (len(text), 64, "2")


def test_the_command_line_wraps_a_lone_resource_and_leaves_a_bundle_alone() -> None:
    wrapped = json.loads(wrap(raw(patient())))
    assert (wrapped["type"], wrapped["entry"][0]["resource"]["resourceType"]) == ("transaction", "Patient")
    assert wrap(raw(bundle(patient()))) == raw(bundle(patient()))


@pytest.mark.parametrize("text", [b"[]", b"{}", b'"x"', b"nothing"])
def test_the_command_line_refuses_a_file_that_holds_no_resource(text: bytes) -> None:
    with pytest.raises(Refused):
        wrap(text)


def test_what_was_found_sound_is_not_checked_again_and_what_differs_is(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    check = bundle_module._problems_in
    monkeypatch.setattr(bundle_module, "_sound", set())
    monkeypatch.setattr(
        bundle_module, "_problems_in", lambda one, *where: checked.append(one["resourceType"]) or check(one, *where)
    )
    for _ in range(2):
        open_bundle(raw(bundle(practitioner(), patient())))
    assert checked == ["Practitioner", "Patient", "Bundle", "Patient", "Bundle"]
    assert refusal(practitioner(birthDate="?")) == [("structure", "Bundle.entry[0].resource.birthDate")]
    assert refusal(practitioner(birthDate="?")) == [("structure", "Bundle.entry[0].resource.birthDate")]


def test_what_is_remembered_as_sound_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_module, "_sound", set())
    monkeypatch.setattr(bundle_module, "MOST_SOUND", 3)
    for number in range(10):
        open_bundle(raw(bundle(practitioner(str(number)))))
        assert len(bundle_module._sound) <= 3
