"""A straight line or a parabola through points with errors of a text table.

In: a random number generator. Out: a table x, y, error of y. Printed are the coefficients, in some draws the fitted value at a place with the error that all covariances give, and chi2/ndf.
"""

from __future__ import annotations

import numpy as np

from dsl4bes.benchmark.tasks.base import pick
from dsl4bes.dataset.fits.family import FUNCTIONS, TABLES, Drawn, Rng, Style, short
from dsl4bes.dataset.fits.tables import table_file

LINES = (("a", "b"), ("offset", "slope"), ("p0", "p1"), ("intercept", "slope"), ("c0", "c1"))
PARABOLAS = (("a", "b", "c"), ("p0", "p1", "p2"), ("c0", "c1", "c2"), ("k0", "k1", "k2"))
#: between columns: text, format of the reader, words
BLANKS = ((" ", "%lg %lg %lg", "blanks", "空格"), (",", "%lg,%lg,%lg", "commas", "逗号"), ("\t", "%lg %lg %lg", "tabs", "制表符"))
PLACES = ("y0", "yfit", "predicted", "at_x")


class PointsLine:
    name = "points_line"
    styles = (Style.TF1,)

    def draw(self, rng: Rng) -> Drawn:
        names = pick_names(rng)
        count, low, span = int(rng.integers(8, 26)), float(rng.choice((0, 1, 10, 100))), float(rng.choice((2, 10, 50, 200)))
        x = np.array([float(short(each, 4)) for each in np.linspace(low, low + span, count)])
        height = float(rng.choice((0.5, 3, 40, 800)))
        true = [height * rng.uniform(-0.5, 1), height / span * rng.uniform(0.4, 1.5) * float(rng.choice((-1, 1))), height / span**2 * rng.uniform(0.5, 1.5)][: len(names)]
        errors = [short(height * each, 2) for each in rng.uniform(0.02, 0.06, count)]
        y = rng.normal(np.polynomial.polynomial.polyval(x, true), [float(each) for each in errors])
        blank, form, sep_en, sep_zh = BLANKS[int(rng.integers(len(BLANKS)))]
        header = pick(rng, ("", "# x y ey", "# measured 2021", "# x  y  error"))
        file, function, place = pick(rng, TABLES), pick(rng, FUNCTIONS), pick(rng, PLACES)
        at = short(low + span * float(rng.choice((0.35, 0.5, 1.2))), 3) if rng.integers(2) else ""
        table = table_file([f"{each:.6g}" for each in x], [f"{each:.6g}" for each in y], errors, blank=blank, header=header)
        curve = " + ".join(f"{name}{('', '*x', '*x^2')[power]}" for power, name in enumerate(names))
        words = {"FILE": file, "FUNCTION": function, "CURVE": curve, "POINTS": str(count), "PRINTED": ", ".join([*names, *([place] if at else [])])}
        words |= {"SHAPE_EN": "straight line" if len(names) == 2 else "parabola", "SHAPE_ZH": "直线" if len(names) == 2 else "抛物线"}
        words |= {"COLUMNS_EN": f"separated by {sep_en}" + (", below one line of comment" if header else ""), "COLUMNS_ZH": f"以{sep_zh}分隔" + ("，第一行是注释" if header else "")}
        words |= {"ALSO_EN": f" {place} is the fitted value at x = {at}; its error takes the covariances of the parameters into account." if at else "", "ALSO_ZH": f"{place} 是拟合曲线在 x = {at} 处的值，其误差要计入参数之间的协方差。" if at else ""}
        values = {"file": file, "form": form, "function": function, "names": names, "at": at, "place": place, "degree": len(names) - 1}
        truth = dict(zip(names, true, strict=True)) | ({place: float(np.polynomial.polynomial.polyval(float(at), true))} if at else {})
        return Drawn(words, values, truth, {file: table})


def pick_names(rng: Rng) -> tuple[str, ...]:
    """The names of the coefficients: two of a line, three of a parabola."""
    sets: tuple[tuple[str, ...], ...] = LINES if rng.random() < 0.6 else PARABOLAS
    return sets[int(rng.integers(len(sets)))]


FAMILY = PointsLine()
