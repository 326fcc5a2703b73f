"""What ``portal menus import`` prints: a French line for each line of the file that was not plain, then a summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from portal.core import clock
from portal.menus.scdl_columns import Column
from portal.menus.scdl_dates import MONTHS, WEEKDAYS
from portal.menus.scdl_records import Code, Note, Place, Problem, Reading, Reason, Refusal, WrongFile
from portal.menus.services import Report

_LONGEST_VALUE = 60
_MOST_VALUES = 40
_ORDER = {column: rank for rank, column in enumerate(Column)}
_TO_CHECK = frozenset({Code.UNKNOWN, Code.CONTRADICTS, Code.DIFFERS})

_NOTES = {
    Code.MAPPED: "{column} « {value} » lu comme « {became} »",
    Code.NOT_GIVEN: "{column} « {value} » lu comme « non renseigné »",
    Code.UNKNOWN: "{column} « {value} » non reconnu",
    Code.TOO_LONG: "{column} dépasse 160 caractères, gardé en entier",
    Code.CONTRADICTS: "{column} dit « {value} » à côté d’un allergène, l’allergène est gardé",
    Code.DIFFERS: "même plat qu’à la ligne {became} avec d’autres allergènes (« {value} »), les deux sont gardés",
    Code.MISSING: "{column} vide, lu comme « {became} »",
}
_UNKNOWN = {
    Column.ALLERGENS: ", montré tel quel aux familles",
    Column.TEXTURES: ", montré tel quel aux familles",
    Column.SIGNS: ", gardé tel quel",
    Column.PUBLISHED: ", laissé de côté",
    Column.MODIFIED: ", laissé de côté",
}
_REASONS = {
    Reason.NO_DAY: "la date manque ({column})",
    Reason.BAD_DAY: "{column} « {value} » n’est pas une date possible (attendu : 2025-02-03 ou 03/02/2025)",
    Reason.WEEKDAY: "{column} « {value} » : le jour de la semaine et la date ne vont pas ensemble",
    Reason.NO_NAME: "le nom du plat manque ({column})",
    Reason.TOO_MANY_CELLS: "plus de valeurs que de colonnes (un séparateur en trop a décalé la ligne)",
    Reason.CELL_TOO_LONG: "{column} est beaucoup trop long",
    Reason.QUOTES: "guillemet ouvert et jamais fermé, les lignes {value} n’ont pas pu être séparées",
}
_PROBLEMS = {
    Problem.EMPTY: "Le fichier est vide. Exportez de nouveau les menus et renvoyez le fichier.",
    Problem.TOO_LARGE: "Le fichier dépasse 20 Mo. Exportez moins de semaines à la fois.",
    Problem.TOO_MANY_LINES: "Le fichier dépasse 50 000 lignes. Exportez moins de semaines à la fois.",
    Problem.PDF: "C’est un PDF, pas un tableau. Demandez à la cuisine le fichier CSV ou XLSX (format SCDL).",
    Problem.XLS: "C’est un ancien fichier Excel (.xls). Ouvrez-le et enregistrez-le en .xlsx ou en CSV.",
    Problem.ODS: "C’est un fichier LibreOffice (.ods). Ouvrez-le et enregistrez-le en .xlsx ou en CSV.",
    Problem.DOCUMENT: "Ce n’est pas un tableau (archive ou document). Envoyez le fichier CSV ou XLSX lui-même.",
    Problem.HTML: "C’est une page web ou un fichier XML, pas un tableau. Téléchargez le fichier CSV ou XLSX.",
    Problem.JSON: "C’est un fichier JSON, pas un tableau. Exportez les menus en CSV ou XLSX (format SCDL).",
    Problem.BINARY: "Ce fichier n’est ni un CSV ni un XLSX. Exportez les menus en CSV ou XLSX (format SCDL).",
    Problem.BOMB: "Ce fichier XLSX a une taille anormale une fois ouvert : il n’a pas été lu. Exportez-le en CSV.",
    Problem.DAMAGED: "Le fichier XLSX est abîmé. Ouvrez-le dans votre tableur, enregistrez-le et renvoyez-le.",
    Problem.LOCKED: "Le fichier est protégé par un mot de passe. Enregistrez-le sans mot de passe.",
    Problem.NO_COLUMNS: "Aucune colonne de menu reconnue. La première ligne doit porter les noms SCDL (menuDate, …).",
    Problem.MISSING_COLUMNS: "Il manque une colonne indispensable : {columns}.",
    Problem.REPEATED_COLUMNS: "Deux colonnes disent la même chose : {columns}. N’en gardez qu’une.",
    Problem.QUOTES: "Un guillemet est ouvert, jamais fermé : le fichier n’a pas pu être lu. Exportez-le de nouveau.",
}


def lines(report: Report) -> Iterator[str]:
    """« ligne 12 : … » for each line with something to say, in the order of the file, then the summary."""
    told: dict[Place, list[str]] = {}
    for note in sorted(report.reading.notes, key=lambda note: _ORDER[note.column]):
        told.setdefault(note.place, []).append(_note(note))
    for refusal in report.reading.refused:
        told.setdefault(refusal.place, []).append(_refusal(refusal))
    for repeat in report.reading.repeated:
        told.setdefault(repeat.place, []).append(f"répète la {_at(repeat.first)}, comptée une seule fois")
    for place in sorted(told):
        yield _french(f"{_at(place)} : {' ; '.join(told[place])}")
    yield from summary(report)


def summary(report: Report) -> Iterator[str]:
    """What happened, in a few lines."""
    yield from map(_french, _columns(report.reading))
    yield from map(_french, _values(report.reading))
    yield from map(_french, _counts(report.reading))
    yield _french(_outcome(report))


def exit_code(report: Report) -> int:
    """1 when the file gave no dish or a line was refused: somebody has to look at it.

    Else 0, also when the same file or a newer one had come before: sending twice is no mistake.
    """
    return 1 if report.reading.refused or not report.reading.dishes else 0


def problem(error: WrongFile) -> str:
    """Why nothing of the file could be read, and what to do."""
    return _french(_PROBLEMS[error.problem].format(columns=", ".join(error.columns)))


def day_in_words(day: date) -> str:
    """« mardi 3 décembre 2024 », « samedi 1er mars 2025 »."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{WEEKDAYS[day.weekday()]} {number} {MONTHS[day.month - 1]} {day.year}"


