"""`dsl4bes describe`: a selection as the paragraphs of a paper.

In: a program. Out: its selection in English or Chinese, as text, LaTeX or JSON (sentences with block and cut), printed or written to a new file. Diagnostics go to the error output;
a program with errors has no description (exit status 1).
"""

from __future__ import annotations

import json as json_module

from dsl4bes.cli import files
from dsl4bes.cli.compile import front
from dsl4bes.cli.declare import Command, Parameter
from dsl4bes.cli.delivery import FORCE, OUTPUT, check_place, deliver
from dsl4bes.cli.status import CLEAN


def _work(file: str, latex: bool, zh: bool, json: bool, output: str, force: bool, include: tuple[str, ...]) -> int:
    from dsl4bes.reports import written
    from dsl4bes.reports.describe import describe

    check_place(output, force, (file,))
    compilation = front(file, quiet=True, until="ir", include=include)
    assert compilation.program is not None  # `front` stops after errors
    made = describe(compilation.program, "zh" if zh else "en")
    if json:
        text = json_module.dumps(written.as_json(made, compilation.source.name), indent=2, ensure_ascii=False) + "\n"
    else:
        text = written.as_latex(made) if latex else written.as_text(made)
    deliver(text, output)
    return CLEAN


COMMAND = Command(
    "describe",
    "Say a selection in words: English or Chinese, text or LaTeX.",
    (
        Parameter("file", help="The program; `-` is the standard input.", metavar="FILE"),
        Parameter("latex", ("--latex",), False, "LaTeX to \\input into a paper (no package is needed; Chinese: ctex)."),
        Parameter("zh", ("--zh",), False, "In Chinese."),
        Parameter("json", ("--json",), False, "Sentences with the block and the cut they come from, as JSON."),
        OUTPUT,
        FORCE,
        files.INCLUDE,
    ),
    _work,
)
