"""`Preview`: a program that changes and events that stay, a `View` of them after every change.

In: events (or none), the text of the program each time it changed. Out: `View`. Never raises on a program, however wrong: what is wrong is in the diagnostics of the
view, and `words` says why there is no cut flow. Nothing is printed or written.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from dsl4bes.driver import Compilation, compile_source
from dsl4bes.preview.code import methods_of
from dsl4bes.preview.unwritten import lacks_code_only, with_every_event
from dsl4bes.preview.view import MethodView, View
from dsl4bes.source import SourceFile

if TYPE_CHECKING:
    from dsl4bes.constructs.bodies import Bodies
    from dsl4bes.preview.engine import Engine
    from dsl4bes.preview.events import Events
    from dsl4bes.syntax.includes import Loader

NO_EVENTS = "no events are loaded"
NOT_COUNTED = "the events were not counted yet"


class Preview:
    """`log` hears of what is built once (the stand-in's library), `processes` 0 means all cores."""

    def __init__(self, events: Events | None = None, *, log: Callable[[str], None] | None = None, processes: int = 0) -> None:
        self._log, self._processes = log, processes
        self._engine: Engine | None = None
        self._methods: tuple[MethodView, ...] = ()
        self.events = events

    @property
    def events(self) -> Events | None:
        """What the numbers are of."""
        return self._events

    @events.setter
    def events(self, events: Events | None) -> None:
        self._events, self._engine = events, None
        if events is not None:
            from dsl4bes.preview.engine import Engine

            self._engine = Engine(events, self._log, self._processes)

    def update(self, source: SourceFile, *, loader: Loader | None = None, bodies: Bodies | None = None) -> View:
        """The program as it stands now. Differences of methods are to the last text without errors."""
        return self.count(self.look(source, loader=loader, bodies=bodies))

    def look(self, source: SourceFile, *, loader: Loader | None = None, bodies: Bodies | None = None) -> View:
        """What needs no events: diagnostics and C++, in some hundredths of a second; `count` gives the rest."""
        started = time.perf_counter()
        compilation = compile_source(source, loader=loader, bodies=bodies)
        runnable, without = with_every_event(compilation) if lacks_code_only(compilation) else (compilation, ())
        view = View(compilation, methods_of(runnable, self._methods), words=NOT_COUNTED, without=without, runnable=runnable)
        if runnable.ok:
            self._methods = view.methods
        return replace(view, seconds=time.perf_counter() - started)

    def count(self, view: View) -> View:
        """A view with what the events make of its program."""
        started = time.perf_counter()
        counted = self._with_events(view.uncounted(NOT_COUNTED), view.runnable or view.compilation)
        return replace(counted, seconds=view.seconds + time.perf_counter() - started)

    def forget(self) -> None:
        """The next text is not compared with those before."""
        self._methods = ()

    def _with_events(self, view: View, compilation: Compilation) -> View:
        """The same view with what the events make of it, or with words that say why they make nothing."""
        from dsl4bes.run.errors import RunError

        words = _no_flow(compilation) or ("" if self._engine else NO_EVENTS)
        if words or self._engine is None or self._events is None:
            return replace(view, words=words)
        try:
            ran = self._engine.run(compilation)
        except RunError as error:
            return replace(view, words=_in_words(error))
        from dsl4bes.preview.results import flow_of, histograms_of, remarks_of

        failures = [f"{failure.path}: {failure.reason}" for failure in ran.result.failures]
        if failures:
            return replace(view, words=failures[0])
        assert compilation.program is not None
        return replace(
            view, cut_flow=flow_of(compilation.program, ran.result.cutflow), flow=ran.result.cutflow, histograms=histograms_of(ran.result),
            tuples=MappingProxyType(dict(ran.result.rows)), tables=MappingProxyType(ran.result.tables), events=self._events.number,
            events_name=self._events.words, remarks=remarks_of(ran.result), reused=ran.reused, words="",
        )  # fmt: skip


def _no_flow(compilation: Compilation) -> str:
    """Why a program has no cut flow, whatever the events are."""
    if not compilation.ok:
        return "the program has errors"
    return "" if compilation.model is not None else "the program has no selection"


def _in_words(error: Exception) -> str:
    advice, details = getattr(error, "advice", ""), getattr(error, "details", "").rstrip()
    return f"{error}" + (f"; {advice}" if advice else "") + (f"\n{details}" if details else "")
