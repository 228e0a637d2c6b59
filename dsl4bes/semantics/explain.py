"""Why an event falls on one side of a cut: the comparisons that decided, with their values and distances.

In: the evaluator, an outcome, an event and a cut at which the two roads part. Out: `Cause`s, nearest first. A cause is *borderline* if its
value is so near to the threshold, or two combinations so near to each other, that rounding or the fitter's tolerance can turn it.
The event is evaluated again with a trace; nothing is compared here with what the package recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

from dsl4bes.semantics import depends
from dsl4bes.semantics.expressions import Judged
from dsl4bes.semantics.fits import Tried
from dsl4bes.semantics.words import words

if TYPE_CHECKING:
    from dsl4bes.semantics.evaluate import Evaluator, Outcome, StepMark

#: Causes reported for one difference.
_SHOWN = 4


def _within(absolute: float, relative: float) -> Callable[[Any, Any], Any]:
    def close(a: Any, b: Any) -> Any:
        import numpy as np

        return (a == b) | (np.abs(a - b) <= absolute + relative * np.maximum(np.abs(a), np.abs(b)))

    return close


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far two roads may be apart: `rounding` relative, for plain numbers; absolute and relative for what a fit gives.

    `rounding_absolute` is the rounding of an angle near 0 that is taken from its cosine (the root of twice the machine's epsilon). Both roads take
    the same steps of a fit and stop where BOSS does; the fit's numbers cover the rounding of matrices that are nearly singular.
    """

    rounding: float = 1e-9
    rounding_absolute: float = 5e-8
    fit_absolute: float = 1e-5
    fit_relative: float = 1e-5
    missing_relative: float = 2e-4  #: of a fit with a missing particle, whose errors of 1 TeV leave BOSS few digits

    @property
    def plain(self) -> Callable[[Any, Any], Any]:
        return _within(self.rounding_absolute, self.rounding)

    @property
    def fit(self) -> Callable[[Any, Any], Any]:
        return _within(self.fit_absolute, self.fit_relative)

    @property
    def missing(self) -> Callable[[Any, Any], Any]:
        return _within(self.missing_relative, self.missing_relative)


@dataclass(frozen=True, slots=True)
class Cause:
    """One comparison or one fit: what it is, its value, the threshold and the distance between the two."""

    what: str
    value: float | str
    threshold: float | str
    distance: float
    borderline: bool

    @property
    def relative(self) -> float:
        """Distance in units of the threshold."""
        scale = 0.0 if isinstance(self.threshold, str) else abs(self.threshold)
        return self.distance / scale if scale > 0 else self.distance

    def __str__(self) -> str:
        near = ": within the fit's tolerance or rounding" if self.borderline else ""
        if self.distance == inf:
            return f"{self.what} ({_text(self.value)} against {_text(self.threshold)}){near}"
        return (
            f"{self.what}: {_text(self.value)}, threshold {_text(self.threshold)}, "
            f"distance {self.distance:.3g}{near}"
        )


def _text(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.9g}"


def at_fault(
    evaluator: Evaluator, outcome: Outcome, event: int, column: int, tolerance: Tolerance
) -> tuple[Cause, ...]:
    """What decides cut `column` in an event: its own comparisons first, then borderline ones of earlier steps."""
    own, earlier = _until(_trace(evaluator, outcome, event), column)
    causes = sorted(
        (_cause(item, tolerance) for item in own), key=lambda cause: (not cause.borderline, cause.distance)
    )
    before = [_cause(item, tolerance) for item in earlier]
    suspects = [cause for cause in before if cause.borderline]
    if any(
        "count(" in cause.what for cause in causes
    ):  # a number of entries: what decided about an entry is further up
        near = sorted((c for c in before if 0 < c.distance < inf), key=lambda cause: cause.relative)
        causes += [cause for cause in near if cause not in suspects]
    return tuple([*suspects, *causes][:_SHOWN])


def chosen_apart(
    evaluator: Evaluator, outcome: Outcome, event: int, tolerance: Tolerance
) -> tuple[Cause, ...]:
    """Fits of an event in which another combination might have been chosen."""
    causes = [
        _cause(item, tolerance) for item in _trace(evaluator, outcome, event) if isinstance(item, Tried)
    ]
    return tuple(cause for cause in causes if cause.borderline)


def _trace(evaluator: Evaluator, outcome: Outcome, event: int) -> list[Any]:
    batch = outcome.states[event].detector.batch
    again = evaluator.run(batch.slice(event, event + 1), trace=True)
    return again.states[0].trace or []


def _until(trace: list[Any], column: int) -> tuple[list[Any], list[Any]]:
    """The items of the step that owns the cut, and those of all steps before."""
    from dsl4bes.ir.program import Block, cuts_of
    from dsl4bes.semantics.evaluate import StepMark

    own: list[Any] = []
    earlier: list[Any] = []
    here: StepMark | None = None
    for item in trace:
        if isinstance(item, StepMark):
            here = item
            if item.column > column:
                break
            continue
        if here is None:
            continue
        width = len(cuts_of((Block("", "", (here.step,)),)))
        (own if here.column <= column < here.column + width else earlier).append(item)
    return own, earlier


def _cause(item: Judged | Tried, tolerance: Tolerance) -> Cause:
    return _tried(item, tolerance) if isinstance(item, Tried) else _judged(item, tolerance)


def _judged(item: Judged, tolerance: Tolerance) -> Cause:
    left, right = (v if isinstance(v, float | str) else float(v) for v in (item.left, item.right))
    distance = item.distance
    scale = max(abs(v) for v in (left, right) if not isinstance(v, str)) if distance < inf else 0.0
    if depends.on_fit(item.node):
        borderline = distance <= tolerance.fit_absolute + tolerance.fit_relative * scale
    else:  # equality is not nearness: counts and stored numbers are the same on both roads
        borderline = 0.0 < distance <= tolerance.rounding * (1 + scale)
    return Cause(words(item.node), left, right, distance, borderline)


def _tried(item: Tried, tolerance: Tolerance) -> Cause:
    """A fit in doubt: a chi2 at the ceiling, the two best combinations alike, a vertex of tracks that are as good as one."""
    slack = tolerance.fit_absolute + tolerance.fit_relative * item.ceiling
    at_ceiling = min((abs(chi2 - item.ceiling) for chi2 in item.chi2), default=inf)
    best = sorted(candidate.chi2 for candidate in item.accepted)[:2]
    gap = best[1] - best[0] if len(best) == 2 else inf
    alike = gap <= tolerance.fit_absolute + tolerance.fit_relative * (best[0] if best else 0.0)
    smallest = min((chi2 for chi2 in item.chi2 if chi2 == chi2), default=inf)  # noqa: PLR0124
    what = f"{item.fit.name}: {len(item.chi2)} combinations, {len(item.accepted)} accepted"
    open_vertex = not all(item.determined)
    if open_vertex:
        what += ", one whose vertex its tracks leave open, or whose last step rounding decides"
    elif alike:
        what += f", the two best differ by {gap:.2g}"
    distance = min(at_ceiling, gap if alike else inf)
    return Cause(what, smallest, item.ceiling, distance, at_ceiling <= slack or alike or open_vertex)
