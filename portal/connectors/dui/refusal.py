"""Why a message is refused, and how big one may be. Codes are listed with their French in ``wording.py``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.connectors.dui.records import Issue, Severity
from portal.core.errors import PortalError

MIB = 1024 * 1024

TOO_LARGE = "message-too-large"
"""The one refusal that HTTP answers with 413."""

MOST_ISSUES = 50
"""Enough to repair a message; a message wrong everywhere must not make an answer as big as itself."""


class Refused(PortalError):
    """The message is refused as a whole. ``issues`` says where and why, without any value of the message."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("; ".join(f"{issue.code} {issue.path}".strip() for issue in self.issues))


def refuse(code: str, entry: int | None = None, path: str = "") -> Refused:
    """A refusal for one reason."""
    return Refused([Issue(code, entry, path, Severity.ERROR)])


@dataclass(frozen=True, slots=True)
class Limits:
    """What one message may cost. The whole message is held in memory, so each bound is a bound on memory."""

    bytes: int = 64 * MIB
    values: int = 2_500_000
    """Commas in the text, an upper bound of the values it holds: « [{},{},{}… » would otherwise fill the memory."""
    depth: int = 64
    entries: int = 50_000
    string: int = MIB
    """Characters in one string (FHIR R4, 2.24.0.1); base64 contents apart."""
