"""Each shape, fitted by the macro in ROOT and by the judge: parameters, errors and the minimum agree."""

from __future__ import annotations

import pytest

from dsl4bes.fitting.independent import independent_fit
from tests.fitting.drawn import CASES
from tests.fitting.judging import both, fit_of

#: How far the two may be apart where one of them is not exact, in errors of a parameter.
#: RooKeysPdf fills a table of 1000 points in which each Gaussian is displaced by 0.001 of the distance between the lower end of the range and its own lowest point (ROOT 6.40); displaced so by hand, the
#: judge's heights agree with ROOT's to 2e-5.
ROUGH = {"keys_pdf": 0.05}
#: The minima of the two likelihoods, in units of the logarithm: where ROOT integrates by tables or numbers a constant of its precision, times the number of entries, stays between them.
MINIMUM = {"keys_pdf": 0.1, "histogram_pdf": 0.2, "voigtian": 0.02, "double_crystal_ball": 1e-3}


@pytest.mark.slow
@pytest.mark.parametrize("word", CASES)
def test_macro_and_judge_agree(word, tmp_path):
    found = both(CASES[word].text(tmp_path), tmp_path)
    found.check(values=ROUGH.get(word, 0.02))
    assert found.macro.minimum == pytest.approx(found.judge.minimum, abs=MINIMUM.get(word, 1e-3))


def test_the_judge_finds_what_was_drawn(tmp_path):
    pytest.importorskip("iminuit")
    result = independent_fit(fit_of(CASES["gaussian"].text(tmp_path)), tmp_path)
    assert result.valid
    truth = {"signal.mean": 5.0, "signal.sigma": 0.4, "signal.yield": 3000.0, "background.yield": 2000.0}
    assert {each.name for each in result.parameters} == set(truth)
    for each in result.parameters:
        assert abs(each.value - truth[each.name]) < 3.5 * each.error
