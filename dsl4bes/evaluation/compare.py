"""Two evaluations of the same tasks: paired differences over tasks, which tasks turned.

In: the results of two folders. Out: a `Difference` for each suite that both have, as data and as a table. Files of other tasks or other graders are not compared (`Trouble`, BES0788); other ways of asking are, and are said. Nothing is asked or graded here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dsl4bes.diagnostics.codes.training import BAD_EVALUATION, OTHER_EVALUATION
from dsl4bes.evaluation.estimate import Interval, Share, bootstrap, overlap
from dsl4bes.evaluation.kept import Results
from dsl4bes.evaluation.numbers import Numbers, TaskCount, numbers
from dsl4bes.evaluation.report import both
from dsl4bes.unknown.trouble import Trouble

FEWEST = 6  #: tasks: of fewer, all turn to one side by chance in more than 5 % (two in 2^n), and the bootstrap, which then sees no other side, would call that sure


@dataclass(frozen=True, slots=True)
class Turned:
    """A task of which most samples are right on one side only."""

    task: str
    before: TaskCount
    after: TaskCount


@dataclass(frozen=True)
class Difference:
    """The second less the first, in shares; `asked` says in which ways they were asked otherwise. `interval`: 95 %, of a paired bootstrap over tasks."""

    suite: str
    first: Numbers
    second: Numbers
    value: float
    interval: Interval
    gained: tuple[Turned, ...]
    lost: tuple[Turned, ...]
    asked: tuple[str, ...]

    @property
    def sure(self) -> bool:
        """The interval of the difference is on one side of 0, and there are tasks enough for it to mean something."""
        return len(self.first.tasks) >= FEWEST and (self.interval[0] > 0 or self.interval[1] < 0)

    @property
    def wilson_overlap(self) -> bool:
        return overlap(self.first.right.wilson, self.second.right.wilson)

    @property
    def bootstrap_overlap(self) -> bool:
        return overlap(self.first.right.bootstrap, self.second.right.bootstrap)


def compare(first: Mapping[str, Results], second: Mapping[str, Results]) -> list[Difference]:
    """The differences of the suites that both have."""
    common = [name for name in first if name in second]
    if not common:
        raise Trouble(BAD_EVALUATION, f"no suite is in both: {', '.join(first)} and {', '.join(second)}", "evaluate both models on the same suites")
    return [_difference(name, first[name], second[name]) for name in common]


def _difference(suite: str, one: Results, two: Results) -> Difference:
    other = [name for name in ("digest", "graders", "tasks", "rungs") if getattr(one.head, name) != getattr(two.head, name)]
    before, after = numbers(one), numbers(two)
    names = [task.name for task in before.tasks]
    if other or names != [task.name for task in after.tasks]:
        said = f"their {', '.join(other)} differ" if other else "not all tasks have samples in both"
        raise Trouble(OTHER_EVALUATION, f"the results of `{suite}` are not of the same tasks: {said}", "evaluate both with the same version and the same tasks; `--regrade` grades kept answers anew")
    if not names:
        raise Trouble(BAD_EVALUATION, f"the results of `{suite}` hold no sample yet", "finish the evaluation first")
    pairs = list(zip(before.tasks, after.tasks, strict=True))
    differences = [b.share - a.share for a, b in pairs]
    turned = [Turned(a.name, a, b) for a, b in pairs if (a.share > 0.5) != (b.share > 0.5)]
    ways = [{**each.head.sampling, **each.head.options} for each in (one, two)]
    asked = tuple(f"{key} {ways[0].get(key)} and {ways[1].get(key)}" for key in sorted({*ways[0], *ways[1]}) if ways[0].get(key) != ways[1].get(key))
    return Difference(
        suite, before, after, sum(differences) / len(differences), bootstrap(differences), tuple(each for each in turned if each.after.share > 0.5),
        tuple(each for each in turned if each.before.share > 0.5), asked,
    )  # fmt: skip


def table(found: list[Difference]) -> str:
    """The comparison in Markdown."""
    one, two = ((each.head.adapter or each.head.model).replace("|", "\\|") for each in (found[0].first, found[0].second))
    lines = [f"# {two} against {one}", "", f"| suite | tasks | {one} | {two} | difference | |", "|--|--|--|--|--|--|"]
    for each in found:
        low, high = each.interval
        verdict = "the difference is not 0" if each.sure else "no difference is shown"
        lines.append(f"| {each.suite} | {len(each.first.tasks)} | {both(each.first.right)} | {both(each.second.right)} | {100 * each.value:+.1f} ({100 * low:+.1f} to {100 * high:+.1f}) points | {verdict} |")
    lines += ["", "Shares of right answers (pass@1), in brackets 95 % intervals over tasks: Wilson's; bootstrap. The difference has that of a paired bootstrap over tasks.", ""]
    for each in found:
        lines.append(f"**{each.suite}**: the intervals of the two {_overlap('Wilson', each.wilson_overlap)}, {_overlap('bootstrap', each.bootstrap_overlap)}.")
        for which in (each.first, each.second):
            if which.weak:
                lines.append(f"- {which.head.adapter or which.head.model}: {which.weak}: a claim from it is weak.")
        lines += [f"- asked otherwise: {said}" for said in each.asked]
        for word, turned in (("gained", each.gained), ("lost", each.lost)):
            if turned:
                lines.append(f"- {word}: " + ", ".join(f"{task.task} ({task.before.right} of {task.before.samples} → {task.after.right} of {task.after.samples})" for task in turned))
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def as_data(found: list[Difference]) -> dict[str, Any]:
    """For JSON."""
    return {
        each.suite: {
            "tasks": len(each.first.tasks), "first": _side(each.first), "second": _side(each.second), "difference": round(each.value, 4), "difference_95": [round(x, 4) for x in each.interval],
            "sure": each.sure, "wilson_overlap": each.wilson_overlap, "bootstrap_overlap": each.bootstrap_overlap, "gained": [task.task for task in each.gained], "lost": [task.task for task in each.lost],
            "asked_otherwise": list(each.asked),
        }
        for each in found
    }  # fmt: skip


def _side(found: Numbers) -> dict[str, Any]:
    right: Share = found.right
    return {
        "model": found.head.model, "adapter": found.head.adapter, "samples": found.samples, "share": round(right.value, 4), "wilson_95": [round(x, 4) for x in right.wilson],
        "bootstrap_95": [round(x, 4) for x in right.bootstrap], "weak": found.weak,
    }  # fmt: skip


def _overlap(kind: str, there: bool) -> str:
    return f"overlap ({kind})" if there else f"do not overlap ({kind})"
