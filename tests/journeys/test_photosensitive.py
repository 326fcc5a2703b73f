"""Nothing here may bring a seizure on: no flash, no striking stripes, on no screen and from none to the next."""

from __future__ import annotations

from itertools import chain, repeat

import numpy as np
import pytest
from iris_pse_detection import AnalysisResult

from tests.journeys.conftest import Visitor
from tests.journeys.filming import filming, judged

pytestmark = pytest.mark.browser
WALKS = {
    # every mode meets every theme in three walks of two people
    ("mother", "", "dark"): ("/", "/semaine", "/rendez-vous/", "/menus/", "/partage/", "/lecture"),
    ("child", "pictures", "light"): ("/", "/rendez-vous/", "/menus/", "/qui-a-regarde/", "/mes-droits"),
    ("mother", "easy", "contrast"): ("/", "/semaine", "/menus/", "/accords/", "/nulle-part", "/ma-connexion"),
}


@pytest.mark.parametrize(("role", "mode", "theme"), list(WALKS), ids=lambda one: one or "standard")
def test_a_walk_through_the_screens_neither_flashes_nor_shows_stripes(chromium, site, tmp_path, role, mode, theme):
    """From page to page and down each, as fast as a hand goes."""
    visitor = Visitor(chromium, site).enter(role).read_in(mode, theme)
    with filming(visitor.page) as film:
        for path in WALKS[role, mode, theme]:
            page = visitor.open(path)
            for _ in range(3):
                page.mouse.wheel(0, 640)
                page.wait_for_timeout(60)
    visitor.leave()
    assert len(film.images) > len(WALKS[role, mode, theme])
    assert judged(film.frames(), tmp_path) is AnalysisResult.Pass


def plain(level):
    return np.full((800, 360, 3), level, np.uint8)


def striped():
    drawn = plain(0)
    for top in range(0, 800, 20):
        drawn[top : top + 10] = 250
    return drawn


@pytest.mark.parametrize(
    ("frames", "verdict"),
    [
        (list(repeat(plain(245), 50)), AnalysisResult.Pass),
        (list(chain(*([plain(245)] * 3 + [plain(25)] * 3 for _ in range(12)))), AnalysisResult.Fail),
        (list(repeat(striped(), 50)), AnalysisResult.Fail),
    ],
    ids=["still", "flashing", "striped"],
)
def test_a_film_that_flashes_or_is_striped_would_be_seen(tmp_path, frames, verdict):
    assert judged(iter(frames), tmp_path) is verdict
