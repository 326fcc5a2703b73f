"""Mail: one port, to a real server (SMTP) or, in a demo, to a folder shown on ``/demo``.

A mail travels and rests in the clear, on machines nobody here chose: whoever calls this port writes nothing in it that
speaks of a person.
"""

from __future__ import annotations

import re
import secrets
import smtplib
import ssl
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from portal.core import clock
from portal.core.config import Settings
from portal.core.errors import BadInput, ConfigError, PortalError

TIMEOUT = 15.0
"""Seconds a mail server may be silent."""

_STATUS = re.compile(rb"\s*(\d\.\d{1,3}\.\d{1,3})\b")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class MailError(PortalError):
    """The mail did not leave; ``code`` says why, without an address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class MailUnavailable(MailError):
    """The server does not answer, or not now: to be tried again."""


class MailRefused(MailError):
    """The server will never take this mail: an address that does not exist, a message it does not want."""


class AddressRefused(MailRefused):
    """Of those, the address itself is at fault: nobody reads it."""


class Mailer(Protocol):
    """Sends one plain text to one address.

    Raises ``BadInput`` when address or subject cannot be a header (line breaks, several addresses), ``MailUnavailable``
    when it may work later, ``MailRefused`` when it never will. Returning means the server took the mail.
    """

    def send(self, to: str, subject: str, text: str) -> None: ...


@dataclass(frozen=True)
class Mail:
    """A mail in the folder of a demo."""

    to: str
    subject: str
    text: str
    sent_at: datetime


def compose(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    """The message: one header block, whatever the values hold. Raises ``BadInput``."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = Address("Relie", addr_spec=_address("from", sender).addr_spec)
    message["To"] = _address("to", to)
    message["Subject"] = _plain("subject", subject)
    message["Date"] = localtime(clock.now())
    message["Message-ID"] = make_msgid(domain=_domain(sender))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="quoted-printable")
    return message


class SmtpMailer:
    """Mail by SMTP, one connection a mail. Always encrypted, except to a relay on this very machine."""

    def __init__(self, url: str, sender: str, *, tls: ssl.SSLContext | None = None, timeout: float = TIMEOUT) -> None:
        """``url``: ``smtp://user:password@host:587`` (STARTTLS) or ``smtps://user:password@host:465``.

        Raises ``ConfigError`` naming ``RELIE_SMTP_URL`` when it is neither.
        """
        parts = _checked(url)
        self._secure = parts.scheme == "smtps"
        self._host = parts.hostname or ""
        self._port = parts.port or (465 if self._secure else 587)
        self._login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        self._sender, self._domain, self._timeout = sender, _domain(sender), timeout
        self._tls = tls or ssl.create_default_context()

    def send(self, to: str, subject: str, text: str) -> None:
        message = compose(self._sender, to, subject, text)
        with _told(), self._connected() as server:
            if self._login:
                server.login(*self._login)
            server.send_message(message, self._sender, [to])

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """A server ready to take a mail. What it says to our goodbye no longer matters: it has the mail."""
        server = self._greeted()
        try:
            yield server
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()

    def _greeted(self) -> smtplib.SMTP:
        if self._secure:
            return smtplib.SMTP_SSL(self._host, self._port, self._domain, timeout=self._timeout, context=self._tls)
        server = smtplib.SMTP(self._host, self._port, self._domain, timeout=self._timeout)
        try:
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=self._tls)
            elif self._host not in LOOPBACK:
                raise MailUnavailable("no_starttls")
        except BaseException:
            server.close()
            raise
        return server


