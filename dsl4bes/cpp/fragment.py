"""`--fragment`: only the methods of the blocks a file contains, as an editor shows them.

In: a `model.Package`. Out: C++ text without the frame of a package; blocks that were assumed are left out.
Nothing is lowered or written here.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from dsl4bes.cpp.model import Package
from dsl4bes.cpp.render import render_methods


def fragment(package: Package, template_dir: str | Path | None = None) -> str:
    """The methods of the written blocks, each with the methods that fit its candidates."""
    written = tuple(method for method in package.methods if not method.assumed)
    return render_methods(replace(package, methods=written), template_dir)
