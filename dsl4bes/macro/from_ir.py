"""A fit → its macro: densities by RooFit, curves and surfaces by functions of ROOT.

In: `ir.fitting.Fit`. Out: `macro.model.Macro`. Which of the two it is follows from the data.
"""

from __future__ import annotations

from dsl4bes.ir.fitting import Fit
from dsl4bes.macro.model import Macro


def lower(fit: Fit, source: str) -> Macro:
    """The macro of a fit; `source` is the name of the program it stands in."""
    if fit.curve:
        from dsl4bes.macro.curves import CurveFit

        return CurveFit(fit).macro(source)
    from dsl4bes.macro.density import DensityFit

    return DensityFit(fit).macro(source)
