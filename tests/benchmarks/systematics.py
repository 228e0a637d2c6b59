"""What a variation costs: rhopi with none, one, four and eight variations in one pass, against as many passes of their own.

Twice: on a DST file list, where reading is most of the work, and on columns in memory, where only the selection is left.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from events import EVENTS, RHOPI, TEN, selection

from dsl4bes.events.toy import toy_events
from dsl4bes.run.runner import Selection, Settings, run_selection
from dsl4bes.run.session import JobSession

VALUES = ("0.025", "0.030", "0.035", "0.045", "0.050", "0.055", "0.060", "0.065")
REPEATS = 2


def with_variations(count: int) -> Selection:
    """Rhopi with so many variations; the same library for any number of them."""
    lines = f'systematics do\n    vary "energy", photons.energy, {", ".join(VALUES[:count])}\nend\n' if count else ""
    return selection(RHOPI + lines)


def best(work: Callable[[], object]) -> float:
    """The shortest of a few times, in seconds."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def table(what: str, pass_of: Callable[[Selection], float]) -> None:
    """Seconds of one pass with variations, and what one of them costs of a pass without."""
    alone = pass_of(with_variations(0))
    print(f"{what:24} {alone:10.2f} s   no variation")
    for count in (1, 4, 8):
        together = pass_of(with_variations(count))
        each = (together - alone) / count
        print(f"{count} more in the pass       {together:10.2f} s   one costs {each / alone:.2f} of a second pass ({(1 + count) * alone / together:.1f} times faster than passes of their own)")


def on_files(count: int) -> None:
    if not TEN.exists():
        print("DST files                skipped: the ten real events are not here")
        return
    files = [str(TEN)] * count
    table(f"{count} DST files, one core", lambda chosen: best(lambda: run_selection(chosen, files, settings=Settings(processes=1))))


def in_memory() -> None:
    batch = toy_events("J/psi -> pi+ pi- (pi0 -> gam gam)", 2000, 11)

    def loop(chosen: Selection) -> float:
        session = JobSession(chosen, Settings())
        session.process(batch)
        return best(lambda: [session.process(batch) for _ in range(EVENTS // 2 // batch.n_events)])

    table(f"{EVENTS // 2} events in memory", loop)


def main() -> int:
    """Print both tables; `--files N` sets how often the ten-event file is read."""
    on_files(int(sys.argv[sys.argv.index("--files") + 1]) if "--files" in sys.argv else 100)
    in_memory()
    return 0


if __name__ == "__main__":
    sys.exit(main())
