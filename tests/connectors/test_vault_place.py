"""A vault address that cannot keep anything is refused at the start, by the name of its setting."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.connectors.vault import make_vault
from portal.connectors.vault_place import place
from portal.core.errors import ConfigError
from tests.connectors.vault_parts import SETTINGS, bucket_url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "vault",
        "/srv/vault",
        "file://vault",
        "file://server/vault",
        "file:///",
        "file:vault",
        "file:///proc/nothing/here",
        "ftp://vault",
        "http://vault",
        "http://[vault",
        "s3://",
        "s3://bucket?region",
        "s3://bucket?endpoint=minio.example",
        "s3://bucket?endpoint=ftp://minio.example",
        "s3://bucket?endpoint=http://minio.example",
        "s3://bucket?endpoint=http://127.0.0.1.example",
        "s3://bucket?access_key_id=x",
        "s3://key:secret@bucket?endpoint=http://127.0.0.1:1",
        "s3://bucket?endpoint=http://127.0.0.1:1&region=eu-west-3",
        "memory://",
    ],
)
def test_an_address_that_keeps_nothing_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="RELIE_VAULT_URL"):
        make_vault(SETTINGS.with_(vault_url=url))


def test_a_bucket_that_does_not_exist_is_refused(s3_server: str) -> None:
    with pytest.raises(ConfigError, match=r"RELIE_VAULT_URL .*http_404"):
        place(f"s3://nowhere?endpoint={s3_server}&region=eu-west-3")


def test_a_bucket_that_exists_is_taken(s3_server: str) -> None:
    place(bucket_url(s3_server, "taken"))


def test_a_folder_is_made_when_it_is_not_there(tmp_path: Path) -> None:
    place((tmp_path / "un dossier" / "vault").as_uri())
    assert (tmp_path / "un dossier" / "vault" / "new").is_dir()


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "new").symlink_to("/proc")
    with pytest.raises(ConfigError, match="RELIE_VAULT_URL"):
        place(tmp_path.as_uri())


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vault").write_text("")
    with pytest.raises(ConfigError, match="RELIE_VAULT_URL"):
        place((tmp_path / "vault").as_uri())


def test_a_demo_may_keep_things_in_memory() -> None:
    vault = make_vault(SETTINGS.with_(demo=True))
    assert vault.read(vault.put(b"x", about=""), 1) == b"x"


@pytest.mark.parametrize("name", ["", "k" * 33, "clé", "a b", "a/b", "a\n"])
def test_a_key_needs_a_plain_short_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="RELIE_VAULT_KEYS"):
        make_vault(SETTINGS.with_(vault_url=tmp_path.as_uri(), vault_keys={name: b"1" * 32}))


def test_a_vault_needs_a_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="RELIE_VAULT_KEYS"):
        make_vault(SETTINGS.with_(vault_url=tmp_path.as_uri(), vault_keys={}))


def test_what_is_refused_never_quotes_credentials() -> None:
    with pytest.raises(ConfigError) as caught:
        place("s3://key:SECRET@bucket?endpoint=http://127.0.0.1:1")
    assert "SECRET" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
