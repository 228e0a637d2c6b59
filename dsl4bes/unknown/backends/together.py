"""Several calls at once, whose waiting can be interrupted.

In: a function, its arguments, how many at once. Out: the results in order, or each as it comes, or the first exception. Ctrl-C ends the waiting at once and the program with it: the threads are daemons, since a request to a slow model lasts
minutes and has nothing to save.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from queue import Empty, SimpleQueue
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
_TICK = 0.5  #: seconds after which a waiting thread looks for signals, or whether it is to end


def together(function: Callable[[Item], Result], items: Sequence[Item], at_once: int) -> list[Result]:
    """`function` of each item, at most `at_once` at a time. After the first exception nothing more is begun, and it is raised.

    >>> together(lambda x: x * x, [1, 2, 3], 2)
    [1, 4, 9]
    """
    if at_once <= 1 or len(items) < 2:
        return [function(item) for item in items]
    found = dict(as_they_come(function, items, at_once, ahead=len(items)))
    return [found[index] for index in range(len(items))]


def as_they_come(function: Callable[[Item], Result], items: Sequence[Item], at_once: int, ahead: int = 1) -> Generator[tuple[int, Result], None, None]:
    """The place and the result of each item as soon as it is there, while the others are worked at beside the caller: at most `at_once` of them, and none is begun while `at_once + ahead` were begun and the caller is not done with
    them (he is, when he asks for the next). After the first exception nothing more is begun; what was there before it comes first, then it is raised. Close it (`contextlib.closing`) where the caller may leave early.

    >>> sorted(as_they_come(lambda x: x * x, [1, 2, 3], 2))
    [(0, 1), (1, 4), (2, 9)]
    """
    todo: SimpleQueue[int] = SimpleQueue()
    done: SimpleQueue[tuple[int, Result | None, BaseException | None]] = SimpleQueue()
    stopped, room = threading.Event(), threading.Semaphore(max(1, at_once) + max(0, ahead))
    for index in range(len(items)):
        todo.put(index)

    def work() -> None:
        while not stopped.is_set():
            if not room.acquire(timeout=_TICK):
                continue
            try:
                index = todo.get_nowait()
            except Empty:
                return
            if stopped.is_set():
                return
            try:
                done.put((index, function(items[index]), None))
            except BaseException as error:  # noqa: BLE001  raised where the results are waited for
                stopped.set()
                done.put((index, None, error))

    for _ in range(min(max(1, at_once), len(items))):
        threading.Thread(target=work, daemon=True).start()
    try:
        for _ in items:
            while True:
                try:
                    index, result, error = done.get(timeout=_TICK)
                    break
                except Empty:
                    continue
            if error is not None:
                raise error
            yield index, result  # type: ignore[misc]
            room.release()
    finally:
        stopped.set()
