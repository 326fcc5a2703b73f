"""Settings: what is missing or unreadable is named, and no key shows itself."""

from __future__ import annotations

import base64

import pytest

from portal.core.config import from_environment
from portal.core.errors import ConfigError

KEY = base64.b64encode(b"k" * 32).decode()
WHOLE = {
    "RELIE_DATABASE_URL": "sqlite://",
    "RELIE_VAULT_URL": "memory://",
    "RELIE_SECRET_KEY": "s" * 32,
    "RELIE_VAULT_KEYS": f"one:{KEY}",
}


def test_four_settings_are_enough():
    settings = from_environment(WHOLE)
    assert settings.vault_keys == {"one": b"k" * 32}
    assert (settings.demo, settings.smtp_url, settings.max_bundle_bytes) == (False, None, 64 * 1024 * 1024)


@pytest.mark.parametrize("name", WHOLE)
def test_a_missing_one_is_named(name):
    with pytest.raises(ConfigError, match=name):
        from_environment({**WHOLE, name: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RELIE_SECRET_KEY", "hunter2"),
        ("RELIE_VAULT_KEYS", "one"),
        ("RELIE_VAULT_KEYS", "one:not base64"),
        ("RELIE_VAULT_KEYS", f"one:{base64.b64encode(b'short').decode()}"),
        ("RELIE_VAULT_KEYS", f":{KEY}"),
        ("RELIE_VAULT_KEYS", f"one:{KEY},"),
        ("RELIE_MAX_BUNDLE_BYTES", "many"),
        ("RELIE_TRUSTED_HOPS", "1.5"),
    ],
)
def test_an_unreadable_one_is_named_and_not_quoted(name, value):
    with pytest.raises(ConfigError, match=name) as refused:
        from_environment({**WHOLE, name: value})
    assert value not in str(refused.value)


def test_the_first_key_of_several_is_the_one_that_wraps():
    other = base64.b64encode(b"o" * 32).decode()
    assert list(from_environment({**WHOLE, "RELIE_VAULT_KEYS": f"new:{other},one:{KEY}"}).vault_keys) == ["new", "one"]


def test_no_secret_shows_in_a_trace():
    shown = repr(from_environment(WHOLE)) + str(from_environment(WHOLE))
    assert "s" * 32 not in shown
    assert "kkkk" not in shown
