"""What suites may use, and how blocks are asked for.

In: settings of the command. Out: `Means`. ROOT is looked for where the first suite needs it, so that the others run without.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from dsl4bes.root.find import Root, find_root
from dsl4bes.unknown.writing.prompt import Parts


@dataclass(frozen=True, slots=True)
class Means:
    """`parts`: what the prompt of a block shows. `typed`: whether answers are held by a grammar, where a suite has one and the backend takes it. `mend`: whether slips of a body are mended before it is graded. `bare`: words alone, without the prompt of `ask`. `max_tokens` of an answer: prompts that are cut to a context leave room for it."""

    parts: Parts = field(default_factory=Parts)
    typed: bool = True
    mend: bool = True
    bare: bool = False
    max_tokens: int = 1024
    find_root: Callable[[], Root] = find_root
