"""The passes in order: source → tree → includes → blocks → IR → C++ → text, with a hook between them.

In: a `SourceFile` or a text, and a loader for the files it includes. Out: a `Compilation` with all diagnostics and what each level made. A level that left errors is the last one.
No logic of its own: every stage is a function of another module, and the C++ back end is imported only to compile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dsl4bes.diagnostics.codes.syntax import TOO_MANY_ERRORS
from dsl4bes.diagnostics.model import Bag
from dsl4bes.diagnostics.places import with_places
from dsl4bes.source import SourceFile
from dsl4bes.syntax import ast
from dsl4bes.syntax.parser import parse

if TYPE_CHECKING:
    from dsl4bes.constructs.bodies import Bodies
    from dsl4bes.ir.program import Program
    from dsl4bes.resolve.from_ast import Shaped
    from dsl4bes.resolve.scope import Seen
    from dsl4bes.syntax.includes import Loader

#: More are no help to anybody; the first ones are often the cause of the rest.
MAX_DIAGNOSTICS = 200

#: Called after every pass with its name and what it made.
Hook = Callable[[str, Any], None]


@dataclass(slots=True)
class Compilation:
    """What the passes made of one file; a level that was not reached is None, `files` is empty then."""

    source: SourceFile
    loader: Loader | None = None  #: of included files; None: the shipped ones only
    bodies: Bodies | None = None  #: accepted code of custom blocks; None: there is none
    bag: Bag = field(default_factory=Bag)
    ast: ast.Program | None = None
    expanded: Any = None  #: an `ast.Program` with included files and constants in place
    shaped: Shaped | None = None
    seen: list[Seen] | None = None  #: what was known at each block, if it was asked for
    program: Program | None = None
    model: Any = None
    files: dict[str, str] = field(default_factory=dict)
    macros: dict[str, str] = field(default_factory=dict)  #: of the fits, path → text

    @property
    def everything(self) -> dict[str, str]:
        """Package and macros."""
        return {**self.files, **self.macros}

    @property
    def ok(self) -> bool:
        """Whether the file is a program without errors."""
        return self.program is not None and not self.bag.has_errors


def _parse(result: Compilation) -> Any:
    result.ast = parse(result.source, result.bag)
    return result.ast


def _include(result: Compilation) -> Any:
    from dsl4bes.constructs.registry import load
    from dsl4bes.resolve.include import expanded
    from dsl4bes.syntax.includes import shipped

    if result.ast is not None:
        result.expanded = expanded(result.ast, result.loader or shipped(), load(), result.bag)
    return result.expanded


def _shape(result: Compilation) -> Any:
    from dsl4bes.constructs.registry import load
    from dsl4bes.resolve.from_ast import shapes

    if result.expanded is not None:
        result.shaped = shapes(result.expanded, load(), result.bag)
    return result.shaped


def _resolve(result: Compilation) -> Any:
    from dsl4bes.constructs.registry import load
    from dsl4bes.resolve.from_ast import resolve

    if result.expanded is not None and result.shaped is not None:
        result.program = resolve(result.expanded, result.shaped, load(), result.bag, result.bodies, result.seen)
    return result.program


def _check(result: Compilation) -> Any:
    from dsl4bes.resolve.checks import check

    if result.program is not None:
        check(result.program, result.bag)
        if result.bag.has_errors:
            result.program = None
    return result.program


def _vary(result: Compilation) -> Any:
    if result.program is not None and result.expanded is not None and result.shaped is not None and result.shaped.systematics:
        from dsl4bes.constructs.registry import load
        from dsl4bes.resolve.variations import vary

        result.program = vary(result.expanded, result.shaped, result.program, load(), result.bag, result.bodies)
    return result.program


@dataclass(frozen=True, slots=True)
class Options:
    """What the back end may be told: another profile than the program's, a folder of templates that goes first."""

    profile: str = ""
    template_dir: str | None = None


