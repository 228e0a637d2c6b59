"""From words to a fit, by two roads: a `fit` block of the language, and where no answer is one that runs and has a valid result, a whole macro.

In: a question, its data, a backend, the user's ROOT. Out: `Found`. What a model wrote runs confined or not at all (`Trouble`). Nothing is written or printed here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dsl4bes.fitting.asked import block
from dsl4bes.fitting.asked.data import Named
from dsl4bes.fitting.asked.macros.climb import Climbed, climb
from dsl4bes.fitting.asked.macros.confined import run_beside
from dsl4bes.root.find import Root
from dsl4bes.root.run import LIMITS
from dsl4bes.unknown.asking.attempt import Attempt
from dsl4bes.unknown.backends.protocol import Backend
from dsl4bes.unknown.sandbox.limits import Limits
from dsl4bes.unknown.sandbox.means import confinement
from dsl4bes.unknown.settings import Settings

#: Called after every round with words about it.
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Found:
    """`climbed` is there only if no block has a valid result."""

    block: block.Written
    climbed: Climbed | None

    @property
    def tokens(self) -> int | None:
        counts = [self.block.outcome.tokens, *([self.climbed.tokens] if self.climbed is not None else [])]
        return None if None in counts else sum(count or 0 for count in counts)

    @property
    def seconds(self) -> float:
        return self.block.outcome.seconds + (self.climbed.seconds if self.climbed is not None else 0.0)


def ask_fit(
    question: str, data: Named, backend: Backend, settings: Settings, root: Root, *, constrained: bool, limits: Limits = LIMITS, offset: int = 0, told: Told | None = None
) -> Found:  # fmt: skip
    """The fit for a question about these data. Raises `Trouble` if nobody answers or nothing can be confined."""
    confinement()  # before a model is asked
    say = told or _nothing

    def after(number: int, best: Attempt) -> None:
        say(f"round {number + 1}: " + ("a fit with a valid result" if not best.errors else f"{best.errors} error{'s' if best.errors > 1 else ''} in the best fit block"))

    written = block.write(question, data, backend, settings, root, constrained=constrained, on_round=after)
    if written.valid:
        return Found(written, None)
    say("no fit block has a valid result: asking for a macro")
    climbed = climb(
        backend, settings, question, root, lambda program: run_beside(program, data.files, root, limits), offset,
        lambda number, passed: say(f"round {number + 1}: {passed} of {settings['samples']} macros run and converge"),
    )  # fmt: skip
    return Found(written, climbed)


def _nothing(words: str) -> None:
    """Nobody listens."""
