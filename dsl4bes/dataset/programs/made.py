"""Programs as the compiler sees them: formatted, compiled, what is wrong.

In: a text of the language. Out: its canonical form; why it is no program, empty if it is one. Nothing runs but the compiler.
"""

from __future__ import annotations

import hashlib

from dsl4bes import __version__
from dsl4bes.constructs.style import with_signs
from dsl4bes.diagnostics.model import Bag, Severity
from dsl4bes.driver import compile_source
from dsl4bes.source import SourceFile
from dsl4bes.syntax.parser import parse
from dsl4bes.syntax.printer import print_program


def formatted(text: str) -> str:
    """The text as `dsl4bes fmt` writes it; raises on one that does not parse, as a family must not draw such."""
    bag = Bag()
    tree = parse(SourceFile("drawn.bes", text), bag)
    if tree is None or bag.has_errors:
        raise ValueError(f"{next(iter(bag)).message}\n{text}")
    return print_program(tree, with_signs)


def faults(program: str) -> str:
    """The first error of the compiler up to the text of the package; empty if there is none."""
    made = compile_source(SourceFile("drawn.bes", program), until="text")
    errors = [item.message for item in made.bag if item.severity is Severity.ERROR]
    return errors[0] if errors else "" if made.ok else "no program"


def faults_without_code(program: str) -> str:
    """The same of a program with a block that still needs its code: up to its primitives."""
    from dsl4bes.unknown.candidates import Candidates
    from dsl4bes.unknown.lock import Lock

    made = compile_source(SourceFile("drawn.bes", program), until="ir", bodies=Candidates(Lock(), lenient=True))
    errors = [item.message for item in made.bag if item.severity is Severity.ERROR]
    return errors[0] if errors else ""


def digest(kind: str, program: str) -> str:
    """Names what was verified: the program, and the compiler's version."""
    return hashlib.sha256(f"{__version__}\0{kind}\0{program}".encode()).hexdigest()
