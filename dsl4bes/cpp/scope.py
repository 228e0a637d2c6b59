"""Where an expression stands: the names it may use, the loop variables around it, the statements it needs before it.

In: names of the program and of the method. Out: `Scope`, handed down through the expression writers.
Nothing of an expression is written here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dsl4bes.cpp.model import Statement
from dsl4bes.cpp.names import Names
from dsl4bes.cpp.symbols import Symbols
from dsl4bes.ir.candidates import FitSymbol
from dsl4bes.ir.expr import Binder, FitValue, Product
from dsl4bes.ir.types import ListSymbol


@dataclass(eq=False, repr=False)
class Scope:
    """Where an expression stands: names, loop variables, the candidate of the fit being lowered, pending statements."""

    symbols: Symbols
    method: Names  #: of the whole method, for values that outlive a loop
    names: Names  #: of the current step
    ndf: dict[FitSymbol, int]
    variables: dict[Binder, str] = field(default_factory=dict)
    candidate: tuple[FitSymbol, str] | None = None
    statements: list[Statement] = field(default_factory=list)
    picks: dict[tuple[ListSymbol, int], str] = field(
        default_factory=dict
    )  #: n-th entries that have a variable already
    aliases: dict[FitSymbol, str] = field(default_factory=dict)  #: other fits whose candidate is a local variable
    momenta: dict[str, str] = field(default_factory=dict)  #: sets of momenta of whole lists that are filled already

    def inner(self) -> Scope:
        """A scope for a loop's body: same names, own statements."""
        return Scope(
            self.symbols,
            self.method,
            self.names,
            self.ndf,
            dict(self.variables),
            self.candidate,
            picks=dict(self.picks),
            aliases=self.aliases,
            momenta=dict(self.momenta),
        )

    def temporary(self, name: str) -> str:
        """A local name that nothing else in the method has."""
        while True:
            word = self.method.new(name)
            if self.names.take(word):
                return word

    def fit(self, symbol: FitSymbol) -> str:
        """The C++ object with the results of a fit: the candidate inside its own block, else the context's field."""
        if self.candidate is not None and self.candidate[0] is symbol:
            return self.candidate[1]
        if symbol in self.aliases:
            return self.aliases[symbol]
        return f"ctx.{self.symbols.fit(symbol).field}"

    def home(self, node: Product | FitValue) -> str:
        """The C++ object with the results that a product or number is of: those of its fit, or of a candidate that is a product of another."""
        if node.within is None:
            return self.fit(node.fit)
        outer = node.within
        return f"{self.home(outer)}.{self.symbols.fit(outer.fit).roles[outer.role].position}"