def _lower(result: Compilation, options: Options) -> Any:
    """The package of the selection; a program of fits alone has none."""
    from dsl4bes.cpp.from_ir import lower

    program = result.program
    if program is None:
        return None
    if options.profile:
        program = replace(program, analysis=replace(program.analysis, profile=options.profile))
        result.program = program
    if program.selects:
        result.model = lower(program)
    return program if result.model is None else result.model


def _render(result: Compilation, options: Options) -> Any:
    from dsl4bes.cpp.render import render

    if result.model is None:
        return result.files
    if options.template_dir is None:
        result.files = dict(render(result.model))
    else:
        result.files = dict(render(result.model, template_dir=options.template_dir))
    return result.files


def _macros(result: Compilation, options: Options) -> Any:
    """The fits, one macro each, in the folder `fits` of the package."""
    if result.program is not None and result.program.fits:
        from dsl4bes.macro.from_ir import lower
        from dsl4bes.macro.render import file_name, render

        folder = result.program.analysis.package if result.model is None else result.model.folder
        for fit in result.program.fits:
            macro = lower(fit, result.program.source_name)
            result.macros[f"{folder}/fits/{file_name(macro)}"] = render(macro, template_dir=options.template_dir or "")
    return result.macros


#: All passes in order: name, level it belongs to, function.
PASSES: tuple[tuple[str, str, Callable[[Compilation], Any]], ...] = (
    ("parse", "ast", _parse),
    ("include", "ir", _include),
    ("shape", "ir", _shape),
    ("resolve", "ir", _resolve),
    ("check", "ir", _check),
    ("vary", "ir", _vary),
)
BACK_END: tuple[tuple[str, str, Callable[[Compilation, Options], Any]], ...] = (
    ("lower", "cpp", _lower),
    ("render", "text", _render),
    ("macros", "text", _macros),
)
LEVELS = ("ast", "ir", "cpp", "text")


def compile_source(
    source: SourceFile | str,
    name: str = "<string>",
    *,
    profile: str | None = None,
    until: str = "text",
    template_dir: str | None = None,
    hook: Hook | None = None,
    verify: bool = False,
    loader: Loader | None = None,
    bodies: Bodies | None = None,
    scopes: bool = False,
) -> Compilation:
    """Run the passes up to the level `until` (`ast`, `ir`, `cpp`, `text`); `files` is the package, path → text.

    `loader` gives the included files (`syntax.includes.Folders`, `Texts`); without one only the shipped fragments can be included. `bodies` gives
    the accepted code of custom blocks (`unknown.lock.Lock`); without it such blocks are errors. `scopes` keeps what was known at each block, in
    `seen`, for editors.

    Never raises on bad input: what is wrong is in `bag`, and no pass runs on what a pass before left with errors.
    """
    result = Compilation(source if isinstance(source, SourceFile) else SourceFile(name, source), loader, bodies, seen=[] if scopes else None)
    options = Options(profile or "", template_dir)
    last = LEVELS.index(until)
    steps = [(step, level, lambda run=run: run(result)) for step, level, run in PASSES]
    steps += [(step, level, lambda run=run: run(result, options)) for step, level, run in BACK_END]
    for step, level, run in steps:
        if LEVELS.index(level) > last:
            break
        made = run()
        if hook is not None:
            hook(step, made)
        if verify and step == "vary" and made is not None:
            _verified(made)
        if result.bag.has_errors or made is None:
            break
    result.bag.items[:] = with_places(result.bag)
    result.bag.cut_off(MAX_DIAGNOSTICS, TOO_MANY_ERRORS)
    return result


def _verified(program: Program) -> None:
    from dsl4bes.ir.verify import verify

    verify(program)


def check_source(
    source: SourceFile | str,
    name: str = "<string>",
    *,
    hook: Hook | None = None,
    verify: bool = False,
    loader: Loader | None = None,
) -> Compilation:
    """Everything up to the IR, with all diagnostics found on the way.

    >>> check_source("event_selection.photons do\\n    ngam >= 2\\nend\\n").ok
    True
    """
    return compile_source(source, name, until="ir", hook=hook, verify=verify, loader=loader)
