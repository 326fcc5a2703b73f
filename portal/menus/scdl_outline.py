"""A reading told in little: what is kept with an import, whatever the size of the file."""

from __future__ import annotations

from typing import Any

from portal.menus.scdl_records import Note, Place, Reading

MOST_VALUES = 200
MOST_REFUSALS = 200
MOST_LINES = 10
"""How many are kept of each; counts are always whole."""


def outline(reading: Reading) -> dict[str, Any]:
    """The reading as JSON: kind, columns, each odd value once with its count and first lines, the first refusals."""
    values = _values(reading.notes)
    return {
        "kind": reading.kind,
        "encoding": reading.encoding,
        "left_out": reading.left_out,
        "repeated": len(reading.repeated),
        "unknown_columns": reading.unknown_columns,
        "absent_columns": [str(column) for column in reading.absent_columns],
        "sheets_left": reading.sheets_left,
        "values": values[:MOST_VALUES],
        "values_more": len(values[MOST_VALUES:]),
        "refused": [
            {"line": _line(refusal.place), "reason": str(refusal.reason), "column": str(refusal.column or "")}
            for refusal in reading.refused[:MOST_REFUSALS]
        ],
    }


def _values(notes: list[Note]) -> list[dict[str, Any]]:
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for note in notes:
        words = {"column": str(note.column), "code": str(note.code), "value": note.value, "became": note.became}
        entry = found.setdefault(tuple(words.values()), {**words, "count": 0, "lines": []})
        entry["count"] += 1
        if len(entry["lines"]) < MOST_LINES:
            entry["lines"].append(_line(note.place))
    return list(found.values())


def _line(place: Place) -> list[str | int]:
    return [place.sheet, place.line] if place.sheet else [place.line]
