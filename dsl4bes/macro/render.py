"""A macro as the text of a file, in C++ or Python.

In: `macro.model.Macro`, a language. Out: the text: a head, the functions it needs from `templates/fits/support`, and its statements in one function. No disk is written.
"""

from __future__ import annotations

from dsl4bes.macro.model import Macro, classes
from dsl4bes.macro.printing import Cpp, Python
from dsl4bes.templating import make_environment, rendered

#: Functions that functions of the macro call themselves, and come before them.
NEEDS: dict[str, tuple[str, ...]] = {
    "read_tree": ("open_file",),
    "read_histogram": ("open_file",),
    "read_template": ("read_histogram",),
    "read_column": ("column_of",),
    "report_result": ("report",),
    "restore": ("report_result",),
    "propagated": ("expected_in",),
    "report_intervals": ("report_result", "error_levels", "restore"),
    "report_significance": ("report_result", "minimise", "restore"),
    "report_upper_limit": ("report_result", "minimise", "restore"),
    "report_branching": ("report_result",),
    "report_goodness": ("report_result", "expected_in"),
    "report_band": ("report_result", "propagated", "error_levels"),
    "report_toys": ("report_result", "minimise", "in_bins", "counted", "over_ranges"),
    "counted": ("in_ranges",),
    "over_ranges": ("in_ranges",),
    "expected_in": ("in_ranges",),
    "draw": ("report_result", "expected_in", "style"),
    "curve": ("points",),
    "read_graph": ("points", "open_file"),
    "read_points": ("points", "column_of"),
    "read_surface": ("points", "open_file"),
    "fit_sidebands": ("curve", "report_curve"),
    "report_curve": ("curve", "report"),
    "report_curve_intervals": ("report_curve", "error_levels"),
    "curve_error": ("propagated_error",),
    "propagated_error": ("curve",),
    "read_bins": ("points", "open_file"),
    "report_curve_yields": ("report_curve", "propagated_error"),
    "report_curve_at": ("report_curve", "curve_error", "error_levels"),
    "report_at": ("report_result", "propagated", "error_levels"),
    "report_curve_goodness": ("report_curve",),
    "report_curve_band": ("report_curve", "curve_error", "error_levels"),
    "draw_curve": ("report_curve", "curve_error", "error_levels", "style"),
    "draw_surface": ("report_curve", "style"),
}


def functions(macro: Macro) -> tuple[str, ...]:
    """The functions of the macro's own, each after those it calls."""
    found: dict[str, None] = {}

    def add(name: str) -> None:
        for called in NEEDS.get(name, ()):
            add(called)
        found[name] = None

    for name in macro.support:
        add(name)
    return tuple(found)


def file_name(macro: Macro, python: bool = False) -> str:
    """The name of its file, which in C++ is that of its function."""
    return f"{macro.function}{(Python if python else Cpp).ending}"


def render(macro: Macro, python: bool = False, template_dir: str = "") -> str:
    """The text of the macro."""
    printer: Cpp | Python = Python(macro) if python else Cpp(macro)
    ending = "py" if python else "C"
    environment = make_environment(template_dir)
    support = [rendered(environment, f"fits/support/{name}.{ending}.j2", {}) for name in functions(macro)]
    used = classes(macro)
    sections = [list(printer.section(section)) for section in macro.sections]
    values = {"name": macro.name, "function": macro.function, "source": macro.source, "support": support, "sections": sections, "classes": used, "roofit": any(name.startswith("Roo") for name in used)}
    return rendered(environment, f"fits/macro.{ending}.j2", values)
