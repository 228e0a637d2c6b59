"""Pages at work: each has its own previews and events, and of its texts only the newest is looked at.

In: the texts of a page, numbered; events for it. Out: an `Analysis` at once, a `Live` when the events went through. A page never waits for another: all work is done in threads, and what a page asks while it is
busy waits for it alone. Whatever goes wrong comes back as words. Only accepted code of the lock beside a program is ever run.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from starlette.concurrency import run_in_threadpool

from dsl4bes.preview.session import Preview
from dsl4bes.studio import messages as m
from dsl4bes.studio.language import Language
from dsl4bes.studio.told import findings_of, live_of, method_of

if TYPE_CHECKING:
    from dsl4bes.preview.events import Events

#: Pages that are remembered; the one that was silent longest is forgotten first, and begins anew when it speaks again.
MAX_PAGES = 8

T = TypeVar("T")


def ignored(line: str) -> None:
    """A log that nobody reads."""


@dataclass(slots=True)
class Turn:
    """One thing at a time, and of those that wait only the newest."""

    newest: int = -1
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def take(self, version: int, work: Callable[[], T]) -> T | None:
        """What `work` gives, done in a thread; None if a newer version came before it began or while it went on."""
        self.newest = max(self.newest, version)
        async with self.lock:
            if version < self.newest:
                return None
            found = await run_in_threadpool(work)
        return found if version >= self.newest else None


@dataclass(slots=True)
class Page:
    """What is kept of a page: the versions before (for what changed), the events and what was built for them."""

    code: Preview = field(default_factory=Preview)
    events: Preview = field(default_factory=Preview)
    analysing: Turn = field(default_factory=Turn)
    running: Turn = field(default_factory=Turn)
    path: str = ""


@dataclass(slots=True)
class Pages:
    """All pages of a server. `given` are the events of the command line, which a new page begins with."""

    language: Language
    given: Events | None = None
    log: Callable[[str], None] = ignored  #: hears of faults of ours, and of what is built once
    _pages: OrderedDict[str, Page] = field(default_factory=OrderedDict)

    def page(self, name: str) -> Page:
        """The page of this name, new if it is not known."""
        page = self._pages.get(name)
        if page is None:
            page = self._pages[name] = Page(events=Preview(self.given, log=self.log))
        self._pages.move_to_end(name)
        while len(self._pages) > MAX_PAGES:
            self._pages.popitem(last=False)
        return page

    async def analyse(self, asked: m.Written) -> m.Analysis:
        """What the compiler says of a text, and its C++."""
        page = self.page(asked.page)
        found = await page.analysing.take(asked.version, lambda: self._analysis(page, asked))
        return found or m.Analysis(version=asked.version, dropped=True)

    def _analysis(self, page: Page, asked: m.Written) -> m.Analysis:
        if page.path != asked.path:
            page.code.forget()  # another program: everything in it would count as changed
            page.path = asked.path
        source, bodies = self.language.source(asked.path, asked.text)
        try:
            view = page.code.update(source, loader=self.language.loader, bodies=bodies)
        except Exception as error:  # noqa: BLE001  a fault of the compiler must not end the page's work
            return m.Analysis(version=asked.version, words=internal(error, self.log))
        findings = findings_of(view.compilation.bag, source)
        return m.Analysis(version=asked.version, ok=view.ok, findings=findings, methods=[method_of(each) for each in view.methods])

    async def live(self, asked: m.Written) -> m.Live:
        """What the events of a page make of a text."""
        page = self.page(asked.page)
        found = await page.running.take(asked.version, lambda: self._live(page, asked))
        return found or m.Live(version=asked.version, dropped=True)

    def _live(self, page: Page, asked: m.Written) -> m.Live:
        source, bodies = self.language.source(asked.path, asked.text)
        try:
            return live_of(page.events.update(source, loader=self.language.loader, bodies=bodies), asked.version)
        except Exception as error:  # noqa: BLE001  as above
            return m.Live(version=asked.version, words=internal(error, self.log))

    async def load(self, asked: m.Events) -> m.Held:
        """Other events for a page. Raises `RunError` or `FolderError`, and then it keeps what it had."""
        page = self.page(asked.page)
        events = await run_in_threadpool(self._events, asked)
        async with page.running.lock:
            page.events.events = events
        return held(events)

    def _events(self, asked: m.Events) -> Events | None:
        from dsl4bes.preview.events import of_files, of_toy

        if asked.source == "none":
            return None
        if asked.source == "given":
            return self.given
        if asked.source == "toy":
            return of_toy(asked.decay, asked.number, asked.seed)
        if asked.source == "sample":
            return of_files([_sample()], asked.number)
        return of_files(self.language.root.events(asked.path), asked.number)


def held(events: Events | None) -> m.Held:
    return m.Held(name="", number=0) if events is None else m.Held(name=events.words, number=events.number)


def _sample() -> str:
    """The file of the ten fully simulated events, fetched once."""
    from dsl4bes.events.sample import SampleError, sample_path
    from dsl4bes.run.errors import RunError

    try:
        return str(sample_path())
    except SampleError as error:
        raise RunError(str(error), "take toy events") from error


def internal(error: BaseException, log: Callable[[str], None]) -> str:
    """Words for a fault of our own, which the log hears of, too."""
    words = f"{type(error).__name__}: {error}".splitlines()[0][:300]
    log(f"internal error: {words}")
    return f"this is a fault of dsl4bes itself: {words}"
