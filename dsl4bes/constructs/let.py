"""`let`: a name for a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.base import ANYWHERE, Block, Example, Instance, LabelKind
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.ir import expr as ir
from dsl4bes.ir.primitives import Define
from dsl4bes.ir.types import Kind
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder


class Let(Block):
    """Names a value, so that formulas below can use it: `let ebeam = ecms / 2`.

    It is computed once, where it stands. A number alone becomes a property of that name. A list of values, a list or a particle can be named as
    well: the name then stands for the formula.
    """

    keyword = "let"
    quiet = True
    parents = ANYWHERE
    label = LabelKind.NONE
    body = False
    main = "name = formula"

    examples = (
        Example(
            "The beam energy as a name for half the centre-of-mass energy.",
            'analysis "Example" do\n    ecms 3.097 GeV\nend\n\nevent_selection do\n    photons do\n        ngam >= 2\n    end\n'
            '    let ebeam = ecms / 2\n    require "hard photons", e(gam1) / ebeam > 0.5 and e(gam2) / ebeam > 0.5\nend\n',
        ),
        Example(
            "A window that is used twice.",
            "event_selection do\n    photons do\n        ngam >= 2\n    end\n    let least = 100 MeV\n"
            '    require "first photon",  e(gam1) > least\n    require "second photon", e(gam2) > least\nend\n',
            "`least` is a property of the algorithm.",
        ),
    )

    @classmethod
    def desugar(cls, here: Instance, to: Builder) -> None:
        if len(here.main) != 1 or here.main[0].key is None:
            to.bag.add(
                codes.BAD_VALUE,
                "`let` takes a name and a formula",
                here.span,
                help="write `let name = formula`",
            )
            return
        name, value = here.main[0].key, here.main[0].value
        if isinstance(value, (ast.Name, ast.Symbol, ast.Call)):
            info = to.list_value(value)
            if info is not None:
                to.make_value(name, None, info)
                return
        typed = to.value(value, name.name, f"`let {name.name}`")
        if typed is None:
            to.make_value(name, None)
            return
        if isinstance(typed, ir.Each) or typed.type.kind in (Kind.PARTICLE, Kind.GENERATED):
            to.make_value(name, typed)
            return
        define = Define(span=here.span, name=to.full_name(name.name), value=typed)
        to.emit(define)
        to.make_value(name, ir.ValueRef(type=typed.type, span=name.span, define=define))
