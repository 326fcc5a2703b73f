"""What the package holds and the repository does not: fetched by hash, never from a named host, the same every time."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent.parent
CARRIED = ("package.json", "package-lock.json", "hatch_build.py", "babel.cfg")


@pytest.fixture(scope="session")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What a fresh checkout has of the front end."""
    for name in CARRIED:
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "portal" / "web").mkdir(parents=True)
    shutil.copy(ROOT / "portal" / "web" / "assets.py", tmp_path / "portal" / "web")
    for part in ("static", "translations"):
        ignored = shutil.ignore_patterns("vendor", "*.mo")
        shutil.copytree(ROOT / "portal" / part, tmp_path / "portal" / part, ignore=ignored)
    return tmp_path


@pytest.fixture
def npm(tmp_path: Path) -> list[str]:
    """A stand-in for npm that brings what the vendored files are, and says how it was called."""
    script = tmp_path / "npm.py"
    script.write_text(
        "import json, pathlib, sys\n"
        "pathlib.Path(__file__).with_suffix('.log').write_text(' '.join(sys.argv[1:]))\n"
        "wanted = json.loads(pathlib.Path('package.json').read_text())['portal']['vendor'].values()\n"
        "for name in wanted:\n"
        "    text = 'htmx()' if name.endswith('.js') else 'free'\n"
        "    path = pathlib.Path('node_modules', name)\n"
        "    path.parent.mkdir(parents=True, exist_ok=True)\n"
        "    path.write_text(text)\n"
    )
    return [sys.executable, str(script)]


def test_the_lock_names_no_host_and_holds_every_hash() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert not re.search(r"https?:|resolved|registry", json.dumps(lock))
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert packages
    assert all(one["integrity"].startswith("sha512-") for one in packages.values())


def test_versions_are_exact() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    assert wanted["htmx.org"] == "4.0.1"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())


def test_a_new_lock_will_name_no_host_either() -> None:
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text()


def test_what_is_fetched_is_never_committed() -> None:
    committed = subprocess.run(["git", "ls-files", "portal"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not re.search(r"vendor/|\.mo$", committed.stdout, re.M)


def test_vendored_files_are_those_of_the_lock(hook: ModuleType) -> None:
    assert hook.is_fresh(ROOT)


def test_a_build_brings_the_files_and_runs_nobody_s_script(hook: ModuleType, project: Path, npm: list[str]) -> None:
    assert not hook.is_fresh(project)
    hook.bring(project, npm)
    assert hook.is_fresh(project)
    assert (project / "portal/static/vendor/htmx.min.js").read_text() == "htmx()"
    called = (project / "npm.log").read_text().split()
    assert called[0] == "ci"
    assert "--ignore-scripts" in called
    assert not (project / "node_modules").exists()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda vendor: (vendor / "htmx.min.js").write_text("changed"),
        lambda vendor: (vendor / "htmx.min.js").unlink(),
        lambda vendor: (vendor / "manifest.json").unlink(),
        lambda vendor: (vendor.parent.parent.parent / "package-lock.json").write_text("{}"),
    ],
)
def test_what_was_touched_or_outdated_is_fetched_again(hook: ModuleType, project: Path, npm: list[str], spoil) -> None:  # type: ignore[no-untyped-def]
    hook.bring(project, npm)
    spoil(project / "portal" / "static" / "vendor")
    assert not hook.is_fresh(project)


def test_published_files_do_not_make_the_vendored_ones_look_changed(
    hook: ModuleType, project: Path, npm: list[str]
) -> None:
    hook.bring(project, npm)
    hook.assets(project).publish(project / "portal" / "static")
    assert hook.is_fresh(project)


def test_an_npm_that_fails_fails_the_build(hook: ModuleType, project: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        hook.bring(project, [sys.executable, "-c", "raise SystemExit(1)"])
    assert not hook.is_fresh(project)


def test_node_is_asked_for_only_where_npm_is_missing(
    hook: ModuleType, project: Path, npm: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    build = hook.CustomBuildHook(str(project), {}, None, None, str(project), "wheel")
    monkeypatch.setattr(hook.shutil, "which", lambda _name: None)
    assert build.dependencies() == [hook.BROTLI, hook.NODE]
    hook.bring(project, npm)
    assert build.dependencies() == [hook.BROTLI]
    monkeypatch.setattr(hook.shutil, "which", lambda name: f"/usr/bin/{name}")
    (project / "portal/static/vendor/manifest.json").unlink()
    assert build.dependencies() == [hook.BROTLI]


def test_catalogues_are_compiled(hook: ModuleType, project: Path) -> None:
    folder = project / "portal" / "translations"
    hook.compile_catalogues(folder)
    assert {path.with_suffix("") for path in folder.rglob("*.po")} == {
        path.with_suffix("") for path in folder.rglob("*.mo")
    }


@pytest.mark.slow
def test_the_wheel_holds_all_that_a_page_needs(tmp_path: Path) -> None:
    """Built in the present environment: nothing is fetched, the vendored files are fresh."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    names = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    wanted = {
        "portal/static/relie.css",
        "portal/static/vendor/htmx.min.js",
        "portal/static/vendor/manifest.json",
        "portal/templates/base.html",
        "portal/templates/errors/last_resort.html",
        "portal/translations/fr/LC_MESSAGES/easy.mo",
        "portal/translations/en/LC_MESSAGES/messages.mo",
        "easyread/data/lexicon.tsv",
    }
    assert wanted <= names
    assert any(re.fullmatch(r"portal/static/vendor/published/relie\.[0-9a-f]{12}\.css\.br", name) for name in names)
    assert not any(name.startswith(("tests/", "node_modules/")) for name in names)
