"""The event loop of every example against reading the columns it needs: microseconds an event on one core, and (reading + loop) / reading.

In: the examples, toy events of each (`tests/test_run_cpp.py` has their decays), the ten real events. Out: a table. The aim is 1.3. Reading is what
pybes3 takes for the same columns, in two ways: as many files of ten events (opening a file is nearly all of it), and as one large file. No large
file is at hand, so for the second the baskets of the ten events are decoded 200 times over as one; reading the disk and decompression are left
out of it, so that it is the least a reader can take.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dsl4bes.driver import compile_source
from dsl4bes.events.columns import COLLECTIONS
from dsl4bes.events.toy import ToyOptions, toy_events
from dsl4bes.run.build import build_selection
from dsl4bes.run.runner import Selection, Settings, needed_collections
from dsl4bes.run.session import JobSession
from dsl4bes.run.vertex import Vertex, VertexTable
from dsl4bes.source import SourceFile

ROOT = Path(__file__).resolve().parents[2]
TEN = ROOT.parent / "shared/data/test_full_mc_evt_1.dst"
AIM = 1.3
EVENTS = 20_000  #: events the loop runs over
COPIES = 200  #: of the ten events in the large file
RHOPI = "J/psi -> pi+ pi- pi0"


def loop_seconds(chosen: Selection, decay: str, ecms: float) -> float:
    """Seconds an event in the loop (columns in memory, one core)."""
    batch = toy_events(decay, 1000, 11, ecms=ecms, options=ToyOptions(extra_photons=0.5))
    vertex = VertexTable({1000: Vertex((0.0, 0.0, 0.0), (0.04, 0.01, 0.7))})
    session = JobSession(chosen, Settings(vertex=vertex))
    session.process(batch)
    started, passes = time.perf_counter(), 0
    while passes * batch.n_events < EVENTS and time.perf_counter() - started < 3:
        session.process(batch)
        passes += 1
    seconds = time.perf_counter() - started
    session.close()
    return seconds / (passes * batch.n_events)


def branches(chosen: Selection) -> list[str]:
    """The branches of what the package can read, as far as the ten events have them (simulation has no trigger)."""
    import pybes3  # noqa: F401
    import uproot

    needed = needed_collections(chosen.sources) or frozenset()
    found = {c.branch for c in COLLECTIONS if c.name in needed and c.name != "event"}
    with uproot.open(TEN) as root:
        there = set(root["Event"].keys(recursive=True, full_paths=True))
    return ["TEvtHeader/m_runId", "TEvtHeader/m_eventId", "TEvtRecObject/m_evtRecEvent", *sorted(found & there)]


def small_files(names: list[str], files: int = 20) -> float:
    """Seconds an event of a plain loop over files of ten events."""
    import pybes3  # noqa: F401
    import uproot

    started = time.perf_counter()
    for _ in range(files):
        with uproot.open(TEN) as root:
            for name in names:
                root["Event"][name].array(array_cache=None)
    return (time.perf_counter() - started) / (10 * files)


def one_large_file(names: list[str]) -> float:
    """Seconds an event to decode the branches, `COPIES` baskets of each as one."""
    import pybes3  # noqa: F401
    import uproot

    library = uproot.interpretation.library._regularize_library("ak")
    total = 0.0
    with uproot.open(TEN) as root:
        for name in names:
            branch = root["Event"][name]
            basket = branch.basket(0)
            content = basket.data
            bounds = basket.byte_offsets
            if bounds is None:  # plain numbers: nothing to decode
                continue
            length = int(bounds[-1])
            data = np.tile(content[:length], COPIES)
            offsets = np.append((bounds[:-1][None, :] + length * np.arange(COPIES)[:, None]).ravel(), COPIES * length).astype(bounds.dtype)
            context, key = branch.context, basket.member("fKeylen")
            started = time.perf_counter()
            branch.interpretation.basket_array(data, offsets, basket, branch, context, key, library, {})
            total += time.perf_counter() - started
    return total / (10 * COPIES)


def main() -> int:
    """Print the table; `--only rhopi,pid` chooses examples."""
    from test_run_cpp import DECAYS, ENERGIES

    if not TEN.exists():
        print("examples against reading: skipped, the ten real events are not here")
        return 0
    wanted = sys.argv[sys.argv.index("--only") + 1].split(",") if "--only" in sys.argv else []
    print(f"{'us an event':20}{'loop':>8}{'small files':>13}{'ratio':>7}{'one large file':>16}{'ratio':>7}")
    above = []
    for path in sorted((ROOT / "examples").glob("*/*.bes")):
        if wanted and path.stem not in wanted:
            continue
        compilation = compile_source(SourceFile(path.name, path.read_text(encoding="utf-8")), until="text")
        if compilation.program is None:
            raise SystemExit(f"{path} does not compile")
        chosen = build_selection(compilation.program, compilation.files)
        names = branches(chosen)
        loop = loop_seconds(chosen, DECAYS.get(path.stem, RHOPI), ENERGIES.get(path.stem, 3.097))
        small_files(names, 1)
        small, large = small_files(names), min(one_large_file(names) for _ in range(3))
        ratios = (small + loop) / small, (large + loop) / large
        print(f"{path.stem:20}{loop * 1e6:8.1f}{small * 1e6:13.0f}{ratios[0]:7.2f}{large * 1e6:16.1f}{ratios[1]:7.2f}", flush=True)
        if ratios[1] > AIM:
            above.append(f"{path.stem} ({ratios[1]:.1f})")
    if above:
        print(f"above {AIM} for one large file: {', '.join(above)}.")
        print("What takes the time is fits (of every pair of tracks, of every combination of photons) and event shapes, and nearly all of these")
        print("toy events reach them: in a sample of which the first cuts leave a hundredth they take a hundredth. The time of reading is the least")
        print("possible one (no disk, no decompression), and both are of one core, while `run` reads and selects with all of them.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
