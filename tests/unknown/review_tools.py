"""A program with a custom block, lock files for it, and a trial of it worked out here: for the tests of `review`.

In: changes of the program or of the entry. Out: texts, locks, `Trial`s whose answers come from the plain formulas of `tests/rules`, so that nothing of the compiler is in them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from dsl4bes.cli.ladder import compiler_of
from dsl4bes.events.toy import toy_events
from dsl4bes.events.toy.options import ToyOptions
from dsl4bes.ir.custom import Author
from dsl4bes.source import SourceFile
from dsl4bes.unknown.lock import Entry, Lock, tidy
from dsl4bes.unknown.review.blocks import Reviewed
from dsl4bes.unknown.review.trial import Trial

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "rules"))
import plain

PROGRAM = """event_selection do
    charged_tracks do
        ngood >= 1
    end
    photons do
        energy > 40 MeV
        ngam >= 1
    end
    loud_shower_limit do
        describe "reject events with a photon above the limit"
        from     gam, good
        limit    0.8 GeV
    end
    require "pair", count(good) == 2
end
"""
NAME = "loud_shower_limit"
LIMIT = 0.8
CODE = """for (std::size_t i = 0; i < in.gam.size(); ++i) {
  if (in.gam[i].energy > in.limit && in.gam[i].p4.e() > 0.) return false;
}
return in.n_charged < 100;
"""
ORIGIN = {
    "model": "Coder-1.5B", "adapter": "blocks-r8", "prompt": "1", "sampling": "8 samples, 2 rounds, temperature 0.8, top-p 0.95, seed 1", "agreement": "6 of 8",
}  # fmt: skip


def reviewed(lock: Lock, text: str = PROGRAM) -> Reviewed:
    found = Reviewed(lock)
    made = compiler_of(SourceFile("x.bes", text), ())(found, "")
    assert not made.bag.has_errors, [str(item) for item in made.bag]
    return found


def entry(text: str = PROGRAM, code: str = CODE, author: Author = Author.MODEL, origin: Mapping[str, str] = ORIGIN, ladder: Mapping[str, str] | None = None) -> Entry:
    """An entry for the block of this program, sealed."""
    task = reviewed(Lock(), text).blocks[NAME].task
    rungs = {"policy": "accepted", "decide": "7 stay, 3 are rejected"} if ladder is None else ladder
    return Entry(NAME, author, task.block, task.context, tidy(code), rungs, dict(origin)).sealed()


def locked(*entries: Entry) -> Lock:
    return Lock({each.name: each for each in entries})


def written(folder: Path, lock: Lock | None, text: str = PROGRAM) -> Path:
    """The program and its lock file in a folder."""
    (folder / "x.bes").write_text(text, encoding="utf-8")
    if lock is not None:
        (folder / "x.bes.lock").write_text(lock.text("x.bes"), encoding="utf-8")
    return folder


def photons(event: plain.Event) -> list[int]:
    return [shower for shower in event.showers() if event.gamma(shower)[3] > 0.040]


def worked_out(found: Reviewed, text: str = PROGRAM, events: int = 60) -> Trial:
    """Toy events and what each cut says to them, from the columns."""
    batches = [
        toy_events(decay, events, 5 + i, options=ToyOptions(extra_photons=0.5, first_event_number=i * events))
        for i, decay in enumerate(("J/psi -> pi+ pi- (pi0 -> gam gam)", "J/psi -> gam (eta -> gam gam)"))
    ]
    rows = []
    for batch in batches:
        for number in range(len(batch)):
            event = plain.Event(batch, number)
            energies = [event.gamma(shower)[3] for shower in photons(event)]
            tracks = len(event.tracks())
            flags = [tracks >= 1, bool(energies), all(energy <= LIMIT for energy in energies), tracks == 2]
            rows.append(tuple(all(flags[: i + 1]) for i in range(len(flags))))
    program = compiler_of(SourceFile("x.bes", text), ())(found, "7.0.x").program
    assert program is not None
    names = tuple((int(run), int(event)) for batch in batches for run, event in zip(batch["event.run"], batch["event.number"], strict=True))
    return Trial(program, tuple(batches), tuple(rows), names, {}, frozenset())
