"""A letter on one A4 page, easy to read, in the language of whom it is for: three pictures, a square, a code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from io import BytesIO
from urllib.parse import urlsplit
from xml.etree import ElementTree

import segno

from easyread import dates
from portal.connectors import paper
from portal.core import clock
from portal.core.models import Establishment
from portal.letters.services import Letter
from portal.web.assets import STATIC
from portal.web.contacts import Contact
from portal.web.words import translations

PICTURES = ("camera", "mobile", "key")
SVG = "{http://www.w3.org/2000/svg}"


def address(public_url: str, letter: Letter) -> str:
    """What the square says. Behind ``#`` nothing is sent to any server, so no log of anybody's holds the secret."""
    return f"{public_url}/lettre#{letter.issued.number}.{letter.issued.secret}"


def pages(letters: Sequence[tuple[Letter, str]], places: Sequence[Establishment], public_url: str) -> bytes:
    """The PDF of these letters, each with the language it is read in (``fr``), and the establishment of each."""
    told = [_page(letter, place, lang, public_url) for (letter, lang), place in zip(letters, places, strict=True)]
    lang = letters[0][1]
    return paper.compile("letter", {"title": told[0]["heading"], "author": "Relie", "lang": lang, "letters": told})


def _page(letter: Letter, place: Establishment, lang: str, public_url: str) -> dict[str, object]:
    _ = translations(lang, True).gettext
    steps = (
        _("Ouvrez l’appareil photo de votre téléphone. Visez le carré noir et blanc."),
        _("Touchez l’adresse qui s’affiche. Puis touchez « Continuer »."),
        _("Choisissez comment entrer : votre doigt, votre visage ou le code du téléphone."),
    )
    number, secret = letter.issued.number, letter.issued.secret
    last = {"day": _day(letter.issued.expires_at, place, lang)}
    phone = Contact(place.name, place.phone).number
    return {
        "lang": lang,
        "to": letter.person.name,
        "from": place.name,
        "heading": _("Votre lettre pour entrer dans Relie"),
        "intro": _("Relie vous montre les rendez-vous et les nouvelles."),
        "qr": _square(address(public_url, letter)),
        "qr_alt": _("Carré à photographier. Le numéro et le code écrits à côté servent aussi."),
        "steps": [
            {"svg": _icon(name), "alt": str(position), "said": said}
            for position, (name, said) in enumerate(zip(PICTURES, steps, strict=True), 1)
        ],
        "otherwise": _("Sans appareil photo : allez à cette adresse."),
        "url": f"{urlsplit(public_url).netloc}/lettre",
        "number": {"label": _("Numéro"), "value": f"{number[:4]} {number[4:]}"},
        "secret": {"label": _("Code"), "value": f"{secret[:4]} {secret[4:]}"},
        "notes": [
            *([] if letter.handed else [_("Ensuite, appelez-nous : nous vous dirons un second code.")]),
            *([_("Vos anciennes façons d’entrer s’arrêtent.")] if letter.person.entered else []),
            _("Cette lettre sert une seule fois, avant le %(day)s.") % last,
            _("Ne montrez cette lettre à personne."),
        ],
        "help": (_("Besoin d’aide ? Appelez le %(phone)s.") if phone else _("Besoin d’aide ? Appelez le secrétariat."))
        % {"phone": phone},
    }


def _day(at: datetime, place: Establishment, lang: str) -> str:
    day = clock.local_date(at, place.time_zone)
    return f"{dates.day(day, lang)}{dates.NBSP}{day.year}"


def _square(said: str) -> str:
    drawn = BytesIO()
    segno.make(said, error="m", micro=False).save(drawn, kind="svg", border=4, svgclass=None, lineclass=None)
    return drawn.getvalue().decode()


@cache
def _icon(name: str) -> str:
    """One of our own icons, alone."""
    ElementTree.register_namespace("", SVG[1:-1])
    sheet = ElementTree.parse(STATIC / "icons.svg")  # noqa: S314 - a file of ours
    found = next(one for one in sheet.iter(f"{SVG}symbol") if one.get("id") == name)
    alone = ElementTree.Element(f"{SVG}svg", {"viewBox": found.get("viewBox", "")})
    drawn = ElementTree.SubElement(
        alone, f"{SVG}g", {"fill": "none", "stroke": "#221c2a", "stroke-width": "1.6", "stroke-linejoin": "round"}
    )
    drawn.extend(list(found))
    return ElementTree.tostring(alone, encoding="unicode")
