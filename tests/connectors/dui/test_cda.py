"""TDDUI 1.x: whole dossiers as CDA documents. The header is read, the body never built, a DTD refused unread."""

from __future__ import annotations

import base64
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from portal.connectors.dui.bundle import EXPORT_DUI, wrap
from portal.connectors.dui.cda import DEEPEST, MOST_HEADER, Header, read
from portal.connectors.dui.mapping import understand
from portal.connectors.dui.opening import open_message
from portal.connectors.dui.records import Contact, Message
from portal.connectors.dui.references import Known
from portal.connectors.dui.refusal import Refused
from tests.connectors.dui.writing import FINESS, HUGO, bundle, raw

PUBLISHED = Path(__file__).parents[2] / "data" / "fhir" / "CDA_TDDUI_Exemple_v1.0.1.xml"
NUMBER = "147720425367411"


def document(ids: str = f'<id root="1.2.3" extension="{HUGO}"/>', more: str = "", body: str = "<component/>") -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
    <ClinicalDocument xmlns="urn:hl7-org:v3">
      <code code="EXPORT_DUI"/><effectiveTime value="20261118060000+0100"/>
      <recordTarget><patientRole>{ids}
        <addr use="H"><houseNumber>12</houseNumber><streetName>rue des Lilas</streetName>
          <postalCode>75020</postalCode><city>Paris</city></addr>
        <telecom value="tel:0612345678" use="MC"/><telecom value="mailto:a@example.fr"/>
        <patient><name><family qualifier="BR">DURAND</family><given>Hugo Marie</given>
          <given qualifier="BR">Hugo</given></name>
          <administrativeGenderCode code="M"/><birthTime value="20140915"/></patient>
      </patientRole></recordTarget>{more}{body}
    </ClinicalDocument>""".encode()


def header(text: bytes) -> Header:
    return read(text, 0, "here")


def code(text: bytes) -> str:
    with pytest.raises(Refused) as refused:
        header(text)
    assert refused.value.issues[0].path == "here"
    return refused.value.issues[0].code


def export(data: bytes | str) -> Any:
    text = data if isinstance(data, str) else base64.b64encode(data).decode()
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "type": {"coding": [{"code": EXPORT_DUI}]},
        "content": [{"attachment": {"contentType": "text/xml", "data": text}}],
    }


def taken(*entries: Any, known: Known | None = None) -> Message:
    opened = open_message(raw(bundle(*entries)))
    return understand(opened, known or Known(), client="DUI", finess=opened.finess({FINESS}), zone="Europe/Paris")


def test_the_header_says_who_and_when() -> None:
    found = header(document())
    assert (found.local_key, found.given_name, found.family_name) == (HUGO, "Hugo", "DURAND")
    assert (found.birth_date, found.gender) == (date(2014, 9, 15), "male")
    assert found.written_at == datetime(2026, 11, 18, 5, tzinfo=UTC)
    assert found.contacts == (
        Contact("phone", "0612345678", "mobile"),
        Contact("mail", "a@example.fr", ""),
        Contact("address", "12 rue des Lilas\n75020 Paris", "home"),
    )


def test_the_published_example_is_read() -> None:
    found = header(PUBLISHED.read_bytes())
    assert (found.finess, found.ins, found.local_key) == ("480787529", NUMBER, "")
    assert (found.given_name, found.family_name, found.birth_date) == ("Jean", "DUPONT", date(1947, 4, 3))
    assert found.contacts == (Contact("address", "12 rue des Lilas\n76748 Vittefleur", ""),)


def test_those_close_are_named_by_the_header() -> None:
    mother = """<informant><relatedEntity classCode="ECON"><code code="MTH" displayName="Mère"/>
      <telecom value="tel:0699999999"/><relatedPerson><name><family>Durand</family><given>Marie</given></name>
      </relatedPerson></relatedEntity></informant>"""
    message = taken(export(document(more=mother)))
    found = message.relatives[0]
    assert (found.dossier, found.relation, found.relation_label) == (HUGO, "MTH", "Mère")
    assert (found.given_name, found.family_name) == ("Marie", "Durand")
    assert found.key.startswith(f"{HUGO}#informant:")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"Hello world",
        b"<ClinicalDocument/>",
        b"<html><body/></html>",
        document()[:-20],
        document().replace(b"EXPORT_DUI", b"CR-BIO"),
        document().replace(b"urn:hl7-org:v3", b"urn:other"),
        document().replace(b"UTF-8", b"klingon"),
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_exported_dossier_is_refused(text: bytes) -> None:
    assert code(text) == "not-a-cda"


def test_a_dossier_about_nobody_is_refused() -> None:
    assert code(document().replace(b"recordTarget", b"participant")) == "about-nobody"


LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE ClinicalDocument>",
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/evil.dtd">',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_before_any_entity_is_read(doctype: str, encoding: str) -> None:
    text = document().decode().replace("?>", f"?>{doctype}", 1).replace("</given>", "&l9;&secret;</given>", 1)
    started = time.monotonic()
    assert code(text.replace("UTF-8", encoding).encode(encoding)) == "not-a-cda"
    assert time.monotonic() - started < 1


def test_a_deep_or_endless_header_is_refused_and_a_long_body_is_not_built() -> None:
    assert code(document(more="<a>" * DEEPEST + "</a>" * DEEPEST)) == "not-a-cda"
    assert code(document(more="<a/>" * (MOST_HEADER + 1))) == "not-a-cda"
    assert header(document(body="<component>" + "<a>b</a>" * (MOST_HEADER + 1) + "</component>")).local_key == HUGO


def test_a_transaction_of_documents_is_version_one_and_keeps_each_document() -> None:
    message = taken(export(document()))
    assert (message.version, message.finess) == ("1", FINESS)
    assert [(one.key, one.birth_date) for one in message.dossiers] == [(HUGO, date(2014, 9, 15))]
    assert [(one.resource_type, one.entry, one.category) for one in message.kept] == [
        ("DocumentReference", 0, "intimate_care")
    ], "a whole dossier in one document holds what staff tell each other"


def test_the_published_document_is_taken_when_its_patient_is_known_and_refused_otherwise() -> None:
    entry = export(PUBLISHED.read_bytes())
    with pytest.raises(Refused, match="unknown-ins"):
        taken(entry)
    known = Known(ins={NUMBER: HUGO}, dossiers=frozenset({HUGO}))
    assert [(one.key, one.ins) for one in taken(entry, known=known).dossiers] == [(HUGO, NUMBER)]


def test_a_document_of_another_establishment_is_refused() -> None:
    other = PUBLISHED.read_bytes().replace(b"1480787529", b"1750000001")
    with pytest.raises(Refused, match="wrong-establishment"):
        taken(export(other))
    with pytest.raises(Refused, match="wrong-establishment"):
        taken(export(document(ids='<id root="1" extension="3750000001/7"/>')))


@pytest.mark.parametrize("data", ["SGVsbG8gd29ybGQ=", "", "====", "é"])
def test_an_export_that_holds_no_document_is_refused_with_its_place(data: str) -> None:
    with pytest.raises(Refused) as refused:
        taken(export(data))
    assert refused.value.issues[0].code in {"not-a-cda", "structure"}
    assert "content[0].attachment" in refused.value.issues[0].path


def test_a_dossier_without_a_birth_date_is_not_opened() -> None:
    with pytest.raises(Refused, match="no-birth-date"):
        taken(export(document().replace(b"20140915", b"2014")))


def test_the_command_line_wraps_a_document() -> None:
    opened = open_message(wrap(b"\xef\xbb\xbf\n" + document()))
    assert opened.headers[0].local_key == HUGO
