"""Reading a FHIR tree that was validated but is still only JSON: each getter answers empty rather than raise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def text(node: Any, *names: str) -> str:
    """The string at the end of a path of objects; "" when anything on the way is something else."""
    for name in names:
        node = node.get(name) if isinstance(node, dict) else None
    return node.strip() if isinstance(node, str) else ""


def object_(node: Any, *names: str) -> Json:
    """The object at the end of a path; empty when there is none."""
    for name in names:
        node = node.get(name) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else {}


def objects(node: Any, name: str) -> list[Json]:
    """The objects under ``name``: those of a list, a lone one, or none."""
    value = node.get(name) if isinstance(node, dict) else None
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, dict)]


def texts(node: Any, name: str) -> list[str]:
    """The strings of a list."""
    value = node.get(name) if isinstance(node, dict) else None
    return [item.strip() for item in value if isinstance(item, str)] if isinstance(value, list) else []


def extensions(node: Any, url: str) -> list[Json]:
    """Extensions with this url. ``url`` may be the last part only, because the guide's host changed with time."""
    found = objects(node, "extension")
    return [item for item in found if text(item, "url") == url or text(item, "url").rpartition("/")[2] == url]


def codings(*concepts: Any) -> list[Json]:
    """Every coding of these CodeableConcepts or Codings, in order."""
    result: list[Json] = []
    for concept in concepts:
        if isinstance(concept, dict):
            result.extend(objects(concept, "coding") or ([concept] if "code" in concept else []))
    return result


def label(*concepts: Any) -> str:
    """What a reader should see of CodeableConcepts: the first text, else the first display."""
    for concept in concepts:
        if text(concept, "text"):
            return text(concept, "text")
    return next((text(coding, "display") for coding in codings(*concepts) if text(coding, "display")), "")


def walk_references(node: Any, path: str) -> Iterator[tuple[str, Json]]:
    """Every Reference inside, contained resources included: (its FHIRPath, itself)."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from walk_references(item, f"{path}[{index}]")
    elif isinstance(node, dict):
        if is_reference(node):
            yield path, node
        for name, item in node.items():
            if isinstance(item, dict | list):
                yield from walk_references(item, f"{path}.{name}")


def is_reference(node: Json) -> bool:
    """Whether an object is a Reference: by an address, or by an identifier alone (a logical one).

    A few resources too have a lone ``identifier``; they say what they are.
    """
    return isinstance(node.get("reference"), str) or (
        isinstance(node.get("identifier"), dict) and "resourceType" not in node
    )
