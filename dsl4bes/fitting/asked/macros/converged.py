"""Whether the last fit of a program converged, by ROOT's own words.

In: what the program printed. Out: the words that say that it did not; empty if they say that it did, or nothing. The last word on the standard output counts, as a program may fit again after a failure; a warning on the error
output counts if the standard output has no word. What a program says in its own words is not believed. Numbers are not looked at.
"""

from __future__ import annotations

import re

_BAD = (
    r"STATUS=(?:FAILED|CALL LIMIT|PROBLEMS|NOT POSDEF|INITIATE|UNCHANGED)[^\n]*",
    r"STATUS=\S* *ERR MATRIX NOT POS-DEF",
    r"MIGRAD FAILS TO FIND IMPROVEMENT|MIGRAD TERMINATED WITHOUT CONVERGENCE|CALL LIMIT EXCEEDED IN MIGRAD",
    r"Invalid FitResult[^\n]*|Fit is invalid[^\n]*",
    r"covariance matrix quality: (?:Unknown, matrix was externally provided|Not calculated at all|Approximation only, not accurate|Full matrix, but forced positive-definite)",
    r"Status : MINIMIZE=(?!0)-?\d+[^\n]*",
    r"Minuit2Minimizer[^\n]*(?:invalid|failed)[^\n]*",
)
_GOOD = (r"STATUS=(?:CONVERGED|OK|SUCCESSFUL)", r"covariance matrix quality: Full, accurate covariance matrix", r"Status : MINIMIZE=0\b", r"(?<!\)\n)(?<!\*)\*{20,}\n\s*Minimizer is ")
_WARNED = r"Abnormal termination of minimization|(?:Info|Warning|Error) in <Minuit2>[^\n]*(?:not converged|invalid minimum|Max Iter|CallLimit|above max edm|Matrix not pos)|Minimization did not converge|fit (?:did not converge|failed)"
_EITHER = re.compile("(?P<bad>" + "|".join(_BAD) + ")|(?P<good>" + "|".join(_GOOD) + ")", re.IGNORECASE)


def failed(stdout: str, stderr: str) -> str:
    """The words of the failure; empty if the last fit did not fail.

    >>> failed("FROM MIGRAD    STATUS=CALL LIMIT   50 CALLS\\n p0 1 +/- 2", "")
    'STATUS=CALL LIMIT   50 CALLS'
    >>> failed("STATUS=FAILED\\nFROM MIGRAD STATUS=CONVERGED", "Warning in <Fit>: Abnormal termination of minimization.")
    ''
    """
    last = None
    for last in _EITHER.finditer(stdout):
        pass
    if last is not None:
        return last["bad"].strip() if last["bad"] else ""
    warned = re.search(_WARNED, stderr, re.IGNORECASE)
    return warned[0] if warned else ""


def of_minimiser(words: str) -> bool:
    """Whether an error message of ROOT is that of a minimisation, and not of a file or a histogram.

    >>> of_minimiser("RooMinimizer::calculateHessErrors() Error when calculating Hessian"), of_minimiser("TFile::TFile: file x.root does not exist")
    (True, False)
    """
    return re.search(r"Minimi[sz]|Minuit|Hess|Migrad|Minos|^Fit\b|ROOT::Math::Fitter|ROOT::Fit", words) is not None
