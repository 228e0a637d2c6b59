"""What a construct is: a class with a keyword, fields, examples and the steps it means.

In: declarations in the modules of this package. Out: `Block` (the declaration) and `Instance` (one block as written, checked
for shape by `shape.py`). The steps are made through `Builder`, which `resolve` implements: nothing of `resolve` is imported here.
Span-aware and cheap to import; no third-party package, no state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as _field
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

from dsl4bes.constructs.fields import Field
from dsl4bes.source import SourceFile, Span
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder
    from dsl4bes.diagnostics.model import Bag

TOP = ""  #: place of a statement outside of every block
SELECTION = "event_selection"
REGION = "region"
FOR = "for"
FIT = "fit"
SAMPLE = "sample"
TERM = "term"  #: place inside a term of a fit, whatever its keyword
ANYWHERE = (TOP, SELECTION, REGION)


@dataclass(frozen=True, slots=True)
class Example:
    """A use of the construct: what is wanted in words, the whole program, and a note on what to notice."""

    intent: str
    source: str
    note: str = ""


class LabelKind(Enum):
    """What the first argument of a block is."""

    NONE = "none"
    NAME = "name"  #: names the block, its list or its fit: `photons(:soft)`
    TITLE = "title"  #: any text: `require "proton recoil"`


class LineKind(Enum):
    """What the values in the line of a block or statement are, where it has any (`Block.main`)."""

    VALUES = "values"  #: any: `run_range 9947..10878, 11001`
    FORMULA = "formula"  #: one, behind the label: `require "recoil", m(x) > 1 GeV`
    DEFINITION = "definition"  #: `let x = formula`
    NAME = "name"  #: `for dipion do`
    FILE = "file"  #: `include "file.bes", parameter: value`
    SHAPE = "shape"  #: `signal gaussian do`


class Block:
    """Base of all constructs; never instantiated. A subclass is one block of the language and its docstring is reference text."""

    keyword: ClassVar[str] = ""
    parents: ClassVar[tuple[str, ...]] = (SELECTION, REGION)
    label: ClassVar[LabelKind] = LabelKind.NONE
    label_required: ClassVar[bool] = False
    selects: ClassVar[bool] = False  #: at the top level it is a block of `event_selection`
    body: ClassVar[bool] = True  #: written with `do ... end`; else a statement of one line
    container: ClassVar[bool] = False  #: holds other blocks
    holds: ClassVar[str] = ""  #: place whose blocks it holds, its own if empty
    mixed: ClassVar[bool] = False  #: a container that has fields between its blocks
    counts: ClassVar[bool] = False  #: accepts `n<list>`
    free: ClassVar[Field | None] = None  #: kind of a line whose first word is no field (`expect`)
    main: ClassVar[str] = (
        ""  #: what the values in the line itself are, for the reference (`formula` of `require "name", formula`)
    )
    line: ClassVar[LineKind] = LineKind.VALUES  #: what `main` is, for who writes programs
    quiet: ClassVar[bool] = False  #: names or fills and never rejects
    coded: ClassVar[bool] = False  #: needs code that is not part of the program: accepted, and pinned in a lock file
    default_list: ClassVar[str] = ""  #: list it makes when it has no label
    standard: ClassVar[str] = (
        ""  #: text of the block that is assumed when the program has none; `<species>`: what is needed
    )
    instead: ClassVar[tuple[str, ...]] = ()  #: constructs whose presence also means that nothing is assumed
    examples: ClassVar[tuple[Example, ...]] = ()
    fields: ClassVar[dict[str, Field]] = {}

    def __init_subclass__(cls, **settings: Any) -> None:
        super().__init_subclass__(**settings)
        own = {
            value.name: value
            for name, value in vars(cls).items()
            if isinstance(value, Field) and name != "free"
        }
        cls.fields = {**cls.fields, **own}

    @classmethod
    def as_written(cls, statement: ast.Statement, bag: Bag) -> type[Block] | None:
        """The construct that a statement of this keyword is: another one where a word of its line decides that, None after a diagnostic."""
        return cls

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        """Emit the steps of the block. Containers have none of their own."""
        raise NotImplementedError(cls.keyword)


# --- values of fields as written -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Comparison:
    """A cut: `operator` and its right side (a `Range` with IN)."""

    operator: ast.Operator
    right: ast.Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Measure:
    """A number in base units; `text` as written."""

    value: float
    span: Span
    text: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A word of a `Choice`, or a string of a `Text`; `file`: the file that a text names and that was read."""

    name: str
    span: Span
    file: SourceFile | None = None


@dataclass(frozen=True, slots=True)
class SourceItem:
    """`pip` or `kp: pip` of a `Sources` field."""

    role: ast.Word | None
    value: ast.Expr


@dataclass(frozen=True, slots=True)
class Named:
    """`name: formula`."""

    name: ast.Word
    value: ast.Expr


@dataclass(frozen=True, slots=True)
class Floated:
    """A parameter of a fit as written: its value, `key: value` for the rest."""

    value: ast.Expr
    options: tuple[tuple[ast.Word, ast.Expr], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Entry:
    """One field as written: `key` is the place of its name, `value` as its kind says."""

    field: Field
    key: ast.Word
    value: Any
    statement: ast.Statement


@dataclass(frozen=True, slots=True)
class Instance:
    """One block as written, its shape checked. `name` is its public name: the label, or the keyword."""

    construct: type[Block]
    label: Chosen | None
    head: Span
    entries: tuple[Entry, ...]
    statement: ast.Statement
    children: tuple[Instance, ...] = ()
    assumed: bool = False
    main: tuple[ast.Argument, ...] = _field(default=())

    @property
    def keyword(self) -> str:
        return self.construct.keyword

    @property
    def name(self) -> str:
        return self.label.name if self.label else self.construct.keyword

    @property
    def span(self) -> Span:
        return self.statement.span

    @property
    def title(self) -> str:
        """Name of the block among all blocks. Those that only name or fill carry their keyword, as they may share a name with a cut."""
        if not self.construct.quiet:
            return self.name
        first = self.main[0] if self.main and self.label is None else None
        if first is not None and self.construct.container:
            return f"{self.keyword} {first.value.span.text}"
        return f"{self.keyword} {self.name if first is None or first.key is None else first.key.name}"

    def within(self) -> Iterator[Instance]:
        """The blocks inside it, and those inside them."""
        for child in self.children:
            yield child
            yield from child.within()

    def entry(self, wanted: Field) -> Entry | None:
        """The entry of a field, or None if it was not written (the last one of a field that repeats)."""
        found = None
        for entry in self.entries:
            if entry.field is wanted:
                found = entry
        return found

    def get(self, wanted: Field, default: Any = None) -> Any:
        """The value of a field, or `default`."""
        entry = self.entry(wanted)
        return default if entry is None else entry.value

    def all(self, wanted: Field) -> Iterator[Entry]:
        """Every entry of a field that repeats, in the order written."""
        return (entry for entry in self.entries if entry.field is wanted)
