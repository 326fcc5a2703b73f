"""The mails a demo would have sent: they stay in a folder, and the page of the demo shows them."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

AT_MOST = 10


@dataclass(frozen=True)
class Mail:
    """One mail, as its reader would see it."""

    to: str
    subject: str
    text: str


def newest(folder: Path | None) -> list[Mail]:
    """The last mails written, newest first. Without a folder, or in an empty one, none."""
    if folder is None or not folder.is_dir():
        return []
    written = sorted(folder.glob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    return [_read(path) for path in written[:AT_MOST]]


def _read(path: Path) -> Mail:
    message: EmailMessage = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    return Mail(str(message["To"] or ""), str(message["Subject"] or ""), body.get_content().strip() if body else "")
