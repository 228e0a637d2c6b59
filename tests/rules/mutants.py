"""Mistakes planted in the generated C++ of a program: how many differences the comparison with the judge finds.

In: a program, batches, a change of the generated source. Out: the number of differences. Tests skip where no C++ compiler is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from running import vertices

from dsl4bes.driver import compile_source
from dsl4bes.events.batch import Batch
from dsl4bes.run.build import build_selection
from dsl4bes.run.runner import Settings
from dsl4bes.run.session import JobSession
from dsl4bes.source import SourceFile
from dsl4bes.standin.toolchain import ToolchainError, toolchain


def differences(
    text: str, batches: Sequence[Batch], change: tuple[str, str] | None, energies: Mapping[int, float] | None = None
) -> int:
    """What the cross-check finds; 0 = the two roads agree."""
    try:
        toolchain()
    except ToolchainError as error:
        pytest.skip(str(error).partition("\n")[0])
    made = compile_source(SourceFile("rule.bes", text))
    assert made.program is not None, [str(item) for item in made.bag]
    files = dict(made.files)
    source = next(path for path in files if path.endswith(f"/{made.program.analysis.algorithm}.cxx"))
    if change is not None:
        assert change[0] in files[source], f"the generated source no longer has: {change[0]}"
        files[source] = files[source].replace(*change)
    settings = Settings(vertex=vertices(batches), cross_check=True, beam=energies or {})
    session = JobSession(build_selection(made.program, files), settings)
    found = 0
    try:
        for batch in batches:
            check = session.process(batch).cross_check
            assert check is not None and not check.skipped
            found += check.count
    finally:
        session.close()
    return found
