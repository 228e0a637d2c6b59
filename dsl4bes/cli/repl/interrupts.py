"""Ctrl-C that waits for the end of what must not be broken off.

In: a stretch of work. Out: the same; a Ctrl-C in it is a `KeyboardInterrupt` behind it. An import that is broken off leaves modules of C that cannot be imported again, and
the session would have no events until its end. Nothing is printed here.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

#: What events and their numbers need, the slow libraries first.
_MODULES = (
    "numpy", "scipy.stats", "awkward", "uproot", "pybes3", "dsl4bes.events.sources", "dsl4bes.events.toy", "dsl4bes.run.job", "dsl4bes.run.runner",
    "dsl4bes.preview.engine", "dsl4bes.preview.results",
)  # fmt: skip


@contextmanager
def held() -> Iterator[None]:
    """Ctrl-C inside is acted on at the end."""
    if threading.current_thread() is not threading.main_thread():  # handlers are the main thread's, and so is Ctrl-C
        yield
        return
    pressed: list[bool] = []
    before = signal.signal(signal.SIGINT, lambda *_: pressed.append(True))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler if before is None else before)
    if pressed:
        raise KeyboardInterrupt


def import_libraries() -> None:
    """Everything that events need, whole or not at all."""
    with held():
        for name in _MODULES:
            import_module(name)
