"""Slips of a draft that can be meant in one way only, mended before the ladder: a member of the view without its `in.`, `++` of a double, a variable that is changed and was declared const.

In: a body, what it may read. Out: the body with what the policy itself says to write instead, at most a few passes. What could be meant in two ways is not touched: it is refused, and the reason goes back to the model. The ladder
sees, and the lock file has, the mended text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dsl4bes.unknown.policy import Names
    from dsl4bes.unknown.policy.finding import Finding

_PASSES = 4  #: a slip may hide another behind it


def mended(body: str, names: Names) -> str:
    """The body without such slips; itself if there are none, or if the policy cannot read it."""
    from dsl4bes.unknown.policy import check

    for _ in range(_PASSES):
        verdict = check(body, names)
        fixable = [item for item in verdict.findings if item.fix is not None]
        if not fixable or not verdict.code:
            return body
        changed = _fixed(verdict.code, fixable)
        if changed == verdict.code:
            return body
        body = changed
    return body


def _fixed(code: str, findings: list[Finding]) -> str:
    """All fixes, the last place first, so that earlier places stay."""
    lines = code.split("\n")
    constants = []
    for item in sorted(findings, key=lambda item: item.place, reverse=True):
        assert item.fix is not None
        if not item.fix.new:
            constants.append(item.fix.old)
            continue
        if item.line > len(lines):
            continue
        line = lines[item.line - 1].encode("utf-8")
        start = item.column - 1
        old = item.fix.old.encode("utf-8")
        if line[start : start + len(old)] == old:
            lines[item.line - 1] = (line[:start] + item.fix.new.encode("utf-8") + line[start + len(old) :]).decode("utf-8")
    text = "\n".join(lines)
    for name in dict.fromkeys(constants):
        text = _variable(text, name)
    return text


def _variable(code: str, name: str) -> str:
    """The declaration of `name` without its const, and as a copy where it was a reference."""
    return re.sub(rf"\bconst\s+(?P<type>[A-Za-z_][\w:<>, ]*?)\s*&?\s+(?P<name>{re.escape(name)}\b)(?=\s*[=;({{,])", r"\g<type> \g<name>", code)
