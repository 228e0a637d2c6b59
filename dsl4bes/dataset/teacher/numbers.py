"""Numbers and names in the words of a question and in a program.

In: a text in either language, or code. Out: values without sign, names as they stand. "5,000" is 5000, and a digit inside a name is no number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_NUMBER = re.compile(r"(?<![A-Za-z0-9_.])(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?![A-Za-z_]*_)")
_POWER = re.compile(r"(?<![A-Za-z0-9_.])10\s*(?:\^|\*\*)\s*(?P<power>-?\d{1,2})")
_WORD = re.compile(r"(?<![A-Za-z0-9_.])[A-Za-z_][A-Za-z0-9_]*(?:\.(?:root|txt|dat|csv))?(?![A-Za-z0-9_])")
_SIGN = re.compile(r"""[^\s，。；、：！？（）“”‘’"'`;:!?()\[\]{},=\u3400-\u9fff]+""")
_COUNTING = 10  #: whole numbers up to this count things (two peaks, one line each)
_UNITS = frozenset({"eV", "keV", "MeV", "GeV", "TeV"})  #: capitals within a word make no name of these


def numbers(text: str) -> frozenset[float]:
    """The values that are named, without their signs.

    >>> sorted(numbers("5,000 entries from -0.5 to 3e2 in h1, 1.5GeV"))
    [0.5, 1.5, 300.0, 5000.0]
    """
    plain = _POWER.sub(lambda found: f" 1e{found['power']} ", text)
    return frozenset(float(found.group().replace(",", "")) for found in _NUMBER.finditer(plain))


def counting(value: float) -> bool:
    """Whether a number may just count things."""
    return value <= _COUNTING and value == int(value)


def known(value: float, among: Iterable[float]) -> bool:
    """Whether a value is among others, also in percent or with a unit a thousand times as large.

    >>> known(95, {0.95}), known(3097, {3.097}), known(0.3, {0.2})
    (True, True, False)
    """
    return any(abs(value - scale * other) <= 1e-9 * max(1.0, abs(value)) for other in among for scale in (1.0, 100.0, 0.01, 1000.0, 0.001))


def words(text: str) -> frozenset[str]:
    """What could be a name: words of letters, digits and underscores; files with their endings.

    >>> sorted(words("直方图 h_m 在 a.root 中"))
    ['a.root', 'h_m']
    """
    return frozenset(found.group() for found in _WORD.finditer(text) if len(found.group()) > 1)


def names(text: str) -> frozenset[str]:
    """What must be a name, by its signs: `h_m`, `TF1`, `K_S0`, `pi+`, `J/psi`, `sel.root`.

    >>> sorted(names("fit h_m of J/psi -> pi+ pi- at 3.097 GeV, twice."))
    ['J/psi', 'h_m', 'pi+', 'pi-']
    """
    pieces = (found.group().rstrip(".") for found in _SIGN.finditer(text))
    return frozenset(piece for piece in pieces if piece not in _UNITS and re.search(r"[A-Za-z]", piece) and re.search(r"[0-9_]|[A-Za-z][/+*.][A-Za-z]?|[A-Za-z]-$|[a-z][A-Z]", piece) and not re.match(r"[-+]?[\d.]", piece))
