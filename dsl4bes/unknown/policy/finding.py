"""What the policy found, as data.

In: places and words of the passes. Out: `Finding`s in the order of the text and the `Verdict` they make. No text is formatted here (`words.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dsl4bes.unknown.policy.rules import Rule

#: A text with more findings than this is not explained further.
MAX_FINDINGS = 100


@dataclass(frozen=True, slots=True)
class Fix:
    """What a slip is plainly meant as: at the place of the finding `new` for `old`, or, where the finding is about a constant, `old` declared without its `const`."""

    old: str
    new: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not allowed: the rule, where (line and column of the body, from 1), what, and how it could be written."""

    rule: Rule
    line: int
    column: int
    message: str
    help: str = ""
    fix: Fix | None = None

    @property
    def place(self) -> tuple[int, int]:
        return self.line, self.column


@dataclass(frozen=True, slots=True)
class Verdict:
    """`code` is what was checked (the text without comments, line by line) and the only text that may be compiled."""

    code: str
    findings: tuple[Finding, ...]

    @property
    def accepted(self) -> bool:
        return not self.findings

    @property
    def rules(self) -> frozenset[Rule]:
        """The rules that refuse the body."""
        return frozenset(item.rule for item in self.findings)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By place; one finding of a rule at one place; at most `MAX_FINDINGS`."""
    first: dict[tuple[int, int, Rule], Finding] = {}
    for item in findings:
        first.setdefault((*item.place, item.rule), item)
    return tuple(sorted(first.values(), key=lambda item: item.place)[:MAX_FINDINGS])
