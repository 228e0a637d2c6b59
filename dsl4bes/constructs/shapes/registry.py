"""The table of shapes, found by scanning this package.

In: the modules of `dsl4bes.constructs.shapes`. Out: a read-only mapping word → `Shape`, sorted; two of a word are refused. No program is looked at here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from dsl4bes.constructs.shapes.base import Shape


@lru_cache(maxsize=1)
def load() -> Mapping[str, type[Shape]]:
    """All shapes by word, in alphabetical order."""
    import dsl4bes.constructs.shapes as package

    found: dict[str, type[Shape]] = {}
    for info in sorted(iter_modules(package.__path__), key=lambda info: info.name):
        module = import_module(f"{package.__name__}.{info.name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Shape) and value.__module__ == module.__name__ and value.word:
                if value.word in found:
                    raise RuntimeError(f"two shapes are called `{value.word}`: {found[value.word]}, {value}")
                found[value.word] = value
    return MappingProxyType(dict(sorted(found.items())))
