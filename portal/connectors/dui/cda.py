"""The header of a CDA document (TDDUI 1.x). The body is read to its end, for it must be XML, and never built."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Never
from xml.etree import ElementTree

from portal.connectors.dui import keys, times
from portal.connectors.dui.records import Contact
from portal.connectors.dui.refusal import refuse

V3 = "{urn:hl7-org:v3}"
EXPORT_CODE = "EXPORT_DUI"
INS_ROOTS = frozenset({system.removeprefix("urn:oid:") for system in keys.INS_SYSTEMS})
ORGANISATION_ROOT = keys.ORGANISATION_OID.removeprefix("urn:oid:")
RELATION_NAMES = {"MTH": "Mère", "FTH": "Père", "PRN": "Parent", "GRPRN": "Grand-parent", "SIB": "Frère ou sœur"}

DEEPEST = 100
MOST_HEADER = 10_000
"""Elements a header may hold."""

_GENDERS = {"M": "male", "F": "female", "UN": "other"}
_USES = {"H": "home", "HP": "home", "MC": "mobile", "WP": "work"}


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody close, as the header names them."""

    key: str
    """Only inside the dossier."""
    family_name: str
    given_name: str
    relation: str
    relation_label: str
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of an exported dossier says."""

    finess: str
    local_key: str
    ins: str
    family_name: str
    given_name: str
    birth_date: date | None
    gender: str
    written_at: datetime | None
    contacts: tuple[Contact, ...] = ()
    relatives: tuple[Relative, ...] = field(default=())


class _Builder:
    """Builds the tree of the header only. A document type declaration is refused before any entity is read."""

    def __init__(self) -> None:
        self.root: ElementTree.Element | None = None
        self._open: list[ElementTree.Element] = []
        self._depth = 0
        self._count = 0
        self._in_body = 0

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> Never:
        raise _NotACda

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _NotACda
        if self._in_body or (self._depth == 2 and tag == f"{V3}component"):
            self._in_body += 1
            return
        self._count += 1
        if self._count > MOST_HEADER:
            raise _NotACda
        element = ElementTree.Element(tag, attributes)
        if self._open:
            self._open[-1].append(element)
        else:
            self.root = element
        self._open.append(element)

    def data(self, text: str) -> None:
        if self._open and not self._in_body and not len(self._open[-1]):
            self._open[-1].text = (self._open[-1].text or "") + text

    def end(self, _tag: str) -> None:
        self._depth -= 1
        if self._in_body:
            self._in_body -= 1
        else:
            self._open.pop()

    def close(self) -> ElementTree.Element | None:
        return self.root


class _NotACda(Exception):
    pass


def read(document: bytes, entry: int | None, path: str) -> Header:
    """The header of a CDA export.

    Raises ``Refused`` at ``path`` when the bytes are not such a document, or are about nobody.
    """
    builder = _Builder()
    parser = ElementTree.XMLParser(target=builder)  # noqa: S314 - the target refuses a DTD, and with it every entity
    try:
        parser.feed(document)
        root = parser.close()
    except (ElementTree.ParseError, _NotACda, ValueError, LookupError):
        raise refuse("not-a-cda", entry, path) from None
    if root is None or root.tag != f"{V3}ClinicalDocument" or _attribute(root, "code", "code") != EXPORT_CODE:
        raise refuse("not-a-cda", entry, path)
    role = root.find(f"{V3}recordTarget/{V3}patientRole")
    if role is None:
        raise refuse("about-nobody", entry, path)
    return _header(root, role)


def _header(root: ElementTree.Element, role: ElementTree.Element) -> Header:
    patient = role.find(f"{V3}patient")
    patient = ElementTree.Element("patient") if patient is None else patient
    family, given = _name(patient.find(f"{V3}name"))
    return Header(
        finess=_finess(root),
        local_key=next((value for _, value in _ids(role) if keys.LOCAL.fullmatch(value)), ""),
        ins=next((value for where, value in _ids(role) if where in INS_ROOTS), ""),
        family_name=family,
        given_name=given,
        birth_date=_day(_attribute(patient, "birthTime", "value")),
        gender=_GENDERS.get(_attribute(patient, "administrativeGenderCode", "code"), ""),
        written_at=_instant(_attribute(root, "effectiveTime", "value")),
        contacts=_contacts(role),
        relatives=tuple(_relative(item) for item in root.findall(f"{V3}informant/{V3}relatedEntity")),
    )


def _finess(root: ElementTree.Element) -> str:
    """Of who keeps the document, else of the software's establishment."""
    keeper = f"{V3}custodian/{V3}assignedCustodian/{V3}representedCustodianOrganization"
    author = f"{V3}author/{V3}assignedAuthor/{V3}representedOrganization"
    for where in (keeper, author):
        for organisation in root.findall(where):
            for oid, value in _ids(organisation):
                found = keys.ORGANISATION.fullmatch(value)
                if oid == ORGANISATION_ROOT and found:
                    return found[1]
    return ""


