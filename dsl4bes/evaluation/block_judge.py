"""Whether drafts of a held-out block behave as the construct that it hides.

In: a task, bodies. Out: the climb that the product would see, and apart from it whether a body says the same of every event of the task's own. Drafts run only on the ladder, in its sandbox. No draft learns what was judged here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dsl4bes.heldout.block_tasks import BlockTask
from dsl4bes.unknown.ladder import UNREACHED, Climb, climb_each, warnings_of
from dsl4bes.unknown.samples import sample


class Judge:
    """The ladder of one task with more events behind those of the product: it gives the climb that the product would see, and keeps what the draft said of the others."""

    def __init__(self, task: BlockTask) -> None:
        self.task = task
        self.right = task.right_answers()
        self.equal: dict[str, bool] = {}
        self._shown = 0
        self._events: list[Any] = []
        self._candidates, self.name = task.lacking()

    def climb(self, codes: Sequence[str]) -> list[Climb]:
        return [self._split(each) for each in climb_each(self._candidates, self.name, codes, self.task.compile, self._all)]

    def _all(self, program: Any) -> list[Any]:
        if not self._events:
            shown = sample(program)
            self._shown = sum(len(batch) for batch in shown)
            self._events = [*shown, *self.task.events()]
        return self._events

    def _split(self, each: Climb) -> Climb:
        """The climb on the sample alone."""
        if not each.answers:
            return each
        split = sum(event < self._shown for event in each.reached)
        self.equal[each.code] = each.accepted and each.answers[split:] == self.right
        made = replace(each, answers=each.answers[:split], reached=each.reached[:split], warnings=warnings_of(each.code, each.answers[:split]) if each.accepted else [])
        if split == 0:
            made.rungs = [rung for rung in each.rungs if rung.name in ("policy", "compile")]
            made.add("run", False, UNREACHED)
        return made


def rules_of(climb: Climb) -> list[str]:
    """The rules of the policy that a draft broke."""
    return sorted(rule.key for rule in climb.verdict.rules) if climb.verdict else []
