"""What a French text says is not there: « sans injection », « pas de piscine », « piscine annulée »."""

from __future__ import annotations

from collections.abc import Sequence

from easyread.tokens import Token, french

_STOPS = frozenset(".!?;:•()[]\n–")


def negated(row: Sequence[Token]) -> list[bool]:
    """For each token, whether it is denied. In doubt, it is: the cost is a missing picture, never a false one."""
    words = french()
    off = [False] * len(row)
    denying = False
    for at, token in enumerate(row):
        if token.sign and token.surface in _STOPS:
            denying = False
        elif token.sign and token.surface == ",":
            denying = denying and _goes_on(row, at)
        elif token.low in words.resets:
            denying = False
        elif token.low in words.negations or token.low in ("ne", "n’"):
            denying = True
        elif token.low in words.after:
            _deny_back(row, at, off)
        else:
            off[at] = denying
    return off


def _goes_on(row: Sequence[Token], comma: int) -> bool:
    """« sans œuf, lait »: one word alone after the comma still belongs to the denied list."""
    piece = []
    for token in row[comma + 1 :]:
        if token.sign or token.low in ("et", "ou", "ni"):
            break
        piece.append(token)
    return len(piece) == 1


def _deny_back(row: Sequence[Token], at: int, off: list[bool]) -> None:
    for back in range(at - 1, -1, -1):
        if row[back].sign and (row[back].surface in _STOPS or row[back].surface == ","):
            return
        off[back] = True
