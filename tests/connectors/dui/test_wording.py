"""Every code has its sentence, every sentence its code, and the docs list them all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.connectors.dui.answers import operation_outcome, status_of, transaction_response
from portal.connectors.dui.records import Issue, Severity
from portal.connectors.dui.refusal import TOO_LARGE
from portal.connectors.dui.wording import SAYS

ROOT = Path(__file__).parents[3]
SAID = re.compile(r"""(?:refuse|warn|Issue)\(\s*"([a-z0-9-]+)\"""")
INSIDE = re.compile(r'"((?:unknown|no|several|not)-[a-z0-9-]+|control-character)"')


def codes_in_the_code() -> set[str]:
    found: set[str] = {TOO_LARGE}
    for folder in ("portal/connectors/dui", "portal/dossier", "portal/planning"):
        for path in (ROOT / folder).glob("*.py"):
            if path.name not in {"wording.py", "answers.py"}:
                text = path.read_text()
                found |= set(SAID.findall(text)) | (set(INSIDE.findall(text)) & SAYS.keys())
    return found


def test_every_code_the_portal_may_say_has_a_french_sentence_and_none_is_left_over() -> None:
    assert codes_in_the_code() == set(SAYS)


@pytest.mark.parametrize("code", SAYS)
def test_a_sentence_is_whole_and_typeset(code: str) -> None:
    sentence = SAYS[code]
    assert sentence.endswith(".")
    assert "'" not in sentence
    assert not re.search(r"[^\u00a0][:;!?»](?!//)", sentence)


def test_every_code_is_explained_in_the_docs() -> None:
    text = (ROOT / "docs" / "dui.md").read_text()
    assert [code for code in SAYS if f"`{code}`" not in text] == []


def test_an_outcome_says_where_and_why_in_french() -> None:
    issue = Issue("unresolved-reference", 3, "Bundle.entry[3].resource.subject", Severity.ERROR)
    (said,) = operation_outcome([issue])["issue"]
    assert said == {
        "severity": "error",
        "code": "not-found",
        "details": {"coding": [{"system": "urn:relie:reception", "code": "unresolved-reference"}]},
        "diagnostics": SAYS["unresolved-reference"],
        "expression": ["Bundle.entry[3].resource.subject"],
    }


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        (["message-too-large"], 413),
        (["not-json"], 400),
        (["too-deep"], 400),
        (["not-a-bundle"], 400),
        (["structure"], 422),
        (["unresolved-reference", "structure"], 422),
        (["wrong-establishment"], 422),
    ],
)
def test_a_refusal_has_its_http_status(codes: list[str], status: int) -> None:
    assert status_of(Issue(code) for code in codes) == status


def test_every_outcome_and_response_is_fhir() -> None:
    from fhir.resources.R4B.bundle import Bundle
    from fhir.resources.R4B.operationoutcome import OperationOutcome

    issues = [Issue(code, 0, "Bundle", Severity.ERROR) for code in SAYS]
    OperationOutcome.model_validate(operation_outcome(issues))
    kinds = {"invalid", "structure", "required", "not-supported", "duplicate", "not-found", "too-long", "too-costly"}
    kinds |= {"forbidden", "conflict"}
    assert {issue["code"] for issue in operation_outcome(issues)["issue"]} <= kinds
    answer = transaction_response([("Patient", "a1", True), ("Encounter", "b2", False)], [Issue("no-timestamp")])
    Bundle.model_validate(answer)
    assert [entry["response"]["status"] for entry in answer["entry"]] == ["201 Created", "200 OK"]
    assert answer["entry"][0]["response"]["location"] == "Patient/a1/_history/1"
    assert answer["entry"][0]["response"]["outcome"]["issue"][0]["severity"] == "warning"
