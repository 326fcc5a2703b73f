"""What a DUI is answered: a transaction-response, or an OperationOutcome. Never a value of the message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.connectors.dui.records import Issue
from portal.connectors.dui.refusal import TOO_LARGE
from portal.connectors.dui.wording import SAYS

_FHIR_CODES = {
    "message-too-large": "too-costly",
    "too-many-values": "too-costly",
    "too-many-entries": "too-costly",
    "too-deep": "too-costly",
    "string-too-long": "too-long",
    "identifier-too-long": "too-long",
    "unresolved-reference": "not-found",
    "unknown-ins": "not-found",
    "wrong-establishment": "forbidden",
    "duplicate-key": "duplicate",
    "ins-of-another": "conflict",
    "no-identifier": "required",
    "no-birth-date": "required",
    "method-not-taken": "not-supported",
    "unknown-type": "not-supported",
}
_UNREADABLE = frozenset(
    {
        "too-many-values",
        "too-many-entries",
        "too-deep",
        "not-utf8",
        "not-json",
        "duplicate-name",
        "number-too-long",
        "string-too-long",
        "control-character",
        "not-a-bundle",
        "not-a-transaction",
        "empty",
    }
)
"""Codes of what is not a message at all: 400. A message that says something impossible is 422."""


def status_of(issues: Iterable[Issue]) -> int:
    """HTTP status of a refusal."""
    codes = {issue.code for issue in issues}
    if TOO_LARGE in codes:
        return 413
    return 400 if codes & _UNREADABLE else 422


def operation_outcome(issues: Iterable[Issue]) -> dict[str, Any]:
    """Why, in French, with the place of each issue."""
    return {"resourceType": "OperationOutcome", "issue": [_issue(issue) for issue in issues]}


def lone_outcome(code: str, diagnostics: str) -> dict[str, Any]:
    """An OperationOutcome for what happened before any message was read. ``code`` is FHIR's."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": code, "diagnostics": diagnostics}],
    }


def _issue(issue: Issue) -> dict[str, Any]:
    default = "structure" if issue.code in _UNREADABLE else "invalid"
    said: dict[str, Any] = {
        "severity": issue.severity.value,
        "code": _FHIR_CODES.get(issue.code, issue.code if issue.code == "structure" else default),
        "details": {"coding": [{"system": "urn:relie:reception", "code": issue.code}]},
        "diagnostics": SAYS[issue.code],
    }
    if issue.path:
        said["expression"] = [issue.path]
    return said


def transaction_response(entries: Iterable[tuple[str, str, bool]], warnings: Iterable[Issue] = ()) -> dict[str, Any]:
    """One answer for each entry of the request, in its order: (type, id, whether it is new).

    Warnings stand in the outcome of the first entry: FHIR has no place for those of a whole transaction.
    """
    answers = [_answer(*entry) for entry in entries]
    told = list(warnings)
    if answers and told:
        answers[0]["response"]["outcome"] = operation_outcome(told)
    return {"resourceType": "Bundle", "type": "transaction-response", "entry": answers}


def _answer(type_: str, id_: str, created: bool) -> dict[str, Any]:
    status = "201 Created" if created else "200 OK"
    return {"response": {"status": status, "location": f"{type_}/{id_}/_history/1"}}
