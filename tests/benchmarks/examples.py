"""The event loop of every example against reading the columns it needs: microseconds an event on one core, and (reading + loop) / reading.

In: the examples, toy events of each (`tests/test_run_cpp.py` has their decays), the ten real events. Out: a table; for each example above the aim of 1.3
how far it is and where the time goes (`parts.py`). Reading is what pybes3 takes for the same columns, in two ways: as many files of ten events
(opening a file is nearly all of it), and as one large file. No large file is at hand, so for the second the baskets of the ten events are decoded 200 times
over as one; reading the disk and decompression are left out of it, so that it is the least a reader can take. Loop and reading are measured in turns.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from parts import least_seconds, parts, session

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dsl4bes.driver import compile_source
from dsl4bes.events.batch import Batch
from dsl4bes.events.columns import COLLECTIONS
from dsl4bes.events.toy import ToyOptions, toy_events
from dsl4bes.ir.program import Program
from dsl4bes.run.build import build_selection
from dsl4bes.run.runner import Selection, needed_collections
from dsl4bes.source import SourceFile

ROOT = Path(__file__).resolve().parents[2]
TEN = ROOT.parent / "shared/data/test_full_mc_evt_1.dst"
AIM = 1.3
EVENTS = 1000
COPIES = 200  #: of the ten events in the large file
RHOPI = "J/psi -> pi+ pi- pi0"
WORTH_SAYING = 0.04  #: share of the loop


def branches(chosen: Selection) -> list[str]:
    """The branches of what the package can read, as far as the ten events have them (simulation has no trigger)."""
    import pybes3  # noqa: F401
    import uproot

    needed = needed_collections(chosen.sources) or frozenset()
    found = {c.branch for c in COLLECTIONS if c.name in needed and c.name != "event"}
    with uproot.open(TEN) as root:
        there = set(root["Event"].keys(recursive=True, full_paths=True))
    return ["TEvtHeader/m_runId", "TEvtHeader/m_eventId", "TEvtRecObject/m_evtRecEvent", *sorted(found & there)]


def small_file(names: list[str]) -> None:
    """A plain loop over a file of ten events."""
    import pybes3  # noqa: F401
    import uproot

    with uproot.open(TEN) as root:
        for name in names:
            root["Event"][name].array(array_cache=None)


def large_file(names: list[str]) -> Callable[[], None]:
    """What decodes the branches, `COPIES` baskets of each as one."""
    import pybes3  # noqa: F401
    import uproot
    from uproot.interpretation import library

    awkward = library.Awkward()
    works = []
    with uproot.open(TEN) as root:
        for name in names:
            branch = root["Event"][name]
            basket = branch.basket(0)
            bounds = basket.byte_offsets
            if bounds is None:  # plain numbers: nothing to decode
                continue
            length = int(bounds[-1])
            data = np.tile(basket.data[:length], COPIES)
            offsets = np.append((bounds[:-1][None, :] + length * np.arange(COPIES)[:, None]).ravel(), COPIES * length).astype(bounds.dtype)
            works.append((branch.interpretation, (data, offsets, basket, branch, branch.context, basket.member("fKeylen"), awkward, {})))

    def decode() -> None:
        for interpretation, arguments in works:
            interpretation.basket_array(*arguments)

    return decode


def measured(chosen: Selection, batch: Batch) -> tuple[float, float, float, float]:
    """Seconds an event of the loop, of small files and of a large one; the share of the events that pass the last cut."""
    names, job = branches(chosen), session(chosen)
    records = job.process(batch).records
    passed = 1.0 if records is None else float((records.passed[:, -1] > 0).mean())
    loop, small, large = least_seconds([lambda: job.process(batch), lambda: small_file(names), large_file(names)])
    job.close()
    return loop / batch.n_events, small / 10, large / (10 * COPIES), passed


def reason(program: Program, batch: Batch) -> str:
    """The parts of the loop by falling share."""
    found = parts(program, batch)
    total = sum(found.values())
    ranked = sorted(found.items(), key=lambda item: -item[1])
    return ", ".join(f"{part} {100 * seconds / total:.0f} %" for part, seconds in ranked if seconds > WORTH_SAYING * total)


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
        decay, ecms = DECAYS.get(path.stem, RHOPI), ENERGIES.get(path.stem, 3.097)
        batch = toy_events(decay, EVENTS, 11, ecms=ecms, options=ToyOptions(extra_photons=0.5))
        loop, small, large, passed = measured(build_selection(compilation.program, compilation.files), batch)
        ratio = (large + loop) / large
        print(f"{path.stem:20}{loop * 1e6:8.1f}{small * 1e6:13.0f}{(small + loop) / small:7.2f}{large * 1e6:16.1f}{ratio:7.2f}", flush=True)
        if ratio > AIM:
            why = reason(compilation.program, batch)
            above.append(f"{path.stem:20}{ratio:7.2f}{(loop - (AIM - 1) * large) * 1e6:9.1f}{100 * passed:8.0f} %  {why}")
    if above:
        print(f"\n{f'above {AIM}':20}{'ratio':>7}{'us over':>9}{'selected':>10}  share of the loop")
        print("\n".join(above))
        print("Nearly all of these toy events reach the fits: where the first cuts leave a hundredth of the events the fits take a hundredth of it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
