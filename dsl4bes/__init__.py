"""DSL4BES: write what to select; get a BOSS package, and run it here.

`check`, `compile`, `fit`, `fmt` and `run` do what the commands of the same names do, return data and print nothing. Importing this package
imports nothing else. `run` is also the name of a sub-package: that module can be called, so that both meanings work.
"""

from __future__ import annotations

from dsl4bes.api import ProgramError, check, compile, fit, fmt, vocabulary

__version__ = "0.1.0"
__all__ = ["ProgramError", "check", "compile", "fit", "fmt", "run", "vocabulary"]


def __getattr__(name: str) -> object:
    if name == "run":
        from importlib import import_module

        return import_module("dsl4bes.run")
    raise AttributeError(f"module 'dsl4bes' has no attribute '{name}'")


def load_ipython_extension(shell: object) -> None:
    """What `%load_ext dsl4bes` calls."""
    from dsl4bes.notebook import load_ipython_extension as load

    load(shell)