def _ids(element: ElementTree.Element) -> list[tuple[str, str]]:
    return [(one.get("root", ""), one.get("extension", "").strip()) for one in element.findall(f"{V3}id")]


def _attribute(element: ElementTree.Element, child: str, name: str) -> str:
    found = element.find(f"{V3}{child}")
    return "" if found is None else found.get(name, "").strip()


def _name(name: ElementTree.Element | None) -> tuple[str, str]:
    """(family, given) as used in life (CL), else of birth (BR), else the first said."""

    def said(part: str) -> str:
        parts = [] if name is None else name.findall(f"{V3}{part}")
        ordered = sorted(parts, key=lambda one: {"CL": 0, "BR": 1}.get(one.get("qualifier", ""), 2))
        return next(((one.text or "").strip() for one in ordered), "")

    return said("family"), said("given")


def _contacts(element: ElementTree.Element) -> tuple[Contact, ...]:
    found: dict[Contact, None] = {}
    for item in element.findall(f"{V3}telecom"):
        scheme, _, value = item.get("value", "").partition(":")
        kind = {"tel": "phone", "mailto": "mail"}.get(scheme)
        if kind and value.strip():
            found.setdefault(Contact(kind, value.strip(), _USES.get(item.get("use", ""), "")))
    for item in element.findall(f"{V3}addr"):
        lines = [(line.text or "").strip() for line in item.findall(f"{V3}streetAddressLine")]
        street = " ".join(filter(None, (_text(item, "houseNumber"), _text(item, "streetName"))))
        town = " ".join(filter(None, (_text(item, "postalCode"), _text(item, "city"))))
        value = "\n".join(filter(None, (*lines, street, town)))
        if value:
            found.setdefault(Contact("address", value, _USES.get(item.get("use", ""), "")))
    return tuple(found)


def _text(element: ElementTree.Element, child: str) -> str:
    return (element.findtext(f"{V3}{child}") or "").strip()


def _relative(entity: ElementTree.Element) -> Relative:
    family, given = _name(entity.find(f"{V3}relatedPerson/{V3}name"))
    relation = _attribute(entity, "code", "code")
    shown = _attribute(entity, "code", "displayName") or RELATION_NAMES.get(relation, "")
    told = hashlib.sha256(f"{relation}|{family}|{given}".encode()).hexdigest()[:32]
    return Relative(f"#informant:{told}", family, given, relation, shown, _contacts(entity))


def _day(value: str) -> date | None:
    return times.day(f"{value[:4]}-{value[4:6]}-{value[6:8]}")


def _instant(value: str) -> datetime | None:
    """HL7 v3: ``20230414111500+0200``."""
    if len(value) != 19:
        return None
    clock = f"{value[8:10]}:{value[10:12]}:{value[12:14]}{value[14:17]}:{value[17:]}"
    return times.instant(f"{value[:4]}-{value[4:6]}-{value[6:8]}T{clock}")
