"""How a person reads and listens: kept on the device and, signed in, on the account."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import astuple, dataclass, replace

from babel import Locale
from flask import Response, g, request
from flask_login import current_user
from markupsafe import Markup
from werkzeug.local import LocalProxy

from portal.web import languages

COOKIE = "__Host-lecture"
ONE_YEAR = 365 * 24 * 3600

CHOICES: dict[str, tuple[str, ...]] = {
    "mode": ("", "easy", "pictures"),
    "theme": ("", "light", "dark", "contrast"),
    "size": ("", "l", "xl", "xxl"),
    "space": ("", "wide"),
    "lang": languages.ALL,
    "font": ("", "atkinson", "dyslexic"),
    "pics": ("", "none", "word"),
    "voice": ("", "on", "off"),
    "pace": ("", "slow", "fast"),
}
"""What each preference may be; the first is that of somebody who chose nothing. The browser's language is not asked:
many family phones are set in another language than the one their owner reads letters of the institute in. Their order
is that of the cookie: a new one goes last."""

OF_ACCOUNT = ("mode", "theme", "lang", "font", "pics", "voice", "pace")
"""Those that follow an account. Size and spacing belong to a screen."""
REST = OF_ACCOUNT[3:]
"""Those of them that stand together in ``Account.reading``."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reader's preferences. Only values of ``CHOICES`` ever stand here."""

    mode: str = ""
    theme: str = ""
    size: str = ""
    space: str = ""
    lang: str = "fr"
    font: str = ""
    """Letters: the device's, Atkinson Hyperlegible Next or OpenDyslexic."""
    pics: str = ""
    """Pictures beside easy lines: one for each line, none, or one for each word."""
    voice: str = ""
    """« Écouter »: on easy pages, on every page, nowhere."""
    pace: str = ""

    @property
    def listens(self) -> bool:
        """Whether pages offer to be read aloud."""
        return self.voice == "on" or (self.easy and self.voice == "")

    @property
    def rate(self) -> str:
        """How fast, as a voice is told."""
        return {"slow": "0.75", "fast": "1.25"}.get(self.pace, "1")

    @property
    def partial(self) -> bool:
        """Whether only some pages are written in this language."""
        return self.lang in languages.PARTIAL

    @property
    def easy(self) -> bool:
        """Whether words are the easy ones: in easy mode and beside pictures."""
        return self.mode != ""

    @property
    def dir(self) -> str:
        """``ltr`` or ``rtl``, of the language."""
        return direction(self.lang)

    @property
    def attributes(self) -> Markup:
        """What ``<html>`` carries: nothing for a preference nobody chose."""
        chosen = {name: getattr(self, name) for name in ("mode", "theme", "size", "space", "font")}
        return Markup("").join(Markup(' data-{}="{}"').format(name, value) for name, value in chosen.items() if value)

    def written(self) -> str:
        """As kept in the cookie: ``easy.dark.xl..fr``; what nobody chose at its end is not written."""
        return ".".join(astuple(self)).rstrip(".")

    @property
    def of_account(self) -> dict[str, str]:
        """As kept on an account, by the names of its columns; ``rest`` is ``Account.reading``."""
        rest = ".".join(getattr(self, name) for name in REST).rstrip(".")
        return {"mode": self.mode, "theme": self.theme, "locale": self.lang, "rest": rest}


def offered() -> list[tuple[str, str, str, str]]:
    """Every language by its own name, as ``components/choices.html`` asks for them."""
    return [(lang, languages.NAMES[lang], "", "") for lang in languages.ALL]


def direction(lang: str) -> str:
    """Which way a language is written."""
    return Locale.parse(lang).text_direction


def read(written: str) -> Reading:
    """Preferences from a cookie, also one written when there were fewer of them. What is missing, foreign or unknown
    counts as not chosen; nothing raises."""
    parts = written.split(".")
    if len(parts) > len(CHOICES):
        return Reading()
    return Reading(**{name: allowed(name, value) for name, value in zip(CHOICES, parts, strict=False)})


def asked(now: Reading, form: Mapping[str, str], names: Collection[str] = tuple(CHOICES)) -> Reading:
    """``now`` with what a form asks of these; what it does not ask stays."""
    return replace(now, **{name: allowed(name, form[name]) for name in names if name in form})


def allowed(name: str, value: str) -> str:
    """``value`` if this preference may be that, else its first choice."""
    return value if value in CHOICES[name] else CHOICES[name][0]


def current() -> Reading:
    """Preferences of this request: what the account chose, else what was chosen on this device."""
    if "reading" not in g:
        device = read(request.cookies.get(COOKIE, ""))
        g.reading = device  # first, so that an error page drawn because accounts cannot be read still has one
        g.reading = of_account(device)
    found: Reading = g.reading
    return found


CURRENT = LocalProxy(current)
"""The same, for templates."""


def of_account(device: Reading) -> Reading:
    """The device's preferences, under those of the signed-in account."""
    if g.get("failing") or not current_user.is_authenticated:
        return device
    kept = of(current_user.mode, current_user.theme, current_user.locale, current_user.reading)
    chosen = {name: value for name, value in kept.items() if value in CHOICES[name][1:]}
    return replace(device, **chosen)


def of(mode: str, theme: str, locale: str, rest: str) -> dict[str, str]:
    """What an account keeps, by name; unknown values count as not chosen."""
    values = (mode, theme, locale, *rest.split("."))
    return {name: allowed(name, value) for name, value in zip(OF_ACCOUNT, values, strict=False)}


def read_in_french(template: str) -> None:
    """A page that is not written in its reader's language is wholly in French; ``g.not_in`` says which it is not in."""
    reader = current()
    if reader.partial and not template.startswith(languages.COVERED):
        g.reading, g.not_in = replace(reader, lang=languages.WHOLE[0]), reader.lang


def keep(response: Response, reading: Reading) -> Response:
    """Keep preferences on this device for a year."""
    response.set_cookie(
        COOKIE, reading.written(), max_age=ONE_YEAR, secure=True, httponly=True, samesite="Lax", path="/"
    )
    return response
