"""Diagnostics as plain data: what a pass found, where, and what to do about it.

In: codes, spans and texts from the passes. Out: `Diagnostic` and the `Bag` that collects them.
Nothing is rendered, coloured or printed here, and no pass decides what the user sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from dsl4bes.source import Span

ENOUGH = 300  #: errors after which a pass may stop
_LONG_WORD = re.compile(r"\S{120,}")


class Severity(Enum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of the catalogue: `BES0201`, kebab name, one-line summary, severity."""

    id: str
    name: str
    summary: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Label:
    """A place and what is said about it (may be empty for the primary place)."""

    span: Span
    text: str = ""


@dataclass(frozen=True, slots=True)
class Fix:
    """A replacement `check --fix` may apply: the text of `span` becomes `text`."""

    span: Span
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `related` are the other sides of a conflict; `help` says what to do; `shows` is program text to show."""

    code: Code
    message: str
    primary: Label | None = None
    related: tuple[Label, ...] = ()
    help: str = ""
    fixes: tuple[Fix, ...] = ()
    shows: str = ""

    @property
    def severity(self) -> Severity:
        return self.code.severity


def _short(text: str) -> str:
    """A message in which every very long word of the user's is cut: the place shows it as a whole."""
    return _LONG_WORD.sub(lambda match: f"{match[0][:60]}...{match[0][-1]}", text) if len(text) > 200 else text


@dataclass(slots=True)
class Bag:
    """Collects diagnostics in the order they were found."""

    items: list[Diagnostic] = field(default_factory=list)
    errors: int = 0  #: errors added so far, those that were left out later as well

    @property
    def full(self) -> bool:
        """Whether there are more errors than anyone reads: a pass may stop then."""
        return self.errors >= ENOUGH

    def add(
        self,
        code: Code,
        message: str,
        span: Span | None = None,
        *,
        label: str = "",
        related: tuple[Label, ...] = (),
        help: str = "",
        fixes: tuple[Fix, ...] = (),
        shows: str = "",
    ) -> None:
        """Add one diagnostic; `span` is its primary place."""
        primary = None if span is None else Label(span, label)
        self.errors += code.severity is Severity.ERROR
        self.items.append(Diagnostic(code, _short(message), primary, related, _short(help), fixes, shows))

    def cut_off(self, most: int, note: Code) -> None:
        """Keep the first `most` diagnostics, and say in a `note` that there were more."""
        if len(self.items) <= most:
            return
        errors = any(item.severity is Severity.ERROR for item in self.items[most:])
        kept = self.items[:most]
        if errors and not any(item.severity is Severity.ERROR for item in kept):
            kept[-1] = next(item for item in self.items[most:] if item.severity is Severity.ERROR)
        self.items[:] = kept
        self.add(note, f"only the first {most} messages are shown", help="mend the first ones and check again")

    @property
    def has_errors(self) -> bool:
        return any(item.severity is Severity.ERROR for item in self.items)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)
