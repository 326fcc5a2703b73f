"""From ``RELIE_VAULT_URL`` to the place where sealed objects are kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from obstore.exceptions import BaseError
from obstore.store import MemoryStore, S3Store

from portal.connectors.vault_crypto import VaultError
from portal.connectors.vault_store import Bucket, Folder, reason_of
from portal.core.errors import ConfigError

if TYPE_CHECKING:
    from obstore.store import S3Config


def place(url: str, *, lasting: bool = True) -> Bucket:
    """The place a vault address names: ``file:///folder``, ``s3://bucket/prefix?endpoint=…&region=…`` or ``memory://``.

    S3 credentials are taken from the usual ``AWS_…`` variables. Raises ``ConfigError`` naming ``RELIE_VAULT_URL`` when
    the address is not understood or nothing answers there, and for memory where things must last.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme == "file":
            return Folder(_root(parts))
        if parts.scheme == "s3":
            return _bucket(parts)
    except (OSError, BaseError, VaultError, ValueError) as error:
        raise _refused(f"nothing can be kept there ({reason_of(error)})") from None
    if parts.scheme != "memory":
        raise _refused("wants file:///folder, s3://bucket or memory://")
    if lasting:
        raise _refused("memory:// forgets everything at the next start, so only a demo may use it")
    return Bucket(MemoryStore())


def _root(parts: SplitResult) -> Path:
    root = Path(unquote(parts.path))
    if parts.netloc or parts.query or not root.is_absolute() or root == Path("/"):
        raise _refused("wants an absolute folder: file:///folder")
    return root


def _bucket(parts: SplitResult) -> Bucket:
    options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    endpoint = urlsplit(options.get("endpoint", ""))
    in_clear = endpoint.scheme == "http"
    understood = "endpoint" not in options or (endpoint.scheme in ("http", "https") and endpoint.hostname)
    if not (understood and parts.hostname) or parts.username or options.keys() - {"endpoint", "region"}:
        raise _refused("wants s3://bucket/prefix?endpoint=…&region=…, without credentials")
    if in_clear and endpoint.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise _refused("refuses http:// to another machine: use https://")
    config: S3Config = {}
    if "endpoint" in options:
        config["endpoint"] = options["endpoint"]
    if "region" in options:
        config["region"] = options["region"]
    bucket = Bucket(
        S3Store(
            parts.hostname,
            prefix=parts.path.strip("/") or None,
            config=config,
            client_options={"allow_http": in_clear, "connect_timeout": "5s", "timeout": "60s"},
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=30)},
        )
    )
    next(bucket.names(), None)  # a bucket that does not answer is found out now, not by a family
    return bucket


def _refused(reason: str) -> ConfigError:
    return ConfigError(f"RELIE_VAULT_URL {reason}")
