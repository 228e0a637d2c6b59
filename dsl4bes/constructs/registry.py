"""The table of constructs: every block of the language, found by scanning this package.

In: the modules of `dsl4bes.constructs`. Out: a read-only mapping keyword → `Block` class, sorted; two of a keyword are refused.
The scan happens at the first `load()`, and only in this package. No program is looked at here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from dsl4bes.constructs.base import Block


@lru_cache(maxsize=1)
def load() -> Mapping[str, type[Block]]:
    """All constructs by keyword, in alphabetical order."""
    import dsl4bes.constructs as package

    found: dict[str, type[Block]] = {}
    for module_info in sorted(iter_modules(package.__path__), key=lambda info: info.name):
        module = import_module(f"{package.__name__}.{module_info.name}")
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and issubclass(value, Block)
                and value.__module__ == module.__name__
                and value.keyword
            ):
                if value.keyword in found:
                    raise RuntimeError(
                        f"two constructs are called `{value.keyword}`: {found[value.keyword]}, {value}"
                    )
                found[value.keyword] = value
    return MappingProxyType(dict(sorted(found.items())))


def find(keyword: str) -> type[Block] | None:
    """The construct of a keyword, or None."""
    return load().get(keyword)
