"""What a phone keeps of Relie: nothing about anybody, and a page that says whom to call."""

from __future__ import annotations

import json
import re

import pytest

from portal.web.assets import STATIC
from portal.web.reading import Reading
from portal.web.shell import KEPT
from tests.factories import an_establishment
from tests.web.conftest import Phone


@pytest.fixture
def phone(app, db):
    an_establishment(db, name="IME Les Tilleuls", phone="02 61 91 00 12")
    db.commit()
    return Phone(app)


@pytest.fixture
def signed_in(phone, mother):
    phone.sign_in(mother.id)
    return phone


def shell_of(phone):
    first, _, script = phone.get("/sw.js").text.partition("\n")
    return json.loads(first.removeprefix("const SHELL = ").removesuffix(";")), script


def test_the_worker_keeps_published_files_and_no_page(phone):
    shell, script = shell_of(phone)
    assert len(shell["files"]) == len(KEPT)
    for path in shell["files"]:
        answer = phone.get(path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
    assert script == (STATIC / "sw.js").read_text("utf-8")


def test_what_is_kept_for_the_shell_weighs_less_than_sixty_kilobytes(phone):
    shell, _ = shell_of(phone)
    asked = {"headers": {"Accept-Encoding": "br"}}
    assert sum(len(phone.get(path, **asked).data) for path in [*shell["files"], "/hors-ligne/easy....fr"]) < 60 * 1024


def test_a_worker_of_another_content_has_another_mark(phone, monkeypatch):
    before, _ = shell_of(phone)
    monkeypatch.setattr("portal.web.shell.KEPT", KEPT[:1])
    assert shell_of(phone)[0]["mark"] != before["mark"]


@pytest.mark.parametrize("mode", ["", "easy", "pictures"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_page_without_a_network_is_read_as_its_reader_reads_and_says_whom_to_call(phone, mode, lang):
    page = phone.get(f"/hors-ligne/{Reading(mode=mode, theme='dark', lang=lang).written()}")
    assert f'lang="{lang}"' in page.text
    assert ('data-mode="' + mode in page.text) == bool(mode)
    assert 'data-theme="dark"' in page.text
    assert "tel:15" in page.text
    assert "tel:0261910012" in page.text
    assert "<form" not in page.text, "nothing of it may ask for the network, or carry a token"
    assert "<script" not in page.text


@pytest.mark.parametrize("written", ["x", "easy", "....", "%3Cscript%3E....fr", "easy.dark.xl..zz"])
def test_preferences_nobody_wrote_count_as_none(phone, written):
    page = phone.get(f"/hors-ligne/{written}")
    assert page.status_code == 200
    assert 'lang="fr"' in page.text


def test_the_page_without_a_network_is_the_same_for_whoever_is_signed_in(phone, signed_in):
    """It is fetched without cookies; were they sent, it would still name nobody."""
    assert "Carpentier" not in signed_in.get("/hors-ligne/....fr").text


def test_a_phone_shows_relie_with_its_icons(phone):
    said = phone.get("/relie.webmanifest")
    assert said.mimetype == "application/manifest+json"
    found = json.loads(said.text)
    assert (found["start_url"], found["display"], found["lang"]) == ("/", "standalone", "fr")
    for icon in found["icons"]:
        answer = phone.get(icon["src"])
        assert answer.mimetype == icon["type"]
        if icon["type"] == "image/png":
            assert f"{int.from_bytes(answer.data[16:20])}x{int.from_bytes(answer.data[20:24])}" == icon["sizes"]


def test_pages_of_whoever_is_inside_lead_to_the_shell_and_the_entrance_does_not(phone, signed_in):
    inside = signed_in.get("/lecture").text
    assert re.search(r'<script src="/static/shell\.[0-9a-f]+\.js" data-offline="/hors-ligne/[.a-z]+" defer>', inside)
    assert 'rel="manifest"' in inside
    assert "shell." not in Phone(phone.client.application).get("/entrer").text
