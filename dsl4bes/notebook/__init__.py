"""Programs in Jupyter: `%load_ext dsl4bes`, then cells that begin with `%%dsl4bes`.

In: the text of a cell and its options. Out: diagnostics, cut flow, histograms and C++ as HTML (`shown.py`), the `RunResult` as a Python object (`magic.py`), completion in the cell (`complete.py`).
Nothing of IPython is imported before the extension is loaded, and without it (or with one that is too old) a line says so; numbers are those of the compiled package (`dsl4bes.run`).
"""

from __future__ import annotations

import sys
from typing import Any

INSTALL = 'pip install "dsl4bes[notebook]"'


def load_ipython_extension(shell: Any) -> None:
    """What `%load_ext dsl4bes` calls."""
    try:
        from dsl4bes.notebook.complete import matcher
        from dsl4bes.notebook.magic import Dsl4besMagics
    except ImportError as error:
        if not (error.name or "").startswith("IPython"):
            raise
        print(f"error: `%%dsl4bes` needs IPython 8.6 or later: {INSTALL}", file=sys.stderr)
        return
    shell.register_magics(Dsl4besMagics)
    matchers = shell.Completer.custom_matchers
    if not any(getattr(each, "matcher_identifier", "") == matcher.matcher_identifier for each in matchers):
        matchers.append(matcher)