class FolderMailer:
    """Mail of a demo: one ``.eml`` file each, in a folder."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder, self._sender = folder, sender
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def send(self, to: str, subject: str, text: str) -> None:
        message = compose(self._sender, to, subject, text)
        name = f"{clock.now():%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
        draft = self._folder / f"{name}.part"
        draft.write_bytes(message.as_bytes())
        draft.rename(draft.with_suffix(".eml"))

    def messages(self) -> list[Mail]:
        """Every mail sent, newest first."""
        return [_read(path) for path in sorted(self._folder.glob("*.eml"), reverse=True)]


def make_mailer(settings: Settings) -> Mailer:
    """The mailer that the settings name.

    Raises ``ConfigError`` when there is none, or when a portal that is not a demo would write its mail in a folder.
    """
    if settings.smtp_url:
        return SmtpMailer(settings.smtp_url, settings.mail_from)
    if settings.mail_folder is None:
        raise ConfigError("RELIE_SMTP_URL is not set: nobody would be told anything")
    if not settings.demo:
        raise ConfigError("RELIE_MAIL_FOLDER is for a demo: set RELIE_SMTP_URL, or nobody would be told anything")
    return FolderMailer(settings.mail_folder, settings.mail_from)


def _checked(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        understood = parts.scheme in ("smtp", "smtps") and parts.hostname and not parts.path.strip("/")
        understood = understood and parts.port != 0 and not parts.query
    except ValueError:
        understood = False
    if not understood:
        raise ConfigError("RELIE_SMTP_URL wants smtp://user:password@host:587 or smtps://user:password@host:465")
    return parts


def _address(field: str, value: str) -> Address:
    """One address and nothing else: no list, no display name, no comment."""
    try:
        address = Address(addr_spec=_plain(field, value))
    except (ValueError, IndexError, MessageError):
        raise BadInput(field, "not_an_address") from None
    if not (address.username and address.domain) or address.addr_spec != value or set(value) & set(' ,;<>()[]"\\'):
        raise BadInput(field, "not_an_address")
    return address


def _domain(sender: str) -> str:
    """What we call ourselves to servers: the sender's domain, never the name of a machine inside."""
    return sender.rpartition("@")[2] or "localhost"


def _plain(field: str, value: str) -> str:
    """A value that stays on its line: no control, no separator of any alphabet, and none hidden in an encoded word.

    ``email`` decodes ``=?utf-8?q?=0D=0ABcc=3A…?=`` and then writes the line break out: a header of somebody else's.
    """
    if "=?" in value or any(unicodedata.category(sign) in ("Cc", "Zl", "Zp", "Cs") for sign in value):
        raise BadInput(field, "control_character")
    return value


@contextmanager
def _told() -> Iterator[None]:
    """The failures of a server in our words: theirs quote addresses, and what they say is for another machine."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        raise _answered_of_address(*min(error.recipients.values())) from None
    except smtplib.SMTPDataError as error:
        raise _answered(error.smtp_code) from None
    except smtplib.SMTPResponseException as error:  # connection, greeting, sender: not about this mail
        raise MailUnavailable(f"smtp_{error.smtp_code}") from None
    except smtplib.SMTPNotSupportedError:
        raise MailRefused("not_supported") from None
    except (smtplib.SMTPException, OSError) as error:
        raise MailUnavailable(type(error).__name__.lower()) from None


def _answered(code: int) -> MailError:
    """RFC 5321, 4.2.1: 4xx may pass later, 5xx will not."""
    return MailRefused(f"smtp_{code}") if 500 <= code < 600 else MailUnavailable(f"smtp_{code}")


def _answered_of_address(code: int, said: bytes) -> MailError:
    """The address is at fault when the server says so (``speaks_of_address``), or says no more than 550, 551 or 553. A
    full mailbox, or what a server thinks of us (5.7), is not its owner's fault."""
    status = _STATUS.match(said)
    fault = speaks_of_address(status[1].decode()) if status else code in (550, 551, 553)
    return AddressRefused(f"smtp_{code}") if fault else _answered(code)


def speaks_of_address(status: str) -> bool:
    """Whether this status (RFC 3463, « 5.1.1 ») means that nobody reads the address: 5.1 address, 5.4 its domain, 5.2.0
    and 5.2.1 mailbox."""
    return status.startswith(("5.1.", "5.4.")) or status in ("5.2.0", "5.2.1", "5.0.0")


def _read(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    text = message.get_content().replace("\r\n", "\n")
    return Mail(str(message["To"]), str(message["Subject"]), text, message["Date"].datetime)
