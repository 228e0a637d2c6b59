"""The numbers of a question that a program does not speak of: a range, a start value, a level that was forgotten.

In: words, a program. Out: numbers as they are written in the words. Only their values are compared; whether they stand at the right place is not known here.
"""

from __future__ import annotations

import math
import re

_NUMBER = re.compile(r"(?<![A-Za-z_0-9.])[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]*\.(?:root|csv|txt|dat)\b)", re.ASCII)
#: What stands behind a number that says how data or output look: bins, digits; the factor of a formula (`exp(-0.5*x)`).
_OF_LAYOUT = re.compile(r"\s*(?:[x×]\s*\d+\s*)?(?:bins?\b|entries|points|lines|rows|columns|digits|significant|个区间|个点|行|列|位|\.\s|\*)", re.IGNORECASE)
_SCALES = (1, 1e3, 1e-3, 1e2, 1e-2, 1e6, 1e-6)  #: between units


def numbers_lacking(question: str, program: str) -> list[str]:
    """Numbers of the question that the program does not have, in any usual unit: with a power of ten between them, or as its inverse (a slope for a decay constant). Single digits do not count, nor what says how data or output look.

    >>> numbers_lacking("peak near 3.096 GeV, sigma about 12 MeV, range 3.0 to 3.2, 60 bins", "range 3 GeV..3.2 GeV\\nmean 3.1 GeV\\nsigma 0.012 GeV")
    ['3.096']
    """
    has = [abs(float(text)) for text in _NUMBER.findall(program.replace("..", " "))]
    wanted = [found[0] for found in _NUMBER.finditer(question) if not re.fullmatch(r"[-+]?\d", found[0]) and not _OF_LAYOUT.match(question, found.end())]
    return list(dict.fromkeys(text for text in wanted if not any(_equal(abs(float(text)), value) for value in has)))


def _equal(one: float, other: float) -> bool:
    """Equal, a power of ten apart that units have, or inverse to each other to a rounding."""
    same = any(math.isclose(one, other * scale, rel_tol=1e-6, abs_tol=1e-12) for scale in _SCALES)
    return same or math.isclose(one * other, 1, rel_tol=1e-2)
