"""Words on screen. The French of the code is the source; ``easy`` holds easy-read wording; ``lang`` stays fr for both.

``Locale.parse("fr_easy")`` silently gives ``fr``, so easy reading is a gettext domain and not a locale.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, has_request_context
from markupsafe import Markup

from portal.web import reading
from portal.web.languages import PARTIAL

FOLDER = Path(__file__).parent.parent / "translations"
SOURCE = "fr"


class French(NullTranslations):
    """The source itself: in French, zero is singular."""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid1 if abs(n) < 2 else msgid2

    def npgettext(self, _context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self.ngettext(msgid1, msgid2, n)


@cache
def translations(lang: str, easy: bool) -> NullTranslations:
    """Words of a language: easy ones when wanted, else (or where none is written) standard, else French."""
    chain = [(lang, "easy")] if easy else []
    chain += [(lang, "messages")] if lang != SOURCE else []
    chain += [(SOURCE, "easy")] if easy and lang in PARTIAL else []
    found: NullTranslations = French()
    for language, domain in reversed(chain):
        loaded = load(language, domain)
        loaded.add_fallback(found)
        found = loaded
    return found


def load(lang: str, domain: str) -> GNUTranslations:
    """One catalogue: the compiled file, or its source when that is newer (somebody is writing it)."""
    source = FOLDER / lang / "LC_MESSAGES" / f"{domain}.po"
    compiled = source.with_suffix(".mo")
    if compiled.exists() and (not source.exists() or compiled.stat().st_mtime >= source.stat().st_mtime):
        with compiled.open("rb") as file:
            return GNUTranslations(file)
    with source.open("rb") as file:
        catalogue = read_po(file, locale=lang, domain=domain)
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    buffer.seek(0)
    return GNUTranslations(buffer)


def current() -> NullTranslations:
    """Words of whoever reads this page; standard French outside a request."""
    if not has_request_context():
        return translations(SOURCE, False)
    reader = reading.current()
    return translations(reader.lang, reader.easy)


def gettext(text: str) -> str:
    return current().gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    return current().ngettext(one, many, number)


def pgettext(context: str, text: str) -> str:
    return current().pgettext(context, text)


def npgettext(context: str, one: str, many: str, number: int) -> str:
    return current().npgettext(context, one, many, number)


def _(text: str, **values: object) -> str:
    """Words from Python code, for the rare case where no template can say them."""
    said = gettext(text)
    return said % values if values else said


def not_reread() -> tuple[str, str]:
    """That nobody whose language it is has read this translation yet: in that language, and in French."""
    said = "Traduction pas encore relue par une personne dont c’est la langue."
    return gettext("Traduction pas encore relue par une personne dont c’est la langue."), said


def only_in_french(lang: str) -> str:
    """That a page is not written in this language, in this language."""
    return translations(lang, False).gettext("Cette page existe seulement en français.")


def as_written(text: str) -> str:
    """What somebody wrote in French; in a page of another language, marked, and its signs stay in their order."""
    return text if reading.current().lang == SOURCE else Markup('<bdi lang="fr">{}</bdi>').format(text)


def init_app(app: Flask) -> None:
    """Give templates ``_``, ``ngettext`` and ``pgettext``. Variables are escaped; our words may hold ``<b>``."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    app.jinja_env.filters["as_written"] = as_written
    said = (reading.direction, only_in_french, not_reread)
    app.jinja_env.globals |= {"reading": reading.CURRENT} | {function.__name__: function for function in said}
