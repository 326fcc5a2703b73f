"""Mail that came back: who is nobody's address any more, and who only is late, or full."""

from __future__ import annotations

import smtplib

import pytest

from portal.connectors.bounces import read
from portal.connectors.mail import AddressRefused, MailError, MailRefused, _told

DSN = """From: MAILER-DAEMON@mx.example
To: relie@ime.example
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Nobody here.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Original-Recipient: {original}
Final-Recipient: rfc822; mere@famille.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: message/rfc822

From: relie@ime.example
To: somebody.else@famille.example
Subject: x

x
--b--
"""


def dsn(action="failed", status="5.1.1", original="rfc822;mere@famille.example"):
    return DSN.format(action=action, status=status, original=original).encode()


def test_an_address_that_nobody_reads_is_named_and_no_other():
    assert read(dsn()) == [("mere@famille.example", "5.1.1")]
    assert read(dsn(status="5.4.4 (no such domain)")) == [("mere@famille.example", "5.4.4")]


@pytest.mark.parametrize(
    "raw",
    [
        dsn(action="delayed", status="4.4.7"),
        dsn(action="delayed"),
        dsn(action="delivered", status="2.0.0"),
        dsn(status="5.2.2"),
        dsn(status="5.7.1"),
        dsn(original="x400; c=fr"),
        b"From: mere@famille.example\nSubject: 5.1.1 failed\n\nFinal-Recipient: rfc822; pere@famille.example",
        b"",
        b"\xff\xfe\x00" * 50,
        dsn() + b"x" * 1024 * 1024,
    ],
)
def test_anything_else_names_nobody(raw):
    assert read(raw) == []


@pytest.mark.parametrize(
    ("code", "said", "kind"),
    [
        (550, b"5.1.1 no such user", AddressRefused),
        (550, b"no such user", AddressRefused),
        (554, b"5.7.1 relay access denied", MailRefused),
        (550, b"5.7.1 we do not like you", MailRefused),
        (552, b"5.2.2 mailbox full", MailRefused),
    ],
)
def test_a_refusal_at_the_door_blames_the_address_only_when_it_is_the_address(code, said, kind):
    with pytest.raises(MailError) as refused, _told():
        raise smtplib.SMTPRecipientsRefused({"mere@famille.example": (code, said)})
    assert type(refused.value) is kind
