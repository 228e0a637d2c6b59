"""What a change costs in the live preview: seconds for 10,000 toy events, from the text to the view.

Changes of the code need the compiler, changes of numbers do not; each is measured as a user meets it, on a session that goes on. CPU seconds count the compiler and the workers.
"""

from __future__ import annotations

import os
import tempfile

from events import RHOPI

from dsl4bes.preview.events import of_toy
from dsl4bes.preview.session import Preview
from dsl4bes.source import SourceFile

EVENTS = 10_000
FIRST = RHOPI[: RHOPI.index("    photons do")] + "end\n"
CUT = RHOPI.replace("ngam        >= 2", "ngam        == 2")
REQUIRED = RHOPI.replace("end\n\nhistogram", '    require "mass", m(fit4c.gam1, fit4c.gam2) < 0.15 GeV\nend\n\nhistogram')
NUMBER = RHOPI.replace("> 40 MeV", "> 50 MeV")
HISTOGRAM = RHOPI + 'histogram("chi2") do\n    fill fit4c.chi2\n    bins 50, 0..200\nend\n'
STEPS = (
    ("first block", FIRST), ("the whole program", RHOPI), ("an edited cut (`>=` to `==`)", CUT), ("an added require", REQUIRED), ("a number before the fits", NUMBER),
    ("a new histogram", HISTOGRAM), ("undone", RHOPI),
)  # fmt: skip


def cpu() -> float:
    return sum(os.times()[:4])


def main() -> None:
    held = of_toy("J/psi -> rho(770)0 pi0", EVENTS)
    Preview(held).update(SourceFile("warm.bes", "event_selection.photons do\n    ngam >= 1\nend\n"))  # the stand-in and its headers are built once
    with tempfile.TemporaryDirectory() as folder:
        share(folder)
        preview = Preview(held)
        for name, text in STEPS:
            before = cpu()
            view = preview.update(SourceFile("rhopi.bes", text))
            assert view.cut_flow, view.words
            print(f"{name:30} {view.seconds:6.2f} s  {cpu() - before:6.2f} s CPU  {view.reused:3} steps from the cache  {view.flow.selected if view.flow else 0} selected")


def share(folder: str) -> None:
    """A cache with what is built once, and without any package."""
    from dsl4bes.standin.toolchain import cache_folder

    found = cache_folder()
    for name in os.listdir(found):
        if name.startswith(("libstandin", "prelude-", "toolchain-")):
            os.symlink(os.path.abspath(os.path.join(found, name)), os.path.join(folder, name))
    os.environ["DSL4BES_CACHE"] = folder


if __name__ == "__main__":
    main()
