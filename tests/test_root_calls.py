"""What the macros of fits use of ROOT is on the list of what ROOT 6.24 documents, in both languages, and the list has nothing else.

A test that fails here says: a macro uses a class, a call, an option or an enumerator that nobody looked for in ROOT 6.24. Look for it in a header of that series (or in one before and one after it), see that arguments and meaning
are the same in both, then add a line to `reference/root_calls.txt`; where 6.24 has none, write the macro otherwise.
"""

from __future__ import annotations

import re
from functools import cache

import pytest

pytest.importorskip("tree_sitter_cpp")

import root_calls

from dsl4bes.constructs.shapes.series import HIGHEST
from dsl4bes.driver import check_source
from dsl4bes.macro.from_ir import lower
from dsl4bes.macro.render import render
from dsl4bes.macro.shapes.curves import CURVES
from tests.macro.fits_of_all_kinds import FITS, program

#: Methods of Python's own types and modules.
PYTHON = frozenset("append array copy dumps exit exp format index isfinite items join lstrip read search split sqrt startswith strip update values write".split())  # noqa: SIM905 - words in a line are easier to read
#: What Python's own names of ROOT's module stand for.
MEANT = {"gROOT::": "TROOT::", "gStyle::": "TStyle::"}


def _curve(shape: str, lines: str = "") -> str:
    return f'fit("shape") do\n    data "points.csv", x: "x", y: "y", error: "e"\n    range 0..10\n    signal {shape} do\n{lines}\n    end\nend\n'


#: The fits that use every function of a macro, and a curve of every shape that calls functions of ROOT: the series up to their highest order.
PROGRAMS = {
    **{name: program(name) for name in FITS},
    **{f"curve {word}": _curve(word) for word in CURVES if word not in ("formula", "gaussian_2d")},
    "formula": 'fit("shape") do\n    data "points.csv", x: "x", y: "y", error: "e"\n    range 0..10\n    signal formula do\n        density a * min(x, 1) + max(x, 2) + abs(x)\n        a 1\n    end\nend\n',
    **{f"chebyshev {order}": _curve("chebyshev", f"order {order}") for order in range(1, HIGHEST + 1)},
}


@cache
def macro(name: str, python: bool = False) -> str:
    checked = check_source(PROGRAMS[name], "fits.bes")
    assert checked.program is not None, [str(each) for each in checked.bag]
    (fit,) = checked.program.fits
    return render(lower(fit, "fits.bes"), python=python)


@cache
def used(name: str) -> frozenset[str]:
    return frozenset(root_calls.used(macro(name)))


@cache
def script(name: str) -> root_calls.Script:
    return root_calls.used_in_python(macro(name, python=True))


def taken(name: str) -> set[str]:
    """What a macro in Python takes from ROOT's module."""
    return {next((real + fact[len(short) :] for short, real in MEANT.items() if fact.startswith(short)), fact) for fact in script(name).facts}


@pytest.mark.parametrize("name", PROGRAMS)
def test_all_that_a_macro_uses_is_on_the_list(name):
    assert used(name) - set(root_calls.known()) == set()
    assert len(used(name)) > 80


@pytest.mark.parametrize("name", PROGRAMS)
def test_all_that_a_macro_in_python_uses_is_on_the_list(name):
    assert taken(name) - set(root_calls.known()) - {"RooFit", "ROOT::Fit", "ROOT::Math", "TMath"} == set()
    assert script(name).methods - root_calls.members(root_calls.known()) - script(name).own - PYTHON == set()


def test_the_list_has_nothing_that_no_macro_uses():
    found = set().union(*(used(name) | taken(name) for name in PROGRAMS))
    methods = set().union(*(script(name).methods for name in PROGRAMS))
    needed = found | {fact.rpartition("::")[0] for fact in found}
    for _ in range(4):  # a class that only stands between others is there for them
        needed |= {base for fact in needed for base in root_calls.bases(fact)}
    left = [line.fact for line in root_calls.lines() if line.fact not in needed and not (line.where.endswith("(Python)") and line.fact.rpartition("::")[2] in methods)]
    assert left == []


def test_methods_and_words_of_python_are_called():
    """What is passed over is used, too."""
    assert set().union(*(script(name).methods for name in PROGRAMS)) >= PYTHON


def test_collections_are_made_of_nine_at_most():
    """RooArgList and RooArgSet took up to nine before they took any number, and when that changed no text of 6.24 says."""
    longest = "\n".join(f"p{number} 1" for number in range(1, 15))
    PROGRAMS["long"] = f'fit("long") do\n    data :generated, events: 2000, seed: 3\n    range 1..3\n    bins 40\n    component(:only) formula do\n        density 20 + x * ({" + ".join(f"p{number}" for number in range(1, 15))})\n{longest}\n    end\nend\n'
    for name in PROGRAMS:
        for text in (macro(name), macro(name, python=True)):
            for made in re.findall(r"\bRooArg(?:List|Set)\(([^()]*)\)", text):
                assert made.count(",") < 9, made


def test_what_nobody_looked_for_is_found():
    text = macro("everything")
    newer = text.replace("minimizer.setEps(0.01);", "minimizer.setEps(0.01); minimizer.setMaxIterations(10);")
    assert root_calls.used(newer) - used("everything") == {"RooMinimizer::setMaxIterations"} and newer != text
    newer = text.replace("RooFit::Extended(true)", "RooFit::EvalBackend(true)")
    assert root_calls.used(newer) - set(root_calls.known()) == {"RooFit::EvalBackend"}
    newer = text.replace("parameters->find(", "parameters->selectByName(")
    assert root_calls.used(newer) - set(root_calls.known()) == {"RooArgSet::selectByName"}
    newer = text.replace("x.getBinning().averageBinWidth()", "x.nobody().averageBinWidth()")
    assert root_calls.used(newer) - set(root_calls.known()) == {"RooRealVar::nobody", "?::averageBinWidth"}


def test_a_known_name_of_another_class_is_found():
    """`size` of a collection is on the list, that of a data set is not; names alone would not tell."""
    text = macro("everything").replace("data.sumEntries()", "data.size()")
    assert root_calls.used(text) - set(root_calls.known()) == {"RooAbsData::size"}


def test_the_list_is_sorted_says_nothing_twice_and_where():
    rows = root_calls.LIST.read_text(encoding="utf-8").split("\n# ")[1:]
    for section in rows:
        facts = [row.split(" | ")[0] for row in section.splitlines()[1:] if " | " in row]
        assert facts == sorted(facts)
    facts = [line.fact for line in root_calls.lines()]
    assert len(facts) == len(set(facts)) > 350
    for line in root_calls.lines():
        assert re.match(r"5\.34/09, 6\.40: |6\.24: |before 6\.24: |5\.34/09: |6\.40: .*not verified|release notes of 6\.22", line.where), line


def test_what_was_not_verified_is_known():
    assert [line.fact for line in root_calls.lines() if "not verified" in line.where] == ["TF1::Integral", "RooFit::IntegrateBins", "ROOT::Math::crystalball_function"]
