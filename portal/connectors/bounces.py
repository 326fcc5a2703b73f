"""Mail that came back: a delivery status notification (RFC 3464), read with the standard library."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import Message

from portal.connectors.mail import speaks_of_address

LONGEST = 1024 * 1024
MOST = 20
"""Addresses that one message may speak of: ours go to one each."""


def read(raw: bytes) -> list[tuple[str, str]]:
    """(address, status) of each address that the message says nobody reads, for good; none for any other message.

    A delay, a full mailbox, a refusal of what was said: not the address's fault.
    """
    if len(raw) > LONGEST:
        return []
    message = message_from_bytes(raw, policy=policy.default)
    report = [part for part in message.walk() if part.get_content_type() == "message/delivery-status"]
    blocks = [block for part in report for block in part.get_payload() if isinstance(block, Message)]
    return [found for block in blocks if (found := _failed(block)) is not None][:MOST]


def _failed(block: Message) -> tuple[str, str] | None:
    status = str(block.get("Status", "")).split(" ")[0].strip()
    if str(block.get("Action", "")).strip().lower() != "failed" or not speaks_of_address(status):
        return None
    said = str(block.get("Original-Recipient") or block.get("Final-Recipient") or "")
    kind, _, address = said.partition(";")
    address = address.strip().strip("<>")
    return (address, status) if kind.strip().lower() == "rfc822" and address.count("@") == 1 else None
