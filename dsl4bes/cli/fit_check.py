"""`dsl4bes fit --cross-check`: both roads beside each other.

In: what the judge says of a fit. Out: a table, a line on whether they agree. A difference is an error; what the judge cannot do is said, as with `run --cross-check`, and is no error.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dsl4bes.cli.show import print_diagnostics

if TYPE_CHECKING:
    from dsl4bes.fitting.cross_check import Compared, FitCheck


def say(check: FitCheck, quiet: bool) -> bool:
    """Print what the judge says; whether it found a difference."""
    from dsl4bes.diagnostics.codes.fit_outcomes import JUDGE_DIFFERS
    from dsl4bes.diagnostics.model import Bag

    if not quiet:
        sys.stdout.write("".join(f"{line}\n" for line in _lines(check)) + "\n")
    if check.differences:
        sys.stdout.flush()
        bag = Bag()
        bag.add(JUDGE_DIFFERS, f"the fit `{check.name}` is another one by the judge: {'; '.join(check.differences)}", help="do not use either result before you know why: several minima, start values, data at the edge of the range")
        print_diagnostics(bag, stream=sys.stderr)
    return bool(check.differences)


def _lines(check: FitCheck) -> Iterator[str]:
    """The table, and the line that says how it ended.

    >>> from dsl4bes.fitting.cross_check import FitCheck
    >>> list(_lines(FitCheck("peak", "curves and surfaces have no density")))
    ['  cross-check: not made; curves and surfaces have no density']
    """
    from dsl4bes.fitting.compare import ERRORS

    if check.not_made:
        yield f"  cross-check: not made; {check.not_made}"
        return
    rows = [("parameter", "ROOT", "judge", "difference"), *(_row(each) for each in check.parameters)]
    widths = [max(len(row[at]) for row in rows) for at in range(3)]
    for row in rows:
        yield f"  {'  '.join(text.ljust(width) for text, width in zip(row, widths, strict=False))}  {row[3]}"
    if check.minimum is not None:
        what = "chi2" if check.minimum.same else "-log L"
        constant = "" if check.minimum.same else " (constants aside)"
        yield f"  minimum of {what}: {check.minimum.macro:.9g} in ROOT, {check.minimum.judge:.9g} by the judge{constant}; his is {max(0.0, check.minimum.rise):.1e} above it at ROOT's parameters (one error: 1)"
    if check.left:
        yield f"  not judged: {', '.join(check.left)}"
    if check.differences:
        yield f"  cross-check: the NumPy judge differs: {'; '.join(check.differences)}"
    else:
        yield f"  cross-check: the NumPy judge agrees in all {len(check.parameters)} parameters (values to {check.values:g} of an error, errors to {100 * ERRORS:g} %)"


def _row(each: Compared) -> tuple[str, str, str, str]:
    from dsl4bes.fitting.show import with_error

    off = f"{each.difference.value:+.4f} errors, error {100 * each.difference.error:+.2f} %"
    return each.macro.name, with_error(each.macro), with_error(each.judge), off + ("  DIFFERS" if each.differs else "")
