"""What the DUI says of somebody close → what their link may be. Only a suggestion: staff say, on a document.

Codes: TRE_R216-HL7RoleCode (relation), TRE_R217-ProtectionJuridique (measure), TRE_R260-HL7RoleClass (role), ANS.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from portal.access.axes import Link
from portal.access.models import Authority, Kind, Measure

Parts = tuple[Kind, Authority, Measure]

LINKS: Mapping[Link, Parts] = {
    Link.PARENT_FULL: (Kind.PARENT, Authority.FULL, Measure.NONE),
    Link.PARENT_INFORMED: (Kind.PARENT, Authority.INFORMED, Measure.NONE),
    Link.PARENT_WITHDRAWN: (Kind.PARENT, Authority.WITHDRAWN, Measure.NONE),
    Link.DELEGATE: (Kind.DELEGATE, Authority.NONE, Measure.NONE),
    Link.CHILD_WELFARE: (Kind.CHILD_WELFARE, Authority.NONE, Measure.NONE),
    Link.REPRESENT: (Kind.MEASURE, Authority.NONE, Measure.PERSON_REPRESENT),
    Link.ASSIST: (Kind.MEASURE, Authority.NONE, Measure.PERSON_ASSIST),
    Link.PROPERTY: (Kind.MEASURE, Authority.NONE, Measure.PROPERTY),
    Link.SELF: (Kind.SELF, Authority.NONE, Measure.NONE),
    Link.RELATIVE: (Kind.RELATIVE, Authority.NONE, Measure.NONE),
    Link.TRUSTED: (Kind.TRUSTED, Authority.NONE, Measure.NONE),
}
"""Links that staff write down, in the order of the question, each in its parts."""

_PARENTS = frozenset({"MTH", "FTH", "NMTH", "NFTH", "ADOPTP", "ADOPTM", "ADOPTF", "PRN", "NPRN"})
_CLOSE = frozenset(
    {"STPMTH", "STPFTH", "STPPRN", "MTHFOST", "FTHFOST", "PRNFOST"}
    | {"GRMTH", "GRFTH", "GRPRN", "MGRMTH", "PGRMTH", "MGRFTH", "PGRFTH", "GGRMTH", "GGRFTH"}
    | {"BRO", "SIS", "SIB", "HBRO", "HSIS", "NBRO", "NSIS", "STPBRO", "STPSIS"}
    | {"AUNT", "MAUNT", "PAUNT", "UNCLE", "MUNCLE", "PUNCLE", "COUSN", "FAMMEMB", "EXT"}
    | {"CHILD", "SON", "DAU", "SPS", "HUSB", "WIFE", "DOMPART", "FRND", "NBOR", "ROOM"}
)
_MEASURES = {"TUTEUR": Link.REPRESENT, "CURATEUR": Link.ASSIST}
_TRUSTED = frozenset({"QUAL", "NOK"})
DECIDES = frozenset({"GUARD"})
"""Roles (TRE_R260) of whoever decides for the young person."""


class Weight(StrEnum):
    """Why somebody close stands in the list of links to verify, or not."""

    DECIDES = "decides"
    """A parent, or somebody a judge named: without a verified link they see nothing, and should."""
    UNKNOWN = "unknown"
    """The DUI says something we cannot read: a person looks."""
    CLOSE = "close"
    """A grandmother, a neighbour: they see what somebody shares with them, when somebody asks for it."""


def suggested(relation: str, role: str, protection: str, *, adult: bool = False) -> tuple[Link | None, Weight]:
    """What the link may be (None: nobody can tell from this), and how much it presses. ``adult``: the young person is.

    The parents of an adult decide nothing any more: they are close, like others.
    """
    if protection:
        link = _MEASURES.get(protection)
        return link, Weight.DECIDES if link else Weight.UNKNOWN
    if relation in _PARENTS:
        return (Link.RELATIVE, Weight.CLOSE) if adult else (Link.PARENT_FULL, Weight.DECIDES)
    if role in DECIDES:
        return None, Weight.DECIDES
    if role in _TRUSTED:
        return Link.TRUSTED, Weight.CLOSE
    if relation in _CLOSE:
        return Link.RELATIVE, Weight.CLOSE
    return None, Weight.UNKNOWN
