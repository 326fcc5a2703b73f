"""Mail leaves by a real server or stays, is encrypted on the way, and cannot be made to say more than we wrote."""

from __future__ import annotations

import socket
import ssl
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from hypothesis import example, given, settings
from hypothesis import strategies as st
from smtpdfix.certs import _generate_certs

from portal.connectors import mail
from portal.connectors.mail import (
    FolderMailer,
    MailError,
    MailRefused,
    MailUnavailable,
    SmtpMailer,
    compose,
    make_mailer,
)
from portal.core import clock
from portal.core.errors import BadInput, ConfigError
from tests.connectors.vault_parts import SETTINGS

SENDER = "relie@institut.example"
TO = "camille@famille.example"
NEWS = "Il y a du nouveau dans Relie.\nhttps://relie.example\n"


class Kept:
    """What a real server took, and how it answers."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []
        self.sessions: list[Any] = []
        self.encrypted: list[bool] = []
        self.rcpt = self.data = "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.data.startswith("250"):
            self.envelopes.append(envelope)
            self.sessions.append(session)
            self.encrypted.append(server.transport.get_extra_info("cipher") is not None)
        return self.data


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path, _ = _generate_certs(tmp_path_factory.mktemp("certificate"))
    return Path(path)


@pytest.fixture
def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


@pytest.fixture
def served(certificate: Path) -> Iterator[Callable[..., tuple[str, Kept]]]:
    """Start a server: plain, with STARTTLS or all in TLS; gives its ``host:port`` and what it keeps."""
    running: list[Controller] = []

    def start(kind: str = "plain", **options: Any) -> tuple[str, Kept]:
        kept = Kept()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(str(certificate))
        if kind == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
        if kind == "tls":
            options |= {"ssl_context": context}
        controller = Controller(kept, hostname="127.0.0.1", port=0, **options)
        running.append(controller)
        with bound_anywhere(controller):
            controller.start()
        return f"127.0.0.1:{controller.port}", kept

    yield start
    for controller in running:
        controller.stop()


@contextmanager
def bound_anywhere(controller: Controller) -> Iterator[None]:
    """aiosmtpd wants a port number: take a free one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        controller.port = free.getsockname()[1]
    yield


def raw_server(answers: Callable[[socket.socket], None]) -> tuple[str, Thread]:
    """A server that does as it pleases with one connection."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(1)

    def run() -> None:
        connection, _ = listening.accept()
        with connection, listening:
            answers(connection)

    thread = Thread(target=run, daemon=True)
    thread.start()
    return f"127.0.0.1:{listening.getsockname()[1]}", thread


def parsed(envelope: Any) -> Any:
    return message_from_bytes(envelope.content, policy=policy.default)


def test_a_mail_arrives_as_written(served: Any) -> None:
    where, kept = served()
    SmtpMailer(f"smtp://{where}", SENDER).send(TO, "Il y a du nouveau dans Relie", "Écrit à Éloïse\u00a0?\n.\nFin\n")
    (envelope,) = kept.envelopes
    message = parsed(envelope)
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, [TO])
    assert message["Subject"] == "Il y a du nouveau dans Relie"
    assert message["From"] == f"Relie <{SENDER}>"
    assert message["To"] == TO
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == "Écrit à Éloïse\u00a0?\n.\nFin\n"
    assert message.get_content_type() == "text/plain"


def test_the_name_of_our_machine_stays_here(served: Any) -> None:
    where, kept = served()
    SmtpMailer(f"smtp://{where}", SENDER).send(TO, "x", NEWS)
    assert socket.gethostname() not in kept.envelopes[0].content.decode()
    assert kept.sessions[0].host_name == "institut.example"


@pytest.mark.parametrize(("scheme", "kind"), [("smtp", "starttls"), ("smtps", "tls")])
def test_mail_is_encrypted_on_the_way(served: Any, trusting: ssl.SSLContext, scheme: str, kind: str) -> None:
    where, kept = served(kind)
    SmtpMailer(f"{scheme}://{where}", SENDER, tls=trusting).send(TO, "x", NEWS)
    assert kept.encrypted == [True]


@pytest.mark.parametrize(("scheme", "kind"), [("smtp", "starttls"), ("smtps", "tls")])
def test_a_server_that_nobody_vouches_for_gets_nothing(served: Any, scheme: str, kind: str) -> None:
    where, kept = served(kind)
    with pytest.raises(MailUnavailable, match="sslcertverificationerror"):
        SmtpMailer(f"{scheme}://{where}", SENDER).send(TO, "x", NEWS)
    assert kept.envelopes == []


def test_nothing_travels_in_clear_to_another_machine(served: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server on the way may hide STARTTLS: then nothing is said at all, the password least of all."""
    where, kept = served()
    monkeypatch.setattr(mail, "LOOPBACK", ())
    with pytest.raises(MailUnavailable, match="no_starttls"):
        SmtpMailer(f"smtp://user:secret@{where}", SENDER).send(TO, "x", NEWS)
    assert kept.envelopes == []


