"""The worked examples that are nearest to a task, by the terms they share: no embedding, no model, the same answer for ever.

In: a task and the library. Out: examples, the nearest last, since what stands next to the question is imitated most. A term that few examples have counts more than one that all have.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from dsl4bes.unknown.task import Task
from dsl4bes.unknown.writing.words import terms
from dsl4bes.unknown.writing.worked_examples import Worked


def nearest(task: Task, library: Sequence[Worked], count: int) -> tuple[Worked, ...]:
    """`count` examples; equal ones in the order of their names."""
    known = {example.name: _of_example(example) for example in library}
    wanted = _of_task(task)

    def likeness(example: Worked) -> float:
        its = known[example.name]
        shared = sum(_rarity(term, known.values()) for term in sorted(wanted & its))
        return shared / math.sqrt(len(its) + 1)

    ranked = sorted(library, key=lambda example: (-likeness(example), example.name))
    return tuple(reversed(ranked[:count]))


def _rarity(term: str, library: Collection[frozenset[str]]) -> float:
    having = sum(term in its for its in library)
    return math.log(1 + 40 / (1 + having))


def _of_task(task: Task) -> frozenset[str]:
    lists = " ".join(value.name for value in task.values if not value.type.startswith(("double", "bool", "HepLorentz")))
    return terms(f"{task.title} {task.describe} {' '.join(value.name for value in task.fields)} {lists}") | _shape(task.describe)


def _of_example(example: Worked) -> frozenset[str]:
    return terms(f"{example.name} {example.words} {' '.join(example.tags)} {' '.join(value.name for value in example.fields)} {' '.join(example.takes)}") | _shape(example.words)


#: What kind of sentence it is: whether something is looked for, counted, added up, compared with the best.
_SHAPES = {
    "any": ("any", "some", "there is", "one of", "任意", "存在", "任何"),
    "every": ("every", "all ", "each", "所有", "每"),
    "count": ("at least", "at most", "number of", "exactly", "more than", "fewer", "count", "至少", "不超过", "个数", "数目"),
    "sum": ("sum", "total", "missing", "recoil", "visible", "总", "之和", "反冲", "丢失"),
    "best": ("nearest", "closest", "best", "smallest", "largest", "most energetic", "fastest", "highest", "最"),
    "pair": ("pair", "two ", "both", "combination", "一对", "两", "组合"),
    "boost": ("rest frame", "centre of mass", "center of mass", "centre-of-mass", "helicity", "静止系", "质心系", "螺旋"),
    "between": ("between", "angle to", "opening", "夹角"),
}


def _shape(words: str) -> frozenset[str]:
    lower = words.lower()
    return frozenset(f"shape:{name}" for name, signs in _SHAPES.items() if any(sign in lower for sign in signs))
