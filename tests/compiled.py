"""Compiled once for every portal of this run: each test makes a portal, and compiling is most of its time.

Templates, and the code by which Werkzeug writes an address of each route.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule


class Compiled(BytecodeCache):
    """Bytecode in memory. Jinja looks whether the source is still the same."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


_compile: Callable[[Rule, bool], Any] = Rule._compile_builder
_builders: dict[Hashable, Any] = {}


def _builder(rule: Rule, append_unknown: bool = True) -> Any:
    """What Werkzeug compiles: it depends on the words of a rule alone, and asks the rest of the rule it is given."""
    words = rule.rule, tuple(rule._trace), tuple(sorted((rule.defaults or {}).items())), append_unknown
    if words not in _builders:
        _builders[words] = _compile(rule, append_unknown)
    return _builders[words]


Flask.jinja_options = {"bytecode_cache": Compiled()}
Rule._compile_builder = _builder  # type: ignore[method-assign]
