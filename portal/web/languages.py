"""The languages of the screens: two whole, four of the everyday pages only.

A page is wholly in one language, or in French with a line that says so: half of each would be read by nobody.
"""

from __future__ import annotations

WHOLE = ("fr", "en")
"""Every page is written in them. French first: it is the source."""

PARTIAL = ("ar", "pt", "tr", "uk")
"""Written for what families open every day (``COVERED``). Nobody has reread them whose language it is: pages say so."""

ALL = (*WHOLE, *PARTIAL)

NAMES = {
    "fr": "Français",
    "en": "English",
    "ar": "العربية",
    "pt": "Português",
    "tr": "Türkçe",
    "uk": "Українська",
}
"""Each as its readers write it."""

EVERYWHERE = (
    *("base.html", "_about.html", "_calls.html", "_help.html", "_menu.html", "_why.html", "errors/"),
    *(f"components/{name}" for name in ("category_name", "clock", "contact", "data_age", "error_summary", "helped")),
    *(
        f"components/{name}"
        for name in ("note", "picture", "reading_links", "state", "tag", "thread_item", "easy_line")
    ),
)
"""Parts that pages of every kind are made of."""

COVERED = (
    *EVERYWHERE,
    *("accounts/enter.html", "accounts/_federated.html", "accounts/_key.html", "accounts/_phrase.html"),
    *("accounts/code.html", "accounts/reading.html", "accounts/_reading.html", "home/_", "home/family.html"),
    *("inbox/", "menus/", "shell/"),
    *("planning/_", "planning/day.html", "planning/list.html", "planning/past.html", "planning/show.html"),
    *("planning/week", "liaison/_", "liaison/absence.html", "liaison/callback.html", "liaison/nobody.html"),
    *("portal/planning/", "portal/menus/", "portal/inbox/", "portal/liaison/", "portal/home/", "portal/web/"),
)
"""Beginnings of the names of templates (and of code) that are written in the partial languages too."""
