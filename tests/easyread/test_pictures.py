"""Pictures: each is there, still, safe, light, and says whose it is."""

from __future__ import annotations

import gzip
import re
from importlib.resources import files
from xml.etree import ElementTree

import pytest

from easyread import pictures

DRAWINGS = sorted(path.name for path in (files("easyread") / "drawings").iterdir())
FORBIDDEN = {
    "script",
    "animate",
    "animateTransform",
    "animateMotion",
    "set",
    "foreignObject",
    "image",
    "use",
    "style",
    "a",
    "iframe",
}


def everything() -> list[tuple[str, bytes]]:
    own = [(name, (files("easyread") / "drawings" / name).read_bytes()) for name in DRAWINGS]
    return [(picture.key, pictures.svg(picture)) for picture in pictures.every()] + own


def test_there_are_many_pictures():
    assert len(pictures.every()) >= 150


def test_a_drawing_is_still_closed_and_asks_for_nothing():
    for name, svg in everything():
        assert b"<!ENTITY" not in svg, name
        assert b"<!DOCTYPE" not in svg, name
        root = ElementTree.fromstring(svg)
        for element in root.iter():
            tag = element.tag.rpartition("}")[2]
            assert tag not in FORBIDDEN, (name, tag)
            for key, value in element.attrib.items():
                assert not key.lower().startswith("on"), (name, key)
                assert "href" not in key, (name, key)
                assert not re.search(r"url\(|https?:|javascript:|data:", value), (name, value)
                assert key != "style", (name, value)


def test_a_drawing_is_a_square_of_seventy_two():
    for name, svg in everything():
        assert b'viewBox="0 0 72 72"' in svg, name


def test_a_picture_is_light_enough_for_a_phone():
    weights = sorted(len(pictures.svg_gzip(picture)) for picture in pictures.every())
    heavy = [weight for weight in weights if weight > 2048]
    assert weights[len(weights) // 2] <= 1000
    assert weights[-1] <= 3000
    assert len(heavy) <= len(weights) * 0.03


def test_the_compressed_drawing_is_the_drawing():
    for picture in pictures.every():
        assert gzip.decompress(pictures.svg_gzip(picture)) == pictures.svg(picture), picture.key


def test_a_picture_says_whose_it_is():
    bus = pictures.find("bus")
    assert (bus.set, bus.code, bus.key) == ("openmoji", "1F68C", "openmoji/1F68C")
    assert (bus.licence, bus.author) == ("CC BY-SA 4.0", "OpenMoji")
    assert bus.attribution == "Images\u00a0: OpenMoji, CC BY-SA 4.0"


def test_our_own_drawings_say_they_are_ours():
    mine = pictures.find("orthophonie")
    assert (mine.set, mine.author) == ("relie", "Relie")
    assert {f"{code}.svg" for code in (p.code for p in pictures.every() if p.set == "relie")} == set(DRAWINGS)


def test_a_page_names_each_set_it_shows_once():
    shown = [pictures.find("bus"), None, pictures.find("taxi"), pictures.find("orthophonie")]
    assert [line.rpartition(": ")[2] for line in pictures.attributions(shown)] == [
        "OpenMoji, CC BY-SA 4.0",
        "Relie, AGPL-3.0-or-later",
    ]
    assert pictures.attributions([]) == ()


@pytest.mark.parametrize("concept", [None, "", "n’existe pas", "prise de sang"])
def test_what_has_no_picture_has_none(concept):
    assert pictures.find(concept) is None


def test_a_preferred_set_that_lacks_the_concept_does_not_hide_the_others():
    assert pictures.find("bus", prefer=("photos", "relie")) == pictures.find("bus")


@pytest.mark.parametrize("code", ["../../secrets", "1F489", "", "1F68C.svg"])
def test_an_address_can_only_ask_for_a_picture_in_use(code):
    assert pictures.known("openmoji", code) is None
    with pytest.raises(LookupError):
        pictures.svg(pictures.Picture("bus", "openmoji", code, "", "", ""))


def test_a_picture_in_use_is_known_by_its_address():
    bus = pictures.find("bus")
    assert pictures.known(bus.set, bus.code).code == bus.code
