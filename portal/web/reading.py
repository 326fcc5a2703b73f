"""How a person reads: mode, colours, size, spacing and language, kept on the device and, signed in, on the account."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields

from babel import Locale
from flask import Response, g, request
from flask_login import current_user
from markupsafe import Markup
from werkzeug.local import LocalProxy

COOKIE = "__Host-lecture"
ONE_YEAR = 365 * 24 * 3600

CHOICES: dict[str, tuple[str, ...]] = {
    "mode": ("", "easy", "pictures"),
    "theme": ("", "light", "dark", "contrast"),
    "size": ("", "l", "xl", "xxl"),
    "space": ("", "wide"),
    "lang": ("fr", "en"),
}
"""What each preference may be; the first is that of somebody who chose nothing. The browser's language is not asked:
many family phones are set in another language than the one their owner reads letters of the institute in."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reader's preferences. Only values of ``CHOICES`` ever stand here."""

    mode: str = ""
    theme: str = ""
    size: str = ""
    space: str = ""
    lang: str = "fr"

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
        chosen = {name: getattr(self, name) for name in ("mode", "theme", "size", "space")}
        return Markup("").join(Markup(' data-{}="{}"').format(name, value) for name, value in chosen.items() if value)

    def written(self) -> str:
        """As kept in the cookie: ``easy.dark.xl..fr``."""
        return ".".join(astuple(self))


def direction(lang: str) -> str:
    """Which way a language is written."""
    return Locale.parse(lang).text_direction


def read(written: str) -> Reading:
    """Preferences from a cookie. What is missing, foreign or unknown counts as not chosen; nothing raises."""
    parts = written.split(".")
    if len(parts) != len(CHOICES):
        return Reading()
    return Reading(**{name: allowed(name, value) for name, value in zip(CHOICES, parts, strict=True)})


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
    """The device's preferences, under those of the signed-in account. Size and spacing belong to a screen."""
    if g.get("failing") or not current_user.is_authenticated:
        return device
    kept = {"mode": current_user.mode, "theme": current_user.theme, "lang": current_user.locale}
    chosen = {name: value for name, value in kept.items() if value in CHOICES[name][1:]}
    values = {field.name: getattr(device, field.name) for field in fields(device)}
    return Reading(**(values | chosen))


def keep(response: Response, reading: Reading) -> Response:
    """Keep preferences on this device for a year."""
    response.set_cookie(
        COOKIE, reading.written(), max_age=ONE_YEAR, secure=True, httponly=True, samesite="Lax", path="/"
    )
    return response
