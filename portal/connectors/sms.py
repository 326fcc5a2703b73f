"""Text messages: one port, to a gateway over HTTP that the settings describe, or, in a demo, among its mails.

A text message lies on a locked screen: whoever calls this port writes nothing in it that speaks of a person.
"""

from __future__ import annotations

import json
from typing import Any, Protocol
from urllib.parse import urlsplit

import phonenumbers
import requests

from portal.connectors.mail import FolderMailer
from portal.core.config import Settings
from portal.core.errors import BadInput, ConfigError, PortalError

TIMEOUT = 15.0
HOME = "FR"
"""Numbers without a country are of this one."""
MOBILE = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
TO, TEXT = "{to}", "{text}"


class SmsError(PortalError):
    """The message did not leave; ``code`` says why, without a number."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SmsUnavailable(SmsError):
    """The gateway does not answer, or not now: to be tried again."""


class SmsRefused(SmsError):
    """The gateway will never take this message."""


class Texter(Protocol):
    """Sends one text to one number (E.164). Raises ``SmsUnavailable`` or ``SmsRefused``."""

    def send(self, to: str, text: str) -> None: ...


def e164(said: str) -> str:
    """A mobile number as typed → « +33612345678 ». Raises ``BadInput`` phone: « phone », or « phone-not_mobile »."""
    try:
        number = phonenumbers.parse(said, HOME)
    except phonenumbers.NumberParseException:
        raise BadInput("phone", "phone") from None
    if not phonenumbers.is_valid_number(number):
        raise BadInput("phone", "phone")
    if phonenumbers.number_type(number) not in MOBILE:
        raise BadInput("phone", "phone-not_mobile")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class HttpTexter:
    """A gateway that takes JSON by POST. ``body`` is its request, with ``{to}`` and ``{text}`` where they go."""

    def __init__(self, url: str, authorization: str, body: str) -> None:
        """Raises ``ConfigError`` naming the setting that cannot be used."""
        if urlsplit(url).scheme != "https" or not urlsplit(url).hostname:
            raise ConfigError("RELIE_SMS_URL wants an https address")
        try:
            self._body: Any = json.loads(body)
        except ValueError:
            raise ConfigError('RELIE_SMS_BODY wants JSON with "{to}" and "{text}" in it') from None
        if TO not in body or TEXT not in body:
            raise ConfigError('RELIE_SMS_BODY wants "{to}" and "{text}" in it, or nobody would be told anything')
        self._url = url
        self._headers = {"Authorization": authorization} if authorization else {}

    def send(self, to: str, text: str) -> None:
        try:
            answer = requests.post(
                self._url,
                json=_filled(self._body, to, text),
                headers=self._headers,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise SmsUnavailable(type(error).__name__.lower()) from None
        if answer.status_code in (400, 422):
            raise SmsRefused(f"http_{answer.status_code}")
        if not 200 <= answer.status_code < 300:  # a wrong key, too much at once: not about this number
            raise SmsUnavailable(f"http_{answer.status_code}")


class FolderTexter:
    """Texts of a demo, shown among its mails."""

    def __init__(self, mailer: FolderMailer) -> None:
        self._mailer = mailer

    def send(self, to: str, text: str) -> None:
        self._mailer.send(f"{to.lstrip('+')}@sms.invalid", "SMS", text + "\n")


def make_texter(settings: Settings) -> Texter | None:
    """The gateway that the settings name; None: no text message is offered to anybody."""
    if settings.sms_url:
        return HttpTexter(settings.sms_url, settings.sms_authorization, settings.sms_body)
    if settings.demo and settings.mail_folder is not None:
        return FolderTexter(FolderMailer(settings.mail_folder, settings.mail_from))
    return None


def _filled(part: Any, to: str, text: str) -> Any:
    """The same JSON; values only are filled in, so nothing typed can change its shape."""
    if isinstance(part, dict):
        return {name: _filled(value, to, text) for name, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, to, text) for value in part]
    return part.replace(TO, to).replace(TEXT, text) if isinstance(part, str) else part
