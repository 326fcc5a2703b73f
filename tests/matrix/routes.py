"""Every address of the portal, from its URL map, with what it names: nothing, or objects of ``objects.py``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask

from tests.matrix.objects import FORMS, NOBODYS, OBJECTS, QUERIES
from tests.matrix.things import Family
from tests.matrix.visiting import absent

CHANGING = ("POST", "PUT", "PATCH", "DELETE")
FORM, QUERY = "the form", "the question"
"""Places beside the parameters of an address where something may be named."""
_PARAMETER = re.compile(r"<(?:[^:>]*:)?([^>]+)>")


@dataclass(frozen=True)
class Request:
    """One address with everything in it filled in. ``named``: which places name what is not one's own."""

    path: str
    query: Mapping[str, Any]
    form: Mapping[str, Any]
    named: str = ""
    all_of_it: bool = False


@dataclass(frozen=True)
class Route:
    """One rule and one method. ``rule`` as the URL map writes it."""

    endpoint: str
    method: str
    rule: str

    @property
    def parameters(self) -> list[str]:
        return _PARAMETER.findall(self.rule)

    @property
    def unknown(self) -> list[str]:
        return [name for name in self.parameters if name not in OBJECTS and name not in NOBODYS]

    @property
    def address(self) -> tuple[str, ...]:
        """Parameters of the address that name an object of somebody's."""
        return tuple(name for name in self.parameters if name in OBJECTS)

    @property
    def beside(self) -> str:
        """The other place that names one; "" when there is none."""
        if self.method in CHANGING:
            return FORM if self.endpoint in FORMS else ""
        return QUERY if self.endpoint in QUERIES else ""

    @property
    def things(self) -> tuple[str, ...]:
        """What the table must say of it."""
        return ("own", "foreign") if self.address else ("-",)

    def own(self, family: Family, *, asking: bool = False) -> Request:
        """All of it one's own; ``asking``: with what may stand behind the address."""
        whole = self._request(dict.fromkeys(self._places, family))
        return whole if asking else Request(whole.path, {}, whole.form)

    def strange(self, own: Family, stranger: Family, thing: str) -> Iterator[tuple[Request, Request]]:
        """(a request that names a stranger's things, the same that names nothing there is).

        ``foreign``: everything is a stranger's, then each parameter of the address alone; else what stands beside it.
        """
        alone = self.address if thing == "foreign" else (self.beside,) if self.beside else ()
        together = [self._places] if thing == "foreign" and len(self._places) > 1 else []
        for strange in [*together, *((one,) for one in alone)]:
            families = {name: stranger if name in strange else own for name in self._places}
            asked, nothing = (self._request(families, strange, gone=gone) for gone in (False, True))
            if asked != nothing:  # else it names nothing of anybody's
                yield asked, nothing

    @property
    def _places(self) -> tuple[str, ...]:
        return (*self.address, self.beside) if self.beside else self.address

    def _nobodys(self, name: str) -> Any:
        return NOBODYS.get(f"{self.endpoint}.{name}", NOBODYS[name])

    def _request(self, families: Mapping[str, Family], strange: tuple[str, ...] = (), gone: bool = False) -> Request:
        def said(place: str, make: Any) -> Any:
            made = make(families[place])
            return absent(made) if gone and place in strange else made

        values = {name: said(name, OBJECTS.get(f"{self.endpoint}.{name}", OBJECTS[name])) for name in self.address}
        path = _PARAMETER.sub(lambda found: str(values.get(found[1]) or self._nobodys(found[1])), self.rule)
        query = said(QUERY, QUERIES[self.endpoint]) if self.beside == QUERY else {}
        form = said(FORM, FORMS[self.endpoint]) if self.beside == FORM else {}
        return Request(path, query, form, ", ".join(strange), {*self.address} <= {*strange})


def routes(app: Flask) -> list[Route]:
    """Each rule with each method it declares but HEAD and OPTIONS, which follow the others."""
    return [
        Route(rule.endpoint, method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", *CHANGING})
    ]
