"""Programs with custom blocks that nobody has written code for yet: the rest of them can be looked at.

In: a compilation whose only errors are such blocks. Out: one in which these blocks pass every event, and their names. Code that was accepted is taken as it is, and no model is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dsl4bes.constructs.bodies import Bodies, Missing, NoBodies
from dsl4bes.diagnostics.codes.unknown import CODE_MISSING, CODE_NOT_ACCEPTED, CODE_STALE
from dsl4bes.driver import Compilation, compile_source
from dsl4bes.ir.custom import Body

if TYPE_CHECKING:
    from dsl4bes.constructs.base import Instance
    from dsl4bes.diagnostics.model import Diagnostic
    from dsl4bes.ir.custom import View
    from dsl4bes.source import SourceFile

_LACKS = (CODE_MISSING, CODE_NOT_ACCEPTED, CODE_STALE)


@dataclass(slots=True)
class _Passing:
    """Accepted code where there is some, else a block that every event passes."""

    known: Bodies
    without: list[str] = field(default_factory=list)

    def find(self, name: str, here: Instance, seen: View, file: SourceFile | None) -> Body | Missing:
        found = self.known.find(name, here, seen, file)
        if not isinstance(found, Missing) or found.code not in _LACKS:
            return found
        if name not in self.without:
            self.without.append(name)
        return Body("return true;")


def lacks_code(item: Diagnostic) -> bool:
    """Whether a finding is that a custom block has no code yet."""
    return item.code in _LACKS


def lacks_code_only(compilation: Compilation) -> bool:
    """Whether a program would be right if its custom blocks had code."""
    errors = [item for item in compilation.bag if item.severity.value == "error"]
    return bool(errors) and all(lacks_code(item) for item in errors)


def with_every_event(compilation: Compilation) -> tuple[Compilation, tuple[str, ...]]:
    """The program in which blocks without code pass every event, and which these are."""
    bodies = _Passing(compilation.bodies or NoBodies())
    made = compile_source(compilation.source, loader=compilation.loader, bodies=bodies)
    return made, tuple(bodies.without)
