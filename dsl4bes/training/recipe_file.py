"""Reads a recipe (TOML) and says where in the file a fault is.

In: the path of a recipe or the name of a shipped one, and changes from the command line (`lora.rank=4`). Out: a `Recipe`, or diagnostics with file and line. Words of pydantic never reach the user: each kind of fault has a sentence of ours.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from dsl4bes.assets import recipes_root
from dsl4bes.dataset.record import Kind, Language
from dsl4bes.diagnostics.codes.training import BAD_RECIPE
from dsl4bes.diagnostics.model import Bag
from dsl4bes.diagnostics.suggest import nearest, phrase
from dsl4bes.source import SourceFile, Span
from dsl4bes.training.recipe import Precision, Recipe
from dsl4bes.unknown.settings_file import key_places, read_toml
from dsl4bes.unknown.toml_text import TomlError, TomlMissing, loads
from dsl4bes.unknown.trouble import Trouble

#: Names that may stand without their table on the command line, as in `rank=4,8`.
SHORT = {
    "rank": "lora.rank", "alpha": "lora.alpha", "dropout": "lora.dropout", "epochs": "training.epochs", "learning_rate": "training.learning_rate", "seed": "training.seed", "batch": "training.batch",
    "accumulation": "training.accumulation", "longest": "training.longest", "packing": "training.packing", "checkpointing": "training.checkpointing", "threads": "training.threads", "base": "model.place", "data": "data.folder", "most": "data.most",
}  # fmt: skip
_WORDS: dict[str, type[Enum]] = {"kinds": Kind, "caps": Kind, "weights": Kind, "languages": Language, "precision": Precision}


def shipped() -> dict[str, Path]:
    """The recipes that come with the product, by name."""
    return {path.stem: path for path in sorted(recipes_root().glob("*.toml"))}


def find_recipe(name: str) -> Path:
    """The file that is meant: a path, or the name of a shipped recipe."""
    known = shipped()
    path = Path(os.path.expanduser(name))
    if path.suffix != ".toml" and name in known:
        return known[name]
    if path.is_file():
        return path
    raise Trouble(BAD_RECIPE, f"there is no recipe `{name}`", phrase(nearest(name, list(known))) or "shipped are " + ", ".join(known) + "; else name a file")


def read_recipe(path: Path, bag: Bag, changes: Sequence[str] = ()) -> Recipe | None:
    """The recipe of a file with the changes of a command line; None if something is wrong, which `bag` then says."""
    source, values = read_toml(path, bag, BAD_RECIPE, "recipe")
    if source is None or values is None:
        return None
    changed: set[tuple[str, ...]] = set()
    for change in changes:
        key, value = parse_change(change)
        _put(values, key, value, change)
        changed.add(key)
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        places = key_places(source.text)
        for fault in error.errors():
            _say(fault, source, places, changed, bag)
        return None


def parse_change(text: str) -> tuple[tuple[str, ...], Any]:
    """`rank=4` → (("lora", "rank"), 4). A value is TOML, or a bare word.

    >>> parse_change("training.packing=false"), parse_change("base=Qwen/Qwen2.5-0.5B")
    ((('training', 'packing'), False), (('model', 'place'), 'Qwen/Qwen2.5-0.5B'))
    """
    name, equals, value = text.partition("=")
    name = SHORT.get(name.strip(), name.strip())
    if not equals or not value.strip() or "." not in name:
        raise Trouble(BAD_RECIPE, f"`{text}` is no change of a recipe", "write TABLE.NAME=VALUE, as in training.epochs=3, or one of " + ", ".join(SHORT) + " without its table")
    return tuple(name.split(".")), _value(value.strip())


def _value(text: str) -> Any:
    try:
        return loads(f"x = {text}")["x"]
    except (TomlError, TomlMissing):
        return text


def _put(values: dict[str, Any], key: tuple[str, ...], value: Any, change: str) -> None:
    table: Any = values
    for part in key[:-1]:
        table = table.setdefault(part, {})
        if not isinstance(table, dict):
            raise Trouble(BAD_RECIPE, f"`{change}`: `{part}` is no table of a recipe")
    table[key[-1]] = value


def _say(fault: ErrorDetails, source: SourceFile, places: Mapping[tuple[str, ...], tuple[int, int]], changed: set[tuple[str, ...]], bag: Bag) -> None:
    """One diagnostic, at the key in the file if the value is from there."""
    parts = [str(part) for part in fault["loc"] if part != "[key]"]
    key = tuple(parts)
    while key and key not in places:
        key = key[:-1]
    start, end = places.get(key, (0, 1))
    from_line = any(tuple(parts[: len(each)]) == each for each in changed)
    message, help_ = _words(fault, parts)
    bag.add(BAD_RECIPE, message, None if from_line else Span(start, end, source), help=help_)


def _words(fault: ErrorDetails, parts: list[str]) -> tuple[str, str]:
    name, kind, context = ".".join(parts) or "the recipe", fault["type"], fault.get("ctx", {})
    given = _shown(fault.get("input"))
    if kind == "extra_forbidden":
        known = _known(parts[:-1])
        return f"`{name}` has no place in a recipe", phrase(nearest(parts[-1], known)) or "here are " + ", ".join(known)
    if kind == "missing":
        return f"`{name}` is missing", "name a folder, a GGUF file or a hub id: base = \"Qwen/Qwen2.5-Coder-0.5B-Instruct\"" if parts[-1] in ("base", "model") else ""
    if kind == "enum":
        known = next(([str(word.value) for word in each] for table, each in _WORDS.items() if table in parts), [])
        return f"`{name}` does not know {given}", phrase(nearest(str(fault.get("input")), known)) or "it knows " + ", ".join(known)
    limits = {"greater_than": ("more than", "gt"), "greater_than_equal": ("at least", "ge"), "less_than": ("less than", "lt"), "less_than_equal": ("at most", "le")}
    if kind in limits:
        words_, limit = limits[kind]
        return f"`{name}` is {words_} {context[limit]}, not {given}", ""
    asked = {"int": "a whole number", "float": "a number", "bool": "true or false", "string": "a text", "tuple": "a list", "dict": "a table", "model": "a table"}
    for start, what in asked.items():
        if kind.startswith(start):
            return f"`{name}` is {what}, not {given}", ""
    if kind == "value_error":
        return str(context.get("error", fault["msg"])), ""
    return f"`{name}` cannot be {given}", ""


def _known(parts: list[str]) -> list[str]:
    """The names that a table of a recipe may have."""
    model: type[BaseModel] = Recipe
    for part in parts:
        field = model.model_fields.get(part)
        if field is None or not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            return []
        model = field.annotation
    return list(model.model_fields)


def _shown(value: Any) -> str:
    try:
        return f"`{json.dumps(value, ensure_ascii=False)[:80]}`"
    except (TypeError, ValueError):
        return f"`{str(value)[:80]}`"
