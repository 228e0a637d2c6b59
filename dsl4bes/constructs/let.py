"""`let`: a name for a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsl4bes.constructs.base import ANYWHERE, Block, Example, Instance, LabelKind, LineKind
from dsl4bes.diagnostics.codes import shape as codes
from dsl4bes.ir import expr as ir
from dsl4bes.ir.primitives import Define
from dsl4bes.ir.types import Kind
from dsl4bes.syntax import ast

if TYPE_CHECKING:
    from dsl4bes.constructs.builder import Builder


class Let(Block):
    """Names a value, so that what stands below can use it: `let ebeam = ecms / 2`.

    A formula is computed once, where it stands. A list of values, a list or a particle can be named as well: the name then stands for the formula.

    A number alone (`let my_vr = 1 cm`) is a constant: below its line it may stand wherever a number can, in fields (`vr < my_vr`),
    ranges and formulas, and its unit must fit each of them. It is one property under its name, shared by all cuts and formulas that use it;
    settings that are no cuts (`ecms`, `bins`, `max`, an exponent) take the number as if it was written there. Outside of all blocks it stands above
    `event_selection`; in a region it is seen in that region only.
    """

    keyword = "let"
    quiet = True
    parents = ANYWHERE
    label = LabelKind.NONE
    body = False
    main = "name = formula"
    line = LineKind.DEFINITION

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
        Example(
            "One number for the closest approach of two kinds of tracks.",
            "let my_vz = 10 cm\n\nevent_selection do\n    charged_tracks(:wide) do\n        vr < 5 cm\n        vz < my_vz\n        nwide >= 2\n    end\n"
            "    charged_tracks(:close) do\n        from wide\n        vr < 1 cm\n        vz < my_vz\n        nclose >= 1\n    end\nend\n",
            "A job that sets `my_vz` changes both blocks.",
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
        if is_constant(here):
            typed = to.value(value, name.name, f"`let {name.name}`")
            to.make_value(name, typed)
            return
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


def is_constant(here: Instance) -> bool:
    """Whether a `let` names a number, which is then a property of its own and stands wherever a number can."""
    return len(here.main) == 1 and here.main[0].key is not None and isinstance(here.main[0].value, ast.Number)
