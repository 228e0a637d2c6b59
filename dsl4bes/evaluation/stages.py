"""Two stages of work at the same time: what the first makes of an item goes on to the second, each with threads of its own.

In: items, two functions, how many of each run at once. Out: the results as they come. When the first stage fails, what it made before is finished and given, then its exception is raised; one of the second stage is raised at
once. The threads are daemons and the waiting looks for signals: Ctrl-C ends it, and what is in work is lost.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

Item = TypeVar("Item")
Half = TypeVar("Half")
Result = TypeVar("Result")
_TICK = 0.5  #: seconds after which the waiting main thread looks for signals


@dataclass(frozen=True, slots=True)
class _Failed:
    error: BaseException
    at_once: bool


@dataclass(frozen=True, slots=True)
class _Made(Generic[Result]):
    result: Result


def in_stages(items: Sequence[Item], first: Callable[[Item], Half], second: Callable[[Half], Result], first_at_once: int, second_at_once: int) -> Iterator[Result]:
    """The results of `second(first(item))` in the order in which they are ready.

    >>> sorted(in_stages([1, 2, 3], lambda x: x + 1, lambda x: x * x, 2, 2))
    [4, 9, 16]
    """
    todo: SimpleQueue[Item] = SimpleQueue()
    halves: SimpleQueue[Half | None] = SimpleQueue()  # None ends a thread of the second stage
    done: SimpleQueue[_Made[Result] | _Failed] = SimpleQueue()
    stopped = threading.Event()
    lock = threading.Lock()
    handed = [0]  # how many halves there are, in all
    for item in items:
        todo.put(item)

    def begin() -> None:
        while not stopped.is_set():
            try:
                half = first(todo.get_nowait())
            except Empty:
                return
            except BaseException as error:  # noqa: BLE001  raised where the results are waited for
                stopped.set()
                done.put(_Failed(error, at_once=False))
                return
            with lock:
                handed[0] += 1
                halves.put(half)

    def finish() -> None:
        while (half := halves.get()) is not None:
            try:
                done.put(_Made(second(half)))
            except BaseException as error:  # noqa: BLE001  raised where the results are waited for
                done.put(_Failed(error, at_once=True))

    for function, count in ((begin, min(first_at_once, len(items))), (finish, min(second_at_once, len(items)))):
        for _ in range(count):
            threading.Thread(target=function, daemon=True, name=f"dsl4bes-{function.__name__}").start()
    failure: BaseException | None = None
    given = 0
    try:
        while given < (len(items) if failure is None else handed[0]):
            try:
                got = done.get(timeout=_TICK)
            except Empty:
                continue
            if isinstance(got, _Failed):
                failure = failure or got.error
                if got.at_once:
                    raise got.error
                continue
            given += 1
            yield got.result
    finally:
        stopped.set()
        for _ in range(second_at_once):
            halves.put(None)
    if failure is not None:
        raise failure
