"""The families of fits, one module each, found by scanning this package.

In: the modules. Out: `FAMILIES`, name → family, sorted. None is a task of the benchmark.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from dsl4bes.dataset.fits.family import Family


@lru_cache(maxsize=1)
def load() -> Mapping[str, Family]:
    """All families by name: each module has one `FAMILY`, called as the module."""
    found: dict[str, Family] = {}
    for info in iter_modules(__path__):
        family = import_module(f"{__name__}.{info.name}").FAMILY
        assert family.name == info.name, f"{info.name} has the family {family.name}"
        found[family.name] = family
    return MappingProxyType(dict(sorted(found.items())))
