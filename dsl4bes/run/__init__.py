"""Running a compiled selection on events: processes, cut flow, tuples, histograms, files. Knows no construct.

The module can be called: `dsl4bes.run(text, files)` is the library function, and `dsl4bes.run.results` and the others are its parts. Without
this, importing any part would hide the function of the same name.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _Callable(ModuleType):
    """A module that is also the library function of its name."""

    def __call__(self, *arguments: Any, **settings: Any) -> Any:
        """Run a program on events: see `dsl4bes.api.run`."""
        from dsl4bes.api import run

        return run(*arguments, **settings)


sys.modules[__name__].__class__ = _Callable
