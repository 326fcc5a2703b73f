"""docs/fr/situations.md as data: what each situation says, line by line. The page explains its own form.

A situation that cannot be read is an error with its line and a sentence, never a situation less.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.access.axes import Link
from portal.access.words import Action, Scope
from portal.core import clock
from tests.access import page
from tests.access.oracle import POSTS
from tests.access.situation import (
    ACTIONS,
    AGAINST,
    AUDIENCES,
    COVERS,
    EVERYTHING,
    LABELS,
    LINKS,
    SOURCES,
    STATES,
    STRENGTHS,
    THINGS,
    TOLD,
    Grant,
    Limit,
    Point,
    Situation,
    Thing,
    Tie,
    Unreadable,
    Version,
)

PARIS = ZoneInfo("Europe/Paris")
MONTHS = [
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
]  # fmt: skip
USUAL_DATE = "18 novembre 2026 à 12 h"


def situations(text: str) -> list[Situation]:
    """Every situation of the page, in order. Raises ``Unreadable`` for the first line that is not understood."""
    found = [_situation(*one) for one in _blocks(text)]
    if [one.number for one in found] != list(range(1, len(found) + 1)):
        wrong = next(one for place, one in enumerate(found, 1) if one.number != place)
        raise Unreadable(wrong.line, f"la situation {wrong.number} n’est pas à sa place.")
    return found


def _blocks(text: str) -> Iterator[tuple[int, str, str, list[tuple[int, str, str]]]]:
    """(line, number, title, its lines « - Mot : valeur »), from the first situation to the end."""
    current: tuple[int, str, str, list[tuple[int, str, str]]] | None = None
    for place, line in enumerate(text.translate(page.NARROW).partition("<!-- survivants -->")[0].splitlines(), 1):
        if line.startswith("### "):
            if current:
                yield current
            head = re.fullmatch(r"### (\d+)\. (.+)", line)
            if head is None:
                raise Unreadable(place, "un titre de situation s’écrit « ### 12. Un titre ».")
            current = (place, head[1], head[2], [])
        elif line.startswith("## "):
            if current:
                yield current
            current = None
        elif current and line.startswith("- "):
            word, colon, value = line[2:].partition(" : ")
            if not colon or not value.strip():
                raise Unreadable(place, "une ligne s’écrit « - Mot : valeur ».")
            current[3].append((place, word, value.strip().rstrip(".")))
    if current:
        yield current


def _situation(place: int, number: str, title: str, lines: list[tuple[int, str, str]]) -> Situation:
    said = {word: (line, value) for line, word, value in lines}
    one = Situation(int(number), title, place, at=_date(*said.get("Date", (place, USUAL_DATE))))
    for line, word, value in lines:
        reader = READERS.get(word)
        if reader is None:
            raise Unreadable(line, f"« {word} » n’est pas un mot de cette page. Les mots sont : {', '.join(READERS)}.")
        reader(one, line, value)
    if not one.ties:
        raise Unreadable(place, "il manque la ligne « Qui ».")
    for line, word, value in lines:
        if word in EXPECTED:
            EXPECTED[word](one, line, value)
    if not one.expected:
        raise Unreadable(place, "il manque ce qui est attendu : « Lit », « Ne lit pas », « Peut » ou « Ne peut pas ».")
    return one


def _date(line: int, value: str) -> datetime:
    """« 1er mars 2026 », « 18 novembre 2026 à 9 h 30 » : without an hour, midnight in Paris."""
    found = re.fullmatch(r"(?:le )?(\d{1,2})(?:er)? (\w+) (\d{4})(?: à (\d{1,2}) h(?: (\d\d))?)?", value)
    if found is None or found[2] not in MONTHS:
        raise Unreadable(
            line, f"« {value} » n’est pas une date, comme « 1er mars 2026 » ou « 1er mars 2026 à 9 h 30 »."
        )
    day, month, year, hour, minute = found.groups()
    try:
        local = datetime(int(year), MONTHS.index(month) + 1, int(day), int(hour or 0), int(minute or 0), tzinfo=PARIS)
    except ValueError as error:
        raise Unreadable(line, f"« {value} » n’est pas une date du calendrier.") from error
    return local.astimezone(UTC)


def _among(line: int, value: str, words: dict[str, Any], what: str) -> Any:
    if value not in words:
        raise Unreadable(line, f"« {value} » n’est pas {what}. On attend : {', '.join(words)}.")
    return words[value]


def _things(line: int, value: str) -> list[Point]:
    if value == "tout":
        return list(EVERYTHING)
    return [_among(line, name, THINGS, "une rubrique") for name in value.split(", ")]


def _dated(one: object, line: int, part: str, dates: dict[str, str]) -> bool:
    """« depuis le… », « jusqu’au… » : sets the date on the object; False when the part says something else."""
    for start, name in dates.items():
        if part.startswith(start):
            setattr(one, name, _date(line, part.removeprefix(start)))
            return True
    return False


def _who(one: Situation, line: int, value: str) -> None:
    first, *parts = value.split(" ; ")
    name, _, post = first.partition(" : ")
    tie = Tie(_among(line, name, LINKS, "un lien"))
    if tie.link is Link.STAFF:
        tie.post = _among(line, post, POSTS, "un métier")
    for part in parts:
        if part == "non vérifié":
            tie.verified = False
        elif part == "compte fermé":
            tie.closed = True
        elif not _dated(tie, line, part, {"depuis le ": "starts_at", "jusqu’au ": "ends_at"}):
            tie.cover = _among(line, part, COVERS, "une affectation, ni une date, ni « non vérifié »")
    if (tie.link is Link.STAFF) != bool(tie.cover):
        raise Unreadable(line, "un membre du personnel a une affectation, et lui seul.")
    if tie.cover == "break_glass":
        tie.starts_at = tie.starts_at or one.at - timedelta(hours=1)
        tie.ends_at = tie.starts_at + timedelta(hours=4)
    one.ties.append(tie)


def _young(one: Situation, line: int, value: str) -> None:
    for part in value.split(" ; "):
        if part in STATES:
            one.state = STATES[part]
        elif re.fullmatch(r"\d{1,2} ans", part) or part.startswith("né le "):
            one.born = part
        else:
            raise Unreadable(line, f"« {part} » ne dit ni un âge, ni une naissance, ni un état du dossier.")


def birth(one: Situation, line: int = 0) -> datetime:
    """The day of birth, at midnight in Paris; « 12 ans » : turned twelve on the first of January before."""
    if one.born.startswith("né le "):
        return _date(line or one.line, one.born.removeprefix("né le ")).astimezone(PARIS)
    local = one.at.astimezone(PARIS)
    return datetime(local.year - int(one.born.split()[0]), 1, 1, tzinfo=PARIS)


def _perimeter(one: Situation, line: int, value: str) -> None:
    version = Version()
    for part in value.split(" ; "):
        verb, _, rows = part.partition(" ")
        if verb == "ouvre":
            version.opened += _things(line, rows)
        elif verb == "ferme":
            version.closed += _things(line, rows)
        elif not _dated(version, line, part, {"à partir du ": "starts_at"}):
            raise Unreadable(line, f"« {part} » : la direction « ouvre … », « ferme … », « à partir du … ».")
    one.versions.append(version)


def _agreement(one: Situation, line: int, value: str) -> None:
    rows, *parts = value.split(" ; ")
    grant = Grant(_things(line, rows), Link.PARENT_FULL)
    for part in parts:
        if part.startswith("donné par "):
            grant.capacity = _among(line, part.removeprefix("donné par "), LINKS, "un lien")
        elif not _dated(
            grant, line, part, {"depuis le ": "starts_at", "jusqu’au ": "ends_at", "retiré le ": "withdrawn_at"}
        ):
            raise Unreadable(
                line, f"« {part} » : on attend « donné par », « depuis le », « jusqu’au » ou « retiré le »."
            )
    one.grants.append(grant)


def _restriction(one: Situation, line: int, value: str) -> None:
    first, *parts = value.split(" ; ")
    source, _, against = first.partition(" contre ")
    limit = Limit(_among(line, source, SOURCES, "une restriction"), _among(line, against, AGAINST, "visé"))
    for part in parts:
        if part.startswith("ferme "):
            limit.rows = _things(line, part.removeprefix("ferme "))
        elif not _dated(
            limit, line, part, {"depuis le ": "starts_at", "jusqu’au ": "ends_at", "levée le ": "lifted_at"}
        ):
            raise Unreadable(line, f"« {part} » : on attend « ferme », « depuis le », « jusqu’au » ou « levée le ».")
    one.limits.append(limit)


def _thing(one: Situation, line: int, value: str) -> None:
    thing = Thing()
    for part in value.split(" ; "):
        if part in LABELS:
            thing.hidden_from = LABELS[part]
        elif part in ("la sienne", "celle d’un autre"):
            thing.mine = part == "la sienne"
        elif part.startswith("publiée pour "):
            names = part.removeprefix("publiée pour ").split(", ")
            thing.published = tuple(_among(line, name, AUDIENCES, "un destinataire") for name in names)
        elif part == "gardée pour toujours":
            thing.held_until = clock.FOREVER
        elif not _dated(thing, line, part, {"gardée jusqu’au ": "held_until"}):
            raise Unreadable(line, f"« {part} » n’est pas ce qu’une chose peut porter.")
    one.thing = thing


def _reading(scope: Scope | None) -> Callable[[Situation, int, str], None]:
    def read(one: Situation, line: int, value: str) -> None:
        known = {point for point, action in one.expected if action is Action.VIEW}
        rest = [point for point in EVERYTHING if point not in known]
        for point in rest if value == "tout le reste" else _things(line, value):
            _expect(one, line, point, Action.VIEW, scope)

    return read


def _doing(scope: Scope | None) -> Callable[[Situation, int, str], None]:
    def read(one: Situation, line: int, value: str) -> None:
        parts = value.split(" ; ") if value != "tout le reste" else [f"{verb} : tout le reste" for verb in ACTIONS]
        for part in parts:
            verb, _, rows = part.partition(" : ")
            action = _among(line, verb, ACTIONS, "une action")
            known = {point for point, done in one.expected if done is action}
            rest = [point for point in EVERYTHING if point not in known]
            for point in rest if rows == "tout le reste" else _things(line, rows):
                _expect(one, line, point, action, scope)

    return read


def _expect(one: Situation, line: int, point: Point, action: Action, scope: Scope | None) -> None:
    if (point, action) in one.expected:
        raise Unreadable(line, f"la même rubrique est dite deux fois ({point[0].value}).")
    one.expected[point, action] = scope


def _strength(one: Situation, line: int, value: str) -> None:
    one.strength = _among(line, value, STRENGTHS, "une connexion")


def _told(one: Situation, line: int, value: str) -> None:
    one.told = _among(line, value, TOLD, "ce qu’on dit à quelqu’un")


EXPECTED: dict[str, Callable[[Situation, int, str], None]] = {
    "Lit": _reading(Scope.ALL),
    "Lit sans le lieu": _reading(Scope.NO_PLACE),
    "Lit l’heure": _reading(Scope.HOUR),
    "Ne lit pas": _reading(None),
    "Peut": _doing(Scope.ALL),
    "Ne peut pas": _doing(None),
}
READERS: dict[str, Callable[[Situation, int, str], None]] = {
    "Date": lambda one, line, value: None,
    "Jeune": _young,
    "Qui": _who,
    "Aussi": _who,
    "Connexion": _strength,
    "Direction": _perimeter,
    "Accord": _agreement,
    "Restriction": _restriction,
    "Chose": _thing,
    **dict.fromkeys(EXPECTED, lambda one, line, value: None),
    "On lui dit": _told,
}
