"""Keep the words of templates and the catalogues together: ``python -m portal.web.catalogues check``.

``update`` adds new words to every catalogue and drops those that nothing says any more. ``missing`` prints, as JSON,
what has still to be written; ``fill FILE`` takes the same JSON back. ``compile`` writes what is read at run time.
``missing ar`` does so for one of the languages that are written in part: what they lack is said in French, and is no
fault; what they hold is checked like the rest.
Nothing is guessed from a similar sentence: a changed sentence is a new one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from portal.web.languages import COVERED, PARTIAL
from portal.web.wording import Finding, findings, strings

ROOT = Path(__file__).parent.parent.parent
CATALOGUES = ("fr/easy", "en/messages", "en/easy")
"""Language and domain. French ``messages`` is the source itself and has no file."""

IN_PART = tuple(f"{lang}/{domain}" for lang in PARTIAL for domain in ("messages", "easy"))
"""They hold what was written, and nothing empty. Easy words stand there only where the others are not easy already."""

KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}
IDLE = tuple(
    f'"{name}:'.encode()
    for name in (
        "Project-Id-Version",
        "Report-Msgid-Bugs-To",
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Last-Translator",
        "Language-Team",
        "Generated-By",
    )
)
"""Lines of a header that say nothing here, or change without any word changing."""

Written = dict[str, str | list[str]]


def extract(root: Path = ROOT) -> Catalog:
    """Every word the templates and the code say, with the files that say it."""
    with (root / "babel.cfg").open() as config:
        methods, options = parse_mapping_cfg(config)  # type: ignore[no-untyped-call]
    said = Catalog(charset="utf-8", fuzzy=False, header_comment="#")
    for name, _line, words, _comments, context in extract_from_dir(root, methods, options, KEYWORDS):
        said.add(words, locations=[(name, 1)], context=context)
    for message in said:
        message.locations = sorted(set(message.locations))  # catalogues are sorted by these
    return said


def path(name: str, root: Path = ROOT) -> Path:
    """Where ``fr/easy`` stands."""
    lang, domain = name.split("/")
    return root / "portal" / "translations" / lang / "LC_MESSAGES" / f"{domain}.po"


def read(name: str, root: Path = ROOT) -> Catalog:
    with path(name, root).open("rb") as file:
        return read_po(file, locale=name.split("/")[0], domain=name.split("/")[1])


def write(name: str, catalogue: Catalog, root: Path = ROOT) -> None:
    """In one order and without dates, so that two people who add words rarely meet on a line."""
    for message in list(catalogue) if name in IN_PART else ():
        if message.id and not all(strings(message)):
            catalogue.delete(message.id, message.context)
    buffer = BytesIO()
    write_po(buffer, catalogue, width=0, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    lines = [line for line in buffer.getvalue().splitlines(keepends=True) if not line.startswith(IDLE)]
    path(name, root).write_bytes(b"".join(lines))


def update(root: Path = ROOT) -> None:
    said = extract(root)
    for name in (*CATALOGUES, *IN_PART):
        write(name, _with(said, name, root), root)


def _with(said: Catalog, name: str, root: Path) -> Catalog:
    """A catalogue with every word of today and no other."""
    catalogue = read(name, root)
    catalogue.update(said, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def compile_all(root: Path = ROOT) -> None:
    for name in (*CATALOGUES, *IN_PART):
        with path(name, root).with_suffix(".mo").open("wb") as file:
            write_mo(file, read(name, root))


def check(root: Path = ROOT) -> list[Finding]:
    """Everything that would make a screen fall back, lie or read badly. Empty when all is well."""
    said = extract(root)
    found = [finding for name in (*CATALOGUES, *IN_PART) for finding in findings(name, said, read(name, root))]
    return [one for one in found if one.catalogue in CATALOGUES or one.rule != "missing"]


def missing(root: Path = ROOT) -> dict[str, Written]:
    """What has no wording yet, by catalogue; a plural waits for its forms."""
    update(root)
    return {name: _empty(read(name, root)) for name in CATALOGUES}


def missing_in_part(lang: str, root: Path = ROOT) -> dict[str, Written]:
    """What a language written in part lacks of the pages it covers."""
    name = f"{lang}/messages"
    return {name: _empty(_with(extract(root), name, root), covered)}


def covered(message: Message) -> bool:
    """Whether a page says it that is written in the partial languages too."""
    places = [str(place).removeprefix("portal/templates/") for place, _line in message.locations]
    return any(place.startswith(COVERED) for place in places)


def _empty(catalogue: Catalog, wanted: Callable[[Message], bool] = bool) -> Written:
    forms = catalogue.num_plurals
    return {key(m): _blank(m, forms) for m in catalogue if m.id and not all(strings(m)) and wanted(m)}


def fill(written: dict[str, Written], root: Path = ROOT) -> None:
    """Write the wordings given. Raises ``KeyError`` for words that nothing says."""
    said = extract(root) if set(written) & set(IN_PART) else None
    for name, texts in written.items():
        catalogue = _with(said, name, root) if said and name in IN_PART else read(name, root)
        known = {key(message): message for message in catalogue if message.id}
        for words, text in texts.items():
            known[words].string = tuple(text) if isinstance(text, list) else text
        write(name, catalogue, root)


def key(message: Message) -> str:
    """A message as one text: its context if any, and its singular."""
    words = message.id if isinstance(message.id, str) else message.id[0]
    return f"{message.context}\x04{words}" if message.context else str(words)


def _blank(message: Message, forms: int) -> str | list[str]:
    return "" if isinstance(message.id, str) else [""] * forms


def main(arguments: list[str]) -> int:
    """0 when it is done and all is well, 1 when ``check`` found something, 2 when the command is not known."""
    quiet: dict[str, Callable[[], None]] = {"update": update, "compile": compile_all}
    match arguments:
        case [("update" | "compile") as command]:
            quiet[command]()
        case ["missing"]:
            print(json.dumps(missing(), ensure_ascii=False, indent=1))
        case ["missing", lang] if lang in PARTIAL:
            print(json.dumps(missing_in_part(lang), ensure_ascii=False, indent=1))
        case ["fill", name]:
            fill(json.loads(Path(name).read_text("utf-8")))
        case ["check"]:
            found = check()
            print(*found, sep="\n", end="\n" if found else "")
            return 1 if found else 0
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
