"""Whatever a message becomes by accident or on purpose, it is understood or refused: nothing else ever comes out."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.connectors.dui.mapping import understand
from portal.connectors.dui.opening import open_message
from portal.connectors.dui.references import Known
from portal.connectors.dui.refusal import Refused
from portal.connectors.dui.wording import SAYS
from tests.connectors.dui.test_cda import document, export
from tests.connectors.dui.test_people import role, team
from tests.connectors.dui.test_stays import UNIT
from tests.connectors.dui.writing import (
    FINESS,
    HUGO,
    PARTICIPATION,
    ZOE,
    appointment,
    bundle,
    concept,
    event,
    patient,
    practitioner,
    relative,
    schedule,
    slot,
    stay,
    transport,
)

WHOLE = bundle(
    patient(telecom=[{"system": "phone", "value": "01"}], address=[{"line": ["a"], "city": "b"}]),
    relative(),
    practitioner(),
    role(),
    UNIT,
    team({"member": {"reference": "PractitionerRole/role"}, "period": {"start": "2024-09-02"}}),
    stay(location=[{"location": {"reference": "Location/erables"}}]),
    schedule(),
    slot("2026-11-16T09:00:00+01:00", "2026-11-20T13:00:00+01:00", kind="2", reason="2"),
    event(
        participant=[
            {"type": [concept(PARTICIPATION, "ESC")], "individual": {"reference": "RelatedPerson/mere"}},
            {"individual": {"reference": "Practitioner/10101", "display": "Claire"}},
        ],
        location=[{"location": {"reference": "Location/erables"}}],
        meta={"security": [{"code": "N"}]},
    ),
    appointment(patientInstruction="À apporter : un sac\nVenir tôt."),
    transport(),
    {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": {"reference": "Patient/123456"},
        "content": [{"attachment": {"data": "SGVsbG8=", "size": 5, "hash": "AAAA", "url": "Binary/1"}}],
    },
    export(document(ids=f'<id root="1" extension="{ZOE}"/>')),
)

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(
        [
            *("", "Patient/123456", "Patient/999", "#x", "urn:uuid:1", HUGO, "3750000001/1", "2026", "2026-02-30"),
            *("2026-11-19T14:30:00+01:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "\u00a0", "{}", "null"),
            *("Bundle", "Patient", "HumanName", "entered-in-error", "finished", "DELETE", "INVISIBLE_PATIENT", "====="),
        ]
    ),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.sampled_from(["reference", "value", "coding", "code", "id", "extension"]), st.text(max_size=5)),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        found += places(item, (*path, name))
    return found


PLACES = places(WHOLE)


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """The whole message with a few values replaced, removed, repeated or moved."""
    message = copy.deepcopy(WHOLE)
    for path in draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=4)):
        parent = message
        try:
            for name in path[:-1]:
                parent = parent[name]
            match draw(st.sampled_from(["replace", "remove", "repeat", "move"])):
                case "replace":
                    parent[path[-1]] = draw(ODD)
                case "remove":
                    del parent[path[-1]]
                case "repeat":
                    parent[path[-1]] = [parent[path[-1]]] * 2
                case "move":
                    other = message
                    for name in draw(st.sampled_from(PLACES)):
                        other = other[name]
                    parent[path[-1]] = copy.deepcopy(other)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took this place away
    return message


def outcome(message: Any, known: Known) -> str:
    try:
        opened = open_message(json.dumps(message).encode())
        understand(opened, known, client="DUI", finess=opened.finess({FINESS}), zone="Europe/Paris")
    except Refused as refused:
        return check(refused)
    return "taken"


def check(refused: Refused) -> str:
    assert refused.issues
    for issue in refused.issues:
        assert issue.code in SAYS
        assert issue.path == "" or issue.path.startswith("Bundle")
    return "refused"


def test_the_message_the_mutations_start_from_is_taken() -> None:
    assert outcome(WHOLE, Known()) == "taken"


@given(mutated())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_mutated_message_is_understood_or_refused(message: Any) -> None:
    outcome(message, Known(dossiers=frozenset({HUGO}), references={"Patient/999": (HUGO, HUGO)}))


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_refused(raw: bytes) -> None:
    with pytest.raises(Refused):
        open_message(raw)


@given(st.integers(0, 100_000), st.integers(0, 255))
@settings(max_examples=100, deadline=None)
def test_a_byte_changed_anywhere_is_understood_or_refused(position: int, byte: int) -> None:
    raw = bytearray(json.dumps(WHOLE).encode())
    raw[position % len(raw)] = byte
    try:
        opened = open_message(bytes(raw))
        understand(opened, Known(), client="DUI", finess=opened.finess({FINESS}), zone="Europe/Paris")
    except Refused as refused:
        check(refused)
