"""What a teacher's answer says: one JSON object of texts, or nothing.

In: an answer as it came, the names that it must have. Out: the texts by name, or the reason why there are none. Whatever the answer is, nothing of it is run, opened or followed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from dsl4bes.dataset.teacher.answers import LONGEST, Heard

_FENCED = re.compile(r"```(?:json)?[ \t]*\n(?P<inside>.*?)\n?```", re.DOTALL)


@dataclass(frozen=True)
class Said:
    """`texts` by name; `wrong` if there are none."""

    texts: dict[str, str] = field(default_factory=dict)
    wrong: str = ""


def said(heard: Heard, names: Sequence[str]) -> Said:
    """The texts of an answer.

    >>> said(Heard('{"question": " fit  it "}', True), ("question",)).texts
    {'question': 'fit it'}
    >>> said(Heard('Sure! {"question": "fit it"}', True), ("question",)).wrong
    'the answer is no JSON object'
    """
    if heard.fault:
        return Said(wrong=f"no answer: {heard.fault}")
    if len(heard.text) > LONGEST:
        return Said(wrong="the answer is too long")
    if not heard.whole:
        return Said(wrong="the answer was cut off")
    text = heard.text.strip()
    fenced = _FENCED.fullmatch(text)
    try:
        value = json.loads(fenced["inside"] if fenced else text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return Said(wrong="the answer is no JSON object")
    if not isinstance(value, dict):
        return Said(wrong="the answer is no JSON object")
    if set(value) != set(names):
        return Said(wrong="the answer has other names than it was asked for")
    if not all(isinstance(each, str) for each in value.values()):
        return Said(wrong="the answer holds something that is no text")
    return Said({name: " ".join(value[name].split()) for name in names})


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """The object, if no name is in it twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found
