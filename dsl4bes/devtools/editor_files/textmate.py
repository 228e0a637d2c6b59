"""The TextMate grammar for VS Code and other editors that read it.

In: the words of the language. Out: JSON. It colours as `syntax/highlight.py` does: a block is what stands before `do`, a field what stands first on a line; a bracket that is not closed ends at the next block or `end`.
"""

from __future__ import annotations

import json
from typing import Any

from dsl4bes.devtools.editor_files.words import alternatives, words

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_PATH = rf"{_NAME}(?:\.{_NAME})*"
_NUMBER = r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_OPENS = r"(?![A-Za-z0-9_.])(?=[^#\"]*(?:\"(?:\\.|[^\"\\])*\"[^#\"]*)*(?<![A-Za-z0-9_])do\s*(?:#.*)?$)"
_END = r"(?![A-Za-z0-9_])"


def grammar() -> str:
    """The grammar's text."""
    repository = {"statement": {"patterns": _statements()}, "value": {"patterns": _values()}, "brackets": _brackets()}
    made = {"name": "DSL4BES", "scopeName": "source.bes", "fileTypes": ["bes"], "patterns": [{"include": "#statement"}, {"include": "#value"}], "repository": repository}
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _match(pattern: str, name: str) -> dict[str, Any]:
    return {"match": pattern, "name": f"{name}.bes"}


def _captured(pattern: str, *names: str) -> dict[str, Any]:
    return {"match": pattern, "captures": {str(i): {"name": f"{name}.bes"} for i, name in enumerate(names, 1)}}


def _statements() -> list[dict[str, Any]]:
    """What a line begins with."""
    known = words()
    return [
        _captured(rf"^\s*(end){_END}", "keyword.control"),
        _captured(rf"^\s*((?:{_NAME}\.)*(?:{alternatives(known.blocks)})){_OPENS}", "entity.name.type.block"),
        _captured(rf"^\s*({_PATH}){_OPENS}", "entity.name.type.custom"),
        _captured(rf"^\s*((?:{_NAME}\.)*(?:{alternatives(known.statements)}))(?![A-Za-z0-9_.(])", "keyword.declaration"),
        _captured(rf"^\s*({alternatives(known.fields)})(?![A-Za-z0-9_.])", "variable.other.property"),
        _captured(rf"^\s*({_PATH})", "variable.other.property.free"),
    ]


def _values() -> list[dict[str, Any]]:
    """What stands behind the first word, and in brackets."""
    known = words()
    units = alternatives([unit for unit in known.units if unit != "%"])
    return [
        _match(r"#.*$", "comment.line.number-sign"),
        _text(r'"(?=(?:\\.|[^"\\])*->)', "decay", [_match("->", "keyword.operator.arrow"), _match(rf"(?<![A-Za-z0-9_*'/~+-])(?:{alternatives(known.particles)})(?![A-Za-z0-9_*'/~+(-])", "constant.language.particle")]),
        _text(r'"(?=\s*(?:[<>=!]=|[<>]|in\b|\d[^"]*\.\.)[^"]*")', "count", [_match(r"[<>=!]=|[<>]|\.\.|\bin\b", "keyword.operator.comparison"), _match(_NUMBER, "constant.other.count")]),
        _text('"', "text", []),
        _match(rf"(?<![A-Za-z0-9_]):{_NAME}", "constant.other.symbol"),
        _captured(rf"({_NUMBER})\s*((?:{units}){_END}|%)", "constant.numeric", "keyword.other.unit"),
        _match(_NUMBER, "constant.numeric"),
        _match(rf"\b(?:do|end){_END}", "keyword.control"),
        _match(rf"\b(?:and|or|not|in){_END}", "keyword.operator.logical"),
        _match(rf"\b(?:true|false){_END}", "constant.language"),
        _match(rf"\b(?:{alternatives(known.functions)})(?=\()", "support.function"),
        _match(rf"{_NAME}(?=\()", "entity.name.function"),
        _match(rf"{_NAME}(?=:|\s+:(?![A-Za-z_])|\s*=(?!=))", "variable.parameter"),
        _captured(rf"(\.)({_NAME})", "punctuation.accessor", "variable.other.member"),
        _match(rf"\b(?:{alternatives(known.lists)})(?![A-Za-z0-9_.])", "support.variable.list"),
        _match(rf"\b(?:{alternatives(known.functions)})(?![A-Za-z0-9_.])", "support.function"),
        _match(_NAME, "variable.other"),
        {"include": "#brackets"},
        _match(r"\.\.|\*\*|[-+*/^]|[<>=!]=|[<>=]", "keyword.operator"),
    ]


def _text(begin: str, kind: str, parts: list[dict[str, Any]]) -> dict[str, Any]:
    """A text with parts; one that is not closed ends with its line."""
    return {"begin": begin, "end": r'"|(?=\r?$)', "name": f"string.quoted.double.{kind}.bes", "patterns": [_match(r"\\.", "constant.character.escape"), *parts]}


def _brackets() -> dict[str, Any]:
    return {"begin": r"[(\[]", "end": rf"[)\]]|(?=^\s*end\s*(?:#.*)?$)|(?=^\s*{_PATH}{_OPENS})", "patterns": [{"include": "#value"}]}
