"""``python -m easyread picture``: lines in, one JSON a line out: what would be drawn, word by word."""

from __future__ import annotations

import json
import sys

from easyread import lexicon, pictures


def pictured(text: str) -> dict[str, object]:
    """{"text", "units": [{"surface", "concept", "image", "source"}]}; no image where none is surely right."""
    units = []
    for unit in lexicon.units(text):
        picture = None if unit.negated else pictures.find(unit.concept)
        image = {"image": picture.code, "source": picture.set} if picture else {"image": None, "source": None}
        units.append({"surface": unit.surface, "concept": unit.concept, **image})
    return {"text": text, "units": units}


def main() -> int:
    """Read the command line; 2 when it is not understood."""
    if sys.argv[1:] != ["picture"]:
        sys.stderr.write("python -m easyread picture < texts\n")
        return 2
    for line in sys.stdin:
        sys.stdout.write(json.dumps(pictured(line.rstrip("\n")), ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
