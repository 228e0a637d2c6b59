"""A macro as the text of a file, in C++ or Python.

In: `macro.model.Macro`, a language. Out: the text: a head, the functions it needs from `templates/fits/support`, and its statements in one function. No disk is written.
"""

from __future__ import annotations

from dsl4bes.cpp.render import _environment as environment
from dsl4bes.macro.model import Macro, classes
from dsl4bes.macro.printing import Cpp, Python

#: Functions that functions of the macro call themselves, and come before them.
NEEDS: dict[str, tuple[str, ...]] = {
    "read_tree": ("open_file",),
    "read_histogram": ("open_file",),
    "read_template": ("read_histogram",),
    "restore": ("report",),
    "expect_errors": ("expected_in",),
    "propagated": ("expected_in",),
    "report_intervals": ("report", "error_levels", "restore"),
    "report_significance": ("report", "minimise", "restore"),
    "report_upper_limit": ("report", "minimise", "restore"),
    "report_goodness": ("report", "expected_in"),
    "report_band": ("report", "propagated", "error_levels"),
    "report_toys": ("report", "minimise"),
    "draw": ("report", "expected_in"),
}
_ORDER = (
    "open_file", "read_tree", "read_histogram", "read_template", "read_column", "expect_counts", "in_bins", "entries_in", "generate", "minimise", "report", "restore", "error_levels", "expected_in", "expect_errors", "propagated"
)  # fmt: skip


def functions(macro: Macro) -> tuple[str, ...]:
    """The functions of the macro's own, each after those it calls."""
    wanted: set[str] = set()
    todo = list(macro.support)
    while todo:
        name = todo.pop()
        if name not in wanted:
            wanted.add(name)
            todo += NEEDS.get(name, ())
    first = [name for name in _ORDER if name in wanted]
    return (*first, *sorted(wanted - set(first)))


def render(macro: Macro, python: bool = False, template_dir: str = "") -> str:
    """The text of the macro."""
    printer: Cpp | Python = Python(macro) if python else Cpp(macro)
    ending = "py" if python else "C"
    env = environment(template_dir)
    support = [env.get_template(f"fits/support/{name}.{ending}.j2").render() for name in functions(macro)]
    body = [list(printer.section(section)) for section in macro.sections]
    return env.get_template(f"fits/macro.{ending}.j2").render(name=macro.name, source=macro.source, support=support, sections=body, classes=classes(macro))