def test_the_login_of_the_address_is_used(served: Any, trusting: ssl.SSLContext) -> None:
    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
        from aiosmtpd.smtp import AuthResult

        return AuthResult(success=(data.login, data.password) == (b"relie@x", b"p:/@ss"), handled=False)

    where, kept = served("starttls", authenticator=check, auth_required=True, auth_exclude_mechanism=["CRAM-MD5"])
    SmtpMailer(f"smtp://relie%40x:p%3A%2F%40ss@{where}", SENDER, tls=trusting).send(TO, "x", NEWS)
    assert len(kept.envelopes) == 1
    with pytest.raises(MailUnavailable, match="smtp_535"):
        SmtpMailer(f"smtp://relie%40x:wrong@{where}", SENDER, tls=trusting).send(TO, "x", NEWS)
    with pytest.raises(MailUnavailable, match="smtp_530"):
        SmtpMailer(f"smtp://{where}", SENDER, tls=trusting).send(TO, "x", NEWS)


@pytest.mark.parametrize("stage", ["rcpt", "data"])
@pytest.mark.parametrize(("answer", "error"), [("450 later", MailUnavailable), ("550 no such user", MailRefused)])
def test_a_refusal_says_whether_to_try_again(served: Any, stage: str, answer: str, error: type[MailError]) -> None:
    where, kept = served()
    setattr(kept, stage, answer)
    with pytest.raises(error) as caught:
        SmtpMailer(f"smtp://{where}", SENDER).send(TO, "x", NEWS)
    assert caught.value.code == f"smtp_{answer[:3]}"
    assert TO not in repr(caught.value)
    assert caught.value.__suppress_context__


def test_a_server_that_is_down_is_tried_later() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(MailUnavailable, match="connectionrefusederror"):
        SmtpMailer(f"smtp://127.0.0.1:{port}", SENDER).send(TO, "x", NEWS)


@pytest.mark.parametrize(("scheme", "greeting"), [("smtp", b""), ("smtp", b"220 hello\r\n"), ("smtps", b"")])
def test_a_silent_server_is_left_after_a_while(scheme: str, greeting: bytes) -> None:
    def silent(connection: socket.socket) -> None:
        connection.settimeout(8)
        connection.sendall(greeting)
        with suppress(TimeoutError):
            while connection.recv(1000):
                pass

    where, thread = raw_server(silent)
    began = time.monotonic()
    with pytest.raises(MailUnavailable):
        SmtpMailer(f"{scheme}://{where}", SENDER, timeout=0.3).send(TO, "x", NEWS)
    thread.join(5)
    assert time.monotonic() - began < 5
    assert not thread.is_alive(), "the connection was left open"


@pytest.mark.parametrize("greeting", [b"554 you are on a list\r\n", b"421 too busy\r\n", b"", b"HTTP/1.1 400 Bad\r\n"])
def test_a_server_that_does_not_want_us_is_tried_later(greeting: bytes) -> None:
    """It says nothing of this mail, so this mail is not given up."""
    where, _ = raw_server(lambda connection: connection.sendall(greeting))
    with pytest.raises(MailUnavailable):
        SmtpMailer(f"smtp://{where}", SENDER, timeout=5).send(TO, "x", NEWS)


def test_a_mail_taken_is_not_sent_again_because_of_the_goodbye() -> None:
    def rude(connection: socket.socket) -> None:
        connection.sendall(b"220 hello\r\n")
        stream = connection.makefile("rb")
        for line in stream:
            if line.upper().startswith(b"QUIT"):
                return
            if line.upper().startswith(b"DATA"):
                connection.sendall(b"354 go\r\n")
                while stream.readline() != b".\r\n":
                    pass
            connection.sendall(b"250 fine\r\n")

    where, _ = raw_server(rude)
    SmtpMailer(f"smtp://{where}", SENDER, timeout=5).send(TO, "x", NEWS)


HOSTILE = st.text(st.characters(codec="utf-8"), max_size=200)


@settings(deadline=None)
@given(HOSTILE)
@example("Bonjour\r\nBcc: all@example.org")
@example("Bonjour\nX: y")
@example("a\u2028Bcc: b@example.org")
@example("a\x85Bcc: b@example.org")
@example("a\x0bBcc: b@example.org")
@example("=?utf-8?q?=0D=0ABcc=3A_b=40example.org?=")
@example("x" * 2000)
@example("é" * 500)
def test_a_subject_never_becomes_a_header(subject: str) -> None:
    try:
        written = compose(SENDER, TO, subject, NEWS).as_bytes()
    except BadInput:
        return
    head, _, body = written.partition(b"\r\n\r\n")
    again = message_from_bytes(written, policy=policy.default)
    assert sorted(again.keys()) == sorted(EXPECTED)
    assert again.get_all("To") == [TO]
    assert b"nouveau" in body
    assert all(b":" in line or line[:1] in (b" ", b"\t") for line in head.split(b"\r\n"))


