"""What the judge knows of the data taking: trigger, lists of runs, the number of an event for blinding, energies run by run.

In: an event's state and evaluated arguments. Out: flags and numbers of the event; fits made per energy of the beams. Written from the
descriptions in `ir.functions`; the C++ has its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from dsl4bes.ir.expr import Call
from dsl4bes.ir.program import Program, blocks_of
from dsl4bes.ir.walk import objects
from dsl4bes.semantics.dispatch import Context, compile_node
from dsl4bes.semantics.state import EventState

_RUN = re.compile(r"(\d+)(?:\.\.(\d+))?\Z")
_WORD = 0xFFFFFFFF


def run_of(state: EventState) -> int:
    return int(state.detector.batch["event.run"][state.event])


# --- trigger -----------------------------------------------------------------------------------------------------------


def has_trigger(state: EventState) -> bool:
    bounds = state.detector.batch.offsets["trigger"]
    return bool(bounds[state.event + 1] > bounds[state.event])


def _fired(column: str) -> Callable[[EventState, float], bool]:
    def fired(state: EventState, number: float) -> bool:
        batch = state.detector.batch
        values = batch[f"trigger.{column}"]
        wanted = int(number)
        if not has_trigger(state) or not 0 <= wanted < values.shape[1]:
            return False
        return bool(values[batch.offsets["trigger"][state.event], wanted] != 0)

    return fired


# --- runs and events ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def runs_in(text: str) -> tuple[tuple[int, int], ...]:
    """The ranges of a list of runs, `9947..10878, 27255`."""
    found = []
    for item in filter(None, (part.strip() for part in text.split(","))):
        match = _RUN.match(item)
        if match is None:
            raise ValueError(f"not a list of runs: {text!r}")
        found.append((int(match[1]), int(match[2] or match[1])))
    return tuple(found)


def in_runs(state: EventState, text: str) -> bool:
    run = abs(run_of(state))
    return any(first <= run <= last for first, last in runs_in(text))


def event_fraction(state: EventState) -> float:
    """MurmurHash3 (32 bits, seed 0) of the two 32-bit words |run|, event, over 2^32."""
    number = int(state.detector.batch["event.number"][state.event])
    data = abs(run_of(state)).to_bytes(4, "little") + (number & _WORD).to_bytes(4, "little")
    return murmur3(data) / 2**32


def murmur3(data: bytes) -> int:
    """MurmurHash3_x86_32 with seed 0 of a multiple of four bytes."""
    value = 0
    for start in range(0, len(data), 4):
        word = int.from_bytes(data[start : start + 4], "little") * 0xCC9E2D51 & _WORD
        word = _rotated(word, 15) * 0x1B873593 & _WORD
        value = (_rotated(value ^ word, 13) * 5 + 0xE6546B64) & _WORD
    value ^= len(data)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):
        value = (value ^ (value >> shift)) * factor & _WORD
    return value


def _rotated(word: int, by: int) -> int:
    return (word << by | word >> 32 - by) & _WORD


class Memory:
    """Which events were met before: at most `limit` are remembered. None in the program asks: nothing is remembered."""

    def __init__(self, program: Program, context: Context) -> None:
        asked = [node for node in objects(blocks_of(program)) if isinstance(node, Call) and node.function.name == "first_time"]
        self._limit = compile_node(asked[-1].arguments[0], context) if asked else None
        self._seen: set[tuple[int, int]] = set()

    def note(self, states: Sequence[EventState]) -> None:
        """Tell every event whether it is new; all are remembered, whatever becomes of them."""
        if self._limit is None:
            return
        for state in states:
            key = (run_of(state), int(state.detector.batch["event.number"][state.event]))
            state.first_time = key not in self._seen
            if state.first_time and len(self._seen) < self._limit(state):
                self._seen.add(key)


#: Functions of the event alone, and of the event and arguments.
OF_EVENT: dict[str, Callable[[EventState], Any]] = {"has_trigger": has_trigger, "event_fraction": event_fraction}
OF_EVENT_AND: dict[str, Callable[..., Any]] = {
    "trigger_channel": _fired("channel"), "trigger_condition": _fired("condition"), "in_runs": in_runs,
    "first_time": lambda state, limit: state.first_time,
}  # fmt: skip


# --- energies ----------------------------------------------------------------------------------------------------------

Fitting = Callable[[Sequence[Any]], tuple[list[Any], list[Any]]]


def per_energy(make: Callable[[Context], Fitting], context: Context) -> Fitting:
    """A fit whose constraints know the beams: where their energy is that of the run, made once per energy; else made once."""
    if not context.program.analysis.measured_ecms:
        return make(context)
    made: dict[float, Fitting] = {}

    def fit(tasks: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        groups: dict[float, list[int]] = {}
        for number, (state, _) in enumerate(tasks):
            groups.setdefault(context.of_run(state).ecms, []).append(number)
        fitted, attempts = [None] * len(tasks), [None] * len(tasks)
        for energy, numbers in groups.items():
            if energy not in made:
                made[energy] = make(context.of_run(tasks[numbers[0]][0]))
            parts = made[energy]([tasks[number] for number in numbers])
            for number, candidate, attempt in zip(numbers, *parts):
                fitted[number], attempts[number] = candidate, attempt
        return fitted, attempts

    return fit
