"""BOSS compiles a package with -O2, our tests with what compiles in half the time: both give the same flags of every cut and the same tuples, byte for byte.

In: two examples with fits, usual and busy events. Out: assertions on bytes. Without a C++ compiler skipped.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cross_check_tools import Compiled, built, example, vertices

from dsl4bes.events.batch import Batch
from dsl4bes.events.toy import ToyOptions, toy_events
from dsl4bes.run.runner import Selection, Settings
from dsl4bes.run.session import JobSession
from dsl4bes.standin.build import build_package

#: Example → decay of its events, a column of its tuple that comes out of a fit (kinematic, secondary vertex).
EXAMPLES = {"rhopi": ("J/psi -> pi+ pi- pi0", "chi2"), "inclusive_ks": ("J/psi -> K_S0 K+ pi-", "chi2")}


def with_o2(made: Compiled) -> Selection:
    """The package as BOSS compiles it: the later of two -O counts."""
    sources = {path: text for path, text in made.files.items() if path.endswith((".cxx", ".h"))}
    library = build_package(sources, profile=made.program.analysis.profile, defines=("-O2",))
    plain = built(made)
    assert str(library) != plain.library
    return replace(plain, library=str(library))


def written(selection: Selection, batches: tuple[Batch, ...]) -> dict[str, bytes]:
    """What a job writes, as bytes by name."""
    session = JobSession(selection, Settings(vertex=vertices(batches)))
    found: dict[str, bytes] = {}
    try:
        for number, batch in enumerate(batches):
            chunk = session.process(batch)
            assert chunk.records is not None
            found[f"{number} cuts"] = chunk.records.passed.tobytes()
            for name, rows in chunk.tables.items():
                for column, values in rows.columns.items():
                    parts = (values,) if isinstance(values, np.ndarray) else (values.counts, values.flat)
                    found[f"{number} {name}.{column}"] = b"".join(np.asarray(part).tobytes() for part in parts)
    finally:
        session.close()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_optimisation_of_boss_changes_no_byte(name):
    decay, fitted = EXAMPLES[name]
    busy = ToyOptions(stress=True, extra_photons=3.0, tof_missing=0.3)
    batches = (toy_events(decay, 1500, 31), toy_events(decay, 500, 32, options=busy))
    made = example(name)
    ours, boss = written(built(made), batches), written(with_o2(made), batches)
    assert any(fitted in each and len(content) >= 8 * 50 for each, content in ours.items()), sorted(ours)
    assert [each for each in ours if ours[each] != boss.get(each)] == [] and ours.keys() == boss.keys()
