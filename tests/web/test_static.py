"""Files have the name of their content: kept for ever, replaced at once, compressed beforehand."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
from pathlib import Path

import brotli
import pytest

from portal.web import assets
from tests.web.conftest import HOST, Phone

KIB = 1024


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A copy of the folder, with nothing published yet."""
    folder = tmp_path / "static"
    shutil.copytree(assets.STATIC, folder, ignore=shutil.ignore_patterns(assets.PUBLISHED))
    return folder


def urls(phone: Phone) -> list[str]:
    return sorted(set(re.findall(r'"(/static/[^"#]+)', phone.get("/essai/vif").text)))


def test_every_file_of_a_page_is_served(phone: Phone) -> None:
    found = urls(phone)
    assert len(found) == 4
    for url in found:
        answer = phone.get(url)
        assert answer.status_code == 200
        assert hashlib.sha256(answer.data).hexdigest()[:12] in url, "the name is that of the content"


@pytest.mark.parametrize(("accepted", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_files_travel_compressed(phone: Phone, accepted: str, unpack) -> None:  # type: ignore[no-untyped-def]
    for url in urls(phone):
        plain = phone.get(url)
        packed = phone.get(url, headers={"Accept-Encoding": accepted})
        if len(plain.data) > KIB:
            assert packed.headers["Content-Encoding"] == accepted
            assert unpack(packed.data) == plain.data
            assert "Accept-Encoding" in packed.headers["Vary"]


def test_types_are_those_of_the_files(phone: Phone) -> None:
    kinds = {url.rsplit(".", 1)[1]: phone.get(url).headers["Content-Type"] for url in urls(phone)}
    assert kinds == {
        "css": 'text/css; charset="utf-8"',
        "js": 'text/javascript; charset="utf-8"',
        "svg": "image/svg+xml",
    }


@pytest.mark.parametrize(
    "path",
    [
        "relie.css",
        "icons.svg",
        "vendor/manifest.json",
        "vendor/htmx.min.js",
        "../app.py",
        "..%2fapp.py",
        "vendor/published/",
        "",
        "relie.000000000000.css",
    ],
)
def test_nothing_else_is_served(phone: Phone, path: str) -> None:
    assert phone.client.get(f"/static/{path}", base_url=HOST).status_code == 404


def test_a_changed_file_has_a_new_name_and_the_others_keep_theirs(static: Path) -> None:
    before = assets.publish(static)
    (static / "relie.css").write_text("body { margin: 0 }")
    after = assets.publish(static)
    assert {name for name in before if before[name] != after[name]} == {"relie.css"}
    assert (static / "vendor" / assets.PUBLISHED / after["relie.css"]).read_text() == "body { margin: 0 }"


def test_publishing_twice_writes_nothing(static: Path) -> None:
    names = assets.publish(static)
    folder = static / "vendor" / assets.PUBLISHED
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert assets.publish(static) == names
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert len(before) == 3 * len(assets.SERVED) - 2 * len(assets.FONTS)


def test_a_build_removes_what_older_contents_left(static: Path) -> None:
    old = assets.publish(static)["relie.css"]
    (static / "relie.css").write_text("body { margin: 0 }")
    assets.publish(static, tidy=True)
    left = {path.name for path in (static / "vendor" / assets.PUBLISHED).iterdir()}
    assert not any(name.startswith(old) for name in left)
    assert len(left) == 3 * len(assets.SERVED) - 2 * len(assets.FONTS)


def test_without_brotli_gzip_still_serves(static: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets.importlib.util, "find_spec", lambda _name: None)
    assets.publish(static)
    kinds = {path.suffix for path in (static / "vendor" / assets.PUBLISHED).iterdir()}
    assert ".gz" in kinds
    assert ".br" not in kinds


def test_a_portal_built_without_its_files_does_not_start(static: Path) -> None:
    (static / "vendor" / "htmx.min.js").unlink()
    with pytest.raises(FileNotFoundError, match=r"htmx\.min\.js"):
        assets.publish(static)


def test_the_style_sheet_stays_under_eight_kibibytes() -> None:
    assert len(brotli.compress((assets.STATIC / "relie.css").read_bytes(), quality=11)) <= 8 * KIB


def test_nothing_in_the_style_sheet_moves_or_comes_from_elsewhere() -> None:
    css = (assets.STATIC / "relie.css").read_text()
    assert not re.search(
        r"@keyframes|animation|transition|@import|url\(|https?:", re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    )


def test_nothing_drawn_has_stripes_or_moves_and_no_script_of_ours_makes_it() -> None:
    """Beside the films of ``journeys/test_photosensitive.py``: what a walk did not meet."""
    drawings = (assets.STATIC.parents[1] / "easyread" / "drawings").glob("*.svg")
    for path in (assets.STATIC / "relie.css", *assets.STATIC.glob("*.js"), *assets.STATIC.glob("*.svg"), *drawings):
        found = re.search(
            r"repeating-|<pattern|<animate|<set\b|<marquee|\.animate\(|requestAnimationFrame|setInterval|@keyframes",
            path.read_text("utf-8"),
        )
        assert not found, (path.name, found)


def test_icons_are_drawings_and_nothing_more() -> None:
    for name in ("icons.svg", "relie.svg"):
        svg = (assets.STATIC / name).read_text()
        assert not re.search(r"<script|\son\w+=|href=|<style|<animate|<foreignObject", svg)


def test_every_icon_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', (assets.STATIC / "icons.svg").read_text()))
    templates = assets.STATIC.parent / "templates"
    named = {
        found
        for path in templates.rglob("*.html")
        for found in re.findall(r'\b(?:icon|tag|fact|thread_item)\("([a-z]+)"', path.read_text())
    }
    assert len(named) > 8
    assert named <= drawn