def _note(note: Note) -> str:
    words = _NOTES[note.code].format(column=note.column, value=_short(note.value), became=note.became or "aucun")
    if note.code is not Code.UNKNOWN:
        return words
    return words + (f", lu comme « {note.became} »" if note.became else _UNKNOWN.get(note.column, ", laissé de côté"))


def _refusal(refusal: Refusal) -> str:
    return "refusée, " + _REASONS[refusal.reason].format(column=refusal.column, value=_short(refusal.value))


def _columns(reading: Reading) -> Iterator[str]:
    if reading.older_names:
        names = ", ".join(f"{name} ({column})" for name, column in reading.older_names.items())
        yield f"Anciens noms de colonnes reconnus : {names}."
    if reading.unknown_columns:
        yield f"Colonnes inconnues, non lues : {', '.join(map(_short, reading.unknown_columns))}."
    if reading.absent_columns:
        yield f"Colonnes absentes : {', '.join(reading.absent_columns)}."
    if reading.not_kept:
        yield f"Colonnes connues mais non conservées : {', '.join(reading.not_kept)}."
    if reading.sheets_left:
        yield f"Feuilles masquées ou sans menu, non lues : {', '.join(map(_short, reading.sheets_left))}."


def _values(reading: Reading) -> Iterator[str]:
    """Each odd value once, the commonest first."""
    times = Counter(_note(note) for note in reading.notes)
    for words, count in times.most_common(_MOST_VALUES):
        yield f"{words} : {count} fois."
    if (more := len(times) - _MOST_VALUES) > 0:
        yield f"… et {_many(more, 'autre valeur', 'autres valeurs')}."


def _counts(reading: Reading) -> Iterator[str]:
    yield _read(reading)
    if refused := len(reading.refused):
        yield f"{_many(refused, 'ligne refusée', 'lignes refusées')} : à corriger dans le fichier, puis à renvoyer."
    if reading.left_out:
        yield f"{_many(reading.left_out, 'ligne', 'lignes')} d’un autre restaurant, à part."
    if repeated := len(reading.repeated):
        yield f"{_many(repeated, 'ligne répétée, comptée', 'lignes répétées, comptées')} une seule fois."
    if odd := len({note.place for note in reading.notes if note.code in _TO_CHECK}):
        yield f"{_many(odd, 'ligne', 'lignes')} à vérifier avec la cuisine : valeur non reconnue ou contradictoire."
    if silent := sum(dish.allergens is None and not dish.allergens_unread for dish in reading.dishes):
        dishes = _many(silent, "plat", "plats")
        yield f"Allergènes non renseignés pour {dishes} : cela ne veut pas dire « sans allergène »."


def _read(reading: Reading) -> str:
    text = f"{_many(reading.lines, 'ligne lue', 'lignes lues')} : {_many(len(reading.dishes), 'plat', 'plats')}"
    if not (days := reading.days):
        return f"{text}."
    text += f" sur {_many(len(days), 'jour', 'jours')}"
    if len(days) == 1:
        return f"{text}, le {day_in_words(days[0])}."
    return f"{text}, du {day_in_words(days[0])} au {day_in_words(days[-1])}."


def _outcome(report: Report) -> str:
    if report.already:
        day = day_in_words(clock.local_date(report.already, report.zone))
        return f"Ce fichier avait déjà été pris le {day} : rien n’a changé."
    if not report.reading.dishes:
        return "Aucun plat n’a été pris : les menus en place n’ont pas changé."
    text = f"{_many(report.taken, 'plat pris', 'plats pris')}"
    if report.replaced:
        text += f", à la place de {_many(report.replaced, 'plat', 'plats')}"
    if older := len(report.older):
        text += f" ; {_many(older, 'repas plus récent laissé', 'repas plus récents laissés')} en place"
    return f"{text}."


def _at(place: Place) -> str:
    return f"feuille « {place.sheet} », ligne {place.line}" if place.sheet else f"ligne {place.line}"


def _many(count: int, one: str, many: str) -> str:
    return f"{count} {one if count < 2 else many}"


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST_VALUE else value[: _LONGEST_VALUE - 1] + "…"


def _french(text: str) -> str:
    """No-break spaces where French typography wants them."""
    for mark in (":", ";", "?", "!", "»"):
        text = text.replace(f" {mark}", f"\u00a0{mark}")
    return text.replace("« ", "«\u00a0")
