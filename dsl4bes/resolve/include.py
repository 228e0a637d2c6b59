"""Pass `include`: included files, their parameters and named constants put where they are used.

In: the syntax tree of a program, a loader. Out: a tree without `include` and `parameter`, in which every number that stands for a constant
says so, and every text that names a table has it. Every place stays one of its own file, and knows through which `include` it came. No field or list is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dsl4bes.constructs.base import REGION, SELECTION, TOP, Block
from dsl4bes.constructs.fields import Group, Text
from dsl4bes.constructs.shape import CUSTOM
from dsl4bes.constructs.values import is_name
from dsl4bes.constructs.words import listed
from dsl4bes.diagnostics.codes import files as codes
from dsl4bes.diagnostics.codes import shape
from dsl4bes.diagnostics.model import Bag, Label
from dsl4bes.physics.units import find_unit
from dsl4bes.resolve import functions, parameters_of_files
from dsl4bes.resolve.outline import unfolded
from dsl4bes.resolve.parameters_of_files import KEYWORD, Parameter
from dsl4bes.source import Span, Via
from dsl4bes.syntax import ast
from dsl4bes.syntax.includes import Loaded, Loader, Refused, fault_of
from dsl4bes.syntax.parser import parse
from dsl4bes.syntax.rewrite import brought_to, statement_with

INCLUDE = "include"
LET = "let"
MAX_DEPTH = 16  #: files inside files; deeper than any group nests its cuts
MAX_FILES = 200  #: inclusions in one program
MAX_CHARACTERS = 2_000_000  #: of all included files together

Constants = dict[str, ast.Number]


def expanded(program: ast.Program, loader: Loader, registry: Mapping[str, type[Block]], bag: Bag) -> ast.Program:
    """The program with its includes, parameters and constants in place; the same object if it has none.

    A program that declares parameters is a fragment that is checked alone; its `file` says so.
    """
    expander = _Expander(loader, registry, bag)
    name = program.file.name
    statements = expander.file(program, _File(name, loader.identity(name)), {}, None)
    if any(statement.head.name == KEYWORD for statement in program.statements):
        program = replace(program, file=replace(program.file, fragment=True))
    same = len(statements) == len(program.statements) and all(
        new is old for new, old in zip(statements, program.statements)
    )
    return program if same else replace(program, statements=tuple(statements))


@dataclass(frozen=True, slots=True)
class _File:
    """A file that is being expanded: its name and identity, its parameters with their values, and how it was reached."""

    name: str
    identity: str
    parameters: dict[str, Parameter] = field(default_factory=dict)
    values: dict[str, ast.Expr] = field(default_factory=dict)
    chain: tuple[_File, ...] = ()  #: the files around, the program first
    region: str = ""


class _Expander:
    """One expansion. It goes through the program in the order of the text, since a constant is known from its line on."""

    def __init__(self, loader: Loader, registry: Mapping[str, type[Block]], bag: Bag) -> None:
        self.loader, self.registry, self.bag = loader, registry, bag
        self.containers = {name for name, construct in registry.items() if construct.container}
        self.groups = {
            each.name for construct in registry.values() for each in construct.fields.values() if isinstance(each, Group)
        }
        self.tables = {
            name: texts
            for name, construct in registry.items()
            if (texts := {each.name: each for each in construct.fields.values() if isinstance(each, Text) and each.ending})
        }
        self.files = self.characters = 0
        self.stopped = False

    # --- files and statements ---------------------------------------------------------------------------------------------

    def file(
        self, program: ast.Program, file: _File, constants: Constants, include: tuple[ast.Statement, tuple[ast.Argument, ...]] | None
    ) -> list[ast.Statement]:
        """The statements of a file, expanded; `include` is the statement that asked for it, with its arguments."""
        values: dict[str, ast.Expr] = {}
        parameters = parameters_of_files.declared(program.statements, lambda name: _constant(name, constants), self.bag)
        if include is not None:
            start = Span(0, 0, program.file)
            values = parameters_of_files.given(parameters, *include, start, self.bag)
        for parameter in parameters.values():
            values.setdefault(parameter.name, parameter.value)
        file = replace(file, parameters=parameters, values=values)
        statements = tuple(each for each in program.statements if each.head.name != KEYWORD)
        found = self.statements(statements, TOP, file, constants)
        if include is None:
            self._unused(parameters)
        return found

    def statements(
        self, statements: tuple[ast.Statement, ...], place: str, file: _File, constants: Constants
    ) -> list[ast.Statement]:
        found: list[ast.Statement] = []
        for statement in statements:
            if self.bag.full:
                break
            if len(statement.head.path) > 1 and statement.head.path[0].name in self.containers:
                statement = unfolded(statement)
            word = statement.head.name
            if word == INCLUDE:
                found += self.include(statement, place, file, constants)
            elif word in self.containers and statement.body is not None:
                found.append(self.container(statement, file, constants))
            else:
                new = self.replaced(statement, file, constants)
                named = self.tables.get(word if word in self.registry else CUSTOM)
                if named is not None:
                    new = self.with_tables(new, named)
                if not (word == LET and self.constant(new, file, constants)):
                    found.append(new)
        return found

    def container(self, statement: ast.Statement, file: _File, constants: Constants) -> ast.Statement:
        """A block that holds blocks. What a region, or a block that runs per candidate, defines is seen in it alone."""
        word = statement.head.name
        if word != SELECTION:
            constants = dict(constants)
        if word == REGION:
            file = replace(file, region=_label(statement))
        body = self.statements(statement.body or (), word, file, constants)
        statement = statement_with(statement, lambda name: self.value(name, file, constants))
        same = len(body) == len(statement.body or ()) and all(new is old for new, old in zip(body, statement.body or ()))
        return statement if same else replace(statement, body=tuple(body))

    def replaced(self, statement: ast.Statement, file: _File, constants: Constants) -> ast.Statement:
        """A statement and its body with values in place of parameters and constants."""
        if not file.values and not constants:
            return statement
        on_line = statement.head.path[-1].name in self.groups
        new = statement_with(statement, lambda name: self.value(name, file, constants), fields_on_line=on_line)
        if not new.body:
            return new
        body = tuple(self.replaced(line, file, constants) for line in new.body)
        same = all(changed is line for changed, line in zip(body, new.body))
        return new if same else replace(new, body=body)

    def with_tables(self, statement: ast.Statement, fields: Mapping[str, Text]) -> ast.Statement:
        """A block whose fields name files, with these files: `table "x.csv"` in its body, `table: "x.csv"` in its head."""
        body = tuple(
            replace(line, arguments=tuple(self._with_table(each, fields.get(line.head.name)) for each in line.arguments))
            for line in statement.body or ()
        )
        given = tuple(
            each if each.key is None else self._with_table(each, fields.get(each.key.name)) for each in statement.head.arguments or ()
        )
        head = statement.head if statement.head.arguments is None else replace(statement.head, arguments=given)
        return replace(statement, head=head, body=None if statement.body is None else body)

    def _with_table(self, argument: ast.Argument, field: Text | None) -> ast.Argument:
        """The value of a field with the file that it names; as it is if it names none or that was refused."""
        text = argument.value
        if field is None or not isinstance(text, ast.String):
            return argument
        fault = fault_of(text.value, field.ending, f"a `{field.name}`")
        loaded = Refused(shape.BAD_VALUE, fault, f"write `{field.usage}`") if fault else self.loader.load(text.value, text.span.file.name)
        if isinstance(loaded, Refused):
            self._refused(loaded, text, field.name)
            return argument
        source = replace(loaded.source, via=Via(text.span, "read here"), fragment=True)
        return replace(argument, value=replace(text, file=source))

    # --- names -------------------------------------------------------------------------------------------------------------

    def value(self, name: ast.Name, file: _File, constants: Constants) -> ast.Expr | None:
        """What a name stands for: the value of a parameter of its file, a constant, or nothing of the kind."""
        known = file.values.get(name.name)
        if known is None:
            return _constant(name, constants)
        file.parameters[name.name].used = True
        if isinstance(known, ast.Symbol):
            known = ast.Name(known.name, replace(known.span, start=known.span.start + 1))  # without the colon
        return brought_to(known, name.span, "used here")

    def constant(self, statement: ast.Statement, file: _File, constants: Constants) -> bool:
        """Note a `let` of a number; True if it is the same line as before, from a file that was included twice."""
        if len(statement.arguments) != 1 or statement.arguments[0].key is None:
            return False
        key, number = statement.arguments[0].key, statement.arguments[0].value
        if not isinstance(number, ast.Number) or (number.unit is not None and find_unit(number.unit.name) is None):
            return False
        if not is_name(key.name) or key.name in functions.FUNCTIONS or key.name in functions.EVENT:
            return False  # an error that is reported where the name is made
        public = f"{file.region}.{key.name}" if file.region else key.name
        new = number if number.constant is not None else replace(number, constant=ast.Constant(key.name, public, key.span))
        known = constants.get(key.name)
        if known is not None:
            same = known == new and known.constant is not None and known.constant.span == key.span
            return same and key.span.file.fragment
        constants[key.name] = new
        return False

    def _unused(self, parameters: Mapping[str, Parameter]) -> None:
        for parameter in parameters.values():
            if not parameter.used:
                message = f"the parameter `{parameter.name}` is never used"
                help = "a value that stands for it has no effect: use it, or remove it"
                self.bag.add(codes.UNUSED_PARAMETER, message, parameter.span, help=help)

    # --- includes ----------------------------------------------------------------------------------------------------------

    def include(self, statement: ast.Statement, place: str, file: _File, constants: Constants) -> list[ast.Statement]:
        """What an `include` stands for; nothing after an error."""
        statement = self.replaced(statement, file, constants)
        path, arguments = self._path(statement)
        if path is None or not self._allowed(statement, file):
            return []
        loaded = self.loader.load(path.value, file.name)
        if isinstance(loaded, Refused):
            self._refused(loaded, path, INCLUDE)
            return []
        if not self._new(loaded, statement, file):
            return []
        self.files += 1
        self.characters += len(loaded.source.text)
        source = replace(loaded.source, via=Via(statement.span, "included here"), fragment=True)
        found_there = Bag()
        tree = parse(source, found_there)
        self.bag.items.extend(found_there)
        if tree is None or found_there.has_errors:
            self.bag.errors += 1
            return []
        inner = _File(source.name, loaded.identity, chain=(*file.chain, file), region=file.region)
        found = self.file(tree, inner, constants, (statement, arguments))
        return found if place == TOP else [inside for each in found for inside in _opened(each)]

    def _path(self, statement: ast.Statement) -> tuple[ast.String | None, tuple[ast.Argument, ...]]:
        """The path of an `include` and the values it gives; None for a path that is none, which is reported."""
        example = 'write `include "besiii/standard_tracks.bes", vr: 1 cm`'
        if statement.body is not None:
            message = "`include` is one line and takes no `do ... end`"
            self.bag.add(shape.BODY_MISMATCH, message, statement.head.span, help=example)
            return None, ()
        arguments = (*(statement.head.arguments or ()), *statement.arguments)
        path = arguments[0].value if arguments and arguments[0].key is None else None
        if not isinstance(path, ast.String):
            where = path.span if path is not None else statement.head.span
            self.bag.add(codes.BAD_INCLUDE, "`include` takes the path of a file in quotes", where, help=example)
            return None, ()
        fault = fault_of(path.value)
        if fault:
            self.bag.add(codes.BAD_INCLUDE, fault, path.span, help=example)
            return None, ()
        return path, arguments[1:]

    def _allowed(self, statement: ast.Statement, file: _File) -> bool:
        """Whether one more file is not too many; that is said once."""
        if self.stopped:
            return False
        message = ""
        if len(file.chain) >= MAX_DEPTH:
            message = f"includes are nested more than {MAX_DEPTH} deep"
        elif self.files >= MAX_FILES:
            message = f"more than {MAX_FILES} files are included"
        elif self.characters > MAX_CHARACTERS:
            message = f"the included files have more than {MAX_CHARACTERS:,} characters together"
        if message:
            self.stopped = True
            help = "write what is needed into one file"
            self.bag.add(codes.TOO_MANY_INCLUDES, message, statement.span, help=help)
        return not message

    def _new(self, loaded: Loaded, statement: ast.Statement, file: _File) -> bool:
        """Whether the file is not one of those around."""
        around = (*file.chain, file)
        same = [number for number, each in enumerate(around) if each.identity == loaded.identity]
        if not same:
            return True
        between = [each.name for each in around[same[-1] + 1 :]]
        message = f"`{around[same[-1]].name}` includes itself" + (f" through {listed(between)}" if between else "")
        help = "a file cannot stand inside itself: move what is needed twice into a file of its own"
        self.bag.add(codes.INCLUDE_CYCLE, message, statement.span, help=help)
        return False

    def _refused(self, refused: Refused, path: ast.String, word: str) -> None:
        for item in refused.found:  # about the content: at its place there, and here
            primary = item.primary
            if primary is not None:
                shown = replace(primary.span.file, via=Via(path.span, "included here" if word == INCLUDE else "read here"), fragment=True)
                primary = Label(replace(primary.span, file=shown), primary.text)
            self.bag.errors += 1
            self.bag.items.append(replace(item, primary=primary or Label(path.span), fixes=()))
        if refused.found:
            return
        meant = " or ".join(f'`{word} "{name}"`' for name in refused.near)
        help = f"did you mean {meant}?" if meant else refused.help
        if not help and refused.code is codes.FRAGMENT_NOT_FOUND:
            help = "it is looked for beside this file, in the folders of `-I` and DSL4BES_INCLUDE, and among the shipped ones"
        self.bag.add(refused.code, refused.message, path.span, help=help)


def _constant(name: ast.Name, constants: Constants) -> ast.Expr | None:
    known = constants.get(name.name)
    return None if known is None else replace(known, span=name.span)


def _label(statement: ast.Statement) -> str:
    """The label of a region."""
    for argument in (*(statement.head.arguments or ()), *statement.arguments):
        if argument.key is None and isinstance(argument.value, ast.Symbol):
            return argument.value.name
        if argument.key is None and isinstance(argument.value, ast.String):
            return argument.value.value
    return ""


def _opened(statement: ast.Statement) -> tuple[ast.Statement, ...]:
    """What a statement of an included file is inside another block: the blocks of its own `event_selection`."""
    nested = unfolded(statement)
    return (nested.body or ()) if nested.head.name == SELECTION else (statement,)
