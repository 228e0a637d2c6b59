"""What clients ask for beside the protocol's own requests: the C++ of a program, the cut flow of its last run.

In: an open document. Out: plain data for JSON, as the package's docstring describes it. The package is made in memory; nothing is written and nothing is run.
"""

from __future__ import annotations

from typing import Any

from dsl4bes.diagnostics.model import Severity
from dsl4bes.driver import compile_source
from dsl4bes.editing.document import Document
from dsl4bes.lsp.results import last_run

CPP = "dsl4bes.cpp"
CUT_FLOW = "dsl4bes.cutFlow"


def cpp(document: Document) -> dict[str, Any]:
    """The files of the package."""
    made = compile_source(document.source, loader=document.loader, bodies=document.bodies)
    error = next((item for item in made.bag if item.severity is Severity.ERROR), None)
    if error is None:
        return {"ok": True, "files": made.everything, "words": ""}
    where = "" if error.primary is None else f"{error.primary.span}: "
    return {"ok": False, "files": {}, "words": f"{where}{error.message}"}


def cut_flow(document: Document) -> dict[str, Any] | None:
    """The cut flow of the newest saved result."""
    found = last_run(document.source.name)
    return None if found is None else {"file": found.file, "stale": found.stale, **found.cutflow.as_json()}
