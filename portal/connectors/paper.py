"""Paper: a PDF from a template of ours and plain data, by typst. Tagged (PDF/UA-1), in an embedded readable font.

Templates stand in ``portal/templates/paper``; they hold layout only, every word comes with the data. Nothing of this
machine is read but those templates and the font, and nothing is fetched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import fontpkg_atkinson_hyperlegible as font  # type: ignore[import-untyped]
import typst

from portal.core.errors import PortalError

TEMPLATES = Path(__file__).parent.parent / "templates" / "paper"
FONTS: Path = font.ROOT / "files"
STANDARD: Literal["ua-1"] = "ua-1"
"""Refuses a picture without a description, a document without a title or a language."""


class PaperRefused(PortalError):
    """The template and its data do not make an accessible document: a fault of ours."""


def compile(template_name: str, data: Mapping[str, Any]) -> bytes:
    """The PDF of ``<template_name>.typ`` with ``data`` (anything JSON holds; a mapping with ``title`` and ``lang``).

    Raises ``PaperRefused`` when it cannot be made, or not accessibly; ``LookupError`` without such a template.
    """
    source = TEMPLATES / f"{template_name}.typ"
    if source.parent != TEMPLATES or not source.is_file():
        raise LookupError(template_name)
    try:
        made: bytes = typst.compile(
            source,
            root=TEMPLATES,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=STANDARD,
        )
    except typst.TypstError as error:
        raise PaperRefused(str(error.message)) from None
    return made
