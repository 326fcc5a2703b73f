"""What kind of file this is, by its first bytes: names and types given by a sender prove nothing."""

from __future__ import annotations

from typing import Literal

from portal.menus.scdl_records import Problem, WrongFile

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""The container of old Office files, and of new ones under a password."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def sniff(data: bytes) -> Literal["csv", "xlsx"]:
    """``csv`` or ``xlsx``. Raises ``WrongFile`` for what is surely neither."""
    if data.startswith(b"PK\x03\x04"):
        return "xlsx"
    if data.startswith(_OLE):
        raise WrongFile(Problem.LOCKED if _ENCRYPTED in data else Problem.XLS)
    start = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.strip(b"\0"):
        raise WrongFile(Problem.EMPTY)
    for mark, problem in (
        (b"%PDF", Problem.PDF),
        (b"PK", Problem.DOCUMENT),
        (b"<", Problem.HTML),
        (b"{", Problem.JSON),
        (b"[{", Problem.JSON),
    ):
        if start.startswith(mark):
            raise WrongFile(problem)
    return "csv"
