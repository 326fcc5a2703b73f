"""Pictures, attributions, the menu, compressed pages: what belongs to no feature."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from easyread import pictures
from portal.web import menu
from portal.web.guard import UnguardedView, public, refuse_unguarded_views
from portal.web.views import picture_url
from tests.web.conftest import Phone

EVERY = pictures.every()


def test_every_picture_is_served_as_it_was_drawn(phone: Phone) -> None:
    for picture in EVERY:
        url = picture_url(picture)
        assert phone.get(url).data == pictures.svg(picture), url
        packed = phone.get(url, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == pictures.svg(picture)


def test_a_picture_is_kept_for_ever_and_can_run_nothing(phone: Phone) -> None:
    answer = phone.get(picture_url(EVERY[0]))
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "path", ["openmoji/0000.svg", "openmoji/..%2f..%2fapp.svg", "nobody/1F68C.svg", "openmoji/1F68C.png", "1F68C.svg"]
)
def test_no_other_file_can_be_asked_for(phone: Phone, path: str) -> None:
    assert phone.get(f"/pictures/{path}").status_code == 404


def test_the_address_of_a_picture_changes_with_its_content() -> None:
    assert len({picture_url(picture).partition("?")[2] for picture in EVERY}) > len(EVERY) * 0.9


def test_authors_and_licences_are_named_to_everybody(phone: Phone) -> None:
    html = phone.get("/attributions").text
    for family in pictures.sets().values():
        assert family.author in html
        assert family.licence in html
    assert "htmx" in html
    assert "AGPL-3.0" in html


def test_the_menu_holds_what_exists_and_only_for_people_signed_in(
    app: Flask, new_phone: Callable[[], Phone], mother
) -> None:
    menu.add(app, menu.Entry("probe.whole", "sun", "planning", lambda: "Essai"))
    phone = new_phone()
    assert 'id="menu"' not in phone.get("/attributions").text
    phone.sign_in(mother.id)
    html = phone.get("/attributions").text
    assert '<li class="k-planning"><a href="/essai/page">' in html
    assert 'aria-current="page"' not in html
    assert 'href="/essai/page" aria-current="page"' in phone.get("/essai/page").text


def test_what_is_not_of_every_day_is_folded_away_but_where_one_is(
    app: Flask, new_phone: Callable[[], Phone], mother
) -> None:
    for label in ("Un", "Deux"):
        menu.add(app, menu.Entry("probe.whole", "sun", "planning", lambda label=label: label, seldom=True))
    phone = new_phone()
    phone.sign_in(mother.id)
    elsewhere, there = (
        BeautifulSoup(phone.get(path).text, "html.parser").select_one("#menu details")
        for path in ("/attributions", "/essai/page")
    )
    lines = [one.get_text(strip=True) for one in elsewhere.select("li")]
    assert lines == ["Me prévenir", "Mes connexions", "Un", "Deux"]
    assert not elsewhere.has_attr("open")
    assert there.has_attr("open")


def test_one_line_alone_is_not_worth_a_fold(app: Flask, new_phone: Callable[[], Phone], mother) -> None:
    app.extensions["menu"] = [one for one in app.extensions["menu"] if not one.seldom or one.endpoint == "ways.mine"]
    phone = new_phone()
    phone.sign_in(mother.id)
    found = BeautifulSoup(phone.get("/attributions").text, "html.parser").select_one("#menu")
    assert found.select_one('a[href="/ma-connexion"]')
    assert found.select("details") == []


def test_a_page_travels_compressed(phone: Phone) -> None:
    plain, packed = phone.get("/essai/lourd"), phone.get("/essai/lourd", headers={"Accept-Encoding": "gzip, br"})
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 5
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert "Accept-Encoding" in plain.headers["Vary"]


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0", "br"])
def test_a_page_is_not_compressed_for_who_cannot_read_it(phone: Phone, accepted: str) -> None:
    assert "Content-Encoding" not in phone.get("/essai/lourd", headers={"Accept-Encoding": accepted}).headers


@pytest.mark.parametrize("path", ["/essai/cache", "/static/own", "/api/cache"])
def test_a_route_that_says_nothing_about_access_stops_the_portal(app: Flask, path: str) -> None:
    app.add_url_rule(path, endpoint="forgotten", view_func=lambda: "")
    with pytest.raises(UnguardedView, match="forgotten"):
        refuse_unguarded_views(app)


def test_a_guard_on_another_function_than_the_one_registered_is_caught(app: Flask) -> None:
    """``@public`` written above a wrapper that hides the view."""

    def view() -> str:
        return ""

    app.add_url_rule("/above", endpoint="above", view_func=lambda: view())
    public(because="it is on the wrong function")(view)
    with pytest.raises(UnguardedView, match="above"):
        refuse_unguarded_views(app)
