"""The report of an evaluation, in Markdown: what the model was asked, shares with intervals, where answers fail.

In: `Numbers` of the suites, their results. Out: text. In front is a table of all suites; where tasks or samples are too few for a claim, that is said. Nothing is counted here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dsl4bes.evaluation.estimate import Interval, Share
from dsl4bes.evaluation.kept import Results
from dsl4bes.evaluation.numbers import Numbers, Part
from dsl4bes.evaluation.study_table import study_table
from dsl4bes.evaluation.suite import Common

_MOST_RULES = 12
_INTERVALS = "In brackets: 95 % intervals over tasks; Wilson's of the share, then a bootstrap over tasks with all their samples (where all tasks are alike it knows no spread: quote Wilson's)."


def overview(found: Mapping[str, Numbers]) -> str:
    """The table of all suites."""
    ks = sorted({k for each in found.values() for k in each.passes})
    lines = ["| suite | tasks | samples | " + " | ".join(f"pass@{k}" for k in ks) + " | tokens/s |", "|" + "--|" * (4 + len(ks))]
    for name, each in found.items():
        cells = " | ".join(both(each.passes[k]) if k in each.passes else "" for k in ks)
        lines.append(f"| {name} | {len(each.tasks)} | {each.samples} | {cells} | {_rate(each)} |")
    return "\n".join(lines) + "\n"


def report(found: Mapping[str, Numbers], results: Mapping[str, Results]) -> str:
    """The whole report."""
    head = next(iter(found.values())).head
    who = f"{head.model} with {head.adapter}" if head.adapter else head.model
    lines = [f"# Evaluation of {_plain(who)}", "", overview(found), _INTERVALS, "", *warnings(found), ""]
    for name, each in found.items():
        lines += list(_suite(name, each))
        if name == "fits":
            lines += ["The same programs as the study counts them:", "", study_table(results[name]).partition("\n\n")[2]]
    return "\n".join(lines).rstrip() + "\n"


def warnings(found: Mapping[str, Numbers]) -> list[str]:
    """What a reader must know before he quotes a number."""
    said = []
    for name, each in found.items():
        if each.weak:
            said.append(f"- **{name}**: {each.weak}: a claim from it is weak.")
        if each.unfinished:
            said.append(f"- **{name}**: not finished; {len(each.unfinished)} of {len(each.head.tasks)} tasks lack samples.")
        untried = dict(each.outcomes).get(Common.NO_TRIAL.value, 0)
        if untried:
            said.append(f"- **{name}**: the trial of {untried} of {each.samples} samples came to no result; they count as wrong: `--regrade` on a machine that is less busy.")
        if each.silent:
            said.append(f"- **{name}**: to {each.silent} of {each.samples} samples the server gave no text; they count as wrong.")
    return said


def _suite(name: str, found: Numbers) -> Iterator[str]:
    head = found.head
    settings = {**head.sampling, **head.options}
    yield f"## {name}\n"
    yield f"{len(found.tasks)} tasks, {found.samples} samples, tasks {head.digest[:16]}, graders {head.graders}; " + ", ".join(f"{key} {value}" for key, value in sorted(settings.items()) if value not in ("", None)) + ".\n"
    yield "| | share | Wilson | bootstrap |\n|--|--|--|--|"
    for k, value in found.passes.items():
        yield f"| pass@{k}{' (right)' if k == 1 else ''} | {_row(value)} |"
    for rung, value in found.reached.items():
        yield f"| gets up to {rung} | {_row(value)} |"
    yield ""
    yield "| outcome | samples | share |\n|--|--|--|"
    for outcome, count in found.outcomes:
        yield f"| {_plain(outcome)} | {count} | {count / found.samples:.1%} |"
    yield ""
    if found.rules:
        yield "Rules of the policy that most answers break: " + ", ".join(f"{_plain(rule)} {count}" for rule, count in found.rules[:_MOST_RULES]) + ".\n"
    if found.cut_off:
        yield f"{found.cut_off} of {found.samples} answers reached their longest length.\n"
    for title, parts in (("family", found.families), ("language", found.languages)):
        if len(parts) > 1:
            yield from _parts(title, parts)
    if found.tokens is not None:
        yield f"{found.tokens:,} tokens written, {found.tokens / max(found.samples, 1):.0f} an answer, {_rate(found)} tokens/s within a request.\n"


def _parts(title: str, parts: tuple[Part, ...]) -> Iterator[str]:
    yield f"| {title} | tasks | samples | right |\n|--|--|--|--|"
    for part in parts:
        yield f"| {_plain(part.name)} | {part.right.tasks} | {part.samples} | {both(part.right)} |"
    yield ""


def both(value: Share) -> str:
    """
    >>> both(Share(0.5, 10, (0.237, 0.763), (0.3, 0.7)))
    '50.0 % (24–76; 30–70)'
    """
    return f"{100 * value.value:.1f} % ({between(value.wilson)}; {between(value.bootstrap)})"


def between(interval: Interval) -> str:
    return f"{100 * interval[0]:.0f}–{100 * interval[1]:.0f}"


def _row(value: Share) -> str:
    return f"{100 * value.value:.1f} % | {between(value.wilson)} % | {between(value.bootstrap)} %"


def _rate(found: Numbers) -> str:
    return "" if found.tokens_a_second is None else f"{found.tokens_a_second:.1f}"


def _plain(text: str) -> str:
    return text.replace("|", "\\|")
