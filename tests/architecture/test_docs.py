"""The documentation fails when it lies: links, words, settings, addresses, commands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import click
import pytest
from sqlalchemy import Engine

import portal.tables  # noqa: F401 - every model, to be looked up in the glossary
from portal.access.models import Authority, Kind, Measure, Post
from portal.access.words import Action, Category, Nature, Strength
from portal.cli import main
from portal.connectors.dui.records import State
from portal.core.config import from_environment
from portal.core.db import Base
from portal.core.errors import ConfigError
from portal.core.models import AccountState, DossierState, HiddenFrom
from portal.demo import views as demo
from portal.menus.words import Course, Declared, Meal, Texture
from portal.planning.models import EventState
from portal.web.wording import badly_set, too_long
from tests.conftest import ROOT

DOCS = ROOT / "docs"
KIB = 1024
FRENCH_PAGES = [
    f"docs/fr/{name}.md" for name in ("demarrer", "facile-a-lire", "regles-d-acces", "sauvegarder", "situations")
]
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "tests" / "data" / "fhir" / "README.md"])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def code_of(name: str) -> set[str]:
    """Everything a page writes in code style."""
    return set(CODE.findall(FENCE.sub("", read(name))))


def cells(name: str, heading: str) -> list[list[str]]:
    """Rows of the first table under a heading, without the first two lines."""
    lines = read(name).partition(f"\n## {heading}\n")[2].splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Each link inside the project: the file, and the heading it leads to or ""."""
    for target in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
        if "://" in target:
            continue
        name, _, heading = target.partition("#")
        yield ((page.parent / name).resolve() if name else page), heading


