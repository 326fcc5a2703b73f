"""Text messages: numbers as people type them, a gateway as the settings describe it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import requests

from portal.connectors.sms import HttpTexter, SmsRefused, SmsUnavailable, e164, make_texter
from portal.core.errors import BadInput, ConfigError
from tests.conftest import a_configuration

BODY = '{"messages": [{"to": "{to}", "text": "{text}"}], "sender": "Relie"}'


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033 612345678", "+33612345678"),
        ("+352 621 123 456", "+352621123456"),
    ],
)
def test_a_number_is_kept_one_way(typed, kept):
    assert e164(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "phone"), ("rappelez", "phone"), ("06 12", "phone"), ("01 42 34 56 78", "phone-not_mobile")],
)
def test_what_takes_no_text_is_refused(typed, code):
    with pytest.raises(BadInput, match=code):
        e164(typed)


@pytest.fixture
def gateway(monkeypatch):
    told = SimpleNamespace(status=200, asked=[])

    def post(url, **said):
        told.asked.append((url, said))
        if told.status is None:
            raise requests.ConnectTimeout
        return SimpleNamespace(status_code=told.status)

    monkeypatch.setattr(requests, "post", post)
    return told


def test_values_fill_the_request_and_never_change_its_shape(gateway):
    HttpTexter("https://sms.example/v1", "Bearer x", BODY).send("+33612345678", 'Il y a "du" nouveau {to}')
    ((url, said),) = gateway.asked
    assert url == "https://sms.example/v1"
    (one,) = said["json"]["messages"]
    assert one["to"] == "+33612345678"
    assert one["text"].startswith('Il y a "du" nouveau')
    assert (said["headers"], said["allow_redirects"]) == ({"Authorization": "Bearer x"}, False)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, SmsRefused),
        (401, SmsUnavailable),
        (429, SmsUnavailable),
        (302, SmsUnavailable),
        (503, SmsUnavailable),
        (None, SmsUnavailable),
    ],
)
def test_what_a_gateway_answers_is_understood(gateway, status, error):
    gateway.status = status
    with pytest.raises(error):
        HttpTexter("https://sms.example/v1", "", BODY).send("+33612345678", "x")


@pytest.mark.parametrize(
    ("url", "body", "names"),
    [
        ("http://sms.example", BODY, "RELIE_SMS_URL"),
        ("https://sms.example", "{to} {text}", "RELIE_SMS_BODY"),
        ("https://sms.example", '{"to": "{to}"}', "RELIE_SMS_BODY"),
    ],
)
def test_a_gateway_half_described_stops_the_start(url, body, names):
    with pytest.raises(ConfigError, match=names):
        HttpTexter(url, "", body)


def test_there_is_none_unless_the_settings_say_so():
    assert make_texter(a_configuration()) is None
    assert make_texter(a_configuration(sms_url="https://sms.example")) is not None
