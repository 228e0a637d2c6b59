"""The last line of a prediction: how it is written, and how it is read from an answer.

In: a verdict, or the text of an answer. Out: the line, or the verdict. Reading is tolerant in form (marks, capitals, full-width signs, a full stop), and never in the name of the cut.
"""

from __future__ import annotations

import re
import unicodedata

REJECTED = {"en": "Rejected by: ", "zh": "拒绝于："}
ACCEPTED = {"en": "Accepted", "zh": "接受"}
_REJECTED = re.compile(r"(?:rejected\s+(?:by|at|in)|拒绝于|被拒绝于|拒绝)(?:\s+(?:the\s+)?cut\b)?\s*[::]?\s*(.+)", re.IGNORECASE)
_ACCEPTED = re.compile(r"(?:the\s+event\s+is\s+)?(?:accepted|接受|通过)\s*[.。!]*", re.IGNORECASE)
_MARKS = "`*_\"'.,;:<> \t\u3002"


def written(rejected: str, language: str) -> str:
    """The line for a cut, or for none.

    >>> written("pid.npip", "en"), written("", "zh")
    ('Rejected by: pid.npip', '接受')
    """
    return REJECTED[language] + rejected if rejected else ACCEPTED[language]


def read(answer: str) -> str | None:
    """The cut that an answer names in the last line that says a verdict, empty for an accepted event; None if no line does.

    >>> read("...\\n**Rejected by:** `pid.npip`."), read("接受"), read("I do not know")
    ('pid.npip', '', None)
    """
    for line in reversed(answer.strip().splitlines()[-6:]):
        text = unicodedata.normalize("NFKC", line).replace("*", "").replace("`", "").strip()
        if _ACCEPTED.fullmatch(text):
            return ""
        found = _REJECTED.fullmatch(text)
        if found:
            return found[1].strip(_MARKS)
    return None


def same(one: str, other: str) -> bool:
    """Whether two names are those of one cut, whatever the capitals and blanks.

    >>> same("Rho veto", "rho  veto"), same("pid.npip", "pid.npim")
    (True, False)
    """
    return one.casefold().split() == other.casefold().split()