def slugs(page: Path) -> set[str]:
    """Headings as forges turn them into anchors."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page):
    for target, heading in links(page):
        assert target.exists(), f"{named(page)} leads to {target.name}, which is not there"
        assert not heading or heading in slugs(target), f"{named(page)}: {target.name} has no heading {heading}"


def test_every_page_is_reached_from_the_readme():
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            waiting += [target for target, _ in links(page)]
    assert [named(page) for page in PAGES if page not in reached] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_what_a_page_says_of_a_file_is_about_a_file_there_is(page):
    for said in CODE.findall(page.read_text("utf-8")):
        for path in re.findall(r"^(?:portal|easyread|tests|docs)/[\w./*-]+", said):
            made = path.startswith("portal/static/vendor")  # brought at build
            assert made or list(ROOT.glob(path.rstrip("/."))), f"{named(page)}: there is no {path}"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_a_page_names_exists(page):
    for said in re.findall(r"(?:`|\.venv/bin/)portal ([a-z]+(?: [a-z]+)*)", page.read_text("utf-8")):
        command: click.Command = main
        for word in said.split():
            if not isinstance(command, click.Group):
                break
            assert word in command.commands, f"{named(page)}: portal {said}"
            command = command.commands[word]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_page_holds_no_loose_end_and_no_place_of_somebody_s_machine(page):
    text = page.read_text("utf-8")
    assert not re.search(r"\b(TODO|FIXME|XXX|TBD)\b|lorem ipsum", text, re.IGNORECASE)
    assert not re.search(r"(?<![\w.:/])/(?:home|root|tmp|work|Users)/", text)
    assert not re.search(r"pypi\.org|pythonhosted|npmjs|unpkg|jsdelivr", text)


LOCKS = ["requirements.lock", "requirements-dev.lock", "package-lock.json", "tests/provider/package-lock.json"]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host(lock):
    assert "://" not in read(lock)


def test_the_readme_names_every_word_of_run():
    words = set(re.findall(r"^  (\w+) ", read("run").partition("<<'T'")[2].partition("\nT\n")[0], re.MULTILINE))
    assert {"demo", "test", "serve", "worker"} <= words
    assert {word for word in words if f"./run {word}" not in read("README.md")} == set()


def test_the_readme_and_the_package_want_the_same_python():
    wanted = tomllib.loads(read("pyproject.toml"))["project"]["requires-python"]
    assert f"Python {wanted.removeprefix('>=')} or newer" in read("README.md")


# Words

GLOSSARY: list[type[StrEnum]] = [
    *(Category, Nature, Action, Kind, Authority, Measure, Post, AccountState, DossierState, HiddenFrom),
    *(EventState, State, Meal, Course, Texture, Declared),
]


@pytest.mark.parametrize("kind", GLOSSARY, ids=lambda kind: kind.__name__)
def test_every_word_a_person_may_meet_is_in_the_glossary(kind):
    assert {word.value for word in kind if word.value} - code_of("docs/glossary.md") == set()


def test_every_strength_is_in_the_glossary():
    assert {strength.name.lower() for strength in Strength} - code_of("docs/glossary.md") == set()


def test_every_model_is_in_the_glossary():
    classes = (mapper.class_ for mapper in Base.registry.mappers)
    models = {one.__name__ for one in classes if one.__module__.startswith("portal.")}
    assert models - code_of("docs/glossary.md") == set()


def features() -> set[str]:
    """Packages of the layer of features, that exist."""
    layers = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"][0]["layers"]
    named = {name.strip() for layer in layers if " | " in layer for name in layer.split("|")}
    return {"home"} | {name for name in named if (ROOT / "portal" / name / "views.py").exists()}


def test_every_feature_is_in_the_glossary():
    assert {"planning", "dossier"} < features()
    assert features() - code_of("docs/glossary.md") == set()


@pytest.mark.parametrize("page", FRENCH_PAGES)
def test_french_pages_are_well_set(page):
    text = LINK.sub("", CODE.sub("", read(page)))
    assert [line for line in text.splitlines() if badly_set(line)] == []


def test_the_easy_page_is_easy():
    text = LINK.sub("", read("docs/fr/facile-a-lire.md"))
    assert [line for line in text.splitlines() if too_long(line)] == []
    assert "FALC" not in text


# Settings

NEEDED = {
    "RELIE_DATABASE_URL": "sqlite://",
    "RELIE_VAULT_URL": "memory://",
    "RELIE_SECRET_KEY": "x" * 40,
    "RELIE_VAULT_KEYS": "one:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
}
SETTINGS = {row[0].strip("`"): row[1].strip("`") for row in cells("docs/configuration.md", "Settings")}


def test_every_setting_is_explained_and_none_is_left_over():
    said = "".join(path.read_text("utf-8") for path in (ROOT / "portal").rglob("*.py"))
    assert set(re.findall(r"RELIE_[A-Z_]*[A-Z]", said)) == set(SETTINGS)


@pytest.mark.parametrize("name", [name for name, default in SETTINGS.items() if default == "required"])
def test_a_setting_said_to_be_required_is(name):
    with pytest.raises(ConfigError, match=name):
        from_environment({other: value for other, value in NEEDED.items() if other != name})


def test_every_default_is_the_one_of_the_code():
    settings = from_environment(NEEDED)
    for name, default in SETTINGS.items():
        held = getattr(settings, name.removeprefix("RELIE_").lower(), None)
        if default == "none":
            assert not held, name
        elif default != "required" and name != "RELIE_DEMO_FOLDER":
            assert str(held) == default, name
    assert f'"RELIE_DEMO_FOLDER", "{SETTINGS["RELIE_DEMO_FOLDER"]}"' in read("portal/demo_site.py")


# Map, decisions, threats, screens


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """Addresses do not depend on the database."""
    return sqlite_engine


def test_the_map_holds_every_package_and_module_of_the_portal():
    said = " ".join(code_of("docs/map.md"))
    for path in (ROOT / "portal").iterdir():
        if path.name.startswith("__") or path.suffix not in ("", ".py"):
            continue
        known = path.name in said or (path.name.startswith("cli") and "cli*.py" in said)
        assert known, f"docs/map.md says nothing of portal/{path.name}"


def test_the_map_holds_every_address(own_app):
    own_app.register_blueprint(demo.bp)
    there = {rule.rule.rstrip("/") for rule in own_app.url_map.iter_rules()}
    said = [address for row in cells("docs/map.md", "Pages there are") for address in CODE.findall(row[0])]
    assert {address.rstrip("/") for address in said} == there


RECORDS = sorted(path for path in (DOCS / "decisions").glob("*.md") if path.name != "README.md")


def test_one_decision_a_number_and_no_number_missing():
    assert [path.name.partition("-")[0] for path in RECORDS] == [f"{n:04d}" for n in range(1, len(RECORDS) + 1)]


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_decision_says_why_what_and_what_follows(record):
    text = record.read_text("utf-8")
    number, title = re.match(r"# (\d{4}) · (.+)\n", text).groups()
    assert record.name.startswith(f"{number}-")
    assert re.findall(r"^\*\*(Context|Decision|Consequences)\.\*\*", text, re.MULTILINE) == [
        "Context",
        "Decision",
        "Consequences",
    ]
    assert f"| [{number}]({record.name}) | {title} |" in read("docs/decisions/README.md")


def test_a_decision_the_code_names_is_there():
    said = "".join(path.read_text("utf-8") for path in (ROOT / "portal").rglob("*.py"))
    numbers = set(re.findall(r"docs/decisions/(\d{4})", said))
    assert numbers
    assert numbers <= {path.name[:4] for path in RECORDS}


def test_every_test_that_answers_a_threat_exists():
    said = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", read("docs/threats.md"))
    assert len(said) > 50
    missing = [(path, name) for path, name in said if not re.search(rf"(?:def|class) {name}\b", read(path))]
    assert missing == []


SCREENS = sorted((DOCS / "screens").iterdir())


@pytest.mark.parametrize("screen", SCREENS, ids=lambda path: path.name)
def test_a_screenshot_is_light_and_shown(screen):
    assert screen.read_bytes().startswith(b"\x89PNG")
    assert screen.stat().st_size < 60 * KIB
    assert any(screen == target for page in PAGES for target, _ in links(page))
