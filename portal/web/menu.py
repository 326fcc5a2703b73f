"""The menu: only what exists, in the order of registration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app, g, request, url_for
from flask_login import current_user

from portal.access.models import Post
from portal.web import preview


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. ``label`` is called in the reader's words; ``kind`` is the category, for its colour."""

    endpoint: str
    icon: str
    kind: str
    label: Callable[[], str]
    posts: tuple[Post, ...] = ()
    """For these members of staff only; empty: for everybody."""
    seldom: bool = False
    """Not of every day: folded away under the others."""

    @property
    def url(self) -> str:
        return url_for(self.endpoint)

    @property
    def current(self) -> bool:
        """Whether the page being read belongs to this entry: same feature, same part of the menu."""
        return request.endpoint == self.endpoint or request.blueprint == self.endpoint.partition(".")[0]


def add(app: Flask, *entries: Entry) -> None:
    app.extensions.setdefault("menu", []).extend(entries)


def entries() -> list[Entry]:
    """What the reader may go to: nothing before signing in, nor when the portal cannot know who they are."""
    if g.get("failing") or not current_user.is_authenticated:
        return []
    listed: list[Entry] = current_app.extensions.get("menu", [])
    posts = g.get("posts", set())
    mine = [entry for entry in listed if not entry.posts or posts & set(entry.posts)]
    only_looks = preview.current() is not None or current_user.mandate is not None
    return [entry for entry in mine if not only_looks or preview.allowed(entry.endpoint)]
