"""Several calls at once, whose waiting can be interrupted.

In: a function, its arguments, how many at once. Out: the results in order, or the first exception. Ctrl-C ends the waiting at once and the program with it: the threads are daemons, since a request to a slow model lasts minutes and has nothing to save.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
_TICK = 0.5  #: seconds after which a waiting main thread looks for signals


def together(function: Callable[[Item], Result], items: Sequence[Item], at_once: int) -> list[Result]:
    """`function` of each item, at most `at_once` at a time. After the first exception nothing more is begun, and it is raised.

    >>> together(lambda x: x * x, [1, 2, 3], 2)
    [1, 4, 9]
    """
    if at_once <= 1 or len(items) < 2:
        return [function(item) for item in items]
    todo: SimpleQueue[int] = SimpleQueue()
    done: SimpleQueue[tuple[int, Result | None, BaseException | None]] = SimpleQueue()
    stopped = threading.Event()
    for index in range(len(items)):
        todo.put(index)

    def work() -> None:
        while not stopped.is_set():
            try:
                index = todo.get_nowait()
            except Empty:
                return
            try:
                done.put((index, function(items[index]), None))
            except BaseException as error:  # noqa: BLE001  raised where the results are waited for
                done.put((index, None, error))

    for _ in range(min(at_once, len(items))):
        threading.Thread(target=work, daemon=True).start()
    results: dict[int, Result] = {}
    try:
        while len(results) < len(items):
            try:
                index, result, error = done.get(timeout=_TICK)
            except Empty:
                continue
            if error is not None:
                raise error
            results[index] = result  # type: ignore[assignment]
    finally:
        stopped.set()
    return [results[index] for index in range(len(items))]
