"""What several vault tests start from."""

from __future__ import annotations

import secrets
import urllib.request

from portal.core.config import Settings

OLD = secrets.token_bytes(32)

SETTINGS = Settings(
    database_url="sqlite://",
    vault_url="memory://",
    secret_key="s" * 40,
    vault_keys={"k1": OLD},
)


def bucket_url(server: str, bucket: str) -> str:
    """A new bucket on the test's S3 server, as a vault address."""
    urllib.request.urlopen(urllib.request.Request(f"{server}/{bucket}", method="PUT")).close()
    return f"s3://{bucket}?endpoint={server}&region=eu-west-3"
