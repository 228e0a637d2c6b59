"""Mistakes planted in the templates (by a template folder of the user's): the cross-check with the judge must find them.

Traps of the BOSS interface about the order of calls and instances; mutants of the rules of SEMANTICS are in `test_cross_check.py`.
"""

from __future__ import annotations

import re

import pytest
from standin_tools import have_toolchain
from test_mutants import PIONS, events, selection

from dsl4bes.assets import templates_root
from dsl4bes.cpp.from_ir import lower
from dsl4bes.cpp.render import render

pytest.importorskip("numpy")
pytestmark = [
    pytest.mark.cpp,
    pytest.mark.slow,
    pytest.mark.skipif(not have_toolchain(), reason="no g++ or no CLHEP"),
]


def differences(template_dir=None) -> list[str]:
    """What the cross-check finds; empty = the two roads agree."""
    from dsl4bes.run.build import build_selection
    from dsl4bes.run.runner import Settings
    from dsl4bes.run.session import JobSession

    program = selection(PIONS)
    session = JobSession(
        build_selection(program, render(lower(program), template_dir)), Settings(cross_check=True)
    )
    report = session.process(events(PIONS)).cross_check
    assert report is not None and not report.skipped
    return list(report.differences)


#: name: (template, text in it, what the mutant has there)
MUTANTS = {
    "permuted covariance": (
        "support/kalman_error.cxx.j2", "default: return track->getZError();",
        "default: { HepSymMatrix e(track->getZError()); std::swap(e[1][1], e[2][2]); return e; }",
    ),
    "no init() before ParticleID": ("package/identified.cxx.j2", "  pid->init();", "  //"),
    "candidate cut ignored by the choice": ("macros/fit.j2", '{{ write.guard(c.guard, pad, "continue") }}\n', ""),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_mutant_is_found(name, tmp_path):
    template, old, new = MUTANTS[name]
    text = (templates_root() / template).read_text()
    assert old in text, f"{template} has changed: the mutant must be planted elsewhere"
    target = tmp_path / template
    target.parent.mkdir(parents=True)
    target.write_text(text.replace(old, new))
    assert differences(tmp_path), "the mutant lives"


def test_tuple_of_the_first_instance_for_the_second_is_found(tmp_path):
    """Two instances that book the same name: the second must not start."""
    from test_package_runs import job

    from dsl4bes.run.job import JobError

    text = (templates_root() / "package/book.cxx.j2").read_text()
    (tmp_path / "package").mkdir()
    mutated = re.sub(r'"FILE1/" \+ name\(\)', 'std::string("FILE1/Same")', text)
    assert mutated != text
    (tmp_path / "package" / "book.cxx.j2").write_text(mutated)
    with pytest.raises(JobError):
        job(selection(PIONS), {"First": "", "Second": ""}, template_dir=tmp_path)
