"""The suites by name; each is made where it is asked for.

In: `Means`. Out: suites. Another one is a module here, or of `heldout/` by way of `questions.py`, and a line below.
"""

from __future__ import annotations

from collections.abc import Callable

from dsl4bes.evaluation.suite import Suite
from dsl4bes.evaluation.suites.means import Means


def _fits(means: Means) -> Suite:
    from dsl4bes.evaluation.suites.fits import Fits

    return Fits(means)


def _blocks(means: Means) -> Suite:
    from dsl4bes.evaluation.suites.blocks import Blocks

    return Blocks(means)


def _words(means: Means) -> Suite:
    from dsl4bes.evaluation.suites.words import words

    return words(means)


def _repairs(means: Means) -> Suite:
    from dsl4bes.evaluation.suites.repairs import repairs

    return repairs()


def _predictions(means: Means) -> Suite:
    from dsl4bes.evaluation.suites.predictions import predictions

    return predictions()


SUITES: dict[str, Callable[[Means], Suite]] = {"fits": _fits, "blocks": _blocks, "words": _words, "repairs": _repairs, "predictions": _predictions}
