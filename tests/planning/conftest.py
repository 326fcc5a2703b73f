"""The same door for DUI messages as the dossier's tests."""

from tests.dossier.conftest import door, establishment, rows, send, sender, vault

__all__ = ["door", "establishment", "rows", "send", "sender", "vault"]
