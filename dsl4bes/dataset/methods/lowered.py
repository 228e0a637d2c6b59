"""Known constructs as the compiler prints them: a private method each.

In: a program and constructs. Out: the method of each, as in a package that has the construct under its own name. Nothing is run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dsl4bes.driver import compile_source
from dsl4bes.unknown.writing.worked_examples import in_region


def lowered(program: str, constructs: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Methods by the names of regions; `constructs` has the name of the cut and the text. One without a method of its own is left out."""
    text = program
    for region, (_, construct) in constructs.items():
        text = in_region(text, region, construct)
    made = compile_source(text, "blocks.bes")
    source = next((content for path, content in made.files.items() if path.endswith(".cxx") and "components" not in path), "")
    found = {}
    for region, (name, _) in constructs.items():
        match = re.search(rf"(?:^//[^\n]*\n)*^bool \w+::{region}_{name}\(Context& ctx\) {{\n.*?^}}\n", source, re.MULTILINE | re.DOTALL)
        if match is not None:
            found[region] = _plain(match.group(), region)
    return found


def _plain(method: str, region: str) -> str:
    """Without the region, which only keeps methods apart here, and without the place in a file."""
    text = re.sub(rf"\b((?:m_|CUT_)?){region}_", r"\1", method).replace(f"{region}.", "").replace(f", region {region}", "")
    return re.sub(r" \(blocks\.bes:\d+\)", "", text)