@pytest.mark.parametrize(
    "subject",
    ["Bonjour\r\nBcc: b@example.org", "a\u2028b", "a\x85b", "a\0b", "=?utf-8?q?=0D=0ABcc=3A_b=40example.org?="],
)
def test_a_subject_with_a_line_break_is_refused(subject: str) -> None:
    with pytest.raises(BadInput, match="subject: control_character"):
        compose(SENDER, TO, subject, NEWS)


EXPECTED = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
)


@pytest.mark.parametrize(
    "to",
    [
        "",
        "camille",
        "@famille.example",
        "camille@",
        "a@b.example, c@d.example",
        "a@b.example;c@d.example",
        "a@b.example c@d.example",
        "Camille <a@b.example>",
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example\nRCPT TO:<c@d.example>",
        "a@b.example>\r\nDATA",
        "a\u2028@b.example",
        "a@b.example\0",
        "a@b.example(comment)",
        '"a b"@c.example',
        "group: a@b.example;",
        "a@b@c.example",
        "a@[127.0.0.1]",
    ],
)
def test_an_address_is_one_address(to: str, served: Any) -> None:
    where, kept = served()
    with pytest.raises(BadInput, match=r"^to: "):
        SmtpMailer(f"smtp://{where}", SENDER).send(to, "x", NEWS)
    assert kept.envelopes == []


@settings(deadline=None)
@given(HOSTILE)
def test_whatever_is_typed_as_an_address_goes_to_one_place_or_nowhere(to: str) -> None:
    try:
        message = compose(SENDER, to, "x", NEWS)
    except BadInput:
        return
    assert [address.addr_spec for address in message["To"].addresses] == [to]


@settings(deadline=None)
@given(HOSTILE)
def test_any_text_stays_in_the_body(text: str) -> None:
    again = message_from_bytes(compose(SENDER, TO, "x", text).as_bytes(), policy=policy.default)
    assert sorted(again.keys()) == sorted(EXPECTED)
    assert again.get_content_type() == "text/plain"


def test_a_demo_keeps_its_mail_in_a_folder(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path / "mail", SENDER)
    assert mailer.messages() == []
    first = datetime(2025, 12, 1, 9, tzinfo=UTC)
    for day, subject in enumerate(("Première", "Deuxième")):
        with clock.frozen(first + timedelta(days=day)):
            mailer.send(TO, subject, NEWS)
    newest, oldest = mailer.messages()
    assert (newest.to, newest.subject, newest.text) == (TO, "Deuxième", NEWS)
    assert (oldest.subject, oldest.sent_at) == ("Première", first)
    assert stat.S_IMODE((tmp_path / "mail").stat().st_mode) == 0o700


def test_a_mail_half_written_is_not_shown(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path, SENDER)
    (tmp_path / "x.part").write_bytes(b"From: ")
    assert mailer.messages() == []


def test_the_folder_refuses_what_a_server_would(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        FolderMailer(tmp_path, SENDER).send("a@b.example\nBcc: c@d.example", "x", NEWS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url",
    [
        "smtp://",
        "smtp.example:25",
        "http://smtp.example",
        "smtp://smtp.example/path",
        "smtp://smtp.example?tls=off",
        "smtp://smtp.example:port",
        "smtp://smtp.example:0",
        "smtp://[smtp.example",
    ],
)
def test_an_address_of_a_server_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="RELIE_SMTP_URL"):
        make_mailer(SETTINGS.with_(smtp_url=url))


@pytest.mark.parametrize(
    ("url", "port", "login"),
    [
        ("smtp://mail.example", 587, None),
        ("smtps://mail.example", 465, None),
        ("smtps://u:p@mail.example:1465/", 1465, ("u", "p")),
    ],
)
def test_a_server_has_the_usual_ports(url: str, port: int, login: tuple[str, str] | None) -> None:
    mailer = SmtpMailer(url, SENDER)
    assert (mailer._port, mailer._login) == (port, login)


def test_the_settings_choose_the_mailer(tmp_path: Path) -> None:
    assert isinstance(make_mailer(SETTINGS.with_(smtp_url="smtp://mail.example")), SmtpMailer)
    assert isinstance(make_mailer(SETTINGS.with_(mail_folder=tmp_path, demo=True)), FolderMailer)


def test_a_portal_that_tells_nobody_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="RELIE_SMTP_URL"):
        make_mailer(SETTINGS)
    with pytest.raises(ConfigError, match="RELIE_SMTP_URL"):
        make_mailer(SETTINGS.with_(mail_folder=tmp_path, demo=False))
