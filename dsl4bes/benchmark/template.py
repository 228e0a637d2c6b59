"""The line of reference: `fit` blocks of the language, compiled. No model has a part in it.

In: jobs of the benchmark. Out: for each the macro of a program that a user would write from the words of the task: names, ranges and start values are those of the prompt. The same exercise gives the same macro.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dsl4bes.benchmark.programs import Job, Written
from dsl4bes.benchmark.tasks.base import Exercise
from dsl4bes.driver import compile_source

Words = Mapping[str, str]


class Template:
    """Programs of the compiler."""

    name = "dsl4bes"
    at_once = 1

    @property
    def settings(self) -> dict[str, Any]:
        return {"programs": "fit blocks"}

    def write(self, job: Job, exercise: Exercise) -> Written:
        return Written(f"```cpp\n{macro_of(exercise)}```\n")


def macro_of(exercise: Exercise) -> str:
    """The macro of a task's program."""
    made = compile_source(PROGRAMS[exercise.task](exercise.words), "exercise.bes")
    if made.bag.has_errors:
        raise RuntimeError(f"the program of the task {exercise.task} has errors: {[str(item) for item in made.bag]}")
    (macro,) = made.macros.values()
    return macro


def _plane(at: Words) -> str:
    return f"""
fit("plane") do
    data    "{at["FILE"]}", histogram: "{at["HIST"]}"
    range   {at["XLOW"]}..{at["XHIGH"]}
    range_y {at["YLOW"]}..{at["YHIGH"]}
    method  :chi2
    signal gaussian_2d do
        mean_x      {at["XMEAN"]}
        sigma_x     {at["XSIGMA"]}
        mean_y      {at["YMEAN"]}
        sigma_y     {at["YSIGMA"]}
        correlation 0, fixed: true
    end
end
"""


def _sidebands(at: Words) -> str:
    return f"""
fit("sidebands") do
    data      "{at["FILE"]}", histogram: "{at["HIST"]}"
    range     {at["LOW"]}..{at["HIGH"]}
    sidebands {at["LOW"]}..{at["LEFT"]}, {at["RIGHT"]}..{at["HIGH"]}
    curve
    method    :chi2
    signal gaussian do
        mean  {at["PEAK"]}
        sigma {at["SIGMA"]}
    end
    background(:line) formula do
        density offset + slope * x
        offset  100
        slope   0
    end
end
"""


def _asymmetric(at: Words) -> str:
    return f"""
fit("decay") do
    data  "{at["FILE"]}", x: 1, y: 2, error_low: 5, error_high: 6
    range {at["LOW"]}..{at["HIGH"]}
    component(:curve) formula do
        density a * exp(-x / tau) + c
        a       {at["A"]}
        tau     {at["TAU"]}
        c       {at["C"]}
        height  1, fixed: true
    end
end
"""


def _levels(at: Words) -> str:
    levels = ", ".join(f"{at[f'LEVEL{place}']} %" for place in (1, 2, 3))
    return f"""
fit("levels") do
    data      "{at["FILE"]}", histogram: "{at["HIST"]}"
    range     {at["LOW"]}..{at["HIGH"]}
    curve
    method    :chi2
    signal(:peak) gaussian do
        mean  {at["MEAN"]}
        sigma {at["SIGMA"]}
    end
    intervals {levels}
    band      {levels}, at: {at["X0"]}
end
"""


def _simultaneous(at: Words) -> str:
    return f"""
fit("both") do
    range {at["LOW"]}..{at["HIGH"]}
    background exponential do
        slope {-1 / float(at["TAU"]):.6g}
    end
    sample(:sample1) do
        data "{at["FILE"]}", histogram: "{at["HIST1"]}"
    end
    sample(:sample2) do
        data "{at["FILE"]}", histogram: "{at["HIST2"]}"
        signal gaussian do
            mean  {at["PEAK"]}
            sigma {at["SIGMA"]}
        end
    end
end
"""


def _convolution(at: Words) -> str:
    return f"""
fit("resonance") do
    data  "{at["FILE"]}", histogram: "{at["HIST"]}"
    range {at["LOW"]}..{at["HIGH"]}
    signal breit_wigner do
        mean  {at["MASS"]}
        width {at["GAMMA"]}
        convolve gaussian do
            mean  0, fixed: true
            sigma {at["SIGMA"]}
        end
    end
end
"""


PROGRAMS: dict[str, Callable[[Words], str]] = {
    "plane": _plane, "sidebands": _sidebands, "asymmetric": _asymmetric, "levels": _levels, "simultaneous": _simultaneous, "convolution": _convolution,
}  # fmt: skip
