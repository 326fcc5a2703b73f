"""Errors the portal raises on purpose. They carry facts, never sentences: wording belongs to templates."""

from __future__ import annotations


class PortalError(Exception):
    """Anything the portal refuses to do, knowingly."""


class ConfigError(PortalError):
    """The configuration is missing something or contradicts itself; the message names the setting."""


class NotFound(PortalError):
    """There is no such thing for this viewer: absent and forbidden are the same answer."""


class NeedsStrength(PortalError):
    """A stronger sign-in is needed. Raised whether or not the item exists, so it tells nothing."""


class OnlyThemselves(PortalError):
    """Only the person themself does this, come in by their own means. Said of any page, whatever it holds."""


class BadInput(PortalError):
    """What was sent cannot be used; ``field`` and ``code`` say which part and why."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


class TooMany(PortalError):
    """Tried too often. ``seconds`` until it makes sense to try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"{seconds} s")
        self.seconds = seconds


class Busy(PortalError):
    """Too much at once for this machine: worth trying again in a moment."""
